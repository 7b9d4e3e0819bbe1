# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers' configuration files: texts of templates/ with @names@ filled in."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
_NAME = re.compile(r"@([a-z_]+)@")


def render(template: str, **values: object) -> str:
    """The template's text with each @name@ replaced. Raises KeyError for a name without a value."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return _NAME.sub(lambda match: str(values[match[1]]), text)
