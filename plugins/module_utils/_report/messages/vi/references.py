# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""In Vietnamese: what is remarked of a reference to a standard."""

from __future__ import annotations

import re

REMARKS = (
    (
        re.compile(r"(.*) \(conflicts: no composition rules\)"),
        r"\1 (trái với công văn: không quy định thành phần mật khẩu)",
    ),
    (re.compile(r"(.*)\(nearest\)"), r"\1(gần nhất)"),
    (re.compile(r"(.*)\(no expiry\)"), r"\1(không đặt thời hạn)"),
    (re.compile(r"(.*)\(stricter: 45 days\)"), r"\1(chặt hơn: 45 ngày)"),
    (
        re.compile(r"(.*)\(stricter: 14 characters without a second factor\)"),
        r"\1(chặt hơn: 14 ký tự nếu không có yếu tố thứ hai)",
    ),
    (
        re.compile(r"(.*) to (.*)\(stricter: 12 characters, no expiry\)"),
        r"\1 đến \2(chặt hơn: 12 ký tự, không đặt thời hạn)",
    ),
    (
        re.compile(r"(.*)\(partly: alerts on leaked passwords\)"),
        r"\1(một phần: cảnh báo mật khẩu bị lộ)",
    ),
    (re.compile(r"(.*)\(partly: several approve\)"), r"\1(một phần: nhiều người duyệt)"),
)
