# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which server a plan is for; the carrying out is tested on real servers."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PlanError
from ansible_collections.civic.mailbox.plugins.module_utils._module.plan_application import (
    _refuse_another_server,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.plan_file import (
    AUDIT_AGAIN,
    Plan,
)

FILE = "/reports/run/plan.jsonl"


def plan(**servers: str) -> Plan:
    return Plan(
        path=Path(FILE), digest="", made_at=datetime(2019, 1, 8, tzinfo=timezone.utc), changes=(),
        servers=servers, mail_hosts=frozenset(), accounts={},
    )  # fmt: skip


TOWN = plan(town="ldaps://ldap1.example", school="ldaps://ldap2.example")


def test_each_directory_of_the_plan_is_taken_by_its_name_and_address():
    _refuse_another_server(TOWN, "town", "ldaps://ldap1.example")
    _refuse_another_server(TOWN, "school", "ldaps://ldap2.example")


REFUSED = [
    # what is wrong                      the plan  name       address                   what is said after the file
    ("another server under its name",    TOWN,     "town",    "ldaps://ldap9.example",
     f" was made for town at ldaps://ldap1.example, and server_uri is ldaps://ldap9.example. {AUDIT_AGAIN}"),
    ("another directory of the plan",    TOWN,     "town",    "ldaps://ldap2.example",
     f" was made for town at ldaps://ldap1.example, and server_uri is ldaps://ldap2.example. {AUDIT_AGAIN}"),
    ("the server under another name",    TOWN,     "village", "ldaps://ldap1.example",
     " has no directory named village; it was made for: school, town. Set the option name (in the roles the host's name in the inventory) to what this server is called there"),
    ("a plan without any directory",     plan(),   "town",    "ldaps://ldap1.example",
     " has no directory named town; it was made for: none. Set the option name (in the roles the host's name in the inventory) to what this server is called there"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "name", "uri", "said"), [pytest.param(*case, id=name) for name, *case in REFUSED]
)
def test_made_for_another_server_it_is_refused_with_the_way_out(made, name, uri, said):
    with pytest.raises(PlanError) as refused:
        _refuse_another_server(made, name, uri)

    assert str(refused.value) == FILE + said
