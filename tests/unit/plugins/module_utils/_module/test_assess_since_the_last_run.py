# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What changed since an earlier run, and which run that is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import PasswordCheck
from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import WORDS
from ansible_collections.civic.mailbox.plugins.module_utils._module.compare import (
    ARGUMENTS as COMPARE_ARGUMENTS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.compare import compare_runs
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    sign_in,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._module.assessed_office import (
    CUT,
    IDLE,
    Office,
    many,
)

IN_USE = sign_in("2018-12-20")


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def compare(office: Office, run: str) -> dict[str, int]:
    """What compare says of the run and the one before it."""
    options = {name: spec.get("default") for name, spec in COMPARE_ARGUMENTS.items()}
    run_dir = str(office.reports / run)
    result = compare_runs(SimpleNamespace(params={**options, "run_dir": run_dir}, _diff=False))
    return result["comparison"]


def test_two_runs_over_the_same_accounts_have_nothing_new(office):
    for run in ("1", "2"):
        office.gather(run, account(), *many(3, sign_ins=(IDLE,)))
        result = office.assess(run)
        office.latest(run)

    assert result["previous"] == "1"
    assert result["comparison"] == dict.fromkeys(WORDS, 0) | {"unchanged": 3}
    assert office.lines("2", "gone.jsonl") == []


def test_one_account_changed_is_one_finding_changed(office):
    office.gather("1", account(), *many(3, sign_ins=(IDLE,)))
    office.assess("1")
    office.latest("1")
    office.gather("2", account(sign_ins=(IDLE,)), *many(3, sign_ins=(IDLE,))[:2], *many(3)[2:])

    result = office.assess("2")

    words = {"new": 1, "resolved": 1, "unchanged": 2}
    assert result["comparison"] == dict.fromkeys(WORDS, 0) | words
    assert [(one["subject"], one["change"]) for one in office.lines("2", "gone.jsonl")] == [
        ("n2@town.example", "resolved")
    ]
    assert [one["subject"] for one in office.lines("2", "findings.jsonl") if one.get("change") == "new"] == [
        "clerk@town.example"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "word"),
    [(None, "not_assessed"), ("not_tried", "not_assessed"), ("no_match", "resolved")],
)
def test_a_guessable_password_is_resolved_only_where_it_was_compared_again(office, check, word):
    compared = {"password_check": PasswordCheck.MATCH, "password_scheme": "SSHA"}
    office.gather("1", account(sign_ins=(IDLE,), **compared))
    office.assess("1")
    office.latest("1")
    again = PasswordCheck(check) if check else None
    office.gather("2", account(sign_ins=(IDLE,), password_check=again))
    result = office.assess("2")

    assert office.status("1", "default-password") == "fail"
    assert office.status("2", "default-password") == "pass"
    assert [(one["control"], one["change"]) for one in office.lines("2", "gone.jsonl")] == [
        ("default-password", word)
    ]
    assert compare(office, "2") == result["comparison"]


def test_after_an_outage_nothing_is_resolved_that_nobody_mended(office):
    words = []
    for run, sign_ins in (("1", (IN_USE,)), ("2", ()), ("3", (IN_USE,))):
        office.gather(run, *many(3, sign_ins=sign_ins))
        words.append(office.assess(run)["comparison"])
        office.latest(run)

    assert words[1:] == [
        dict.fromkeys(WORDS, 0) | {"new": 3},
        dict.fromkeys(WORDS, 0) | {"decided": 3},
    ]
    assert office.status("2", "idle-mailbox", "n0@town.example") == "unknown"
    assert {one["change"] for one in office.lines("3", "gone.jsonl")} == {"decided"}
    assert compare(office, "3") == words[2]


def test_what_a_run_cut_off_did_not_see_is_not_resolved(office):
    office.gather("1", account(), *many(3, sign_ins=(IDLE,)))
    office.assess("1")
    office.latest("1")
    office.gather("2", account(), *many(1, sign_ins=(IDLE,)), end=CUT)

    result = office.assess("2")

    assert result["comparison"]["resolved"] == 0
    assert result["comparison"]["not_assessed"] == 2
    assert {one["change"] for one in office.lines("2", "gone.jsonl")} == {"not_assessed"}


