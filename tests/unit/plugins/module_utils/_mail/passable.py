# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders of tests that others than pytest's user can look into."""

from __future__ import annotations

import tempfile
from pathlib import Path


def make_passable(folder: Path) -> None:
    """Let everybody through the folder and those above it, up to the one of all temporary files."""
    shared = Path(tempfile.gettempdir())
    for one in (folder, *folder.parents):
        if one in (shared, *shared.parents):
            return
        one.chmod(0o755)
