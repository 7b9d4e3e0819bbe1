# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Virtual aliases (virtual(5)): virtual_alias_maps. A whole domain's is told as "@domain"."""

from __future__ import annotations

from functools import partial

from ..address_tables import read_tables
from ..channel import Channel

_NAME = "virtual"

VIRTUAL = Channel(
    name=_NAME,
    read=partial(read_tables, channel=_NAME, parameter="virtual_alias_maps", is_single=False),
)
