# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""deliver: sends the letters of a run to the units, and its report, by mail, once each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from .._core.deliveries import (
    LETTER,
    LETTER_WORDINGS,
    REGISTER_NAME,
    REPORT,
    REPORT_WORDINGS,
    DeliveryRecord,
    Register,
    mail_text,
    read_deliveries,
    result_before,
)
from .._core.errors import MailboxError
from .._core.letter_file import LetterFile
from .._core.mail_register import INTENDED, SENT
from .._core.mail_wording import MailWording, shown_day
from .._report.notice.index import Index, UnitLine
from .._report.run_folder import RunFolder
from .._report.visible import visible
from . import letter_options, mailing
from .letter_options import letter_file_of
from .mailing import UNCERTAIN, Attachment, Mail, Tally, intended, send_each, wordings_of
from .notice_folder import NAME, read_index
from .runner import MailboxModule

KINDS = ("letters", "report")
FORMATS = ("pdf", "docx", "html", "csv")
NOBODY = "nobody is named to get it: add mail to its unit in the letter file"

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    **letter_options.ARGUMENTS,
    "what": {"type": "str", "choices": [*KINDS], "default": "letters"},
    "attach": {
        "type": "list",
        "elements": "str",
        "choices": [*FORMATS],
        "default": ["pdf", "docx", "csv"],
    },
    "report_files": {
        "type": "list",
        "elements": "str",
        "default": ["report.html", "findings.csv"],
    },
    "register": {"type": "path"},
    **mailing.ARGUMENTS,
}
RESTRICTIONS: dict[str, Any] = {**mailing.RESTRICTIONS, **letter_options.RESTRICTIONS}


@dataclass(frozen=True, kw_only=True)
class _Parcel:
    """The files that go to some addresses, and with which words."""

    kind: str
    unit: str
    to: tuple[str, ...]
    wordings: Sequence[MailWording]
    values: Mapping[str, str]
    files: tuple[Path, ...]


def deliver(module: MailboxModule) -> dict[str, Any]:
    """Send what is due. Raises MailboxError; what was sent stays in the register."""
    params = module.params
    run_dir = Path(params["run_dir"]).resolve()
    stated = letter_file_of(params)

    def compose(register: Register, tally: Tally) -> list[Mail[DeliveryRecord]]:
        if params["what"] == "report":
            parcels = iter([_report(params, run_dir, stated)])
        else:
            parcels = _letters(params, run_dir, stated, tally)
        return [mail for one in parcels for mail in _mails(params, run_dir, one, register, tally)]

    return send_each(
        module,
        register=Path(params["register"] or run_dir.parent / REGISTER_NAME),
        reader=read_deliveries,
        compose=compose,
        progress=run_dir / "progress" / "deliveries",
    )


def _letters(
    params: dict[str, Any], run_dir: Path, stated: LetterFile, tally: Tally
) -> Iterator[_Parcel]:
    index = read_index(run_dir)
    wordings = wordings_of(params, LETTER_WORDINGS)
    for line in index.units:
        if not line.files:
            continue
        to = stated.unit(line.unit).mail
        if not to:
            tally.leave("no_recipient", line.unit or index.office, NOBODY)
            continue
        yield _Parcel(
            kind=LETTER,
            unit=line.unit,
            to=to,
            wordings=wordings,
            values=_values(params, index, line),
            files=_files_of(params, run_dir / NAME / line.folder, line),
        )


def _values(params: dict[str, Any], index: Index, line: UnitLine) -> dict[str, str]:
    office = visible(index.office)
    return {
        "unit": visible(line.unit) or office,
        "office": office,
        "contact": params["contact"],
        "deadline": shown_day(index.deadline),
    }


def _files_of(params: dict[str, Any], folder: Path, line: UnitLine) -> tuple[Path, ...]:
    """The letter and the form in the formats that are asked for; signed copies as PDF first."""
    languages = ("vi", "en") if params["language"] == "both" else (params["language"],)
    signed = sorted(_signed(folder)) if "pdf" in params["attach"] else []
    written = [
        folder / name
        for name in sorted(line.files, reverse=True)  # the letter before the form
        if name.partition(".")[2] in params["attach"]
        and name.partition(".")[0].endswith(tuple(f"-{code}" for code in languages))
    ]
    if not signed and not any(path.name.startswith("letter-") for path in written):
        raise MailboxError(
            f"{folder} has no letter in the formats and languages that are asked for"
            f" ({', '.join(params['attach'])}; {', '.join(languages)}): choose others by attach and"
            " language, or write the letters so (civic.mailbox.notices)"
        )
    return (*signed, *written)


def _signed(folder: Path) -> Iterator[Path]:
    """The copies that somebody put beside a letter; scanners write .PDF, macOS ._* for itself."""
    for path in folder.glob("*"):
        if path.suffix.lower() == ".pdf" and not path.name.startswith("."):
            yield path


def _report(params: dict[str, Any], run_dir: Path, stated: LetterFile) -> _Parcel:
    if not stated.report_to:
        raise MailboxError("nobody is named to get the report: add report_to to the letter file")
    names = params["report_files"]
    for name in names:
        if Path(name).name != name:
            raise MailboxError(f"report_files: {name} is no file of the run folder")
    return _Parcel(
        kind=REPORT,
        unit="",
        to=stated.report_to,
        wordings=wordings_of(params, REPORT_WORDINGS),
        values={
            "office": visible(RunFolder(run_dir).assessment().office),
            "contact": params["contact"],
            "run": run_dir.name,
        },
        files=tuple(run_dir / name for name in names),
    )


def _mails(
    params: dict[str, Any], run_dir: Path, parcel: _Parcel, register: Register, tally: Tally
) -> Iterator[Mail[DeliveryRecord]]:
    """The mails of a parcel that were not sent before."""
    for recipient in parcel.to:
        before = result_before(register, recipient, run_dir.name, parcel.kind, parcel.unit)
        if before == SENT:
            tally.counts["already"] += 1
        elif before == INTENDED:
            tally.leave("uncertain", recipient, UNCERTAIN)
        else:
            attachments = tuple(_attachment(path, parcel) for path in parcel.files)
            names = [one.name for one in attachments]
            subject, text = mail_text(parcel.wordings, parcel.values, names)
            yield Mail(
                record=DeliveryRecord(
                    **intended(params, recipient, run_dir.name),
                    kind=parcel.kind,
                    unit=parcel.unit,
                    files=tuple(f"{one.name} sha256:{_digest(one.path)}" for one in attachments),
                ),
                subject=subject,
                text=text,
                attachments=attachments,
                shown={"unit": parcel.unit, "files": names},
            )


def _attachment(path: Path, parcel: _Parcel) -> Attachment:
    """A letter's file bears its unit's folder in its name, so that several can be kept together."""
    name = f"{path.parent.name}-{path.name}" if parcel.kind == LETTER else path.name
    return Attachment(path=path, name=visible(name))


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise MailboxError(f"cannot read {path}: {error.strerror}. None was sent") from error
