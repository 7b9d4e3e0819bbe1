# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""report.html: the report to read, to print and to hand on."""

from __future__ import annotations

from typing import TextIO

from ..format import Format
from ..page.document import document
from ..report import Report


def _write(report: Report, file: TextIO) -> None:
    file.writelines(document(report))


HTML = Format(name="html", file="report.html", write=_write, seals=True)
