# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carrying out and undoing a plan when something is not as it should be, on a real slapd."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.clients import Info, wait_for
from ansible_collections.civic.mailbox.lab.layout import HOST
from ansible_collections.civic.mailbox.lab.process import run
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.journal_file import (
    open_journal,
    read_history,
)

from .module_run import ASSERTION, Ran, at_first_write, die_at
from .planned import (
    LOCK,
    LOCKED_FOR_GOOD,
    PERSONAL,
    POLICY,
    RESET,
    UNIT,
    Town,
    change_of,
    dn,
    journal_of,
    people,
    planned,
    standing,
    town_of,
)
from .proxy import cut, spoiling
from .slapd import ADMIN, PASSWORD, PEOPLE, SUFFIX, Entries, person, start

COUNT = 12
SEEN_AT = "20180901010000Z"
SEEN = {"sign_ins": "2018-09-01T01:00:00Z", "pwdLastSuccess": "2018-09-01T01:00:00Z"}
NO_LOCKS, NO_FORCE = f"cn=no-locks,{SUFFIX}", f"cn=no-force,{SUFFIX}"
LIMITED = f"uid=limited,{UNIT}"
# The limited account may lock and not force.
RULES = f"""
access to attrs=userPassword by self write by anonymous auth
access to attrs={LOCK} by dn.exact="{LIMITED}" write by * read
access to * by self write by * read
"""
# RFC 4514, 2.4: what has to be escaped, each in one way; and Vietnamese, composed and not.
SPECIAL = {
    "special": (r"cn=\#1\, \"a\" \+ \<b\>\; \\ \= Nguyễn", '#1, "a" + <b>; \\ = Nguyễn'),
    "spaces": (r"cn=\ Thị Ổn\20", " Thị Ổn "),
    "hex": (r"cn=Ch\c3\a2u\2c Mai", "Châu, Mai"),
    "nfc": ("cn=" + unicodedata.normalize("NFC", "Đặng Hữu Phước"),) * 2,
    "nfd": ("cn=" + unicodedata.normalize("NFD", "Lê Thế Dũng"),) * 2,
}


def special_dn(name: str) -> str:
    return f"{SPECIAL[name][0]},ou=Odd,{PEOPLE}"


def entries() -> Entries:
    others: dict[str, Any] = {
        NO_LOCKS: {**POLICY, "cn": "no-locks", "pwdLockout": "FALSE"},
        NO_FORCE: {**POLICY, "cn": "no-force", "pwdMustChange": "FALSE"},
        **person("limited", userPassword=PASSWORD),
        **person("free", mail="free@odd.example", pwdPolicySubentry=NO_LOCKS),
        **person("lax", mail="lax@odd.example", pwdPolicySubentry=NO_FORCE),
    }
    for name, (_, cn) in SPECIAL.items():
        cn = cn.removeprefix("cn=")
        others[special_dn(name)] = {"objectClass": "inetOrgPerson", "cn": cn, "sn": name}
    return {**people(COUNT, pwdLastSuccess=SEEN_AT, userPassword=PERSONAL), **others}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_of(tmp_path, entries(), access=RULES) as running:
        yield running
        for file in running.reports.rglob("*"):
            assert not file.is_file() or not {PASSWORD, PERSONAL} & set(file.read_text().split('"'))


def locks(town: Town, *numbers: int, **more: Any) -> list[Change]:
    return planned(town, map(dn, numbers or range(COUNT)), "lock", seen=SEEN, **more)


def locked(town: Town) -> set[int]:
    found = town.values(LOCK, *map(dn, range(COUNT)))
    return {number for number, values in enumerate(found) if values == [LOCKED_FOR_GOOD]}


def refused(town: Town, ran: Ran, *said: str) -> None:
    """It failed with such a message, and nothing was written to the server."""
    assert ran.status == 1, ran.output
    for part in said:
        assert part in ran.message
    assert town.record_size() == 0


def left(ran: Ran) -> dict[str, tuple[str, str]]:
    """Subject -> (result, reason) of what was left."""
    return {one["subject"]: (one["result"], one["reason"]) for one in ran.result["left"]}


# A plan that is not to be carried out


