# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The audit playbook on the lab: everything planted is found, and two runs compare rightly."""

from __future__ import annotations

import itertools
import json
import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population, workstations
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import (
    CONTROLS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import fingerprint
from ansible_collections.civic.mailbox.plugins.module_utils._module.audit_process import (
    broken_off,
)
from ansible_collections.civic.mailbox.plugins.modules import assess

from .module_run import run_module

pytestmark = pytest.mark.ansible

ROOT = Path(__file__).parents[2]
# Since ansible-core 2.21 a result holds what the module was given only where that is asked for.
SHOWN = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_INJECT_INVOCATION": "1"}


@dataclass(frozen=True)
class Run:
    """One run of the audit playbook."""

    status: int
    output: str
    folder: Path

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The records of a JSON lines file of the run folder."""
        with (self.folder / name).open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    @property
    def open_findings(self) -> list[dict[str, Any]]:
        """The findings that are no pass."""
        return [line for line in self.lines("findings.jsonl") if line["status"] != "pass"]


Audit = Callable[..., Run]


@pytest.fixture
def audit(lab: Info, tmp_path: Path) -> Audit:
    """Runs the audit playbook against the lab; every run of a test has the same reports folder."""
    return _audit_of(lab, tmp_path / "reports")


@pytest.fixture(scope="module")
def first(lab: Info, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of the audit for all tests that look at it only; nothing came before it."""
    return _audit_of(lab, tmp_path_factory.mktemp("first") / "reports")("-vvv", "--diff")


@pytest.fixture
def audit_after(first: Run, lab: Info, tmp_path: Path) -> Audit:
    """As `audit`, in a reports folder that begins with the run `first`."""
    shutil.copytree(first.folder.parent, tmp_path / "reports", symlinks=True)
    return _audit_of(lab, tmp_path / "reports", number=2)


def _audit_of(lab: Info, reports: Path, number: int = 1) -> Audit:
    numbers = itertools.count(number)

    def run(*arguments: str, **variables: Any) -> Run:
        run_id = f"run-{next(numbers)}"
        own = {"mailbox_reports_dir": str(reports), "mailbox_run_id": run_id}
        extra = {**own, "mailbox_incremental": True, **variables}
        done = subprocess.run(
            [
                "ansible-playbook",
                "-i",
                ROOT / "inventory" / "lab",
                "civic.mailbox.audit",
                "-e",
                json.dumps(extra),
                *arguments,
            ],
            cwd=ROOT,
            env={**os.environ, **SHOWN, "CIVIC_LAB": lab["directory"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout + done.stderr, reports / run_id)

    return run


def test_nobody_but_its_owner_reads_a_run(first):
    files = [path for path in first.folder.rglob("*") if not path.is_symlink()]

    assert [path.name for path in files if path.name.startswith("mail-")] == ["mail-lab-mail.jsonl"]
    assert {path for path in files if path.stat().st_mode & 0o077} == set()


def _planted(lab: Info) -> Counter[tuple[str, str, str, str]]:
    now = datetime.fromisoformat(lab["now"])
    return Counter(
        (
            item.control,
            item.subject,
            item.status,
            fingerprint(item.control, item.subject, item.mark),
        )
        for item in population.planted(list(population.people(lab["people"], now)))
    )


def _found(run: Run) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (line["control"], line["subject"], line["status"], line["fingerprint"])
        for line in run.open_findings
        if line["control"] != "regular-use"  # a share, not a planted state: see below
        and (line["control"], line["subject"]) != ("outbound-spam", "lab-mail")  # see below
    )


def test_every_planted_state_is_found_none_missing_and_none_too_many(first, lab):
    assert first.status == 0, first.output
    planted, found = _planted(lab), _found(first)
    assert not planted - found, "planted and not found"
    assert not found - planted, "found and not planted"
    assert planted


def test_the_mail_host_is_found_to_take_whatever_one_address_hands_in(first, lab):
    (found,) = [
        line
        for line in first.open_findings
        if (line["control"], line["subject"]) == ("outbound-spam", "lab-mail")
    ]
    service = f"{lab['host']}:{lab['ports']['submission']}/inet"

    assert (found["control"], found["status"]) == ("outbound-spam", "fail")
    assert found["params"]["service"] == service
    assert found["params"]["limits"] == ["messages", "recipients", "tries to sign in"]
    told = {one["what"]: one["value"] for one in found["evidence"]}
    assert told["smtpd_client_message_rate_limit"] == "0 / 60 s; 300 / 3600 s asked for"


def test_each_address_of_the_letter_is_locked_under_its_own_unit(first):
    listed = {
        (line["subject"], line["unit"])
        for line in first.open_findings
        if line["control"] == "locked-mailbox" and line["status"] == "manual"
    }
    letter = {(f"{uid}@{population.DOMAIN}", unit) for uid, unit in population.LETTER}
    assert len(letter) == 8
    assert letter <= listed


def test_a_second_run_finds_the_same_and_says_that_nothing_is_new(first, audit_after):
    """In check mode, which finds what a run finds."""
    second = audit_after("--check")

    assert second.status == 0, second.output
    assert _found(second) == _found(first)
    assert {line["change"] for line in first.open_findings} == {""}
    assert {line["change"] for line in second.open_findings} == {"unchanged"}
    assert second.lines("gone.jsonl") == []
    assert (second.folder.parent / "latest").resolve() == second.folder


def test_of_one_changed_account_the_next_run_says_exactly_that(audit_after, lab):
    person = next(p for p in population.people(0, datetime.now(timezone.utc)) if p.uid == "active")
    dn = "dn:: " + b64encode(person.dn.encode()).decode()  # RFC 2849: not ASCII
    _modify(lab, f"{dn}\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n")
    try:
        locked = audit_after()
    finally:
        _modify(lab, f"{dn}\ndelete: pwdAccountLockedTime\n")
    unlocked = audit_after()

    new = [line for line in locked.open_findings if line["change"] != "unchanged"]
    assert [(line["control"], line["subject"], line["change"]) for line in new] == [
        ("locked-mailbox", person.subject, "new")
    ]
    assert locked.lines("gone.jsonl") == []
    gone = unlocked.lines("gone.jsonl")
    assert [(line["control"], line["subject"], line["change"]) for line in gone] == [
        ("locked-mailbox", person.subject, "resolved")
    ]
    assert {line["change"] for line in unlocked.open_findings} == {"unchanged"}


def _modify(lab: Info, ldif: str) -> None:
    admin = lab["openldap"]["accounts"]["admin"]
    subprocess.run(
        [
            "ldapmodify",
            "-x",
            "-H",
            lab["openldap"]["ldap"],
            "-D",
            admin["dn"],
            "-w",
            admin["password"],
        ],
        input=ldif,
        text=True,
        check=True,
        capture_output=True,
    )


def test_no_secret_reaches_output_or_files(first, lab):
    secrets = [account["password"] for account in lab["openldap"]["accounts"].values()]
    secrets += [population.DEFAULT_PASSWORD, "{SSHA}", "{CRYPT}", "{ARGON2}"]
    assert len(secrets) > 5
    assert "module_args" in first.output
    texts = {"output": first.output} | {
        str(path): path.read_text(encoding="utf-8")
        for path in first.folder.rglob("*")
        if path.is_file()
    }
    assert len(texts) > 7
    leaks = [
        (where, secret) for where, text in texts.items() for secret in secrets if secret in text
    ]
    assert leaks == []


def test_the_plan_shows_each_change_and_leaves_unknown_and_exempt_alone(first):
    plan = first.lines("plan.jsonl")
    failing = {line["fingerprint"] for line in first.open_findings if line["status"] == "fail"}
    assert {change["fingerprint"] for change in plan} <= failing
    locked = {change["subject"] for change in plan if change["field"] == "lock"}
    assert f"idle-95@{population.DOMAIN}" in locked
    assert f"never-old@{population.DOMAIN}" not in locked
    assert population.EXEMPT_VALID not in locked
    assert population.EXEMPT_EXPIRED in locked
    assert f"idle-95@{population.DOMAIN}: lock\n  Last sign-in on" in first.output
    order = list(dict.fromkeys(change["control"] for change in plan))
    assert order == ["password-policy", "default-password", "external-forwarding", "idle-mailbox"]


def test_who_sends_spam_is_locked_where_the_policy_asks_for_it(first, tmp_path):
    folder = shutil.copytree(first.folder, tmp_path / "reports" / first.folder.name)
    policy = tmp_path / "policy.yml"
    stated = (ROOT / "inventory/lab/policy.yml").read_text("utf-8")
    policy.write_text(f"{stated}\noutbound_spam: {{propose_lock: true}}\n", encoding="utf-8")

    ran = run_module(assess.main, {"run_dir": str(folder), "policy_file": str(policy)})

    assert ran.status == 0, ran.message
    with (folder / "plan.jsonl").open(encoding="utf-8") as lines:
        plan = [json.loads(line) for line in lines]
    locks = [(one["subject"], one["field"]) for one in plan if one["control"] == "outbound-spam"]
    assert locks == [(f"default-crypt@{population.DOMAIN}", "lock")]
    assert not [one for one in first.lines("plan.jsonl") if one["control"] == "outbound-spam"]


def test_a_mail_host_that_cannot_be_read_makes_nothing_pass_or_resolved(audit_after):
    second = audit_after(mailbox_dovecot_config="/nonexistent/dovecot.conf")

    assert second.status == 0, second.output
    assert "/nonexistent/dovecot.conf" in second.output
    errors = [line for line in second.open_findings if line["status"] == "error"]
    assert {line["subject"] for line in errors} == {"lab-mail"}
    forwarding = [
        line for line in second.lines("findings.jsonl") if line["control"] == "external-forwarding"
    ]
    assert "pass" not in {line["status"] for line in forwarding}
    assert not [line for line in second.lines("gone.jsonl") if line["change"] == "resolved"]
    locks = [change for change in second.lines("plan.jsonl") if change["field"] == "lock"]
    assert locks == [], "the host that was not read may know of a later sign-in"


def test_nothing_assessed_is_a_failure_that_names_the_reason_and_leaves_the_name_free(audit):
    run = audit(mailbox_bind_pw="wrong-password-here")

    assert run.status != 0
    assert "Nothing could be assessed" in run.output
    assert "wrong-password-here" not in run.output
    assert "Traceback" not in run.output
    assert not (run.folder.parent / "latest").exists()
    assert (run.folder / "snapshot").is_dir()
    assert not (run.folder / "audit-under-way").exists()


def test_no_run_is_written_over_that_the_next_one_or_a_rollback_rests_on(
    first, audit_after, tmp_path
):
    kept = tmp_path / "reports" / first.folder.name
    plan = (kept / "plan.jsonl").read_bytes()

    refused = audit_after(mailbox_run_id="latest")
    assert refused.status != 0
    assert "mailbox_run_id" in refused.output

    (kept / "journal.jsonl").touch()
    refused = audit_after(mailbox_run_id=kept.name)
    assert refused.status != 0
    assert "choose another mailbox_run_id" in " ".join(refused.output.split())

    assert (kept / "plan.jsonl").read_bytes() == plan
    assert [one.name for one in kept.parent.iterdir() if one.is_dir()].count("latest") == 1


def test_two_audits_of_the_same_second_have_a_folder_each(audit, tmp_path):
    """Every name that the present may give is taken by an audit that is at work."""
    reports, begun = tmp_path / "reports", int(time.time())
    taken = [time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(begun + n)) for n in range(300)]
    for name in taken:
        (reports / name / "snapshot").mkdir(parents=True)
        (reports / name / "snapshot" / "accounts-ldap.jsonl").write_text(name)
    (reports / f"{taken[0]}-2").mkdir()

    run = audit(mailbox_run_id="")

    assert run.status == 0, run.output
    (mine,) = reports.glob("*-[0-9]/plan.jsonl")
    assert mine.parent.name in {f"{name}-2" for name in taken[1:]} | {f"{taken[0]}-3"}
    assert [
        (reports / one / "snapshot" / "accounts-ldap.jsonl").read_text() for one in taken
    ] == taken
    assert stat.S_IMODE(mine.parent.stat().st_mode) == 0o700


def test_a_second_audit_of_the_same_name_leaves_the_first_ones_folder_alone(
    first, audit_after, tmp_path
):
    folder = tmp_path / "reports" / first.folder.name
    assert not (folder / "audit-under-way").exists()
    (folder / "audit-under-way").write_text("2019-01-08T01:00:00Z\n")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    second = audit_after(mailbox_run_id=folder.name)

    text = " ".join(second.output.split())
    assert second.status != 0
    assert "an audit of this name is under way since 2019-01-08T01:00:00Z" in text
    assert "choose another mailbox_run_id" in text
    assert f"rm {folder}/audit-under-way" in text
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_second_audit_of_the_same_moment_is_refused_too(audit, tmp_path):
    """The first one has the folder, and has not written yet since when."""
    folder = tmp_path / "reports" / "mine"
    folder.mkdir(parents=True)
    (folder / "audit-under-way").touch()

    second = audit(mailbox_run_id="mine")

    assert second.status != 0, second.output
    assert "is under way since a moment ago" in " ".join(second.output.split())
    assert [path.name for path in folder.iterdir()] == ["audit-under-way"]


def test_an_audit_that_was_killed_is_no_hindrance_to_the_next_one_of_its_name(lab, audit, tmp_path):
    marker = tmp_path / "reports" / "mine" / "audit-under-way"
    options = {"mailbox_reports_dir": str(tmp_path / "reports"), "mailbox_run_id": "mine"}
    command = ["ansible-playbook", "-i", ROOT / "inventory" / "lab", "civic.mailbox.audit"]
    with subprocess.Popen(
        [*command, "-e", json.dumps(options)], cwd=ROOT, stdout=subprocess.DEVNULL,
        env={**os.environ, "CIVIC_LAB": lab["directory"]}, stdin=subprocess.DEVNULL,
    ) as killed:  # fmt: skip
        _wait_for(lambda: marker.exists() and len(marker.read_text().split()) == 7)
        killed.send_signal(signal.SIGSTOP)
        beside = audit(mailbox_run_id="mine")
        killed.kill()
    assert "is under way since" in beside.output
    assert f"(process {killed.pid} of {platform.node()})" in " ".join(beside.output.split())
    _wait_for(lambda: broken_off(marker))  # what it had begun may write on

    after = audit(mailbox_run_id="mine")

    assert after.status == 0, after.output
    assert not list(marker.parent.glob("audit-*"))


def _wait_for(there: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not there():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_workstations_that_are_off_are_unknown_and_those_that_cannot_be_read_are_told_of(
    audit, tmp_path
):
    machines = {
        # Nobody listens there.
        "pc-off": {
            "ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1,
            "mailbox_workstation_root": "/",
        },
        # No module runs without a Python.
        "pc-broken": {"ansible_python_interpreter": "/none", "mailbox_workstation_root": "/"},
    }  # fmt: skip
    (tmp_path / "pcs.json").write_text(json.dumps({"workstations": {"hosts": machines}}))

    run = audit(
        "-i", str(ROOT / "inventory" / "lab-workstations"), "-i", str(tmp_path / "pcs.json")
    )

    assert run.status == 0, run.output
    found = [line for line in run.lines("findings.jsonl") if line["control"] == "browser-passwords"]
    assert Counter((line["subject"], line["status"]) for line in found) == {
        ("lab-pc-in-order", "pass"): 2,
        ("lab-pc-keeps", "fail"): 2,
        ("lab-pc-contradicts", "fail"): 1,
        ("lab-pc-contradicts", "pass"): 1,
        ("pc-off", "unknown"): 1,
        ("pc-broken", "error"): 1,
    }
    failing = {line["fingerprint"] for line in found if line["status"] == "fail"}
    assert failing == {
        fingerprint(one.control, one.subject, one.mark) for one in workstations.planted()
    }
    assert {line["control"] for line in run.lines("findings.jsonl")} == {c.name for c in CONTROLS}
    (off,) = [line for line in found if line["subject"] == "pc-off"]
    # Where ssh ends while Ansible still writes to it, Ansible tells of the pipe, not of ssh's reason.
    assert re.search(
        r"connect to host 127\.0\.0\.1 port 1: Connection refused"
        r"|Data could not be sent to remote host .127\.0\.0\.1.\. Make sure this host can be reached",
        off["params"]["reason"],
    )
    sources = json.loads((run.folder / "summary.json").read_text())["sources"]
    assert [one["name"] for one in sources if one["answered"] and not one["complete"]] == [
        "pc-broken"
    ]
