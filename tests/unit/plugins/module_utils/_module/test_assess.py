# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    PasswordCheck,
    PasswordPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import WORDS
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    MailboxError,
    PolicyError,
    SnapshotError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import SCHEMA
from ansible_collections.civic.mailbox.plugins.module_utils._module.assess import FILES, assess_run
from ansible_collections.civic.mailbox.plugins.module_utils._module.compare import (
    ARGUMENTS as COMPARE_ARGUMENTS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.compare import compare_runs
from ansible_collections.civic.mailbox.plugins.module_utils._module.finding_files import SHOWN
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    as_json,
    forward,
    sign_in,
)

NOW = "2019-01-08T08:00:00+07:00"
IDLE = sign_in("2018-09-01")
GOOD_POLICY = PasswordPolicy(
    name=account().password_policy,
    min_length=9,
    classes=frozenset({"letters", "digits", "specials"}),
)
END = {"record": "end", "complete": True, "ended_at": "2019-01-08T01:00:00Z", "message": "",
       "newest_sign_in": {"pwdLastSuccess": "2019-01-07T05:00:00Z"}}  # fmt: skip
CUT = {"complete": False, "message": "the connection was lost"}


class Module:
    """What assess_run needs of a module: its options, whether a diff is wanted, warnings."""

    def __init__(
        self, run_dir: Path, policy_file: Path, *, diff: bool = False, **params: Any
    ) -> None:
        self.params = {"run_dir": str(run_dir), "policy_file": str(policy_file), "sources": [],
                       "previous": None, "now": NOW, **params}  # fmt: skip
        self._diff = diff
        self.warnings: list[str] = []

    def warn_clean(self, warning: str) -> None:
        self.warnings.append(warning)


class Office:
    """The reports of an office, and its policy."""

    def __init__(self, folder: Path) -> None:
        self.reports = folder / "reports"
        self.policy_file = folder / "policy.yml"
        self.policy_file.write_text(
            "forwarding:\n  internal_domains: [town.example]\n"
            "controls: [password-policy, default-password, external-forwarding, idle-mailbox]\n"
        )
        self.warnings: list[str] = []

    def gather(
        self, run: str, *accounts: object, end: dict | None = None, mail: bool = True
    ) -> Path:
        """Snapshots of a directory and a mail host."""
        policies = [{"record": "policy", **as_json(GOOD_POLICY)}]
        records = [*policies, *({"record": "account", **as_json(one)} for one in accounts)]
        self.write(run, "accounts", "ldap1", [*records, END | (end or {})])
        if mail:
            mailboxes = [{"record": "mailbox", "mail": one.login} for one in accounts]
            self.write(run, "mail", "mail1", [*mailboxes, END])
        return self.reports / run

    def write(self, run: str, kind: str, name: str, records: list[dict]) -> Path:
        header = {"record": "header", "schema": 1, "kind": kind, "name": name}
        path = self.reports / run / "snapshot" / f"{kind}-{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in (header, *records))
        path.write_text("".join(lines), encoding="utf-8")
        return path

    def assess(self, run: str, **params: Any) -> dict[str, Any]:
        module = Module(self.reports / run, self.policy_file, **params)
        result = assess_run(module)
        self.warnings = module.warnings
        return result

    def latest(self, run: str) -> None:
        link = self.reports / "latest"
        link.unlink(missing_ok=True)
        link.symlink_to(run)

    def lines(self, run: str, name: str) -> list[dict]:
        text = (self.reports / run / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def summary(self, run: str) -> dict:
        return json.loads((self.reports / run / "assessment.json").read_text(encoding="utf-8"))

    def status(self, run: str, control: str, subject: str = "clerk@town.example") -> str:
        (found,) = [
            line
            for line in self.lines(run, "findings.jsonl")
            if (line["control"], line["subject"]) == (control, subject)
        ]
        return found["status"]


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def many(number: int, **known: Any) -> list:
    """Accounts n0@town.example, n1@town.example, ..."""
    return [
        account(dn=f"uid=n{n}", login=f"n{n}", mail=(f"n{n}@town.example",), **known)
        for n in range(number)
    ]


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


@pytest.mark.parametrize("length", [1, 10, 60, 200])
def test_a_snapshot_that_was_cut_off_is_used_as_far_as_it_goes(office, length):
    office.gather("1", account(name="Đặng Ngọc Ánh"), *many(1, name="Đặng Ngọc Ánh"))
    path = office.reports / "1" / "snapshot" / "accounts-ldap1.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-2]) + lines[-2][:length])

    result = office.assess("1")

    assert result["accounts"] == 1
    assert office.status("1", "idle-mailbox") == "pass"
    assert office.status("1", "password-policy", GOOD_POLICY.name) == "unknown"
    assert office.status("1", "idle-mailbox", "ldap1") == "error"


def test_a_cut_inside_a_letter_does_no_harm(office):
    path = office.gather("1", account(), *many(1, name="Đ")) / "snapshot" / "accounts-ldap1.jsonl"
    text = path.read_bytes()
    path.write_bytes(text[: text.index("Đ".encode()) + 1])

    assert office.assess("1")["accounts"] == 1


def test_the_end_of_a_large_file_is_found(office):
    office.gather("1", account(), end={"ignored": "x" * 300_000})

    office.assess("1")

    assert office.summary("1")["sources"][0]["complete"]


FOREIGN = [
    ("findings", '{"control": "idle-mailbox"}\n'),
    ("LDIF", "dn: dc=town,dc=example\n"),
    ("nothing", ""),
    ("another encoding", "\xff\xfe"),
]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in FOREIGN])
def test_a_foreign_file_among_the_snapshots_is_named(office, text):
    foreign = office.gather("1", account()) / "snapshot" / "other.jsonl"
    foreign.write_bytes(text.encode("latin-1"))

    with pytest.raises(SnapshotError, match=r"snapshot/other\.jsonl"):
        office.assess("1")


