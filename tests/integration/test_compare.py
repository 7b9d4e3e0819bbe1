# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs of the lab compared by the audit and by the playbooks that need no server."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.clients import Info

pytestmark = pytest.mark.ansible

ROOT = Path(__file__).parents[2]
EXEMPTION = """exemptions:
  - control: idle-mailbox
    select: mail == '%s'
    reason: On leave
    approver: The chair
    expires: 2099-12-31
"""


@dataclass(frozen=True)
class Played:
    """What a playbook ended with."""

    status: int
    output: str


Play = Callable[..., Played]


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("office") / "reports"


@pytest.fixture(scope="module")
def play(lab: Info, reports: Path) -> Play:
    """Runs a playbook of the collection on the reports of this module."""

    def run(name: str, *arguments: str, **variables: Any) -> Played:
        inventory = ["-i", ROOT / "inventory" / "lab"] if name == "audit" else []
        extra = {"mailbox_reports_dir": str(reports), "mailbox_language": "en", **variables}
        done = subprocess.run(
            ["ansible-playbook", *inventory, f"civic.mailbox.{name}", "-e", json.dumps(extra),
             *arguments],
            cwd=ROOT,
            env={**os.environ, "CIVIC_LAB": lab["directory"], "ANSIBLE_NOCOLOR": "1"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return Played(done.returncode, done.stdout + done.stderr)

    return run


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def comparison(run: Path) -> dict[str, int]:
    return json.loads((run / "assessment.json").read_text("utf-8"))["comparison"]


@pytest.fixture(scope="module")
def idle(play, reports) -> str:
    """The first run is made, and accepted; an account that is idle in it."""
    done = play("audit", mailbox_run_id="1", mailbox_fail_on="new")
    assert done.status == 0, done.output
    accepted = play(
        "baseline",
        baseline_run="1",
        baseline_accepted_by="Head of IT",
        baseline_reason="First audit",
    )
    assert accepted.status == 0, accepted.output
    return next(
        line["subject"]
        for line in lines(reports / "1" / "findings.jsonl")
        if (line["control"], line["status"]) == ("idle-mailbox", "fail")
    )


@pytest.fixture(scope="module")
def changed_run(play, reports, idle, tmp_path_factory) -> Played:
    """A second run: the idle account is exempt, one is out of sight, an exemption is gone."""
    policy = (ROOT / "inventory" / "lab" / "policy.yml").read_text("utf-8")
    policy = policy.replace("mail == 'exempt-valid@", "mail == 'nobody@")
    policy = policy.replace("exemptions:\n", EXEMPTION % idle)
    path = tmp_path_factory.mktemp("policy") / "policy.yml"
    path.write_text(policy, "utf-8")
    login = next(
        line["subject"].partition("@")[0]
        for line in lines(reports / "1" / "findings.jsonl")
        if line["control"] == "default-password" and line["status"] == "fail"
        and line["subject"] != idle
    )  # fmt: skip
    # Out of the filter is out of the directory, as far as the audit is concerned.
    return play(
        "audit", mailbox_run_id="2", mailbox_previous="baseline", mailbox_fail_on="new",
        mailbox_policy_file=str(path), mailbox_filter=f"(&(uid=*)(!(uid={login})))",
    )  # fmt: skip


def test_the_audit_fails_on_what_is_new_after_its_report_is_written(changed_run, reports):
    assert changed_run.status == 2
    assert "mailbox_fail_on=new: since baseline expired 1" in changed_run.output
    assert (reports / "2" / "report.html").exists()
    assert (reports / "latest").resolve() == (reports / "2").resolve()


@pytest.mark.usefixtures("changed_run")
def test_an_exemption_that_begins_or_ends_and_an_account_that_is_gone_are_told(reports, idle):
    counts = comparison(reports / "2")
    told = {line["subject"]: line["change"] for line in lines(reports / "2" / "findings.jsonl")
            if line["control"] == "idle-mailbox" and line["status"] != "pass"}  # fmt: skip

    assert told[idle] == "exempted"
    assert told["exempt-valid@quangninh.gov.vn"] == "expired"
    gone = lines(reports / "2" / "gone.jsonl")
    assert {line["change"] for line in gone} == {"disappeared"}
    assert len({line["subject"] for line in gone}) == 1
    assert counts["disappeared"] == len(gone)


@pytest.mark.parametrize("previous", ["baseline", "1"])
def test_comparing_afterwards_tells_the_same_as_the_audit_did(play, reports, changed_run, previous):
    done = play("diff", "--diff", diff_run="2", diff_previous=previous)

    assert done.status == 0, done.output
    told = Counter(line["change"] for line in lines(reports / "2" / "difference.jsonl"))
    expected = {word: n for word, n in comparison(reports / "2").items() if word != "unchanged"}
    assert dict(told) == {word: number for word, number in expected.items() if number}
    assert "expired: exempt-valid@quangninh.gov.vn" in done.output
    assert "  -exempt (" in done.output
    assert ("Accepted as the baseline by Head of IT" in done.output) is (previous == "baseline")


@pytest.mark.parametrize(("fail_on", "status"), [("new", 2), ("any", 2), ("none", 0)])
def test_a_pipeline_fails_where_it_was_told_to(play, changed_run, fail_on, status):
    done = play("diff", "--check", diff_run="2", diff_previous="baseline", diff_fail_on=fail_on)

    assert done.status == status, done.output
    assert ("fail_on=" in done.output) is (status == 2)


def test_two_runs_over_the_same_differ_in_nothing(play, reports, idle):
    done = play("audit", mailbox_run_id="3", mailbox_previous="1", mailbox_fail_on="any")

    assert done.status == 0, done.output
    again = play("diff", diff_run="3", diff_fail_on="any")
    assert again.status == 0, again.output
    assert "Nothing changed." in again.output


def test_a_damaged_earlier_run_stops_a_pipeline(play, reports, idle):
    damaged = reports / "damaged"
    damaged.mkdir(exist_ok=True)
    (damaged / "findings.jsonl").write_text("")
    (damaged / "assessment.json").write_bytes((reports / "1" / "assessment.json").read_bytes())

    audited = play("audit", mailbox_run_id="4", mailbox_previous="damaged", mailbox_fail_on="new")
    compared = play("diff", diff_run="1", diff_previous="damaged")

    for done in (audited, compared):
        assert done.status == 2
        assert "findings.jsonl is damaged: it has 0 " in " ".join(done.output.split())


def test_a_baseline_is_shown_before_it_is_accepted_and_stays_when_accepted_again(
    play, reports, idle
):
    before = (reports / "baseline" / "accepted.json").read_bytes()
    named = {"baseline_accepted_by": "Head of IT", "baseline_reason": "First audit"}

    shown = play("baseline", "--check", "--diff", baseline_run="1",
                 baseline_dir="another", **named)  # fmt: skip
    again = play("baseline", baseline_run="1", **named)

    assert shown.status == again.status == 0
    assert '+ "accepted_by": "Head of IT",' in shown.output
    assert not (reports / "another").exists()
    assert "changed=0" in again.output
    assert (reports / "baseline" / "accepted.json").read_bytes() == before


def test_a_run_cannot_be_named_as_the_baseline_is(play):
    done = play("audit", mailbox_run_id="baseline")

    assert done.status == 2
    assert "not latest or baseline" in " ".join(done.output.split())
