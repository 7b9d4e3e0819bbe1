# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan for many accounts, whose entries are read by one search and not each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.writing import (
    Step,
    Writer,
    open_writer,
)

from .planned import LOCK, LOCKED_FOR_GOOD, PEOPLE, Town, dn, people, planned, town_of

MANY = 600  # more than are prepared at once


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_of(tmp_path, people(MANY + 100)) as running:
        yield running


@pytest.fixture
def writer(town: Town) -> Iterator[Writer]:
    with Directory(town.access) as directory:
        now = datetime.now(timezone.utc)
        yield open_writer(directory, dialect="", search_base=PEOPLE, default_policy="", now=now)


def reads_of_one(town: Town) -> int:
    """How many accounts the server was asked for by their names."""
    log = (town.folder / "slapd.log").read_text("utf-8", "replace")
    return len(re.findall('SRCH base="uid=[^"]*" scope=0', log))


@pytest.mark.parametrize(
    ("accounts", "by_one_search"),
    [pytest.param(MANY + 100, True, id="many"), pytest.param(20 * MANY, False, id="few")],
)
def test_many_accounts_are_read_by_one_search(town, accounts, by_one_search):
    changes = planned(town, map(dn, range(MANY)), "lock")
    town.set_all(LOCK, [dn(3)], LOCKED_FOR_GOOD)
    town.plan(changes, accounts_by_unit={"Odd": accounts})
    before = reads_of_one(town)

    result = town.apply().result

    assert result["counts"] == {"changed": MANY - 1, "already": 1}
    assert town.values(LOCK, *map(dn, range(MANY))) == [[LOCKED_FOR_GOOD]] * MANY
    assert reads_of_one(town) - before == MANY + (0 if by_one_search else MANY)


def test_what_the_search_does_not_show_is_read_by_itself(town, writer):
    changes = planned(town, [dn(1), dn(2).replace("uid", "UID"), dn(3)], "lock")
    nobody = [replace(changes[0], id="nobody", target=dn(MANY + 1000))]

    writer.read_ahead(PEOPLE, changes + nobody)
    steps = list(writer.prepare(changes + nobody))

    assert [isinstance(step, Step) for step in steps] == [True, True, True, False]


def test_what_was_prepared_once_is_read_again(town, writer):
    changes = planned(town, [dn(1)], "lock")
    writer.read_ahead(PEOPLE, changes)
    (step,) = writer.prepare(changes)
    assert [outcome.reason for outcome in writer.write([step])] == [""]

    (again,) = writer.prepare(changes)

    assert again.why.value == "already"


def test_what_changes_after_the_search_is_left_alone(town, writer):
    changes = planned(town, [dn(1), dn(2)], "lock")
    writer.read_ahead(PEOPLE, changes)
    town.set_all(LOCK, [dn(1)], b"20190108010000Z")

    outcomes = {
        outcome.step.change.target: outcome
        for outcome in writer.write(list(writer.prepare(changes)))
    }

    assert outcomes[dn(1)].changed_since
    assert not outcomes[dn(2)].reason
    assert town.values(LOCK, dn(1), dn(2)) == [[b"20190108010000Z"], [LOCKED_FOR_GOOD]]