def test_a_folder_among_the_snapshots_is_named(office):
    (office.gather("1", account()) / "snapshot" / "other.jsonl").mkdir()

    with pytest.raises(SnapshotError, match=r"cannot read .*snapshot/other\.jsonl: Is a directory"):
        office.assess("1")


def test_a_damaged_record_is_named_and_nothing_is_written(office):
    folder = office.gather("1", account())
    path = folder / "snapshot" / "accounts-ldap1.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"dn"', b'"nd"'))

    with pytest.raises(SnapshotError, match="gather it again"):
        office.assess("1")

    assert [one.name for one in folder.iterdir()] == ["snapshot"]


EXPECTED = [{"name": "ldap1", "kind": "accounts"}, {"name": "mail1", "kind": "mail"}]


def test_a_server_of_which_nothing_was_gathered_does_not_go_unnoticed(office):
    office.gather("1", account(sign_ins=(IDLE,)), mail=False)

    office.assess("1", sources=EXPECTED)

    assert office.status("1", "external-forwarding", "mail1") == "error"
    assert office.status("1", "idle-mailbox") == "unknown"
    assert office.lines("1", "plan.jsonl") == []


def test_a_server_is_expected_by_its_kind_too(office):
    office.gather("1", account())

    office.assess("1", sources=[*EXPECTED, {"name": "mail1", "kind": "accounts"}])

    assert [one["message"] for one in office.summary("1")["sources"] if not one["complete"]] == [
        "nothing was gathered from it"
    ]


def test_a_workstation_that_is_off_is_unknown_and_leaves_the_run_whole(office):
    office.policy_file.write_text("forwarding:\n  internal_domains: [town.example]\n")
    office.gather("1", account())
    pc = {"name": "pc1", "kind": "browsers", "no_answer": "ssh: connect to host pc1:\n  timed out"}

    office.assess("1", sources=[*EXPECTED, pc])

    assert office.status("1", "browser-passwords", "pc1") == "unknown"
    (off,) = [one for one in office.summary("1")["sources"] if not one["complete"]]
    assert (off["name"], off["answered"]) == ("pc1", False)
    assert off["message"] == "ssh: connect to host pc1: timed out"
    assert "1 workstations did not answer, as pc1" in office.summary("1")["notes"][-1]


def test_a_server_is_never_taken_for_one_that_is_off(office):
    office.gather("1", account(), mail=False)

    office.assess("1", sources=[EXPECTED[0], {**EXPECTED[1], "no_answer": "timed out"}])

    assert office.status("1", "external-forwarding", "mail1") == "error"


NOTHING = [
    # what the case shows                 the end of the directory's snapshot   told
    ("the directory is empty",            END,                                  ["no account was found: check search_base"]),
    ("the directory could not be read",   END | CUT,                            ["ldap1: the connection was lost"]),
    ("one more was not reached",          END | CUT,                            ["ldap1: the connection was lost", "ldap2: nothing was gathered from it"]),
]  # fmt: skip


@pytest.mark.parametrize(("end", "told"), [pytest.param(*case, id=name) for name, *case in NOTHING])
def test_a_run_without_any_account_fails_and_names_each_server(office, end, told):
    folder = office.gather("1", end=end)
    sources = [{"name": "ldap2", "kind": "accounts"}] if len(told) > 1 else []

    with pytest.raises(MailboxError) as failed:
        office.assess("1", sources=sources)

    assert all(text in str(failed.value) for text in told)
    assert [one.name for one in folder.iterdir()] == ["snapshot"]


