# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who got a letter or a report, and the words of the mails."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.deliveries import (
    LETTER,
    LETTER_WORDINGS,
    REPORT,
    REPORT_WORDINGS,
    DeliveryRecord,
    mail_text,
    read_deliveries,
    result_before,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import JournalError
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_register import to_line

RECORD = DeliveryRecord(
    subject="thcs@town.example", sent_at=datetime(2026, 11, 30, tzinfo=timezone.utc), run_id="r1",
    operator="root", message_id="<1@town.example>", result="sent", kind=LETTER, unit="Trường",
    files=("letter-vi.docx sha256:00",),
)  # fmt: skip
REFUSED = replace(RECORD, result="refused", message_id="<0@town.example>")


def register(*records):
    return read_deliveries("deliveries.jsonl", [to_line(record) for record in records])


def test_a_record_comes_back_as_it_was_written():
    assert list(register(RECORD).mails_to(RECORD.subject)) == [RECORD]


BEFORE = [
    ("sent",                   [RECORD],                                      "sent"),
    ("with capital letters",   [replace(RECORD, subject="THCS@Town.example")], "sent"),
    ("on its way",             [replace(RECORD, result="intended")],          "intended"),
    ("refused",                [REFUSED],                                     ""),
    ("refused, and then sent", [REFUSED, RECORD],                             "sent"),
    ("of another run",         [replace(RECORD, run_id="r2")],                ""),
    ("of another unit",        [replace(RECORD, unit="Công an")],             ""),
    ("the report",             [replace(RECORD, kind=REPORT)],                ""),
    ("to another address",     [replace(RECORD, subject="x@town.example")],   ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "result"), [pytest.param(*case, id=name) for name, *case in BEFORE]
)
def test_what_came_of_the_same_mail_before(records, result):
    found = result_before(register(*records), RECORD.subject, "r1", LETTER, "Trường")

    assert found == result


@pytest.mark.parametrize("change", [{"kind": "gift"}, {"files": "x"}, {"files": [1]}])
def test_a_line_that_is_none_is_told(change):
    line = json.dumps(json.loads(to_line(RECORD)) | change)

    with pytest.raises(JournalError, match=r"deliveries\.jsonl, line 1"):
        read_deliveries("deliveries.jsonl", [line])


@pytest.mark.parametrize("wordings", [LETTER_WORDINGS, REPORT_WORDINGS])
def test_the_text_names_the_files_in_both_languages(wordings):
    values = {name: f"<{name}>" for name in wordings[0].placeholders}

    subject, text = mail_text(wordings, values, ["a.docx", "b.csv"])

    assert [wording.language for wording in wordings] == ["vi", "en"]
    assert text.count("- a.docx\n- b.csv\n") == 2
    assert "\n" not in subject
    assert [name for name in values if name != "files" and f"<{name}>" not in subject + text] == []
