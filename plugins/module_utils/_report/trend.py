# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Earlier runs beside this one, by their summary.json; one that cannot be used is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .._core.dates import parse_time
from .mailbox_states import STATES
from .records import ACCEPTED, Use, use_by_unit

SHOWN = 24  # runs
SCHEMA = 1  # of summary.json, as formats/summary.py writes it
_LOOKED_AT = 200  # folders, newest first
_LARGEST = 64 << 20  # bytes


@dataclass(frozen=True, kw_only=True)
class Point:
    """One run."""

    run_id: str
    now: datetime
    accounts: int
    complete: bool  # whether every server was read in full
    mailboxes: Mapping[str, int]  # state -> number
    use: Mapping[str, Use] = field(default_factory=dict)  # by unit; none in an older version's


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A run that there is and that cannot be drawn, with the key of the reason's text."""

    run_id: str
    reason: str  # "older", "newer", "damaged", "unreadable", "unwritten"


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The runs before one, oldest first."""

    points: tuple[Point, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    earlier: int = 0  # further ones, older than those shown


def earlier_runs(run_dir: Path, now: datetime) -> Trend:
    """The runs in the folders beside `run_dir` that are older than `now`."""
    points: list[Point] = []
    left_out: list[LeftOut] = []
    for folder in _folders(run_dir):
        found = _run(folder)
        if isinstance(found, LeftOut):
            left_out.append(found)
        elif found.now < now:
            points.append(found)
    points.sort(key=lambda point: (point.now, point.run_id))
    return Trend(
        points=tuple(points[-SHOWN:]),
        left_out=tuple(sorted(left_out, key=lambda one: one.run_id)),
        earlier=max(0, len(points) - SHOWN),
    )


def _folders(run_dir: Path) -> list[Path]:
    """Other runs that were assessed, the newest ones; a link is none, nor is a baseline."""
    found: list[tuple[float, Path]] = []
    try:
        for folder in run_dir.parent.iterdir():
            mark = folder / "assessment.json"
            other = folder.name != run_dir.name and not folder.is_symlink()
            if other and mark.is_file() and not (folder / ACCEPTED).exists():
                found.append((mark.stat().st_mtime, folder))
    except OSError:  # without the right to list the folder there is nothing to compare with
        return []
    return [folder for _, folder in sorted(found, reverse=True)[:_LOOKED_AT]]


def _run(folder: Path) -> Point | LeftOut:
    path = folder / "summary.json"
    try:
        if path.stat().st_size > _LARGEST:
            return LeftOut(run_id=folder.name, reason="damaged")
        content = path.read_bytes()
    except FileNotFoundError:
        return LeftOut(run_id=folder.name, reason="unwritten")
    except OSError:
        return LeftOut(run_id=folder.name, reason="unreadable")
    try:
        return _point(folder.name, json.loads(content))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return LeftOut(run_id=folder.name, reason="damaged")


def _point(run_id: str, summary: Mapping[str, Any]) -> Point | LeftOut:
    schema = summary["schema"]
    if not isinstance(schema, int):
        raise TypeError("schema")
    if schema > SCHEMA:
        return LeftOut(run_id=run_id, reason="newer")
    if schema < SCHEMA or "mailboxes" not in summary:
        return LeftOut(run_id=run_id, reason="older")
    return Point(
        run_id=run_id,
        now=parse_time(summary["now"]),
        accounts=_number(summary["accounts"]),
        complete=summary["complete"] is True,
        mailboxes={state: _number(summary["mailboxes"][state]) for state in STATES},
        use=use_by_unit(summary) or {},
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("no number")
    return value
