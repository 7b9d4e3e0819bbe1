# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of parts into one snapshot: which are taken, what is missing, what is said once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import SnapshotError
from ansible_collections.civic.mailbox.plugins.module_utils._core.part_files import (
    Merging,
    PartFile,
    choose,
    read_part_file,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import read_source
from ansible_collections.civic.mailbox.plugins.module_utils._directory.part_reading import readers

ROOT = "dc=x"
EIGHT = datetime(2019, 1, 8, 8, tzinfo=timezone.utc)
LONG_AGO = EIGHT - timedelta(hours=12)
UNITS = {ROOT: ["a", "b"], "a": [], "b": []}  # key of a part -> what it leaves out


def a_file(
    name: str, *keys: str, minute: int = 0, failed: dict[str, str] | None = None, **more: Any
) -> tuple[PartFile, dict[str, Any]]:
    """A file that holds these parts, and its header."""
    header = {
        "record": "header", "schema": 1, "kind": "accounts", "name": "ldap1", "server": "ldap://x",
        "started_at": f"2019-01-08T08:{minute:02}:00Z", "clock_ahead": 0, "root": ROOT,
        "by_subtree": True,
        "scope": [ROOT, "", "dn ou"],
        "parts": [{"name": f"ldap1.{key}", "key": key, "without": UNITS[key]} for key in keys],
    } | more.pop("header", {})  # fmt: skip
    states = {f"ldap1.{key}": (failed or {}).get(key, "") for key in keys}
    end = {
        "record": "end", "complete": True, "ended_at": "2019-01-08T09:00:00Z", "parts": states,
        "unread": [], "newest_sign_in": {}, "message": "",
    } | more  # fmt: skip
    return read_part_file(name, json.dumps(header), json.dumps(end)), header


def account(number: int, unit: str = "A", **more: Any) -> bytes:
    content = {"record": "account", "dn": f"uid={number}", "unit": unit, "id": f"id-{number}"}
    return json.dumps(content | more).encode() + b"\n"


def merged(files: dict[PartFile, list[bytes]]) -> list[dict[str, Any]]:
    chosen = choose(files, LONG_AGO)
    merging = Merging("ldap1", chosen, partial(readers, by_subtree=chosen.by_subtree))
    lines = [json.loads(line) for line in merging.lines(lambda one: files[one])]
    assert lines[-1]["counts"] == dict(merging.counts)
    return lines


def test_all_parts_make_a_snapshot_that_is_complete():
    one, _ = a_file("one", ROOT, "a")
    two, _ = a_file("two", "b")

    lines = merged({one: [account(1)], two: [account(2)]})

    source = read_source("it", json.dumps(lines[0]), json.dumps(lines[-1]))
    assert (source.name, source.kind, source.complete) == ("ldap1", "accounts", True)
    assert source.counts == {"account": 2}
    assert not {"parts", "root", "by_subtree", "scope"} & (lines[0].keys() | lines[-1].keys())


MISSING = [
    ("a part",                 [("one", ROOT, "a")],       {},            "1 of 3 parts of the directory were not read: b"),
    ("two parts",              [("one", ROOT)],            {},            "2 of 3 parts of the directory were not read: a; b"),
    ("the rest",               [("one", "a", "b")],        {},            "1 of 3 or more parts of the directory were not read: the accounts of no unit"),
    ("one that failed",        [("one", ROOT, "a", "b")],  {"b": "gone."}, "1 of 3 parts of the directory were not read: b (gone)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "failed", "message"), [pytest.param(*case, id=name) for name, *case in MISSING]
)
def test_a_missing_part_is_named_and_the_snapshot_not_complete(files, failed, message):
    made = {a_file(*one, failed=failed)[0]: [] for one in files}

    end = merged(made)[-1]

    assert (end["complete"], end["message"]) == (False, message)


def test_many_missing_parts_are_not_all_named():
    header = {"parts": [{"name": "r", "key": ROOT, "without": [f"u{n:02}" for n in range(40)]}]}
    one, _ = a_file("one", ROOT, header=header, parts={"r": ""})

    message = choose([one], LONG_AGO).message

    assert message.startswith("40 of 41 parts")
    assert message.endswith("u04; and 35 more")


def test_a_part_that_was_read_again_counts_as_the_newer_reading_has_it():
    old, _ = a_file("old", ROOT, "a", failed={"a": "refused"})
    new, _ = a_file("new", "a", "b", minute=5)

    lines = merged({old: [account(1, mail="old"), account(2)], new: [account(1, mail="new")]})

    accounts = {line["id"]: line.get("mail") for line in lines if line["record"] == "account"}
    assert accounts == {"id-1": "new", "id-2": None}
    assert lines[-1]["complete"] is True
    assert lines[0]["started_at"] == "2019-01-08T08:00:00Z"


A, B, C = (f"ou={name},{ROOT}" for name in "abc")
INNER = f"ou=i,{A}"


def in_part(number: int, home: str) -> bytes:
    """An account below a DN, or (no DN) of a unit."""
    return account(number, home, dn=f"uid={number},{home}")


def divided(
    name: str, parts: dict[str, list[str]], minute: int = 0, **header: Any
) -> tuple[PartFile, dict[str, Any]]:
    """A file that holds these parts in full, each without some others."""
    shown = [{"name": key, "key": key, "without": without} for key, without in parts.items()]
    header = {"parts": shown, **header}
    return a_file(name, minute=minute, header=header, parts=dict.fromkeys(parts, ""))


GONE = [
    # what is read again             the older parts               the newer ones                   accounts of the older file, those that are left
    ("with other parts",             {A: [], B: []},               {ROOT: [A, B, C], A: [], C: []}, [A, B],        [B]),
    ("with what is around it",       {A: [], B: []},               {ROOT: [B]},                     [A, INNER, B], [B]),
    ("as two",                       {A: [], B: []},               {ROOT: [A, B], A: [INNER], INNER: []}, [A, INNER, B], [B]),
    ("as one of two",                {A: [], B: []},               {ROOT: [A, B], A: [INNER]},      [A, INNER, B], [INNER, B]),
    ("the inner one",                {A: [INNER], ROOT: [A, B]},   {INNER: [], B: []},              [A, ROOT],     [A, ROOT]),
    ("as the rest alone",            {ROOT: [A, B], A: [], B: []}, {ROOT: [A, B]},                  [ROOT, C, A],  [A]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("older", "newer", "homes", "left"), [pytest.param(*case, id=name) for name, *case in GONE]
)
def test_what_was_deleted_in_a_part_that_was_read_again_is_gone(older, newer, homes, left):
    old, _ = divided("old", older)
    new, _ = divided("new", newer, minute=5)

    lines = merged({old: [in_part(n, home) for n, home in enumerate(homes)], new: []})

    assert [line["unit"] for line in lines if line["record"] == "account"] == left


def test_what_was_deleted_in_a_unit_that_was_read_again_is_gone():
    by_unit = {"by_subtree": False, "root": ""}
    old, _ = divided("old", {"a": [], "b": []}, **by_unit)
    new, _ = divided("new", {"": ["a", "b", "c"], "a": [], "c": []}, minute=5, **by_unit)
    older, _ = divided("older", {"d": []}, **by_unit, started_at="2019-01-08T07:00:00Z")

    lines = merged({
        new: [], old: [account(1, "a"), account(2, "b")], older: [account(3, "d"), account(1, "b")],
    })  # fmt: skip

    # What an even older file has of the first one was true before.
    assert [line["id"] for line in lines if line["record"] == "account"] == ["id-2"]


def test_a_part_that_failed_at_last_and_was_read_before_is_there():
    old, _ = a_file("old", ROOT, "a", "b")
    new, _ = a_file("new", "a", minute=5, failed={"a": "refused"})

    chosen = choose([old, new], LONG_AGO)

    assert chosen.message == ""


LEFT = [
    ("too old",               {"started_at": "2019-01-07T08:00:00Z"},     "too old"),
    ("of another base",       {"scope": ["dc=y", "", "dn ou"]},           "another search_base"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "said"), [pytest.param(*case, id=name) for name, *case in LEFT])
def test_what_is_not_of_this_run_is_left_out_and_told(header, said):
    one, _ = a_file("one", ROOT, "a", minute=5)
    other, _ = a_file("other", "b", header=header)

    chosen = choose([one, other], LONG_AGO)

    assert said in chosen.left["other"]
    assert list(chosen.missing) == ["b"]


def test_what_newer_files_hold_is_not_read_again():
    old, _ = a_file("old", "a")
    new, _ = a_file("new", ROOT, "a", "b", minute=5)

    assert list(choose([old, new], LONG_AGO).left) == ["old"]


def test_a_file_that_was_cut_off_holds_no_part():
    one, header = a_file("one", ROOT, "a")
    cut = read_part_file("cut", json.dumps(header | {"parts": [
        {"name": "ldap1.b", "key": "b", "without": []}]}), '{"record": "acc')  # fmt: skip

    chosen = choose([one, cut], LONG_AGO)

    assert chosen.message.endswith("b (the file was cut off)")
    assert "no part in full" in chosen.left["cut"]


def test_where_no_part_was_read_the_snapshot_says_why():
    one, _ = a_file("one", ROOT, "a", failed={ROOT: "no answer", "a": "no answer"})

    assert merged({one: []})[-1]["message"].endswith("the accounts of no unit (no answer)")


def test_policies_and_problems_that_each_file_tells_are_told_once():
    policy = b'{"record": "policy", "name": "default"}\n'
    problem = b'{"record": "problem", "field": "", "subject": "", "message": "x"}\n'
    one, _ = a_file("one", ROOT, "a")
    two, _ = a_file("two", "b")

    lines = merged({one: [policy, problem], two: [policy, account(1), problem]})

    assert lines[-1]["counts"] == {"policy": 1, "problem": 1, "account": 1}


def test_the_latest_sign_in_of_all_parts_tells_of_the_witness():
    one, _ = a_file("one", ROOT, "a", newest_sign_in={"p": "2019-01-01T00:00:00Z"})
    two, _ = a_file("two", "b", newest_sign_in={"p": "2018-01-01T00:00:00Z", "q": "2017"})

    assert merged({one: [], two: []})[-1]["newest_sign_in"] == {
        "p": "2019-01-01T00:00:00Z", "q": "2017",
    }  # fmt: skip


def unread(unit: str | None) -> dict[str, Any]:
    return {"field": "lock", "unit": unit, "reason": "no right"}


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        pytest.param(["A"], ["A"], id="of one unit"),
        pytest.param(["A", "B"], [None], id="of every unit"),
        pytest.param([None], [None], id="of the server"),
    ],
)
def test_what_no_unit_shows_is_told_once(units, expected):
    one, _ = a_file("one", ROOT, "a", unread=[unread(unit) for unit in units])
    two, _ = a_file("two", "b")

    lines = merged({one: [account(1, "A")], two: [account(2, "B")]})

    assert lines[-1]["unread"] == [unread(unit) for unit in expected]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'{"record": "account", "dn": "x"}\n', id="without an id"),
        pytest.param(b"nonsense\n", id="not JSON"),
        pytest.param(b"[]\n", id="no record"),
    ],
)
def test_a_line_that_is_not_ours_is_refused_by_the_name_of_its_file(line):
    one, _ = a_file("one", ROOT, "a", "b")

    with pytest.raises(SnapshotError, match="one"):
        merged({one: [line]})


@pytest.mark.parametrize("first", ['{"record": "header"}', "[]", "", '{"parts": 1}'])
def test_a_file_that_has_no_parts_is_refused_by_its_name(first):
    with pytest.raises(SnapshotError, match="it is no file of parts"):
        read_part_file("it", first, "")
