# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scripts that cannot be edited safely, switched off where the operator wants that: on a real
Dovecot, in files and by doveadm."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest

from ansible_collections.civic.mailbox.lab import dovecot
from ansible_collections.civic.mailbox.lab.clients import rewrite
from ansible_collections.civic.mailbox.plugins.module_utils._mail.dovecot import Dovecot
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve_programs import (
    scripts_of_user,
)

from .forwarding_lab import ME, OWN_SETTINGS, ForwardingLab, forwarding_lab
from .module_run import Ran
from .redirecting_lab import recipients
from .test_forwarding import while_it_writes

LOSING = f'redirect "{ME}"; discard;\n'
INCLUDING = 'require "include";\ninclude :personal "other";\n'
# In whose mailbox: a file, doveadm, a script that the active one includes, two of one mailbox.
NAMES = ("by-hand", OWN_SETTINGS, "includes-its-own")
DEACTIVATE = {"uneditable_scripts": "deactivate"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForwardingLab]:
    with forwarding_lab(tmp_path_factory.mktemp("lab") / "lab") as running:
        put(running, OWN_SETTINGS, LOSING)
        running.mail.write_script("includes-its-own", INCLUDING)
        other = running.script("includes-its-own").with_name("other.sieve")
        other.write_text(f'redirect "{ME}";\n{LOSING}')
        yield running


def put(lab: ForwardingLab, name: str, text: str, called: str = "main") -> None:
    words = ["doveadm", "-c", lab.info["dovecot"]["config"], "sieve", "put", "-a", "-u"]
    run([*words, lab.mail.users[name], called], input=text.encode(), check=True)


def take_away(lab: ForwardingLab, run_dir: Path, *names: str, **options: object) -> Ran:
    accounts = [lab.mail.users[name] for name in names or NAMES]
    return lab.take_away(run_dir, accounts=accounts, **DEACTIVATE | options)


def sent(lab: ForwardingLab, subject: str) -> tuple[set[str], dict[str, int]]:
    """Where mail to the mailboxes goes outside, and how much of it each keeps."""
    seen = lab.mail.round(subject, "somebody@else.example", list(NAMES))
    return recipients(seen.left), {name: seen.kept[name] for name in NAMES}


def links(lab: ForwardingLab) -> dict[str, tuple[object, ...]]:
    """Of each mailbox, the link to its active script."""
    found = {}
    for name in NAMES:
        link = lab.mail.home(name) / ".dovecot.sieve"
        if link.is_symlink():
            known = link.lstat()
            found[name] = (known.st_uid, known.st_gid, os.readlink(link))
    return found


def active(lab: ForwardingLab, name: str) -> list[str]:
    server = Dovecot(config=lab.info["dovecot"]["config"], timeout=60)
    found = scripts_of_user(server, lab.mail.users[name])
    return [script for script, is_active in found.items() if is_active]


def test_they_are_shown_switched_off_and_switched_on_again(lab, tmp_path):
    first, stood, texts = lab.state(), links(lab), lab.texts()
    assert stood.keys() == set(NAMES)
    assert sent(lab, "before") == ({ME}, dict.fromkeys(NAMES, 0))

    shown = take_away(lab, tmp_path / "run", check=True)
    assert (lab.state(), links(lab)) == (first, stood)
    done = take_away(lab, tmp_path / "run")

    assert done.status == 0, done.output
    assert links(lab) == {}
    assert lab.texts() == texts
    assert [active(lab, name) for name in NAMES] == [[], [], []]
    assert sent(lab, "after") == (set(), dict.fromkeys(NAMES, 1))
    assert done.result["total"] == len(NAMES)
    for name in ("counts", "left", "changes", "diff"):
        assert shown.result[name] == done.result[name], name
    again = take_away(lab, tmp_path / "run")
    assert (again.result["changed"], again.result["left"]) == (False, [])

    checked = lab.restore(tmp_path / "run", check=True)
    assert links(lab) == {}
    restored = lab.restore(tmp_path / "run")
    assert (checked.result["total"], restored.result["total"]) == (len(NAMES), len(NAMES))
    assert (lab.state(), links(lab)) == (first, stood)
    assert sent(lab, "restored") == ({ME}, dict.fromkeys(NAMES, 0))


def test_the_preview_says_whose_rules_stop_and_why(lab, tmp_path):
    shown = take_away(lab, tmp_path / "run", "by-hand", check=True)

    (block,) = shown.result["diff"]
    assert "(active: sieve/main.sieve)" in block["before_header"]
    assert "(active: none)" in block["after_header"]
    assert block["before"] == block["after"] == LOSING
    told = str(shown.result["warnings"])
    assert f"{lab.mail.users['by-hand']}: no Sieve script of this mailbox runs any more" in told
    assert "loses the mail" in told


def test_by_default_they_are_left_and_told(lab, tmp_path):
    stood = links(lab)

    ran = take_away(lab, tmp_path / "run", uneditable_scripts="report")

    assert (ran.result["total"], ran.result["counts"]) == (0, {"refused": 3})
    assert links(lab) == stood


