# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Forwards in the playbooks where it is not plain: a script that cannot be edited, a person's change,
a lost journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST, OUTSIDE

from .ports import free_port_base
from .test_enforce import LEAKS, Done, Office

pytestmark = pytest.mark.ansible

HOST_JOURNAL = "journal-lab-mail.jsonl"


@dataclass(frozen=True, kw_only=True)
class Story:
    """One run, enforced twice and undone; in between a person writes, and a journal is lost."""

    office: Office
    link: Path  # names the active script
    leads_to: dict[str, Path | None]  # after each step, the link; None: there is none
    left: Done  # by default the script is left
    off: Done  # then it is switched off
    copied: bool  # the host's journal into the run folder, as it is
    lost: Done  # undone without the host's journal
    undone: Done  # and with it
    person: str  # what a person wrote meanwhile into a .forward
    forward: Path


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("office")
    lifecycle.up(folder / "lab", port_base=free_port_base(), people=0)
    try:
        yield _told(Office(lifecycle.describe(folder / "lab"), folder / "reports"))
    finally:
        lifecycle.down(folder / "lab")


def _told(office: Office) -> Story:
    directory = Path(office.lab["directory"])
    link = Path(office.lab["dovecot"]["homes"], DOMAIN, "sieve-outside", ".dovecot.sieve")
    link.resolve().write_text(f'redirect "sieve-outside@{OUTSIDE}"; discard;\n')
    leads_to = {"before": _target(link)}
    assert office.play("audit", mailbox_run_id="first").status == 0
    applied = {"enforce_run": "first", "enforce_apply": True}
    options = {**applied, "enforce_controls": "external-forwarding"}

    left = office.play("enforce", **options)
    leads_to["left"] = _target(link)
    off = office.play("enforce", **options, enforce_uneditable_scripts="deactivate")
    leads_to["off"] = _target(link)

    forward, person = directory / "home/games/.forward", f"active@{DOMAIN}\n"
    forward.write_text(person)
    journal = directory / "journal/first/journal.jsonl"
    copy = office.reports / "first" / HOST_JOURNAL
    copied = journal.read_bytes() == copy.read_bytes()
    journal.unlink()
    lost = office.play("rollback", rollback_run="first")
    journal.write_bytes(copy.read_bytes())
    undone = office.play("rollback", rollback_run="first")
    leads_to["undone"] = _target(link)
    return Story(
        office=office, link=link, leads_to=leads_to, left=left, off=off, copied=copied, lost=lost,
        undone=undone, person=person, forward=forward,
    )  # fmt: skip


def _target(link: Path) -> Path | None:
    return link.readlink() if link.is_symlink() else None


def test_a_script_that_cannot_be_edited_is_switched_off_where_that_is_wanted(story):
    target = story.leads_to["before"]

    assert target
    assert story.left.status == 0, story.left.output
    assert "without this redirect a discard or reject loses the mail" in story.left.text
    assert story.off.status == 0, story.off.output
    assert "no Sieve script of this mailbox runs any more" in story.off.text
    assert story.leads_to == {"before": target, "left": target, "off": None, "undone": target}


def test_a_host_whose_journal_is_lost_is_not_taken_for_undone(story):
    assert story.copied
    assert story.lost.status != 0
    assert "put the copy" in story.lost.text
    assert story.undone.status == 0, story.undone.output
    assert story.office.leaks() == set(LEAKS)


def test_what_a_person_changed_since_the_run_stays_and_is_told(story):
    assert story.undone.status == 0, story.undone.output
    assert f"games@{MAIL_HOST}: forwards: changed since the run" in story.undone.text
    assert story.forward.read_text() == story.person
