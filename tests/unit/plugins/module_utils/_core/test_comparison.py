# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import (
    WORDS,
    Comparison,
    failing,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Message,
    Severity,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.external_forwarding import (
    EXTERNAL_FORWARDING,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.idle_mailbox import (
    IDLE_MAILBOX,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.earlier_findings import (
    EarlierFindings,
    no_passes,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import (
    Finding,
    Subject,
    to_line,
)

CLERK = Finding(
    control=IDLE_MAILBOX, status=Status.FAIL,
    about=Subject(name="clerk@town.example", unit="Registry", server="ldap1"),
    verdict=Verdict(status=Status.FAIL, message=Message("m", "Idle")),
)  # fmt: skip


def finding(
    status: Status = Status.FAIL, mark: str = "", subject: str = "clerk@town.example", **changed
) -> Finding:
    verdict = replace(CLERK.verdict, status=status, mark=mark)
    about = replace(CLERK.about, name=subject)
    return replace(CLERK, **{"status": status, "verdict": verdict, "about": about} | changed)


def at(place: str, found: Finding) -> Finding:
    return replace(found, about=replace(found.about, place=place))


@dataclass(frozen=True)
class Told:
    """What a run knows of subjects that it has no finding on."""

    is_settled: bool = False
    is_gone: bool = False

    def settled(self, control: str, subject: str, server: str, message: str) -> bool:
        return self.is_settled

    def disappeared(self, control: str, subject: str, server: str) -> bool:
        return self.is_gone


def earlier(lines: Iterable[str]) -> EarlierFindings:
    found = EarlierFindings()
    for _, one in no_passes(lines):
        found.add(one)
    return found


def compare(
    before: list[Finding], now: list[Finding], fate: Told | None = None
) -> tuple[list, list]:
    """The words of the findings of this run, and those of what is gone."""
    lines = [to_line(found, "") + "\n" for found in before]
    comparison = Comparison(earlier(lines))
    words = [comparison.change(found) for found in now]
    gone = [json.loads(line)["change"] for line in comparison.gone(lines, fate or Told())]
    assert comparison.summary() == {word: (words + gone).count(word) for word in WORDS}
    return words, gone


F, U, E, M, X, P = (
    finding(status)
    for status in (
        Status.FAIL, Status.UNKNOWN, Status.ERROR, Status.MANUAL, Status.EXEMPT, Status.PASS,
    )
)  # fmt: skip
TWO, OTHER = finding(mark="a@b.example"), finding(mark="c@d.example")
HALF = replace(P, complete=False)
AT_ONE, AT_TWO = at("ldap1", F), at("ldap2", F)
MILD = replace(F, verdict=replace(F.verdict, severity=Severity.LOW))
ELSEWHERE = finding(subject="desk@town.example")


def silent(found: Finding, *messages: str) -> Finding:
    return replace(found, verdict=replace(found.verdict, silent_on=messages))


CASES = [
    # what the case shows                                  before       now            words now             gone
    ("it was not there",                                   [],          [F],           ["new"],              []),
    ("it still is",                                        [F],         [F],           ["unchanged"],        []),
    ("it is in order now",                                 [F],         [P],           [""],                 ["resolved"]),
    ("it is in order as far as could be read",             [F],         [HALF],        [""],                 ["not_assessed"]),
    ("in order, by what says nothing of it",               [F],         [silent(P, "m")], [""],              ["not_assessed"]),
    ("in order, by what says nothing of another",          [F],         [silent(P, "n")], [""],              ["resolved"]),
    ("exempt before, in order by what says nothing of it", [X],         [silent(P, "m")], [""],              ["not_assessed"]),
    ("it matters less, by what says nothing of it",        [F],         [silent(MILD, "m")], ["not_assessed"], []),
    ("it matters less, by what says nothing of another",   [F],         [silent(MILD, "n")], ["better"],     []),
    ("it matters more, by what says nothing of it",        [MILD],      [silent(F, "m")], ["worse"],         []),
    ("it is exempt, by what says nothing of it",           [F],         [silent(X, "m")], ["exempted"],      []),
    ("one of two is gone, by what says nothing of it",     [TWO, OTHER], [silent(TWO, "m")], ["unchanged"],  ["not_assessed"]),
    ("in another directory, by what says nothing of it",   [AT_ONE],    [at("ldap1", P), silent(AT_TWO, "m")], ["", "new"], ["resolved"]),
    ("it is not known any more",                           [F],         [U],           ["not_assessed"],     []),
    ("it could not be assessed",                           [F],         [E],           ["not_assessed"],     []),
    ("a person's case is not known any more",              [M],         [U],           ["not_assessed"],     []),
    ("it was not known and is now",                        [U],         [F],           ["worse"],            []),
    ("it was not known, and is for a person to judge",     [U],         [M],           ["worse"],            []),
    ("a person's case fails now",                          [M],         [F],           ["worse"],            []),
    ("a failure is for a person to judge now",             [F],         [M],           ["better"],           []),
    ("it matters more now",                                [MILD],      [F],           ["worse"],            []),
    ("it matters less now",                                [F],         [MILD],        ["better"],           []),
    ("a person's case fails now, and matters less",        [M],         [MILD],        ["worse"],            []),
    ("it was not known and is in order now",               [U],         [P],           [""],                 ["decided"]),
    ("it was not assessed and is in order now",            [E],         [P],           [""],                 ["decided"]),
    ("it was not known and is as far as could be read",    [U],         [HALF],        [""],                 ["not_assessed"]),
    ("not known, in order by what says nothing of it",     [U],         [silent(P, "m")], [""],              ["not_assessed"]),
    ("it was not known, and another says what it is",      [U],         [TWO],         ["new"],              ["decided"]),
    ("a person's case is in order now",                    [M],         [P],           [""],                 ["resolved"]),
    ("it is still not known",                              [U],         [U],           ["unchanged"],        []),
    ("not known is more than not assessed",                [U],         [E],           ["better"],           []),
    ("its exemption ended",                                [X],         [F],           ["expired"],          []),
    ("its exemption ended, and a person must judge",       [X],         [M],           ["expired"],          []),
    ("its exemption stands",                               [X],         [X],           ["unchanged"],        []),
    ("an exempt one is not known any more",                [X],         [U],           ["not_assessed"],     []),
    ("an exempt one is in order now",                      [X],         [P],           [""],                 ["resolved"]),
    ("it is exempt now",                                   [F],         [X],           ["exempted"],         []),
    ("a person's case is exempt now",                      [M],         [X],           ["exempted"],         []),
    ("one that was not known is exempt now",               [U],         [X],           ["exempted"],         []),
    ("one that was not there is exempt from the start",    [],          [X],           ["exempted"],         []),
    ("the account is gone",                                [F],         [ELSEWHERE],   ["new"],              ["not_assessed"]),
    ("one of two is gone",                                 [TWO, OTHER], [TWO],        ["unchanged"],        ["resolved"]),
    ("one of two is gone as far as could be read",         [TWO, OTHER], [replace(TWO, complete=False)], ["unchanged"], ["not_assessed"]),
    ("both are hidden by one that is not known",           [TWO, OTHER], [U],          ["new"],              ["not_assessed"] * 2),
    ("the same in another directory is another",           [AT_ONE],    [AT_TWO],      ["new"],              ["not_assessed"]),
    ("in order in another directory only",                 [AT_ONE],    [at("ldap2", P)], [""],   ["not_assessed"]),
    ("another one came in its place",                      [TWO],       [OTHER],       ["new"],              ["resolved"]),
    ("it was in order and still is",                       [P],         [P],           [""],                 []),
    ("it was in order",                                    [P],         [F],           ["new"],              []),
    ("another control of the account is in order",         [F],         [replace(P, control=EXTERNAL_FORWARDING)], [""], ["not_assessed"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "words", "gone"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_a_partial_answer_never_looks_like_a_cure(before, now, words, gone):
    assert compare(before, now) == (words, gone)


@pytest.mark.parametrize(
    ("before", "fate", "word"),
    [
        (F, Told(), "not_assessed"),
        (F, Told(is_settled=True), "resolved"),
        (F, Told(is_gone=True), "disappeared"),
        (F, Told(is_settled=True, is_gone=True), "resolved"),
        (X, Told(is_settled=True), "resolved"),
        (U, Told(), "not_assessed"),
        (U, Told(is_settled=True), "decided"),
        (E, Told(is_settled=True), "decided"),
        (U, Told(is_gone=True), "disappeared"),
    ],
)
def test_of_a_subject_without_any_finding_the_run_tells_the_fate(before, fate, word):
    assert compare([before], [], fate) == ([], [word])


def test_the_fate_is_asked_of_control_subject_server_and_message():
    asked = []
    fate = Told()
    lines = [to_line(F, "")]
    object.__setattr__(fate, "settled", lambda *what: asked.append(what))
    list(Comparison(earlier(lines)).gone(lines, fate))

    assert asked == [("idle-mailbox", "clerk@town.example", "ldap1", CLERK.verdict.message.key)]


@pytest.mark.parametrize("severity", [None, "", "grave"])
def test_a_severity_that_no_run_of_today_writes_is_not_compared(severity):
    line = json.loads(to_line(F, "")) | {"severity": severity}
    comparison = Comparison(earlier([json.dumps(line)]))

    assert comparison.change(F) == "unchanged"


FAILING = [
    ("new", {"new": 1, "worse": 2, "expired": 3, "not_assessed": 9}, {"new": 1, "worse": 2, "expired": 3}),
    ("new", {"new": 0, "resolved": 5, "exempted": 1, "better": 1, "disappeared": 1, "unchanged": 3}, {}),
    ("any", {"unchanged": 7}, {}),
    ("any", {"unchanged": 7, "disappeared": 2}, {"disappeared": 2}),
    ("any", dict.fromkeys(WORDS, 1), dict.fromkeys((w for w in WORDS if w != "unchanged"), 1)),
    ("none", dict.fromkeys(WORDS, 1), {}),
]  # fmt: skip


@pytest.mark.parametrize(("fail_on", "counts", "expected"), FAILING)
def test_a_pipeline_fails_on_what_it_was_told_to(fail_on, counts, expected):
    assert failing(counts, fail_on) == expected


def test_a_warning_is_no_finding_to_compare():
    soon = replace(P, verdict=replace(P.verdict, due=date(2019, 3, 1)))

    assert compare([soon], [soon]) == ([""], [])


def test_without_an_earlier_run_nothing_is_compared():
    comparison = Comparison(None)

    assert comparison.change(F) == ""
    assert list(comparison.gone([], Told(is_settled=True))) == []
    assert comparison.summary() is None
    assert not comparison.compares


def test_with_an_empty_earlier_run_all_is_new():
    assert Comparison(EarlierFindings()).change(F) == "new"


def test_a_finding_that_came_twice_is_no_new_one():
    assert compare([F], [F, F]) == (["unchanged", "unchanged"], [])


def test_what_is_gone_keeps_all_that_was_known_of_it():
    before = to_line(F, "unchanged")

    (line,) = Comparison(EarlierFindings()).gone([before, to_line(P, "")], Told(is_settled=True))

    assert json.loads(line) == json.loads(before) | {"change": "resolved"}


def test_where_nothing_is_gone_the_earlier_findings_are_not_read_again():
    comparison = Comparison(earlier([to_line(F, "")]))
    comparison.change(F)

    assert list(comparison.gone(iter(["no finding"]), Told())) == []


def test_what_is_gone_can_only_be_told_of_findings():
    with pytest.raises(ValueError, match="no finding"):
        list(Comparison(EarlierFindings()).gone(["[]"], Told()))
