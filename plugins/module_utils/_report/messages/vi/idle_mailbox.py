# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control idle-mailbox in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

IDLE_MAILBOX = ControlWords(
    text=ControlText(
        title="Không để mở hộp thư lâu ngày không đăng nhập",
        short="Lâu ngày không dùng",
        clause="phần nguyên nhân, ý thứ hai",
        rationale=(
            "Hộp thư không có người mở là hộp thư mà khi bị chiếm quyền cũng không ai hay biết."
        ),
        limit=(
            "Chỉ là những lần đăng nhập có máy chủ ghi nhận; lần không máy chủ nào ghi nhận thì "
            "không biết."
        ),
    ),
    sentences={
        "idle-mailbox.locked": "Đã bị khóa nên không ai đăng nhập được",
        "idle-mailbox.in-use": "Đăng nhập lần cuối ngày {last}",
        "idle-mailbox.soon": (
            "Đăng nhập lần cuối ngày {last}; nếu không đăng nhập lại, từ ngày {due} bị coi là lâu "
            "ngày không sử dụng"
        ),
        "idle-mailbox.young": "Chưa ghi nhận lần đăng nhập nào; tài khoản mới tạo ngày {created}",
        "idle-mailbox.idle": "Đăng nhập lần cuối ngày {last}, đã quá {months} tháng",
        "idle-mailbox.reopened": (
            "Đã mở lại ngày {reopened} theo phê duyệt; bị coi là bỏ không kể từ ngày {due} nếu "
            "không đăng nhập"
        ),
        "idle-mailbox.not-used": (
            "Đã mở lại ngày {reopened} theo phê duyệt nhưng đến hết ngày {by} không ai đăng nhập"
        ),
        "idle-mailbox.never": (
            "Không đăng nhập lần nào từ ngày {since}, là ngày đã có cả tài khoản và việc ghi nhận "
            "đăng nhập; đã quá {months} tháng"
        ),
        "idle-mailbox.lagging": (
            "Lần đăng nhập cuối ghi nhận được là ngày {last}, nhưng việc ghi nhận có độ trễ: thực "
            "tế có thể đến ngày {latest}"
        ),
        "idle-mailbox.record-off": (
            "Đăng nhập lần cuối ngày {last}, nhưng từ ngày {newest} {sources} không ghi nhận được "
            "lần đăng nhập nào của bất kỳ ai: có thể việc ghi nhận đã bị tắt"
        ),
        "idle-mailbox.ahead": (
            "Lần đăng nhập cuối được ghi nhận vào ngày {last}, là ngày chưa tới: kiểm tra đồng hồ "
            "máy chủ"
        ),
        "idle-mailbox.no-record": (
            "Chưa ghi nhận lần đăng nhập nào, và chính sách chưa nêu {sources} ghi nhận đăng nhập "
            "từ ngày nào (idle_mailbox.sign_ins_recorded_since)"
        ),
        "idle-mailbox.no-witness": (
            "Chưa ghi nhận lần đăng nhập nào, và trong {months} tháng qua không nguồn nào ghi nhận "
            "được đăng nhập của bất kỳ ai"
        ),
        "idle-mailbox.short-record": (
            "Chưa ghi nhận lần đăng nhập nào; việc đăng nhập chỉ được ghi nhận từ ngày {since}, "
            "chưa đủ {months} tháng"
        ),
        "idle-mailbox.no-creation": (
            "Chưa ghi nhận lần đăng nhập nào, và không rõ tài khoản được tạo khi nào"
        ),
    },
    advice={
        "idle-mailbox.lagging": "Chờ ghi nhận đăng nhập mới hơn, hoặc hỏi chủ hộp thư",
        "idle-mailbox.record-off": "Bật lại việc ghi nhận đăng nhập",
        "idle-mailbox.ahead": "Chỉnh đồng hồ máy chủ, rồi đọc lại",
        "idle-mailbox.no-record": "Nêu trong chính sách việc đăng nhập được ghi nhận từ ngày nào",
        "idle-mailbox.no-witness": "Bật việc ghi nhận đăng nhập",
        "idle-mailbox.short-record": "Chờ đủ thời gian ghi nhận, hoặc hỏi chủ hộp thư",
        "idle-mailbox.no-creation": "Cấp quyền đọc cho tài khoản rà soát, hoặc hỏi chủ hộp thư",
    },
)
