# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What assess makes of the snapshots of a run, and writes beside them."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Account
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import SCHEMA
from ansible_collections.civic.mailbox.plugins.module_utils._module.assess import FILES
from ansible_collections.civic.mailbox.plugins.module_utils._module.past_run import open_run
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    as_json,
    forward,
    sign_in,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._module.assessed_office import (
    END,
    IDLE,
    Office,
    many,
)


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def test_a_run_folder_is_assessed(office):
    office.gather("1", account(), *many(1, sign_ins=(IDLE,)))

    result = office.assess("1")

    assert (result["accounts"], result["changed"]) == (2, False)
    assert result["statuses"] == {"pass": 6, "fail": 1}
    assert result["counts"]["idle-mailbox"] == {"pass": 1, "fail": 1}
    assert [(f["control"], f["subject"]) for f in result["findings"]] == [
        ("idle-mailbox", "n0@town.example")
    ]
    assert result["total"] == 7 == len(office.lines("1", "findings.jsonl"))
    assert {change["subject"] for change in result["changes"]} == {"n0@town.example"}
    assert [change["subject"] for change in office.lines("1", "plan.jsonl")] == ["n0@town.example"]
    assert not result["truncated"]
    assert "diff" not in result
    assert (result["comparison"], result["previous"]) == (None, None)


def test_one_address_in_two_directories_is_one_subject_with_two_witnesses(office):
    office.gather("1", account(sign_ins=(IDLE,)), *many(1))
    there = account(id="other", dn="uid=c", mail=("x@town.example", "Clerk@TOWN.example"))
    office.write("1", "accounts", "ldap2", [{"record": "account", **as_json(there)}, END])

    office.assess("1")

    (found,) = [
        line
        for line in office.lines("1", "findings.jsonl")
        if (line["control"], line["subject"]) == ("idle-mailbox", "clerk@town.example")
    ]
    assert (found["status"], found["place"]) == ("pass", "ldap1")


def test_the_summary_has_what_no_single_finding_says(office):
    office.gather("1", account())

    office.assess("1")
    summary = office.summary("1")

    assert (summary["run_id"], summary["now"]) == ("1", "2019-01-08T01:00:00Z")
    assert (summary["policy_file"], summary["profile"]) == ("policy.yml", "letter")
    assert [(one["name"], one["complete"]) for one in summary["sources"]] == [
        ("ldap1", True), ("mail1", True),
    ]  # fmt: skip
    assert set(summary["units"]["Registry"]) == set(summary["counts"])


def test_the_summary_has_since_when_only_what_changed_was_read(office):
    told = {"since": "2019-01-07T01:00:00Z", "full_at": "2019-01-04T01:00:00Z"}
    read = {**told, "changed": 2, "gone": 1}
    office.gather("1", account(), end={"incremental": read})

    office.assess("1")

    directory, host = office.summary("1")["sources"]
    assert (directory["incremental"], host["incremental"]) == (read, None)


def test_the_policy_is_kept_with_the_run_as_text_and_as_what_was_in_force(office):
    office.gather("1", account())
    text = office.policy_file.read_text("utf-8") + "idle_mailbox: {limit_months: 4} # bốn tháng\n"
    office.policy_file.write_text(text, "utf-8")

    office.assess("1")
    office.policy_file.write_text("something else", "utf-8")

    copy = office.reports / "1" / "policy.yml"
    summary = office.summary("1")
    assert copy.read_text("utf-8") == text
    assert summary["policy_sha256"] == sha256(copy.read_bytes()).hexdigest()
    settings = summary["settings"]
    assert settings["idle_mailbox"]["limit_months"] == 4
    assert settings["password"]["min_length"] == 9  # of the profile: the file does not say
    assert settings["password"]["classes"] == ["digits", "letters", "specials"]
    assert settings["password"]["history"] is None
    assert settings["forwarding"]["internal_domains"] == ["town.example"]


def test_the_idle_times_of_the_mailboxes_are_counted(office):
    office.gather("1", account(), *many(3, sign_ins=(IDLE,)), *many(2, sign_ins=())[1:])

    office.assess("1")
    ages = office.summary("1")["idle_ages"]

    assert sum(ages["open"]) + sum(ages["locked"]) + sum(ages["no_record"].values()) == 5
    limit = ages["edges_months"].index(ages["limit_months"])
    assert sum(ages["open"][limit + 1 :]) == 3
    assert ages["no_record"] == {"open": 1, "locked": 0}


def test_the_same_input_gives_the_same_files(office):
    office.gather("1", account(), *many(3, sign_ins=(IDLE,)))

    office.assess("1")
    first = {name: (office.reports / "1" / name).read_bytes() for name in FILES}
    office.assess("1")

    assert first == {name: (office.reports / "1" / name).read_bytes() for name in FILES}


def test_without_a_time_the_present_counts(office):
    office.gather("1", account())

    office.assess("1", now=None)

    assert office.status("1", "idle-mailbox") != "pass"


