# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The languages of the letters."""

from __future__ import annotations

from .english import ENGLISH
from .vietnamese import VIETNAMESE

WORDINGS = (VIETNAMESE, ENGLISH)
