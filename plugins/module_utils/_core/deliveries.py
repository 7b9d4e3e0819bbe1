# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Who got a letter or the report of a run by mail, and in what words it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .mail_register import INTENDED, SENT, MailRecord, MailRegister, fields_of, read_mails
from .mail_wording import MailWording, filled

REGISTER_NAME = "deliveries.jsonl"  # beside the run folders
LETTER, REPORT = KINDS = ("letter", "report")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryRecord(MailRecord):
    """What became of one mail with files by `sent_at`."""

    kind: str  # one of KINDS
    unit: str  # of a letter
    files: tuple[str, ...]  # that went with it, as "name sha256:digits"

    def __post_init__(self) -> None:
        MailRecord.__post_init__(self)  # super() finds no class that has slots
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}")


Register = MailRegister[DeliveryRecord]


def read_deliveries(file: str, lines: Iterable[str]) -> Register:
    """What the lines tell; `file` is for messages. Raises JournalError for one that is none."""
    return read_mails(file, lines, _record)


def _record(content: Mapping[str, Any]) -> DeliveryRecord:
    return DeliveryRecord(**fields_of(content, files=_names))


def _names(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list) or not all(isinstance(one, str) for one in written):
        raise ValueError("files is no list of texts")
    return tuple(written)


def result_before(register: Register, recipient: str, run_id: str, kind: str, unit: str) -> str:
    """What came of the same mail of the same run before: SENT, INTENDED, or "" for neither."""
    results = {
        mail.result
        for mail in register.mails_to(recipient)
        if (mail.run_id, mail.kind, mail.unit) == (run_id, kind, unit)
    }
    return next((result for result in (SENT, INTENDED) if result in results), "")


@dataclass(frozen=True, kw_only=True)
class LetterMailWording(MailWording):
    """The mail that a letter goes with, in one language."""

    placeholders = ("unit", "office", "contact", "deadline", "files")


@dataclass(frozen=True, kw_only=True)
class ReportMailWording(MailWording):
    """The mail that the report goes with, in one language."""

    placeholders = ("office", "contact", "run", "files")


def mail_text(
    wordings: Sequence[MailWording], values: Mapping[str, str], files: Iterable[str]
) -> tuple[str, str]:
    """Subject (one line) and text of the mail, in all the wordings one after the other."""
    listed = "\n".join(f"- {name}" for name in files)
    return filled((wording, {**values, "files": listed}) for wording in wordings)


LETTER_WORDINGS = (
    LetterMailWording(
        language="vi",
        subject="Công văn về các hộp thư điện tử công vụ của ${unit}",
        body="""\
Kính gửi ${unit},

${office} gửi công văn về các hộp thư điện tử công vụ của đơn vị,
kèm theo các tệp:

${files}

Đề nghị đơn vị thực hiện các nội dung nêu trong công văn. Nếu có phiếu trả
lời kèm theo, đề nghị ghi ý kiến vào phiếu và gửi lại chậm nhất ngày
${deadline}.

Công văn có danh sách hộp thư của đơn vị; đề nghị không chuyển cho người
không có trách nhiệm. Cơ quan không bao giờ hỏi mật khẩu qua thư điện tử.

Mọi vướng mắc xin liên hệ: ${contact}

Trân trọng.

${office}
(Thư này được gửi tự động.)
""",
    ),
    LetterMailWording(
        language="en",
        subject="Letter on the official mailboxes of ${unit}",
        body="""\
Dear Sir or Madam,

${office} sends you the letter on the official mailboxes of ${unit},
with these files:

${files}

Please do what the letter asks for. Where an answer form goes with it,
please fill it in and send it back by ${deadline} (day/month/year).

The letter names mailboxes of your unit: please pass it on to nobody whom
it does not concern. The office never asks for a password by mail.

If you have questions, please contact: ${contact}

Yours faithfully,

${office}
(This mail was sent automatically.)
""",
    ),
)

REPORT_WORDINGS = (
    ReportMailWording(
        language="vi",
        subject="Báo cáo rà soát hộp thư điện tử công vụ, lần ${run}",
        body="""\
Kính gửi ông/bà,

${office} gửi báo cáo rà soát hộp thư điện tử công vụ, lần ${run},
kèm theo các tệp:

${files}

Báo cáo có thông tin về tài khoản của cán bộ, công chức; đề nghị không
chuyển cho người không có trách nhiệm.

Mọi vướng mắc xin liên hệ: ${contact}

Trân trọng.

${office}
(Thư này được gửi tự động.)
""",
    ),
    ReportMailWording(
        language="en",
        subject="Report on the official mailboxes, run ${run}",
        body="""\
Dear Sir or Madam,

${office} sends you the report on the official mailboxes, run ${run},
with these files:

${files}

The report tells of the accounts of staff: please pass it on to nobody
whom it does not concern.

If you have questions, please contact: ${contact}

Yours faithfully,

${office}
(This mail was sent automatically.)
""",
    ),
)
