# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Running commands as processes of their own, and two of them in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from . import call, launch
from .measure import Measure

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
ENOUGH = 120.0  # s: after them no further round begins
# What ours imports is not to be compiled anew in each run.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run of a command took, start-up included."""

    seconds: float
    on_processor: float  # seconds
    peak_mb: float
    output: str = ""


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Something to be measured, by the name that it has in the results."""

    name: str
    run: Callable[[], Run]


def run(
    command: Sequence[object], *, env: Mapping[str, str] | None = None, keep: bool = False
) -> Run:
    """Run a command; its output is thrown away, or kept in the result.

    Ends with what it said where it fails.
    """
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        report, errors = Path(folder, "report"), Path(folder, "errors")
        with errors.open("wb") as file:
            done = subprocess.run(
                [sys.executable, "-IS", launch.__file__, str(report), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if keep else subprocess.DEVNULL,
                stderr=file,
                env=_ENVIRONMENT | dict(env or {}),
                cwd=ROOT,
                check=False,
            )
        output = done.stdout.decode() if keep else ""
        if done.returncode:
            said = (output + errors.read_text(errors="replace"))[-4000:]
            raise SystemExit(f"{command[0]} ended with {done.returncode}: {said}")
        seconds, on_processor, peak_mb = json.loads(report.read_text())
    return Run(seconds=seconds, on_processor=on_processor, peak_mb=peak_mb, output=output)


def calling(function: Callable[..., object], **settings: Any) -> list[str]:
    """The command that calls one of our functions, by keyword, in a process of its own."""
    where = f"{function.__module__}:{function.__qualname__}"
    return [sys.executable, "-m", call.__name__, where, json.dumps(settings)]


def compare(
    name: str,
    size: int,
    own: Runner,
    reference: Runner,
    *,
    versions: Mapping[str, str],
    at_most: float | None = None,
    at_most_seconds: float | None = None,
    stated_for: int | None = None,
    rounds: int = ROUNDS,
    seconds: Callable[[Run], float] = lambda run: run.seconds,
) -> Measure:
    """Run both in turn; the ratio is taken round by round."""
    pairs: list[tuple[Run, Run]] = []
    began = time.monotonic()
    while len(pairs) < rounds and (not pairs or time.monotonic() - began < ENOUGH):
        pairs.append((own.run(), reference.run()))
        print(
            f"{name}, {size}: {own.name} {seconds(pairs[-1][0]):.2f} s,"
            f" {reference.name} {seconds(pairs[-1][1]):.2f} s",
            file=sys.stderr,
            flush=True,
        )
    return Measure(
        name=name,
        size=size,
        seconds=median(seconds(ours) for ours, _ in pairs),
        peak_mb=max(ours.peak_mb for ours, _ in pairs),
        reference=reference.name,
        reference_seconds=median(seconds(theirs) for _, theirs in pairs),
        ratio=median(seconds(ours) / seconds(theirs) for ours, theirs in pairs),
        versions=dict(versions),
        at_most=at_most,
        at_most_seconds=at_most_seconds,
        stated_for=stated_for,
    )
