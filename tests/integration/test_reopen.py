# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reopening on a real slapd: who may sign in before and after, by an approval and without one."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ldap3
import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)
from ansible_collections.civic.mailbox.plugins.modules import reopen

from .module_run import Ran, at_first_result, at_first_write, die_at
from .planned import (
    LOCK,
    LOCKED_FOR_GOOD,
    NAME,
    PERSONAL,
    POLICY,
    RESET,
    Town,
    dn,
    journal_of,
    people,
    planned,
    standing,
    town_of,
)
from .slapd import DEFAULT_POLICY, PEOPLE

OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")  # the policy's, for it names none
CHECK: dict[str, Any] = {"_ansible_check_mode": True, "_ansible_diff": True}
RULES = """\
forwarding: {internal_domains: [odd.example]}
enforcement: {max_changes: 100, unit_max_changes: 100}
reopening:
  sign_in_within_days: 14
  approvers:
    - {name: Chủ tịch, units: [Odd]}
    - {name: Trưởng công an, units: [Công an]}
"""


def today(days: int = 0) -> str:
    """The office's, or a day so many days later."""
    return str(datetime.now(OFFICE).date() + timedelta(days=days))


class Office:
    """A town whose run `run` locked p0 (idle) and p1 (default password); p2 is locked by hand."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.policy_file = folder / "policy.yml"
        self.policy_file.write_text(RULES, "utf-8")
        self.requests = folder / "requests.yml"

    @property
    def run_dir(self) -> Path:
        return self.town.reports / "run-reopen"

    def lock(self) -> None:
        self.town.plan(
            [
                *planned(self.town, [dn(0)], "lock"),
                *planned(self.town, [dn(1)], "lock", control="default-password"),
            ]
        )
        assert self.town.apply().result["counts"] == {"changed": 2}
        self.town.set_state("locked", "p2@odd.example")

    def ask(self, *numbers: int, **more: Any) -> None:
        """Write approved requests for these."""
        entries = [
            {
                "address": f"p{number}@odd.example",
                "unit": "Odd",
                "reason": "Back at work",
                "requested_by": "Head",
                "approved_by": "Chủ tịch",
                "approved_on": today(),
                **more,
            }
            for number in numbers
        ]
        self.requests.write_text(json.dumps({"requests": entries}, ensure_ascii=False), "utf-8")

    def reopen(self, *, how: dict[str, Any] | None = None, **more: Any) -> Ran:
        options = {
            "search_base": PEOPLE,
            "policy_file": str(self.policy_file),
            "reports_dir": str(self.town.reports),
            "run": "run",
            "requests": str(self.requests),
            **more,
        }
        return self.town._run(reopen.main, options, how)

    def signs_in(self, number: int) -> bool:
        connection = ldap3.Connection(ldap3.Server(self.town.uri), dn(number), PERSONAL)
        try:
            return bool(connection.bind())
        finally:
            connection.unbind()

    def must_change(self, number: int) -> bool:
        (entry,) = self.town.directory.read([dn(number)], ["pwdReset"])
        return bool(entry and entry.get("pwdReset") == [b"TRUE"])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A server for all tests here: a test ends sooner than its ports could be used again."""
    with town_of(tmp_path_factory.mktemp("town"), people(4, userPassword=PERSONAL)) as one:
        yield one


@pytest.fixture
def office(town: Town, tmp_path: Path) -> Iterator[Office]:
    """Everybody is open but those that the office's run, or somebody, has locked."""
    fresh = replace(town, reports=tmp_path / "reports")
    for attribute in (LOCK, RESET):
        fresh.set_all(attribute, map(dn, range(4)))
    one = Office(fresh, tmp_path)
    one.lock()
    yield one
    fresh.leave()


def verdicts(ran: Ran) -> list[str]:
    return [one["verdict"] for one in ran.result["decisions"]]