def test_one_that_is_edited_stays_active(lab, tmp_path):
    stood = lab.texts()["plain"]
    ran = take_away(lab, tmp_path / "run", "plain")
    link = lab.mail.home("plain") / ".dovecot.sieve"

    assert (ran.result["total"], link.is_symlink()) == (1, True)
    assert lab.texts()["plain"] != stood
    assert lab.restore(tmp_path / "run").result["total"] == 1
    assert lab.texts()["plain"] == stood


def test_one_that_sievec_refuses_after_the_edit_is_switched_off(lab, tmp_path):
    from ansible_collections.civic.mailbox.plugins.module_utils._mail import places

    stood = lab.texts()["plain"]

    def break_edits() -> None:
        places.without = lambda script, _: script.replace(b"redirect", b"\n}")

    how = {"prepare": break_edits}
    ran = take_away(lab, tmp_path / "run", "plain", how=how)
    link = lab.mail.home("plain") / ".dovecot.sieve"

    assert (ran.result["total"], link.is_symlink()) == (1, False)
    assert "sievec refuses" in str(ran.result["warnings"])
    assert lab.texts()["plain"] == stood
    assert lab.restore(tmp_path / "run").result["total"] == 1
    assert link.is_symlink()


def test_one_that_another_takes_the_place_of_at_the_last_moment_is_left(lab, tmp_path):
    link, script = lab.mail.home("by-hand") / ".dovecot.sieve", lab.script("by-hand")
    mine = script.with_name("mine.sieve")
    mine.write_text("keep;\n")
    os.chown(mine, dovecot.UID, dovecot.UID)

    def happens() -> None:
        link.unlink()
        link.symlink_to("sieve/mine.sieve")

    ran = take_away(lab, tmp_path / "run", "by-hand", how=while_it_writes(script, happens))
    leads_to = os.readlink(link)
    link.unlink()
    link.symlink_to("sieve/main.sieve")
    os.chown(link, dovecot.UID, dovecot.UID, follow_symlinks=False)
    mine.unlink()

    assert leads_to == "sieve/mine.sieve"
    assert ran.result["left"][0]["result"] == "changed_since"


def test_what_the_owner_switched_on_since_is_not_switched_over(lab, tmp_path):
    link = lab.mail.home("by-hand") / ".dovecot.sieve"
    assert take_away(lab, tmp_path / "run", "by-hand").result["total"] == 1
    link.symlink_to("sieve/main.sieve")  # by its owner, with the script that it was
    on = lab.restore(tmp_path / "run")
    assert (on.result["total"], on.result["left"]) == (0, [])

    again = take_away(lab, tmp_path / "another", "by-hand")
    assert again.result["total"] == 1
    link.symlink_to("sieve/other.sieve")
    left = lab.restore(tmp_path / "another")

    assert left.result["left"][0]["result"] == "changed_since"
    assert os.readlink(link) == "sieve/other.sieve"
    link.unlink()
    link.symlink_to("sieve/main.sieve")
    os.chown(link, dovecot.UID, dovecot.UID, follow_symlinks=False)


@pytest.mark.parametrize("name", ["by-hand", OWN_SETTINGS])
def test_for_one_that_runs_no_more_since_the_audit_nothing_is_switched_off(lab, tmp_path, name):
    """Its owner has another one run by now, with rules that forward nothing."""
    plan = tmp_path / "plan.jsonl"
    planned = take_away(lab, tmp_path / "by-itself", name).result
    assert planned["total"] == 1
    text = (tmp_path / "by-itself" / "journal.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in text]
    (change,) = [record["change"] for record in records if record["record"] == "intent"]
    plan.write_text(json.dumps(change) + "\n")
    put(lab, name, "keep;\n", called="mine")

    ran = lab.run(changes=str(plan), run_dir=str(tmp_path / "run"), **DEACTIVATE)
    runs = active(lab, name)
    put(lab, name, LOSING)

    assert (ran.result["total"], runs) == (0, ["mine"]), ran.output
    assert ran.result["left"][0]["result"] == "changed_since"
    assert "it does not run any more" in ran.result["left"][0]["reason"]


def test_one_that_the_administrator_runs_is_left_and_told(lab, tmp_path):
    """It would go on to run."""
    config = Path(lab.info["dovecot"]["config"])
    text, before = config.read_text(), config.with_name("before.sieve")
    before.write_text('require "include";\ninclude :personal :optional "main";\n')
    if lab.info["dovecot"]["version"].startswith("2.3"):
        added = f"plugin {{\n  sieve_before = {before}\n}}\n"
    else:
        added = f"sieve_script before {{\n  type = before\n  path = {before}\n}}\n"
    rewrite(config, text + added)
    try:
        ran = take_away(lab, tmp_path / "run", "by-hand")
    finally:
        rewrite(config, text)

    assert ran.result["counts"] == {"refused": 1}
    assert "one of the administrator's scripts runs it" in ran.result["left"][0]["reason"]
