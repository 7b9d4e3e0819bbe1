# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The name of the office that issues a paper, as it stands in the paper's head."""

from __future__ import annotations

import re

_COMMITTEE = re.compile(r"(ủy ban nhân dân|uỷ ban nhân dân|people.s committee) (.+)", re.IGNORECASE)


def in_lines(issuer: str) -> tuple[str, ...]:
    """The name of a people's committee stands in two lines: what it is, and of where."""
    found = _COMMITTEE.fullmatch(issuer)
    return found.groups() if found else (issuer,)