def test_a_plan_edited_by_hand(town):
    run_dir = town.plan(locks(town))
    plan = run_dir / "plan.jsonl"
    plan.write_text("".join(plan.read_text("utf-8").splitlines(keepends=True)[1:]), "utf-8")

    refused(town, town.apply(), str(plan), "is not as the audit wrote it", "audit again")


def test_a_plan_of_another_server(town):
    sources = [{"name": "town", "kind": "accounts", "server": "ldap://other.example"}]
    town.plan(locks(town), sources=sources)

    refused(town, town.apply(), "ldap://other.example", town.uri)


def test_a_plan_that_knows_the_server_by_another_name(town):
    town.plan(locks(town))

    refused(town, town.apply(name="village"), "no directory named village", "town", "name")


def test_a_plan_that_is_too_old(town):
    town.plan(locks(town), now="2019-01-08T01:00:00Z")

    refused(town, town.apply(), "2019-01-08T01:00:00Z", "older than 24 hours", "max_plan_age_hours")
    assert town.apply(max_plan_age_hours=1_000_000).status == 0
    assert locked(town) == set(range(COUNT))


def test_a_plan_without_its_assessment(town):
    run_dir = town.plan(locks(town))
    (run_dir / "assessment.json").unlink()
    refused(town, town.apply(), "assessment.json", "audit")

    (run_dir / "assessment.json").write_text("[]")
    refused(town, town.apply(), "assessment.json", "audit")

    (run_dir / "plan.jsonl").unlink()
    refused(town, town.apply(), "plan.jsonl", "audit")


# Accounts that are not what they were


def as_administrator(town: Town, *lines: str) -> None:
    """Carry out an LDIF change record."""
    record = town.folder / "by-hand.ldif"
    record.write_text("\n".join(lines) + "\n")
    run("ldapmodify", "-H", town.uri, "-D", ADMIN, "-w", PASSWORD, "-f", record)


def sign_in(town: Town, number: int) -> None:
    with Directory(Access(uri=town.uri, bind_dn=dn(number), bind_pw=PERSONAL)):
        pass


def rename(town: Town, number: int, *superior: str) -> None:
    renaming = ("changetype: modrdn", "newrdn: uid=renamed", "deleteoldrdn: 1")
    as_administrator(town, f"dn: {dn(number)}", *renaming, *superior)


def replace_entry(town: Town, number: int) -> None:
    delete(town, number)
    person_classes = ("objectClass: inetOrgPerson", "cn: p", "sn: p", f"uid: p{number}")
    as_administrator(town, f"dn: {dn(number)}", "changetype: add", *person_classes)


def delete(town: Town, number: int) -> None:
    as_administrator(town, f"dn: {dn(number)}", "changetype: delete")


def move(town: Town, number: int) -> None:
    rename(town, number, f"newsuperior: {PEOPLE}")


def lock_by_hand(town: Town, number: int) -> None:
    town.set_all(LOCK, [dn(number)], b"20190108010000Z")


