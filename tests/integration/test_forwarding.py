# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module forwarding on a real Dovecot and Postfix: each place shown, emptied, and put back."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST, OUTSIDE
from ansible_collections.civic.mailbox.plugins.module_utils._mail import places
from ansible_collections.civic.mailbox.plugins.module_utils._mail.place_writing import PlaceWriter
from ansible_collections.civic.mailbox.plugins.module_utils._mail.postfix import Postfix

from .forwarding_lab import KEPT, LEFT, ME, SCRIPTS, ForwardingLab, forwarding_lab
from .module_run import Ran
from .redirecting_lab import OUT, recipients

# Mail to these, besides the users with scripts: what of it goes outside before, and after.
MAIL = {
    f"soon-75@{DOMAIN}": {f"soon-75@{OUT}"},
    f"idle-95@{DOMAIN}": {f"idle-95@{OUT}"},
    f"never-old@{DOMAIN}": {f"copy@{OUT}"},
    f"never-new@{DOMAIN}": {f"rewritten@{OUT}"},
    f"uucp@{MAIL_HOST}": {f"uucp@{OUT}"},
    f"proxy@{MAIL_HOST}": {f"proxy@{OUT}", f"more@{OUT}"},
    f"al-both@{MAIL_HOST}": {f"al-both@{OUT}"},
    f"al-list@{MAIL_HOST}": {f"list@{OUT}", f"last@{OUT}"},
    f"games@{MAIL_HOST}": {f"games@{OUT}"},
    f"backup@{MAIL_HOST}": {f"backup@{OUT}"},
    f"irc@{MAIL_HOST}": {f"irc@{OUT}", f"more@{OUT}"},
}
# Who gets it after, in the mailbox or in that of the one it goes on to.
BOXES = ("soon-75", "never-old", "never-new", "uucp", "proxy", "games", "backup", "irc")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForwardingLab]:
    with forwarding_lab(tmp_path_factory.mktemp("lab") / "lab") as running:
        yield running


@dataclass
class Rounds:
    """All of it: shown, done, done again, put back as shown, and that again; states in between."""

    ran: dict[str, Ran]
    state: dict[str, dict[str, object]]
    texts: dict[str, str]  # when it was done
    journal: list[dict[str, Any]]
    out: dict[str, set[str]]  # where mail went that came in before, and after
    kept: dict[str, list[int]]  # of each round of mail, how much is in each box


@pytest.fixture(scope="module")
def rounds(lab: ForwardingLab, tmp_path_factory: pytest.TempPathFactory) -> Rounds:
    run_dir = tmp_path_factory.mktemp("journals") / "run"
    made = Rounds({}, {}, {}, [], {}, {})

    def see(name: str, ran: Ran | None = None) -> None:
        made.state[name] = lab.state()
        if ran:
            assert ran.status == 0, ran.output
            made.ran[name] = ran

    def deliver(name: str) -> None:
        before = len(lab.mail.caught())
        everybody = [*lab.mail.users.values(), *MAIL]
        lab.mail.send(name, "somebody@else.example", {one: one for one in everybody})
        lab.mail.settle()
        made.out[name] = recipients(lab.mail.caught()[before:])
        made.kept[name] = [_stored(lab, box, name) for box in _boxes()]

    see("first")
    deliver("before")
    _make_new(lab, "compiled")
    see("check", lab.take_away(run_dir, check=True))
    see("done", lab.take_away(run_dir))
    made.texts = lab.texts()
    deliver("after")
    see("again", lab.take_away(run_dir))
    lines = (run_dir / "journal.jsonl").read_text("utf-8").splitlines()
    made.journal = [json.loads(line) for line in lines]
    see("restored check", lab.restore(run_dir, check=True))
    see("restored", lab.restore(run_dir))
    deliver("restored")
    see("restored again", lab.restore(run_dir))
    return made


def _make_new(lab: ForwardingLab, name: str) -> None:
    """Dovecot has compiled the script, and what it made looks newer than any edit."""
    (compiled,) = lab.mail.home(name).rglob("*.svbin")
    os.utime(compiled, (time.time() + 3600,) * 2)


def _boxes() -> list[str]:
    return [*BOXES, *SCRIPTS]


def _stored(lab: ForwardingLab, box: str, subject: str) -> int:
    if box in SCRIPTS:
        return lab.mail.subjects(lab.mail.home(box)).count(subject)
    home = Path(lab.info["dovecot"]["homes"], DOMAIN, box)
    if home.exists():
        return lab.mail.subjects(home).count(subject)
    spool = Path(lab.info["directory"], "spool", box)
    return sum(f"Subject: {subject}\n" in one.read_text() for one in spool.glob("new/*"))


