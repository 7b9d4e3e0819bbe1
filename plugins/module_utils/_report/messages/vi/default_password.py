# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control default-password in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

DEFAULT_PASSWORD = ControlWords(
    text=ControlText(
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
    silent={
        "default-password.guessed": (
            "Số tài khoản đạt chỉ căn cứ thời điểm đổi mật khẩu: {number} trên {total}. Mật khẩu "
            "đang lưu của các tài khoản này chưa được đối chiếu với mật khẩu mặc định của cơ quan."
        ),
    },
    sentences={
        "default-password.changed": "Đã đổi mật khẩu ngày {changed}",
        "default-password.compared": (
            "Đã đổi mật khẩu ngày {changed}; mật khẩu đang lưu không trùng mật khẩu nào được đối "
            "chiếu"
        ),
        "default-password.guessed": (
            "Mật khẩu đang lưu ({scheme}) là mật khẩu mặc định hoặc dễ đoán của cơ quan"
        ),
        "default-password.pending": (
            "Phải đổi mật khẩu ở lần đăng nhập tới nhưng chưa đổi; máy chủ thư chỉ kiểm tra mật "
            "khẩu thì vẫn chấp nhận mật khẩu cũ"
        ),
        "default-password.never-changed": (
            "Chưa đổi mật khẩu lần nào kể từ khi tạo tài khoản ({made})"
        ),
        "default-password.no-time": "Thư mục không cho biết mật khẩu được đổi lần cuối khi nào",
        "default-password.odd-time": (
            "Thư mục ghi tài khoản được tạo ngày {made} và mật khẩu được đổi ngày {changed}: dữ "
            "liệu được chuyển từ nơi khác đến, hoặc đồng hồ máy chủ bị sai"
        ),
    },
    advice={
        "default-password.guessed": "Đã buộc đổi mật khẩu; theo dõi việc đặt mật khẩu mới",
        "default-password.pending": "Đề nghị chủ hộp thư đăng nhập và đặt mật khẩu mới",
        "default-password.odd-time": "Kiểm tra đồng hồ máy chủ, hoặc buộc đổi mật khẩu",
        "default-password.no-time": "Cấp quyền đọc cho tài khoản rà soát, hoặc buộc đổi mật khẩu",
    },
)
