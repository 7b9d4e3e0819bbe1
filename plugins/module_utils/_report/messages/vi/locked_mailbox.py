# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control locked-mailbox in Vietnamese."""

from __future__ import annotations

from ...texts import ControlText, ControlWords

LOCKED_MAILBOX = ControlWords(
    text=ControlText(
        title="Hộp thư bị khóa được rà soát, chỉ mở lại khi được phê duyệt",
        short="Hộp thư bị khóa",
        clause="mục 3",
        rationale=(
            "Chủ hộp thư bị khóa phải được thông báo; việc mở lại do cấp có thẩm quyền quyết định."
        ),
        limit="Là trạng thái tại thời điểm đọc; ai khóa và vì sao thì thư mục không cho biết.",
    ),
    sentences={
        "locked-mailbox.open": "Không bị khóa",
        "locked-mailbox.administrator": (
            "Bị quản trị viên khóa; đăng nhập lần cuối: {last}. Chủ hộp thư rà soát, nếu cần sử "
            "dụng thì đề xuất cấp có thẩm quyền mở lại"
        ),
        "locked-mailbox.failures": (
            "Bị máy chủ khóa ngày {at} do nhập sai mật khẩu quá nhiều lần. Đề nghị hỏi chủ hộp thư "
            "có phải chính họ đã nhập sai hay không"
        ),
    },
    advice={
        "locked-mailbox.administrator": (
            "Chủ hộp thư rà soát, đề xuất; cấp có thẩm quyền quyết định"
        ),
        "locked-mailbox.failures": "Hỏi chủ hộp thư; nếu không phải họ thì cho đổi mật khẩu",
    },
)
