# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a plan a mail host gets: its own changes, and of those what may be made now."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import format_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PlanError
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._module.host_plan import (
    ARGUMENTS,
    write_host_plan,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.plan_file import read_changes

POLICY = """\
forwarding: {internal_domains: [town.example]}
exemptions:
  - control: external-forwarding
    select: mail == 'chief@town.example'
    reason: On a mission
    approver: The chair
    expires: %s
"""
VALID, EXPIRED = "2999-12-31", "2019-12-31"


def change(name: str, server: str = "mail1", field: str = "forwards") -> Change:
    mail = f"{name}@town.example"
    return Change(
        id=f"{name} {server}", control="external-forwarding", subject=mail, unit="Registry",
        server=server, target=f"/home/{name}/.forward", field=field, before=("x@out.example",),
        after=(), reason="", undo="", fingerprint="f", channel="dot_forward",
        facts={"mail": mail},
    )  # fmt: skip


CHANGES = (change("clerk"), change("chief"), change("clerk", "mail2"), change("desk", "ldap1"))


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    audited(tmp_path / "run")
    return tmp_path / "run"


def audited(run_dir: Path, *, age: timedelta = timedelta(0)) -> None:
    run_dir.mkdir()
    lines = "".join(f"{to_line(one)}\n" for one in CHANGES)
    (run_dir / "plan.jsonl").write_text(lines)
    names = (("ldap1", "accounts"), ("mail1", "mail"), ("mail2", "mail"))
    known = {
        "plan_sha256": hashlib.sha256(lines.encode()).hexdigest(),
        "now": format_time(datetime.now(timezone.utc) - age),
        "sources": [{"name": name, "kind": kind, "server": name} for name, kind in names],
        "accounts_by_unit": {"Registry": 1000},
    }
    (run_dir / "assessment.json").write_text(json.dumps(known))


def write(run_dir: Path, *, expires: str = EXPIRED, **params: Any) -> dict[str, Any]:
    policy = run_dir / "policy.yml"
    policy.write_text(POLICY % expires)
    given = {
        **dict.fromkeys(ARGUMENTS),
        "plan": str(run_dir / "plan.jsonl"),
        "policy_file": str(policy),
        "name": "mail1",
        "dest": str(run_dir / "host.jsonl"),
        **params,
    }
    return write_host_plan(SimpleNamespace(params=given, warn_clean=print))  # type: ignore[arg-type]


def test_a_host_gets_its_own_changes_only(run_dir):
    result = write(run_dir)

    assert read_changes(run_dir / "host.jsonl") == CHANGES[:2]
    assert (result["changed"], result["total"], result["run_id"]) == (False, 2, "run")
    assert (run_dir / "host.jsonl").stat().st_mode & 0o077 == 0


def test_what_is_exempt_now_is_left_and_told(run_dir):
    result = write(run_dir, expires=VALID)

    assert read_changes(run_dir / "host.jsonl") == CHANGES[:1]
    (left,) = result["left"]
    assert (left["subject"], left["field"]) == ("chief@town.example", "forwards")
    assert "On a mission" in left["reason"]


def test_controls_that_are_not_chosen_are_left_out(run_dir):
    assert write(run_dir, controls=["idle-mailbox"])["total"] == 0
    assert (run_dir / "host.jsonl").read_text() == ""


@pytest.mark.parametrize(("name", "known"), [("mail9", "mail1, mail2"), ("ldap1", "mail1, mail2")])
def test_a_host_that_the_plan_does_not_know_is_told_those_it_does(run_dir, name, known):
    with pytest.raises(PlanError, match=rf"no mail host named {name}; it was made for: {known}"):
        write(run_dir, name=name)

    assert not (run_dir / "host.jsonl").exists()


def test_a_limit_counts_the_changes_of_all_servers(run_dir):
    with pytest.raises(PlanError, match="the plan changes 4 entries; max_changes is 3"):
        write(run_dir, max_changes=3)

    assert not (run_dir / "host.jsonl").exists()


def test_a_plan_that_somebody_edited_is_refused(run_dir):
    with (run_dir / "plan.jsonl").open("a") as file:
        file.write(f"{to_line(change('desk'))}\n")

    with pytest.raises(PlanError, match="not as the audit wrote it"):
        write(run_dir)


def test_an_old_plan_is_refused(tmp_path):
    audited(tmp_path / "run", age=timedelta(hours=30))

    with pytest.raises(PlanError, match="older than 24 hours"):
        write(tmp_path / "run")
    assert write(tmp_path / "run", max_plan_age_hours=40)["total"] == 2
