# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Letters and reports through the lab's Postfix to units inside and outside: once each."""

from __future__ import annotations

import email
import json
import re
import signal
from collections.abc import Iterator
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population, process, sink
from ansible_collections.civic.mailbox.lab.clients import Info, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.index import (
    Index,
    UnitLine,
    as_json,
)
from ansible_collections.civic.mailbox.plugins.modules import deliver

from .module_run import Prepare, Ran, die_at, run_module
from .test_enforce import Office

INSIDE, OUTSIDE = f"soon-75@{DOMAIN}", "school@else.example"
NAMES = ("letter-vi.docx", "letter-vi.html", "answer-vi.csv", "letter-en.docx")
CONTENT = {name: f"{name}: Địa chỉ\n".encode() for name in NAMES}


def person(lab: Info) -> population.Person:
    people = population.people(lab["people"], datetime.fromisoformat(lab["now"]))
    return next(one for one in people if one.uid == "active")


class Mailroom:
    """A run folder with letters to two units, the module over it, and what arrives."""

    def __init__(self, lab: Info, folder: Path) -> None:
        self.lab, self.run_dir = lab, folder / "reports" / "first"
        self.register = self.run_dir.parent / "deliveries.jsonl"
        self.contact = f"Bộ phận CNTT, {folder}"  # tells this test's mails from others'
        files = {name: sha256(content).hexdigest() for name, content in CONTENT.items()}
        lines = []
        for unit in ("Trường THCS", "Công an phường"):
            (self.unit_folder(unit)).mkdir(parents=True)
            for name, content in CONTENT.items():
                (self.unit_folder(unit) / name).write_bytes(content + unit.encode())
            lines.append(UnitLine(unit=unit, folder=unit, to=unit, counts={}, files=files))
        lines.append(UnitLine(unit="Trạm Y tế", folder="x", to="", counts={}))
        index = Index(
            run_id="first", office="Ủy ban", deadline=date(2026, 12, 15), incomplete=(),
            units=tuple(lines),
        )  # fmt: skip
        (self.run_dir / "notices" / "index.json").write_text(as_json(index), encoding="utf-8")

    def unit_folder(self, unit: str) -> Path:
        return self.run_dir / "notices" / unit

    def run(self, *, prepare: Prepare = int, **options: Any) -> Ran:
        units = [
            {"unit": "Trường THCS", "mail": [INSIDE, OUTSIDE]},
            {"unit": "Công an phường", "mail": [INSIDE]},
        ]
        given = {
            "run_dir": str(self.run_dir),
            "letter": {"contact": "x", "deadline": "2026-12-15", "units": units, "report_to": [OUTSIDE]},
            "host": "localhost",
            "port": self.lab["ports"]["submission"],
            "username": person(self.lab).subject,
            "password": person(self.lab).password,
            "ca_path": self.lab["tls"]["ca"],
            "sender": f"CNTT <{person(self.lab).subject}>",
            "contact": self.contact,
            "per_minute": 60000,
            **options,
        }  # fmt: skip
        ran = run_module(deliver.main, given, prepare=prepare)
        assert "Traceback" not in ran.output
        assert person(self.lab).password not in ran.output
        return ran

    def sent(self, **options: Any) -> dict[str, Any]:
        ran = self.run(**options)
        assert ran.status == 0, ran.output
        return ran.result

    def mails(self) -> list[EmailMessage]:
        """What has arrived of this test, inside and outside."""
        config = self.lab["postfix"]["config"]
        assert wait_for(lambda: "is empty" in process.run("postqueue", "-c", config, "-p"), 60)
        return [one for one in self._all() if self.contact in text_of(one)]

    def _all(self) -> Iterator[EmailMessage]:
        folder = Path(self.lab["dovecot"]["homes"]) / DOMAIN / INSIDE.partition("@")[0] / "Maildir"
        for path in (*folder.glob("new/*"), *folder.glob("cur/*")):
            yield email.message_from_bytes(path.read_bytes(), policy=default)
        for message in sink.messages(Path(self.lab["sink"]["folder"])):
            if OUTSIDE in message["recipients"]:
                yield email.message_from_string(message["text"], policy=default)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content().replace("\r\n", "\n") if body else ""


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    return {
        str(one.get_filename()): one.get_payload(decode=True) for one in mail.iter_attachments()
    }


