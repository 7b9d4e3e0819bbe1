# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two directories with the same people, of two inventories, in one audit."""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population, zimbra
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)

pytestmark = pytest.mark.ansible

ROOT = Path(__file__).parents[2]
LAST_LOGON = "zimbraLastLogonTimestamp"
IDLE, USED = f"idle-95@{population.DOMAIN}", f"idle-200@{population.DOMAIN}"


def play(lab: Info, playbook: str, reports: Path, *arguments: str) -> str:
    """Run it with the inventories of both directories; what it said."""
    inventories = ("-i", ROOT / "inventory/lab", "-i", ROOT / "inventory/lab-zimbra")
    extra = {"mailbox_reports_dir": str(reports)}
    done = subprocess.run(
        ["ansible-playbook", *inventories, playbook, "-e", json.dumps(extra), *arguments],
        cwd=ROOT,
        env={**os.environ, "CIVIC_LAB": lab["directory"], "ANSIBLE_NOCOLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write(lab: Info, uid: str, value: bytes) -> None:
    admin = lab["zimbra"]["accounts"]["admin"]
    access = Access(
        uri=lab["zimbra"]["ldaps"],
        ca_path=lab["tls"]["ca"],
        bind_dn=admin["dn"],
        bind_pw=admin["password"],
    )
    edit = Edit(operation=REPLACE, attribute=LAST_LOGON, values=(value,))
    with Directory(access) as directory:
        (written,) = directory.modify([Modification(dn=zimbra.dn_of(uid), edits=(edit,))])
    assert written.code == 0


def generalized(time: datetime) -> bytes:
    return time.strftime("%Y%m%d%H%M%SZ").encode()


@pytest.fixture
def used_in_zimbra(zimbra_lab: Info) -> Iterator[None]:
    """Who has not signed in to one directory for long did so yesterday in the other."""
    now = datetime.now(timezone.utc)
    write(zimbra_lab, "idle-200", generalized(now - timedelta(days=1)))
    yield
    write(zimbra_lab, "idle-200", generalized(now - timedelta(days=200)))


@pytest.fixture
def reports(zimbra_lab: Info, tmp_path: Path, used_in_zimbra: None) -> Path:
    play(zimbra_lab, "civic.mailbox.audit", tmp_path)
    return tmp_path


def lines(reports: Path, name: str) -> list[dict[str, Any]]:
    text = (reports / "latest" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_one_report_says_of_each_mailbox_where_it_is_idle_and_where_it_is_locked(
    zimbra_lab, reports
):
    findings: dict[str, dict[str, str]] = defaultdict(dict)
    for one in lines(reports, "findings.jsonl"):
        if one["control"] == "idle-mailbox":
            findings[one["subject"]][one["place"]] = one["status"]
    plan = [
        (change["subject"], change["server"])
        for change in lines(reports, "plan.jsonl")
        if change["control"] == "idle-mailbox"
    ]
    shown = play(zimbra_lab, "civic.mailbox.enforce", reports, "--check", "--diff")

    assert findings[IDLE] == {"lab-directory": "fail", "lab-zimbra": "fail"}
    assert findings[USED] == {"lab-directory": "pass", "lab-zimbra": "pass"}
    assert {where for subject, where in plan if subject == IDLE} == {"lab-directory", "lab-zimbra"}
    assert USED not in dict(plan)
    assert shown.count(f"{IDLE}: lock") >= 2
    assert f"{USED}: lock" not in shown


def test_a_finding_shows_all_witnesses_and_the_page_names_both_directories(zimbra_lab, reports):
    (found,) = [
        one
        for one in lines(reports, "findings.jsonl")
        if (one["control"], one["subject"], one.get("place"))
        == ("idle-mailbox", IDLE, "lab-directory")
    ]

    assert {item["source"] for item in found["evidence"]} == {
        "pwdLastSuccess", f"{LAST_LOGON}, lab-zimbra",
    }  # fmt: skip
    page = (reports / "latest" / "report.html").read_text("utf-8")
    assert {name for name in ("lab-directory", "lab-zimbra") if f", {name}<" in page} == {
        "lab-directory", "lab-zimbra",
    }  # fmt: skip
    notes = json.loads((reports / "latest" / "assessment.json").read_text("utf-8"))["notes"]
    assert any("have accounts in several directories" in note for note in notes)
