# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks enforce and rollback on the lab: shown first, carried out as shown, undone whole."""

from __future__ import annotations

import json
import os
import re
import smtplib
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import Info, receive
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import ORDER

from .ports import free_port_base

ROOT = Path(__file__).parents[2]
OPERATIONAL = ("contextCSN:", "entryCSN:", "modifyTimestamp:", "modifiersName:")
IDLE = f"idle-95@{population.DOMAIN}"


@dataclass(frozen=True)
class Done:
    """How a playbook ended, and what it printed."""

    status: int
    output: str

    @property
    def text(self) -> str:
        """What it printed in one line, for Ansible 2.16 folds the lines of a message."""
        return " ".join(self.output.split())


class Office:
    """An operator with a lab and a folder for reports."""

    def __init__(self, lab: Info, reports: Path) -> None:
        self.lab, self.reports = lab, reports

    def play(self, playbook: str, *arguments: str, **variables: Any) -> Done:
        """Run a playbook of the collection."""
        extra = {"mailbox_reports_dir": str(self.reports), **variables}
        done = subprocess.run(
            [
                *("ansible-playbook", "-i", ROOT / "inventory" / "lab"),
                *(f"civic.mailbox.{playbook}", "-e", json.dumps(extra), *arguments),
            ],
            cwd=ROOT,
            env={**os.environ, "CIVIC_LAB": self.lab["directory"], "ANSIBLE_NOCOLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout + done.stderr)

    def content(self) -> list[str]:
        """The directory, but for when and by whom each entry was written last."""
        export = lifecycle.export(Path(self.lab["directory"]))
        return [line for line in export.splitlines() if not line.startswith(OPERATIONAL)]

    def lines(self, run: str, name: str) -> list[dict[str, Any]]:
        """The records of a JSON lines file of a run."""
        text = (self.reports / run / name).read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def forwards(self) -> dict[str, bytes]:
        """What forwards mail on the mail host: scripts, .forward files, texts of tables."""
        folder = Path(self.lab["directory"])
        patterns = ("mail/**/*.sieve", "home/*/.forward", "postfix/aliases", "postfix/virtual")
        found = sorted(path for pattern in patterns for path in folder.glob(pattern))
        return {str(path): path.read_bytes() for path in found}

    def journalled(self, run: str, name: str = "journal.jsonl") -> list[dict[str, Any]]:
        """The changes that the journal says were made, in its order."""
        records = self.lines(run, name)
        done = {r["id"] for r in records if r["record"] == "result" and r["result"] == "done"}
        changes = [r["change"] for r in records if r["record"] == "intent" and r["mode"] == "apply"]
        return [change for change in changes if change["id"] in done]

    def open_fingerprints(self, run: str, status: str = "fail") -> set[str]:
        """The findings of that status."""
        findings = self.lines(run, "findings.jsonl")
        return {line["fingerprint"] for line in findings if line["status"] == status}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a lab of its own, which it writes to; its last audit is the run `first`."""
    with _audited_office(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Such an office for all tests of what writes nothing."""
    with _audited_office(tmp_path_factory.mktemp("untouched")) as one:
        yield one


@contextmanager
def _audited_office(folder: Path) -> Iterator[Office]:
    directory = folder / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        one = Office(lifecycle.describe(directory), folder / "reports")
        audited = one.play("audit", mailbox_run_id="first")
        assert audited.status == 0, audited.output
        yield one
    finally:
        lifecycle.down(directory)


def _blocks(changes: list[dict[str, Any]]) -> list[str]:
    """The diff of these changes as it is printed."""
    return [
        line
        for change in changes
        for line in (
            f"--- before: {change['subject']}: {change['field']}",
            f"+++ after: {change['subject']}: {change['field']} ({change['reason']})",
            *(f"-{value}" for value in change["before"]),
            *(f"+{value}" for value in change["after"]),
        )
    ]


def _printed_diff(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith(("-", "+"))]


def test_by_default_it_only_shows_and_says_how_to_do_it(untouched):
    before = untouched.content()
    shown = untouched.play("enforce")

    assert shown.status == 0, shown.output
    assert untouched.content() == before
    assert not (untouched.reports / "first" / "journal.jsonl").exists()
    assert f"+++ after: {IDLE}: lock (Last sign-in on" in shown.output
    assert "Nothing was changed" in shown.output
    assert "-e enforce_run=first -e enforce_apply=true" in shown.output


def test_what_check_mode_shows_is_what_is_done_once_and_what_is_undone(office):
    before, forwards_before = office.content(), office.forwards()
    checked = office.play("enforce", "--check", "--diff", enforce_apply=True)
    assert checked.status == 0, checked.output
    assert (office.content(), office.forwards()) == (before, forwards_before)

    applied = office.play("enforce", "--diff", enforce_apply=True)
    assert applied.status == 0, applied.output
    assert "forwarding_notice" not in applied.output, "the policy has no forwarding.tell_owners"
    assert "report.html" not in applied.output, "its page is written; the audit's numbers are past"
    in_directory = office.journalled("first")
    changes = in_directory + office.journalled("first", "journal-lab-mail.jsonl")
    assert [c["control"] for c in in_directory] == sorted(
        (c["control"] for c in in_directory), key=ORDER.index
    )
    assert {c["field"] for c in in_directory} == {"min_length", "must_change", "forwards", "lock"}
    assert {c["channel"] for c in changes} >= {"directory", "sieve", "dot_forward", "virtual"}
    shown = _printed_diff(checked.output)
    # What is done is told as the server acknowledges it, which works on several at once.
    assert sorted(shown) == sorted(_printed_diff(applied.output))
    assert set(_blocks(in_directory)) <= set(shown)
    assert len([line for line in shown if line.startswith("--- before: ")]) == len(changes)

    done, forwards_done = office.content(), office.forwards()
    assert forwards_done != forwards_before
    again = office.play("enforce", enforce_apply=True)
    assert again.status == 0, again.output
    assert (office.content(), office.forwards()) == (done, forwards_done)
    assert "changed=0" in again.output
    assert "changed=1" not in again.output
    assert "Changes made: 0." in again.output
    assert "Forwards left for a person" in again.output

    assert office.play("audit", mailbox_run_id="second").status == 0
    put_right = {c["fingerprint"] for c in changes if c["control"] != "default-password"}
    assert put_right
    assert not put_right & office.open_fingerprints("second")
    # A password that has to be changed is a finding until that is done, and nothing is left to do
    # but what a person has to.
    left = {change["control"] for change in office.lines("second", "plan.jsonl")}
    assert left == {"external-forwarding"}

    checked = office.play("rollback", "--check", "--diff", rollback_run="first")
    assert checked.status == 0, checked.output
    assert (office.content(), office.forwards()) == (done, forwards_done)
    undone = office.play("rollback", "--diff", rollback_run="first")
    assert undone.status == 0, undone.output
    assert sorted(_printed_diff(checked.output)) == sorted(_printed_diff(undone.output)) != []
    assert "report.html" not in undone.output
    assert (office.content(), office.forwards()) == (before, forwards_before)
    assert f"Changes undone: {len(changes)}." in undone.output

    files = [path for path in (office.reports / "first").rglob("*") if not path.is_symlink()]
    assert {path for path in files if path.stat().st_mode & 0o077} == set()


def test_past_a_limit_nothing_is_done_anywhere_and_the_way_out_is_told(untouched):
    before = untouched.content()
    stopped = untouched.play("enforce", enforce_apply=True, enforce_max_changes=10)

    assert stopped.status != 0
    told = re.search(r"the plan changes (\d+) entries; max_changes is 10", stopped.text)
    assert told, stopped.text
    assert f"-e enforce_max_changes={told[1]}" in stopped.text
    assert untouched.content() == before
    assert "the mail host" not in stopped.text
    assert "Traceback" not in stopped.output


def test_a_limit_of_nothing_is_refused_and_not_left_out(untouched):
    refused = untouched.play("enforce", enforce_max_changes=0)

    assert refused.status != 0
    assert "enforce_max_changes: expected a whole number from 1" in refused.text


def test_a_control_that_there_is_not_is_refused_with_those_that_there_are(untouched):
    refused = untouched.play("enforce", enforce_controls="idle-mailbxo")

    assert refused.status != 0
    assert "password-policy, default-password, external-forwarding, idle-mailbox" in refused.text


def test_a_misspelt_option_is_refused_with_those_that_there_are(untouched):
    before = untouched.content()

    refused = untouched.play("enforce", enforce_apply=True, enforce_control="idle-mailbox")

    assert refused.status != 0
    assert "enforce_control is no option; there are enforce_apply, " in refused.text
    assert untouched.content() == before


def test_a_misspelt_option_of_the_rollback_or_no_run_undoes_nothing(office):
    assert office.play("enforce", enforce_apply=True).status == 0
    done = office.content()

    unnamed = office.play("rollback")
    refused = office.play("rollback", rollback_run="latest", rollback_account=[IDLE])
    nobody = office.play(
        "rollback", rollback_run="latest", rollback_accounts=["idle@nowhere.example"]
    )

    assert unnamed.status != 0
    assert "Nothing was undone: say which run. -e rollback_run=<run id>" in unnamed.text
    assert "rollback_run=latest" in unnamed.text

    assert refused.status != 0
    assert "rollback_account is no option; there are rollback_accounts" in refused.text
    assert nobody.status == 0
    assert "Nothing for these accounts" in nobody.text
    assert "Run: first." in nobody.text
    assert office.content() == done


def test_a_preview_ends_with_the_whole_command_and_with_whose_part_is_missing(untouched, tmp_path):
    """One directory has a mistake in its variables, and the audit did not read another."""
    hosts = tmp_path / "hosts.yml"
    hosts.write_text("directories: {hosts: {town-2: {mailbox_start_tls: perhaps}}}\n", "utf-8")
    assessment = untouched.reports / "first" / "assessment.json"
    whole = assessment.read_text("utf-8")
    known = json.loads(whole)
    known["sources"].append({**known["sources"][0], "name": "town-3", "complete": False})
    assessment.write_text(json.dumps(known), "utf-8")

    shown = untouched.play(
        "enforce", "-i", str(hosts), "--limit", "directories", enforce_controls=["idle-mailbox"]
    )
    assessment.write_text(whole, "utf-8")

    end = shown.text.partition("To do it, run this again with")[2]
    assert "-e enforce_run=first -e enforce_apply=true" in end
    assert "-e enforce_controls=idle-mailbox" in end
    assert "--limit directories" in end
    assert "FAILED: town-2." in end
    assert "NOT READ WHOLE by the audit: town-3." in end


def test_a_run_that_there_is_not_is_refused_with_the_way_out(untouched):
    refused = untouched.play("enforce", enforce_run="never")
    elsewhere = untouched.play("enforce", enforce_run="../first")

    assert refused.status != 0
    assert elsewhere.status != 0
    assert "/never does not exist: name one of these as enforce_run" in refused.text
    assert "the newest first: first" in refused.text
    assert "enforce_run: the id of a run" in elsewhere.text


def test_mail_is_refused_while_locked_and_received_again_after_the_rollback(office):
    locked = office.play(
        "enforce", enforce_apply=True, enforce_controls="idle-mailbox", enforce_delivery="refuse"
    )
    assert locked.status == 0, locked.output
    assert {change["field"] for change in office.journalled("first")} == {"lock"}
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        receive(office.lab, [IDLE])
    assert refused.value.recipients[IDLE][0] == 550

    one = office.play("rollback", rollback_run="first", rollback_accounts=[IDLE])
    assert one.status == 0, one.output
    assert "Changes undone: 1." in one.output
    receive(office.lab, [IDLE])
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        receive(office.lab, [f"idle-200@{population.DOMAIN}"])


def test_a_mail_host_by_itself_follows_what_stands_and_takes_no_run_by_chance(office):
    alone = ("--limit", "mail_servers")
    nothing = office.play("enforce", *alone, enforce_apply=True)
    assert nothing.status == 0, nothing.output
    assert "folder on the mail host for the accounts" not in nothing.output
    locked = office.play("enforce", "--limit", "directories", enforce_apply=True)
    assert locked.status == 0, locked.output

    followed = office.play("enforce", *alone, enforce_apply=True, enforce_delivery="refuse")
    assert followed.status == 0, followed.output
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        receive(office.lab, [IDLE])
    chance = office.play("rollback", *alone, rollback_run="latest")
    assert chance.status != 0
    assert "rollback_run: name the run" in chance.text


def test_a_mail_host_by_itself_follows_no_list_of_another_day(office):
    alone = ("--limit", "mail_servers")
    made: dict[str, Any] = {"enforce_apply": True, "enforce_controls": ["idle-mailbox"]}
    locked = office.play("enforce", "--limit", "directories", **made)
    assert locked.status == 0, locked.output
    standing = office.reports / "first" / "locked.txt"
    os.utime(standing, (time.time(), time.time() - 2 * 86400))

    old = office.play("enforce", *alone, **made)
    assert old.status != 0
    assert "who is locked may have changed since" in old.text
    assert "Run this with the directories too" in old.text
    written_anew = office.play("enforce", **made)
    assert written_anew.status == 0, written_anew.output
    followed = office.play("enforce", *alone, **made)
    assert followed.status == 0, followed.output


def _opened_by_another_way(lab: Info, address: str) -> None:
    """Dovecot's record of a sign-in of now that no directory saw, as by a password of its own."""
    with closing(sqlite3.connect(lab["dovecot"]["last_login"])) as database:
        row = (address, "imap", address, int(time.time()))
        database.execute("insert or replace into last_login values (?, ?, ?, ?)", row)
        database.commit()


def test_who_signed_in_to_dovecot_since_the_audit_is_not_locked(office):
    """And the directory does not know of it."""
    _opened_by_another_way(office.lab, IDLE)
    made: dict[str, Any] = {"enforce_controls": ["idle-mailbox"]}

    shown = office.play("enforce", **made)
    applied = office.play("enforce", **made, enforce_apply=True)
    again = office.play("enforce", **made, enforce_apply=True)

    for done in (shown, applied, again):
        assert done.status == 0, done.output
        assert f"{IDLE}: lock: signed in since the audit: the last time was" in done.text
        assert "(dovecot, imap). Left as it is" in done.text
        assert "Locks left, with the reason above: 1." in done.text
    assert f"after: {IDLE}: lock" not in shown.output
    locked = {change["subject"] for change in office.journalled("first")}
    assert locked
    assert IDLE not in locked
    assert "Changes made: 0." in again.text


def test_without_the_mail_host_the_locks_say_that_its_sign_ins_were_not_looked_at(office):
    made: dict[str, Any] = {"enforce_controls": ["idle-mailbox"]}

    alone = office.play("enforce", "--limit", "directories", **made)

    assert alone.status == 0, alone.output
    assert "lab-mail: was not asked for sign-ins since the audit" in alone.text


def test_where_dovecot_cannot_be_asked_nobody_is_locked(office):
    before = office.content()
    made: dict[str, Any] = {"enforce_controls": ["idle-mailbox"], "enforce_apply": True}
    config = Path(office.lab["directory"], "nowhere.conf")

    failed = office.play("enforce", **made, mailbox_dovecot_config=str(config))

    assert failed.status != 0
    assert str(config) in failed.text
    assert office.content() == before


def test_a_forced_new_password_is_no_finding_once_it_is_set(office):
    enforced = office.play("enforce", enforce_apply=True, enforce_controls="default-password")
    assert enforced.status == 0, enforced.output
    (change,) = (
        change
        for change in office.journalled("first")
        if change["subject"].startswith("default-password@")
    )
    _set_own_password(office.lab, change["target"], population.DEFAULT_PASSWORD, "Rieng-tu.4711")
    audited = office.play("audit", mailbox_run_id="second")
    assert audited.status == 0, audited.output

    assert change["fingerprint"] not in office.open_fingerprints("second")
    undone = office.play("rollback", rollback_run="first")
    assert undone.status == 0, undone.output
    assert "6 changed; 1 already as it should be" in undone.output


def _set_own_password(lab: Info, dn: str, old: str, new: str) -> None:
    server = ldap3.Server(lab["openldap"]["ldap"], get_info=ldap3.NONE)
    with ldap3.Connection(server, dn, old, check_names=False) as connection:
        assert connection.bound
        connection.modify(dn, {"userPassword": [(ldap3.MODIFY_REPLACE, [new])]})
        assert connection.result["result"] == 0, connection.result


def test_no_secret_reaches_output_or_files(office):
    done = [
        office.play("enforce", "-vvv", "--diff", enforce_apply=True),
        office.play("rollback", "-vvv", "--diff", rollback_run="first"),
    ]

    secrets = [account["password"] for account in office.lab["openldap"]["accounts"].values()]
    secrets += [population.DEFAULT_PASSWORD, "{SSHA}", "{CRYPT}", "{ARGON2}"]
    texts = [run.output for run in done]
    texts += [path.read_text("utf-8") for path in office.reports.rglob("*") if path.is_file()]
    assert [run.status for run in done] == [0, 0]
    assert len(texts) > 7
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []
