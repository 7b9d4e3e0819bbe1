# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole playbook, as an operator runs it: `audit`, and `empty_audit` of the lab's few accounts.

The second is Ansible's own cost: its reference is a playbook that pings as often as ours calls a
module.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from . import clients
from .ground import Ground, tool_versions, versions
from .measure import Measure
from .read import place
from .running import Run, Runner, compare, run

# Modules that an audit of one directory and one mail host with a log runs, a loop's each time.
CALLS = 13
PLAYBOOK = str(Path(sys.executable).parent / "ansible-playbook")


def audit(ground: Ground) -> Iterator[Measure]:
    """Directory, mail host and log, assessment and report."""
    info = ground.lab()
    yield compare(
        "audit",
        ground.size,
        Runner(name="playbook", run=_audits(ground, info)),
        Runner(name="ldapsearch", run=partial(run, clients.ldapsearch(**place(info, "ldap")))),
        versions=versions(info, "openldap", "dovecot", "postfix") | tool_versions("ldapsearch"),
        at_most=15,
        stated_for=100_000,
        rounds=3,
    )


def empty_audit(ground: Ground) -> Iterator[Measure]:
    """The same with nobody but the lab's few accounts in it."""
    info = ground.lab(0)
    pings = ground.new_folder("pings") / "pings.yml"
    tasks = [{"name": f"Ping {number}", "ansible.builtin.ping": None} for number in range(CALLS)]
    play = {"name": "Nothing", "hosts": "lab-mail", "gather_facts": False, "tasks": tasks}
    pings.write_text(json.dumps([play]))
    yield compare(
        "empty_audit",
        0,
        Runner(name="playbook", run=_audits(ground, info)),
        Runner(name=f"{CALLS} pings", run=partial(_play, info, str(pings))),
        versions=versions(info, "openldap", "dovecot", "postfix"),
        at_most_seconds=8,
    )


def _audits(ground: Ground, info: dict[str, Any]) -> Callable[[], Run]:
    """Each run in reports of its own: with an earlier one there it would compare."""
    reports, numbers = ground.new_folder("reports"), count(1)

    def one() -> Run:
        folder = reports / str(next(numbers))
        return _play(info, "civic.mailbox.audit", f"--extra-vars=mailbox_reports_dir={folder}")

    return one


def _play(info: dict[str, Any], playbook: str, *arguments: str) -> Run:
    command = [PLAYBOOK, "--inventory=inventory/lab", *arguments, playbook]
    return run(command, env={"CIVIC_LAB": info["directory"]})