def test_a_run_that_fails_leaves_the_files_of_the_last_one_that_did_not(office):
    folder = office.gather("1", account())
    office.assess("1")
    before = {name: (folder / name).read_bytes() for name in FILES}
    office.gather("1")

    with pytest.raises(MailboxError):
        office.assess("1")

    assert before == {name: (folder / name).read_bytes() for name in FILES}
    assert {one.name for one in folder.iterdir()} == {"snapshot", *FILES}


def test_a_folder_without_a_snapshot_is_named_and_not_made(office):
    with pytest.raises(MailboxError, match=r"there is no snapshot in .*reports/typo/snapshot"):
        office.assess("typo")

    assert not office.reports.exists()


def test_a_mistake_in_the_policy_comes_first(office):
    office.policy_file.write_text("zzz: 1\n")

    with pytest.raises(PolicyError, match=r"policy\.yml, line 1, zzz"):
        office.assess("nowhere")


def test_the_policy_states_the_controls(office):
    office.gather("1", account())
    office.policy_file.write_text("forwarding: {internal_domains: [town.example]}\n")
    every = set(office.assess("1")["counts"])
    office.policy_file.write_text("controls: [idle-mailbox]\n" + office.policy_file.read_text())

    assert every == {control.name for control in CONTROLS if control.judges_mailboxes}
    assert set(office.assess("1")["counts"]) == {"idle-mailbox"}


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
    options = {name: spec.get("default") for name, spec in COMPARE_ARGUMENTS.items()}
    run_dir = str(office.reports / "2")
    later = compare_runs(SimpleNamespace(params={**options, "run_dir": run_dir}, _diff=False))
    assert later["comparison"] == result["comparison"]


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


def test_the_version_is_written(office):
    office.gather("1", account())
    office.assess("1")

    summary = office.summary("1")

    assert summary["schema"] == SCHEMA
    assert summary["controls"] == ["password-policy", "default-password", "external-forwarding",
                                   "idle-mailbox"]  # fmt: skip


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


def test_the_worst_findings_come_first_and_are_cut_short(office):
    failing = many(SHOWN + 5, sign_ins=(IDLE,))
    unknown = account(sign_ins=(), created_at=None)
    office.gather("1", unknown, *failing)

    result = office.assess("1", diff=True)

    assert result["truncated"]
    assert [len(result[key]) for key in ("findings", "changes")] == [SHOWN, SHOWN]
    assert {found["status"] for found in result["findings"]} == {"fail"}
    assert result["changes_total"] == SHOWN + 5 == len(office.lines("1", "plan.jsonl"))
    assert len(result["diff"]) == SHOWN + 1
    assert "5 more" in result["diff"][-1]["prepared"]


def test_changes_are_cut_short_where_findings_are_not(office):
    places = tuple(
        forward("me@home.example", channel="dot_forward", place=f"/f{n}") for n in range(SHOWN + 1)
    )
    office.gather("1", account(forwards=places))

    result = office.assess("1")

    assert (len(result["findings"]), len(result["changes"])) == (1, SHOWN)
    assert result["truncated"]


def test_at_the_cap_nothing_is_cut_short(office):
    office.gather("1", *many(SHOWN, sign_ins=(IDLE,)), *[account(dn=f"uid=x{n}", mail=(f"x{n}@town.example",)) for n in range(SHOWN)])  # fmt: skip

    result = office.assess("1", diff=True)

    assert not result["truncated"]
    assert len(result["findings"]) == len(result["diff"]) == SHOWN


def test_the_diff_shows_before_and_after_of_each_change(office):
    forwarding = account(forwards=(forward("me@home.example"), forward("desk@town.example")))
    office.gather("1", forwarding, *many(1, sign_ins=(IDLE,)))

    forwards, lock = office.assess("1", diff=True)["diff"]

    assert forwards["before_header"] == "clerk@town.example: forwards"
    assert forwards["before"] == "me@home.example\ndesk@town.example\n"
    assert forwards["after"] == "desk@town.example\n"
    assert (lock["before_header"], lock["before"], lock["after"]) == (
        "n0@town.example: lock", "active\n", "locked\n",
    )  # fmt: skip
    assert "more than 3 months" in lock["after_header"]


def test_the_plan_locks_last(office):
    office.gather("1", *many(2, sign_ins=(IDLE,), password_changed_at=account().created_at))

    office.assess("1")

    assert [one["control"] for one in office.lines("1", "plan.jsonl")] == [
        "default-password", "default-password", "idle-mailbox", "idle-mailbox",
    ]  # fmt: skip


def test_the_result_is_nothing_but_plain_values(office):
    office.gather("1", account(forwards=(forward("me@home.example"),)))

    result = office.assess("1", diff=True)

    assert json.loads(json.dumps(result)).keys() == result.keys()
    assert all(type(one["status"]) is str for one in result["findings"])