def test_check_mode_changes_nothing(rounds):
    assert rounds.state["check"] == rounds.state["first"]
    assert rounds.state["restored check"] == rounds.state["again"]


@pytest.mark.parametrize(("check", "real"), [("check", "done"), ("restored check", "restored")])
def test_check_mode_shows_what_is_done(rounds, check, real):
    shown, done = rounds.ran[check].result, rounds.ran[real].result

    assert shown["counts"] == done["counts"]
    assert shown["left"] == done["left"]
    assert sorted(map(str, shown["changes"])) == sorted(map(str, done["changes"]))
    assert sorted(map(str, shown["diff"])) == sorted(map(str, done["diff"]))
    assert len(done["diff"]) == done["total"] > 20


def test_each_place_is_left_without_what_goes_outside_and_with_all_else(lab, rounds):
    expected = lab.texts_after()

    assert rounds.texts == {name: expected[name] for name in rounds.texts}
    # No more than the text: owner, group, mode are the same, and so is every other file.
    first, done = rounds.state["first"], rounds.state["done"]
    assert {name: _but_content(value) for name, value in first.items()} == {
        name: _but_content(value) for name, value in done.items()
    }


def _but_content(value: Any) -> Any:
    return value[:-1] if isinstance(value, tuple) else None


def test_postfix_finds_what_the_text_says(rounds):
    assert rounds.state["done"]["rows of virtual"] == [
        f"idle-95@{DOMAIN}\t{KEPT}",
        f"v-in@{DOMAIN}\t{KEPT}",
        f"v-out@{DOMAIN}\tv-out@{OUT}",
    ]
    assert rounds.state["done"]["rows of recipient_bcc"] == []


def test_run_again_it_changes_nothing_and_tells_what_is_left(rounds):
    assert rounds.state["again"] == rounds.state["done"]
    assert not rounds.ran["again"].result["changed"]
    assert rounds.ran["again"].result["left"] == rounds.ran["done"].result["left"]
    assert not rounds.ran["restored again"].result["changed"]


def test_all_is_put_back_to_the_byte(rounds):
    assert rounds.state["restored"] == rounds.state["first"]
    assert rounds.state["restored again"] == rounds.state["first"]


def test_what_only_a_person_can_do_is_left_with_the_reason(lab, rounds):
    reasons = {one["subject"]: one["reason"] for one in rounds.ran["done"].result["left"]}
    expected = {lab.mail.users.get(name, name): reason for name, reason in LEFT.items()}

    assert reasons.keys() == expected.keys()
    assert all(expected[subject] in reason for subject, reason in reasons.items())


def test_mail_leaves_before_and_after_it_has_been_put_back(rounds):
    gone = set().union(*MAIL.values()) | {ME, f"Two@{OUT}"}

    assert gone <= rounds.out["before"]
    assert gone <= rounds.out["restored"]


def test_then_no_mail_leaves_but_what_is_left_to_a_person(rounds):
    assert rounds.out["after"] == {ME}  # of the script "by-hand"


def test_and_each_message_is_in_the_mailbox_once(rounds):
    lost = _boxes().index("by-hand")
    expected = [1] * len(_boxes())
    expected[lost] = 0
    expected[_boxes().index("inside")] = 0

    assert rounds.kept["after"] == expected
    assert rounds.kept["before"] != expected


def test_the_journal_has_what_stood_there_and_tells_of_nobody_else(rounds):
    changes = [r["change"] for r in rounds.journal if r["record"] == "intent"]
    done = [r for r in rounds.journal if r["record"] == "result" and r["result"] == "done"]

    assert len(changes) == len(done) == rounds.ran["done"].result["total"]
    assert KEPT not in {change["subject"] for change in changes}
    assert {change["channel"] for change in changes} == {
        *("sieve", "dot_forward", "alias", "virtual", "recipient_bcc", "sender_bcc", "canonical")
    }


def test_only_the_accounts_that_are_named(lab, tmp_path):
    before = lab.texts()
    ran = lab.take_away(tmp_path / "run", accounts=[f"UUCP@{MAIL_HOST}", f"v-in@{DOMAIN}"])
    after = lab.texts()
    restored = lab.restore(tmp_path / "run")

    assert [one["subject"] for one in ran.result["changes"]] == [f"uucp@{MAIL_HOST}"]
    assert {name for name in after if after[name] != before[name]} == {"aliases"}
    assert restored.result["total"] == 1
    assert lab.texts() == before


