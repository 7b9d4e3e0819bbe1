# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The Vietnamese names for the keys of the files."""

from __future__ import annotations

from ...texts import Words

WORDS = Words(
    statuses={
        "pass": "Đạt",
        "fail": "Cần xử lý",
        "unknown": "Chưa rõ",
        "exempt": "Được miễn trừ",
        "manual": "Cần xem xét",
        "error": "Chưa đánh giá được",
    },
    columns={
        "pass": "đạt",
        "fail": "xử lý",
        "unknown": "chưa rõ",
        "exempt": "miễn trừ",
        "manual": "xem xét",
        "error": "chưa đọc",
    },
    severities={
        "critical": "nghiêm trọng",
        "high": "cao",
        "medium": "trung bình",
        "low": "thấp",
        "info": "để biết",
    },
    changes={
        "new": "Mới",
        "worse": "Xấu đi",
        "expired": "Hết miễn trừ",
        "not_assessed": "Lần này không đánh giá được",
        "disappeared": "Tài khoản không còn",
        "exempted": "Nay được miễn trừ",
        "better": "Đỡ hơn",
        "decided": "Nay đã rõ",
        "resolved": "Đã khắc phục",
        "unchanged": "Không đổi",
    },
    kinds={
        "accounts": "Máy chủ thư mục",
        "mail": "Máy chủ thư",
        "log": "Nhật ký thư",
        "browsers": "Máy trạm",
    },
    profiles={"letter": "Theo công văn", "nist-63b-4": "NIST SP 800-63B-4"},
    remedies={
        "lock": "Khóa hộp thư; chỉ mở lại khi được phê duyệt",
        "must_change": "Bắt buộc đổi mật khẩu ở lần đăng nhập tới",
        "forwards": "Gỡ địa chỉ chuyển tiếp này; giữ các địa chỉ khác",
        "listed_senders": "Cho Postfix gắn nhãn hoặc từ chối thư từ các dịch vụ này",
        "min_length": "Tăng độ dài tối thiểu trong chính sách mật khẩu của máy chủ",
        "history": "Cho máy chủ ghi nhớ nhiều mật khẩu cũ hơn",
        "lockout_threshold": "Cho máy chủ khóa sau ít lần nhập sai hơn",
        "must_change_after_reset": "Bắt buộc đổi mật khẩu sau khi đặt lại",
        "checks_quality": "Cho máy chủ từ chối mật khẩu không kiểm tra được",
        "max_age": "Bỏ thời hạn mật khẩu",
        "classes": "Sửa thành phần bắt buộc trong chính sách mật khẩu của máy chủ",
    },
    fields={
        "lock": "Hộp thư",
        "must_change": "Phải đổi mật khẩu",
        "forwards": "Chuyển tiếp đến",
        "listed_senders": "Dịch vụ trong danh sách",
        "min_length": "Độ dài tối thiểu",
        "history": "Số mật khẩu cũ được ghi nhớ",
        "lockout_threshold": "Số lần nhập sai cho đến khi khóa",
        "must_change_after_reset": "Đổi mật khẩu sau khi đặt lại",
        "checks_quality": "Từ chối mật khẩu không kiểm tra được",
        "max_age": "Mật khẩu hết hạn sau",
        "classes": "Thành phần bắt buộc",
    },
    modes={"apply": "Thực hiện", "rollback": "Hoàn tác"},
    results={
        "done": "đã thực hiện",
        "undone": "đã hoàn tác",
        "skipped": "để nguyên",
        "failed": "không thực hiện được",
        "unclear": "chưa rõ",
    },
    missing={
        "file": "thiếu tệp nhật ký",
        "silence": "không ghi gì, hoặc đã bị mất",
    },
    left_out={
        "older": "theo định dạng cũ, không có trong biểu đồ",
        "newer": "theo định dạng mới hơn, không có trong biểu đồ",
        "damaged": "tệp summary.json bị hỏng, không có trong biểu đồ",
        "unreadable": "không đọc được tệp summary.json, không có trong biểu đồ",
        "unwritten": "không có tệp summary.json, không có trong biểu đồ",
    },
)
