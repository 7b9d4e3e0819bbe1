# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PlanError
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._module.plan_file import (
    AUDIT_AGAIN,
    Plan,
    load_plan,
)

NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)
DAY = timedelta(hours=24)
SOURCES = [
    {"name": "ldap1", "kind": "accounts", "server": "ldaps://ldap1.example"},
    {"name": "mail1", "kind": "mail", "server": "mail1.example"},
]


def change(login: str) -> Change:
    return Change(
        id=login, control="idle-mailbox", subject=f"{login}@town.example", unit="Văn phòng",
        server="ldap1", target=f"uid={login},dc=town", field="lock", before=("active",),
        after=("locked",), reason="idle", undo="lock: active", fingerprint="f",
    )  # fmt: skip


CHANGES = (change("clerk"), change("chief"))
LINES = "".join(f"{to_line(one)}\n" for one in CHANGES).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The plan of a run folder, as an audit leaves it."""
    return audited(tmp_path / "run")


def audited(run_dir: Path, plan: bytes = LINES, **assessment: Any) -> Path:
    known = {
        "plan_sha256": sha256(plan).hexdigest(),
        "now": "2019-01-08T01:00:00Z",
        "sources": SOURCES,
        "accounts_by_unit": {"Văn phòng": 30},
        **assessment,
    }
    run_dir.mkdir(exist_ok=True)
    (run_dir / "assessment.json").write_text(json.dumps(known))
    (run_dir / "plan.jsonl").write_bytes(plan)
    return run_dir / "plan.jsonl"


def load(path: Path, *, now: datetime = NOW, max_age: timedelta = DAY) -> Plan:
    return load_plan(path, now=now, max_age=max_age)


def refusal(path: Path, **when: Any) -> str:
    with pytest.raises(PlanError) as refused:
        load(path, **when)
    return str(refused.value)


def test_a_plan_is_taken_as_the_audit_wrote_it(path):
    plan = load(path)

    assert plan.changes == CHANGES
    assert plan.servers == {"ldap1": "ldaps://ldap1.example"}, "directories only"
    assert plan.accounts == {"Văn phòng": 30}
    assert plan.made_at == NOW
    assert plan.digest == sha256(path.read_bytes()).hexdigest()


def test_a_plan_of_nothing_is_one_too(path):
    assert load(audited(path.parent, b"")).changes == ()


def test_through_a_link_the_run_is_known_by_its_own_name(path):
    (path.parent.parent / "latest").symlink_to("run")

    assert load(path.parent.parent / "latest" / "plan.jsonl").run_dir == path.parent


EDITS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("a line taken out",         lambda plan: plan[plan.index(b"\n") + 1 :]),
    ("all lines taken out",      lambda plan: b""),
    ("a line twice",             lambda plan: plan + plan[: plan.index(b"\n") + 1]),
    ("another account",          lambda plan: plan.replace(b"uid=chief", b"uid=mayor")),
    ("another order",            lambda plan: b"".join(reversed(plan.splitlines(keepends=True)))),
    ("lines ended as elsewhere", lambda plan: plan.replace(b"\n", b"\r\n")),
    ("a mark at its beginning",  lambda plan: b"\xef\xbb\xbf" + plan),
    ("an empty line at its end", lambda plan: plan + b"\n"),
    ("its end cut off",          lambda plan: plan[:-1]),
    ("letters in another code",  lambda plan: plan.replace("ă".encode(), b"\xe3")),
]  # fmt: skip


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in EDITS])
def test_edited_by_hand_it_is_refused_with_what_to_do_instead(path, edit):
    path.write_bytes(edit(path.read_bytes()))

    assert refusal(path) == (
        f"{path} is not as the audit wrote it. To leave changes out choose controls"
        f" (enforce_controls) or add an exemption to the policy. {AUDIT_AGAIN}"
    )


def test_the_plan_of_another_run_is_no_plan_of_this_one(path):
    other = audited(path.parent.parent / "other", LINES[: LINES.index(b"\n") + 1])
    path.write_bytes(other.read_bytes())

    assert f"{path} is not as the audit wrote it" in refusal(path)


SECOND = timedelta(seconds=1)
AGES = [
    # what the case shows             its age                   the limit               how it is told
    ("of this moment",                timedelta(0),             DAY,                    ""),
    ("as old as it may be",           DAY,                      DAY,                    ""),
    ("a second older",                DAY + SECOND,             DAY,                    "24 hours"),
    ("past a limit of some minutes",  timedelta(hours=1),       timedelta(minutes=30),  "0.5 hours"),
    ("past a limit of many days",     timedelta(days=365),      timedelta(days=14),     "336 hours"),
    ("of a clock that is ahead",      -DAY,                     DAY,                    ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("age", "limit", "told"), [pytest.param(*case, id=name) for name, *case in AGES]
)
def test_too_old_it_is_refused_with_how_old_it_may_be(path, age, limit, told):
    if not told:
        assert load(path, now=NOW + age, max_age=limit).changes == CHANGES
        return

    assert refusal(path, now=NOW + age, max_age=limit) == (
        f"{path} is of 2019-01-08T01:00:00Z, older than {told}: what it rests on may have changed."
        f" {AUDIT_AGAIN}; or raise enforce_max_plan_age_hours for this run"
    )


def test_of_a_day_that_is_to_come_it_is_refused_for_it_would_never_be_too_old(path):
    said = refusal(path, now=NOW - DAY - SECOND)

    assert str(path) in said
    assert "2019-01-08T01:00:00Z" in said
    assert "clock" in said
    assert AUDIT_AGAIN in said


@pytest.mark.parametrize("name", ["plan.jsonl", "assessment.json"])
def test_a_file_that_is_missing_is_named(path, name):
    (path.parent / name).unlink()

    assert refusal(path) == (
        f"cannot read {path.parent / name}: No such file or directory. {AUDIT_AGAIN}"
    )


ASSESSMENTS = [
    # what is wrong                 the file
    ("no JSON",                     "nonsense"),
    ("empty",                       ""),
    ("cut off",                     '{"now": '),
    ("a list",                      "[]"),
    ("a number",                    "1"),
    ("nothing",                     "null"),
    ("no text",                     b"\xff\xfe"),
]  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ASSESSMENTS])
def test_an_assessment_that_cannot_be_understood_is_named(path, text):
    beside = path.with_name("assessment.json")
    beside.write_bytes(text if isinstance(text, bytes) else text.encode())

    assert refusal(path) == f"{beside} cannot be understood. {AUDIT_AGAIN}"


@pytest.mark.parametrize("name", ["plan_sha256", "now", "sources", "accounts_by_unit"])
def test_an_assessment_of_an_older_version_is_named(path, name):
    beside = path.with_name("assessment.json")
    known = json.loads(beside.read_text())
    beside.write_text(json.dumps({key: known[key] for key in known if key != name}))

    assert refusal(path) == f"{beside} is of another version. {AUDIT_AGAIN}"


CONTENTS = [
    ("a time that is none",               {"now": "yesterday"}),
    ("a time without a zone",             {"now": "2019-01-08T01:00:00"}),
    ("a time that is a number",           {"now": 1546909200}),
    ("sources that are a text",           {"sources": "ldap1"}),
    ("a source that is a text",           {"sources": ["ldap1"]}),
    ("a source without a kind",           {"sources": [{"name": "ldap1"}]}),
    ("a directory without a server",      {"sources": [{"name": "ldap1", "kind": "accounts"}]}),
    ("a directory whose name is a number",{"sources": [{"name": 1, "kind": "accounts", "server": "ldap://a"}]}),
    ("a directory whose server is none",  {"sources": [{"name": "ldap1", "kind": "accounts", "server": None}]}),
    ("a mail host whose name is a list",  {"sources": [{"name": ["mail1"], "kind": "mail"}]}),
    ("a mail host whose name is a number",{"sources": [{"name": 1, "kind": "mail"}]}),
    ("no sources at all",                 {"sources": None}),
    ("accounts without end",              {"accounts_by_unit": {"Registry": float("inf")}}),
    ("accounts that are a list",          {"accounts_by_unit": ["Registry"]}),
    ("accounts that are counted in words",{"accounts_by_unit": {"Registry": "many"}}),
]  # fmt: skip


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in CONTENTS])
def test_an_assessment_with_other_things_in_it_is_named(path, content):
    audited(path.parent, **content)

    beside = path.with_name("assessment.json")
    assert refusal(path) == f"{beside} cannot be understood. {AUDIT_AGAIN}"


BROKEN = [
    ("no JSON",                b"nonsense\n"),
    ("an empty line",          b"\n"),
    ("half a change",          b'{"id": "a"}\n'),
    ("more than a change",     LINES.splitlines()[0][:-1] + b',"more":1}\n'),
]  # fmt: skip


@pytest.mark.parametrize("plan", [pytest.param(plan, id=name) for name, plan in BROKEN])
def test_a_line_that_is_no_change_is_named_whatever_its_digest(path, plan):
    audited(path.parent, LINES + plan)

    assert refusal(path).startswith(f"{path}, line 3 is no change of a plan")
