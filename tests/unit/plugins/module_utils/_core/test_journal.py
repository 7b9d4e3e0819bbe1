# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core import journal
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import JournalError
from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import (
    History,
    Raw,
    read_journal,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change

AT = "2019-01-08T01:00:00Z"


def change(identifier: str = "c1", **more: str) -> Change:
    texts = dict.fromkeys(
        ("control", "subject", "unit", "server", "field", "reason", "undo", "fingerprint"), "x"
    )
    whole = {"target": "uid=a,dc=x", **texts, **more}
    return Change(id=identifier, before=("active",), after=("locked",), **whole)


def intent(identifier: str = "c1", mode: str = "apply", **values: Raw) -> str:
    raw = {"before": {"a": []}, "after": {"a": [b"1"]}, **values}
    return journal.intent_line(at=AT, mode=mode, change=change(identifier), **raw)


def result(identifier: str = "c1", mode: str = "apply", result: str = "done") -> str:
    return journal.result_line(at=AT, mode=mode, change_id=identifier, result=result, reason="")


def told(history: History) -> dict[str, list[str]]:
    return {
        name: [one.change.id for one in getattr(history, name)()]
        for name in ("pending", "done", "rolled_back")
        if getattr(history, name)()
    }


STORIES = [
    # what happened              the lines                                                  what is told
    ("nothing",                  [],                                                        {}),
    ("about to be written",      [intent()],                                                {"pending": ["c1"]}),
    ("written",                  [intent(), result()],                                      {"done": ["c1"]}),
    ("left as it was",           [intent(), result(result="skipped")],                      {}),
    ("not written",              [intent(), result(result="failed")],                       {}),
    ("never to be written",      [result(result="skipped")],                                {}),
    ("written, then the next",   [intent(), intent("c2"), result()],
                                 {"pending": ["c2"], "done": ["c1"]}),
    ("in the order of results",  [intent(), intent("c2"), result("c2"), result()],
                                 {"done": ["c2", "c1"]}),
    ("about to be taken back",   [intent(), result(), intent(mode="rollback")],
                                 {"pending": ["c1"], "done": ["c1"]}),
    ("taken back",               [intent(), result(), intent(mode="rollback"), result(mode="rollback")],
                                 {"rolled_back": ["c1"]}),
    ("not taken back",           [intent(), result(), intent(mode="rollback"),
                                  result(mode="rollback", result="skipped")],               {"done": ["c1"]}),
    ("made once more",           [intent(), result(), intent(mode="rollback"), result(mode="rollback"),
                                  intent(), result()],                                      {"done": ["c1"]}),
    ("a run of nothing",         [journal.begin_line(run_id="r"),
                                  journal.end_line(at=AT, mode="apply", counts={})],        {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"), [pytest.param(*story, id=name) for name, *story in STORIES]
)
def test_what_the_lines_tell(lines, expected):
    assert told(read_journal("journal.jsonl", lines)) == expected


def ended(changed: int, mode: str = "apply") -> str:
    return journal.end_line(at=AT, mode=mode, counts={"changed": changed, "skipped": 9})


BEGIN = journal.begin_line(mode="apply", server="ldap1")
UNDONE = [intent(mode="rollback"), result(mode="rollback")]

LOST = [
    # what is missing              the lines                                                 line, change, number
    ("nothing",                    [BEGIN, intent(), result(), ended(1)],                    []),
    ("an intent",                  [BEGIN, intent(), result("c2"), result(), ended(2)],      [(3, "c2", 1)]),
    ("of one left as it was",      [BEGIN, result(result="skipped"), ended(0)],              []),
    ("of one not written",         [BEGIN, result(result="failed"), ended(0)],               []),
    ("a change as a whole",        [BEGIN, intent(), result(), ended(3)],                    [(4, "", 2)]),
    ("a result",                   [BEGIN, intent(), ended(1)],                              []),
    ("a result, found since",      [BEGIN, intent(), ended(1), BEGIN, result(), ended(1)],   []),
    ("of one of two runs",         [BEGIN, intent(), result(), ended(1), BEGIN, ended(1)],   [(6, "", 1)]),
    ("the end, broken off",        [BEGIN, intent(), result(), BEGIN, ended(0)],             []),
    ("one of the undoing",         [intent(), result(), UNDONE[1], ended(1, "rollback")],    []),
    ("none, and undone twice",     [intent(), result(), *UNDONE, UNDONE[1]],                 []),
    ("of one that was undone",     [result(), *UNDONE],                                      []),
    ("of one, undone without",     [result(), UNDONE[1]],                                    []),
    ("all but the undoing",        [UNDONE[1]],                                              [(1, "c1", 1)]),
    ("the last one of two",        [intent(), result(), *UNDONE, result()],                  [(5, "c1", 1)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"), [pytest.param(*story, id=name) for name, *story in LOST]
)
def test_what_was_made_and_cannot_be_undone_is_known(lines, expected):
    lost = read_journal("journal.jsonl", lines).lost()

    assert [(one.line, one.change_id, one.number) for one in lost] == expected
    assert {one.server for one in lost} <= {"ldap1", ""}


NAMES = st.text().filter(lambda name: name.lower() not in journal.SECRET)
VALUES = st.dictionaries(NAMES, st.lists(st.binary() | st.text().map(str.encode)))


@given(before=VALUES, after=VALUES, subject=st.text())
def test_what_is_written_is_read_again(before, after, subject):
    whole = change(subject=subject)
    line = journal.intent_line(at=AT, mode="apply", change=whole, before=before, after=after)

    assert "\n" not in line
    (found,) = read_journal("journal.jsonl", [line]).pending()
    assert (found.change, found.mode) == (whole, "apply")
    assert (found.before, found.after) == (before, after)


@pytest.mark.parametrize("name", ["userPassword", "USERPASSWORD", "pwdHistory", "unicodePwd"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_holds_passwords_is_refused(name, place):
    with pytest.raises(JournalError, match=f"{name} holds passwords"):
        intent(**{place: {name: [b"{SSHA}x"]}})


NONSENSE = [
    # what is wrong               the line
    ("no JSON",                   "nonsense"),
    ("empty",                     ""),
    ("cut off",                   intent()[:-1]),
    ("a list",                    "[]"),
    ("a number",                  "1"),
    ("without a kind",            "{}"),
    ("of an unknown kind",        '{"record": "other"}'),
    ("a result of nothing",       '{"record": "result"}'),
    ("an unknown result",         result(result="perhaps")),
    ("an unknown mode",           result(mode="sideways")),
    ("an intent in no mode",      intent(mode="sideways")),
    ("an intent of no change",    '{"record": "intent", "mode": "apply", "before": {}, "after": {}, "change": 1}'),
    ("a value that is a number",  intent().replace('["1"]', "[1]")),
    ("values that are a text",    intent().replace('["1"]', '"1"')),
    ("base64 that is none",       intent().replace('["1"]', '[{"base64": "*"}]')),
]  # fmt: skip


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in NONSENSE])
def test_a_line_that_is_none_is_named_and_not_to_be_taken_out(line):
    with pytest.raises(
        JournalError, match=r"/r/journal\.jsonl, line 2 cannot .* Put the line right, .*Do not take"
    ):
        read_journal("/r/journal.jsonl", [intent("c0"), line, result("c0")])


def test_half_a_line_at_the_end_may_be_taken_out_and_one_that_is_whole_not():
    with pytest.raises(
        JournalError, match=r"line 2 .* take the line out if it is no more than the"
    ):
        read_journal("journal.jsonl", [intent(), intent("c2")[:-9]])


FAULTS = [
    # line               what is said of it
    (intent()[:-1],      "it is cut off or not JSON"),
    ("[]",               "it is not as it is written here"),
    ("{}",               "it lacks record"),
    ('{"record": "x"}',  "unknown record 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), FAULTS)
def test_what_is_wrong_with_a_line_is_told_in_words_for_people(line, said):
    with pytest.raises(JournalError, match=rf"line 1 cannot be understood: {said}\. Nothing was"):
        read_journal("journal.jsonl", [line])


def test_letters_stay_as_they_are():
    line = intent(after={"a": ["Nguyễn".encode(), b"\xff"]})

    assert json.loads(line)["after"] == {"a": ["Nguyễn", {"base64": "/w=="}]}


LAST_APPLIED = [
    # what happened, in this order                                  when changes were made last
    ([],                                                            ""),
    ([("begin", "apply", 1)],                                       ""),
    ([("intent", "apply", 1)],                                      "1"),
    ([("intent", "apply", 1), ("done", "apply", 2)],                "2"),
    ([("intent", "apply", 1), ("skipped", "apply", 2)],             "1"),
    ([("intent", "apply", 1), ("done", "apply", 2), ("intent", "rollback", 3), ("done", "rollback", 4)], "2"),
]  # fmt: skip


@pytest.mark.parametrize(("happened", "expected"), LAST_APPLIED)
def test_when_changes_were_made_last(happened, expected):
    lines = []
    for what, mode, day in happened:
        known = {"at": str(day), "mode": mode}
        if what == "begin":
            lines.append(journal.begin_line(**known))
        elif what == "intent":
            lines.append(journal.intent_line(change=change(), before={}, after={}, **known))
        else:
            lines.append(journal.result_line(change_id="c1", result=what, reason="", **known))

    assert read_journal("journal.jsonl", lines).applied_at == expected
