# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control password-policy in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

PASSWORD_POLICY = ControlWords(
    text=ControlText(
        title="Máy chủ bắt buộc đặt mật khẩu đủ mạnh",
        short="Chính sách mật khẩu",
        clause="mục 2, ý thứ nhất",
        rationale=(
            "Quy định mà không máy chủ nào bắt buộc thực hiện thì không ai tuân theo; mật khẩu dễ "
            "đoán là nguyên nhân khiến hộp thư bị chiếm quyền sử dụng."
        ),
        limit=(
            "Chỉ là những gì máy chủ cho biết mình bắt buộc; yêu cầu thêm của mô-đun kiểm tra thì "
            "không đọc được."
        ),
    ),
    sentences={
        "password-policy.met": "Đáp ứng yêu cầu của chính sách",
        "password-policy.none": (
            "{accounts} tài khoản không chịu chính sách mật khẩu nào: đặt mật khẩu gì cũng được"
        ),
        "password-policy.min-length": (
            "Chấp nhận mật khẩu {found} ký tự; yêu cầu tối thiểu {wanted} ký tự"
        ),
        "password-policy.classes": (
            "Không bắt buộc mật khẩu phải có {missing}. Máy chủ này tự nó không làm được, cần cài "
            "thêm mô-đun kiểm tra mật khẩu"
        ),
        "password-policy.few-classes": "Không bắt buộc mật khẩu phải có {missing}",
        "password-policy.classes-unreadable": (
            "Việc bắt buộc mật khẩu có {wanted} do mô-đun kiểm tra của máy chủ quyết định, không "
            "đọc được từ bên ngoài: {notes}"
        ),
        "password-policy.composition": (
            "Bắt buộc mật khẩu có {found}; NIST SP 800-63B-4 không cho phép quy định thành phần "
            "mật khẩu"
        ),
        "password-policy.blocklist": (
            "Không đối chiếu mật khẩu mới với danh sách mật khẩu yếu đã biết"
        ),
        "password-policy.blocklist-unreadable": (
            "Không đọc được việc mật khẩu mới có bị đối chiếu với danh sách mật khẩu yếu hay "
            "không: đề nghị hỏi quản trị máy chủ"
        ),
        "password-policy.expiry": (
            "Mật khẩu hết hạn sau {days} ngày; NIST SP 800-63B-4 không cho phép buộc đổi theo định "
            "kỳ"
        ),
        "password-policy.history": "Ghi nhớ {found} mật khẩu cũ; yêu cầu {wanted}",
        "password-policy.lockout-threshold": (
            "Khóa sau {found} lần nhập sai mật khẩu (0: không bao giờ khóa); yêu cầu không quá "
            "{wanted} lần"
        ),
        "password-policy.must-change-after-reset": (
            "Không bắt buộc đổi mật khẩu sau khi quản trị viên đặt lại"
        ),
        "password-policy.checks-quality": (
            "Chấp nhận mật khẩu mà máy chủ không kiểm tra được, ví dụ mật khẩu gửi đến ở dạng đã "
            "băm"
        ),
    },
    advice={
        "password-policy.none": "Đưa các tài khoản này vào một chính sách mật khẩu của máy chủ",
        "password-policy.classes": "Cài mô-đun kiểm tra mật khẩu có yêu cầu này",
        "password-policy.classes-unreadable": "Hỏi quản trị máy chủ về yêu cầu của mô-đun",
        "password-policy.blocklist": "Cài mô-đun kiểm tra có danh sách mật khẩu yếu",
        "password-policy.blocklist-unreadable": "Hỏi quản trị máy chủ",
    },
)
