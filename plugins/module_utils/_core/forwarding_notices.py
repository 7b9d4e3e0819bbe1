# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Who is to be told that a forward to outside was switched off, and in what words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Template
from typing import Any

from .journal import History
from .mail_register import INTENDED, SENT, MailRecord, MailRegister, fields_of, read_mails
from .mail_wording import MailWording, filled
from .plan import Change
from .step import ACTIVE

CONTROL = "external-forwarding"
REGISTER_NAME = "forwarding-notices.jsonl"  # beside the run folders
DEACTIVATED = "deactivated"  # in place of the channel, of a script that runs no more at all


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeRecord(MailRecord):
    """What became of one notice by `sent_at`."""

    changes: tuple[str, ...]  # ids of the run's changes that it tells of


Register = MailRegister[NoticeRecord]


def read_notices(file: str, lines: Iterable[str]) -> Register:
    """What the lines tell; `file` is for messages. Raises JournalError for one that is none."""
    return read_mails(file, lines, _record)


def _record(content: Mapping[str, Any]) -> NoticeRecord:
    return NoticeRecord(**fields_of(content, changes=_ids))


def _ids(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list) or not all(isinstance(one, str) for one in written):
        raise ValueError("changes is no list of texts")
    return tuple(written)


def switched_off(journals: Iterable[History]) -> dict[str, list[Change]]:
    """The forwards to outside that stand as taken away for certain, by their subjects."""
    found: dict[str, list[Change]] = {}
    for history in journals:
        pending = {intent.change.id for intent in history.pending()}  # a rollback was broken off
        for intent in history.done():
            change = intent.change
            is_forward = change.field == "forwards" and change.control == CONTROL
            if is_forward and change.id not in pending:
                is_off = ACTIVE in intent.after and not intent.after[ACTIVE]
                told = replace(change, channel=DEACTIVATED) if is_off else change
                found.setdefault(change.subject, []).append(told)
    return found


@dataclass(frozen=True, kw_only=True)
class Untold:
    """Of one subject, what the register does not show as told."""

    new: tuple[Change, ...]
    is_uncertain: bool  # a mail on some of the others was on its way when a run was broken off


def untold(changes: Iterable[Change], register: Register, run_id: str) -> Untold:
    """What is left to tell a subject. A change has the same id in each run that makes it again."""
    left, is_uncertain = [], False
    for change in changes:
        results = {
            mail.result
            for mail in register.mails_to(change.subject)
            if mail.run_id == run_id and change.id in mail.changes
        }
        if SENT in results:
            continue
        if INTENDED in results:
            is_uncertain = True
        else:
            left.append(change)
    return Untold(new=tuple(left), is_uncertain=is_uncertain)


PLACEHOLDERS = ("address", "rules", "office", "contact")


@dataclass(frozen=True, kw_only=True)
class Wording(MailWording):
    """The notice in one language."""

    placeholders = PLACEHOLDERS

    rule: str  # one of "${rules}": "${to}" outside and "${where}" it was set
    # Channel -> what "${source}" is there; a channel that is not named has only the source.
    places: Mapping[str, str]
    # Words that sources have, as patterns, and what stands for them.
    words: tuple[tuple[str, str], ...] = ()


def mail_text(
    address: str,
    changes: Iterable[Change],
    wordings: Sequence[Wording],
    *,
    office: str,
    contact: str,
) -> tuple[str, str]:
    """Subject (one line) and text of the mail, in all the wordings one after the other."""
    told = list(changes)
    values = {"address": address, "office": office, "contact": contact}
    return filled((wording, {**values, "rules": _rules(told, wording)}) for wording in wordings)


def _rules(changes: Iterable[Change], wording: Wording) -> str:
    told = (_rule(target, change, wording) for change in changes for target in removed(change))
    return "\n".join(dict.fromkeys(told))


def removed(change: Change) -> list[str]:
    """The targets that a change takes away, as written."""
    kept = {target.lower() for target in change.after}
    return [target for target in dict.fromkeys(change.before) if target.lower() not in kept]


