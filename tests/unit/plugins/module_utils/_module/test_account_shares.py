# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Contact,
    Lock,
    PasswordCheck,
    PasswordPolicy,
    Problem,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import Assessment
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    MailboxError,
    SnapshotError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module import account_shares
from ansible_collections.civic.mailbox.plugins.module_utils._module.assess import FILES, assess_run
from ansible_collections.civic.mailbox.plugins.module_utils._module.snapshot_file import (
    Piece,
    divided,
    records_in,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    as_json,
    forward,
    sign_in,
)

# The warning is of threads: those of the test runner hold nothing that a forked process waits for.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

POLICY = """forwarding: {internal_domains: [town.example], partner_domains: [
  {domain: partner.example, reason: r, approver: a, expires: 2019-12-31}]}
exemptions:
  - {control: idle-mailbox, select: unit == 'Archive', reason: r, approver: a, expires: 2099-12-31}
"""
STATES: tuple[dict[str, Any], ...] = (
    {},
    {"sign_ins": (sign_in("2018-09-01"),)},
    {"lock": Lock.ADMINISTRATOR},
    {"forwards": (forward("me@home.example"),)},
    {"forwards": (forward("desk@partner.example"),), "unit": "Archive"},
    {"password_changed_at": account().created_at, "password_policy": "cn=hidden"},
    {"contacts": (Contact(domain="gmail.com", source="otherMailbox"),), "password_policy": None},
    {"unit": "Archive", "sign_ins": (sign_in("2018-08-01"),)},
    {"password_check": PasswordCheck.MATCH, "password_scheme": "SSHA"},
    {"mail": ("other@town.example", "further@town.example")},
    {"problems": (Problem(field="sign_ins", message="no time"),), "unit": "Schools"},
)
END = {
    "record": "end",
    "complete": True,
    "newest_sign_in": {"pwdLastSuccess": "2019-01-07T05:00:00Z"},
}


def write(run: Path, kind: str, name: str, records: list[dict[str, Any]], **told: Any) -> Path:
    header = {"record": "header", "schema": 1, "kind": kind, "name": name}
    path = run / "snapshot" / f"{kind}-{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(one)}\n" for one in (header, *records, END | told)))
    return path


def people(number: int, shift: int) -> Iterator[Account]:
    """Each state in turn; every seventh has the address of another one, too."""
    for count in range(number):
        known = {"login": f"n{count}", "mail": (f"n{count - count % 7 // 6}@town.example",)}
        state = STATES[(count + shift) % len(STATES)]
        yield account(id=f"{shift}-{count}", dn=f"uid=n{count},o=d{shift}", **known | state)


