# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a page can show of any number of findings: the worst ones, and sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .._core.control import Severity
from .._core.controls.catalogue import CONTROLS
from .mailbox_states import MailboxStates, MailboxTally, is_mailbox
from .records import Row

Item = TypeVar("Item")

STATUSES = ("fail", "error", "manual", "unknown", "exempt", "pass")  # worst first
SEVERITIES = tuple(severity.value for severity in Severity)

_CONTROL_ORDER = {control.name: index for index, control in enumerate(CONTROLS)}


class Worst(Generic[Item]):
    """The worst of a stream of items, in order, in bounded memory."""

    def __init__(self, limit: int, key: Callable[[Item], Any]) -> None:
        self.seen = 0
        self._limit = limit
        self._key = key
        self._kept: list[Item] = []

    def add(self, item: Item) -> None:
        """Take one more into account."""
        self.seen += 1
        self._kept.append(item)
        if len(self._kept) >= 2 * self._limit + 100:
            self._trim()

    def items(self) -> tuple[Item, ...]:
        """The worst ones, worst first."""
        self._trim()
        return tuple(self._kept)

    def _trim(self) -> None:
        self._kept.sort(key=self._key)
        del self._kept[self._limit :]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The findings that are shown one by one, and what is said of all of them."""

    rows: tuple[Row, ...]  # no passes; worst first, of each control some
    total: int  # how many there are, shown or not
    soon: tuple[Row, ...]  # passes that fail from a day on; nearest first
    soon_total: int
    mailboxes: MailboxStates
    others_to_fix: int  # failing policies, units, addresses without a mailbox, workstations
    changes: Mapping[str, Mapping[str, int]]  # unit -> word of the comparison -> findings

    @property
    def mailboxes_to_fix(self) -> int:
        """Distinct mailboxes with a failing finding."""
        return self.mailboxes.totals["fail"]


def digest(
    findings: Iterable[Row],
    *,
    limit: int,
    accounts: int = 0,
    accounts_by_unit: Mapping[str, int] | None = None,
    gone: Iterable[Row] = (),
) -> Digest:
    """The digest of findings with at most `limit` rows, and of what is gone since last time.

    `accounts` is how many were assessed.
    """
    of_control: dict[str, Worst[Row]] = {}
    soon = Worst[Row](limit, _nearness)
    mailboxes, others = MailboxTally(), set[str]()
    changes: dict[str, Counter[str]] = {}
    for row in findings:
        if row.status == "pass":
            soon.add(row)
            continue
        of_control.setdefault(row.control, Worst[Row](limit, badness)).add(row)
        mailboxes.add(row)
        if row.status == "fail" and not is_mailbox(row):
            others.add(row.subject)
        _count(changes, row)
    for row in gone:
        _count(changes, row)
    shown = fair_share([worst.items() for worst in of_control.values()], limit)
    return Digest(
        rows=tuple(sorted(shown, key=badness)),
        total=sum(worst.seen for worst in of_control.values()),
        soon=soon.items(),
        soon_total=soon.seen,
        mailboxes=mailboxes.states(accounts, accounts_by_unit or {}),
        others_to_fix=len(others),
        changes=changes,
    )


def fair_share(lists: Iterable[Sequence[Item]], limit: int) -> list[Item]:
    """The beginnings of all lists, together at most `limit`; a long one leaves room to others."""
    taken: list[Item] = []
    waiting = sorted(lists, key=len)
    for index, items in enumerate(waiting):
        room = (limit - len(taken)) // (len(waiting) - index)
        taken.extend(items[:room])
    return taken


def badness(row: Row) -> tuple[int, int, bool, int, str, str, str]:
    """Sorts the worst first; among equals what is new, then the order of the letter."""
    return (
        status_order(row.status),
        _index(SEVERITIES, row.severity),
        row.change != "new",
        control_order(row.control),
        row.unit,
        row.subject,
        row.fingerprint,
    )


def status_order(name: str) -> int:
    """The place of a status, worst first. One that is not known is like "unknown": never good."""
    return STATUSES.index(name if name in STATUSES else "unknown")


def control_order(name: str) -> int:
    """The place of a control in the letter; one that is not known comes last."""
    return _CONTROL_ORDER.get(name, len(_CONTROL_ORDER))


def _count(changes: dict[str, Counter[str]], row: Row) -> None:
    if row.change:
        changes.setdefault(row.unit, Counter())[row.change] += 1


def _nearness(row: Row) -> tuple[str, str, str]:
    return str(row.due), row.unit, row.subject


def _index(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names)
