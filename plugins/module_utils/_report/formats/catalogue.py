# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The formats. A new one is a file beside this, a line below, and a choice of the module."""

from __future__ import annotations

from ..format import Format
from .csv import CSV
from .html import HTML
from .junit import JUNIT
from .oscal import OSCAL
from .prometheus import PROMETHEUS
from .sarif import SARIF
from .summary import SUMMARY
from .terminal import TERMINAL

FORMATS: tuple[Format, ...] = (
    HTML,
    CSV,
    SUMMARY,
    TERMINAL,
    JUNIT,
    SARIF,
    OSCAL,
    PROMETHEUS,
)
