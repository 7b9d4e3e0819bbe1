# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How full mailboxes are, by Dovecot's own account of its quotas.

`doveadm quota get -A` would make a mailbox for everybody who has none yet, and Dovecot 2.4 breaks
it off past some thousand users: so those are asked for that have a home, many at a time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from tempfile import NamedTemporaryFile
from typing import Any

from .._core.errors import MailHostError
from .._core.spam_handling import LEAST_PERCENT, FilledQuota, SeenQuotas
from .dovecot import Dovecot
from .records import Record, quota, quotas
from .side_by_side import side_by_side
from .user import User

_AT_ONCE = 1000  # users that a program is given


def read_quotas(
    dovecot: Dovecot, users: Sequence[User], address: Callable[[str], str]
) -> Iterator[Record]:
    """A record of each mailbox that fills up, and one of how many have a limit."""
    limited = unlimited = unread = 0
    failure = ""
    try:
        for names, found in _answers(dovecot, users):
            unread += len(set(names) - found.keys())
            unlimited += sum(share is None for share in found.values())
            limited += sum(share is not None for share in found.values())
            for name, share in found.items():
                if share and share.percent >= LEAST_PERCENT:
                    yield quota(address(name), share)
    except MailHostError as error:
        failure = str(error)
    yield quotas(SeenQuotas(limited=limited, unlimited=unlimited, unread=unread, failure=failure))


def _answers(
    dovecot: Dovecot, users: Iterable[User]
) -> Iterator[tuple[Sequence[str], dict[str, FilledQuota | None]]]:
    """What is asked at once and what is told of it."""
    plugins = " ".join(sorted(dovecot.plugins("doveadm") | {"quota"}))
    remaining = (user.name for user in users if _has_mailbox(user))
    parts = iter(lambda: list(islice(remaining, _AT_ONCE)), [])
    return side_by_side(lambda names: (names, shares(_rows(dovecot, plugins, names))), parts)


def _has_mailbox(user: User) -> bool:
    if not (user.exists and user.home):
        return user.exists
    try:
        os.stat(user.home)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # not for us to see; doveadm asks as its owner
        pass
    return True


def _rows(dovecot: Dovecot, plugins: str, names: Sequence[str]) -> list[dict[str, Any]]:
    with NamedTemporaryFile("w", encoding="utf-8", prefix="civic.mailbox.") as file:
        file.writelines(f"{name}\n" for name in names)
        file.flush()
        settings = ["-o", f"mail_plugins={plugins}"]
        answer = dovecot.doveadm(*settings, "-f", "json", "quota", "get", "-F", file.name, ok=None)
    try:
        rows: list[dict[str, Any]] = json.loads(answer.output or "[]")
    except ValueError:
        rows = []
    if answer.status and not rows:
        raise MailHostError(f"doveadm quota get failed: {answer.reason}")
    return rows


def shares(rows: Sequence[dict[str, Any]]) -> dict[str, FilledQuota | None]:
    """User -> the fullest of the quotas; None where none has a limit."""
    found: dict[str, FilledQuota | None] = {}
    for row in rows:
        known = found.setdefault(row["username"], None)
        if not str(row["limit"]).isdecimal() or int(row["limit"]) == 0:
            continue
        percent = 100 * int(row["value"]) // int(row["limit"])
        if known is None or percent > known.percent:
            found[row["username"]] = FilledQuota(percent=percent, quota=row["root"])
    return found
