# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Dovecot's own programs for Sieve scripts: the compiler, and doveadm where no file can be told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from .dovecot import NO_SUCH_USER, Dovecot

_NO_SUCH_SCRIPT = 68  # doveadm-sieve(1)


def stored_script(dovecot: Dovecot, user: str, name: str) -> bytes | None:
    """A script of a user; None where there is none. Raises MailHostError."""
    absent = (NO_SUCH_USER, _NO_SUCH_SCRIPT)
    words = ["-f", "json", "sieve", "get", "-u", user, name]
    answer = dovecot.doveadm(*words, ok=(0, *absent))
    rows = json.loads(answer.output or "[]") if answer.status == 0 else []
    return rows[0]["sieve script"].encode() if rows else None


def store_script(dovecot: Dovecot, user: str, name: str, script: bytes) -> None:
    """Put a script in the place of one; whether it is active stays. Raises MailHostError."""
    dovecot.doveadm("sieve", "put", "-u", user, name, given=script.decode())


def not_compiling(dovecot: Dovecot, scripts: Sequence[bytes]) -> frozenset[int]:
    """The indices of the scripts that sievec refuses. Raises MailHostError.

    It sees no user's scripts, so one that includes such a script (RFC 6609) is among them.
    """
    with TemporaryDirectory(prefix="civic.mailbox.") as folder:
        paths = [Path(folder, f"{number}.sieve") for number in range(len(scripts))]
        for path, script in zip(paths, scripts, strict=True):
            path.write_bytes(script)
        if dovecot.compiles(folder):  # all of them in one go
            return frozenset()
        return frozenset(
            number for number, path in enumerate(paths) if not dovecot.compiles(str(path))
        )
