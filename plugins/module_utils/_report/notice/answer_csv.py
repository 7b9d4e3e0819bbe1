# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The answer form as CSV, for those who fill it in with a spreadsheet."""

from __future__ import annotations

import csv
import io

from ..formats.csv import BYTE_ORDER_MARK, safe
from .letter import AnswerForm


def answer_csv(form: AnswerForm) -> bytes:
    """The headings and a line for each mailbox; no cell is ever taken for a formula."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(form.headings)
    writer.writerows([safe(cell) for cell in row] for row in form.rows)
    return text.getvalue().encode()
