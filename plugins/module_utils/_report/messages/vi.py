# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The report in Vietnamese, in the wording of official letters."""

from __future__ import annotations

import re

from ..language import Language
from ..texts import ControlText, PointText, Texts, Words

_CONTROLS = {
    "password-policy": ControlText(
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
    "default-password": ControlText(
        title="Mật khẩu mặc định, dễ đoán đã được thay đổi",
        short="Mật khẩu mặc định",
        clause="phần nguyên nhân, ý thứ nhất; mục 2",
        rationale=(
            "Mật khẩu đã cấp chung cho mọi người sẽ mở được mọi hộp thư còn dùng mật khẩu đó; hộp "
            "thư bị chiếm quyền phát tán thư rác cho đến khi cả tên miền bị chặn."
        ),
        limit=(
            "Căn cứ thời điểm ghi trong thư mục và, nếu được đọc mã băm, các mật khẩu mà cơ quan "
            "đưa ra đối chiếu; không đăng nhập thay ai."
        ),
    ),
    "external-forwarding": ControlText(
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
    "idle-mailbox": ControlText(
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
    "locked-mailbox": ControlText(
        title="Hộp thư bị khóa được rà soát, chỉ mở lại khi được phê duyệt",
        short="Hộp thư bị khóa",
        clause="mục 3",
        rationale=(
            "Chủ hộp thư bị khóa phải được thông báo; việc mở lại do cấp có thẩm quyền quyết định."
        ),
        limit="Là trạng thái tại thời điểm đọc; ai khóa và vì sao thì thư mục không cho biết.",
    ),
    "browser-passwords": ControlText(
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
    "free-mail": ControlText(
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
    "service-signup": ControlText(
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
    "outbound-spam": ControlText(
        title="Không để hộp thư bị chiếm quyền phát tán thư rác",
        short="Phát tán thư rác",
        clause="phần nguyên nhân",
        rationale=(
            "Hộp thư bị chiếm quyền phát tán thư rác cho đến khi thư của cả tên miền bị từ chối. "
            "Lượng thư gửi đi và nơi sử dụng cho thấy điều đó từ sớm; giới hạn ở nơi đăng nhập để "
            "gửi thư làm chậm việc đó."
        ),
        limit=(
            "Chỉ là những gì nhật ký máy chủ thư cho thấy; thư gửi qua máy chủ khác không có "
            "trong đó."
        ),
    ),
    "regular-use": ControlText(
        title="Hộp thư công vụ được sử dụng thường xuyên",
        short="Sử dụng thường xuyên",
        clause="mục 1",
        rationale="Thư công vụ không có người đọc là công việc không được giải quyết.",
        limit=(
            "Chỉ là lần đăng nhập được ghi nhận hoặc thư đã gửi; thư có được đọc và trả lời hay "
            "không thì không biết."
        ),
    ),
}

# By message key of the controls and of the assessment.
_MESSAGES = {
    "password-policy.met": "Đáp ứng yêu cầu của chính sách",
    "password-policy.none": (
        "{accounts} tài khoản không chịu chính sách mật khẩu nào: đặt mật khẩu gì cũng được"
    ),
    "password-policy.min-length": (
        "Chấp nhận mật khẩu {found} ký tự; yêu cầu tối thiểu {wanted} ký tự"
    ),
    "password-policy.classes": (
        "Không bắt buộc mật khẩu phải có {missing}. Máy chủ này tự nó không làm được, cần cài thêm "
        "mô-đun kiểm tra mật khẩu"
    ),
    "password-policy.few-classes": "Không bắt buộc mật khẩu phải có {missing}",
    "password-policy.classes-unreadable": (
        "Việc bắt buộc mật khẩu có {wanted} do mô-đun kiểm tra của máy chủ quyết định, không đọc "
        "được từ bên ngoài: {notes}"
    ),
    "password-policy.composition": (
        "Bắt buộc mật khẩu có {found}; NIST SP 800-63B-4 không cho phép quy định thành phần mật "
        "khẩu"
    ),
    "password-policy.blocklist": (
        "Không đối chiếu mật khẩu mới với danh sách mật khẩu yếu đã biết"
    ),
    "password-policy.blocklist-unreadable": (
        "Không đọc được việc mật khẩu mới có bị đối chiếu với danh sách mật khẩu yếu hay không: đề "
        "nghị hỏi quản trị máy chủ"
    ),
    "password-policy.expiry": (
        "Mật khẩu hết hạn sau {days} ngày; NIST SP 800-63B-4 không cho phép buộc đổi theo định kỳ"
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
        "Chấp nhận mật khẩu mà máy chủ không kiểm tra được, ví dụ mật khẩu gửi đến ở dạng đã băm"
    ),
    "default-password.changed": "Đã đổi mật khẩu ngày {changed}",
    "default-password.compared": (
        "Đã đổi mật khẩu ngày {changed}; mật khẩu đang lưu không trùng mật khẩu nào được đối chiếu"
    ),
    "default-password.guessed": (
        "Mật khẩu đang lưu ({scheme}) là mật khẩu mặc định hoặc dễ đoán của cơ quan"
    ),
    "default-password.pending": (
        "Phải đổi mật khẩu ở lần đăng nhập tới nhưng chưa đổi; máy chủ thư chỉ kiểm tra mật khẩu "
        "thì vẫn chấp nhận mật khẩu cũ"
    ),
    "default-password.never-changed": (
        "Chưa đổi mật khẩu lần nào kể từ khi tạo tài khoản ({made})"
    ),
    "default-password.no-time": "Thư mục không cho biết mật khẩu được đổi lần cuối khi nào",
    "default-password.odd-time": (
        "Thư mục ghi tài khoản được tạo ngày {made} và mật khẩu được đổi ngày {changed}: dữ liệu "
        "được chuyển từ nơi khác đến, hoặc đồng hồ máy chủ bị sai"
    ),
    "external-forwarding.none": "Không chuyển tiếp thư ra ngoài cơ quan",
    "external-forwarding.outside": "Chuyển tiếp thư đến {address} ({sources})",
    "external-forwarding.partners-only": (
        "Không chuyển tiếp thư ra ngoài cơ quan, trừ đến tên miền của đơn vị phối hợp đã được duyệt"
    ),
    "external-forwarding.unclear": (
        "Chuyển tiếp thư đến {address}; không phân tích được địa chỉ này nên coi là ở ngoài cơ "
        "quan ({sources})"
    ),
    "external-forwarding.answers": (
        "Thư trả lời tự động ghi {address} là người gửi, nên thư phúc đáp sẽ đến địa chỉ đó "
        "({sources})"
    ),
    "external-forwarding.through": ("Chuyển tiếp thư đến {address} qua {through} ({sources})"),
    "external-forwarding.dormant": (
        "Có quy tắc đã lưu nhưng chưa có hiệu lực, nếu bật sẽ chuyển tiếp thư đến {address} "
        "({sources})"
    ),
    "external-forwarding.opaque": (
        "Có chuyển tiếp thư nhưng không xác định được nơi nhận ({sources}): cần xem xét trực tiếp"
    ),
    "idle-mailbox.locked": "Đã bị khóa nên không ai đăng nhập được",
    "idle-mailbox.in-use": "Đăng nhập lần cuối ngày {last}",
    "idle-mailbox.soon": (
        "Đăng nhập lần cuối ngày {last}; nếu không đăng nhập lại, từ ngày {due} bị coi là lâu ngày "
        "không sử dụng"
    ),
    "idle-mailbox.young": "Chưa ghi nhận lần đăng nhập nào; tài khoản mới tạo ngày {created}",
    "idle-mailbox.idle": "Đăng nhập lần cuối ngày {last}, đã quá {months} tháng",
    "idle-mailbox.reopened": (
        "Đã mở lại ngày {reopened} theo phê duyệt; bị coi là bỏ không kể từ ngày {due} nếu không "
        "đăng nhập"
    ),
    "idle-mailbox.not-used": (
        "Đã mở lại ngày {reopened} theo phê duyệt nhưng đến hết ngày {by} không ai đăng nhập"
    ),
    "idle-mailbox.never": (
        "Không đăng nhập lần nào từ ngày {since}, là ngày đã có cả tài khoản và việc ghi nhận đăng "
        "nhập; đã quá {months} tháng"
    ),
    "idle-mailbox.lagging": (
        "Lần đăng nhập cuối ghi nhận được là ngày {last}, nhưng việc ghi nhận có độ trễ: thực tế "
        "có thể đến ngày {latest}"
    ),
    "idle-mailbox.record-off": (
        "Đăng nhập lần cuối ngày {last}, nhưng từ ngày {newest} {sources} không ghi nhận được lần "
        "đăng nhập nào của bất kỳ ai: có thể việc ghi nhận đã bị tắt"
    ),
    "idle-mailbox.ahead": (
        "Lần đăng nhập cuối được ghi nhận vào ngày {last}, là ngày chưa tới: kiểm tra đồng hồ máy "
        "chủ"
    ),
    "idle-mailbox.no-record": (
        "Chưa ghi nhận lần đăng nhập nào, và chính sách chưa nêu {sources} ghi nhận đăng nhập từ "
        "ngày nào (idle_mailbox.sign_ins_recorded_since)"
    ),
    "idle-mailbox.no-witness": (
        "Chưa ghi nhận lần đăng nhập nào, và trong {months} tháng qua không nguồn nào ghi nhận "
        "được đăng nhập của bất kỳ ai"
    ),
    "idle-mailbox.short-record": (
        "Chưa ghi nhận lần đăng nhập nào; việc đăng nhập chỉ được ghi nhận từ ngày {since}, chưa "
        "đủ {months} tháng"
    ),
    "idle-mailbox.no-creation": (
        "Chưa ghi nhận lần đăng nhập nào, và không rõ tài khoản được tạo khi nào"
    ),
    "locked-mailbox.open": "Không bị khóa",
    "locked-mailbox.administrator": (
        "Bị quản trị viên khóa; đăng nhập lần cuối: {last}. Chủ hộp thư rà soát, nếu cần sử dụng "
        "thì đề xuất cấp có thẩm quyền mở lại"
    ),
    "locked-mailbox.failures": (
        "Bị máy chủ khóa ngày {at} do nhập sai mật khẩu quá nhiều lần. Đề nghị hỏi chủ hộp thư có "
        "phải chính họ đã nhập sai hay không"
    ),
    "free-mail.none": "Thư mục không có địa chỉ hộp thư miễn phí nào cho hộp thư này",
    "free-mail.recovery": (
        "Khi quên mật khẩu thì đặt lại qua hộp thư miễn phí ({domains}): ai có hộp thư đó thì có "
        "luôn hộp thư công vụ này"
    ),
    "free-mail.contact": (
        "Thư mục có địa chỉ hộp thư miễn phí cho hộp thư này ({domains}): hỏi chủ hộp thư xem thư "
        "công vụ có gửi đến đó hay không"
    ),
    "free-mail.little": (
        "Theo nhật ký thư: {sent} thư gửi đến và {received} thư nhận từ hộp thư miễn phí"
    ),
    "free-mail.much": (
        "Theo nhật ký thư: {sent} thư gửi đến và {received} thư nhận từ hộp thư miễn phí. Người "
        "dân cũng dùng các hộp thư đó: hỏi đơn vị có dùng cho việc công hay không"
    ),
    "service-signup.none": (
        "Theo nhật ký, hầu như không nhận thư của mạng xã hội, trang mua sắm, diễn đàn"
    ),
    "service-signup.some": (
        "Nhận thư từ {domains} ({number} thư), là thư các dịch vụ đó gửi cho người đã đăng ký và "
        "cả người khác: hỏi chủ hộp thư"
    ),
    "service-signup.newsletters": (
        "Nhận bản tin từ {domains} ({number} thư, theo trường tiêu đề mà máy chủ ghi nhật ký): "
        "cần hỏi chủ hộp thư"
    ),
    "service-signup.treated": (
        "Postfix xử lý thư từ các dịch vụ trong danh sách đúng như chính sách "
        "(listed_senders: {way})"
    ),
    "service-signup.untreated": (
        "Postfix chưa xử lý thư từ các dịch vụ trong danh sách như chính sách yêu cầu "
        "(listed_senders: {way}); danh sách có {number} tên miền"
    ),
    "service-signup.reported": (
        "Thư người dùng chuyển vào {folders} được giao cho kịch bản của quản trị viên; bộ lọc có "
        "học từ đó hay không thì không kiểm tra"
    ),
    "service-signup.not-reported": (
        "Bộ lọc thư rác không học từ thư người dùng chuyển vào {folders}, dù máy có {filters}"
    ),
    "service-signup.no-filter": (
        "Bộ lọc thư rác không học từ thư người dùng đánh dấu: máy này không có rspamd hay "
        "SpamAssassin; bộ lọc đặt trước máy này thì từ đây không thấy được"
    ),
    "service-signup.no-junk": "Không có thư mục nào được đánh dấu là thư mục thư rác",
    "service-signup.no-trash": "Không có thư mục nào được đánh dấu là thùng rác",
    "service-signup.deleted": (
        "Theo cấu hình, thư trong {folders} bị xóa sau {limit} ngày hoặc sớm hơn"
    ),
    "service-signup.kept": (
        "Máy chủ không bao giờ xóa thư trong {folders}; giới hạn là {limit} ngày"
    ),
    "service-signup.kept-long": (
        "Thư trong {folders} chỉ bị xóa sau {days} ngày; giới hạn là {limit}"
    ),
    "service-signup.warned": ("Chủ hộp thư được báo khi đã dùng {percent}% dung lượng của hộp thư"),
    "service-signup.not-warned": (
        "Chủ hộp thư không được báo trước khi hộp thư đầy; chính sách yêu cầu báo ở mức {limit}%"
    ),
    "service-signup.no-quota": (
        "Chưa đặt hạn mức: không hộp thư nào có giới hạn dung lượng, nên không rõ hộp thư nào sắp "
        "đầy"
    ),
    "service-signup.quotas-unread": "Không xác định được các hộp thư đã đầy đến đâu: {reason}",
    "service-signup.no-dovecot": (
        "Chưa đọc được máy này xử lý thư rác thế nào: máy không có Dovecot, hoặc không được hỏi"
    ),
    "service-signup.nearly-full": "Đã dùng {percent}% dung lượng hộp thư; giới hạn là {limit}%",
    "outbound-spam.within": "Lượng thư gửi và việc đăng nhập trong giới hạn",
    "outbound-spam.hour": (
        "Gửi đến {number} người nhận trong một giờ (ngày {day}, từ {time}); giới hạn là {limit}"
    ),
    "outbound-spam.unusual": (
        "Gửi đến {number} người nhận trong ngày {day}, gấp {times} lần ngày thường ({usual}); giới "
        "hạn là {limit} lần"
    ),
    "outbound-spam.bounced": (
        "{bounced} trên {tried} người nhận bị từ chối hẳn ({share}%); giới hạn là {limit}%"
    ),
    "outbound-spam.networks": (
        "Được sử dụng từ {number} mạng khác nhau trong ngày {day}; giới hạn là {limit}"
    ),
    "outbound-spam.guessed": (
        "Đăng nhập được ngày {day} sau {number} lần nhập sai mật khẩu từ cùng một mạng, giới hạn "
        "là {limit}: mật khẩu đã bị dò ra, hoặc chủ hộp thư nhập sai nhiều lần"
    ),
    "outbound-spam.wrong-passwords": (
        "Nhập sai mật khẩu {number} lần trong ngày {day}, giới hạn là {limit}: có người dò mật "
        "khẩu, hoặc một thiết bị còn lưu mật khẩu cũ"
    ),
    "outbound-spam.limited": (
        "{service} giới hạn lượng thư nhận gửi từ một địa chỉ mạng theo yêu cầu"
    ),
    "outbound-spam.unlimited": (
        "{service}, nơi người dùng đăng nhập để gửi thư, không giới hạn như yêu cầu đối với một "
        "địa chỉ mạng: {limits}"
    ),
    "outbound-spam.by-program": (
        "{service}, nơi người dùng đăng nhập để gửi thư, hỏi {programs}; quy tắc riêng của chương "
        "trình đó có thể giới hạn từng người gửi nhưng không được kiểm tra"
    ),
    "outbound-spam.with-outside": (
        "{service} vừa cho người dùng đăng nhập gửi thư vừa nhận thư từ bên ngoài, nên giới hạn "
        "bên này sẽ làm chậm bên kia"
    ),
    "outbound-spam.no-sign-ins": (
        "Không dịch vụ Postfix nào cho người dùng đăng nhập để gửi thư: không có gì để giới hạn"
    ),
    "assessment.no-log": (
        "Chưa đọc nhật ký thư nào: đặt mailbox_logs hoặc mailbox_journal cho các máy chủ thư trong "
        "danh mục máy chủ"
    ),
    "regular-use.used": (
        "{used} trên {open} hộp thư đang mở được sử dụng trong {days} ngày qua ({share}%)"
    ),
    "browser-passwords.off": (
        "{browser} không lưu mật khẩu theo chính sách quản trị; mật khẩu đã lưu từ trước không "
        "được kiểm tra"
    ),
    "browser-passwords.keeps": (
        "{browser} có thể lưu mật khẩu: không có chính sách quản trị nào cấm"
    ),
    "browser-passwords.no-browser": (
        "Không thấy Chromium, Chrome, Edge hay Firefox ở nơi cài đặt thông thường: không rõ máy có "
        "trình duyệt khác hay không"
    ),
    "regular-use.seldom": (
        "Chỉ {used} trên {open} hộp thư đang mở được sử dụng trong {days} ngày qua ({share}%, yêu "
        "cầu {wanted}%)"
    ),
    "regular-use.undecided": (
        "{used} trên {open} hộp thư đang mở được sử dụng trong {days} ngày qua; {undecided} hộp "
        "thư chưa rõ"
    ),
    "regular-use.empty": "Đơn vị không có hộp thư nào đang mở",
    "assessment.unreadable": "Không xác định được: {reason}",
    "assessment.not-read": "Không đọc được đầy đủ {server}: {reason}",
    "assessment.no-answer": "{server} không trả lời nên chưa biết gì về máy này: {reason}",
    "assessment.policy-unreadable": (
        "{accounts} tài khoản: không đọc được chính sách mật khẩu nào áp dụng hoặc chính sách đó "
        "yêu cầu những gì"
    ),
}

# English words that the controls put into values.
_TERMS = {
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
    "Postfix counts network addresses, not senders: users behind one address share its limits, "
    "and one who sends from many addresses is not stopped": (
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

_PATTERNS = (
    (
        re.compile(r"(.*): the Sieve scripts of (\d+) mailbox(?:es)? were read as the files .*"),
        r"\1: đã đọc kịch bản Sieve của \2 hộp thư từ tệp",
    ),
    (
        re.compile(r"(.*): the Sieve scripts of (\d+) mailbox(?:es)? were read by doveadm, .*"),
        r"\1: đã đọc kịch bản Sieve của \2 hộp thư bằng doveadm",
    ),
    (re.compile(r"up to (\d+) days late"), r"có thể trễ đến \1 ngày"),
    (re.compile(r"(\d+) days"), r"\1 ngày"),
    (
        re.compile(r"(.*) \(conflicts: no composition rules\)"),
        r"\1 (trái với công văn: không quy định thành phần mật khẩu)",
    ),
    (re.compile(r"(.*)\(nearest\)"), r"\1(gần nhất)"),
    (re.compile(r"(.*)\(no expiry\)"), r"\1(không đặt thời hạn)"),
    (re.compile(r"(.*)\(stricter: 45 days\)"), r"\1(chặt hơn: 45 ngày)"),
    (
        re.compile(r"(.*)\(stricter: 14 characters without a second factor\)"),
        r"\1(chặt hơn: 14 ký tự nếu không có yếu tố thứ hai)",
    ),
    (
        re.compile(r"(.*) to (.*)\(stricter: 12 characters, no expiry\)"),
        r"\1 đến \2(chặt hơn: 12 ký tự, không đặt thời hạn)",
    ),
    (
        re.compile(r"(.*)\(partly: alerts on leaked passwords\)"),
        r"\1(một phần: cảnh báo mật khẩu bị lộ)",
    ),
    (re.compile(r"(.*)\(partly: several approve\)"), r"\1(một phần: nhiều người duyệt)"),
    (
        re.compile(r"(\d{4})-(\d\d)-(\d\d), approved by (.*)"),
        r"\3/\2/\1, người phê duyệt: \4",
    ),
    (re.compile(r"(\d.*); (\d.*) asked for"), r"\1; yêu cầu \2"),
    (re.compile(r"(.*): unknown program"), r"\1: chương trình không rõ"),
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

_WORDS = Words(
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
    advice={
        "password-policy.none": "Đưa các tài khoản này vào một chính sách mật khẩu của máy chủ",
        "password-policy.classes": "Cài mô-đun kiểm tra mật khẩu có yêu cầu này",
        "password-policy.classes-unreadable": "Hỏi quản trị máy chủ về yêu cầu của mô-đun",
        "password-policy.blocklist": "Cài mô-đun kiểm tra có danh sách mật khẩu yếu",
        "password-policy.blocklist-unreadable": "Hỏi quản trị máy chủ",
        "default-password.guessed": "Đã buộc đổi mật khẩu; theo dõi việc đặt mật khẩu mới",
        "default-password.pending": "Đề nghị chủ hộp thư đăng nhập và đặt mật khẩu mới",
        "default-password.odd-time": "Kiểm tra đồng hồ máy chủ, hoặc buộc đổi mật khẩu",
        "default-password.no-time": "Cấp quyền đọc cho tài khoản rà soát, hoặc buộc đổi mật khẩu",
        "external-forwarding.through": (
            "Không cần xử lý tại đây: địa chỉ cuối cùng mà thư đi qua có kết quả riêng kèm cách "
            "khắc phục"
        ),
        "external-forwarding.dormant": "Hỏi chủ hộp thư, sau đó xóa quy tắc",
        "external-forwarding.answers": (
            "Cùng chủ hộp thư sửa phần người gửi của thư trả lời tự động"
        ),
        "external-forwarding.opaque": "Cùng chủ hộp thư xem xét trực tiếp",
        "idle-mailbox.lagging": "Chờ ghi nhận đăng nhập mới hơn, hoặc hỏi chủ hộp thư",
        "idle-mailbox.record-off": "Bật lại việc ghi nhận đăng nhập",
        "idle-mailbox.ahead": "Chỉnh đồng hồ máy chủ, rồi đọc lại",
        "idle-mailbox.no-record": "Nêu trong chính sách việc đăng nhập được ghi nhận từ ngày nào",
        "idle-mailbox.no-witness": "Bật việc ghi nhận đăng nhập",
        "idle-mailbox.short-record": "Chờ đủ thời gian ghi nhận, hoặc hỏi chủ hộp thư",
        "idle-mailbox.no-creation": "Cấp quyền đọc cho tài khoản rà soát, hoặc hỏi chủ hộp thư",
        "locked-mailbox.administrator": (
            "Chủ hộp thư rà soát, đề xuất; cấp có thẩm quyền quyết định"
        ),
        "locked-mailbox.failures": "Hỏi chủ hộp thư; nếu không phải họ thì cho đổi mật khẩu",
        "free-mail.recovery": "Dùng cách đặt lại mật khẩu khác; gỡ địa chỉ này khỏi thư mục",
        "free-mail.contact": "Hỏi chủ hộp thư; thay bằng địa chỉ của cơ quan",
        "free-mail.much": "Hỏi đơn vị; nếu là việc công thì chuyển sang hộp thư công vụ",
        "service-signup.some": "Hỏi chủ hộp thư; gỡ địa chỉ khỏi dịch vụ đó",
        "service-signup.newsletters": "Hỏi chủ hộp thư; gỡ địa chỉ khỏi nơi gửi bản tin",
        "service-signup.untreated": "Chạy civic.mailbox.enforce",
        "service-signup.not-reported": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.no-filter": "Cài rspamd hoặc SpamAssassin, hoặc miễn áp dụng cho máy này",
        "service-signup.no-junk": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.no-trash": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.kept": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.kept-long": "Sửa ở nơi cấu hình riêng của Dovecot nêu điều đó",
        "service-signup.not-warned": "Chạy civic.mailbox.spam_handling trên máy chủ thư",
        "service-signup.no-quota": "Đặt hạn mức, hoặc đặt quota_warning_percent bằng 0",
        "service-signup.quotas-unread": "Khắc phục việc đọc dữ liệu rồi rà soát lại",
        "service-signup.no-dovecot": "Kiểm tra máy, hoặc bỏ máy khỏi mail_servers",
        "service-signup.nearly-full": "Đề nghị chủ hộp thư xóa thư rác, dọn sạch thùng rác",
        "outbound-spam.hour": "Hỏi chủ hộp thư; nếu không phải họ thì khóa và cho đổi mật khẩu",
        "outbound-spam.unusual": "Hỏi chủ hộp thư về thư đã gửi trong ngày đó",
        "outbound-spam.bounced": "Hỏi chủ hộp thư về danh sách đã gửi, hoặc khóa hộp thư",
        "outbound-spam.networks": "Hỏi chủ hộp thư; nếu không phải họ thì cho đổi mật khẩu",
        "outbound-spam.guessed": "Hỏi chủ hộp thư; nếu không phải họ thì cho đổi mật khẩu",
        "outbound-spam.wrong-passwords": "Đặt mật khẩu mạnh; kiểm tra thiết bị cũ của chủ hộp thư",
        "assessment.no-log": "Đặt mailbox_logs hoặc mailbox_journal cho các máy chủ thư",
        "outbound-spam.unlimited": "Chạy civic.mailbox.outbound_limits trên máy chủ thư",
        "outbound-spam.by-program": "Kiểm tra quy tắc của chương trình đó",
        "outbound-spam.with-outside": (
            "Chỉ cho đăng nhập ở cổng 587, rồi chạy civic.mailbox.outbound_limits"
        ),
        "regular-use.seldom": "Nhắc đơn vị sử dụng hộp thư thường xuyên",
        "regular-use.undecided": "Bật việc ghi nhận đăng nhập",
        "browser-passwords.keeps": "Chạy civic.mailbox.browser_policy trên máy trạm",
        "browser-passwords.no-browser": "Kiểm tra trực tiếp trên máy trạm",
        "assessment.unreadable": "Khắc phục việc đọc dữ liệu rồi rà soát lại",
        "assessment.not-read": "Khắc phục việc đọc dữ liệu rồi rà soát lại",
        "assessment.no-answer": "Rà soát lại khi máy được bật",
        "assessment.policy-unreadable": "Cấp quyền đọc chính sách cho tài khoản rà soát",
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

_TEXTS = Texts(
    title="Báo cáo rà soát hộp thư điện tử công vụ",
    office="Hộp thư điện tử công vụ",
    skip="Đến danh sách kết quả",
    run="Lần rà soát",
    as_of="Thời điểm",
    no_unit="(không thuộc đơn vị nào)",
    none="không có",
    parts="Các phần của báo cáo",
    part_leadership="Dành cho lãnh đạo",
    part_leadership_note="Tình hình chung, theo từng đơn vị và so với lần rà soát trước.",
    part_contact="Dành cho đầu mối công nghệ thông tin",
    part_contact_note=(
        "Từng nội dung của công văn: kết quả, căn cứ, cách xử lý và những thay đổi sẽ được thực "
        "hiện."
    ),
    part_auditor="Dành cho người kiểm tra",
    part_auditor_note="Báo cáo dựa trên những gì, còn thiếu gì và cách kiểm chứng.",
    not_recorded="Phiên bản thực hiện lần rà soát này không ghi lại.",
    as_table="Xem dạng bảng",
    and_more="và {number} lần khác",
    lead_fix="Trong số {mailboxes} hộp thư, có {fix} hộp thư cần xử lý và {order} hộp thư đạt.",
    lead_fix_one="Trong số {mailboxes} hộp thư, có 1 hộp thư cần xử lý và {order} hộp thư đạt.",
    lead_fix_none="Trong số {mailboxes} hộp thư, không phát hiện hộp thư nào cần xử lý.",
    lead_others=(
        "Ngoài ra cần xử lý {others} đối tượng khác (chính sách mật khẩu, đơn vị, địa chỉ không "
        "thuộc đơn vị nào, máy trạm, máy chủ thư)."
    ),
    lead_judge="Có {judge} kết quả cần người có trách nhiệm xem xét.",
    lead_unknown="Có {unknown} kết quả chưa đủ căn cứ để kết luận.",
    lead_nothing_else="Không có kết quả nào phải chờ xem xét hoặc chưa rõ.",
    lead_incomplete=(
        "Báo cáo chưa đầy đủ: không đọc được toàn bộ dữ liệu từ {servers}. Phần còn thiếu được "
        "tính là chưa rõ, không bao giờ tính là đạt."
    ),
    charts="Biểu đồ",
    idle_ages="Thời gian từ lần đăng nhập cuối",
    idle_ages_told="{past} hộp thư đang mở có lần đăng nhập cuối cách đây hơn {months} tháng.",
    idle_ages_note=(
        "Theo ghi nhận mới nhất của mọi máy chủ; việc ghi nhận có thể trễ. Hộp thư không có ghi "
        "nhận dùng được thì coi là chưa rõ, không coi là bỏ không."
    ),
    since_sign_in="Đăng nhập lần cuối",
    open_mailboxes="Đang mở",
    locked_mailboxes="Bị quản trị viên khóa",
    months_below="trong vòng {to} tháng",
    months_between="cách đây {since} đến {to} tháng",
    months_above="cách đây hơn {since} tháng",
    months_axis="số tháng từ lần đăng nhập cuối; ?: không có ghi nhận",
    no_record="không có ghi nhận dùng được",
    limit_at="giới hạn: {months} tháng",
    use="Tình hình sử dụng theo đơn vị",
    use_note=(
        "Là hộp thư đang mở có đăng nhập hoặc có gửi thư. Số lần đăng nhập và số thư gửi lấy từ "
        "nhật ký thư, trong số ngày mà nhật ký được cộng."
    ),
    use_days="Có sử dụng trong {days} ngày",
    use_share="Tỷ lệ",
    use_undecided="chưa rõ {number} hộp thư",
    use_before="Các lần rà soát",
    use_first="chưa có lần trước",
    use_signed_in="Số lần đăng nhập",
    use_sent="Số thư gửi",
    use_no_log="không có nhật ký",
    trend="Qua các lần rà soát",
    trend_told="{runs} lần rà soát. Số hộp thư cần xử lý: lần đầu {first}, lần này {last}.",
    trend_incomplete="!: không đọc được đầy đủ mọi máy chủ.",
    trend_none="Chưa có lần rà soát nào khác để so sánh: đường biểu diễn có từ lần thứ hai.",
    trend_more="Số lần rà soát cũ hơn không hiển thị: {number}.",
    tile_mailboxes="Hộp thư",
    tile_order="Đạt",
    tile_fix="Cần xử lý",
    tile_judge="Cần xem xét",
    tile_unknown="Chưa rõ",
    tile_since="Mới so với lần trước",
    tile_first_run="So với lần trước",
    tile_first_run_note="lần đầu rà soát, chưa có gì để so sánh",
    tile_not_compared="không so sánh được với lần trước: xem phần chính sách áp dụng",
    note_mailboxes="thuộc {units} đơn vị",
    note_order="ngoài ra được miễn trừ: {exempt}",
    note_findings="hộp thư; số kết quả: {findings}",
    note_since_none="không có thay đổi khác",
    controls="Theo từng nội dung của công văn",
    controls_note="Tính cả những kết quả đạt yêu cầu.",
    control="Nội dung rà soát",
    why="Lý do",
    log_span="Nhật ký thư của {host}: từ {first} đến {last}",
    log_lacks="không có gì từ {since} đến {until}: {why}",
    planned_changes="Thay đổi dự kiến",
    unchecked="Nội dung của công văn chưa được kiểm tra trong lần rà soát này",
    references="Tài liệu đối chiếu",
    references_note=(
        "Đọc từ bản gốc của đơn vị ban hành: CIS Controls v8.0, NIST SP 800-53 r5, CISA SCuBA "
        "(tháng 8/2026) và dự thảo NIST SP 800-63B-4. Đọc qua danh mục của bên khác: ISO/IEC "
        "27001:2022 và số mục bản chính thức của 800-63B-4. Viện dẫn có nghĩa là tiêu chuẩn nói "
        "về cùng vấn đề; nếu tiêu chuẩn yêu cầu cao hơn hoặc ngược lại thì có ghi kèm. Dấu gạch "
        "ngang: không có mục tương ứng."
    ),
    other_references="Khác",
    units="Theo đơn vị",
    units_note=(
        "Mỗi hộp thư tính một lần, theo kết quả xấu nhất. Chọn một số để xem các kết quả đó."
    ),
    units_cut=(
        "{shown} đơn vị có nhiều việc cần xử lý nhất trong tổng số {total} đơn vị. Tệp "
        "summary.json có đủ các đơn vị."
    ),
    unit="Đơn vị",
    not_applicable="không áp dụng",
    matrix="Kết quả theo đơn vị và nội dung",
    matrix_note="Mỗi ô là số kết quả. Chọn một số để xem các kết quả đó.",
    findings="Kết quả chi tiết",
    findings_none="Không có kết quả nào cần xử lý, cần xem xét hoặc chưa rõ.",
    findings_note=(
        "Theo từng nội dung của công văn, việc nghiêm trọng xếp trước. Chọn một dòng để xem căn cứ "
        "và thay đổi. Kết quả đạt chỉ được đếm, không liệt kê."
    ),
    findings_cut=(
        "Trang này liệt kê {shown} kết quả nghiêm trọng nhất trong tổng số {total}. Danh sách "
        "đầy đủ nằm trong tệp findings.csv, cùng thư mục với tệp này."
    ),
    status="Kết quả",
    subject="Hộp thư, đối tượng",
    what="Nội dung phát hiện",
    remedy="Cách xử lý",
    details="Căn cứ và chi tiết",
    evidence="Căn cứ",
    evidence_cut="và {number} mục khác: xem findings.jsonl",
    no_evidence="Không có gì thêm ngoài nội dung trên.",
    planned="Thay đổi sẽ được thực hiện",
    no_change="Không có: việc này do con người xử lý.",
    exempted="Được miễn trừ: {reason}. Người phê duyệt: {approver}; đến hết ngày {expires}.",
    action="Thay đổi",
    clause="Công văn",
    link="Liên kết đến kết quả này",
    filters="Lọc kết quả",
    any="Tất cả",
    change="So với lần trước",
    search="Tìm kiếm",
    search_hint="Địa chỉ, tên, từ khóa",
    severity="Mức độ",
    sort="Sắp xếp theo",
    sort_clause="Nội dung của công văn",
    sort_status="Mức nghiêm trọng",
    with_details="Hiện căn cứ trong danh sách",
    print="In",
    reset="Hiện tất cả",
    shown="Đang hiện {shown} trên {total}",
    nothing_shown="Không có kết quả nào phù hợp với bộ lọc.",
    not_on_page=(
        "Kết quả {id} không có trên trang này. Hãy tra trong tệp findings.csv, cùng thư mục với "
        "tệp này."
    ),
    filtered="Đã lọc:",
    without_script=(
        "Không có JavaScript nên không tìm kiếm và không lọc được: chỉ liệt kê {shown} kết quả "
        "nghiêm trọng nhất trên {total}. Tệp findings.csv cùng thư mục có đầy đủ."
    ),
    pages="Các trang của danh sách",
    page_before="Các dòng trước",
    page_after="Các dòng sau",
    rows_of="Dòng {from} đến {to} trên {total}",
    previous_one="Trước",
    next_one="Sau",
    close="Đóng",
    position="{at} trên {total}",
    soon="Sắp không đạt",
    soon_note="Hôm nay vẫn đạt; nếu không có hành động thì không đạt từ ngày ghi dưới đây.",
    due="Không đạt từ ngày",
    plan="Các thay đổi dự kiến",
    plan_note=(
        "Những thay đổi sẽ được thực hiện khi cho áp dụng. Lần rà soát này chưa thay đổi gì. Mỗi "
        "thay đổi đều được kiểm tra lại trước khi thực hiện và có thể hoàn tác."
    ),
    plan_none="Không có thay đổi nào được dự kiến.",
    plan_cut=(
        "Trang này liệt kê {shown} thay đổi đầu tiên trong tổng số {total}. Toàn bộ kế hoạch nằm "
        "trong tệp plan.jsonl."
    ),
    place="Ghi vào",
    before="trước",
    after="sau",
    reason="Lý do",
    gone="Kết quả lần trước nay không còn",
    gone_note="So với lần rà soát {previous}.",
    gone_none="Mọi kết quả của lần trước đều còn.",
    resolved_note="Đã đánh giá lại với đầy đủ dữ liệu và đạt yêu cầu.",
    not_assessed_note="Lần này không đánh giá được, nên chưa biết đã khắc phục hay chưa.",
    previous_status="Kết quả lần trước",
    rows_cut="Liệt kê {shown} trên tổng số {total}.",
    coverage="Phạm vi dữ liệu",
    coverage_whole="Đã đọc đầy đủ dữ liệu của mọi máy chủ.",
    coverage_part=(
        "Không đọc được đầy đủ {number} trên {total} máy chủ. Kết quả dựa vào đó chưa thể kết luận."
    ),
    server="Máy chủ",
    software="Phần mềm",
    kind="Loại",
    read_at="Thời điểm đọc",
    accounts="Tài khoản",
    read_whole="Đầy đủ",
    read_part="Chưa đầy đủ",
    no_answer="Không trả lời",
    unread="Không đọc được",
    exemptions="Các trường hợp miễn trừ",
    exemptions_note=(
        "Gồm cả các tên miền của đơn vị phối hợp được phép nhận thư chuyển tiếp. Trường hợp đã hết "
        "hạn thì không còn hiệu lực."
    ),
    exemptions_none=(
        "Chính sách không có trường hợp miễn trừ nào và không có tên miền của đơn vị phối hợp nào."
    ),
    select="Phạm vi",
    approver="Người phê duyệt",
    expires="Đến hết ngày",
    expired="Đã hết hạn",
    in_force="Còn hiệu lực",
    matched="Số kết quả áp dụng",
    policy="Chính sách áp dụng",
    profile="Bộ yêu cầu",
    policy_file="Tệp chính sách",
    time_zone="Múi giờ",
    previous="So sánh với lần rà soát",
    no_previous="không có: đây là lần đầu",
    letter=(
        "Công văn số 06/UBND ngày 08/01/2019 của Ủy ban nhân dân phường Cẩm Bình về việc tăng "
        "cường sử dụng hộp thư điện tử công vụ."
    ),
    settings="Giá trị có hiệu lực",
    settings_note=(
        "Gồm cả giá trị mặc định khi tệp chính sách không nêu. Dấu gạch ngang: không yêu cầu."
    ),
    diff_title="Thay đổi giữa hai lần rà soát",
    diff_compared="Lần rà soát {run}, so với {previous}.",
    diff_baseline="mốc so sánh ({run})",
    diff_accepted="Được {by} chấp nhận làm mốc so sánh, {at}: {reason}",
    diff_unread=(
        "! Chưa đọc được đầy đủ từ {servers}; phần còn thiếu được tính là không đánh giá được."
    ),
    diff_none="Không có thay đổi.",
    diff_before="Trước",
    diff_after="Nay",
    setting="Mục",
    value="Giá trị",
    policy_text="Tệp chính sách như đã đọc: {file}",
    policy_text_cut="Phần còn lại xem trong tệp policy.yml cùng thư mục.",
    no_policy_text="Lần rà soát này không lưu bản sao tệp chính sách.",
    journal="Nhật ký thực hiện",
    journal_note=(
        "Đọc từ {files}. Mỗi thay đổi được ghi vào nhật ký trước khi gửi đến máy chủ, kết quả "
        "được ghi sau đó."
    ),
    journal_none="Lần rà soát này chưa thực hiện và chưa hoàn tác thay đổi nào: không có nhật ký.",
    journal_damaged=(
        "Không hiểu được dòng này của nhật ký nên các dòng sau đó không được đọc: {where}"
    ),
    journal_changes="Kết quả của từng thay đổi",
    sessions="Ai đã thực hiện trên máy chủ nào",
    began="Bắt đầu",
    mode="Loại",
    module="Mô-đun",
    operator="Người thực hiện",
    results="Kết quả",
    result="Kết quả",
    at="Thời điểm",
    nothing_written="không ghi nhận gì",
    not_ended="Không ghi nhận lúc kết thúc: bị ngắt giữa chừng hoặc còn đang thực hiện.",
    integrity="Tính toàn vẹn",
    integrity_none="Lần rà soát này không có danh sách mã băm.",
    integrity_hash="Mã SHA-256 của tệp {file} cùng thư mục:",
    integrity_check=(
        "Lệnh thứ nhất phải cho ra đúng mã trên; lệnh thứ hai cho biết từng tệp có còn nguyên "
        "hay không. Chạy cả hai trong thư mục chứa trang này:"
    ),
    integrity_proves=(
        "Nếu cả hai đều khớp, các tệp này đúng từng byte là các tệp dùng để lập trang này. Giá "
        "trị của điều đó phụ thuộc vào cách lưu giữ mã này: trên bản giấy đã ký, hoặc ở nơi khác "
        "thư mục này."
    ),
    integrity_not=(
        "Mã không chứng minh ai lập các tệp, lập khi nào, cũng không chứng minh máy chủ đã trả "
        "lời đúng; người ghi được vào thư mục có thể lập lại cả tệp, danh sách và trang này. Bản "
        "thân trang này không có trong danh sách."
    ),
    integrity_journal=(
        "Nhật ký dài thêm khi kế hoạch được thực hiện hoặc hoàn tác về sau; khi đó phải lập lại "
        "báo cáo."
    ),
    footer=(
        "Lập bởi civic.mailbox từ dữ liệu của lần rà soát {run}. Việc lập báo cáo không làm thay "
        "đổi máy chủ nào."
    ),
    report_at="Báo cáo",
    worst="Nghiêm trọng nhất",
    since="So với {previous}",
)

# Mọi nội dung của công văn, theo tên mục rà soát; báo cáo nêu những nội dung chưa kiểm tra.
_POINTS = {
    **{
        name: PointText(clause=control.clause, title=control.title)
        for name, control in _CONTROLS.items()
    },
}

VIETNAMESE = Language(
    code="vi",
    texts=_TEXTS,
    words=_WORDS,
    day_format="%d/%m/%Y",
    thousands=".",
    controls=_CONTROLS,
    points=_POINTS,
    messages=_MESSAGES,
    terms=_TERMS,
    patterns=_PATTERNS,
)