@pytest.mark.parametrize(
    "now", ["yesterday", "2019-01-08", "20190108010203Z", "9999-12-31T23:59:59Z"]
)
def test_a_time_that_cannot_be_used_is_told(office, now):
    office.gather("1", account())

    with pytest.raises(MailboxError, match=r"^now: .*"):
        office.assess("1", now=now)


def without_forwards(known: Account) -> dict:
    """The record of an account as a snapshot has it when there are none."""
    record = {"record": "account", **as_json(known)}
    return {key: value for key, value in record.items() if key != "forwards"}


FORWARDED_TO = [
    # what the case shows                   the account that is forwarded to
    ("it forwards in the directory",        {"record": "account", **as_json(account(dn="uid=desk", login="desk", mail=("desk@town.example",), forwards=(forward("me@home.example"),)))}),
    ("by the second of its addresses",      without_forwards(account(dn="uid=o", login="o", mail=("office@town.example", "desk@town.example")))),
    ("by one with a quote in it",           without_forwards(account(dn="uid=o", login="o", mail=('a"]b', "office@town.example", "desk@town.example")))),
]  # fmt: skip


@pytest.mark.parametrize(
    "receiver", [pytest.param(receiver, id=name) for name, receiver in FORWARDED_TO]
)
@pytest.mark.parametrize("place", ["accounts-ldap1", "accounts-ldap2"])
def test_forwards_are_followed_from_account_to_account_whichever_file_has_them(
    office, receiver, place
):
    office.gather("1", account(forwards=(forward("desk@town.example"),)), *many(3))
    office.write("1", "accounts", "ldap2", [END])
    path = office.reports / "1" / "snapshot" / f"{place}.jsonl"
    *lines, end = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, json.dumps(receiver) + "\n", end]))
    leaving = {"record": "forward", "mail": "office@town.example", "address": "me@home.example",
               "channel": "alias", "source": "/etc/aliases"}  # fmt: skip
    office.write("1", "mail", "mail2", [leaving, END])

    office.assess("1")

    assert office.status("1", "external-forwarding") == "fail"
    assert office.status("1", "external-forwarding", "n0@town.example") == "pass"


def test_partner_domains_stand_with_the_exemptions(office):
    office.policy_file.write_text(
        """forwarding:
  internal_domains: [town.example]
  partner_domains:
    - {domain: P.example, reason: archive, approver: the chairman, expires: 2019-01-08}
    - {domain: q.example, reason: archive, approver: the chairman, expires: 2019-01-07}
exemptions:
  - {control: idle-mailbox, select: mail == 'x', reason: r, approver: a, expires: 2019-01-08}
"""
    )
    office.gather("1", account(forwards=(forward("x@p.example"), forward("x@q.example"))))

    office.assess("1")

    partner = {"control": "external-forwarding", "reason": "archive", "approver": "the chairman"}
    assert office.summary("1")["exemptions"][1:] == [
        {**partner, "select": "p.example", "expires": "2019-01-08", "expired": False, "matched": 1},
        {**partner, "select": "q.example", "expires": "2019-01-07", "expired": True, "matched": 1},
    ]


def test_the_policy_states_the_controls(office):
    office.gather("1", account())
    office.policy_file.write_text("forwarding: {internal_domains: [town.example]}\n")
    every = set(office.assess("1")["counts"])
    office.policy_file.write_text("controls: [idle-mailbox]\n" + office.policy_file.read_text())

    assert every == {control.name for control in CONTROLS if control.judges_mailboxes}
    assert set(office.assess("1")["counts"]) == {"idle-mailbox"}


def test_the_version_is_written(office):
    office.gather("1", account())
    office.assess("1")

    summary = office.summary("1")

    assert summary["schema"] == SCHEMA
    assert summary["controls"] == ["password-policy", "default-password", "external-forwarding",
                                   "idle-mailbox"]  # fmt: skip


def test_the_plan_locks_last(office):
    office.gather("1", *many(2, sign_ins=(IDLE,), password_changed_at=account().created_at))

    office.assess("1")

    assert [one["control"] for one in office.lines("1", "plan.jsonl")] == [
        "default-password", "default-password", "idle-mailbox", "idle-mailbox",
    ]  # fmt: skip


def test_what_somebody_changes_in_its_findings_is_noticed_but_for_plain_passes(office):
    folder = office.gather(
        "1", *many(1, sign_ins=(IDLE,)), account(sign_ins=(sign_in("2018-10-12"),))
    )
    office.assess("1")
    path, seen = folder / "findings.jsonl", Counter()
    lines = path.read_text("utf-8").splitlines(keepends=True)
    assert list(open_run(folder).checked_lines()) == lines

    for number, line in enumerate(lines):
        kind = json.loads(line)["status"], bool(json.loads(line)["due"])
        changed = line.replace("town.example", "village.example", 1)
        path.write_text("".join([*lines[:number], changed, *lines[number + 1 :]]), "utf-8")
        try:
            list(open_run(folder).checked_lines())
        except MailboxError:
            seen[kind] += 1

    assert seen == {("fail", False): 1, ("pass", True): 1}
