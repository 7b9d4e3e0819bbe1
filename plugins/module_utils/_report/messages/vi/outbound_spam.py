# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control outbound-spam in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

OUTBOUND_SPAM = ControlWords(
    text=ControlText(
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
    sentences={
        "outbound-spam.within": "Lượng thư gửi và việc đăng nhập trong giới hạn",
        "outbound-spam.hour": (
            "Gửi đến {number} người nhận trong một giờ (ngày {day}, từ {time}); giới hạn là {limit}"
        ),
        "outbound-spam.unusual": (
            "Gửi đến {number} người nhận trong ngày {day}, gấp {times} lần ngày thường ({usual}); "
            "giới hạn là {limit} lần"
        ),
        "outbound-spam.bounced": (
            "{bounced} trên {tried} người nhận bị từ chối hẳn ({share}%); giới hạn là {limit}%"
        ),
        "outbound-spam.networks": (
            "Được sử dụng từ {number} mạng khác nhau trong ngày {day}; giới hạn là {limit}"
        ),
        "outbound-spam.guessed": (
            "Đăng nhập được ngày {day} sau {number} lần nhập sai mật khẩu từ cùng một mạng, giới "
            "hạn là {limit}: mật khẩu đã bị dò ra, hoặc chủ hộp thư nhập sai nhiều lần"
        ),
        "outbound-spam.wrong-passwords": (
            "Nhập sai mật khẩu {number} lần trong ngày {day}, giới hạn là {limit}: có người dò mật "
            "khẩu, hoặc một thiết bị còn lưu mật khẩu cũ"
        ),
        "outbound-spam.limited": (
            "{service} giới hạn lượng thư nhận gửi từ một địa chỉ mạng theo yêu cầu"
        ),
        "outbound-spam.unlimited": (
            "{service}, nơi người dùng đăng nhập để gửi thư, không giới hạn như yêu cầu đối với "
            "một địa chỉ mạng: {limits}"
        ),
        "outbound-spam.by-program": (
            "{service}, nơi người dùng đăng nhập để gửi thư, hỏi {programs}; quy tắc riêng của "
            "chương trình đó có thể giới hạn từng người gửi nhưng không được kiểm tra"
        ),
        "outbound-spam.with-outside": (
            "{service} vừa cho người dùng đăng nhập gửi thư vừa nhận thư từ bên ngoài, nên giới "
            "hạn bên này sẽ làm chậm bên kia"
        ),
        "outbound-spam.no-sign-ins": (
            "Không dịch vụ Postfix nào cho người dùng đăng nhập để gửi thư: không có gì để giới hạn"
        ),
    },
    advice={
        "outbound-spam.hour": "Hỏi chủ hộp thư; nếu không phải họ thì khóa và cho đổi mật khẩu",
        "outbound-spam.unusual": "Hỏi chủ hộp thư về thư đã gửi trong ngày đó",
        "outbound-spam.bounced": "Hỏi chủ hộp thư về danh sách đã gửi, hoặc khóa hộp thư",
        "outbound-spam.networks": "Hỏi chủ hộp thư; nếu không phải họ thì cho đổi mật khẩu",
        "outbound-spam.guessed": "Hỏi chủ hộp thư; nếu không phải họ thì cho đổi mật khẩu",
        "outbound-spam.wrong-passwords": "Đặt mật khẩu mạnh; kiểm tra thiết bị cũ của chủ hộp thư",
        "outbound-spam.unlimited": "Chạy civic.mailbox.outbound_limits trên máy chủ thư",
        "outbound-spam.by-program": "Kiểm tra quy tắc của chương trình đó",
        "outbound-spam.with-outside": (
            "Chỉ cho đăng nhập ở cổng 587, rồi chạy civic.mailbox.outbound_limits"
        ),
    },
)
