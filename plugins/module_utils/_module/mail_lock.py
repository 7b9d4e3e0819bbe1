# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The module mail_lock: has a mail host follow the directory's locks of many accounts at once."""

from __future__ import annotations

import fcntl
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .._core.errors import MailboxError, MailHostError
from .._mail.dovecot import Dovecot
from .._mail.postfix import Postfix
from .._mail.refusals import PARAMETER, Refusals, table_text, transport
from .._mail.sessions import Sessions
from . import mail_host_options
from .mail_host_options import explained, find_host
from .runner import MailboxModule
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    "accounts": {"type": "list", "elements": "str"},
    "accounts_file": {"type": "path"},
    "state": {"type": "str", "required": True, "choices": ["locked", "unlocked"]},
    "delivery": {"type": "str", "default": "receive", "choices": ["receive", "refuse"]},
    "refusal": {"type": "str", "default": "This mailbox is locked and takes no mail"},
    "refusal_map": {"type": "path"},
    "end_shared": {"type": "bool", "default": False},
    **mail_host_options.ARGUMENTS,
}
RESTRICTIONS: dict[str, Any] = {
    "mutually_exclusive": [("accounts", "accounts_file")],
    "required_one_of": [("accounts", "accounts_file")],
}

SHOWN = 100  # names in a result
_NAMED = 5  # names in a message
_ENDS_WITHIN = 10  # seconds that a session may take to end
_MAP = "civic_mailbox_refused"
_REFUSAL = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")  # one line of SMTP (RFC 5321, 4.5.3.1.5)
# What would be another thing in a table of Postfix (postmap(1)) or on a line of its own.
_ACCOUNT = re.compile(r'[^\s"#@\x00-\x1f\x7f][^\s"@\x00-\x1f\x7f]*(?:@[^\s"@\x00-\x1f\x7f]+)?')


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be true of which accounts."""

    accounts: tuple[str, ...]  # lower-cased addresses and login names
    locked: bool
    refusal: str  # "" where mail is received

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Those of the accounts that mail can be sent to."""
        return tuple(name for name in self.accounts if "@" in name)

    def covers(self, user: str) -> bool:
        """Whether a user of Dovecot is one of the accounts.

        A Dovecot whose users have no domain tells them apart by the local part alone.
        """
        return user.lower() in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.accounts) | {name.partition("@")[0] for name in self.addresses}


@dataclass(kw_only=True)
class Done:
    """What was done, or would be in check mode."""

    changed: bool = False
    flushed: int | None = None
    kicked: list[str] = field(default_factory=list)
    sessions: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    diff: list[dict[str, str]] = field(default_factory=list)

    def compare(self, what: str, before: str, after: str) -> None:
        """Note a change of a file or a setting."""
        if before != after:
            self.changed = True
            headers = {"before_header": what, "after_header": what}
            self.diff.append({**headers, "before": before, "after": after})


def follow(module: MailboxModule) -> dict[str, Any]:
    """Do what the options ask for on every server of this host; tell what came of it."""
    wanted = _wanted(module.params)
    host = find_host(module.params, platform.node())
    done = Done()
    if host.dovecot:
        with _noting(done):
            _follow_in_dovecot(host.dovecot, wanted, module, done)
    else:
        done.problems.append("No Dovecot here: nothing to be signed out of")
    if host.postfix:
        with _noting(done):
            _follow_in_postfix(host.postfix, wanted, module, done)
    elif wanted.refusal:
        done.failures.append(
            "delivery: there is no Postfix here to refuse mail: run this where mail comes in"
        )
    return _result(module, wanted, done)


def _wanted(params: dict[str, Any]) -> Wanted:
    refusal = params["refusal"].strip()
    if not _REFUSAL.fullmatch(refusal):
        raise MailboxError(
            "refusal: one line of at most 200 characters of ASCII, please: SMTP has no others here"
        )
    locked = params["state"] == "locked"
    return Wanted(
        accounts=tuple(dict.fromkeys(_accounts(params))),
        locked=locked,
        refusal=refusal if locked and params["delivery"] == "refuse" else "",
    )


def _accounts(params: dict[str, Any]) -> Iterator[str]:
    source = params["accounts_file"] or "accounts"
    lines = params["accounts"] if params["accounts_file"] is None else _lines(source)
    for number, line in enumerate(lines, start=1):
        name = line.strip().lower()
        if not name:
            continue
        if not _ACCOUNT.fullmatch(name):
            raise MailboxError(f"{source}: entry {number}, {name!r}, is no address or login name")
        yield name


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise MailboxError(f"accounts_file: cannot read {path}: {reason}") from error


