# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which finding is told to which unit, and as what."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.contents import (
    Contents,
    Deeds,
    Kind,
    State,
    by_unit,
)

from .letters import UNIT, contents, forward, idle, locked, password, row, soon

FAILURES = row("locked-mailbox", "f@x", "manual", "locked-mailbox.failures", at="2026-11-29")
PENDING = replace(password(), message="default-password.pending")
NEVER = replace(password(), message="default-password.never-changed")
DORMANT = replace(forward(), status="manual", message="external-forwarding.dormant")

TOLD = [
    # what was found            finding                                done         what is told
    ("locked",                  locked(),                              (),          [(Kind.LOCKED, State.LOCKED)]),
    ("locked by failures",      FAILURES,                              (),          [(Kind.LOCKED, State.LOCKED_BY_FAILURES)]),
    ("open",                    replace(locked(), status="pass"),      (),          []),
    ("soon idle",               soon(),                                (),          [(Kind.SOON, State.SOON)]),
    ("in use",                  replace(soon(), due=None),             (),          []),
    ("idle",                    idle(),                                (),          [(Kind.SOON, State.OVERDUE)]),
    ("idle, and locked since",  idle(),                                ("lock",),   [(Kind.LOCKED, State.LOCKED_NOW)]),
    ("idle, not known",         replace(idle(), status="unknown"),     (),          []),
    ("idle, exempt",            replace(idle(), status="exempt"),      (),          []),
    ("a forward",               forward(),                             (),          [(Kind.FORWARDS, State.FORWARDS)]),
    ("one that was taken away", forward(),                             ("forwards",), [(Kind.FORWARDS, State.SWITCHED_OFF)]),
    ("a dormant one",           DORMANT,                               (),          [(Kind.FORWARDS, State.MAY_FORWARD)]),
    ("one that is allowed",     replace(forward(), status="exempt"),   (),          []),
    ("a default password",      password(),                            (),          [(Kind.PASSWORDS, State.DEFAULT_PASSWORD)]),
    ("one never changed",       NEVER,                                 (),          [(Kind.PASSWORDS, State.NEVER_CHANGED)]),
    ("one that has to be",      PENDING,                               (),          [(Kind.PASSWORDS, State.MUST_CHANGE)]),
    ("one that has to be now",  password(),                            ("must_change",), [(Kind.PASSWORDS, State.MUST_CHANGE)]),
    ("one that is locked now",  password(),                            ("lock",),   [(Kind.LOCKED, State.LOCKED_NOW), (Kind.PASSWORDS, State.DEFAULT_PASSWORD)]),
    ("another control",         row("regular-use", UNIT, "fail", "x"), (),          []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "done", "told"), [pytest.param(*case, id=name) for name, *case in TOLD]
)
def test_each_finding_is_told_as_what_it_is(found, done, told):
    made = contents(found, **{found.fingerprint: frozenset(done)})

    assert [(entry.kind, entry.state) for kind in Kind for entry in made.of(kind)] == told
    assert made.is_empty is (not told)


NONE = Deeds()


@pytest.mark.parametrize("found", [locked(), idle(), soon()])
def test_a_mailbox_that_was_reopened_since_is_no_locked_one(found):
    done = {found.fingerprint: frozenset({"lock"})}

    (made,) = by_unit([found], [UNIT], Deeds(done=done, reopened=frozenset({found.subject})))

    assert made.is_empty


def test_a_default_password_is_told_of_a_reopened_mailbox_too():
    found = replace(password(), subject="A@x")
    done = {found.fingerprint: frozenset({"lock"})}

    (made,) = by_unit([found], [UNIT], Deeds(done=done, reopened=frozenset({"a@x"})))

    assert [kind for kind in Kind if made.of(kind)] == [Kind.PASSWORDS]


def units(*made: Contents) -> list[str]:
    return [one.unit for one in made]


def test_each_unit_gets_its_own_and_those_of_which_nothing_was_found_are_empty():
    made = by_unit(
        [locked("a@x", unit="Đội"), locked("b@x", unit="Ban")], ["Ấp", "Ban", "Đội"], NONE
    )

    assert units(*made) == ["Ấp", "Ban", "Đội"]
    told = {one.unit: [entry.row.subject for entry in one.of(Kind.LOCKED)] for one in made}
    assert told == {"Ấp": [], "Ban": ["b@x"], "Đội": ["a@x"]}
    assert [one.is_empty for one in made] == [True, False, False]


def test_a_unit_written_in_two_ways_is_one():
    apart = unicodedata.normalize("NFD", UNIT)

    made = by_unit([locked("a@x", unit=apart), locked("b@x")], [UNIT, apart], NONE)

    assert units(*made) == [UNIT]
    assert [entry.row.subject for entry in made[0].of(Kind.LOCKED)] == ["a@x", "b@x"]


def test_addresses_in_no_unit_come_last_and_only_if_there_are_any():
    assert units(*by_unit([forward(unit="")], ["A", ""], NONE)) == ["A", ""]
    assert units(*by_unit([], ["A", ""], NONE)) == ["A"]


def test_addresses_are_in_alphabetical_order_and_told_once():
    elsewhere = replace(locked("b@x"), place="schools")

    made = contents(locked("đ@x"), locked("d@x"), locked("b@x"), elsewhere, locked("a@x"))

    assert [one.row.subject for one in made.of(Kind.LOCKED)] == ["a@x", "b@x", "d@x", "đ@x"]


def test_the_cause_of_a_lock_is_told_where_a_run_set_it():
    causes = {"a@x": "idle-mailbox", "f@x": "idle-mailbox"}

    made = contents(locked("a@x"), locked("b@x"), FAILURES, causes=causes)

    assert [one.cause for one in made.of(Kind.LOCKED)] == ["idle-mailbox", "", ""]
