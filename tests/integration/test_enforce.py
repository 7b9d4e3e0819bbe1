# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks enforce and rollback on the lab: shown first, carried out as shown, undone whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import smtplib
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population, process
from ansible_collections.civic.mailbox.lab.clients import Info, receive, sunk, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import ORDER

from .ports import free_port_base

pytestmark = pytest.mark.ansible

ROOT = Path(__file__).parents[2]
# Since ansible-core 2.21 a result holds what the module was given only where that is asked for.
SHOWN = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_INJECT_INVOCATION": "1"}
OPERATIONAL = ("contextCSN:", "entryCSN:", "modifyTimestamp:", "modifiersName:")
IDLE = f"idle-95@{DOMAIN}"
# Forwards that are taken away in the directory and on the mail host, and those left to a person.
IN_DIRECTORY = {f"forward-outside@{DOMAIN}", f"locked-forward@{DOMAIN}"}
ON_HOST = {
    *(f"{name}@{DOMAIN}" for name in ("sieve-outside", "sieve-variable", "v-both")),
    *(f"{name}@{MAIL_HOST}" for name in ("games", "backup")),
}
BY_HAND = {f"al-out@{MAIL_HOST}", f"v-out@{DOMAIN}"}
# Mail to these goes outside before.
LEAKS = ("forward-outside", "sieve-outside", "v-both")


@dataclass(frozen=True)
class Done:
    """How a playbook ended, and what it printed."""

    status: int
    output: str

    @property
    def text(self) -> str:
        """What it printed in one line, for Ansible 2.16 folds the lines of a message."""
        return " ".join(self.output.split())


class State(NamedTuple):
    """What enforcement may write to, as it stands."""

    content: list[str]
    files: dict[str, tuple[object, ...]]  # that forward mail: text, mode, owner, group
    rows: list[str]  # of the table "virtual", as Postfix finds them


