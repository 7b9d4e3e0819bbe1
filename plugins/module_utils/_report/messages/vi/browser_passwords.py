# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control browser-passwords in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

BROWSER_PASSWORDS = ControlWords(
    text=ControlText(
        title="Trình duyệt không lưu mật khẩu hộp thư công vụ",
        short="Trình duyệt",
        clause="mục 2, ý thứ hai",
        rationale=(
            "Mật khẩu lưu trong trình duyệt thì ai ngồi vào máy cũng dùng được, phần mềm độc hại "
            "cũng đọc được."
        ),
        limit=(
            "Chỉ là chính sách quản trị của các trình duyệt đã biết, ở nơi thông thường; mật khẩu "
            "đã lưu từ trước không được kiểm tra."
        ),
    ),
    sentences={
        "browser-passwords.off": (
            "{browser} không lưu mật khẩu theo chính sách quản trị; mật khẩu đã lưu từ trước không "
            "được kiểm tra"
        ),
        "browser-passwords.keeps": (
            "{browser} có thể lưu mật khẩu: không có chính sách quản trị nào cấm"
        ),
        "browser-passwords.no-browser": (
            "Không thấy Chromium, Chrome, Edge hay Firefox ở nơi cài đặt thông thường: không rõ "
            "máy có trình duyệt khác hay không"
        ),
    },
    advice={
        "browser-passwords.keeps": "Chạy civic.mailbox.browser_policy trên máy trạm",
        "browser-passwords.no-browser": "Kiểm tra trực tiếp trên máy trạm",
    },
)
