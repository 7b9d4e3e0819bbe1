# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots that were cut off or are none, and servers of which there is none."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    MailboxError,
    PolicyError,
    SnapshotError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.assess import FILES
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import account
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._module.assessed_office import (
    CUT,
    END,
    GOOD_POLICY,
    IDLE,
    Office,
    many,
)


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


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