@contextmanager
def _noting(done: Done) -> Iterator[None]:
    """One server that fails must not keep the other one from following."""
    try:
        yield
    except MailboxError as error:
        done.failures.append(explained(error))


def _follow_in_dovecot(dovecot: Dovecot, wanted: Wanted, module: MailboxModule, done: Done) -> None:
    dovecot.setting("base_dir")  # a configuration that cannot be read is told as such
    sessions = Sessions(dovecot=dovecot)
    live = sessions.live()
    if not module.check_mode:
        done.flushed = sessions.forget()
    if not wanted.locked:
        return
    done.kicked = sorted(filter(wanted.covers, live))
    done.sessions = sum(live[user] for user in done.kicked)
    done.changed = bool(done.kicked)
    if not module.check_mode:
        sessions.end(done.kicked, shared=module.params["end_shared"])
        if left := sessions.left(wanted.covers, within=min(_ENDS_WITHIN, dovecot.timeout)):
            done.failures.append(_still_signed_in(left))


def _still_signed_in(users: list[str]) -> str:
    shown = ", ".join(users[:_NAMED]) + (", ..." if len(users) > _NAMED else "")
    return (
        f"{len(users)} of the accounts still signed in to Dovecot ({shown}): either they could "
        "sign in again, since the directory that Dovecot asks does not refuse them, or others have "
        "sessions in the same process; set end_shared to end these too"
    )


def _follow_in_postfix(postfix: Postfix, wanted: Wanted, module: MailboxModule, done: Done) -> None:
    folder = postfix.folder
    path = Path(module.params["refusal_map"] or folder / _MAP)
    refusals = Refusals(postfix=postfix, path=path)
    with _alone(folder):
        before = refusals.rows()
        if before is None and not wanted.refusal:
            return  # nothing was ever refused
        after = _rows(before or {}, wanted)
        setting, new_setting = refusals.use() if after else ("", "")
        done.compare(str(path), *_differing(before or {}, after))
        done.compare(f"{folder}/main.cf", _line(setting), _line(new_setting))
        done.changed |= refusals.is_unfinished
        done.refused = sum(address in after for address in wanted.addresses)
        if module.check_mode or not (done.diff or refusals.is_unfinished):
            return
        with refusals.to_be_finished():
            with whole_file(path) as file:
                file.write(table_text(after))
            refusals.apply(None if new_setting == setting else new_setting)
        if refusals.in_force(wanted.addresses) != _of(after, wanted.addresses):
            raise MailHostError(f"Postfix does not see what {path} says: see its log")


def _rows(before: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """The table as it is to be; other addresses stay as they are."""
    after = {address: before[address] for address in before.keys() - set(wanted.addresses)}
    if wanted.refusal:
        after |= dict.fromkeys(wanted.addresses, transport(wanted.refusal))
    return after


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, str]:
    """The rows of each table that are not in the other one, as they are shown."""
    differing = sorted({address for address, _ in before.items() ^ after.items()})
    more = f"({len(differing) - SHOWN} more)\n" if len(differing) > SHOWN else ""
    old, new = (
        "".join(f"{one} {rows[one]}\n" for one in differing[:SHOWN] if one in rows) + more
        for rows in (before, after)
    )
    return old, new


def _of(rows: Mapping[str, str], addresses: Iterable[str]) -> dict[str, str]:
    return {address: rows[address] for address in addresses if address in rows}


def _line(transport_maps: str) -> str:
    return f"{PARAMETER} = {transport_maps}\n" if transport_maps else ""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other run works on this Postfix."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise MailHostError(f"cannot open {folder}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _result(module: MailboxModule, wanted: Wanted, done: Done) -> dict[str, Any]:
    result: dict[str, Any] = {
        "changed": done.changed,
        "total": len(wanted.accounts),
        "flushed": done.flushed,
        "kicked": done.kicked[:SHOWN],
        "truncated": len(done.kicked) > SHOWN,
        "sessions": done.sessions,
        "refused": done.refused,
        "problems": done.problems,
    }
    if module._diff:  # pylint: disable=protected-access
        result["diff"] = done.diff
    if done.failures:  # what was done until then is told as well
        result |= {"failed": True, "msg": "; ".join(done.failures)}
    return result
