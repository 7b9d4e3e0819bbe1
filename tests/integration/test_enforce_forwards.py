# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Forwards in the playbooks: audited, shown, taken away in directory and mail host, audited again,
and put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, process
from ansible_collections.civic.mailbox.lab.clients import receive, sunk, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST, OUTSIDE

from .ports import free_port_base
from .test_enforce import Office

CONTROL = "external-forwarding"
HOST_JOURNAL = "journal-lab-mail.jsonl"
# Taken away: in the directory, and on the mail host; and what is left to a person.
DIRECTORY = {f"forward-outside@{DOMAIN}", f"locked-forward@{DOMAIN}"}
ON_HOST = {
    *(f"{name}@{DOMAIN}" for name in ("sieve-outside", "sieve-variable", "v-both")),
    *(f"{name}@{MAIL_HOST}" for name in ("games", "backup")),
}
BY_HAND = {f"al-out@{MAIL_HOST}", f"v-out@{DOMAIN}"}
# Mail to these goes outside before.
LEAKS = ("forward-outside", "sieve-outside", "v-both")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a lab of its own, audited, enforced, audited again."""
    folder = tmp_path_factory.mktemp("office")
    lifecycle.up(folder / "lab", port_base=free_port_base(), people=0)
    try:
        yield Office(lifecycle.describe(folder / "lab"), folder / "reports")
    finally:
        lifecycle.down(folder / "lab")


def state(office: Office) -> dict[str, Any]:
    """The directory, the users' files, the tables' texts, and what Postfix finds in them."""
    folder, postfix = Path(office.lab["directory"]), Path(office.lab["postfix"]["config"])
    paths = [*(folder / "mail").rglob("*.sieve"), *(folder / "home").rglob(".forward")]
    paths += [postfix / "aliases", postfix / "virtual"]
    kind = process.run("postconf", "-d", "-h", "default_database_type").strip()
    rows = process.run("postmap", "-c", postfix, "-s", f"{kind}:{postfix}/virtual").splitlines()
    return {
        "directory": office.content(),
        "rows": sorted(rows),
        **{str(path): _file(path) for path in paths},
    }


def _file(path: Path) -> tuple[object, ...]:
    found = path.stat()
    return path.read_bytes(), found.st_mode, found.st_uid, found.st_gid


def subjects(office: Office, run: str, journal: str) -> set[str]:
    records = office.lines(run, journal)
    done = {r["id"] for r in records if r["record"] == "result" and r["result"] == "done"}
    return {r["change"]["subject"] for r in records if r.get("change", {}).get("id") in done}


def leaks(office: Office) -> set[str]:
    """Of one message to each of LEAKS, what goes outside."""
    before = len(sunk(office.lab))
    receive(office.lab, [f"{name}@{DOMAIN}" for name in LEAKS])
    config = office.lab["postfix"]["config"]
    assert wait_for(lambda: "is empty" in process.run("postqueue", "-c", config, "-p"), 60)
    return {address.partition("@")[0].lower() for address in sunk(office.lab)[before:]}


def test_forwards_are_taken_away_everywhere_and_put_back(office):
    audited = office.play("audit", mailbox_run_id="first")
    assert audited.status == 0, audited.output
    before = state(office)
    assert leaks(office) == set(LEAKS)

    shown = office.play("enforce", enforce_controls=CONTROL)
    assert shown.status == 0, shown.output
    assert state(office) == before
    assert not (office.reports / "first" / HOST_JOURNAL).exists()
    assert not Path(office.lab["directory"], "journal").exists()
    for subject in ON_HOST | DIRECTORY:
        assert f"+++ after: {subject}: forwards" in shown.output
    assert "Forwards left for a person, with the reason above: 2." in shown.text
    assert f"Changes to make: {len(ON_HOST | DIRECTORY)}." in shown.text

    applied = office.play("enforce", "--diff", enforce_controls=CONTROL, enforce_apply=True)
    assert applied.status == 0, applied.output
    assert _printed(applied.output) == _printed(shown.output)
    assert f"Changes made: {len(ON_HOST | DIRECTORY)}." in applied.text
    assert subjects(office, "first", "journal.jsonl") == DIRECTORY
    assert subjects(office, "first", HOST_JOURNAL) == ON_HOST
    assert leaks(office) == set()

    done = state(office)
    again = office.play("enforce", enforce_controls=CONTROL, enforce_apply=True)
    assert again.status == 0, again.output
    assert "Changes made: 0." in again.text
    assert state(office) == done

    audited = office.play("audit", mailbox_run_id="second")
    assert audited.status == 0, audited.output
    plan = office.lines("second", "plan.jsonl")
    assert {line["subject"] for line in plan if line["control"] == CONTROL} == BY_HAND
    assert _failing(office, "first") == ON_HOST | DIRECTORY | BY_HAND
    assert _failing(office, "second") == BY_HAND

    checked = office.play("rollback", "--check", "--diff", rollback_run="first")
    assert checked.status == 0, checked.output
    assert state(office) == done
    undone = office.play("rollback", "--diff", rollback_run="first")
    assert undone.status == 0, undone.output
    assert _printed(undone.output) == _printed(checked.output)
    assert f"Changes undone: {len(ON_HOST | DIRECTORY)}." in undone.text
    assert state(office) == before
    assert leaks(office) == set(LEAKS)

    again = office.play("rollback", rollback_run="first")
    assert again.status == 0, again.output
    assert "Changes undone: 0." in again.text


def _printed(output: str) -> list[str]:
    lines = [line for line in output.splitlines() if line.startswith(("-", "+"))]
    assert lines
    return sorted(lines)


def _failing(office: Office, run: str) -> set[str]:
    found = office.lines(run, "findings.jsonl")
    return {f["subject"] for f in found if f["status"] == "fail" and f["control"] == CONTROL}


def test_what_a_person_changed_since_the_run_stays_and_is_told(office):
    assert office.play("audit", mailbox_run_id="third").status == 0
    applied = office.play(
        "enforce", enforce_run="third", enforce_controls=CONTROL, enforce_apply=True
    )
    assert applied.status == 0, applied.output
    forward = Path(office.lab["directory"], "home/games/.forward")
    forward.write_text(f"active@{DOMAIN}\n")

    undone = office.play("rollback", rollback_run="third")

    assert undone.status == 0, undone.output
    assert f"games@{MAIL_HOST}: forwards: changed since the run" in undone.text
    assert forward.read_text() == f"active@{DOMAIN}\n"
    assert f"games@{OUTSIDE}" not in forward.read_text()


def test_a_script_that_cannot_be_edited_is_switched_off_where_that_is_wanted(office):
    home = Path(office.lab["dovecot"]["homes"], DOMAIN, "sieve-outside")
    link = home / ".dovecot.sieve"
    script = link.resolve()
    text, leads_to = script.read_text(), link.readlink()
    script.write_text(f'redirect "sieve-outside@{OUTSIDE}"; discard;\n')
    assert office.play("audit", mailbox_run_id="unsafe").status == 0
    options = {"enforce_run": "unsafe", "enforce_controls": CONTROL, "enforce_apply": True}

    left = office.play("enforce", **options)
    assert left.status == 0, left.output
    assert link.is_symlink()
    assert "without this redirect a discard or reject loses the mail" in left.text
    off = office.play("enforce", **options, enforce_uneditable_scripts="deactivate")
    assert off.status == 0, off.output
    assert not link.is_symlink()
    assert "no Sieve script of this mailbox runs any more" in off.text
    undone = office.play("rollback", rollback_run="unsafe")

    assert undone.status == 0, undone.output
    assert link.readlink() == leads_to
    script.write_text(text)


def test_a_host_whose_journal_is_lost_is_not_taken_for_undone(office):
    assert office.play("audit", mailbox_run_id="fourth").status == 0
    applied = office.play(
        "enforce", enforce_run="fourth", enforce_controls=CONTROL, enforce_apply=True
    )
    assert applied.status == 0, applied.output
    journal = Path(office.lab["directory"], "journal/fourth/journal.jsonl")
    copy = office.reports / "fourth" / HOST_JOURNAL
    assert journal.read_bytes() == copy.read_bytes()
    journal.unlink()

    lost = office.play("rollback", rollback_run="fourth")
    assert lost.status != 0
    assert "put the copy" in lost.text
    journal.write_bytes(copy.read_bytes())
    found = office.play("rollback", rollback_run="fourth")

    assert found.status == 0, found.output
    assert leaks(office) == set(LEAKS)
