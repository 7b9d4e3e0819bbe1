# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the operator is told of a module that changes a directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._module.plan_application import (
    server_name,
)
from ansible_collections.civic.mailbox.plugins.plugin_utils.enforcement import (
    run_folder,
    server_of,
    summary,
)

pytestmark = pytest.mark.ansible


def left(number: int) -> list[dict[str, str]]:
    return [
        {"subject": f"{n}@town.example", "field": "lock", "result": "failed", "reason": "no right"}
        for n in range(number)
    ]


def test_each_kind_of_outcome_is_counted_and_what_was_left_has_its_reason():
    counts = {"changed": 2, "already": 3, "failed": 1}

    assert list(summary({"counts": counts, "left": left(1)}, check_mode=False)) == [
        "  2 changed; 3 already as it should be; 1 failed",
        "    0@town.example: lock: no right",
    ]


def test_check_mode_says_what_would_be():
    assert list(summary({"counts": {"changed": 2}}, check_mode=True)) == ["  Would be: 2 changed"]


def test_those_left_for_the_same_reason_stand_in_one_line():
    others = [{**left(1)[0], "subject": "x@town.example", "reason": "exempt"}]
    counts = {"failed": 3, "refused": 1}

    assert list(summary({"counts": counts, "left": left(3) + others}, check_mode=False))[1:] == [
        "    lock: no right: 3 in all: 0@town.example, 1@town.example, 2@town.example",
        "    x@town.example: lock: exempt",
    ]


@pytest.mark.parametrize(
    ("check_mode", "last"),
    [(False, "    ... and 490 more; all are in the journal"), (True, "    ... and 490 more")],
)
@pytest.mark.parametrize("reason", ["the same for all", "one for each, {}"])
def test_of_many_the_first_ten_are_shown(check_mode, last, reason):
    many = [{**item, "reason": reason.format(n)} for n, item in enumerate(left(100))]
    result = {"counts": {"failed": 400, "refused": 100}, "left": many, "journal": "j"}
    lines = list(summary(result, check_mode=check_mode))

    assert "\n".join(lines).count("@town.example") == 10
    assert lines[-1] == last


def test_of_more_than_a_result_holds_no_number_is_made_up():
    result = {"counts": {"failed": 400}, "left": left(100)}

    assert ": no right: 100 or more in all: 0@" in list(summary(result, check_mode=False))[1]


@pytest.mark.parametrize("result", [{"msg": "no connection"}, {"counts": {}}])
def test_of_nothing_nothing_is_said(result):
    assert list(summary(result, check_mode=False)) == []


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        ({"plan": "/srv/reports/latest/plan.jsonl"}, "/srv/reports/latest"),
        ({"reports_dir": "/srv/reports", "run": "a"}, "/srv/reports/a"),
        ({"reports_dir": "/srv/reports"}, "/srv/reports/latest"),
        ({"run_dir": "/srv/now"}, "/srv/now"),
        ({}, "."),
    ],
)
def test_progress_is_looked_for_in_the_run_folder(arguments, folder):
    assert run_folder(arguments) == Path(folder)


SERVERS = [
    # the task's arguments                                             the module's name of the server
    ({"name": "town", "server_uri": "ldap://ldap1.example"},            "town"),
    ({"server_uri": "ldaps://LDAP1.example:1636"},                      "ldap1.example"),
    ({"server_uri": "ldap://[::1]:389"},                                "::1"),
    ({"server_uri": "ldapi://%2Frun%2Fldapi"},                          "ldapi"),
    ({},                                                                "mail1"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "name"), SERVERS)
def test_progress_is_looked_for_under_the_name_that_the_module_gives_the_server(arguments, name):
    assert server_of(arguments, "mail1") == name
    if "server_uri" in arguments:
        access = Access(uri=arguments["server_uri"])
        assert server_name({"name": None, **arguments}, access) == name
