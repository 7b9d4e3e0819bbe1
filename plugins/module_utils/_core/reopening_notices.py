# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Who is to be told that a locked mailbox was opened again, and in what words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import Template
from typing import Any

from .journal import History
from .lock_journals import CONTROL
from .mail_register import INTENDED, SENT, MailRecord, MailRegister, fields_of, read_mails
from .mail_wording import MailWording, filled, shown_day
from .plan import Change

REGISTER_NAME = "reopenings.jsonl"  # beside the run folders


@dataclass(frozen=True, kw_only=True, slots=True)
class ReopeningRecord(MailRecord):
    """What became of one mail by `sent_at`."""

    change: str  # id of the change that opened the mailbox: an approval opens it once
    sign_in_by: date  # the last day to sign in, as the mail says


Register = MailRegister[ReopeningRecord]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A mailbox that a run opened, and nobody locked since by that run's journal."""

    change: Change
    at: str  # when, as the journal has it
    must_change: bool  # whether a new password has to be set


def opened(history: History) -> list[Opened]:
    """What stands as opened for certain, in the order in which it was."""
    pending = {intent.change.id for intent in history.pending()}  # a rollback was broken off
    standing = [one for one in history.done() if one.change.id not in pending]
    forced = {one.change.account_id for one in standing if one.change.field == "must_change"}
    return [
        Opened(change=one.change, at=one.at, must_change=one.change.account_id in forced)
        for one in standing
        if one.change.control == CONTROL and one.change.after == ("active",)
    ]


def result_of_mail(register: Register, recipient: str, change_id: str) -> str:
    """SENT or INTENDED of the mail on this change; "": none was sent."""
    results = {one.result for one in register.mails_to(recipient) if one.change == change_id}
    return next((one for one in (SENT, INTENDED) if one in results), "")


def read_reopenings(file: str, lines: Iterable[str]) -> Register:
    """What the lines tell; `file` is for messages. Raises JournalError for one that is none."""
    return read_mails(file, lines, _record)


def _record(content: Mapping[str, Any]) -> ReopeningRecord:
    return ReopeningRecord(**fields_of(content, sign_in_by=date.fromisoformat))


PLACEHOLDERS = ("address", "unit", "office", "contact", "until", "days", "password")


@dataclass(frozen=True, kw_only=True)
class Wording(MailWording):
    """The mail in one language."""

    placeholders = PLACEHOLDERS

    advice: str  # "${password}" where a new one has to be set; else it is empty


def mail_text(
    one: Opened, wordings: Sequence[Wording], *, until: date, days: int, office: str, contact: str
) -> tuple[str, str]:
    """Subject (one line) and text of the mail, in all the wordings one after the other."""
    values = {
        "address": one.change.subject,
        "unit": one.change.unit,
        "office": office,
        "contact": contact,
        "until": shown_day(until),
        "days": str(days),
    }
    return filled(
        (wording, {**values, "password": _password(one, wording, values)}) for wording in wordings
    )


def _password(one: Opened, wording: Wording, values: Mapping[str, str]) -> str:
    return Template(wording.advice).substitute(values) if one.must_change else ""


VIETNAMESE = Wording(
    language="vi",
    subject="Thông báo: hộp thư điện tử công vụ ${address} đã được mở lại",
    advice="""
Hộp thư này từng bị khóa vì còn dùng mật khẩu mặc định. Mật khẩu cũ phải được
thay: sau khi đăng nhập, đề nghị ông/bà đặt ngay mật khẩu mới (trên 8 ký tự,
có chữ, số và ký tự đặc biệt) tại trang đổi mật khẩu của cơ quan, hoặc đến gặp
bộ phận công nghệ thông tin nêu dưới đây.
""",
    body="""\
Kính gửi ông/bà,

Hộp thư điện tử công vụ
${address}
(đơn vị: ${unit})
đã được mở lại theo phê duyệt của người có thẩm quyền.

Đề nghị ông/bà đăng nhập hộp thư theo cách ông/bà vẫn thường dùng, chậm nhất
vào ngày ${until} (trong vòng ${days} ngày). Quá ngày này mà không có lần đăng
nhập nào, hộp thư sẽ bị khóa lại và phải có phê duyệt mới.
${password}
Cơ quan không bao giờ hỏi mật khẩu qua thư điện tử. Thư này không kèm
đường dẫn và không yêu cầu cung cấp bất kỳ thông tin nào. Đề nghị ông/bà
không cho ai biết mật khẩu của mình, kể cả người tự xưng là quản trị viên.

Mọi vướng mắc xin liên hệ: ${contact}

Trân trọng cảm ơn ông/bà.

${office}
(Thư này được gửi tự động.)
""",
)

ENGLISH = Wording(
    language="en",
    subject="Notice: the official mailbox ${address} is open again",
    advice="""
It was locked because it still had a default password. The old password has to
go: once you have signed in, please set a new one at once (longer than 8
characters, with letters, digits and special characters) where your office has
passwords changed, or see the IT desk named below.
""",
    body="""\
Dear Sir or Madam,

The official mailbox
${address}
(unit: ${unit})
was opened again, as the competent authority approved.

Please sign in in the way you always do by ${until} (day/month/year), that is
within ${days} days. If nobody has signed in by then, it will be locked again,
and it will take a new approval.
${password}
The office never asks for a password by mail. This mail has no link and asks
for no information. Please tell your password to nobody, not even to someone
who claims to be an administrator.

If you have questions, please contact: ${contact}

Yours faithfully,

${office}
(This mail was sent automatically.)
""",
)

WORDINGS = (VIETNAMESE, ENGLISH)
