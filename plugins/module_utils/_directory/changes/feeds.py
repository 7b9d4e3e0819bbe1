# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The ways by which it is found which accounts changed since a reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from ..._core.dates import CLOCKS_AGREE, parse_time
from ..client import ANY, BASE, Directory, Entry
from ..codecs import shown_text
from ..complaints import RefusedError
from ..dialect import ChangeMarks, RootDse
from ..entries import Names
from .evidence import SEEN
from .memory import Memory, Rows
from .sync import REQUEST, Refresh

SYNC, SWEEP = "sync", "sweep"

_SUBORDINATES = ("hasSubordinates", "numSubordinates")  # each kind of server has one of them
_CHANGED = re.compile(rb"[=;]([0-9]{14})\.")  # in OpenLDAP's cookies
_CSN = re.compile(rb"[0-9]{14}\.[0-9]{6}Z#[0-9a-f]{6}#[0-9a-f]{3}#[0-9a-f]{6}")
_NONE = (b"FALSE", b"0")
_OVERLAP = timedelta(minutes=1)  # clocks of servers that replicate differ
_UNKNOWN = timedelta(days=1)  # may be between our clock and one that is not shown
# A time stamp in whole seconds does not tell two writes of one second apart.
_COARSE = timedelta(seconds=2)


class ReadAllError(Exception):
    """Why what changed is not enough, and all accounts have to be read."""


class MeantimeError(ReadAllError):
    """Something changed between two questions: asked again, the server tells it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reading asks for."""

    directory: Directory
    marks: ChangeMarks
    base: str
    ldap_filter: str
    attributes: tuple[str, ...]
    page_size: int
    now: datetime  # when it began, by the server's clock, or by ours
    clock_shown: bool  # whether it is the server's


@dataclass(kw_only=True)
class Found:
    """What is not in the entries that came."""

    cookies: list[str] = field(default_factory=list)  # hexadecimal
    gone: set[bytes] = field(default_factory=set)
    stays: set[bytes] | None = None  # all others are gone, but for those that came; None: not told


Take = Callable[[bytes, Entry], None]  # an account that is new or may have changed, by its key
Named = dict[bytes, bytes]  # the names of entries, by their keys


def feed_of(directory: Directory, root: RootDse, marks: ChangeMarks) -> str:
    """By which way changes are found on this server."""
    offered = map(shown_text, root.get("supportedControl", []))
    return SYNC if REQUEST in offered and marks.syncs(directory) else SWEEP


def begin(asked: Asked, feed: str) -> list[str]:
    """What to remember before all is read: the cookies of this moment (hexadecimal), if any.

    Raises ReadAllError where the server tells nobody, or not us, what changed.
    """
    return [_cookie_of(asked, query).hex() for query in _queries(asked)] if feed == SYNC else []


def _queries(asked: Asked) -> tuple[str, str]:
    """Some servers tie a cookie to the filter that it was given for."""
    return ANY, asked.ldap_filter


def _cookie_of(asked: Asked, query: str) -> bytes:
    """By looking at the base alone, for nothing has to be told yet."""
    refresh, names = Refresh(), Names(("1.1",))
    try:
        for _ in refresh.entries(asked.directory, asked.base, query, names, b"", BASE):
            pass
    except RefusedError as error:
        raise ReadAllError(str(error)) from None
    if not refresh.cookie:
        raise ReadAllError("the server gives no cookie, by which it would know what changed")
    return refresh.cookie


def follow(asked: Asked, before: Memory, take: Take, most: int) -> Found:
    """Give out what may have changed. Raises ReadAllError, RefusedError and DirectoryError.

    For more than `most` entries it is not found out whether they are accounts still.
    """
    if before.feed == SYNC:
        return _sync(asked, before, take, most)
    return _sweep(asked, before, take)