CHANGES_SINCE = [
    # what happened to the account    by            what is said
    ("deleted",                       delete,        "not there any more"),
    ("renamed",                       rename,        "not there any more"),
    ("moved",                         move,          "not there any more"),
    ("replaced by another",           replace_entry, "another entry has this name"),
    ("signed in",                     sign_in,       "signed in since the audit"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("happens", "said"), [pytest.param(*case, id=name) for name, *case in CHANGES_SINCE]
)
def test_what_changed_since_the_audit_is_left_and_told(town, happens, said):
    run_dir = town.plan(locks(town))
    happens(town, 3)

    ran = town.apply()

    assert (ran.status, ran.result["counts"]) == (0, {"changed": COUNT - 1, "changed_since": 1})
    result, reason = left(ran)["p3@odd.example"]
    assert (result, said in reason) == ("changed_since", True)
    assert locked(town) == set(range(COUNT)) - {3}
    skipped = [one for one in journal_of(run_dir) if one.get("result") == "skipped"]
    assert [said in one["reason"] for one in skipped] == [True]


def test_a_sign_in_while_the_batch_is_on_its_way_is_seen_by_the_server(town):
    """Between reading the accounts and writing: only the assertion can tell."""
    town.plan(locks(town))

    ran = town.apply(how={"prepare": at_first_write(lambda: sign_in(town, 3))})

    assert left(ran)["p3@odd.example"][0] == "changed_since"
    assert locked(town) == set(range(COUNT)) - {3}


def set_own_password(town: Town, number: int) -> None:
    edit = Edit(operation=REPLACE, attribute="userPassword", values=(b"another-sunshine",))
    with Directory(Access(uri=town.uri, bind_dn=dn(number), bind_pw=PERSONAL)) as own:
        assert [one.code for one in own.modify([Modification(dn=dn(number), edits=(edit,))])] == [0]


def test_who_set_a_new_password_since_is_not_forced_again(town):
    seen = {"password_changed_at": ""}
    town.plan(planned(town, [dn(1), dn(2)], "must_change", seen=seen))
    set_own_password(town, 1)

    ran = town.apply()

    assert left(ran)["p1@odd.example"][0] == "changed_since"
    assert town.values(RESET, dn(1), dn(2)) == [[], [b"TRUE"]]


# Rights, policies, states

SPELLINGS = [
    # how bind_dn spells the account                      bind_dn
    ("as the server does",                                LIMITED),
    ("with the attribute's other name, and spaces",       f"userID = limited , {UNIT}"),
    ("with its OID",                                      f"0.9.2342.19200300.100.1.1=limited,{UNIT}"),
]  # fmt: skip


@pytest.mark.parametrize("spelled", [pytest.param(dn, id=name) for name, dn in SPELLINGS])
def test_the_account_that_binds_is_not_locked_however_bind_dn_spells_it(town, spelled):
    town.plan(planned(town, [LIMITED, dn(1)], "lock"))

    ran = town.apply(bind_dn=spelled)

    assert ran.result["counts"] == {"changed": 1, "refused": 1}
    assert "the enforcement itself binds as" in left(ran)["limited@odd.example"][1]
    assert town.values(LOCK, LIMITED, dn(1)) == [[], [LOCKED_FOR_GOOD]]


def test_without_the_right_to_an_attribute_the_change_fails_and_the_others_are_made(town):
    forced = planned(town, [dn(1)], "must_change")
    run_dir = town.plan([*forced, *locks(town, 2, 3)])

    ran = town.apply(bind_dn=LIMITED)

    assert ran.status == 1
    for said in (
        "1 of 3 changes failed",
        "p1@odd.example",
        "insufficientAccess",
        RESET,
        "2 were made",
    ):
        assert said in ran.message
    assert ran.result["counts"] == {"changed": 2, "failed": 1}
    assert locked(town) == {2, 3}
    assert sorted(standing(run_dir).values()) == [1, 1]
    assert town.apply().status == 0  # as somebody who may
    assert town.values(RESET, dn(1)) == [[b"TRUE"]]
    assert sorted(standing(run_dir).values()) == [1, 1, 1]


@pytest.mark.parametrize(
    ("uid", "field", "said"),
    [("free", "lock", "pwdLockout FALSE"), ("lax", "must_change", "pwdMustChange FALSE")],
)
def test_what_would_have_no_effect_is_refused_and_not_written(town, uid, field, said):
    town.plan(planned(town, [f"uid={uid},{UNIT}"], field))

    ran = town.apply()

    result, reason = left(ran)[f"{uid}@odd.example"]
    assert (result, said in reason, ran.result["changed"]) == ("refused", True, False)
    assert town.record_size() == 0


def test_forced_and_locked_hold_both(town):
    town.plan([*planned(town, [dn(1)], "must_change"), *locks(town, 1)])
    before = town.export()

    assert town.apply().result["counts"] == {"changed": 2}
    assert town.values(RESET, dn(1)) == [[b"TRUE"]]
    assert locked(town) == {1}
    with pytest.raises(DirectoryError, match=r"\(49\)"):
        sign_in(town, 1)
    assert town.roll_back().result["counts"] == {"changed": 2}
    assert town.export() == before


def test_to_force_a_locked_account_leaves_it_locked(town):
    town.set_all(LOCK, [dn(1)], LOCKED_FOR_GOOD)
    town.plan(planned(town, [dn(1)], "must_change"))

    assert town.apply().status == 0
    assert town.values(RESET, dn(1)) == [[b"TRUE"]]
    assert locked(town) == {1}


def test_what_is_locked_already_is_not_written(town):
    town.set_all(LOCK, [dn(1)], LOCKED_FOR_GOOD)
    size = town.record_size()
    town.plan(locks(town, 1))

    ran = town.apply()

    assert (ran.status, ran.result["counts"]) == (0, {"already": 1})
    assert town.record_size() == size


def test_every_letter_in_a_dn_is_locked_and_put_back(town):
    names = [special_dn(name) for name in SPECIAL]
    changes = planned(town, names, "lock")
    assert len(changes) == len(SPECIAL)
    town.plan(changes)
    before = town.export()

    ran = town.apply()

    assert ran.result["counts"] == {"changed": len(SPECIAL)}
    assert town.values(LOCK, *names) == [[LOCKED_FOR_GOOD]] * len(SPECIAL)
    assert town.apply().result["counts"] == {"already": len(SPECIAL)}
    assert town.roll_back().result["counts"] == {"changed": len(SPECIAL)}
    assert town.export() == before


# What breaks off


def test_intents_are_on_disk_before_the_first_write_and_results_after(town, tmp_path):
    town.plan(locks(town))
    log = tmp_path / "steps"

    assert town.apply(how={"prepare": log_steps(log)}).status == 0

    steps = log.read_text()
    # begin and intents, what is written, results, end
    assert steps.replace("f", "") == "jsjj"
    assert steps.index("jf") < steps.index("s") < steps.rindex("jf")


def log_steps(log: Path) -> Callable[[], None]:
    """j: written to the journal; f: the journal forced to disk; s: a modification sent."""

    def is_journal(number: int, *_: object) -> bool:
        return os.readlink(f"/proc/self/fd/{number}").endswith("journal.jsonl")

    def is_modification(_: object, data: bytes) -> bool:
        return ASSERTION in data

    def logged(letter: str, place: Any, name: str, counts: Callable[..., bool]) -> None:
        call = getattr(place, name)

        def at_call(*arguments: Any) -> Any:
            if counts(*arguments):
                with log.open("a") as file:
                    file.write(letter)
            return call(*arguments)

        setattr(place, name, at_call)

    def prepare() -> None:
        logged("j", os, "write", is_journal)
        logged("f", os, "fsync", is_journal)
        logged("s", socket.socket, "sendall", is_modification)

    return prepare


@pytest.mark.parametrize("arrived", [0, 3, COUNT - 1])
def test_a_server_that_dies_in_the_batch(town, arrived):
    run_dir = town.plan(locks(town))
    port = Access(uri=town.uri).address.port or 0

    ran = town.apply(how={"prepare": dying(town, arrived)})

    assert ran.status == 1
    assert "the connection ended" in ran.message
    assert town.written().total() == arrived
    town.leave()
    start(town.folder, port)
    assert town.apply().status == 0
    assert sorted(standing(run_dir).values()) == [1] * COUNT
    assert locked(town) == set(range(COUNT))


def test_a_server_that_dies_between_two_tasks_of_a_run(town):
    run_dir = town.plan(locks(town))
    port, goes_on = Access(uri=town.uri).address.port or 0, "it goes on with the rest"
    os.kill(town.pid, signal.SIGKILL)
    town.leave()

    ran = town.apply()
    assert (ran.status, goes_on in ran.message) == (1, False)  # nothing was changed yet

    start(town.folder, port)
    assert town.apply().status == 0
    os.kill(town.pid, signal.SIGKILL)

    ran = town.apply()  # as the next task of the same command
    assert (ran.status, goes_on in ran.message) == (1, True)
    assert f"stands, and is in {run_dir}/journal.jsonl" in ran.message
    start(town.folder, port)
    assert town.apply().result["counts"] == {"already": COUNT}


def dying(town: Town, arrived: int) -> Callable[[], None]:
    """In the module's process: so many of its modifications arrive, then slapd is killed."""

    def prepare() -> None:
        send = socket.socket.sendall

        def at_send(self: socket.socket, data: bytes) -> None:
            if ASSERTION not in data:
                return send(self, data)
            # The next one is cut off before its assertion.
            send(self, ASSERTION.join(data.split(ASSERTION)[: arrived + 1]))
            wait_for(lambda: town.written().total() >= arrived)
            return os.kill(town.pid, signal.SIGKILL)

        socket.socket.sendall = at_send  # type: ignore[assignment, method-assign]

    return prepare


@pytest.mark.parametrize("passing", range(3250, 5500, 250))
def test_a_connection_that_ends_in_the_batch(town, passing):
    """What was acknowledged is in the journal, and the next run does the rest."""
    changes = locks(town)
    with spoiling(Access(uri=town.uri).address.port or 0, passing, cut) as port:
        uri = f"ldap://{HOST}:{port}"
        run_dir = town.plan(changes, sources=[{"name": "town", "kind": "accounts", "server": uri}])
        ran = town.apply(server_uri=uri)

    assert (ran.status, "connection" in ran.message) == (1, True)
    known = [one.change.subject for one in read_history(run_dir).done()]
    assert known or passing < 5000  # then in the middle of the answers
    told = f"Changes made before: {len(known)}. Run it again" if known else "run it again"
    assert told in ran.message
    names = run_dir / "locked.txt"  # what mail hosts can follow already
    assert (names.read_text("utf-8").split() if known else []) == sorted(known)
    town.plan(changes)
    assert town.apply().status == 0
    assert sorted(standing(run_dir).values()) == [1] * COUNT
    assert town.written() == Counter(map(dn, range(COUNT)))
    assert locked(town) == set(range(COUNT))


def test_tls_that_ends_in_the_batch(lab: Info, tmp_path: Path):
    """On the lab, as the account that has the rights for it and no others."""
    login, ldaps = lab["openldap"]["accounts"]["enforcer"], lab["openldap"]["ldaps"]
    base, town = lab["openldap"]["search_base"], Town(ldaps, tmp_path, tmp_path / "reports")
    as_enforcer = {"bind_dn": login["dn"], "bind_pw": login["password"], "search_base": base}
    as_enforcer |= {"ca_path": lab["tls"]["ca"], "receive_timeout": 10}
    as_enforcer["default_password_policy"] = lab["openldap"]["default_password_policy"]
    access = Access(**{n: as_enforcer[n] for n in ("bind_dn", "bind_pw", "ca_path")}, uri=ldaps)
    with Directory(access) as directory:
        found = directory.find(base, f"(&(objectClass=inetOrgPerson)(!({LOCK}=*)))", ["entryUUID"])
    changes = [change_of(one.decode(), "lock", v["entryUUID"][0].decode()) for one, v in found]
    to_undo = {name: as_enforcer[name] for name in ("bind_dn", "bind_pw", "ca_path")}
    for passing in range(6000, 60000, 500):
        with spoiling(access.address.port or 0, passing, cut) as port:
            uri = f"ldaps://{HOST}:{port}"
            sources = [{"name": "town", "kind": "accounts", "server": uri}]
            town.plan(changes, sources=sources)
            ran = town.apply(server_uri=uri, **as_enforcer)
        assert ran.status == 1, "it was never cut off in the middle"
        assert "connect" in ran.message
        if 0 < len(read_history(tmp_path / "reports" / "run").done()) < len(changes):
            break
        town.roll_back(**to_undo)  # begin anew, a bit later
        rmtree(tmp_path / "reports" / "run")
    run_dir = town.plan(changes)

    assert town.apply(**as_enforcer).status == 0

    counts = standing(run_dir)
    undone = town.roll_back(**to_undo)
    assert undone.result["total"] == sum(counts.values()) > 0
    assert set(counts.values()) == {1}
    with Directory(access) as directory:
        again = directory.find(base, f"(&(objectClass=inetOrgPerson)(!({LOCK}=*)))", ["1.1"])
    assert {one for one, _ in again} == {one for one, _ in found}


@pytest.mark.parametrize("size", [200, 3000, 7000, 7500])
def test_a_full_disk_stops_the_writing_and_a_run_with_room_finishes(town, size):
    run_dir = town.plan(locks(town))

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    ran = town.apply(how={"prepare": fill})

    assert ran.status == 1
    assert f"cannot write {run_dir / 'journal.jsonl'}" in ran.message
    assert "Make room" in ran.message
    intended = {one.change.target for one in read_history(run_dir).pending()}
    intended |= {one.change.target for one in read_history(run_dir).done()}
    assert set(town.written()) <= intended
    assert town.apply().status == 0
    assert sorted(standing(run_dir).values()) == [1] * COUNT
    assert town.written() == Counter(map(dn, range(COUNT)))


def test_the_second_of_two_runs_is_refused(town):
    run_dir = town.plan(locks(town))
    with open_journal(run_dir):
        refused(town, town.apply(), "another run is at work", str(run_dir))
        refused(town, town.roll_back(), "another run is at work", str(run_dir))

    assert town.apply().status == 0


def test_a_journal_with_nonsense_is_refused(town):
    run_dir = town.plan(locks(town))
    (run_dir / "journal.jsonl").write_text('{"record": "begin"}\nnonsense\n')

    refused(town, town.apply(), "journal.jsonl, line 2", "Nothing was written", "put it right")
    assert (run_dir / "journal.jsonl").read_text().endswith("nonsense\n")


def test_a_change_whose_intent_is_lost_is_told_as_not_undone_and_the_others_are_undone(town):
    run_dir = town.plan(locks(town))
    town.apply()
    file = run_dir / "journal.jsonl"
    whole = file.read_text()
    begin, lost, *rest = whole.splitlines(keepends=True)
    address = json.loads(lost)["change"]["subject"]
    file.write_text(begin + "nonsense\n" + "".join(rest))
    assert "line 2 cannot be understood" in town.roll_back().message
    assert "Do not take it out" in town.roll_back().message

    file.write_text(begin + "".join(rest))
    preview = town.roll_back(_ansible_check_mode=True)
    ran = town.roll_back()

    assert (ran.status, ran.result["counts"]) == (1, {"changed": COUNT - 1})
    assert locked(town) == {0}
    told = f"(lock of {address})"
    assert told in ran.message
    assert f"Changes undone: {COUNT - 1}. Not all of this run was undone: " in ran.message
    assert (preview.status, told in preview.output) == (0, True)
    # Asked for by itself it is no less lost, and no obstacle to another one.
    assert town.roll_back(accounts=[address]).status == 1
    assert town.roll_back(accounts=["p1@odd.example"]).status == 0

    # With the line from a copy, that one is undone too.
    file.write_text(begin + lost + "".join(file.read_text().splitlines(keepends=True)[1:]))
    assert (town.roll_back().status, locked(town)) == (0, set())


def test_a_change_whose_lines_are_lost_is_counted_as_not_undone(town):
    run_dir = town.plan(locks(town))
    town.apply()
    file = run_dir / "journal.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    lost = json.loads(lines[1])["change"]["id"]
    file.write_text("".join(line for line in lines if lost not in line))

    again, ran = town.apply(), town.roll_back()

    assert (ran.status, len(locked(town))) == (1, 1)
    assert f"line {len(lines) - 2} counts 1 more than are told" in ran.message
    assert (again.status, "counts 1 more than are told" in again.output) == (0, True)


def test_what_was_undone_by_hand_is_settled_by_a_line_in_the_journal(town):
    run_dir = town.plan(locks(town))
    town.apply()
    file = run_dir / "journal.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    intents = [json.loads(line) for line in lines if '"intent"' in line]
    both, alone = intents[0]["change"]["id"], intents[1]["change"]["id"]
    kept = [line for line in lines if both not in line and line not in lines[2:3]]
    file.write_text("".join(kept))
    settled = {"record": "result", "mode": "rollback", "result": "done"}
    assert town.roll_back().status == 1

    file.write_text("".join(kept) + json.dumps({**settled, "id": alone}) + "\n")
    counted = town.roll_back()
    (line,) = re.findall(r"line \d+(?= counts 1 more)", counted.message)
    with file.open("a") as journal:
        journal.write(json.dumps({**settled, "id": line}) + "\n")

    assert counted.status == 1
    assert alone not in counted.message
    assert town.roll_back().status == 0


def test_who_was_let_in_again_by_hand_is_not_locked_again_though_the_intent_is_lost(town):
    run_dir = town.plan(locks(town))
    town.apply()
    file = run_dir / "journal.jsonl"
    begin, lost, *rest = file.read_text().splitlines(keepends=True)
    file.write_text(begin + "".join(rest))
    change = json.loads(lost)["change"]
    town.set_all(LOCK, [change["target"]])

    ran = town.apply()

    assert ran.status == 0
    assert locked(town) == set(range(1, COUNT))
    assert "taken back since by somebody" in left(ran)[change["subject"]][1]


def test_a_last_line_cut_off_is_repaired(town):
    run_dir = town.plan(locks(town))
    (run_dir / "journal.jsonl").write_text('{"record": "begin"}\n{"record": "int')

    assert town.apply().status == 0
    assert sorted(standing(run_dir).values()) == [1] * COUNT


# Undoing


def test_what_somebody_changed_since_the_run_is_left_and_told(town):
    town.plan(locks(town))
    town.apply()
    lock_by_hand(town, 3)

    ran = town.roll_back()

    assert (ran.status, ran.result["counts"]) == (0, {"changed": COUNT - 1, "changed_since": 1})
    result, reason = left(ran)["p3@odd.example"]
    assert (result, "20190108010000Z" in reason) == ("changed_since", True)
    assert locked(town) == set()
    assert town.values(LOCK, dn(3)) == [[b"20190108010000Z"]]


def test_chosen_accounts_and_controls_alone_are_undone(town):
    town.plan([*planned(town, [dn(1), dn(2)], "must_change"), *locks(town)])
    town.apply()

    by_account = town.roll_back(accounts=["P1@odd.example"])
    assert by_account.result["counts"] == {"changed": 2}
    assert locked(town) == set(range(COUNT)) - {1}
    by_control = town.roll_back(controls=["default-password"])
    assert by_control.result["counts"] == {"changed": 1}
    assert town.values(RESET, dn(1), dn(2)) == [[], []]
    assert locked(town) == set(range(COUNT)) - {1}


def test_a_run_that_is_not_there(town):
    town.plan(locks(town, 1))
    refused(town, town.roll_back("latest"), "nothing to undo")
    town.apply()
    size = town.record_size()

    ran = town.roll_back("2019")

    assert (ran.status, town.record_size()) == (1, size)
    assert "no run 2019" in ran.message
    assert "run" in ran.message.partition("those that did:")[2]


def test_undone_twice_and_made_again_by_another_run(town):
    town.plan(locks(town))
    before = town.export()
    town.apply()

    assert town.roll_back("latest").result["total"] == COUNT
    again = town.roll_back()
    assert (again.status, again.result["changed"], again.result["total"]) == (0, False, 0)
    assert "nothing to undo" in town.roll_back("latest").message
    assert town.export() == before

    run_dir = town.plan(locks(town), "later")
    assert town.apply("later").result["total"] == COUNT
    assert locked(town) == set(range(COUNT))
    assert sorted(standing(run_dir).values()) == [1] * COUNT
    assert town.roll_back("latest").result["total"] == COUNT
    assert town.export() == before


def test_what_check_mode_shows_is_what_is_done_and_undone(town):
    run_dir = town.plan([*planned(town, [dn(1)], "must_change"), *locks(town)])
    check = {"_ansible_check_mode": True, "_ansible_diff": True}

    shown = town.apply(**check)
    assert (town.record_size(), (run_dir / "journal.jsonl").exists()) == (0, False)
    made = town.apply(_ansible_diff=True)
    assert told(shown) == told(made)
    assert [one["id"] for one in shown.result["changes"]] == [
        one["change"]["id"] for one in journal_of(run_dir) if one["record"] == "intent"
    ]
    size = town.record_size()
    shown = town.roll_back(**check)
    assert town.record_size() == size
    assert told(shown) == told(town.roll_back(_ansible_diff=True))


def told(ran: Ran) -> tuple[list[Any], list[Any]]:
    """Its changes and diff; the server may answer in another order than it was asked."""
    return (
        sorted(ran.result["changes"], key=lambda one: one["id"]),
        sorted(ran.result["diff"], key=lambda one: one["before_header"]),
    )


def test_without_a_plan_a_run_that_was_killed_is_finished_too(town, tmp_path):
    more = {"run_dir": str(town.reports / "by-hand")}
    addresses = [f"p{number}@odd.example" for number in range(COUNT)]
    before = town.export()
    for step in range(1, 60, 3):
        town.set_state("locked", *addresses, how={"prepare": die_at(step)}, **more)

    assert town.set_state("locked", *addresses, **more).status == 0
    assert town.written() == Counter(map(dn, range(COUNT)))
    assert town.roll_back("by-hand").result["total"] == COUNT
    assert town.export() == before