def test_an_approved_mailbox_is_opened_once_and_its_owner_signs_in(office):
    office.ask(0)
    assert not office.signs_in(0)

    shown = office.reopen(**CHECK)
    assert (shown.result["changed"], shown.result["counts"]) == (True, {"changed": 1})
    assert str(shown.result["warnings"]).count("no unit of the audit is called: Công an") == 1
    assert not office.signs_in(0)
    assert not office.run_dir.exists()

    made = office.reopen()
    assert made.result["changes"] == shown.result["changes"]
    assert shown.result["diff"][0]["before"].strip() == "locked"
    assert office.signs_in(0)
    assert (office.run_dir / "unlocked.txt").read_text() == "p0@odd.example\n"
    assert (office.town.reports / "run" / "locked.txt").read_text() == "p1@odd.example\n"

    again = office.reopen()
    assert (again.result["changed"], verdicts(again)) == (False, ["reopened"])
    assert sum(standing(office.run_dir).values()) == 1


def test_what_is_undone_is_what_stood_before(tmp_path):
    with town_of(tmp_path, people(3, userPassword=PERSONAL)) as town:
        before = town.export()
        office = Office(town, tmp_path)
        office.lock()
        town.set_state("unlocked", "p1@odd.example", "p2@odd.example")
        office.ask(0)

        office.reopen()

        assert town.export() == before
        (intent,) = [one for one in journal_of(office.run_dir) if one["record"] == "intent"]
        assert intent["before"] == {LOCK: [LOCKED_FOR_GOOD.decode()]}
        assert intent["after"] == {LOCK: []}
        assert "approved by Chủ tịch on " in intent["change"]["reason"]
        assert "locked by run run for idle-mailbox" in intent["change"]["reason"]


def test_a_default_password_is_to_be_changed_before_the_mailbox_opens(office):
    office.ask(1)

    shown, made = office.reopen(**CHECK), office.reopen()

    assert [c["field"] for c in made.result["changes"]] == ["must_change", "lock"]
    assert (shown.result["opened"], made.result["opened"]) == (1, 1)
    assert "p1@odd.example" in str(made.result["warnings"])
    assert shown.result["changes"] == made.result["changes"]
    assert office.signs_in(1)
    assert office.must_change(1)


def test_where_a_forced_password_has_no_effect_the_mailbox_stays_locked(tmp_path):
    entries = {DEFAULT_POLICY: {**POLICY, "pwdMustChange": "FALSE"}}
    with town_of(tmp_path, {**people(3, userPassword=PERSONAL), **entries}) as town:
        office = Office(town, tmp_path)
        office.lock()
        office.ask(1)

        ran = office.reopen()

        assert ran.result["counts"] == {"refused": 2}
        assert "a new password could not be asked for" in ran.result["left"][1]["reason"]
        assert not office.signs_in(1)


REFUSED = [
    # what the case shows                 who, what is stated                             verdict
    ("nobody approved it",                0, {"approved_by": None},                       "no-approver"),
    ("of another unit",                   0, {"approved_by": "Trưởng công an"},           "not-for-unit"),
    ("tomorrow",                          0, {"approved_on": today(2)}, "in-future"),
    ("expired",                           0, {"until": today(-2)},   "expired"),
    ("locked by hand",                    2, {},                                          "other-hand"),
    ("not locked",                        3, {},                                          "not-locked"),
    ("nobody's address",                  9, {},                                          "unknown-address"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "stated", "verdict"), [pytest.param(*case, id=name) for name, *case in REFUSED]
)
def test_who_is_refused_cannot_sign_in(office, number, stated, verdict):
    office.ask(number, **stated)
    could = number in (3,) and office.signs_in(number)

    ran = office.reopen()

    assert (ran.status, verdicts(ran), ran.result["changed"]) == (0, [verdict], False)
    assert number == 9 or office.signs_in(number) == could
    assert (office.run_dir / f"decisions-{NAME}.jsonl").exists()


def seen_by_an_audit(office: Office, number: int) -> None:
    """The run's audit found this one locked, in the unit Odd."""
    address = f"p{number}@odd.example"
    finding = {
        "control": "locked-mailbox", "subject": address, "unit": "Odd", "status": "manual",
        "evidence": [{"what": "locked", "value": "administrator", "source": "", "at": None}],
        "facts": {"addresses": [address]},
    }  # fmt: skip
    line = json.dumps(finding, separators=(",", ":"))
    run_dir = office.town.reports / "run"
    (run_dir / "findings.jsonl").write_text(line + "\n", "utf-8")
    assessed = json.loads((run_dir / "assessment.json").read_text("utf-8"))
    (run_dir / "assessment.json").write_text(json.dumps({**assessed, "statuses": {"manual": 1}}))