def _sync(asked: Asked, before: Memory, take: Take, most: int) -> Found:
    cookies = [bytes.fromhex(cookie) for cookie in before.cookies]
    _refuse_future(asked, cookies)
    # Whatever changed, first: only that tells what is above others, and an account that is none any
    # more. The cookies are of two moments, so what one of them tells and the other does not is not
    # gone for that: it is asked for by its name.
    whatever, accounts = Refresh(), Refresh()
    came: set[bytes] = set()

    def noted(key: bytes, entry: Entry) -> None:
        came.add(key)
        take(key, entry)

    changed = _no_containers(asked, whatever, cookies[0])
    gone = _take_accounts(asked, accounts, cookies[1], noted)
    if asked.marks.probes:
        changed |= _latest(asked, before, accounts.cookie or cookies[1], noted)
        if before.signs != SEEN:
            _probe(asked, before, noted)
    lists = accounts.lists_present and not asked.marks.names_deleted
    stays = accounts.present if lists else None
    gone |= accounts.deleted | whatever.deleted
    suspects = {
        key: dn
        for key, dn in changed.items()
        if not (key in came or key in gone or (stays and key in stays))
    }
    if len(suspects) > most:
        raise ReadAllError(f"more than {most} entries changed that are no accounts, or seem so")
    gone |= take_by_name(asked, suspects, noted)
    return Found(
        cookies=[
            (refresh.cookie or old).hex()
            for refresh, old in zip((whatever, accounts), cookies, strict=True)
        ],
        gone=gone - came - (stays or set()),
        stays=stays,
    )


def _take_accounts(asked: Asked, accounts: Refresh, cookie: bytes, take: Take) -> set[bytes]:
    """Give out the accounts that changed; the keys of those that are none any more."""
    names = Names(("1.1",) if asked.marks.told_in_part else asked.attributes)
    entries = accounts.entries(asked.directory, asked.base, asked.ldap_filter, names, cookie)
    if asked.marks.told_in_part:
        return take_by_name(asked, {key: dn for key, (dn, _) in entries}, take)
    for key, entry in entries:
        take(key, entry)
    return set()


def _no_containers(asked: Asked, whatever: Refresh, cookie: bytes) -> Named:
    """All entries that changed. Raises ReadAllError where one has others below it.

    Those stay as they are when what is above them gets another name.
    """
    names = Names(_SUBORDINATES)
    return _named(whatever.entries(asked.directory, asked.base, ANY, names, cookie))


def _named(entries: Iterable[tuple[bytes, Entry]]) -> Named:
    """Their names. Raises ReadAllError where one has others below it."""
    changed, above = Named(), ""
    for key, (dn, values) in entries:
        changed[key] = dn
        if any(one not in _NONE for name in _SUBORDINATES for one in values.get(name, ())):
            above = shown_text(dn)
    if above:
        raise ReadAllError(f"{above} changed, which other entries have their names from")
    return changed


def _latest(asked: Asked, before: Memory, cookie: bytes, take: Take) -> Named:
    """What OpenLDAP has written and does not tell yet; of that, the accounts are given out.

    After writes that overlapped it tells the last ones only with the next write. Their numbers are
    above that of its cookie, and not below the time of the reading before.
    """
    marks, directory = asked.marks, asked.directory
    known = min(_CSN.findall(cookie), default=b"").decode()
    first = max(known, _since(before) + ".000000Z#000000#000#000000")
    query = f"(&({marks.mark}>={first})(!({marks.mark}={first})))"
    names = (marks.key_attribute, *_SUBORDINATES)
    found = directory.search(asked.base, query, names, page_size=asked.page_size)
    changed = _named((marks.key(entry[1]), entry) for entry in found)
    changed.pop(b"", None)
    query = f"(&{asked.ldap_filter}{query})"
    for entry in _paged(asked, query):
        take(marks.key(entry[1]), entry)
    return changed


def _paged(asked: Asked, query: str) -> Iterator[Entry]:
    """In pages, as a full reading asks, and within the limits of those."""
    return asked.directory.search(asked.base, query, asked.attributes, page_size=asked.page_size)


def _since(before: Memory) -> str:
    """The server's time at the reading before, less what clocks may differ by, in digits."""
    at, ahead = parse_time(before.read_at), before.clock_ahead
    at += -_UNKNOWN if ahead is None else timedelta(seconds=ahead) - _OVERLAP
    return f"{at:%Y%m%d%H%M%S}"


