# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""In Vietnamese: findings of the assessment itself, where something was not read."""

from __future__ import annotations

from ...texts import FindingWords

ASSESSMENT = FindingWords(
    sentences={
        "assessment.no-log": (
            "Chưa đọc nhật ký thư nào: đặt mailbox_logs hoặc mailbox_journal cho các máy chủ thư "
            "trong danh mục máy chủ"
        ),
        "assessment.unreadable": "Không xác định được: {reason}",
        "assessment.not-read": "Không đọc được đầy đủ {server}: {reason}",
        "assessment.no-answer": "{server} không trả lời nên chưa biết gì về máy này: {reason}",
        "assessment.policy-unreadable": (
            "{accounts} tài khoản: không đọc được chính sách mật khẩu nào áp dụng hoặc chính sách "
            "đó yêu cầu những gì"
        ),
    },
    advice={
        "assessment.no-log": "Đặt mailbox_logs hoặc mailbox_journal cho các máy chủ thư",
        "assessment.unreadable": "Khắc phục việc đọc dữ liệu rồi rà soát lại",
        "assessment.not-read": "Khắc phục việc đọc dữ liệu rồi rà soát lại",
        "assessment.no-answer": "Rà soát lại khi máy được bật",
        "assessment.policy-unreadable": "Cấp quyền đọc chính sách cho tài khoản rà soát",
    },
)
