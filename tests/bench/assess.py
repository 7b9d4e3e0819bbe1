# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Assessing and planning: `assess`, with an earlier run to compare and without.

The references are reading as many accounts from a directory and no more, and a Python that does
nothing but parse the same snapshots. Those are made by hand: every tenth account has something
wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from . import assessing, plain, read, searching
from .ground import Ground, versions
from .measure import Measure
from .running import Runner, calling, compare, run

ROUNDS = 3
UNITS = ("Văn thư", "Địa chính", "Tư pháp", "Trường tiểu học", "Công an")
POLICY = """forwarding: {internal_domains: [town.example]}
exemptions:
  - {control: idle-mailbox, select: unit == 'Archive', reason: r, approver: a, expires: 2099-12-31}
"""
ODD: tuple[dict[str, Any], ...] = (
    {"sign_ins": [{"at": "2018-09-01T01:00:00Z", "source": "pwdLastSuccess"}]},
    {"sign_ins": []},
    {"lock": "administrator"},
    {"forwards": [{"address": "me@home.example", "channel": "directory", "source": "mailForward"}]},
    {"password_changed_at": "2017-01-01T01:00:00Z"},
)


def account(number: int) -> dict[str, Any]:
    """One account's record."""
    good = {
        "record": "account",
        "dn": f"uid=user{number},ou=people,dc=town,dc=example",
        "unit": UNITS[number % len(UNITS)],
        "id": f"5d2a{number:028x}",
        "login": f"user{number}",
        "mail": [f"user{number}@town.example"],
        "name": f"Nguyễn Thị Lan {number}",
        "created_at": "2017-01-01T01:00:00Z",
        "password_changed_at": "2018-01-01T01:00:00Z",
        "password_policy": "cn=default,ou=policies,dc=town,dc=example",
        "sign_ins": [{"at": "2019-01-05T01:00:00Z", "source": "pwdLastSuccess"}],
    }
    return good | (ODD[number // 10 % len(ODD)] if number % 10 == 0 else {})


def write(path: Path, kind: str, records: Iterator[dict[str, Any]]) -> Path:
    """A snapshot of that kind."""
    header = {"record": "header", "schema": 1, "kind": kind, "name": kind}
    end = {"record": "end", "complete": True, "newest_sign_in": {"pwdLastSuccess": assessing.NOW}}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for record in chain((header,), records, (end,)):
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def snapshots(run: Path, accounts: int) -> list[Path]:
    """The snapshots of a directory and of a mail host that every account has a mailbox on."""
    folder, numbers = run / "snapshot", range(accounts)
    mailboxes = ({"record": "mailbox", "mail": f"user{number}@town.example"} for number in numbers)
    return [
        write(folder / "accounts-ldap1.jsonl", "accounts", map(account, numbers)),
        write(folder / "mail-mail1.jsonl", "mail", mailboxes),
    ]


def assess(ground: Ground) -> Iterator[Measure]:
    """A first run, against both references, then one that is compared with it."""
    info = ground.lab()
    folder = ground.new_folder("assess")
    (folder / "policy.yml").write_text(POLICY)
    files = snapshots(folder / "1", ground.size)
    (folder / "2").mkdir()
    (folder / "2" / "snapshot").symlink_to(folder / "1" / "snapshot")
    reading = calling(searching.search, **read.place(info, "ldap"))
    parsing = calling(plain.parse, paths=[str(path) for path in files])
    for own, runs, name, reference, at_most in (
        ("assess", ("1", None), "read alone", reading, 5),
        ("assess", ("1", None), "parsing snapshots", parsing, None),
        ("assess and compare", ("2", "1"), "read alone, compared with a run", reading, None),
    ):
        settings = dict(zip(("run_name", "previous"), runs, strict=True))
        command = calling(assessing.assess, folder=str(folder), **settings)
        yield compare(
            "assess",
            ground.size,
            Runner(name=own, run=partial(run, command)),
            Runner(name=name, run=partial(run, reference)),
            versions=versions(info, "openldap"),
            at_most=at_most,
            stated_for=100_000,
            rounds=ROUNDS,
        )
