# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What an office states for its letters, as a file or as a variable of the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.letter_file import LetterFile, read_letter_file
from .._core.section import Located
from .policy_file import load_located

ARGUMENTS: dict[str, Any] = {
    "letter_file": {"type": "path"},
    "letter": {"type": "dict"},
}
RESTRICTIONS: dict[str, Any] = {
    "mutually_exclusive": [("letter_file", "letter")],
    "required_one_of": [("letter_file", "letter")],
}


def letter_file_of(params: dict[str, Any]) -> LetterFile:
    """What is stated. Raises PolicyError that lists every mistake, with file, line and key."""
    if params["letter_file"]:
        return read_letter_file(load_located(Path(params["letter_file"]), "letter file"))
    return read_letter_file(Located(file="letter", data=params["letter"], lines={}))
