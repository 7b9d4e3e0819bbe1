# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._module.later_sign_ins import read_later

NOW = datetime(2019, 1, 8, 3, tzinfo=timezone.utc)
FRESH = "2019-01-08T02:30:00Z"


def write(folder: Path, name: str, started_at: str, **end: Any) -> None:
    header = {"record": "header", "schema": 1, "kind": "mail", "name": name}
    lines = [
        header | {"started_at": started_at},
        {"record": "sign_in", "mail": "a@town.example", "at": FRESH, "source": "dovecot"},
        {"record": "end", "complete": True, "message": "", **end},
    ]
    (folder / f"mail-{name}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines))


NOT_ASKED = {"field": "forwards", "unit": None, "reason": "it was not asked for (parts)"}
NO_RECORD = {"field": "sign_ins", "unit": None, "reason": "no plugin"}
READ = [
    # how the host was read          when        its end                                        warned of                                        unread
    ("just now",                    FRESH,      {"unread": [NOT_ASKED]},                       "",                                              ""),
    ("hours ago",                   "2019-01-08T01:00:00Z", {},                                "known up to 2019-01-08T01:00:00Z only",         ""),
    ("without a record of sign-ins", FRESH,     {"unread": [NO_RECORD]},                       "",                                              "mail1: no plugin"),
    ("in part",                     FRESH,      {"complete": False, "message": "broke off"},   "",                                              "mail1: broke off"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "end", "warned", "unread"), [pytest.param(*case, id=name) for name, *case in READ]
)
def test_what_a_mail_host_does_not_tell_by_now(tmp_path, at, end, warned, unread):
    write(tmp_path, "mail1", at, **end)
    warnings: list[str] = []

    later = read_later(tmp_path, {"mail1"}, NOW, warnings.append)

    assert len(later.facts.sign_ins.of(["a@town.example"])) == len(later.facts.sign_ins) == 1
    assert later.unread == unread
    assert len(warnings) == bool(warned)
    assert warned in "".join(warnings)


def test_hosts_of_the_plan_count_and_each_is_warned_of(tmp_path):
    write(tmp_path, "elsewhere", FRESH)
    warnings: list[str] = []

    later = read_later(tmp_path, {"mail1", "mail2"}, NOW, warnings.append)

    assert not later.facts.sign_ins
    assert [one.partition(":")[0] for one in warnings] == ["mail1", "mail2"]
    assert "was not asked for sign-ins since the audit" in warnings[0]