@pytest.fixture
def mailroom(lab: Info, tmp_path: Path) -> Mailroom:
    return Mailroom(lab, tmp_path)


def test_each_unit_gets_its_own_letter_once_under_tls_and_a_name(mailroom):
    checked = mailroom.sent(_ansible_check_mode=True, _ansible_diff=True)
    assert (checked["changed"], checked["counts"]) == (True, {"sent": 3})
    assert not mailroom.register.exists()
    assert mailroom.mails() == []

    sent = mailroom.sent()
    assert sent["counts"] == {"sent": 3}
    assert sent["mails"] == checked["mails"]
    mails = mailroom.mails()
    assert sorted(mail["To"] for mail in mails) == sorted([INSIDE, INSIDE, OUTSIDE])
    for mail in mails:
        unit = "Công an phường" if "Công an phường" in mail["Subject"] else "Trường THCS"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "chậm nhất ngày\n15/12/2026" in text_of(mail)
        assert files_of(mail) == {
            f"{unit}-{name}": CONTENT[name] + unit.encode()
            for name in NAMES
            if not name.endswith("html")
        }

    again = mailroom.sent()
    assert (again["changed"], again["counts"]) == (False, {"already": 3})
    assert len(mailroom.mails()) == 3


def test_the_register_keeps_what_was_sent(mailroom):
    mailroom.sent()

    records = [json.loads(line) for line in mailroom.register.read_text("utf-8").splitlines()]
    assert [record["result"] for record in records] == ["intended", "sent"] * 3
    digest = sha256(CONTENT["letter-vi.docx"] + "Công an phường".encode()).hexdigest()
    assert any(
        f"Công an phường-letter-vi.docx sha256:{digest}" in record["files"] for record in records
    )


def test_a_signed_copy_goes_along_and_html_when_it_is_asked_for(mailroom):
    folder = mailroom.unit_folder("Công an phường")
    for name in ("signed.pdf", "SCAN0001.PDF", "._signed.pdf"):
        (folder / name).write_bytes(b"%PDF seal")

    mailroom.sent(attach=["pdf", "html"], language="vi")

    by_unit = {mail["Subject"].rpartition("của ")[2]: files_of(mail) for mail in mailroom.mails()}
    assert list(by_unit["Công an phường"]) == [
        "Công an phường-SCAN0001.PDF",
        "Công an phường-signed.pdf",
        "Công an phường-letter-vi.html",
    ]
    assert list(by_unit["Trường THCS"]) == ["Trường THCS-letter-vi.html"]


def test_a_unit_without_an_address_is_named(mailroom):
    units = [{"unit": "Công an phường", "mail": [INSIDE]}]

    result = mailroom.sent(letter={"contact": "x", "deadline": "2026-12-15", "units": units})

    assert result["counts"] == {"sent": 1, "no_recipient": 1}
    assert result["left"][0]["subject"] == "Trường THCS"
    assert "add mail to its unit in the letter file" in result["left"][0]["reason"]


def test_the_report_goes_to_those_who_are_named_once(mailroom):
    (mailroom.run_dir / "assessment.json").write_text(json.dumps(ASSESSMENT), encoding="utf-8")
    (mailroom.run_dir / "report.html").write_text("<p>Báo cáo", encoding="utf-8")

    sent = mailroom.sent(what="report", report_files=["report.html"])
    again = mailroom.sent(what="report", report_files=["report.html"])

    assert (sent["counts"], again["counts"]) == ({"sent": 1}, {"already": 1})
    (mail,) = mailroom.mails()
    assert mail["Subject"].startswith("Báo cáo rà soát hộp thư điện tử công vụ, lần first")
    assert files_of(mail) == {"report.html": "<p>Báo cáo".encode()}


ASSESSMENT = {
    "run_id": "first", "now": "2026-11-30T01:00:00Z", "time_zone": "UTC", "profile": "letter",
    "policy_file": "", "office": "Ủy ban", "previous": None, "accounts": 0, "sources": [],
    "counts": {}, "units": {}, "exemptions": [], "comparison": None,
}  # fmt: skip