def _refuse_future(asked: Asked, cookies: Sequence[bytes]) -> None:
    soon = f"{asked.now + CLOCKS_AGREE:%Y%m%d%H%M%S}".encode()
    if any(at > soon for cookie in cookies for at in _CHANGED.findall(cookie)):
        raise ReadAllError(
            "the server's last change lies ahead of its time: its clock was set back"
            + ("" if asked.clock_shown else ", or it is not shown, and ours is slow")
        )


def _probe(asked: Asked, before: Memory, take: Take) -> None:
    """Accounts with a sign-in or a lock since then that the feed may not tell."""
    at = f"{_since(before)}Z"
    times = "".join(f"({name}>={at})" for name in asked.marks.unmarked)
    query = f"(&{asked.ldap_filter}(|{times}))"
    for entry in _paged(asked, query):
        take(asked.marks.key(entry[1]), entry)


def swept(marks: ChangeMarks) -> tuple[str, ...]:
    """The attributes of a sweep: who it is, and whatever may move when an account changes."""
    return tuple(sorted({marks.key_attribute, marks.mark, *marks.unmarked}))


def digest(asked: Asked, entry: Entry) -> int:
    """What a sweep compares of an entry: its name and its marks. 0: compare it as changed."""
    dn, values = entry
    parts = [dn]
    for name in swept(asked.marks):
        parts += [name.encode(), *sorted(values.get(name, ()))]
    if asked.marks.coarse and values.get(asked.marks.mark, [b""])[0][:14] >= _fresh(asked):
        return 0
    found = blake2b(b"\0".join(parts), digest_size=8).digest()
    return int.from_bytes(found, "big") or 1


def _fresh(asked: Asked) -> bytes:
    """From then on, another write may bear the same time."""
    return f"{asked.now - (_COARSE if asked.clock_shown else _UNKNOWN):%Y%m%d%H%M%S}".encode()


def _sweep(asked: Asked, before: Memory, take: Take) -> Found:
    """All accounts by a few attributes, and then in full those that differ there."""
    accounts = before.accounts
    rows, is_here = Rows(accounts), bytearray(len(accounts))
    names = swept(asked.marks)
    differ = Named()
    for entry in asked.directory.search(
        asked.base, asked.ldap_filter, names, page_size=asked.page_size
    ):
        found, key = digest(asked, entry), asked.marks.key(entry[1])
        row = rows.find(key)
        if row is not None:
            is_here[row] = True
        if row is None or accounts.digests[row] != found or not found:
            differ[key] = entry[0]
    gone = {accounts.key(row) for row, here in enumerate(is_here) if not here}
    return Found(gone=take_by_name(asked, differ, take) | gone)


def take_by_name(asked: Asked, named: Named, take: Take) -> set[bytes]:
    """Give out those of these entries that are accounts; the keys of those that are none any more.

    Raises MeantimeError where one is not there: what was only renamed would be lost.
    """
    others = accounts_among(asked, named, take)
    still = _read(asked, others, (asked.marks.key_attribute,), ANY)
    for (key, dn), values in zip(others.items(), still, strict=True):
        if values is None or asked.marks.key(values) != key:
            raise MeantimeError(f"{shown_text(dn)} was renamed or deleted in the meantime")
    return set(others)


def accounts_among(asked: Asked, named: Named, take: Take) -> Named:
    """Give out those of these entries that are accounts and have their names still; the others."""
    others = Named()
    found = _read(asked, named, asked.attributes, asked.ldap_filter)
    for (key, dn), values in zip(named.items(), found, strict=True):
        if values is not None and asked.marks.key(values) == key:
            take(key, (dn, values))
        else:
            others[key] = dn
    return others


def _read(
    asked: Asked, named: Named, attributes: Sequence[str], ldap_filter: str
) -> list[dict[str, list[bytes]] | None]:
    """To the end, whatever is found: the connection is needed for other questions."""
    dns = map(shown_text, named.values())
    return list(asked.directory.read(dns, attributes, ldap_filter=ldap_filter))
