# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control regular-use in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

REGULAR_USE = ControlWords(
    text=ControlText(
        title="Hộp thư công vụ được sử dụng thường xuyên",
        short="Sử dụng thường xuyên",
        clause="mục 1",
        rationale="Thư công vụ không có người đọc là công việc không được giải quyết.",
        limit=(
            "Chỉ là lần đăng nhập được ghi nhận hoặc thư đã gửi; thư có được đọc và trả lời hay "
            "không thì không biết."
        ),
    ),
    sentences={
        "regular-use.used": (
            "{used} trên {open} hộp thư đang mở được sử dụng trong {days} ngày qua ({share}%)"
        ),
        "regular-use.seldom": (
            "Chỉ {used} trên {open} hộp thư đang mở được sử dụng trong {days} ngày qua ({share}%, "
            "yêu cầu {wanted}%)"
        ),
        "regular-use.undecided": (
            "{used} trên {open} hộp thư đang mở được sử dụng trong {days} ngày qua; {undecided} "
            "hộp thư chưa rõ"
        ),
        "regular-use.empty": "Đơn vị không có hộp thư nào đang mở",
    },
    advice={
        "regular-use.seldom": "Nhắc đơn vị sử dụng hộp thư thường xuyên",
        "regular-use.undecided": "Bật việc ghi nhận đăng nhập",
    },
)