WRONG = [
    ("no such file",          {"what": "report", "report_files": ["none.html"]}, "cannot read .*none.html: No such file"),
    ("a file elsewhere",      {"what": "report", "report_files": ["../x"]},      "no file of the run folder"),
    ("nobody for the report", {"what": "report", "letter": {"contact": "x", "deadline": "2026-12-15"}}, "add report_to"),
    ("no letter so",          {"attach": ["csv"]},                               "has no letter in the formats"),
    ("too many",              {"max_mails": 2},                                  "-e mailbox_max_mails=3"),
    ("no such server",        {"port": 1},                                       "cannot send by localhost port 1"),
]  # fmt: skip


@pytest.mark.ansible
@pytest.mark.parametrize(
    ("options", "said"), [pytest.param(*case, id=name) for name, *case in WRONG]
)
def test_what_cannot_be_sent_is_told_with_the_way_out(mailroom, options, said):
    (mailroom.run_dir / "assessment.json").write_text(json.dumps(ASSESSMENT), encoding="utf-8")

    ran = mailroom.run(**options)

    assert ran.result["failed"]
    assert re.search(said, ran.message), ran.message
    assert mailroom.mails() == []


# A run that sends three mails takes some more steps than these (module_run.die_at); what goes over
# TLS counts as none.
@pytest.mark.parametrize("step", range(1, 18, 2))
def test_a_run_that_is_killed_is_finished_and_nobody_gets_two(mailroom, step):
    killed = mailroom.run(prepare=die_at(step))
    assert killed.status == -signal.SIGKILL

    result = mailroom.sent()

    counts = {"sent": 0, "already": 0, "uncertain": 0, **result["counts"]}
    assert counts["sent"] + counts["already"] + counts["uncertain"] == 3
    subjects = [(mail["To"], mail["Subject"]) for mail in mailroom.mails()]
    assert len(subjects) == len(set(subjects))
    assert 3 - counts["uncertain"] <= len(subjects) <= 3
    assert mailroom.sent()["changed"] is False


@pytest.mark.ansible
def test_the_playbook_sends_what_the_other_one_wrote(lab, tmp_path):
    office = Office(lab, tmp_path / "reports")
    stated = {
        "contact": "CNTT",
        "deadline": "2026-12-15",
        "units": [{"unit": unit, "mail": [OUTSIDE]} for unit in population.UNITS],
    }
    known = {
        "mailbox_letter": stated,
        "mailbox_letter_language": "vi",
        "mailbox_smtp_host": "localhost",
        "mailbox_smtp_port": lab["ports"]["submission"],
        "mailbox_smtp_username": person(lab).subject,
        "mailbox_smtp_password": person(lab).password,
        "mailbox_smtp_ca_path": lab["tls"]["ca"],
        "mailbox_mail_sender": person(lab).subject,
        "mailbox_mail_contact": f"CNTT {tmp_path}",
        "mailbox_mails_per_minute": 60000,
    }

    def play(playbook: str, *arguments: str) -> str:
        done = office.play(playbook, *arguments, **known)
        assert done.status == 0, done.output
        assert person(lab).password not in done.output
        return done.text

    assert office.play("audit", mailbox_run_id="first").status == 0
    play("notices")
    assert "Mails with letters to send: 5." in play("deliver", "--check")
    assert "Mails with letters sent: 5." in play("deliver")
    assert "Sent before: 5." in play("deliver")

    def arrived() -> list[EmailMessage]:
        messages = sink.messages(Path(lab["sink"]["folder"]))
        mails = [email.message_from_string(one["text"], policy=default) for one in messages]
        return [mail for mail in mails if f"CNTT {tmp_path}" in text_of(mail)]

    assert wait_for(lambda: len(arrived()) == 5, 60)
    for mail in arrived():
        kinds = sorted(
            name.rpartition("-")[0].rpartition("-")[2] + name[-5:] for name in files_of(mail)
        )
        assert kinds == ["answer.docx", "answeri.csv", "letter.docx"]
        assert all(content for content in files_of(mail).values())
