# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How a subject is named on the page."""

from __future__ import annotations

from ..visible import clipped
from .markup import Html, element, joined


def named(name: str, unit: str) -> Html:
    """A subject with its unit below. A long address is broken before its @, if at all."""
    local, at, domain = clipped(name).rpartition("@")
    return joined([
        element("bdi", local, element("wbr") if at else None, f"{at}{domain}"),
        element("small", unit) if unit not in ("", name) else None,
    ])  # fmt: skip
