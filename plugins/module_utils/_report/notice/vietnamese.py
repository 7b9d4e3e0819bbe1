# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The letter to a unit in Vietnamese, as offices word such letters."""

from __future__ import annotations

from .contents import Kind, State
from .wording import FormWords, IndexWords, LetterWording, ListWords

_BODY = (
    "${cites}\n"
    "Qua rà soát hệ thống thư điện tử công vụ ngày ${audited}, ${office} thông báo đến "
    "${unit} kết quả và đề nghị thực hiện một số nội dung như sau:\n"
    "1. Kết quả rà soát các hộp thư điện tử công vụ của ${unit}\n"
    "${locked}\n"
    "${soon}\n"
    "${forwards}\n"
    "${passwords}\n"
    "2. Nội dung đề nghị\n"
    "${requests}\n"
    "Nhận được công văn này, ${office} đề nghị ${unit} khẩn trương triển khai thực hiện. "
    "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị liên hệ ${contact_details} để "
    "được hướng dẫn./.\n"
)

_LISTS = {
    Kind.LOCKED: ListWords(
        heading="Hộp thư đang bị khóa (${count} hộp thư):",
        note="Lý do khóa",
        request=(
            "Thông báo cho người sử dụng các hộp thư đang bị khóa để kiểm tra, rà soát; trường hợp "
            "cần tiếp tục sử dụng thì đề xuất ${authority} xem xét, cho mở lại hộp thư."
        ),
    ),
    Kind.SOON: ListWords(
        heading="Hộp thư sắp bị khóa do lâu ngày không đăng nhập (${count} hộp thư):",
        note="Thời điểm bị khóa",
        request=(
            "Yêu cầu người sử dụng các hộp thư sắp bị khóa đăng nhập, kiểm tra và sử dụng hộp thư "
            "thường xuyên; hộp thư không đăng nhập quá ${months} tháng sẽ bị khóa."
        ),
    ),
    Kind.FORWARDS: ListWords(
        heading="Hộp thư, địa chỉ chuyển tiếp thư ra ngoài hệ thống (${count} trường hợp):",
        note="Nội dung phát hiện",
        request=(
            "Không thiết lập chế độ tự động chuyển tiếp thư đến hộp thư ngoài hệ thống thư điện tử "
            "công vụ; kiểm tra, hủy bỏ các thiết lập nêu trên. Trường hợp người sử dụng không tự "
            "thiết lập thì báo ngay cho ${contact}."
        ),
    ),
    Kind.PASSWORDS: ListWords(
        heading="Hộp thư sử dụng mật khẩu mặc định, dễ đoán (${count} hộp thư):",
        note="Tình trạng mật khẩu",
        request=(
            "Thay đổi ngay mật khẩu mặc định; mật khẩu mới phải dài hơn 8 ký tự, bao gồm chữ cái, "
            "chữ số và ký tự đặc biệt (@, !, #, %); không để trình duyệt ghi nhớ mật khẩu, không "
            "cung cấp mật khẩu cho người khác."
        ),
    ),
}

