# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""References in plain Python, which do no more than read. They import nothing of ours."""

from __future__ import annotations

import json
import os


def parse(*, paths: list[str]) -> None:
    """Parse files of JSON lines."""
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                json.loads(line)


def read_files(*, folder: str) -> None:
    """Read every file below a folder."""
    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith("."):  # the link to the active script, which is read anyway
                continue
            with open(f"{place}/{name}", "rb") as file:
                file.read()
