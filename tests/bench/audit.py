# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole audit, as an operator runs it: `audit`, and `empty_audit` of almost nobody."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from . import clients
from .gather import place
from .ground import Ground, tool_versions, versions
from .measure import Measure
from .running import Run, Runner, compare, run

ANSIBLE = Path(sys.executable).with_name("ansible-playbook")
SERVERS = ("openldap", "dovecot", "postfix")
ROUNDS = 3
_EMPTY = "---\n- name: Nothing\n  hosts: all\n  gather_facts: false\n"


def audit(ground: Ground) -> Iterator[Measure]:
    """Directory and mail host, against ldapsearch reading what the audit reads of the directory."""
    info = ground.lab()
    yield compare(
        "audit",
        ground.size,
        Runner(name="audit", run=partial(play, ground, "audit")),
        Runner(name="ldapsearch", run=partial(run, clients.ldapsearch(**place(info)))),
        versions=versions(info, *SERVERS) | tool_versions("ldapsearch"),
        at_most=15,
        rounds=ROUNDS,
    )


def empty_audit(ground: Ground) -> Iterator[Measure]:
    """What an audit takes before there are accounts, against a play without tasks."""
    info = ground.lab(0)
    book = ground.new_folder("empty") / "empty.yml"
    book.write_text(_EMPTY)
    yield compare(
        "empty_audit",
        0,
        Runner(name="audit", run=partial(play, ground, "empty_audit")),
        Runner(name="a play without tasks", run=partial(run, playbook(ground, str(book)))),
        versions=versions(info, *SERVERS),
    )


def play(ground: Ground, name: str) -> Run:
    """One audit, its reports in a folder of their own."""
    reports = ground.new_folder(name)
    done = run(playbook(ground, "civic.mailbox.audit", f"mailbox_reports_dir={reports}"))
    print(*parts(reports / "latest"), sep="\n", file=sys.stderr)
    return done


def playbook(ground: Ground, name: str, *variables: str) -> list[object]:
    """The command that runs a playbook on the lab."""
    extra = [f"--extra-vars={one}" for one in variables]
    return [
        *("env", f"CIVIC_LAB={ground.place}"),
        *(ANSIBLE, "--inventory=inventory/lab", "--inventory=inventory/lab-mail", *extra, name),
    ]


def parts(latest: Path) -> Iterator[str]:
    """How long each server took to be read."""
    for snapshot in sorted(latest.glob("snapshot/*.jsonl")):
        with snapshot.open("rb") as file:
            header, end = json.loads(next(file)), json.loads(deque(file, maxlen=1)[0])
        took = datetime.fromisoformat(end["ended_at"]) - datetime.fromisoformat(
            header["started_at"]
        )
        counts = ", ".join(f"{number} {record}" for record, number in end["counts"].items())
        yield f"  {snapshot.stem}: {counts} in {took.seconds} s"
