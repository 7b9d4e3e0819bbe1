# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A log and its rotated files as one chain, and the stretches of time that are missing in it.

logrotate numbers the files of a log (mail.log, mail.log.1, mail.log.2.gz), or names them by the day
(mail.log-20261123). A number that is missing between two that are there was a file once; so was
whatever followed the last line that an earlier run read, if nothing goes on from there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

_PACKED = re.compile(r"\.(?:gz|xz|bz2|zst)$")
_NUMBERED = re.compile(r"(.+)\.(\d{1,4})")
_DATED = re.compile(r"(.+)[-.](\d{4})-?(\d\d)-?(\d\d)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its chain a file stands."""

    chain: str  # the path of the file that is written to today
    age: int = 0  # grows from there on; of files that are named by a day, in days
    is_dated: bool = False


@dataclass(slots=True)
class Reach:
    """From when to when the lines of a file are, in seconds since 1970; None: not known."""

    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, order=True, slots=True)
class Hole:
    """A stretch of time of which the files of a log are gone."""

    since: int  # seconds since 1970
    until: int
    chain: str


def place_of(path: Path) -> Place:
    """The chain of a log file, and where in it the file stands."""
    name = _PACKED.sub("", path.name)
    if found := _DATED.fullmatch(name):
        try:
            day = date(*map(int, found.groups()[1:]))
        except ValueError:
            pass
        else:
            return Place(
                str(path.with_name(found[1])), date.max.toordinal() - day.toordinal(), True
            )
    if found := _NUMBERED.fullmatch(name):
        return Place(str(path.with_name(found[1])), int(found[2]))
    return Place(str(path.with_name(name)))


def holes_between(
    files: Mapping[Path, Reach], before: Collection[tuple[str, Reach]] = ()
) -> Iterator[Hole]:
    """What is missing between files that are there, and was not read `before` (by chains)."""
    chains: dict[tuple[str, bool], list[tuple[int, Reach]]] = defaultdict(list)
    for path, reach in files.items():
        place = place_of(path)
        chains[place.chain, place.is_dated].append((place.age, reach))
    for (chain, is_dated), members in chains.items():
        members.sort(key=lambda one: one[0])
        step = _usual_step([age for age, _ in members]) if is_dated else 1
        for (young, newer), (old, older) in pairwise(members):
            gone = (old - young) // step - 1 if step else 0
            if gone > 0:
                read = [reach for name, reach in before if name == chain]
                yield from _widest(gone, chain, older.last, newer.first, read)


def hole_since(chain: str, read: Reach, there: Iterable[Reach]) -> Iterator[Hole]:
    """What is missing since an earlier run, where no file goes on from where it ended."""
    if read.last is None:
        return
    later = [one for one in there if one.last is not None and one.last > read.last]
    firsts = [one.first for one in later]
    if firsts and all(first is not None and first > read.last for first in firsts):
        yield from _hole(chain, read.last, min(first for first in firsts if first is not None))


def filled(hole: Hole, files: Iterable[tuple[str, Reach]]) -> bool:
    """Whether a file of that time was read since; what is still missing then is told anew."""
    return any(
        chain == hole.chain
        and reach.first is not None
        and reach.last is not None
        and reach.first < hole.until
        and reach.last > hole.since
        for chain, reach in files
    )


def _widest(
    gone: int, chain: str, since: int | None, until: int | None, read: Iterable[Reach]
) -> list[Hole]:
    """Where so many files are gone: beside those of that time that were read when they were there.

    Between any two files some time goes by, so it is the widest stretches that are left.
    """
    if since is None or until is None:
        return []
    known: dict[int, int] = {}  # a file was perhaps read several times, while it grew
    for one in read:
        if one.first is None or one.last is None:
            continue
        if since <= one.first < until and since < one.last <= until:
            known[one.first] = max(one.last, known.get(one.first, one.last))
    starts = [since, *(known[first] for first in sorted(known))]
    ends = [*sorted(known), until]
    left = [hole for pair in zip(starts, ends, strict=True) for hole in _hole(chain, *pair)]
    widest = sorted(left, key=lambda one: one.since - one.until)
    return sorted(widest[: max(gone - len(known), 0)])


def _hole(chain: str, since: int | None, until: int | None) -> Iterator[Hole]:
    if since is not None and until is not None and since < until:
        yield Hole(since, until, chain)


def _usual_step(ages: list[int]) -> int:
    """How many days lie between two files as a rule; 0: there is no rule."""
    steps = Counter(old - young for young, old in pairwise(ages))
    (step, number), *_ = steps.most_common(1) or [(0, 0)]
    return step if number > 1 and 2 * number > steps.total() else 0
