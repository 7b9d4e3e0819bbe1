# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""In Vietnamese: the English words that the controls put into values."""

from __future__ import annotations

import re

TERMS = {
    "yes": "có",
    "no": "không",
    "none": "không có",
    "letters": "chữ cái",
    "digits": "chữ số",
    "specials": "ký tự đặc biệt",
    "active": "đang mở",
    "locked by failures": "tạm khoá do nhập sai mật khẩu",
    "locked": "khóa",
    "administrator": "do quản trị viên",
    "failures": "do nhập sai mật khẩu nhiều lần",
    "none on record": "không có ghi nhận",
    "not shown": "không hiển thị",
    "not set": "chưa đặt",
    "not known": "không rõ",
    "reopened": "mở lại",
    "journal": "nhật ký",
    "account made": "tạo tài khoản",
    "password changed": "đổi mật khẩu",
    "stored hash compared": "đối chiếu mật khẩu đã băm",
    "match": "trùng",
    "no_match": "không trùng",
    "not_tried": "chưa đối chiếu",
    "policy file": "tệp chính sách",
    "last sign-in": "đăng nhập lần cuối",
    "forward": "chuyển tiếp",
    "forward, not in force": "chuyển tiếp, chưa có hiệu lực",
    "exemption expired": "miễn trừ đã hết hạn",
    "could not be parsed": "không phân tích được địa chỉ",
    "there is no address in it": "không có địa chỉ nào",
    "it has no domain": "không có tên miền",
    "its domain is no domain name": "phần tên miền không hợp lệ",
    "something in it is never closed": "có dấu mở mà không có dấu đóng",
    "it is not written as an address is": "không đúng cách viết địa chỉ thư",
    "every domain in it": "các tên miền có trong địa chỉ",
    "goes on to": "được chuyển tiếp đến",
    "locked, and forwards all the same": "đã bị khóa nhưng vẫn chuyển tiếp thư",
    "this is what the log of one server shows, from then on": (
        "chỉ căn cứ nhật ký của một máy chủ, từ thời điểm này"
    ),
    "recipients in an hour": "số người nhận trong một giờ",
    "recipients on a day": "số người nhận trong một ngày",
    "networks on a day": "số mạng trong một ngày",
    "wrong passwords before a sign-in": "số lần nhập sai mật khẩu trước khi đăng nhập được",
    "wrong passwords": "số lần nhập sai mật khẩu",
    "messages to a free-mail domain": "số thư gửi đến tên miền thư miễn phí",
    "messages from a free-mail domain": "số thư nhận từ tên miền thư miễn phí",
    "quota": "hạn mức dung lượng",
    "days until deletion": "số ngày thư được giữ",
    "messages from a listed service": "số thư nhận từ dịch vụ trong danh sách",
    "newsletters from": "số bản tin nhận từ",
    "address at a free mailbox": "địa chỉ hộp thư miễn phí",
    "contacts": "địa chỉ liên hệ",
    "traffic": "nhật ký thư",
    "messages": "số thư",
    "recipients": "số người nhận",
    "tries to sign in": "số lần thử đăng nhập",
    "connections": "số kết nối",
    "recipients of one message": "số người nhận của một thư",
    "master.cf has no anvil, which counts": "master.cf không có dịch vụ anvil để đếm",
    "has restrictions of its own": "có quy tắc hạn chế riêng",
    "not limited": "không bị giới hạn",
    "asks a policy service": "hỏi dịch vụ chính sách",
    "Postfix counts network addresses, not senders: users behind one address share its limits, and "
    "one who sends from many addresses is not stopped": (
        "Postfix đếm theo địa chỉ mạng, không theo người gửi: người dùng chung một địa chỉ thì "
        "chung giới hạn, còn người gửi từ nhiều địa chỉ không bị chặn"
    ),
    "mail log": "nhật ký thư",
    "directory": "thư mục",
    "policy": "chính sách",
    "min_length": "độ dài tối thiểu",
    "classes": "thành phần bắt buộc",
    "history": "số mật khẩu cũ được ghi nhớ",
    "lockout_threshold": "số lần nhập sai cho đến khi khóa",
    "must_change_after_reset": "đổi mật khẩu sau khi đặt lại",
    "checks_quality": "từ chối mật khẩu không kiểm tra được",
    "max_age": "thời hạn mật khẩu",
    "forwards": "chuyển tiếp",
    "lock": "khóa",
    "sign_ins": "lần đăng nhập",
    "listed_senders": "dịch vụ trong danh sách",
    "must_change": "phải đổi mật khẩu",
    "password_changed_at": "ngày đổi mật khẩu",
    "password_policy": "chính sách mật khẩu",
    "created_at": "ngày tạo",
}

# Words around a value.
PATTERNS = (
    (re.compile(r"up to (\d+) days late"), r"có thể trễ đến \1 ngày"),
    (re.compile(r"(\d+) days"), r"\1 ngày"),
    (
        re.compile(r"(\d{4})-(\d\d)-(\d\d), approved by (.*)"),
        r"\3/\2/\1, người phê duyệt: \4",
    ),
    (re.compile(r"(\d.*); (\d.*) asked for"), r"\1; yêu cầu \2"),
    (re.compile(r"(.*): unknown program"), r"\1: chương trình không rõ"),
)
