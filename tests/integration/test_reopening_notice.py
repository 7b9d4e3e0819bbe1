# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owners of reopened mailboxes are told through the lab's Postfix, each once for an approval."""

from __future__ import annotations

import email
import json
from datetime import datetime, timedelta, timezone
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info, wait_for
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import format_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import (
    intent_line,
    result_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.modules import reopening_notice

from .module_run import Ran, run_module

POLICY = """\
office: Ủy ban nhân dân phường Cẩm Bình
forwarding: {internal_domains: [quangninh.gov.vn]}
reopening: {sign_in_within_days: 7}
"""
CHECK: dict[str, Any] = {"_ansible_check_mode": True, "_ansible_diff": True}


class Office:
    """A run `first`, and the journal of its reopenings."""

    def __init__(self, lab: Info, folder: Path) -> None:
        self.lab, self.reports = lab, folder / "reports"
        (self.reports / "first").mkdir(parents=True)
        self.folder = self.reports / "first-reopen"
        self.policy_file = folder / "policy.yml"
        self.policy_file.write_text(POLICY, "utf-8")
        self.lines: list[str] = []

    def opened(self, uid: str, *, days_ago: int = 0, mode: str = "apply", **known: Any) -> None:
        """The journal says so; `known` is of the change."""
        at = format_time(datetime.now(timezone.utc) - timedelta(days=days_ago))
        content: dict[str, Any] = {
            "id": f"lock {uid}", "control": "locked-mailbox", "subject": f"{uid}@{population.DOMAIN}",
            "unit": "Công an phường", "server": "s", "target": uid, "field": "lock",
            "before": ("locked",), "after": ("active",), "reason": "", "undo": "",
            "fingerprint": "", "account_id": uid,
        }  # fmt: skip
        change = Change(**{**content, **known})
        self.lines += [
            intent_line(at=at, mode=mode, change=change, before={}, after={}),
            result_line(at=at, mode=mode, change_id=change.id, result="done", reason=""),
        ]
        self.folder.mkdir(exist_ok=True)
        (self.folder / "journal.jsonl").write_text("\n".join(self.lines) + "\n", "utf-8")

    def tell(self, **options: Any) -> Ran:
        return run_module(
            reopening_notice.main,
            {
                "reports_dir": str(self.reports),
                "run": "first",
                "policy_file": str(self.policy_file),
                "host": "127.0.0.1",
                "port": self.lab["ports"]["smtp"],
                "secure": "never",
                "sender": f"it@{population.DOMAIN}",
                "contact": "Bộ phận CNTT",
                "per_minute": 60000,
                **options,
            },
        )

    def mails(self, uid: str) -> list[str]:
        homes = Path(self.lab["dovecot"]["homes"])
        folder = homes / population.DOMAIN / uid / "Maildir"
        found = [*folder.glob("new/*"), *folder.glob("cur/*")]
        read = [email.message_from_bytes(one.read_bytes(), policy=default) for one in found]
        return [one.get_content() for one in read if "is open again" in one["Subject"]]


@pytest.fixture
def office(lab: Info, tmp_path: Path) -> Office:
    return Office(lab, tmp_path)


def test_each_owner_is_told_once_and_who_has_a_default_password_what_to_do(office):
    office.opened("soon-75")
    office.opened(
        "idle-95", id="must idle-95", control="default-password", field="must_change",
        before=("no",), after=("yes",),
    )  # fmt: skip
    office.opened("idle-95")
    before = {uid: len(office.mails(uid)) for uid in ("soon-75", "idle-95")}

    shown, sent, again = office.tell(**CHECK), office.tell(), office.tell()

    assert shown.result["counts"] == sent.result["counts"] == {"sent": 2}
    assert "mật khẩu mặc định" in shown.result["diff"][1]["after"]
    assert (again.result["changed"], again.result["counts"]) == (False, {"already": 2})
    for uid, number in before.items():
        assert wait_for(lambda uid=uid, number=number: len(office.mails(uid)) == number + 1)
        assert ("default password" in office.mails(uid)[-1]) is (uid == "idle-95")
    register = (office.reports / "reopenings.jsonl").read_text("utf-8")
    assert [json.loads(line)["result"] for line in register.splitlines()].count("sent") == 2


def test_who_was_locked_again_by_a_rollback_is_not_told(office):
    office.opened("soon-75")
    office.opened("soon-75", mode="rollback")

    assert office.tell().result["total"] == 0


def test_who_had_until_yesterday_is_not_told_any_more(office):
    office.opened("soon-75", days_ago=8)

    ran = office.tell()

    assert ran.result["counts"].get("sent", 0) == 0
    assert "that is past" in ran.result["left"][0]["reason"]


def test_without_a_reopening_the_way_out_is_told(office):
    ran = office.tell()

    assert ran.result["failed"]
    assert "reopen mailboxes first (civic.mailbox.reopen)" in ran.message
