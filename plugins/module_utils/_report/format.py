# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A format: one kind of file that a report is written as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from .report import Report


@dataclass(frozen=True, kw_only=True)
class Format:
    """Its name among the module's choices, its file, and how it is written."""

    name: str
    file: str
    write: Callable[[Report, TextIO], None]
    seals: bool = False  # whether it has the hash of the list of all others' hashes
