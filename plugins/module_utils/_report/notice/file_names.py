# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The folder of a unit: a name that every file system takes, whatever the unit is called."""

from __future__ import annotations

import re
from hashlib import sha256

from ..._core.vietnamese import same_name, without_marks

NO_UNIT = "no-unit"
_LONGEST = 48


def folder_of(unit: str) -> str:
    """The same each time, and another one for another unit: a few letters, and a digest."""
    name = same_name(unit)
    if not name:
        return NO_UNIT
    words = re.sub(r"[^a-z0-9]+", "-", without_marks(name).lower())[:_LONGEST].strip("-")
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words}-{digest}" if words else f"unit-{digest}"
