# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Dovecot's own programs for Sieve scripts: the compiler, and doveadm where no file can be told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from .dovecot import Dovecot

_NO_SUCH_SCRIPT = 68  # doveadm-sieve(1)


def scripts_of_user(dovecot: Dovecot, user: str) -> dict[str, bool]:
    """Every script of a user, and whether it is the active one. Raises MailHostError."""
    answer = dovecot.doveadm("-f", "json", "sieve", "list", "-u", user)
    rows = json.loads(answer.output or "[]")
    return {row["script"]: row["active"] == "ACTIVE" for row in rows}


def stored_script(dovecot: Dovecot, user: str, name: str) -> bytes | None:
    """A script of a user; None where there is none. Raises MailHostError."""
    words = ["-f", "json", "sieve", "get", "-u", user, name]
    answer = dovecot.doveadm(*words, ok=(0, _NO_SUCH_SCRIPT))
    rows = json.loads(answer.output or "[]") if answer.status == 0 else []
    return rows[0]["sieve script"].encode() if rows else None


def doveadm_sieve(
    dovecot: Dovecot, user: str, command: str, *names: str, given: bytes = b""
) -> None:
    """Have a command of doveadm-sieve(1) done to a user's scripts. Raises MailHostError."""
    dovecot.doveadm("sieve", command, "-u", user, *names, given=given.decode())


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
