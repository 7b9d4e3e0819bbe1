# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""notices: the letter to each unit of what a run found, and its answer form, as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .._core.dates import local_day
from .._core.errors import MailboxError
from .._core.letter_file import LetterFile
from .._core.vietnamese import same_name
from .._report.messages.catalogue import language
from .._report.notice.composition import Writer
from .._report.notice.contents import Contents, Kind, by_unit
from .._report.notice.docx import HAS_DOCX, MISSING
from .._report.notice.file_names import folder_of
from .._report.notice.files import FORMATS, files_of
from .._report.notice.index import Index, UnitLine, as_json, as_page
from .._report.notice.plain import plain
from .._report.notice.wordings import WORDINGS
from .._report.records import Assessment
from .._report.report import zone_of
from .._report.run_folder import RunFolder
from . import letter_options
from .deeds import deeds_of
from .enforcement_run import now
from .letter_options import letter_file_of
from .mailing import wordings_of
from .notice_folder import INDEX, NAME, PAGE, NoticeFolder, notice_folder
from .progress import progress_in
from .runner import MailboxModule

SHOWN = 100  # units in a result, letters in a diff

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    **letter_options.ARGUMENTS,
    "formats": {"type": "list", "elements": "str", "choices": [*FORMATS]},
    "language": {"type": "str", "choices": ["vi", "en", "both"], "default": "both"},
    "template_vi": {"type": "path"},
    "template_en": {"type": "path"},
    "overwrite_changed": {"type": "bool", "default": False},
}
RESTRICTIONS = letter_options.RESTRICTIONS


@dataclass(frozen=True, kw_only=True)
class _Letters:
    """What there is to write."""

    assessment: Assessment
    stated: LetterFile
    writers: tuple[Writer, ...]
    contents: tuple[Contents, ...]
    formats: tuple[str, ...]


def write_notices(module: MailboxModule) -> dict[str, Any]:
    """Write letters and forms below the run folder, or in check mode tell them."""
    run_dir = Path(module.params["run_dir"]).resolve()
    letters = _letters(module, run_dir)
    progress = None if module.check_mode else run_dir / "progress" / "notices"
    with (
        notice_folder(run_dir, writes=not module.check_mode) as folder,
        progress_in(progress) as show,
    ):
        lines = []
        for number, line in enumerate(_written(letters, folder), 1):
            lines.append(line)
            show(f"{number:,} of {len(letters.contents):,} units written")
        index = Index(
            run_id=letters.assessment.run_id,
            office=letters.stated.sender.office or letters.assessment.office,
            deadline=letters.stated.deadline,
            incomplete=tuple(source.name for source in letters.assessment.incomplete),
            units=tuple(lines),
        )
        folder.add(INDEX, as_json(index).encode())
        folder.add(PAGE, as_page(index, letters.writers[0].wording).encode())
        changed = folder.exchange(overwrite=module.params["overwrite_changed"])
    return {
        "changed": changed,
        "folder": str(run_dir / NAME),
        "index": str(run_dir / NAME / PAGE),
        "total": sum(bool(line.files) for line in lines),
        "without": [line.unit for line in lines if not line.files][:SHOWN],
        "units": [
            {"unit": line.unit, "folder": line.folder, "to": line.to, "counts": line.counts}
            for line in lines
            if line.files
        ][:SHOWN],
        "truncated": len(lines) > SHOWN,
        **({"diff": _diff(letters)} if changed and module._diff else {}),
    }


def _letters(module: MailboxModule, run_dir: Path) -> _Letters:
    params, folder = module.params, RunFolder(run_dir)
    formats = _formats(module)
    stated = letter_file_of(params)
    wordings = wordings_of(params, WORDINGS)
    assessment = folder.assessment()
    zone = zone_of(assessment.time_zone)
    deeds = deeds_of(run_dir, assessment.now, module.warn_clean)
    contents = by_unit(folder.notable(assessment), assessment.units, deeds)
    _warn(module, assessment, stated, contents)
    return _Letters(
        assessment=assessment,
        stated=stated,
        writers=tuple(
            Writer(
                wording=wording,
                language=language(wording.language),
                stated=stated,
                office=assessment.office,
                audited=local_day(assessment.now, zone),
                zone=zone,
            )
            for wording in wordings
        ),
        contents=tuple(contents),
        formats=formats,
    )


def _formats(module: MailboxModule) -> tuple[str, ...]:
    asked = module.params["formats"]
    if HAS_DOCX:
        return tuple(one for one in FORMATS if one in (asked or FORMATS))
    if asked and "docx" in asked:
        raise MailboxError(f"formats: docx cannot be written: {MISSING}. Or ask for html alone")
    if not asked:
        module.warn_clean(f"the letters are written as HTML alone, without DOCX: {MISSING}")
    return tuple(one for one in FORMATS if one != "docx")


def _warn(
    module: MailboxModule, assessment: Assessment, stated: LetterFile, contents: list[Contents]
) -> None:
    for source in assessment.incomplete:
        module.warn_clean(
            f"{source.name} was not read in full, so there may be mailboxes that no letter names:"
            f" {source.message or 'see the report'}"
        )
    _warn_of_deadline(module, stated.deadline, local_day(now(), zone_of(assessment.time_zone)))
    known = {same_name(one.unit) for one in contents}
    for name, entry in stated.units.items():
        if name and name not in known:
            module.warn_clean(f"the letter file names a unit that the run does not: {entry.unit}")


def _warn_of_deadline(module: MailboxModule, deadline: date, today: date) -> None:
    if deadline < today:
        module.warn_clean(
            f"{module.params['letter_file'] or 'letter'}: deadline: {deadline} is past, and the"
            " letters ask for answers until then: state a later day and write them again"
        )


def _written(letters: _Letters, folder: NoticeFolder) -> Iterator[UnitLine]:
    for contents in letters.contents:
        name = folder_of(contents.unit)
        yield UnitLine(
            unit=contents.unit,
            folder=name,
            to=letters.stated.unit(contents.unit).addressee or contents.unit,
            counts={kind.value: len(contents.of(kind)) for kind in Kind},
            files={
                file.name: folder.add(f"{name}/{file.name}", file.content)
                for file in files_of(contents, letters.writers, letters.formats)
            },
        )


def _diff(letters: _Letters) -> list[dict[str, str]]:
    """The letters as text, each language of a unit after the other."""
    shown = [one for one in letters.contents if not one.is_empty][:SHOWN]
    return [
        {
            "before": "",
            "after": plain(writer.letter(contents)),
            "before_header": f"letter to {contents.unit or letters.assessment.office}",
            "after_header": f"letter to {contents.unit or letters.assessment.office}",
        }
        for contents in shown
        for writer in letters.writers
    ]
