# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control service-signup in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

SERVICE_SIGNUP = ControlWords(
    text=ControlText(
        title="Không đăng ký mạng xã hội, mua sắm, diễn đàn; báo và xóa thư rác",
        short="Đăng ký, thư rác",
        clause="mục 2, ý thứ năm",
        rationale=(
            "Mỗi lần đăng ký là một lần địa chỉ bị phát tán cho thư rác, mật khẩu lại thường trùng "
            "với hộp thư. Người khác cũng có thể nhập địa chỉ này: nhật ký là lý do để hỏi, không "
            "phải bằng chứng. Về thư rác, báo cáo nêu máy chủ được đặt thế nào, không nêu kết quả."
        ),
        limit=(
            "Chỉ là những gì nhật ký máy chủ thư cho thấy về người gửi; việc đăng ký không gửi "
            "thư, hoặc gửi đến nơi khác, thì không thấy được."
        ),
    ),
    sentences={
        "service-signup.none": (
            "Theo nhật ký, hầu như không nhận thư của mạng xã hội, trang mua sắm, diễn đàn"
        ),
        "service-signup.some": (
            "Nhận thư từ {domains} ({number} thư), là thư các dịch vụ đó gửi cho người đã đăng ký "
            "và cả người khác: hỏi chủ hộp thư"
        ),
        "service-signup.newsletters": (
            "Nhận bản tin từ {domains} ({number} thư, theo trường tiêu đề mà máy chủ ghi nhật ký): "
            "cần hỏi chủ hộp thư"
        ),
        "service-signup.treated": (
            "Postfix xử lý thư từ các dịch vụ trong danh sách đúng như chính sách (listed_senders: "
            "{way})"
        ),
        "service-signup.untreated": (
            "Postfix chưa xử lý thư từ các dịch vụ trong danh sách như chính sách yêu cầu "
            "(listed_senders: {way}); danh sách có {number} tên miền"
        ),
        "service-signup.reported": (
            "Thư người dùng chuyển vào {folders} được giao cho kịch bản của quản trị viên; bộ lọc "
            "có học từ đó hay không thì không kiểm tra"
        ),
        "service-signup.not-reported": (
            "Bộ lọc thư rác không học từ thư người dùng chuyển vào {folders}, dù máy có {filters}"
        ),
        "service-signup.no-filter": (
            "Bộ lọc thư rác không học từ thư người dùng đánh dấu: máy này không có rspamd hay "
            "SpamAssassin; bộ lọc đặt trước máy này thì từ đây không thấy được"
        ),
        "service-signup.no-junk-to-learn": (
            "Không có thư mục nào được đánh dấu là thư mục thư rác để bộ lọc thư rác học từ đó"
        ),
        "service-signup.no-junk": (
            "Không có thư mục nào được đánh dấu là thư mục thư rác để xóa thư sau {limit} ngày"
        ),
        "service-signup.no-trash": (
            "Không có thư mục nào được đánh dấu là thùng rác để xóa thư sau {limit} ngày"
        ),
        "service-signup.deleted": (
            "Theo cấu hình, thư trong {folders} bị xóa sau {limit} ngày hoặc sớm hơn"
        ),
        "service-signup.kept": (
            "Máy chủ không bao giờ xóa thư trong {folders}; giới hạn là {limit} ngày"
        ),
        "service-signup.kept-long": (
            "Thư trong {folders} chỉ bị xóa sau {days} ngày; giới hạn là {limit}"
        ),
        "service-signup.warned": (
            "Chủ hộp thư được báo khi đã dùng {percent}% dung lượng của hộp thư"
        ),
        "service-signup.not-warned": (
            "Chủ hộp thư không được báo trước khi hộp thư đầy; chính sách yêu cầu báo ở mức "
            "{limit}%"
        ),
        "service-signup.no-quota": (
            "Chưa đặt hạn mức: không hộp thư nào có giới hạn dung lượng, nên không rõ hộp thư nào "
            "sắp đầy"
        ),
        "service-signup.quotas-unread": "Không xác định được các hộp thư đã đầy đến đâu: {reason}",
        "service-signup.no-dovecot": (
            "Chưa đọc được máy này xử lý thư rác thế nào: máy không có Dovecot, hoặc không được hỏi"
        ),
        "service-signup.nearly-full": "Đã dùng {percent}% dung lượng hộp thư; giới hạn là {limit}%",
    },
    advice={
        "service-signup.some": "Hỏi chủ hộp thư; gỡ địa chỉ khỏi dịch vụ đó",
        "service-signup.newsletters": "Hỏi chủ hộp thư; gỡ địa chỉ khỏi nơi gửi bản tin",
        "service-signup.untreated": "Chạy civic.mailbox.enforce",
        "service-signup.not-reported": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.no-filter": "Cài rspamd hoặc SpamAssassin, hoặc miễn áp dụng cho máy này",
        "service-signup.no-junk-to-learn": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.no-junk": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.no-trash": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.kept": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.kept-long": "Sửa ở nơi cấu hình riêng của Dovecot nêu điều đó",
        "service-signup.not-warned": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.no-quota": "Đặt hạn mức, hoặc đặt quota_warning_percent bằng 0",
        "service-signup.quotas-unread": "Khắc phục việc đọc dữ liệu rồi rà soát lại",
        "service-signup.no-dovecot": "Kiểm tra máy, hoặc bỏ máy khỏi mail_servers",
        "service-signup.nearly-full": "Đề nghị chủ hộp thư xóa thư rác, dọn sạch thùng rác",
    },
)
