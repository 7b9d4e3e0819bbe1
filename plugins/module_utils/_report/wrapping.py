# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Text in lines of a terminal's width."""

from __future__ import annotations

from .visible import columns, fitted, visible

WIDTH = 80


def wrapped(text: str, *, most: int) -> list[str]:
    """The text in lines, at most so many."""
    lines, line = [], ""
    for word in visible(text).split(" "):
        if line and columns(line) + 1 + columns(word) > WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".lstrip()
    lines.append(line)
    if len(lines) > most:
        lines[most - 1] += " …"
    return [cut(line) for line in lines[:most]]


def cut(line: str) -> str:
    """The line, cut where the terminal ends."""
    return fitted(visible(line), WIDTH).rstrip()
