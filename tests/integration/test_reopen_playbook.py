# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The letter's third point on the lab: locked, asked for, approved, reopened, told, reported, undone."""

from __future__ import annotations

import csv
import imaplib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import sign_in, wait_for
from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import headings
from ansible_collections.civic.mailbox.plugins.modules import assess

from .conftest import free_port_base
from .module_run import run_module
from .test_enforce import Office

pytestmark = pytest.mark.ansible

CHAIRMAN = "Chủ tịch Ủy ban nhân dân phường"
OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = datetime.now(OFFICE).date()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a lab of its own, which it writes to; its last audit is the run `first`."""
    directory = tmp_path / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        one = Office(lifecycle.describe(directory), tmp_path / "reports")
        audited = one.play("audit", mailbox_run_id="first")
        assert audited.status == 0, audited.output
        yield one
    finally:
        lifecycle.down(directory)


def address(uid: str) -> str:
    return f"{uid}@{population.DOMAIN}"


IDLE, OTHER, SCHOOL = address("idle-95"), address("idle-200"), address("tranthioanh")


def may_sign_in(office: Office, who: str) -> bool:
    people = population.people(0, datetime.now(timezone.utc))
    password = next(one.password for one in people if one.subject == who)
    try:
        sign_in(office.lab, who, password)
    except imaplib.IMAP4.error:
        return False
    return True


def ask(folder: Path, *requests: dict[str, Any]) -> Path:
    path = folder / "requests.yml"
    path.write_text(json.dumps({"requests": requests}, ensure_ascii=False), "utf-8")
    return path


def approved(who: str, **more: Any) -> dict[str, Any]:
    entry = {"address": who, "reason": "Trở lại làm việc", "requested_by": "Trưởng phòng"}
    return {**entry, "approved_by": CHAIRMAN, "approved_on": str(TODAY), **more}


def answer(folder: Path, *lines: str) -> Path:
    answers = folder / "answers"
    answers.mkdir(exist_ok=True)
    text = "\r\n".join([";".join(headings("vi")), *lines])
    (answers / "truong.csv").write_text(text, "utf-8-sig")
    return answers


def reported(office: Office) -> dict[str, dict[str, str]]:
    path = office.reports / "first-reopen" / "reopening.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {line["address"]: line for line in csv.DictReader(file)}


def day_of_opening(office: Office) -> date:
    """Of the office: midnight may have passed since this file was read."""
    (at,) = {
        record["at"]
        for record in office.lines("first-reopen", "journal.jsonl")
        if record["record"] == "result"
    }
    return datetime.fromisoformat(at).astimezone(OFFICE).date()


def findings_on(office: Office, day: date) -> dict[str, Any]:
    """What an audit of the same state would find of the idle mailbox on another day."""
    run_dir = office.reports / "second"
    policy_file = Path(__file__).parents[2] / "inventory" / "lab" / "policy.yml"
    options = {"run_dir": str(run_dir), "policy_file": str(policy_file), "now": f"{day}T05:00:00Z"}
    assert run_module(assess.main, options).status == 0
    (found,) = [
        line
        for line in office.lines("second", "findings.jsonl")
        if line["control"] == "idle-mailbox" and line["subject"] == IDLE
    ]
    planned = office.lines("second", "plan.jsonl")
    return {**found, "locks": [c for c in planned if c["subject"] == IDLE and c["field"] == "lock"]}


def mails_to(office: Office, uid: str) -> list[str]:
    folder = Path(office.lab["dovecot"]["homes"]) / population.DOMAIN / uid / "Maildir"
    texts = [one.read_text("utf-8", "replace") for one in folder.glob("new/*")]
    return [text for text in texts if "Auto-Submitted: auto-generated" in text]


def test_from_the_lock_to_the_report_and_back(office, tmp_path):
    applied = {"enforce_run": "first", "enforce_apply": True}
    locked = office.play("enforce", **applied, enforce_controls="idle-mailbox")
    assert locked.status == 0, locked.output
    assert not may_sign_in(office, IDLE)
    options = {
        "reopen_run": "first",
        "reopen_requests": str(
            ask(tmp_path, approved(IDLE), approved(OTHER, approved_by="Hiệu trưởng"))
        ),
        "reopen_answers": str(
            answer(
                tmp_path,
                f"{SCHOOL};khóa;;mở lại;Đang công tác;{CHAIRMAN};{TODAY:%d/%m/%Y}",
                f"{address('nguyenthibichphuong')};khóa;;giữ khóa;Đã chuyển công tác;;",
            )
        ),
        "reopen_deadline": str(TODAY),
        "mailbox_mail_sender": address("it"),
        "mailbox_mail_contact": "Bộ phận CNTT",
        "mailbox_smtp_host": office.lab["host"],
        "mailbox_smtp_port": office.lab["ports"]["smtp"],
        "mailbox_smtp_secure": "never",
    }

    before = office.content()
    misspelt = office.play("reopen", reopen_request="x", reopen_apply=True, **options)
    assert misspelt.status != 0
    assert "reopen_request is no option" in misspelt.text
    shown = office.play("reopen", **options)
    assert shown.status == 0, shown.output
    assert "Nothing was changed. Mailboxes to open: 1." in shown.output
    assert f"{OTHER} (Công an phường): Hiệu trưởng is no approver by the policy" in shown.output
    assert "no journal tells of its lock" in shown.output
    assert "-e reopen_run=first -e reopen_apply=true" in shown.output
    assert office.content() == before
    assert not may_sign_in(office, IDLE)

    silent = {name: value for name, value in options.items() if name != "mailbox_mail_sender"}
    made = office.play("reopen", "--diff", reopen_apply=True, **silent)
    assert made.status == 0, made.output
    assert "Mailboxes opened: 1." in made.output
    assert "Owners whom no mail has told, for there is no mailbox_mail_sender: 1." in made.text
    assert "To tell them, run this again with" in made.text
    untold = office.play("reopen", reopen_apply=True, reopen_tell=False, **options)
    assert untold.status == 0, untold.output
    assert "No owner was told by mail." in untold.output
    assert "no mail has told" not in untold.text
    assert mails_to(office, "idle-95") == []
    told = office.play("reopen", reopen_apply=True, **options)
    assert told.status == 0, told.output
    assert "Owners told: 1." in told.output
    assert "no mail has told" not in told.text
    assert wait_for(lambda: len(mails_to(office, "idle-95")) == 1)
    assert not may_sign_in(office, OTHER)
    assert not may_sign_in(office, SCHOOL)

    # Nobody signed in yet. The audit gives the owner until the day that the mail says.
    audited = office.play("audit", mailbox_run_id="second")
    assert audited.status == 0, audited.output
    last = day_of_opening(office) + timedelta(days=14)
    in_time, late = (findings_on(office, last + timedelta(days=n)) for n in (0, 1))
    assert (in_time["status"], in_time["locks"]) == ("pass", [])
    assert (late["status"], late["message"]) == ("fail", "idle-mailbox.not-used")
    assert len(late["locks"]) == 1

    again = office.play("reopen", reopen_apply=True, **options)
    assert again.status == 0, again.output
    assert "changed=0" in again.output
    assert "changed=1" not in again.output
    assert len(mails_to(office, "idle-95")) == 1
    nothing = office.play("reopen", **options)
    assert "Mailboxes to open: 0." in nothing.text
    assert "For the report alone, run this again with" in nothing.text
    assert "To do it" not in nothing.text
    lines = reported(office)
    assert lines[IDLE]["outcome"] == "reopened"
    assert lines[IDLE]["sign_in_by"] == str(last)
    assert (lines[OTHER]["outcome"], lines[SCHOOL]["outcome"]) == ("refused", "refused")
    assert "do người khác khóa" in lines[SCHOOL]["reason"]
    assert lines[address("nguyenthibichphuong")]["outcome"] == "keep"
    assert lines[address("hdndcambinh.cp")]["outcome"] == "no-answer"
    page = (office.reports / "first-reopen" / "reopening.html").read_text("utf-8")
    assert "đề nghị mở lại 3, được phê duyệt 1, đã mở lại 1, không mở 2; đề nghị giữ khóa 1" in page

    assert may_sign_in(office, IDLE)
    undone = office.play("rollback", rollback_run="first-reopen")
    assert undone.status == 0, undone.output
    assert not may_sign_in(office, IDLE)
