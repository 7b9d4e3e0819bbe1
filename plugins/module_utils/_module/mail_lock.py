# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The module mail_lock: has a mail host follow the directory's locks of many accounts at once."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .._core.errors import MailboxError, MailHostError
from .._mail.dovecot import Dovecot
from .._mail.exclusive import alone
from .._mail.postfix import Postfix
from .._mail.refusals import USES, Refusals, table_text
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
_REFUSAL = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")  # one line of SMTP (RFC 5321, 4.5.3.1.5)
# What would be another thing in a table of Postfix (postmap(1)) or on a line of its own.
_ACCOUNT = re.compile(r'[^\s"#@\x00-\x1f\x7f][^\s"@\x00-\x1f\x7f]*(?:@[^\s"@\x00-\x1f\x7f]+)?')
# An account without an address is called by its DN (RFC 4514) elsewhere.
_DN = re.compile(r"[a-z][\w.-]*=.+,\s*[a-z][\w.-]*=")


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
    done = Done()
    wanted = _wanted(module.params, done)
    host = find_host(module.params, platform.node())
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


def _wanted(params: dict[str, Any], done: Done) -> Wanted:
    refusal = params["refusal"].strip()
    if not _REFUSAL.fullmatch(refusal):
        raise MailboxError(
            "refusal: one line of at most 200 characters of ASCII, please: SMTP has no others here"
        )
    locked = params["state"] == "locked"
    return Wanted(
        accounts=tuple(dict.fromkeys(_accounts(params, done))),
        locked=locked,
        refusal=refusal if locked and params["delivery"] == "refuse" else "",
    )


def _accounts(params: dict[str, Any], done: Done) -> Iterator[str]:
    """The entries that are of use here; one that is not must not keep the others signed in."""
    source = params["accounts_file"] or "accounts"
    lines = params["accounts"] if params["accounts_file"] is None else _lines(source)
    wrong, nameless = [], []
    for number, line in enumerate(lines, start=1):
        name = line.strip().lower()
        if _DN.match(name):
            nameless.append(name)
        elif _ACCOUNT.fullmatch(name):
            yield name
        elif name:
            wrong.append(f"entry {number}, {name!r}")
    if wrong:
        done.failures.append(f"{source}: no address or login name and left out: {_some(wrong)}")
    if nameless:
        done.problems.append(f"No address, so unknown to a mail host: {_some(nameless)}")


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
    return (
        f"{len(users)} of the accounts still signed in to Dovecot ({_some(users)}): either they "
        "could sign in again, since the directory that Dovecot asks does not refuse them, or "
        "others have sessions in the same process; set end_shared to end these too"
    )


def _some(items: list[str]) -> str:
    more = f", and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return ", ".join(items[:_NAMED]) + more


def _follow_in_postfix(postfix: Postfix, wanted: Wanted, module: MailboxModule, done: Done) -> None:
    with alone(postfix.folder):
        tables = [Refusals(postfix=postfix, use=use) for use in USES]
        edits = [edit for one in tables if (edit := _edit(one, wanted))]
        for edit in edits:
            edit.tell(done)
        done.refused = len(wanted.addresses) if wanted.refusal else 0
        edits = [edit for edit in edits if edit.is_needed]
        if edits and not module.check_mode:
            _put_in_force(postfix, edits, wanted)


@dataclass(frozen=True, kw_only=True)
class _Edit:
    """What a table and its use are, and what they are to be."""

    table: Refusals
    before: dict[str, str] | None  # None: there is no table yet
    after: dict[str, str]
    setting: str
    new_setting: str

    @property
    def is_needed(self) -> bool:
        is_same = self.before == self.after and self.setting == self.new_setting
        return self.table.is_unfinished or not is_same

    def tell(self, done: Done) -> None:
        done.changed |= self.is_needed
        done.compare(str(self.table.path), *_differing(self.before or {}, self.after))
        name = self.table.use.parameter
        lines = (f"{name} = {value}\n" for value in (self.setting, self.new_setting))
        done.compare(f"{self.table.postfix.folder}/main.cf", *lines)


def _edit(table: Refusals, wanted: Wanted) -> _Edit | None:
    """None where nothing was ever refused, nor is to be. Addresses that are not given stay."""
    before = table.rows()
    if before is None and not wanted.refusal:
        return None
    others = (before or {}).keys() - set(wanted.addresses)
    after = {address: before[address] for address in others} if before else {}
    if wanted.refusal:
        after |= dict.fromkeys(wanted.addresses, f"{table.use.action}{wanted.refusal}")
    setting, new_setting = table.setting() if after else ("", "")
    return _Edit(table=table, before=before, after=after, setting=setting, new_setting=new_setting)


def _put_in_force(postfix: Postfix, edits: list[_Edit], wanted: Wanted) -> None:
    with ExitStack() as unfinished:
        for edit in edits:
            unfinished.enter_context(edit.table.to_be_finished())
            with whole_file(edit.table.path) as file:
                file.write(table_text(edit.after))
            edit.table.compile()
            if edit.new_setting != edit.setting:
                postfix.set(edit.table.use.parameter, edit.new_setting)
        postfix.reload()
    for edit in edits:
        expected = {one: edit.after[one] for one in wanted.addresses if one in edit.after}
        if edit.table.in_force(wanted.addresses) != expected:
            raise MailHostError(f"Postfix does not see what {edit.table.path} says: see its log")


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, str]:
    """The rows of each table that are not in the other one, as they are shown."""
    differing = sorted({address for address, _ in before.items() ^ after.items()})
    more = f"({len(differing) - SHOWN} more)\n" if len(differing) > SHOWN else ""
    old, new = (
        "".join(f"{one} {rows[one]}\n" for one in differing[:SHOWN] if one in rows) + more
        for rows in (before, after)
    )
    return old, new


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
