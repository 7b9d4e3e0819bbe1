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
    at_most: float | None = None  # the ratio that is to be reached

    @property
    def missed(self) -> bool:
        """Whether the ratio is above the one that is to be reached."""
        return self.at_most is not None and self.ratio > self.at_most


def line(measure: Measure) -> str:
    """One line of JSON."""
    return json.dumps({key: _short(getattr(measure, key)) for key in KEYS}, ensure_ascii=False)


def table(measures: Iterable[Measure]) -> Iterator[str]:
    """The lines of a table in Markdown, and below it the versions."""
    versions: dict[str, str] = {}
    yield f"| {' | '.join(_HEADINGS)} |"
    yield f"| {' | '.join('---' for _ in _HEADINGS)} |"
    for one in measures:
        versions |= one.versions
        cells = (
            f"`{one.name}`",
            f"{one.size:,}",
            _short(one.seconds),
            round(one.peak_mb),
            one.reference,
            _short(one.reference_seconds),
            _short(one.ratio),
            "" if one.at_most is None else f"{one.at_most:g}",
        )
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def _short(value: object) -> object:
    """Three digits that matter: more would feign a precision that no machine has."""
    return float(f"{value:.3g}") if isinstance(value, float) else value
