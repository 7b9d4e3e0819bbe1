# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control free-mail in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

FREE_MAIL = ControlWords(
    text=ControlText(
        title="Không dùng hộp thư miễn phí chưa được thẩm định cho công việc",
        short="Thư miễn phí",
        clause="mục 2, ý thứ tư",
        rationale=(
            "Thư nằm trong hộp thư miễn phí thì cơ quan không quản lý được. Nhật ký chỉ đếm số thư "
            "và tên miền; có phải việc công hay không thì chỉ đơn vị biết."
        ),
        limit=(
            "Chỉ là địa chỉ ghi trong thư mục và thư đi qua các máy chủ có nhật ký được đọc; "
            "không xem nội dung, không thấy thư gửi không qua các máy chủ này."
        ),
    ),
    sentences={
        "free-mail.none": "Thư mục không có địa chỉ hộp thư miễn phí nào cho hộp thư này",
        "free-mail.recovery": (
            "Khi quên mật khẩu thì đặt lại qua hộp thư miễn phí ({domains}): ai có hộp thư đó thì "
            "có luôn hộp thư công vụ này"
        ),
        "free-mail.contact": (
            "Thư mục có địa chỉ hộp thư miễn phí cho hộp thư này ({domains}): hỏi chủ hộp thư xem "
            "thư công vụ có gửi đến đó hay không"
        ),
        "free-mail.little": (
            "Theo nhật ký thư: {sent} thư gửi đến và {received} thư nhận từ hộp thư miễn phí"
        ),
        "free-mail.much": (
            "Theo nhật ký thư: {sent} thư gửi đến và {received} thư nhận từ hộp thư miễn phí. "
            "Người dân cũng dùng các hộp thư đó: hỏi đơn vị có dùng cho việc công hay không"
        ),
    },
    advice={
        "free-mail.recovery": "Dùng cách đặt lại mật khẩu khác; gỡ địa chỉ này khỏi thư mục",
        "free-mail.contact": "Hỏi chủ hộp thư; thay bằng địa chỉ của cơ quan",
        "free-mail.much": "Hỏi đơn vị; nếu là việc công thì chuyển sang hộp thư công vụ",
    },
)
