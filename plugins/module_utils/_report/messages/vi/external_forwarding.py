# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control external-forwarding in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

EXTERNAL_FORWARDING = ControlWords(
    text=ControlText(
        title="Không tự động chuyển tiếp thư ra ngoài hệ thống",
        short="Chuyển tiếp thư",
        clause="mục 2, ý thứ ba",
        rationale=(
            "Chuyển tiếp tự động đưa thư công vụ ra khỏi sự quản lý của cơ quan và thường là bước "
            "tiếp theo sau khi hộp thư bị chiếm quyền."
        ),
        limit=(
            "Chỉ là những gì có trên máy chủ thư mục và máy chủ thư; quy tắc trong phần mềm thư "
            "trên máy cá nhân thì không thấy được."
        ),
    ),
    sentences={
        "external-forwarding.none": "Không chuyển tiếp thư ra ngoài cơ quan",
        "external-forwarding.outside": "Chuyển tiếp thư đến {address} ({sources})",
        "external-forwarding.partners-only": (
            "Không chuyển tiếp thư ra ngoài cơ quan, trừ đến tên miền của đơn vị phối hợp đã được "
            "duyệt"
        ),
        "external-forwarding.unclear": (
            "Chuyển tiếp thư đến {address}; không phân tích được địa chỉ này nên coi là ở ngoài cơ "
            "quan ({sources})"
        ),
        "external-forwarding.answers": (
            "Thư trả lời tự động ghi {address} là người gửi, nên thư phúc đáp sẽ đến địa chỉ đó "
            "({sources})"
        ),
        "external-forwarding.through": "Chuyển tiếp thư đến {address} qua {through} ({sources})",
        "external-forwarding.dormant": (
            "Có quy tắc đã lưu nhưng chưa có hiệu lực, nếu bật sẽ chuyển tiếp thư đến {address} "
            "({sources})"
        ),
        "external-forwarding.opaque": (
            "Có chuyển tiếp thư nhưng không xác định được nơi nhận ({sources}): cần xem xét trực "
            "tiếp"
        ),
    },
    advice={
        "external-forwarding.through": (
            "Không cần xử lý tại đây: địa chỉ cuối cùng mà thư đi qua có kết quả riêng kèm cách "
            "khắc phục"
        ),
        "external-forwarding.dormant": "Hỏi chủ hộp thư, sau đó xóa quy tắc",
        "external-forwarding.answers": (
            "Cùng chủ hộp thư sửa phần người gửi của thư trả lời tự động"
        ),
        "external-forwarding.opaque": "Cùng chủ hộp thư xem xét trực tiếp",
    },
)