def test_one_of_several_is_put_back_alone_and_then_the_rest(lab, tmp_path):
    before, rows = lab.texts(), lab.rows("virtual")
    assert lab.take_away(tmp_path / "run").status == 0
    one = lab.restore(tmp_path / "run", accounts=[f"idle-200@{DOMAIN}"])
    alone = lab.rows("virtual")
    rest = lab.restore(tmp_path / "run")

    assert (one.result["total"], rest.status) == (1, 0)
    assert f"idle-200@{DOMAIN}\tidle-200@{OUT}" in alone
    assert f"soon-75@{DOMAIN}\tsoon-75@{OUT}" not in alone
    assert lab.rows("virtual") == rows
    assert sorted(lab.texts()["virtual"].splitlines()) == sorted(before["virtual"].splitlines())
    lab.file("virtual").write_text(before["virtual"])
    assert lab.texts() == before


# --- what somebody does meanwhile


def while_it_writes(path: Path, happens: Callable[[], object]) -> dict[str, Any]:
    """Between its look at a file and its writing there."""

    def prepare() -> None:
        write = PlaceWriter.write

        def after_it_happened(self: PlaceWriter, steps: Any) -> Any:
            if any(str(path) in step.change.target for step in steps):
                PlaceWriter.write = write  # type: ignore[method-assign]
                happens()
            return write(self, steps)

        PlaceWriter.write = after_it_happened  # type: ignore[method-assign]

    return {"prepare": prepare}


PLACES = {
    # name: what somebody adds to the file
    "plain": "# mine\n",
    "games": f"{KEPT}\n",
    "backup": f"{KEPT}\n",
}
ROW = f"soon-75@{DOMAIN} soon-75@{OUT}"


def _path(lab: ForwardingLab, name: str) -> Path:
    return lab.script(name) if name in SCRIPTS else lab.file(name)


@pytest.mark.parametrize("name", PLACES)
def test_a_place_that_changes_at_the_last_moment_is_left_and_told(lab, tmp_path, name):
    before, path = lab.texts(), _path(lab, name)

    def happens() -> None:
        with path.open("a") as file:
            file.write(PLACES[name])

    ran = lab.take_away(tmp_path / "run", how=while_it_writes(path, happens))
    texts = lab.texts()
    lab.restore(tmp_path / "run")

    assert texts[name] == before[name] + PLACES[name]
    assert lab.texts() == before | {name: before[name] + PLACES[name]}
    assert "changed in the moment of writing" in str(ran.result["left"])
    assert ran.status == 0
    os.truncate(path, len(before[name].encode()))


def test_rows_beside_the_one_that_goes_may_change_and_the_row_itself_not(lab, tmp_path):
    before, path = lab.texts(), lab.file("virtual")
    mine = f"new@{DOMAIN} {KEPT}\n" + before["virtual"].replace(ROW, f"{ROW}, {KEPT}")

    how = while_it_writes(path, lambda: path.write_text(mine))
    ran = lab.take_away(tmp_path / "run", how=how)
    text = lab.texts()["virtual"]
    left = {one["subject"]: one["result"] for one in ran.result["left"]}
    lab.restore(tmp_path / "run")

    assert text == (
        f"new@{DOMAIN} {KEPT}\nv-out@{DOMAIN} v-out@{OUT}\n{ROW}, {KEPT}\n"
        f"Idle-95@{DOMAIN}\t{KEPT}\nv-in@{DOMAIN} {KEPT}\n"
    )
    assert left[f"soon-75@{DOMAIN}"] == "changed_since"
    assert sorted(lab.texts()["virtual"].splitlines()) == sorted(mine.splitlines())
    path.write_text(before["virtual"])
    _make(lab, "virtual")


def _make(lab: ForwardingLab, name: str) -> None:
    Postfix(config=str(lab.postfix), timeout=60).make_table(
        places.Table(type=lab.kind, name=str(lab.file(name)))
    )


def test_what_was_changed_since_the_run_is_not_put_back_and_all_else_is(lab, tmp_path):
    before = lab.texts()
    assert lab.take_away(tmp_path / "run").status == 0
    changed = {"plain": "keep;\n", "games": f"{KEPT}\n"}
    for name, text in changed.items():
        _path(lab, name).write_text(text)
    lab.file("virtual").write_text(f"{ROW}, {KEPT}\n{lab.texts()['virtual']}")

    ran = lab.restore(tmp_path / "run")

    assert ran.status == 0
    left = {one["subject"]: one["reason"] for one in ran.result["left"]}
    assert left.keys() == {
        lab.mail.users["plain"],
        f"games@{MAIL_HOST}",
        f"soon-75@{DOMAIN}",
    }
    assert set(left.values()) == {"changed since the run, and left as it is"}
    texts = lab.texts()
    assert {name for name in before if texts[name] != before[name]} == {*changed, "virtual"}
    assert texts["virtual"].startswith(f"{ROW}, {KEPT}\n")
    for name in (*changed, "virtual"):
        _path(lab, name).write_bytes(before[name].encode())
    _make(lab, "virtual")


