# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ours and the other clients read, all of them the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict


class Asked(TypedDict):
    """Keywords of each client's function, which come as JSON."""

    uri: str
    ca_path: str
    bind: dict[str, str]
    base: str
    ldap_filter: str
    attributes: Sequence[str]
    page: int