def _rule(target: str, change: Change, wording: Wording) -> str:
    source = _one_line(change.source or change.target)
    for pattern, word in wording.words:
        source = re.sub(pattern, word, source)
    place = Template(wording.places.get(change.channel, "${source}"))
    return Template(wording.rule).substitute(
        to=_one_line(target), where=place.substitute(source=source)
    )


def _one_line(text: str) -> str:
    """Text of the account's own, without what could end a line or turn its letters round."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


_TABLES = ("alias", "virtual", "recipient_bcc", "sender_bcc", "canonical")

VIETNAMESE = Wording(
    language="vi",
    subject="Thông báo: đã tắt chuyển tiếp thư ra ngoài của hộp thư ${address}",
    rule="- đến ${to}\n  (${where})",
    places={
        "directory": "thông tin tài khoản trong thư mục, thuộc tính ${source}",
        "dot_forward": "tệp ${source}",
        DEACTIVATED: (
            "${source}; không thể chỉ bỏ riêng quy tắc này,\n"
            "   nên TOÀN BỘ quy tắc lọc thư Sieve của hộp thư đã bị tắt"
        ),
        **dict.fromkeys(_TABLES, "bảng ${source} của máy chủ thư"),
    },
    words=((r"\bSieve script ", "kịch bản lọc thư Sieve "), (r", line (\d+)", r", dòng \1")),
    body="""\
Kính gửi ông/bà,

Hộp thư điện tử công vụ
${address}
được thiết lập để tự động chuyển thư ra ngoài hệ thống thư của cơ quan.
Các thiết lập sau đây đã được tắt:

${rules}

Lý do: hộp thư công vụ không được tự động chuyển tiếp thư đến hộp thư ở
ngoài hệ thống (công văn, mục 2, ý thứ ba). Thư đã chuyển ra ngoài thì cơ
quan không còn quản lý được.

Từ nay thư không được chuyển đến các địa chỉ nêu trên nữa mà được giữ lại
trong hộp thư. Các quy tắc và thiết lập khác vẫn như trước, trừ trường hợp
nêu ở trên. Ông/bà không phải làm gì thêm.

Nếu ông/bà không tạo các thiết lập này, đề nghị báo ngay cho người phụ
trách nêu dưới đây: có thể người khác đã vào được hộp thư.

Cơ quan không bao giờ hỏi mật khẩu qua thư điện tử. Thư này không kèm
đường dẫn và không yêu cầu cung cấp mật khẩu.

Mọi vướng mắc, hoặc khi công việc cần chuyển tiếp thư, xin liên hệ:
${contact}

Trân trọng cảm ơn ông/bà.

${office}
(Thư này được gửi tự động.)
""",
)

ENGLISH = Wording(
    language="en",
    subject="Notice: forwarding to the outside was switched off for ${address}",
    rule="- to ${to}\n  (${where})",
    places={
        "directory": "your entry in the directory, attribute ${source}",
        "dot_forward": "file ${source}",
        DEACTIVATED: (
            "${source}; this rule could not be taken out alone,\n"
            "   so ALL the Sieve rules of the mailbox are switched off"
        ),
        **dict.fromkeys(_TABLES, "table ${source} of the mail server"),
    },
    body="""\
Dear Sir or Madam,

The official mailbox
${address}
was set to send mail on, by itself, to outside the office's mail system.
These settings were switched off:

${rules}

Why: an official mailbox must not forward mail by itself to a mailbox
outside the system (the letter, clause 2, 3rd point). What has gone outside
is no longer in the office's care.

From now on mail is not sent to these addresses any more, and stays in the
mailbox. Other rules and settings are as they were, unless it says otherwise
above. There is nothing that you have to do.

If you did not make these settings, please tell the contact below at once:
somebody else may have got into the mailbox.

The office never asks for a password by mail. This mail has no link and
does not ask for a password.

If you have questions, or your work needs mail to be forwarded, please
contact:
${contact}

Yours faithfully,

${office}
(This mail was sent automatically.)
""",
)

WORDINGS = (VIETNAMESE, ENGLISH)
