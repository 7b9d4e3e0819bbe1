# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What became of a request to reopen a mailbox, as a sentence in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from .mail_wording import shown_day
from .reopening import Verdict

SENTENCES: Mapping[str, Mapping[Verdict, str]] = {
    "en": {
        Verdict.REOPEN: "approved",
        Verdict.REOPENED: "reopened on {on}",
        Verdict.KEEP: "the unit wants it to stay locked",
        Verdict.NO_APPROVER: "nobody has approved it yet",
        Verdict.UNKNOWN_APPROVER: "{approver} is no approver by the policy (reopening.approvers)",
        Verdict.NOT_FOR_UNIT: "{approver} may not approve for the unit {unit}",
        Verdict.NO_DAY: "the day of the approval is missing",
        Verdict.IN_FUTURE: "the approval is dated {on}, which is still to come",
        Verdict.BEFORE_LOCK: "the approval of {on} is older than the lock of {locked}",
        Verdict.EXPIRED: "the approval could be used until {until}",
        Verdict.USED: "this approval opened it on {on}, and it was locked again: ask for a new one",
        Verdict.TAKEN_BACK: "what this approval opened was taken back in run {run}: ask for a new "
        "one",
        Verdict.TWICE: "it is asked for in {where} already",
        Verdict.CONTRADICTED: "the unit answers that it is to stay locked ({where})",
        Verdict.UNKNOWN_ADDRESS: "no account has this address",
        Verdict.AMBIGUOUS: "{number} accounts have this address",
        Verdict.OTHER_UNIT: "the request names the unit {stated}; the account is in {unit}",
        Verdict.UNKNOWN_UNIT: "its unit is not known: run the audit again",
        Verdict.KEPT_LOCKED: "the policy keeps it locked (reopening.keep_locked): {reason}",
        Verdict.NOT_LOCKED: "it is not locked by an administrator: there is nothing to open",
        Verdict.OTHER_REASON: "it was locked for another reason ({control})",
        Verdict.OTHER_HAND: "no journal tells of its lock: somebody else locked it (by_state: true "
        "opens it all the same)",
        Verdict.UNCLEAR: "run {run} was broken off while it wrote this lock: run that again first",
        Verdict.UNREADABLE: "whether it is locked cannot be read",
    },
    "vi": {
        Verdict.REOPEN: "đã được phê duyệt",
        Verdict.REOPENED: "đã mở lại ngày {on}",
        Verdict.KEEP: "đơn vị đề nghị giữ khóa",
        Verdict.NO_APPROVER: "chưa có người phê duyệt",
        Verdict.UNKNOWN_APPROVER: "{approver} không có trong danh sách người được phê duyệt của "
        "chính sách",
        Verdict.NOT_FOR_UNIT: "{approver} không có thẩm quyền phê duyệt cho đơn vị {unit}",
        Verdict.NO_DAY: "thiếu ngày phê duyệt",
        Verdict.IN_FUTURE: "ngày phê duyệt {on} là ngày chưa tới",
        Verdict.BEFORE_LOCK: "phê duyệt ngày {on} có trước khi hộp thư bị khóa ngày {locked}",
        Verdict.EXPIRED: "phê duyệt chỉ có giá trị đến ngày {until}",
        Verdict.USED: "phê duyệt này đã dùng để mở lại ngày {on}, sau đó hộp thư bị khóa lại: cần "
        "phê duyệt mới",
        Verdict.TAKEN_BACK: "việc mở lại theo phê duyệt này đã được hoàn tác ở lần chạy {run}: cần "
        "phê duyệt mới",
        Verdict.TWICE: "đã có đề nghị tại {where}",
        Verdict.CONTRADICTED: "đơn vị trả lời giữ khóa ({where})",
        Verdict.UNKNOWN_ADDRESS: "không có tài khoản nào mang địa chỉ này",
        Verdict.AMBIGUOUS: "có {number} tài khoản mang địa chỉ này",
        Verdict.OTHER_UNIT: "đề nghị ghi đơn vị {stated}; tài khoản thuộc {unit}",
        Verdict.UNKNOWN_UNIT: "chưa rõ đơn vị: cần rà soát lại",
        Verdict.KEPT_LOCKED: "chính sách yêu cầu giữ khóa: {reason}",
        Verdict.NOT_LOCKED: "hộp thư không bị quản trị viên khóa: không có gì để mở",
        Verdict.OTHER_REASON: "bị khóa vì lý do khác ({control})",
        Verdict.OTHER_HAND: "không nhật ký nào ghi việc khóa này: do người khác khóa",
        Verdict.UNCLEAR: "lần chạy {run} bị ngắt khi đang ghi việc khóa này: hãy chạy lại lần đó "
        "trước",
        Verdict.UNREADABLE: "không đọc được tình trạng khóa",
    },
}
_DAYS = frozenset({"on", "until", "locked"})


def sentence(language: str, verdict: Verdict, params: Mapping[str, str]) -> str:
    """What became of the request, without an end mark."""
    shown = {
        name: shown_day(date.fromisoformat(value)) if name in _DAYS else value
        for name, value in params.items()
    }
    return SENTENCES[language][verdict].format_map(shown)
