# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Measure beside references: `make bench BENCH="read lock" SIZE=20000`.

Standard output has one line of JSON for each measure, with BENCH_TABLE=1 a table in their place;
all else goes to standard error. With BENCH_MARKS=1 the exit status is 1 when a mark was missed that
is stated for this size; which marks are for another one is told.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TextIO

from .catalogue import MEASURES
from .ground import Ground
from .measure import Measure, line, table, verdict

SIZES = range(1_000, 1_000_001)


def main(names: list[str], settings: dict[str, str]) -> int:
    """Measure what is named, or all."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(
            f"bench: nothing is measured by the name of {', '.join(unknown)}: BENCH takes"
            f" {', '.join(MEASURES)}",
            file=sys.stderr,
        )
        return 2
    size = settings.get("SIZE", "").replace(",", "").replace("_", "") or "100000"
    if not size.isdecimal() or int(size) not in SIZES:
        print(f"bench: SIZE is {SIZES[0]} to {SIZES[-1]}, not {size}", file=sys.stderr)
        return 2
    found: list[Measure] = []
    with _alone() as output:
        for one in _measured(names or list(MEASURES), int(size)):
            found.append(one)
            if not settings.get("BENCH_TABLE"):
                print(line(one), file=output, flush=True)
        if settings.get("BENCH_TABLE"):
            print(*table(found), sep="\n", file=output)
    asked = bool(settings.get("BENCH_MARKS"))
    for said in (verdict(one) for one in found if one.missed or asked):
        if said:
            print(f"bench: {said}", file=sys.stderr)
    return int(asked and any(one.missed for one in found))


def _measured(names: list[str], size: int) -> Iterator[Measure]:
    with (
        tempfile.TemporaryDirectory(prefix="civic-bench-") as folder,
        Ground(size=size, folder=Path(folder)) as ground,
    ):
        for name in names:
            yield from MEASURES[name](ground)


@contextmanager
def _alone() -> Iterator[TextIO]:
    """Standard output for the results alone: what anything else writes there goes to the errors."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as output, redirect_stdout(sys.stderr):
        os.dup2(2, 1)
        yield output


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
