# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import (
    Comparison,
    Earlier,
    gone_lines,
    read_earlier,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Message,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.external_forwarding import (
    EXTERNAL_FORWARDING,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.idle_mailbox import (
    IDLE_MAILBOX,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import Finding, to_line

CLERK = Finding(
    control=IDLE_MAILBOX, subject="clerk@town.example", unit="Registry", status=Status.FAIL,
    verdict=Verdict(status=Status.FAIL, message=Message("m", "Idle")), server="ldap1",
)  # fmt: skip


def finding(status: Status = Status.FAIL, mark: str = "", **changed) -> Finding:
    verdict = replace(CLERK.verdict, status=status, mark=mark)
    return replace(CLERK, **{"status": status, "verdict": verdict} | changed)


def compare(before: list[Finding], now: list[Finding], settled: bool = False) -> tuple[list, list]:
    """The words of the findings of this run, and those of what is gone."""
    lines = [to_line(found, "") + "\n" for found in before]
    comparison = Comparison(dict(read_earlier(lines)))
    words = [comparison.change(found) for found in now]
    gone = comparison.gone(lambda control, subject, server: settled)
    assert comparison.summary() == {
        word: (words + list(gone.values())).count(word)
        for word in ("new", "resolved", "unchanged", "not_assessed")
    }
    assert [json.loads(line)["change"] for line in gone_lines(lines, gone)] == list(gone.values())
    return words, list(gone.values())


F, U, E, M, X, P = (
    finding(status)
    for status in (
        Status.FAIL, Status.UNKNOWN, Status.ERROR, Status.MANUAL, Status.EXEMPT, Status.PASS,
    )
)  # fmt: skip
TWO, OTHER = finding(mark="a@b.example"), finding(mark="c@d.example")
HALF = replace(P, complete=False)
ELSEWHERE = finding(subject="desk@town.example")
CASES = [
    # what the case shows                                  before       now            words now             gone
    ("it was not there",                                   [],          [F],           ["new"],              []),
    ("it still is",                                        [F],         [F],           ["unchanged"],        []),
    ("it is in order now",                                 [F],         [P],           [""],                 ["resolved"]),
    ("it is in order as far as could be read",             [F],         [HALF],        [""],                 ["not_assessed"]),
    ("it is not known any more",                           [F],         [U],           ["not_assessed"],     []),
    ("it could not be assessed",                           [F],         [E],           ["not_assessed"],     []),
    ("a person's case is not known any more",              [M],         [U],           ["not_assessed"],     []),
    ("it was not known and is now",                        [U],         [F],           ["new"],              []),
    ("it was not known and is in order now",               [U],         [P],           [""],                 ["resolved"]),
    ("it is still not known",                              [U],         [U],           ["unchanged"],        []),
    ("not known and not assessed are different",           [U],         [E],           ["new"],              []),
    ("it was exempt",                                      [X],         [F],           ["new"],              []),
    ("it is exempt now",                                   [F],         [X],           ["new"],              []),
    ("the account is gone",                                [F],         [ELSEWHERE],   ["new"],              ["not_assessed"]),
    ("one of two is gone",                                 [TWO, OTHER], [TWO],        ["unchanged"],        ["resolved"]),
    ("one of two is gone as far as could be read",         [TWO, OTHER], [replace(TWO, complete=False)], ["unchanged"], ["not_assessed"]),
    ("both are hidden by one that is not known",           [TWO, OTHER], [U],          ["new"],              ["not_assessed"] * 2),
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


@pytest.mark.parametrize(("settled", "word"), [(True, "resolved"), (False, "not_assessed")])
def test_of_a_subject_without_any_finding_the_assessment_decides(settled, word):
    assert compare([F], [], settled) == ([], [word])


def test_the_assessment_is_asked_for_control_subject_and_server():
    asked = []
    comparison = Comparison(dict(read_earlier([to_line(F, "")])))
    comparison.gone(lambda *what: asked.append(what))

    assert asked == [("idle-mailbox", "clerk@town.example", "ldap1")]


def test_a_warning_is_no_finding_to_compare():
    soon = replace(P, verdict=replace(P.verdict, due=date(2019, 3, 1)))

    assert compare([soon], [soon]) == ([""], [])


def test_without_an_earlier_run_nothing_is_compared():
    comparison = Comparison(None)

    assert comparison.change(F) == ""
    assert comparison.gone(lambda *_: True) == {}
    assert comparison.summary() is None
    assert not comparison.compares


def test_with_an_empty_earlier_run_all_is_new():
    assert Comparison({}).change(F) == "new"


def test_only_what_is_no_pass_is_kept():
    text = [to_line(found, "") for found in (F, P)]

    assert list(read_earlier(text)) == [
        (F.fingerprint, Earlier(status="fail", control="idle-mailbox",
                                subject="clerk@town.example", server="ldap1")),
    ]  # fmt: skip


def test_a_subject_that_is_named_as_a_pass_is_kept():
    sly = finding(subject='"status":"pass"')

    assert [fingerprint for fingerprint, _ in read_earlier([to_line(sly, "")])] == [sly.fingerprint]


@pytest.mark.parametrize("line", ["", "{", "[]", "1", '{"fingerprint": "1", "status": "fail"}'])
def test_a_line_that_is_no_finding_is_refused(line):
    with pytest.raises(ValueError, match=r"."):
        list(read_earlier([line]))
    with pytest.raises(ValueError, match=r"."):
        list(gone_lines([line], {"1": "resolved"}))


def test_what_is_gone_keeps_all_that_was_known_of_it():
    before = to_line(F, "unchanged")

    (line,) = gone_lines([before, to_line(OTHER, "new")], {F.fingerprint: "resolved"})

    assert json.loads(line) == json.loads(before) | {"change": "resolved"}
