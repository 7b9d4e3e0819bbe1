# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a page can show of any number of findings: the worst ones, and sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .._core.control import Severity
from .._core.controls.catalogue import CONTROLS
from .records import Row

Item = TypeVar("Item")

STATUSES = ("fail", "error", "manual", "unknown", "exempt", "pass")  # worst first
SEVERITIES = tuple(severity.value for severity in Severity)

_CONTROL_ORDER = {control.name: index for index, control in enumerate(CONTROLS)}
_OF_MAILBOXES = frozenset(control.name for control in CONTROLS if control.account)
# These judge addresses without a mailbox too, as of an alias. Such an address has no unit.
_OF_ADDRESSES = frozenset(control.name for control in CONTROLS if control.address)


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

    rows: tuple[Row, ...]  # no passes; worst first
    total: int  # how many there are, shown or not
    soon: tuple[Row, ...]  # passes that fail from a day on; nearest first
    soon_total: int
    mailboxes_to_fix: int  # distinct subjects with a failing finding
    others_to_fix: int  # the same of policies, units and addresses without a mailbox


def digest(findings: Iterable[Row], *, limit: int) -> Digest:
    """The digest of findings, each kind with at most `limit` rows."""
    worst, soon = Worst[Row](limit, badness), Worst[Row](limit, _nearness)
    mailboxes, others = set[str](), set[str]()
    for row in findings:
        (soon if row.status == "pass" else worst).add(row)
        if row.status == "fail":
            (mailboxes if _is_mailbox(row) else others).add(row.subject)
    return Digest(
        rows=worst.items(),
        total=worst.seen,
        soon=soon.items(),
        soon_total=soon.seen,
        mailboxes_to_fix=len(mailboxes),
        others_to_fix=len(others),
    )


def badness(row: Row) -> tuple[int, int, bool, int, str, str, str]:
    """Sorts the worst first; among equals what is new, then the order of the letter."""
    return (
        _index(STATUSES, row.status),
        _index(SEVERITIES, row.severity),
        row.change != "new",
        control_order(row.control),
        row.unit,
        row.subject,
        row.fingerprint,
    )


def control_order(name: str) -> int:
    """The place of a control in the letter; one that is not known comes last."""
    return _CONTROL_ORDER.get(name, len(_CONTROL_ORDER))


def _is_mailbox(row: Row) -> bool:
    return row.control in _OF_MAILBOXES and (row.unit != "" or row.control not in _OF_ADDRESSES)


def _nearness(row: Row) -> tuple[str, str, str]:
    return str(row.due), row.unit, row.subject


def _index(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names)