def test_an_account_that_is_gone_is_told_where_the_directory_was_read_in_full(office):
    read = {"counts": {"account": 2}}
    for run, accounts in (("1", 2), ("2", 1)):
        office.gather(run, account(), *many(accounts, sign_ins=(IDLE,)), end=read)
        office.assess(run)
        office.latest(run)

    (gone,) = office.lines("2", "gone.jsonl")
    assert (gone["subject"], gone["change"]) == ("n1@town.example", "disappeared")


EXEMPTION = """
exemptions:
  - {control: idle-mailbox, select: "unit == 'Registry'", reason: On leave, approver: The chair,
     expires: %s}
"""


@pytest.mark.parametrize(
    ("first", "then", "word"),
    [
        ("", "2019-12-31", "exempted"),
        ("2019-12-31", "", "expired"),
        ("2019-12-31", "2019-01-07", "expired"),
        ("2019-12-31", "2019-01-08", "unchanged"),
    ],
)
def test_an_exemption_that_begins_or_ends_is_told(office, first, then, word):
    policy = office.policy_file.read_text()
    for run, expires in (("1", first), ("2", then)):
        office.policy_file.write_text(policy + (EXEMPTION % expires if expires else ""))
        office.gather(run, account(unit="Registry", sign_ins=(IDLE,)))
        office.assess(run)
        office.latest(run)

    (found,) = [one for one in office.lines("2", "findings.jsonl") if one.get("change")]
    assert found["change"] == word
    assert office.summary("2")["comparison"][word] == 1


def test_a_run_can_be_named_to_compare_with(office):
    for run, idle in (("1", 1), ("2", 2), ("3", 2)):
        office.gather(run, account(), *many(idle, sign_ins=(IDLE,)))
        office.assess(run)
        office.latest(run)
    result = office.assess("3", previous=str(office.reports / "1"))

    assert (result["previous"], result["comparison"]["new"]) == ("1", 1)


def test_a_run_that_is_assessed_again_is_compared_with_what_it_was_before(office):
    for run in ("1", "2"):
        office.gather(run, account(), *many(2, sign_ins=(IDLE,)))
        office.assess(run)
        office.latest(run)

    again = office.assess("2")

    assert (again["previous"], again["comparison"]["unchanged"]) == ("1", 2)


@pytest.mark.parametrize("text", ["", "[]", '{"previous": null}', "{}", "\0"])
def test_a_first_run_that_is_assessed_again_is_compared_with_none(office, text):
    folder = office.gather("1", account())
    office.latest("1")
    (folder / "assessment.json").write_text(text)

    assert office.assess("1")["comparison"] is None
    assert office.warnings == []


def test_a_run_compared_with_itself_tells_what_is_gone(office):
    office.gather("1", account(), *many(1, sign_ins=(IDLE,)))
    office.assess("1")
    office.gather("1", account(), *many(1))

    result = office.assess("1", previous=str(office.reports / "1"))

    assert result["comparison"]["resolved"] == 1
    assert [one["subject"] for one in office.lines("1", "gone.jsonl")] == ["n0@town.example"]


def test_a_link_that_leads_nowhere_is_no_earlier_run(office):
    office.gather("1", account())
    office.latest("0")

    assert office.assess("1")["comparison"] is None
    assert office.warnings == []


def test_an_earlier_run_that_cannot_be_read_is_no_empty_one(office):
    office.gather("0", account(), *many(2, sign_ins=(IDLE,)))
    office.assess("0")
    (office.reports / "0" / "findings.jsonl").write_text("")
    office.latest("0")
    office.gather("1", account(), *many(1, sign_ins=(IDLE,)))

    result = office.assess("1")

    (warning,) = office.warnings
    assert "reports/0/findings.jsonl is damaged" in warning
    assert (result["comparison"], result["previous"]) == (None, None)
    assert office.summary("1")["not_compared"] == result["not_compared"]
    assert result["not_compared"] in warning
    assert office.lines("1", "gone.jsonl") == []