def gather(run: Path, shift: int) -> None:
    policy = PasswordPolicy(name=account().password_policy, min_length=9)
    for name, number in (("ldap1", 60), ("ldap2", 25)):
        accounts = [
            {"record": "account", **as_json(one)} for one in people(number, shift + len(name))
        ]
        # Wherever a policy stands, and whatever share it comes into.
        accounts.insert(number // 2, {"record": "policy", **as_json(policy)})
        write(run, "accounts", name, accounts)
    names = [f"n{count}@town.example" for count in range(0, 60, 3)]
    write(run, "mail", "mail1", [
        *({"record": "mailbox", "mail": name} for name in names),
        *({"record": "quota", "mail": name, "percent": 97, "quota": "User quota"}
          for name in names[shift:]),
        *({"record": "forward", "mail": name, "address": "a@b.example", "channel": "alias",
           "source": "/etc/aliases:3"} for name in names),
    ])  # fmt: skip
    seen = {"sent_to": {"gmail.com": 20}, "received_from": {"tiki.vn": 9, "gmail.com": 4}, "sign_ins": 2,
            "messages": 30}  # fmt: skip
    coverage = {"first": "2018-11-01T00:00:00Z", "last": "2019-01-08T00:00:00Z", "lines": 9,
                "untimed": 0, "overlong": 0, "strangers": 0, "failures": []}  # fmt: skip
    traffic = [{"record": "traffic", "mail": name, **seen} for name in names]
    write(run, "log", "mail1", traffic, coverage=coverage)


def assess(run: Path, previous: str | None, processes: int, monkeypatch) -> dict[str, Any]:
    monkeypatch.setattr(account_shares, "WORTH_IT", 1)
    monkeypatch.setattr(account_shares, "MOST", processes)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    params = {"run_dir": run, "policy_file": run.parent / "policy.yml", "sources": [],
              "previous": previous and run.parent / previous, "now": "2019-01-08T01:00:00Z"}  # fmt: skip
    return assess_run(SimpleNamespace(params=params, _diff=True, warn_clean=print))


@pytest.fixture
def reports(tmp_path) -> Path:
    (tmp_path / "policy.yml").write_text(POLICY)
    gather(tmp_path / "first", 0)
    gather(tmp_path / "second", 2)
    return tmp_path


@pytest.mark.parametrize("processes", [2, 3, 4, 7])
def test_however_many_processes_assess_the_result_is_that_of_one(reports, processes, monkeypatch):
    made = []
    for number in (1, processes):
        results = [
            assess(reports / run, previous, number, monkeypatch)
            for run, previous in (("first", None), ("second", "first"))
        ]
        texts = {
            (run, name): (reports / run / name).read_text()
            for run in ("first", "second")
            for name in FILES
        }
        made.append((results, texts))

    alone, shared = made
    assert alone == shared
    words = alone[0][1]["comparison"]
    assert min(words["new"], words["resolved"], words["unchanged"]) > 0
    assert not [path for path in reports.glob("*/*") if path.name.startswith(("tmp", "."))]


def test_a_broken_line_is_told_by_its_number_whoever_reads_it(reports, monkeypatch):
    path = reports / "first" / "snapshot" / "accounts-ldap1.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    lines[55] = "{\n"
    path.write_text("".join(lines))

    with pytest.raises(SnapshotError, match=r"accounts-ldap1\.jsonl, line 56: not JSON"):
        assess(reports / "first", None, 3, monkeypatch)
    assert not (reports / "first" / "findings.jsonl").exists()


def test_a_process_that_is_killed_ends_it_all_and_leaves_nothing(reports, monkeypatch):
    first, judged = os.getpid(), Assessment.of_directory

    def killed(*given):
        if os.getpid() != first:
            os.kill(os.getpid(), signal.SIGKILL)
        return judged(*given)

    monkeypatch.setattr(Assessment, "of_directory", killed)
    with pytest.raises(MailboxError, match=r"ended early \(signal 9\): see whether there is"):
        assess(reports / "first", None, 2, monkeypatch)
    assert [path.name for path in (reports / "first").iterdir()] == ["snapshot"]


def test_half_an_answer_is_none(reports, monkeypatch):
    first, send = os.getpid(), Connection.send

    def half(connection, answer):
        if os.getpid() == first:
            return send(connection, answer)
        os.write(connection.fileno(), b"\0\0\1\0half")
        return os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(Connection, "send", half)
    with pytest.raises(MailboxError, match=r"ended early \(signal 9\)"):
        assess(reports / "first", None, 2, monkeypatch)


def test_where_no_process_can_be_started_the_way_out_is_told(reports, monkeypatch):
    def start(_):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(account_shares._fork.Process, "start", start)
    with pytest.raises(MailboxError, match=r"Cannot allocate memory: see whether there is enough"):
        assess(reports / "first", None, 2, monkeypatch)
    assert [path.name for path in (reports / "first").iterdir()] == ["snapshot"]


def test_a_mistake_of_ours_in_another_process_shows_where_it_was(reports, monkeypatch):
    first, judged = os.getpid(), Assessment.of_directory

    def mistaken(*given):
        if os.getpid() != first:
            raise KeyError("ours")
        return judged(*given)

    monkeypatch.setattr(Assessment, "of_directory", mistaken)
    with pytest.raises(KeyError) as told:
        assess(reports / "first", None, 2, monkeypatch)
    assert "in mistaken" in "".join(told.value.__notes__)


def test_small_snapshots_are_assessed_by_one_process_alone(reports, monkeypatch):
    monkeypatch.setattr(account_shares, "_fork", None)
    params = {"run_dir": reports / "first", "policy_file": reports / "policy.yml", "sources": [],
              "previous": None, "now": "2019-01-08T01:00:00Z"}  # fmt: skip
    assert (
        assess_run(SimpleNamespace(params=params, _diff=False, warn_clean=print))["accounts"] > 50
    )


TEXTS = st.lists(st.lists(st.text("ab", max_size=30), max_size=9).map("\n".join), max_size=4)


@given(texts=TEXTS, number=st.integers(2, 6))
def test_shares_have_every_line_once_in_its_order_and_know_its_number(
    tmp_path_factory, texts, number
):
    folder = tmp_path_factory.mktemp("files")
    paths = [folder / str(count) for count in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)

    shares = divided(paths, number)

    assert len(shares) == number
    pieces = [piece for share in shares for piece in share]
    for path, text in zip(paths, texts, strict=True):
        lines = text.splitlines(keepends=True)
        for piece in pieces:
            if piece.path == path:
                assert "".join(lines[: piece.skipped]) == text[: piece.start]
        told = [range(one.skipped, one.skipped + one.lines) for one in pieces if one.path == path]
        assert [number for some in told for number in some] == list(range(len(lines)))


def test_records_of_a_piece_are_those_of_its_lines(tmp_path):
    path = write(
        tmp_path, "mail", "mail1", [{"record": "mailbox", "mail": f"n{n}"} for n in range(4)]
    )
    start = sum(map(len, path.read_bytes().splitlines(keepends=True)[:2]))

    found = list(records_in(Piece(path, start=start, skipped=2, lines=2)))

    assert [one["mail"] for one in found] == ["n1", "n2"]