def test_a_lock_of_somebody_else_goes_only_where_that_is_asked_for(office):
    seen_by_an_audit(office, 2)
    office.ask(2)
    assert verdicts(office.reopen()) == ["other-hand"]
    assert not office.signs_in(2)

    office.ask(2, by_state=True)
    assert office.reopen().result["counts"] == {"changed": 1}
    assert office.signs_in(2)


def test_who_was_opened_and_locked_by_hand_since_stays_locked(office):
    office.ask(0)
    office.reopen()
    office.town.set_state("locked", "p0@odd.example")

    assert verdicts(office.reopen()) == ["used"]
    office.ask(0, approved_by="chủ  tịch", approved_on=today())
    assert verdicts(office.reopen()) == ["used"], "the same approval, written in another way"
    assert not office.signs_in(0)


def test_what_is_changed_in_the_moment_between_is_left(office):
    office.ask(0)

    def somebody_locks_it_for_a_while() -> None:
        with Directory(office.town.access) as administrator:
            edit = Edit(operation=REPLACE, attribute=LOCK, values=(b"20990101000000Z",))
            list(administrator.modify([Modification(dn=dn(0), edits=(edit,))]))

    ran = office.reopen(how={"prepare": at_first_write(somebody_locks_it_for_a_while)})

    assert ran.result["counts"] == {"changed_since": 1}


def test_a_rollback_locks_again_and_the_approval_is_used_up(office):
    office.ask(0, 1)
    office.reopen()

    undone = office.town.roll_back("run-reopen")

    assert undone.result["counts"] == {"changed": 3}
    assert not office.signs_in(0)
    assert not office.must_change(1)
    assert (office.run_dir / "locked.txt").read_text() == "p0@odd.example\np1@odd.example\n"
    assert verdicts(office.reopen()) == ["taken-back", "taken-back"]


def test_past_a_limit_nothing_is_opened(office):
    office.ask(0, 1)

    ran = office.reopen(max_changes=1)

    assert ran.status != 0
    assert "reopening changes 2 entries; max_changes is 1" in ran.message
    assert "-e reopen_max_changes=2" in ran.message
    assert not office.signs_in(0)


@pytest.mark.parametrize("step", [*range(1, 60, 12)])
def test_a_killed_run_is_finished_by_running_it_again(office, step):
    office.ask(0, 1)

    office.reopen(how={"prepare": die_at(step)})
    ran = office.reopen()

    assert ran.status == 0, ran.output
    assert office.signs_in(0)
    assert office.signs_in(1)
    assert office.must_change(1)
    assert sorted(standing(office.run_dir).values()) == [1, 1, 1]


def test_what_a_killed_run_wrote_is_known_to_a_preview(office):
    office.ask(0)
    office.reopen(how={"prepare": at_first_result(lambda: os.kill(os.getpid(), signal.SIGKILL))})
    assert office.signs_in(0)

    assert verdicts(office.reopen(**CHECK)) == ["reopened"]


def test_a_lock_whose_run_was_broken_off_waits_for_that(office):
    office.town.plan(planned(office.town, [dn(3)], "lock"), "second")
    kill = {"prepare": at_first_result(lambda: os.kill(os.getpid(), signal.SIGKILL))}
    office.town.apply("second", how=kill)
    seen_by_an_audit(office, 3)
    office.ask(3)

    assert verdicts(office.reopen()) == ["unclear"]


def test_mistakes_are_told_with_their_place_and_nothing_is_opened(office):
    office.requests.write_text("requests:\n  - address: p0\n    reason: r\n    aproved_by: x\n")
    folder = office.folder / "answers"
    folder.mkdir()
    (folder / "unit.csv").write_text("Địa chỉ hộp thư;x\n", "utf-8")

    ran, forms = office.reopen(), office.reopen(requests=None, answers_dir=str(folder))

    assert "line 2, requests.0.address: 'p0' is no mail address" in ran.message
    assert "did you mean approved_by?" in ran.message
    assert "requested_by is required" in ran.message
    assert "unit.csv: no line has the headings of the form" in forms.message
