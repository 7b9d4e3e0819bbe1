# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings, what an office states, and letters of them, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ansible_collections.civic.mailbox.plugins.module_utils._core.letter_file import (
    LetterFile,
    Sender,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.messages.catalogue import (
    language,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.composition import Writer
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.contents import (
    Contents,
    Deeds,
    by_unit,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.wording import (
    LetterWording,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.wordings import WORDINGS
from ansible_collections.civic.mailbox.plugins.module_utils._report.records import Evidence, Row

OFFICE = "Ủy ban nhân dân phường Cẩm Bình"
UNIT = "Trường THCS Cẩm Bình"
VI, EN = WORDINGS
STATED = LetterFile(
    sender=Sender(
        place="Cẩm Bình",
        cites=("Căn cứ Quyết định số 1961/2014/QĐ-UBND", "Thực hiện Công văn số 60/UBND-VHTT;"),
        contact="Bộ phận công nghệ thông tin",
        contact_details="điện thoại 0203 3862 001",
        titles=("TM. Ủy ban nhân dân", "Chủ tịch"),
        copies=("Lãnh đạo (b/c)",),
        archive="VT",
    ),
    english=Sender(office="People's Committee of Cẩm Bình Ward"),
    deadline=date(2026, 12, 15),
    number="6",
    symbol="UBND",
    day=date(2026, 1, 8),
)


def row(
    control: str,
    subject: str,
    status: str,
    message: str,
    *,
    unit: str = UNIT,
    due: date | None = None,
    last: str = "2026-08-01T03:00:00+00:00",
    **params: Any,
) -> Row:
    seen = Evidence(
        what="last sign-in (imap)", value="", source="dovecot", at=datetime.fromisoformat(last)
    )
    return Row(
        control=control,
        subject=subject,
        unit=unit,
        status=status,
        message=message,
        params=params,
        summary=f"{message} {params}",
        fingerprint=f"{control} {subject}",
        due=due,
        evidence=(seen,),
    )


def locked(subject: str = "locked@town.example", **more: Any) -> Row:
    return row("locked-mailbox", subject, "manual", "locked-mailbox.administrator", **more)


def soon(subject: str = "soon@town.example", **more: Any) -> Row:
    due = date(2026, 12, 20)
    return row("idle-mailbox", subject, "pass", "idle-mailbox.soon", due=due, months=3, **more)


def idle(subject: str = "idle@town.example", **more: Any) -> Row:
    return row("idle-mailbox", subject, "fail", "idle-mailbox.idle", months=3, **more)


def forward(subject: str = "fw@town.example", to: str = "me@home.example", **more: Any) -> Row:
    message = "external-forwarding.outside"
    return row("external-forwarding", subject, "fail", message, address=to, sources="x", **more)


def password(subject: str = "pw@town.example", **more: Any) -> Row:
    message = "default-password.guessed"
    return row("default-password", subject, "fail", message, scheme="SSHA", **more)


def contents(
    *rows: Row, causes: Mapping[str, str] | None = None, **done: frozenset[str]
) -> Contents:
    deeds = Deeds(done=done, causes=causes or {})
    (only,) = by_unit(rows, {one.unit for one in rows}, deeds)
    return only


def everything() -> Contents:
    return contents(locked(), soon(), idle(), forward(), password())


def writer(wording: LetterWording = VI, stated: LetterFile = STATED) -> Writer:
    return Writer(
        wording=wording,
        language=language(wording.language),
        stated=stated,
        office=OFFICE,
        audited=date(2026, 11, 30),
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
    )
