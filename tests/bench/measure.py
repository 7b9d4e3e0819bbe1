# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was measured beside a reference, as a line of JSON and as a row of docs/benchmarks.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KEYS = (
    "name",
    "size",
    "seconds",
    "peak_mb",
    "reference",
    "reference_seconds",
    "ratio",
    "versions",
)
_HEADINGS = ("measure", "size", "s", "MB at most", "reference", "its s", "ratio", "at most")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Medians of several rounds, in each of which both ran, one after the other."""

    name: str
    size: int
    seconds: float
    peak_mb: float  # of the largest process of ours
    reference: str
    reference_seconds: float
    ratio: float  # the median of the rounds' own, for machines drift
    versions: dict[str, str]  # of what took part
    # The mark that is to be reached: a ratio, or seconds.
    at_most: float | None = None
    at_most_seconds: float | None = None
    stated_for: int | None = None  # the size that it is stated for; None: any

    @property
    def mark(self) -> str:
        """The mark in words; "": there is none."""
        if self.at_most_seconds is not None:
            return f"{self.at_most_seconds:g} s"
        return "" if self.at_most is None else f"{self.at_most:g}"

    @property
    def is_judged(self) -> bool:
        """Whether there is a mark for this size."""
        return bool(self.mark) and self.stated_for in (None, self.size)

    @property
    def is_slow(self) -> bool:
        """Whether it takes more seconds than its mark allows."""
        limit = self.at_most_seconds
        return self.is_judged and limit is not None and self.seconds > limit

    @property
    def missed(self) -> bool:
        """Whether its mark is not reached."""
        above = self.at_most is not None and self.ratio > self.at_most
        return self.is_slow or (self.is_judged and above)


def verdict(measure: Measure) -> str:
    """What is to be said of its mark; "": it has none, or reached it."""
    if measure.mark and not measure.is_judged:
        size = f"{measure.stated_for:,}, not for {measure.size:,}"
        return f"{measure.name}: its mark {measure.mark} is stated for {size}: not looked at"
    if measure.is_slow:
        return f"{measure.name} took {measure.seconds:.2f} s, not {measure.mark}"
    if measure.missed:
        took = f"{measure.ratio:.2f} times {measure.reference}"
        return f"{measure.name} took {took}, not {measure.mark}"
    return ""


def line(measure: Measure) -> str:
    """One line of JSON."""
    return json.dumps({key: _short(getattr(measure, key)) for key in KEYS}, ensure_ascii=False)


def table(measures: Iterable[Measure]) -> Iterator[str]:
    """The lines of a table in Markdown, in bold what misses its mark; below it the versions."""
    versions: dict[str, str] = {}
    yield f"| {' | '.join(_HEADINGS)} |"
    yield f"| {' | '.join('---' for _ in _HEADINGS)} |"
    for one in measures:
        versions |= one.versions
        cells = (
            f"`{one.name}`",
            f"{one.size:,}",
            _bold(_short(one.seconds), one.is_slow),
            round(one.peak_mb),
            one.reference,
            _short(one.reference_seconds),
            _bold(_short(one.ratio), one.missed and not one.is_slow),
            one.mark if one.is_judged or not one.mark else f"{one.mark} at {one.stated_for:,}",
        )
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def _bold(cell: object, is_bold: bool) -> object:
    return f"**{cell}**" if is_bold else cell


def _short(value: object) -> object:
    """Three digits that matter: more would feign a precision that no machine has."""
    return float(f"{value:.3g}") if isinstance(value, float) else value
