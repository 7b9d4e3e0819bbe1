# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The mail as it goes over the wire, and what is refused before one is sent; the sending is tested
on a real mail server."""

from __future__ import annotations

import email
import json
import re
from datetime import date, datetime, timezone
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    MailboxError,
    SnapshotError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.notices import (
    WORDINGS,
    Notice,
    mail_text,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.warn import (
    Mail,
    _as_bytes,
    _intent,
    _notices,
    _refuse_senseless,
)

NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)
DUE = date(2019, 1, 20)
ADDRESS = "nguyenthithanhhuyen@cambinh.quangninh.gov.vn"
SENDER = "cntt@cambinh.quangninh.gov.vn"


def mail(address: str = ADDRESS, office: str = "Ủy ban nhân dân phường Cẩm Bình") -> Mail:
    notice = Notice(
        subject=address, unit="Công an phường", last_sign_in="", last=None, since=DUE, months=3,
        idle_from=None,
    )  # fmt: skip
    subject, text = mail_text(notice, WORDINGS, due=DUE, office=office, contact="Bộ phận CNTT")
    return Mail(notice=notice, due=DUE, subject=subject, text=text)


MAILS = [
    ("as most are",              mail(),                           SENDER),
    ("to letters of Vietnam",    mail("nguyễn@cambinh.gov.vn"),    SENDER),
    ("from an office by name",   mail(),                           f"Ủy ban nhân dân phường Cẩm Bình <{SENDER}>"),
    ("of an office without end", mail(office="Ủy ban " * 400),     SENDER),
]  # fmt: skip


@pytest.mark.parametrize(("one", "sender"), [pytest.param(*case, id=name) for name, *case in MAILS])
def test_what_is_sent_is_read_as_it_was_written_and_no_line_is_too_long(one, sender):
    record = _intent(sender, "run", one, NOW)
    sent = _as_bytes(sender, one, record)

    # RFC 5322, 2.1.1: 998 octets at most, and 78 are better
    assert [line for line in sent.split(b"\r\n") if len(line) > 78] == []
    assert b"\n" not in sent.replace(b"\r\n", b"")
    read = email.message_from_bytes(sent, policy=default)
    assert read.defects == []
    assert read["Subject"] == one.subject
    assert _letters(read["To"].addresses[0].addr_spec) == one.notice.subject
    assert read["From"].addresses[0].addr_spec == SENDER
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Date"].datetime == NOW
    assert re.fullmatch(r"<[^<>@\s]+@cambinh\.quangninh\.gov\.vn>", record.message_id)
    assert read["Message-ID"] == record.message_id
    assert read.get_content().splitlines() == one.text.splitlines()


def _letters(header: str) -> str:
    """What Python's parser leaves as bytes of a header in UTF-8 (RFC 6532)."""
    return header.encode("ascii", "surrogateescape").decode()


def params(**known: Any) -> dict[str, Any]:
    return {
        "per_minute": 60,
        "max_mails": 1,
        "timeout": 1,
        "sender": SENDER,
        "contact": "x",
        **known,
    }


@pytest.mark.parametrize("sender", [SENDER, f"Cẩm Bình <{SENDER}>", f'"Phường, xã" <{SENDER}>'])
def test_a_sender_may_have_a_name(sender):
    _refuse_senseless(params(sender=sender))


SENSELESS = [
    # what is wrong                      the options                            what is said
    ("no mails a minute",                {"per_minute": 0},                     "per_minute, max_mails and timeout"),
    ("no mails",                         {"max_mails": 0},                      "per_minute, max_mails and timeout"),
    ("no time",                          {"timeout": -1},                       "per_minute, max_mails and timeout"),
    ("a contact without a word",         {"contact": " "},                      "contact has to be one line"),
    ("a contact of two lines",           {"contact": "a\nb"},                   "contact has to be one line"),
    ("a sender of two lines",            {"sender": "a@b\r\nBcc: c@d"},         "sender has to be one line"),
    ("a sender that is no address",      {"sender": "office"},                  "sender: office is no mail address"),
    ("a sender without a domain",        {"sender": "office@"},                 "sender: office@ is no mail address"),
    ("a sender without a name there",    {"sender": "@town.example"},           "sender: @town.example is no mail address"),
    ("an address with other letters",    {"sender": "phường@town.example"},     "is no mail address"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "said"), [pytest.param(*case, id=name) for name, *case in SENSELESS]
)
def test_what_makes_no_sense_is_refused(known, said):
    with pytest.raises(MailboxError, match=re.escape(said)):
        _refuse_senseless(params(**known))


FINDING = {
    "control": "idle-mailbox", "subject": ADDRESS, "unit": "Registry", "status": "pass",
    "due": "2019-01-06", "params": {"last": "2018-10-05", "months": 3}, "evidence": [],
}  # fmt: skip
NONSENSE = [
    # what is wrong                 the line
    ("no JSON",                     "nonsense"),
    ("empty",                       ""),
    ("a list",                      "[]"),
    ("nothing",                     "null"),
    ("without a control",           "{}"),
    ("without what it is about",    json.dumps({"control": "idle-mailbox"})),
    ("a day that is none",          json.dumps({**FINDING, "due": "2019-02-30"})),
    ("a day that is a number",      json.dumps({**FINDING, "due": 20190106})),
    ("evidence that is a text",     json.dumps({**FINDING, "evidence": "x"})),
    ("evidence of nothing",         json.dumps({**FINDING, "evidence": [{"what": 1, "at": "x"}]})),
    ("numbers that are a list",     json.dumps({**FINDING, "params": []})),
]  # fmt: skip


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in NONSENSE])
def test_a_line_that_is_no_finding_is_named(tmp_path, line):
    path = tmp_path / "findings.jsonl"
    path.write_text(f"{json.dumps(FINDING)}\n{line}\n")

    with pytest.raises(SnapshotError, match=f"^{path}, line 2 is no finding .*: audit again"):
        list(_notices(path, False))


def test_without_findings_the_audit_is_to_be_run(tmp_path: Path):
    path = tmp_path / "findings.jsonl"

    with pytest.raises(SnapshotError, match=f"^cannot read {path}: .*Run the audit first"):
        list(_notices(path, False))