# --- what does not come off


def test_a_script_that_sievec_refuses_after_the_edit_is_left(lab, tmp_path):
    before = lab.texts()

    def break_edits() -> None:
        places.without = lambda script, _: script.replace(b"redirect", b"\n}")  # type: ignore[assignment]

    ran = lab.take_away(
        tmp_path / "run", accounts=[lab.mail.users["plain"]], how={"prepare": break_edits}
    )

    assert lab.texts() == before
    assert ran.result["counts"] == {"refused": 1}
    assert "sievec refuses what would be left of it" in ran.result["left"][0]["reason"]


def test_a_table_that_cannot_be_made_is_taken_back_and_done_when_it_can(lab, tmp_path):
    before, before_text = lab.state(), lab.texts()["recipient_bcc"]
    table = lab.file("recipient_bcc")
    (made,) = table.parent.glob("recipient_bcc.*")  # .db or .lmdb
    aside = made.with_name("aside")

    def stand_in_the_way() -> None:
        made.rename(aside)
        made.mkdir()

    failed = lab.take_away(tmp_path / "run", how=while_it_writes(table, stand_in_the_way))
    made.rmdir()
    aside.rename(made)
    text = lab.texts()["recipient_bcc"]
    again = lab.take_away(tmp_path / "run")
    after = lab.texts()["recipient_bcc"]

    assert failed.status != 0
    assert "2 of 33 changes failed, the first of them forwards of" in failed.message
    assert str(table) in failed.message
    assert text == before_text
    assert (again.result["total"], after) == (2, "")
    assert lab.restore(tmp_path / "run").status == 0
    assert lab.state() == before


def test_a_link_in_the_place_of_a_script_is_left_in_the_preview_too(lab, tmp_path):
    script = lab.script("plain")
    target = script.rename(script.with_name("elsewhere.txt"))
    script.symlink_to(target)
    os.chown(script, target.stat().st_uid, target.stat().st_gid, follow_symlinks=False)

    ran = [
        lab.take_away(tmp_path / "run", accounts=[lab.mail.users["plain"]], check=check)
        for check in (True, False)
    ]
    script.unlink()
    target.rename(script)

    assert [one.result["counts"] for one in ran] == [{"refused": 1}] * 2
    assert "it is a link" in ran[1].result["left"][0]["reason"]
    assert script.read_text() == SCRIPTS["plain"].before.replace("\r\n", "\n")


def test_stored_scripts_that_are_not_in_force_are_left(lab, tmp_path):
    stored = Path(lab.info["dovecot"]["homes"], DOMAIN, "sieve-inactive/sieve/leave.sieve")

    ran = lab.take_away(tmp_path / "run", accounts=[f"sieve-inactive@{DOMAIN}"])

    assert (ran.status, ran.result["total"]) == (0, 0)
    assert OUTSIDE in stored.read_text()


def test_changes_of_a_server_that_is_not_looked_at_are_refused(lab, tmp_path):
    """Nor is a script taken for a list of Postfix."""
    plan = tmp_path / "plan.jsonl"
    assert lab.take_away(tmp_path / "run").status == 0
    lines = (tmp_path / "run/journal.jsonl").read_text("utf-8").splitlines()
    asked = [r["change"] for r in map(json.loads, lines) if r["record"] == "intent"]
    plan.write_text("".join(json.dumps(change) + "\n" for change in asked))
    assert lab.restore(tmp_path / "run").status == 0
    before = lab.texts()

    ran = lab.run(changes=str(plan), dovecot=False, dovecot_config=None, check=True)
    refused = [one for one in ran.result["left"] if one["result"] == "refused"]

    assert lab.texts() == before
    scripts = [change["subject"] for change in asked if change["channel"] == "sieve"]
    told = [one["subject"] for one in refused if "sieve needs its own server" in one["reason"]]
    assert sorted(told) == sorted(scripts)
    assert len(scripts) > 5


def test_a_run_that_there_is_not_cannot_be_put_back(lab, tmp_path):
    ran = lab.restore(tmp_path / "typo")

    assert ran.status == 1
    assert f"{tmp_path}/typo/journal.jsonl is not there" in ran.message
    assert not (tmp_path / "typo").exists()


def test_a_domain_that_is_none_is_refused(lab):
    ran = lab.run(internal_domains=["town example"])

    assert ran.status == 1
    assert "internal_domains: 'town example' is no domain name" in ran.message
