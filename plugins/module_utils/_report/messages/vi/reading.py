# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""In Vietnamese: how things were read, and what could not be."""

from __future__ import annotations

import re

READING = (
    (
        re.compile(r"(.*): the Sieve scripts of (\d+) mailbox(?:es)? were read as the files .*"),
        r"\1: đã đọc kịch bản Sieve của \2 hộp thư từ tệp",
    ),
    (
        re.compile(r"(.*): the Sieve scripts of (\d+) mailbox(?:es)? were read by doveadm, .*"),
        r"\1: đã đọc kịch bản Sieve của \2 hộp thư bằng doveadm",
    ),
    (re.compile(r"(.*) was not read in full: (.*)"), r"không đọc được đầy đủ \1: \2"),
    (re.compile(r"nothing was gathered from it"), "chưa thu thập được dữ liệu nào"),
    (
        re.compile(r"no mail host was read, so Sieve scripts, \.forward files and aliases .*"),
        "chưa đọc máy chủ thư nào nên không biết các kịch bản Sieve, tệp .forward và bí danh",
    ),
    (
        re.compile(r"the mail log of (.*) tells of (.*) to (.*), and .* last (\d+) days"),
        r"nhật ký thư của \1 chỉ có từ \2 đến \3, trong khi mail_logs.cover_days yêu cầu \4 ngày",
    ),
    (
        re.compile(r"the mail log of (.*) tells nothing of (.*) to (.*): a file of it is missing"),
        r"nhật ký thư của \1 không có gì từ \2 đến \3: thiếu một tệp nhật ký",
    ),
    (
        re.compile(r"the mail log of (.*) tells nothing of (.*) to (.*): nothing was written, .*"),
        r"nhật ký thư của \1 không có gì từ \2 đến \3: không ghi gì, hoặc đã bị mất",
    ),
    (
        re.compile(r"of the mail log of (.*) a file could not be read: (.*)"),
        r"không đọc được một tệp nhật ký thư của \1: \2",
    ),
    (
        re.compile(
            r"(.*): (\d+) lines of its mail log were read, which tells of (.*) to (.*); not .*: "
            r"(\d+) without a time, (\d+) too long; wrong passwords .*: (\d+)"
        ),
        r"\1: đã đọc \2 dòng nhật ký thư, từ \3 đến \4; không tính \5 dòng không có thời gian và "
        r"\6 dòng quá dài; số lần thử mật khẩu với người dùng không có: \7",
    ),
    (
        re.compile(r"no mail host that was read has a mailbox by an address or .*"),
        "không máy chủ thư nào đã đọc có hộp thư theo địa chỉ hoặc tên đăng nhập của tài khoản này",
    ),
    (
        re.compile(r"the entry has no mail address, so what .*"),
        "tài khoản không có địa chỉ thư nên không đối chiếu được với máy chủ thư: cần bổ sung",
    ),
    (
        re.compile(r"(\d+) accounts have several mail addresses, as (.*): their findings .*"),
        r"\1 tài khoản có nhiều địa chỉ thư, ví dụ \2: kết quả ghi theo địa chỉ đầu tiên",
    ),
    (
        re.compile(r"(\d+) workstations did not answer, as (.*): nothing is known .*"),
        r"\1 máy trạm không trả lời, ví dụ \2: chưa biết gì về trình duyệt của các máy này; hãy rà "
        r"soát lại khi máy được bật",
    ),
    (
        re.compile(r"(\w+): (.*) cannot be listed; it was asked for the (\d+) keys .*"),
        r"\1: không liệt kê được \2; đã tra cứu \3 khóa mà máy chủ này biết",
    ),
)
