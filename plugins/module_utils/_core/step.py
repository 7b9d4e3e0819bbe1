# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A change on its way to a server: what is to be written, or why not, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from .plan import Change

# Name -> values: attributes of an entry, the content of a file, the rows of a table.
Values = Mapping[str, list[bytes]]
CONTENT = "content"  # of a file or a script
ACTIVE = "active"  # the name of the script that runs, beside a script
SETTING = "setting"  # the lines of a parameter, beside a file
ROW = "row"  # of a table, as written
LINE = "line"  # the number of the row's first line


class Why(str, Enum):
    """Why a change is not written."""

    ALREADY = "already"  # it is as it should be
    CHANGED = "changed_since"  # not what the change rests on any more
    REFUSED = "refused"  # it would have no effect, or must not be


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A change as values: what stands there, and what is to."""

    change: Change
    before: Values  # of each name that is written; [] for none
    after: Values
    guards: tuple[tuple[str, bytes | None], ...] = ()  # besides `before`; None: has no value


@dataclass(frozen=True, kw_only=True, slots=True)
class Skip:
    """A change that is not written."""

    change: Change
    why: Why
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a step; without a reason it is done."""

    step: Step
    reason: str = ""
    changed_since: bool = False  # the server saw that the entry is another one by now