VIETNAMESE = LetterWording(
    language="vi",
    subject="rà soát, xử lý các hộp thư điện tử công vụ bị khóa và bảo đảm an toàn hộp thư",
    body=_BODY,
    nation="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto="Độc lập - Tự do - Hạnh phúc",
    number="Số: ${number}${symbol}",
    blank_number="Số:         ${symbol}",
    dated="${place}, ngày ${day} tháng ${month} năm ${year}",
    undated="${place}, ngày       tháng       năm ${year}",
    about="V/v ${about}",
    to="Kính gửi:",
    copies_label="Nơi nhận:",
    as_above="Như trên",
    archive="Lưu: ${archive}",
    ends=(";", "."),
    cite_ends=(";", "."),
    day="${day}/${month}/${year}",
    no_unit="các bộ phận thuộc ${office}",
    no_unit_note=(
        "Các hộp thư, địa chỉ nêu tại công văn này chưa được gắn với đơn vị nào trong hệ thống, "
        "nên ${office} tự rà soát: xác định người sử dụng, đơn vị quản lý và xử lý theo các nội "
        "dung dưới đây."
    ),
    authority="cấp có thẩm quyền",
    serial="STT",
    address="Địa chỉ hộp thư",
    last_sign_in="Đăng nhập lần cuối",
    never="Không có ghi nhận",
    lists=_LISTS,
    points="abcdđe",
    answer_request=(
        "Ghi ý kiến đối với từng hộp thư bị khóa vào phiếu trả lời kèm theo, gửi về ${contact} "
        "chậm nhất ngày ${deadline} để tổng hợp, báo cáo lãnh đạo."
    ),
    closing_request=(
        "Báo cáo kết quả thực hiện về ${contact} chậm nhất ngày ${deadline} để tổng hợp, báo cáo "
        "lãnh đạo."
    ),
    notes={
        State.LOCKED: "Quản trị viên đã khóa",
        State.LOCKED_BY_FAILURES: "Máy chủ khóa ngày ${at} do nhập sai mật khẩu nhiều lần",
        State.LOCKED_NOW: "Đã khóa trong lần rà soát này",
        State.SOON: "Từ ngày ${due}",
        State.OVERDUE: "Đã quá ${months} tháng, có thể bị khóa bất cứ lúc nào",
        State.FORWARDS: "${found}",
        State.MAY_FORWARD: "${found}",
        State.SWITCHED_OFF: "${found}. Đã tắt",
        State.DEFAULT_PASSWORD: "Đang dùng mật khẩu mặc định hoặc dễ đoán",
        State.NEVER_CHANGED: "Chưa đổi mật khẩu lần nào từ khi được cấp (${made})",
        State.MUST_CHANGE: "Phải đổi mật khẩu ở lần đăng nhập tới, chưa đổi",
    },
    forwards={
        "external-forwarding.outside": "Chuyển tiếp thư đến ${to}",
        "external-forwarding.unclear": "Chuyển tiếp thư đến ${to} (địa chỉ không rõ ràng)",
        "external-forwarding.through": "Chuyển tiếp thư qua hộp thư khác đến ${to}",
        "external-forwarding.dormant": "Có quy tắc chưa có hiệu lực chuyển tiếp thư đến ${to}",
        "external-forwarding.opaque": "Có chuyển tiếp thư, chưa xác định được nơi nhận",
        "external-forwarding.answers": "Thư trả lời tự động ghi người gửi là ${to}",
    },
    causes={
        "idle-mailbox": "Lâu ngày không đăng nhập",
        "default-password": "Còn dùng mật khẩu mặc định hoặc dễ đoán",
    },
    states={
        State.LOCKED: "Đang bị khóa",
        State.LOCKED_BY_FAILURES: "Tạm khóa",
        State.LOCKED_NOW: "Đang bị khóa",
    },
    form=FormWords(
        title="PHIẾU TRẢ LỜI",
        about="Ý kiến đối với các hộp thư điện tử công vụ đang bị khóa của ${unit}",
        instructions=(
            "Đề nghị ${unit} ghi \u201cmở lại\u201d hoặc \u201cgiữ khóa\u201d, lý do, người phê "
            "duyệt và ngày phê duyệt cho từng hộp thư; không sửa cột địa chỉ và dòng tiêu đề.",
            "Gửi phiếu về ${contact_details} chậm nhất ngày ${deadline}.",
        ),
        signatures=("NGƯỜI LẬP PHIẾU", "THỦ TRƯỞNG ĐƠN VỊ"),
        dateline="..............., ngày ...... tháng ...... năm ${year}",
    ),
    index=IndexWords(
        title="Công văn gửi các đơn vị",
        run="Lần rà soát",
        summary="{letters} công văn; {units} đơn vị.",
        incomplete=(
            "Không đọc được đầy đủ máy chủ {servers}: có thể còn hộp thư chưa được nêu trong các "
            "công văn này."
        ),
        unit="Đơn vị",
        kinds={
            Kind.LOCKED: "Đang bị khóa",
            Kind.SOON: "Sắp bị khóa",
            Kind.FORWARDS: "Chuyển tiếp ra ngoài",
            Kind.PASSWORDS: "Mật khẩu mặc định",
        },
        files="Tệp",
        nothing="Không có nội dung cần thông báo, không có công văn",
        no_unit="Không thuộc đơn vị nào (công văn gửi chính cơ quan)",
    ),
)
