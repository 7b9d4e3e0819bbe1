# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Warnings through the lab's Postfix into the lab's mailboxes: once each, also after a kill."""

from __future__ import annotations

import email
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info, wait_for

pytestmark = pytest.mark.ansible

MODULE = "ansible_collections.civic.mailbox.plugins.modules.warn"
POLICY = """\
office: Ủy ban nhân dân phường Cẩm Bình
forwarding: {internal_domains: [quangninh.gov.vn]}
"""


def _finding(uid: str, *, status: str = "pass", due: str | None = "2099-12-20") -> dict[str, Any]:
    at = "2026-09-19T01:00:00Z"
    evidence = [{"what": "last sign-in", "value": "", "source": "pwdLastSuccess", "at": at}]
    return {
        "control": "idle-mailbox",
        "subject": f"{uid}@{population.DOMAIN}",
        "unit": "Công an phường",
        "status": status,
        "due": due,
        "params": {"last": "2026-09-19", "months": 3},
        "evidence": evidence,
    }


class Office:
    """A run folder with findings, and the module over it."""

    def __init__(self, lab: Info, folder: Path) -> None:
        self.lab, self.run_dir = lab, folder / "reports" / "first"
        self.run_dir.mkdir(parents=True)
        self.policy_file = folder / "policy.yml"
        self.policy_file.write_text(POLICY, encoding="utf-8")
        self.register = self.run_dir.parent / "warnings.jsonl"

    def find(self, *findings: dict[str, Any]) -> None:
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in findings)
        (self.run_dir / "findings.jsonl").write_text(lines, encoding="utf-8")
        statuses = Counter(one["status"] for one in findings)
        assessed = {"run_id": "first", "now": "2027-01-08T01:00:00Z", "statuses": statuses}
        (self.run_dir / "assessment.json").write_text(json.dumps(assessed), encoding="utf-8")

    def start(self, **options: Any) -> tuple[subprocess.Popen[str], str]:
        arguments = {
            "run_dir": str(self.run_dir),
            "policy_file": str(self.policy_file),
            "host": "127.0.0.1",
            "port": self.lab["ports"]["smtp"],
            "secure": "never",
            "sender": f"it@{population.DOMAIN}",
            "contact": "Bộ phận CNTT",
            "per_minute": 60000,
            **options,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return process, json.dumps({"ANSIBLE_MODULE_ARGS": arguments})

    def warn(self, **options: Any) -> dict[str, Any]:
        process, arguments = self.start(**options)
        output, errors = process.communicate(arguments, timeout=60)
        assert output, errors
        return json.loads(output)

    def mails(self, uid: str) -> list[email.message.EmailMessage]:
        folder = Path(self.lab["dovecot"]["homes"]) / population.DOMAIN / uid / "Maildir"
        found = [*folder.glob("new/*"), *folder.glob("cur/*")]
        read = [email.message_from_bytes(one.read_bytes(), policy=default) for one in found]
        return [one for one in read if one["Auto-Submitted"] == "auto-generated"]


@pytest.fixture
def office(lab: Info, tmp_path: Path) -> Office:
    return Office(lab, tmp_path)


def test_each_is_warned_once_in_an_idle_period_in_both_languages(office):
    office.find(_finding("soon-75"), _finding("idle-95", status="fail", due=None))
    before = len(office.mails("soon-75"))

    checked = office.warn(_ansible_check_mode=True, _ansible_diff=True)
    assert checked["counts"] == {"sent": 1}
    assert "sẽ bị khóa kể từ ngày 20/12/2099" in checked["diff"][0]["after"]
    assert not office.register.exists()

    sent = office.warn()
    assert (sent["changed"], sent["counts"]) == (True, {"sent": 1})
    wait_for(lambda: len(office.mails("soon-75")) == before + 1)
    mail = max(office.mails("soon-75"), key=lambda one: one["Date"].datetime)
    text = mail.get_content()
    assert mail["Subject"].startswith("Thông báo: hộp thư điện tử công vụ soon-75@")
    assert "không bao giờ hỏi mật khẩu" in text
    assert "will be locked from 20/12/2099" in text

    again = office.warn()
    assert (again["changed"], again["counts"]) == (False, {"already": 1})

    later = _finding("soon-75")
    later["evidence"][0]["at"] = "2026-10-01T01:00:00Z"
    office.find(later)
    assert office.warn()["counts"] == {"sent": 1}, "a sign-in begins a new idle period"


def test_who_has_accounts_in_two_directories_is_warned_once(office):
    office.find(*({**_finding("active"), "place": place} for place in ("office", "schools")))

    assert office.warn()["counts"] == {"sent": 1}


def test_overdue_ones_are_warned_when_it_is_asked_for(office):
    office.find(_finding("idle-95", status="fail", due=None))

    assert office.warn(_ansible_check_mode=True)["counts"] == {"sent": 0}
    assert office.warn(_ansible_check_mode=True, include_overdue=True)["counts"] == {"sent": 1}


def test_one_that_the_server_refuses_is_told_and_the_others_go_on(office):
    stranger = _finding("soon-75") | {"subject": f"nobody-here@{population.DOMAIN}"}
    office.find(stranger, _finding("idle-200"))

    result = office.warn()

    assert result["counts"] == {"refused": 1, "sent": 1}
    assert result["left"][0]["subject"] == stranger["subject"]
    assert "550" in result["left"][0]["reason"]


def test_an_address_with_an_end_of_a_line_does_not_stop_the_others(office):
    office.find(_finding("x") | {"subject": "a\r\nBcc: b@odd.example"}, _finding("idle-200"))

    shown, sent = office.warn(_ansible_check_mode=True), office.warn()

    assert shown["counts"] == sent["counts"] == {"refused": 1, "sent": 1}
    assert "put it right" in sent["left"][0]["reason"]


def test_who_is_exempt_since_the_audit_is_not_warned(office):
    facts = {"mail": f"soon-75@{population.DOMAIN}", "login": "soon-75"}
    office.find(_finding("soon-75") | {"facts": facts}, _finding("idle-200"), _finding("idle-95"))
    exemption = "{control: idle-mailbox, approver: Head, reason: On leave, expires: %s, select: %s}"
    office.policy_file.write_text(
        POLICY
        + "exemptions:\n"
        + "".join(
            f"  - {exemption % one}\n"
            for one in (
                ("2099-12-31", "\"login == 'soon-75'\""),
                ("2019-12-31", "\"starts_with(mail, 'idle-95')\""),
            )
        ),
        encoding="utf-8",
    )

    result = office.warn()

    assert result["counts"] == {"exempt": 1, "sent": 2}
    assert result["left"][0]["subject"] == facts["mail"]
    assert "exempt until 2099-12-31, approved by Head: On leave" in result["left"][0]["reason"]


def test_too_many_are_not_sent_at_all(office):
    office.find(*(_finding(uid) for uid in ("soon-75", "idle-95", "idle-200")))

    result = office.warn(max_mails=2)

    assert result["failed"]
    assert "3 mails would be sent, and max_mails is 2" in result["msg"]
    assert "-e mailbox_max_mails=3" in result["msg"]
    assert not office.register.exists() or office.register.read_text() == ""


def test_a_server_that_is_not_there_is_named_with_the_way_out(office):
    office.find(_finding("soon-75"))

    result = office.warn(port=1)

    assert result["failed"]
    assert "cannot send by 127.0.0.1 port 1" in result["msg"]
    assert "Traceback" not in json.dumps(result)


def test_a_killed_run_is_finished_and_nobody_gets_two(office):
    known = ["soon-75", "idle-95", "idle-200", "active", "never-new", "never-old"]
    office.find(*(_finding(uid) for uid in known))
    before = {uid: len(office.mails(uid)) for uid in known}

    process, arguments = office.start(per_minute=240)
    with process:
        process.stdin.write(arguments)
        process.stdin.close()
        wait_for(
            lambda: office.register.exists() and office.register.read_text().count('"sent"') > 1
        )
        process.send_signal(signal.SIGKILL)
    result = office.warn()

    counts = result["counts"]
    assert counts["already"] >= 2
    assert counts.get("sent", 0) + counts["already"] + counts.get("uncertain", 0) + counts.get(
        "refused", 0
    ) == len(known)
    records = [json.loads(line) for line in office.register.read_text("utf-8").splitlines()]
    sent = [record["subject"] for record in records if record["result"] == "sent"]
    assert len(sent) == len(set(sent))
    for uid in known:
        assert len(office.mails(uid)) <= before[uid] + 1
