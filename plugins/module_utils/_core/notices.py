# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Who is to be warned that an idle mailbox will be locked, and in what words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from string import Template
from typing import Any

from .mail_wording import MailWording, filled, shown_day
from .warnings import CONTROL


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """An account that is idle or will be soon, as its finding tells."""

    subject: str
    unit: str
    last_sign_in: str  # newest one known, "" for none
    last: date | None  # its day in the office's time zone
    since: date | None  # where none is known: since when it would have been
    months: int  # the policy's limit
    idle_from: date | None  # None: the limit is past
    facts: Mapping[str, Any] = field(default_factory=dict)  # that an exemption's selector sees

    def locked_from(self, today: date, notice_days: int) -> date:
        """The first day on which it can be locked when it is warned today."""
        earliest = today + timedelta(days=notice_days)
        return max(self.idle_from or earliest, earliest)


def notice_of(finding: Mapping[str, Any], *, include_overdue: bool) -> Notice | None:
    """The notice that a line of findings.jsonl asks for, or None.

    Raises AttributeError, KeyError, TypeError, ValueError for a line that is no finding.
    """
    if finding["control"] != CONTROL:
        return None
    soon = finding["status"] == "pass" and finding["due"]
    if not soon and not (include_overdue and finding["status"] == "fail"):
        return None
    params = finding["params"]
    return Notice(
        subject=finding["subject"],
        unit=finding["unit"],
        last_sign_in=max(_sign_ins(finding), default=""),
        last=_day(params.get("last")),
        since=_day(params.get("since")),
        months=params["months"],
        idle_from=_day(finding["due"]),
        # An older audit left none.
        facts=finding.get("facts", {"mail": finding["subject"], "unit": finding["unit"]}),
    )


def _sign_ins(finding: Mapping[str, Any]) -> list[str]:
    seen = (item for item in finding["evidence"] if item["what"].startswith("last sign-in"))
    return [item["at"] for item in seen if item["at"]]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


PLACEHOLDERS = ("address", "unit", "office", "contact", "last_use", "months", "due")


@dataclass(frozen=True, kw_only=True)
class Wording(MailWording):
    """The warning in one language."""

    placeholders = PLACEHOLDERS

    last: str  # "${day}" for the day of the last sign-in, in a sentence
    never: str  # the same where none is known since "${day}"


def mail_text(
    notice: Notice, wordings: Sequence[Wording], *, due: date, office: str, contact: str
) -> tuple[str, str]:
    """Subject (one line) and text of the mail, in all the wordings one after the other."""
    values = {
        "address": notice.subject,
        "unit": notice.unit,
        "office": office,
        "contact": contact,
        "months": str(notice.months),
        "due": shown_day(due),
    }
    return filled(
        (wording, {**values, "last_use": _last_use(notice, wording)}) for wording in wordings
    )


def _last_use(notice: Notice, wording: Wording) -> str:
    template, day = (wording.last, notice.last) if notice.last else (wording.never, notice.since)
    return Template(template).substitute(day=shown_day(day) if day else "?")


VIETNAMESE = Wording(
    language="vi",
    subject="Thông báo: hộp thư điện tử công vụ ${address} sẽ bị khóa kể từ ngày ${due}",
    last="được đăng nhập lần gần nhất vào ngày ${day}",
    never="chưa được đăng nhập lần nào kể từ ngày ${day}",
    body="""\
Kính gửi ông/bà,

Theo ghi nhận của hệ thống, hộp thư điện tử công vụ
${address}
(đơn vị: ${unit})
${last_use}.

Theo quy định, hộp thư không được đăng nhập quá ${months} tháng phải bị khóa.
Hộp thư này sẽ bị khóa kể từ ngày ${due} nếu không đăng nhập.

Để tiếp tục sử dụng, đề nghị ông/bà đăng nhập hộp thư trước ngày nêu trên,
theo cách ông/bà vẫn thường dùng. Ngoài ra ông/bà không phải làm gì thêm.

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
    subject="Notice: the official mailbox ${address} will be locked from ${due}",
    last="was last signed in to on ${day}",
    never="has not been signed in to since ${day}",
    body="""\
Dear Sir or Madam,

According to our records, the official mailbox
${address}
(unit: ${unit})
${last_use}.

By regulation, a mailbox that nobody has signed in to for more than
${months} months has to be locked. This one will be locked from ${due}
(day/month/year) unless you sign in.

To keep it, please sign in before that day in the way you always do.
There is nothing else that you have to do.

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
