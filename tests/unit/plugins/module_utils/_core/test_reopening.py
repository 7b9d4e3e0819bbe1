# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each way in which a request is refused, and the one in which it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from string import Formatter
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import Wish
from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import (
    intent_line,
    read_journal,
    result_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.lock_journals import LockJournals
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening import (
    Known,
    State,
    Verdict,
    decide,
    forcing,
    unlocking,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_policy import (
    Approver,
    ReopeningPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_requests import Request
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_words import (
    SENTENCES,
    sentence,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.seen_locked import SeenLocked

from .facts import policy

TODAY = date(2019, 1, 20)
LOCKED_ON = "2019-01-08T03:00:00Z"
CLERK = "clerk@town.example"
SEEN = SeenLocked(
    subject=CLERK, addresses=(CLERK,), unit="Registry", at="", kind="administrator",
    facts={"addresses": [CLERK], "login": "clerk"},
)  # fmt: skip
RULES = ReopeningPolicy(
    approvers=(
        Approver(name="Chủ tịch", units=None),
        Approver(name="Trưởng Công an", units=("Công an phường",)),
    ),
    keep_locked={"boss@town.example": "hijacked"},
)


def lock_lines(
    run: str = "", *, control: str = "idle-mailbox", at: str = LOCKED_ON, **known: Any
) -> list[str]:
    """The lines of a journal of one lock that was set, or what is stated instead."""
    content: dict[str, Any] = {
        "id": f"c{at}", "control": control, "subject": CLERK, "unit": "Registry", "server": "ldap1",
        "target": "uid=clerk", "field": "lock", "before": ("active",), "after": ("locked",),
        "reason": "", "undo": "", "fingerprint": "f", "account_id": "5d2a",
        "facts": {"addresses": [CLERK, "boss@town.example"], "login": "clerk"},
    }  # fmt: skip
    change = Change(**content | known)
    values: dict[str, list[bytes]] = {"pwdAccountLockedTime": []}
    return [
        intent_line(at=at, mode="apply", change=change, before=values, after=values),
        result_line(at=at, mode="apply", change_id=change.id, result="done", reason=""),
    ]


def journals(*runs: list[str]) -> LockJournals:
    return LockJournals((f"run{n}", read_journal("j", lines)) for n, lines in enumerate(runs))


def request(**known: Any) -> Request:
    """A request that is granted as far as nothing else is stated."""
    base = {
        "address": CLERK, "unit": "Registry", "reason": "Back at work", "requested_by": "Head",
        "approved_by": "Chủ tịch", "approved_on": date(2019, 1, 18), "file": "requests.yml",
        "line": 3,
    }  # fmt: skip
    return Request(**{**base, **known})  # type: ignore[arg-type]


def known(*, lines: list[str] | None = None, rules: ReopeningPolicy = RULES, **state: Any) -> Known:
    account = {"found": 1, "dn": "uid=clerk", "account_id": "5d2a", "locked": True, **state}
    return Known(
        policy=policy(reopening=rules),
        run_id="own",
        today=TODAY,
        journals=journals(only_the_lock() if lines is None else lines),
        states={CLERK: State(**account)},
        seen={CLERK: SEEN},
    )


def only_the_lock() -> list[str]:
    """As lock_lines(), without the second address that the policy keeps locked."""
    return lock_lines(facts={"addresses": [CLERK], "login": "clerk"})


def verdict(asked: Request, around: Known) -> Verdict:
    (decision,) = decide([asked], around)
    for language in SENTENCES:
        assert sentence(language, decision.verdict, decision.params)
    return decision.verdict


REQUESTS = [
    # what the case shows                        the request                                verdict
    ("all in order",                             {},                                        Verdict.REOPEN),
    ("nobody approved it",                       {"approved_by": ""},                       Verdict.NO_APPROVER),
    ("a name that the policy does not have",     {"approved_by": "Thư ký"},                 Verdict.UNKNOWN_APPROVER),
    ("another accent is another name",           {"approved_by": "Chú tịch"},               Verdict.UNKNOWN_APPROVER),
    ("the same name in combining letters",       {"approved_by": "Chu\u0309 ti\u0323ch"},   Verdict.REOPEN),
    ("case and blanks are no difference",        {"approved_by": " CHỦ  TỊCH "},            Verdict.REOPEN),
    ("an approver of another unit",              {"approved_by": "Trưởng Công an"},         Verdict.NOT_FOR_UNIT),
    ("no day",                                   {"approved_on": None},                     Verdict.NO_DAY),
    ("approved today",                           {"approved_on": TODAY},                    Verdict.REOPEN),
    ("approved tomorrow",                        {"approved_on": date(2019, 1, 21)},        Verdict.IN_FUTURE),
    ("approved on the day of the lock",          {"approved_on": date(2019, 1, 8)},         Verdict.REOPEN),
    ("approved before it was locked",            {"approved_on": date(2019, 1, 7)},         Verdict.BEFORE_LOCK),
    ("the last day of the approval",             {"until": TODAY},                          Verdict.REOPEN),
    ("past it",                                  {"until": date(2019, 1, 19)},              Verdict.EXPIRED),
    ("no unit is stated, as in a form",          {"unit": ""},                              Verdict.REOPEN),
    ("another unit is stated",                   {"unit": "Công an phường"},                Verdict.OTHER_UNIT),
    ("an address of nobody",                     {"address": "x@town.example"},             Verdict.UNKNOWN_ADDRESS),
    ("it is to stay locked",                     {"wish": Wish.KEEP_LOCKED},                Verdict.KEEP),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "expected"), [pytest.param(*case, id=name) for name, *case in REQUESTS]
)
def test_the_request(stated, expected):
    assert verdict(request(**stated), known()) is expected


BY_HAND = lock_lines(control="")
UNFINISHED = lock_lines()[:1]
REOPENED = lock_lines(
    id="r", control="locked-mailbox", before=("locked",), after=("active",),
    at="2019-01-10T03:00:00Z",
)  # fmt: skip
LOCKS = [
    # what the case shows                        journal, account, policy                   verdict
    ("locked for a default password",            {"lines": lock_lines(control="default-password", facts={})}, Verdict.REOPEN),
    ("for another reason",                       {"lines": lock_lines(control="hijacked-mailbox", facts={})}, Verdict.OTHER_REASON),
    ("by this tool, without a plan",             {"lines": BY_HAND},                        Verdict.KEPT_LOCKED),
    ("no journal tells of it",                   {"lines": []},                             Verdict.OTHER_HAND),
    ("of another account",                       {"lines": lock_lines(account_id="other")}, Verdict.OTHER_HAND),
    ("broken off",                               {"lines": UNFINISHED},                     Verdict.UNCLEAR),
    ("opened since, and locked by somebody",     {"lines": lock_lines() + REOPENED},        Verdict.OTHER_HAND),
    ("another address of it is kept locked",     {"lines": lock_lines()},                   Verdict.KEPT_LOCKED),
    ("it is open",                               {"locked": False},                         Verdict.NOT_LOCKED),
    ("whether it is locked may not be read",     {"locked": None},                          Verdict.UNREADABLE),
    ("two accounts have the address",            {"found": 2},                              Verdict.AMBIGUOUS),
    ("the policy names nobody",                  {"rules": ReopeningPolicy()},              Verdict.UNKNOWN_APPROVER),
    ("the policy opens what others locked",      {"lines": [], "rules": replace(RULES, by_state=True)}, Verdict.REOPEN),
    ("but not for another reason of this tool",  {"lines": lock_lines(control="hijacked-mailbox", facts={}), "rules": replace(RULES, by_state=True)}, Verdict.OTHER_REASON),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "expected"), [pytest.param(*case, id=name) for name, *case in LOCKS]
)
def test_the_lock(stated, expected):
    assert verdict(request(), known(**stated)) is expected


def test_a_request_can_ask_for_a_lock_of_somebody_else():
    assert verdict(request(by_state=True), known(lines=[])) is Verdict.REOPEN


def test_of_a_lock_of_somebody_else_the_audit_knows_the_account_by_all_its_names():
    (decision,) = decide([request(by_state=True)], known(lines=[]))

    assert unlocking(decision, "ldap1").facts == {"addresses": [CLERK], "login": "clerk"}


def test_without_an_audit_the_unit_is_that_of_the_lock():
    around = replace(known(), seen={})

    assert verdict(request(), around) is Verdict.REOPEN
    assert verdict(request(by_state=True), replace(known(lines=[]), seen={})) is (
        Verdict.UNKNOWN_UNIT
    )


def made(around: Known, **state: Any) -> Known:
    """What is known after the request was carried out."""
    (decision,) = decide([request()], around)
    change = unlocking(decision, "ldap1")
    values: dict[str, list[bytes]] = {"pwdAccountLockedTime": []}
    at = "2019-01-19T03:00:00Z"
    lines = [
        intent_line(at=at, mode="apply", change=change, before=values, after=values),
        result_line(at=at, mode="apply", change_id=change.id, result="done", reason=""),
    ]
    account = {**vars(around.states[CLERK]), "locked": False, **state}
    return replace(
        around, journals=journals(only_the_lock(), lines), states={CLERK: State(**account)}
    )


def test_an_approval_opens_once():
    (again,) = decide([request()], made(known()))
    (locked_again,) = decide([request()], made(known(), locked=True))
    another = decide([request(approved_on=TODAY)], made(known(), locked=True))[0]

    assert (again.verdict, again.params) == (Verdict.REOPENED, {"on": "2019-01-19"})
    assert locked_again.verdict is Verdict.USED
    assert another.verdict is Verdict.OTHER_HAND, "no journal tells of the second lock"


def test_the_newest_lock_counts():
    later = lock_lines(at="2019-01-19T03:00:00Z", facts={})

    (decision,) = decide([request()], replace(known(), journals=journals(only_the_lock(), later)))

    assert decision.verdict is Verdict.BEFORE_LOCK


def test_a_unit_that_answers_otherwise_outweighs_the_approval():
    asked = [request(), request(wish=Wish.KEEP_LOCKED, file="form.csv", line=7)]

    reopen, keep = decide(asked, known())

    assert (reopen.verdict, keep.verdict) == (Verdict.CONTRADICTED, Verdict.KEEP)
    assert "form.csv, line 7" in sentence("en", reopen.verdict, reopen.params)


def test_two_requests_for_one_account_open_it_once():
    states = known().states
    around = replace(known(), states={**states, "c@town.example": states[CLERK]})
    around = replace(around, seen={**around.seen, "c@town.example": SEEN})

    first, second = decide([request(), request(address="c@town.example")], around)

    assert (first.verdict, second.verdict) == (Verdict.REOPEN, Verdict.TWICE)


def test_one_that_is_refused_does_not_stand_in_the_way_of_another():
    asked = [request(approved_by=""), request()]

    assert [one.verdict for one in decide(asked, known())] == [Verdict.NO_APPROVER, Verdict.REOPEN]


def test_the_changes_say_who_approved_it_and_what_it_undoes():
    around = known(lines=lock_lines(control="default-password", facts={"login": "clerk"}))
    (decision,) = decide([request()], around)

    lock, password = unlocking(decision, "ldap1"), forcing(decision, "ldap1")

    assert decision.forces_password
    assert (lock.field, lock.before, lock.after) == ("lock", ("locked",), ("active",))
    assert (password.field, password.after) == ("must_change", ("yes",))
    assert lock.reason == (
        "approved by Chủ tịch on 2019-01-18 (requests.yml, line 3): Back at work; locked by run"
        " run0 for default-password"
    )
    assert lock.facts == {"login": "clerk"}
    assert lock.id != password.id


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_has_a_sentence_in_both_languages(verdict):
    fields = [
        {name for _, name, _, _ in Formatter().parse(sentences[verdict]) if name}
        for sentences in SENTENCES.values()
    ]

    assert fields[0] == fields[1]