class Office:
    """An operator with a lab and a folder for reports."""

    def __init__(self, lab: Info, reports: Path) -> None:
        self.lab, self.reports = lab, reports

    def play(
        self, playbook: str, *arguments: str, within: tuple[str, ...] = (), **variables: Any
    ) -> Done:
        """Run a playbook of the collection; `within` is a command that runs it."""
        extra = {"mailbox_reports_dir": str(self.reports), **variables}
        done = subprocess.run(
            [
                *within,
                *("ansible-playbook", "-i", ROOT / "inventory" / "lab"),
                *(f"civic.mailbox.{playbook}", "-e", json.dumps(extra), *arguments),
            ],
            cwd=ROOT,
            env={**os.environ, **SHOWN, "CIVIC_LAB": self.lab["directory"]},
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

    def state(self) -> State:
        folder, postfix = Path(self.lab["directory"]), Path(self.lab["postfix"]["config"])
        paths = [*folder.glob("mail/**/*.sieve"), *folder.glob("home/*/.forward")]
        paths += [postfix / "aliases", postfix / "virtual"]
        kind = process.run("postconf", "-d", "-h", "default_database_type").strip()
        rows = process.run("postmap", "-c", postfix, "-s", f"{kind}:{postfix}/virtual")
        return State(
            self.content(), {str(path): _file(path) for path in paths}, sorted(rows.splitlines())
        )

    def leaks(self) -> set[str]:
        """Of one message to each of LEAKS, what goes outside."""
        before = len(sunk(self.lab))
        receive(self.lab, [f"{name}@{DOMAIN}" for name in LEAKS])
        config = self.lab["postfix"]["config"]
        assert wait_for(lambda: "is empty" in process.run("postqueue", "-c", config, "-p"), 60)
        return {address.partition("@")[0].lower() for address in sunk(self.lab)[before:]}

    def journalled(self, run: str, name: str = "journal.jsonl") -> list[dict[str, Any]]:
        """The changes that the journal says were made, in its order."""
        records = self.lines(run, name)
        done = {r["id"] for r in records if r["record"] == "result" and r["result"] == "done"}
        changes = [r["change"] for r in records if r["record"] == "intent" and r["mode"] == "apply"]
        return [change for change in changes if change["id"] in done]

    def forwarding(self, run: str) -> set[str]:
        """Whose mail was found to go outside."""
        return {
            line["subject"]
            for line in self.lines(run, "findings.jsonl")
            if (line["control"], line["status"]) == ("external-forwarding", "fail")
        }

    def open_fingerprints(self, run: str) -> set[str]:
        """What fails."""
        findings = self.lines(run, "findings.jsonl")
        return {line["fingerprint"] for line in findings if line["status"] == "fail"}


# A lab begins with the same entries each time. Where it stands at the same place again, at the same
# time, one audit holds for all of them.


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a lab of this file's own; its only run, `first`, is an audit."""
    folder = tmp_path_factory.mktemp("audited")
    lifecycle.up(folder / "lab", port_base=free_port_base(), people=0)
    try:
        one = Office(lifecycle.describe(folder / "lab"), folder / "reports")
        done = one.play("audit", mailbox_run_id="first")
        assert done.status == 0, done.output
        yield one
    finally:
        lifecycle.down(folder / "lab")


def _file(path: Path) -> tuple[object, ...]:
    found = path.stat()
    return path.read_bytes(), found.st_mode, found.st_uid, found.st_gid


@contextmanager
def _written_to(audited: Office, folder: Path) -> Iterator[Office]:
    """The audited office with reports of its own, and after it a new lab."""
    yield _with_reports(audited, folder)
    directory, now = Path(audited.lab["directory"]), datetime.fromisoformat(audited.lab["now"])
    lifecycle.down(directory)
    lifecycle.up(directory, port_base=audited.lab["port_base"], people=0, now=now)


def _with_reports(audited: Office, folder: Path) -> Office:
    reports = shutil.copytree(audited.reports, folder / "reports", symlinks=True)
    return Office(audited.lab, reports)


@pytest.fixture
def office(audited: Office, tmp_path: Path) -> Iterator[Office]:
    """The audited office, to be written to."""
    with _written_to(audited, tmp_path) as one:
        yield one


@pytest.fixture
def untouched(audited: Office, tmp_path: Path) -> Office:
    """The audited office, for what writes to no server."""
    return _with_reports(audited, tmp_path)


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


def test_by_default_it_only_shows_and_says_how_to_do_it(untouched):
    before = untouched.state()
    shown = untouched.play("enforce")

    assert shown.status == 0, shown.output
    assert untouched.state() == before
    assert list((untouched.reports / "first").glob("journal*")) == []
    assert not Path(untouched.lab["directory"], "journal").exists()
    assert f"+++ after: {IDLE}: lock (Last sign-in on" in shown.output
    assert "Nothing was changed" in shown.output
    assert "-e enforce_run=first -e enforce_apply=true" in shown.output


def test_nothing_is_applied_without_the_name_of_its_run_and_the_name_of_the_latest_is_told(
    untouched,
):
    before = untouched.state()
    refused = untouched.play("enforce", enforce_apply=True)
    shown = untouched.play("enforce", "--check", enforce_apply=True)

    assert refused.status != 0
    assert "Nothing was changed: say which run. latest is first by now." in refused.text
    assert "run this again with -e enforce_run=first" in refused.text
    assert untouched.state() == before
    assert list((untouched.reports / "first").glob("journal*")) == []
    assert shown.status == 0, shown.output
    assert "-e enforce_run=first -e enforce_apply=true" in shown.output


# --- there and back

APPLY = {"enforce_apply": True, "enforce_run": "first"}
BACK = {"rollback_run": "first"}
STEPS = [
    # step          playbook    arguments              variables
    ("shown",       "enforce",  ("--check", "--diff"), APPLY),
    ("done",        "enforce",  ("-vvv", "--diff"),    APPLY),
    ("done again",  "enforce",  (),                    {**APPLY, "enforce_run": "latest"}),
    ("looked at",   "audit",    (),                    {"mailbox_run_id": "second"}),
    ("shown back",  "rollback", ("--check", "--diff"), BACK),
    ("undone",      "rollback", ("-vvv", "--diff"),    BACK),
    ("undone again", "rollback", (),                   BACK),
]  # fmt: skip


@dataclass(frozen=True)
class RoundTrip:
    """An enforcement and its rollback, step by step."""

    office: Office
    before: State
    done: dict[str, Done]
    after: dict[str, State]
    leaks: dict[str, set[str]]

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Those of the directory, then those of the mail host."""
        host = self.office.journalled("first", "journal-lab-mail.jsonl")
        return self.office.journalled("first") + host

    def printed_diff(self, step: str) -> list[str]:
        """In the order of its text: what is done is told as the server acknowledges it, which works
        on several at once."""
        lines = self.done[step].output.splitlines()
        return sorted(line for line in lines if line.startswith(("-", "+")))


@pytest.fixture(scope="module")
def trip(audited: Office, tmp_path_factory: pytest.TempPathFactory) -> RoundTrip:
    done, after, leaks = {}, {}, {}
    with _written_to(audited, tmp_path_factory.mktemp("trip")) as office:
        before = office.state()
        for step, playbook, arguments, variables in STEPS:
            done[step] = office.play(playbook, *arguments, **variables)
            assert done[step].status == 0, done[step].output
            after[step] = office.state()
            if step in ("shown", "done", "undone"):
                leaks[step] = office.leaks()
    return RoundTrip(office, before, done, after, leaks)


def test_check_mode_writes_nothing(trip):
    assert trip.after["shown"] == trip.before
    assert trip.after["shown back"] == trip.after["done again"]


def test_what_check_mode_shows_is_what_is_done(trip):
    in_directory = trip.office.journalled("first")
    shown = trip.printed_diff("shown")

    assert shown == trip.printed_diff("done")
    assert set(_blocks(in_directory)) <= set(shown)
    assert len([line for line in shown if line.startswith("--- before: ")]) == len(trip.changes)
    assert [c["control"] for c in in_directory] == sorted(
        (c["control"] for c in in_directory), key=ORDER.index
    )
    assert {c["field"] for c in in_directory} == {"min_length", "must_change", "forwards", "lock"}
    assert {c["channel"] for c in trip.changes} >= {"directory", "sieve", "dot_forward", "virtual"}
    assert trip.after["done"].content != trip.before.content
    assert trip.after["done"].files != trip.before.files
    assert trip.after["done"].rows != trip.before.rows
    said = trip.done["done"].output
    assert "To tell the owners" not in said, "the policy has no forwarding.tell_owners"


def test_it_is_done_once(trip):
    again = trip.done["done again"].output

    assert trip.after["done again"] == trip.after["done"]
    assert "changed=0" in again
    assert "changed=1" not in again
    assert "Changes made: 0." in again
    assert "report.html" not in again, "its page is written; the audit's numbers are past"
    assert f"Forwards left for a person, with the reason above: {len(BY_HAND)}." in again


def test_mail_goes_outside_before_not_in_between_and_again_after(trip):
    assert trip.leaks == {"shown": set(LEAKS), "done": set(), "undone": set(LEAKS)}


def test_forwards_are_taken_away_in_the_directory_and_on_the_mail_host(trip):
    def forwarded(changes: list[dict[str, Any]]) -> set[str]:
        return {change["subject"] for change in changes if change["field"] == "forwards"}

    assert forwarded(trip.office.journalled("first")) == IN_DIRECTORY
    host = trip.office.journalled("first", "journal-lab-mail.jsonl")
    assert forwarded(host) == {change["subject"] for change in host} == ON_HOST
    assert trip.office.forwarding("first") == IN_DIRECTORY | ON_HOST | BY_HAND
    assert trip.office.forwarding("second") == BY_HAND


def test_the_next_audit_finds_it_done(trip):
    put_right = {c["fingerprint"] for c in trip.changes if c["control"] != "default-password"}
    assert put_right
    assert not put_right & trip.office.open_fingerprints("second")
    # A password that has to be changed is a finding until that is done, and nothing is left to do
    # but what a person has to.
    left = trip.office.lines("second", "plan.jsonl")
    assert {change["control"] for change in left} == {"external-forwarding"}
    assert {change["subject"] for change in left} == BY_HAND


def test_a_rollback_is_shown_first_and_leaves_nothing_of_the_run(trip):
    assert trip.printed_diff("shown back") == trip.printed_diff("undone") != []
    assert trip.after["undone"] == trip.before
    assert f"Changes undone: {len(trip.changes)}." in trip.done["undone"].output
    again = trip.done["undone again"].output
    assert "Changes undone: 0." in again
    assert "changed=0" in again
    assert "changed=1" not in again
    assert "report.html" not in again


def test_nobody_but_its_owner_reads_a_run(trip):
    files = [path for path in (trip.office.reports / "first").rglob("*") if not path.is_symlink()]

    assert {path for path in files if path.stat().st_mode & 0o077} == set()


def test_no_secret_reaches_output_or_files(trip):
    accounts = trip.office.lab["openldap"]["accounts"].values()
    secrets = [account["password"] for account in accounts]
    secrets += [population.DEFAULT_PASSWORD, "{SSHA}", "{CRYPT}", "{ARGON2}"]
    texts = [one.output for one in trip.done.values()]
    assert [step for step, one in trip.done.items() if "module_args" in one.output]
    files = [path for path in trip.office.reports.rglob("*") if path.is_file()]
    assert len(files) > 7
    texts += [path.read_text("utf-8") for path in files]
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []


# --- what is refused, and told


def test_past_a_limit_nothing_is_done_anywhere_and_the_way_out_is_told(untouched):
    before = untouched.content()
    stopped = untouched.play("enforce", **APPLY, enforce_max_changes=10)

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

    refused = untouched.play("enforce", **APPLY, enforce_control="idle-mailbox")

    assert refused.status != 0
    assert "enforce_control is no option; there are enforce_apply, " in refused.text
    assert untouched.content() == before


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


# --- with the mail host


def test_mail_is_refused_while_locked_and_received_again_after_the_rollback(office):
    locked = office.play(
        "enforce", **APPLY, enforce_controls="idle-mailbox", enforce_delivery="refuse"
    )
    assert locked.status == 0, locked.output
    assert {change["field"] for change in office.journalled("first")} == {"lock"}
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        receive(office.lab, [IDLE])
    assert refused.value.recipients[IDLE][0] == 550

    _undoes_nothing_by_mistake(office)
    one = office.play("rollback", rollback_run="first", rollback_accounts=[IDLE])
    assert one.status == 0, one.output
    assert "Changes undone: 1." in one.output
    receive(office.lab, [IDLE])
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        receive(office.lab, [f"idle-200@{DOMAIN}"])
    _follows_what_could_be_undone(office, f"idle-200@{DOMAIN}")


def _follows_what_could_be_undone(office: Office, lost: str) -> None:
    """Where a journal has lost how to undo one lock, the mail host lets in all others."""
    subjects = {change["subject"] for change in office.journalled("first")}
    other = min(subjects - {lost, IDLE})
    file = office.reports / "first" / "journal.jsonl"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line).get("change", {}).get("subject") != lost]
    file.write_text("".join(kept), "utf-8")

    undone = office.play("rollback", rollback_run="first")

    assert undone.status != 0
    assert "Not all of this run was undone" in undone.text
    assert f"(lock of {lost})" in undone.text
    assert f"Changes undone: {len(subjects) - 2}." in undone.text  # and one was before
    receive(office.lab, [other])
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        receive(office.lab, [lost])


def _undoes_nothing_by_mistake(office: Office) -> None:
    """With no run, with an option that there is not, or for accounts that there are not."""
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


def test_a_mail_host_by_itself_follows_what_stands_and_nothing_by_chance(office):
    """No list of another day, and no run that it would have to guess."""
    alone = ("--limit", "mail_servers")
    made: dict[str, Any] = {**APPLY, "enforce_delivery": "refuse"}
    nothing = office.play("enforce", *alone, **made)
    assert nothing.status == 0, nothing.output
    assert "folder on the mail host for the accounts" not in nothing.output
    locked = office.play("enforce", "--limit", "directories", **made)
    assert locked.status == 0, locked.output
    standing = office.reports / "first" / "locked.txt"
    os.utime(standing, (time.time(), time.time() - 2 * 86400))

    old = office.play("enforce", *alone, **made)
    assert old.status != 0
    assert "who is locked may have changed since" in old.text
    assert "Run this with the directories too" in old.text
    receive(office.lab, [IDLE])
    written_anew = office.play("enforce", "--limit", "directories", **made)
    assert written_anew.status == 0, written_anew.output
    followed = office.play("enforce", *alone, **made)
    assert followed.status == 0, followed.output
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        receive(office.lab, [IDLE])

    chance = office.play("rollback", *alone, rollback_run="latest")
    assert chance.status != 0
    assert "rollback_run: name the run" in chance.text


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
    applied = office.play("enforce", **made, **APPLY)
    again = office.play("enforce", **made, **APPLY)

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


def test_without_the_mail_host_the_locks_say_that_its_sign_ins_were_not_looked_at(untouched):
    made: dict[str, Any] = {"enforce_controls": ["idle-mailbox"]}

    alone = untouched.play("enforce", "--limit", "directories", **made)

    assert alone.status == 0, alone.output
    assert "lab-mail: was not asked for sign-ins since the audit" in alone.text


def test_where_dovecot_cannot_be_asked_nobody_is_locked(untouched):
    before = untouched.content()
    made: dict[str, Any] = {"enforce_controls": ["idle-mailbox"], **APPLY}
    config = Path(untouched.lab["directory"], "nowhere.conf")

    failed = untouched.play("enforce", **made, mailbox_dovecot_config=str(config))

    assert failed.status != 0
    assert str(config) in failed.text
    assert untouched.content() == before
    end = failed.text.partition("Nobody was locked: lab-mail failed")[2]
    assert "Changes made before: 0." in end
    assert "To undo" not in end


def test_a_run_that_a_mail_host_stops_tells_what_stands_and_the_same_command_goes_on(office):
    config = Path(office.lab["directory"], "nowhere.conf")
    stopped = office.play("enforce", **APPLY, mailbox_dovecot_config=str(config))
    made = office.journalled("first")
    on_host = office.journalled("first", "journal-lab-mail.jsonl")
    shown = office.play("enforce", mailbox_dovecot_config=str(config))
    ended = office.play("enforce", **APPLY)

    end = stopped.text.partition("Nobody was locked: lab-mail failed")[2]
    assert stopped.status != 0
    assert f"Changes made before: {len(made + on_host)}." in end
    assert "civic.mailbox.rollback -e rollback_run=first" in end
    assert "run the same command again: it goes on with the rest" in end
    assert {change["field"] for change in made} == {"min_length", "must_change", "forwards"}
    assert shown.status != 0
    assert "Nothing was changed." in shown.text.partition("Nobody was locked")[2]
    assert ended.status == 0, ended.output
    assert {change["field"] for change in office.journalled("first")[len(made) :]} == {"lock"}


def test_where_the_page_cannot_be_written_what_was_done_is_told_before(office):
    page = office.reports / "first" / "report.html"
    within = ("unshare", "--mount", "sh", "-ec", 'mount --bind "$0" "$0"; exec "$@"', str(page))
    idle: dict[str, Any] = {**APPLY, "enforce_controls": "idle-mailbox"}

    done = office.play("enforce", within=within, **idle)
    made = len(office.journalled("first"))
    undone = office.play("rollback", within=within, **BACK)

    for ran in (done, undone):
        assert ran.status != 0
        assert f"cannot write {page.parent}/.report.html." in ran.text
    assert made
    assert f"Changes made: {made}." in done.text
    assert "To undo: civic.mailbox.rollback -e rollback_run=first" in done.text
    assert f"Changes undone: {made}." in undone.text
