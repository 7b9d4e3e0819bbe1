# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the operator sees of a module that changes a directory: how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from .progress import progress_shown

REASONS_SHOWN = 10
SUBJECTS_SHOWN = 10  # for one reason

# kind of RETURN's `counts` -> in words
_WORDS = {
    "changed": "changed",
    "already": "already as it should be",
    "changed_since": "left, for somebody changed it since",
    "refused": "left, for it must not or cannot be done",
    "failed": "failed",
}


class EnforcementAction(ActionBase):
    """Runs the module, prints its progress, and then what was left as it is and why."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        with progress_shown(self._progress_file(task_vars)) as end:
            result = self._execute_module(task_vars=task_vars)
            if not result.get("failed"):
                end("all changes looked at")
        for line in summary(result, check_mode=self._task.check_mode):
            Display().display(line)
        return result

    def _progress_file(self, task_vars):
        """The file in which the module writes how far it is."""
        arguments = self._task.args
        name = server_of(arguments, task_vars["inventory_hostname"])
        return run_folder(arguments) / "progress" / f"enforcement-{name}"


def server_of(arguments: Mapping[str, Any], host: str) -> str:
    """What the module takes for the server's name, as in plans and journals."""
    named, uri = arguments.get("name"), arguments.get("server_uri")
    if named or not uri:
        return str(named or host)
    try:
        address = urlsplit(uri)
    except ValueError:  # the module says what is wrong with it
        return host
    return "ldapi" if address.scheme == "ldapi" else address.hostname or "ldapi"


def run_folder(arguments: Mapping[str, Any]) -> Path:
    """The run folder that a task's arguments lead to; one that leads nowhere has no progress."""
    if arguments.get("plan"):
        return Path(arguments["plan"]).parent
    if arguments.get("reports_dir"):
        return Path(arguments["reports_dir"]) / arguments.get("run", "latest")
    return Path(arguments.get("run_dir") or "")


def summary(result: Mapping[str, Any], *, check_mode: bool) -> Iterator[str]:
    """How many changes came to what, and why the first of those that did not come about."""
    counts = result.get("counts")
    if counts is None:
        return
    told = [f"{counts[kind]} {words}" for kind, words in _WORDS.items() if counts.get(kind)]
    if told:
        yield f"  {'Would be: ' if check_mode else ''}{'; '.join(told)}"
    left = result.get("left", [])
    number = sum(counts.get(kind, 0) for kind in ("changed_since", "refused", "failed"))
    and_more = " or more" if number > len(left) else ""  # of what a result holds
    reasons = list(_by_reason(left).items())[:REASONS_SHOWN]
    for (field, reason), subjects in reasons:
        if len(subjects) == 1:
            yield f"    {subjects[0]}: {field}: {reason}"
        else:
            names = ", ".join(subjects[:SUBJECTS_SHOWN])
            yield f"    {field}: {reason}: {len(subjects)}{and_more} in all: {names}"
    named = sum(len(subjects[:SUBJECTS_SHOWN]) for _, subjects in reasons)
    if number > named:
        where = "; all are in the journal" if not check_mode and result.get("journal") else ""
        yield f"    ... and {number - named} more{where}"


def _by_reason(left: Iterable[Mapping[str, str]]) -> Mapping[tuple[str, str], list[str]]:
    """Field and reason -> the subjects that were left for it, in their order."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in left:
        found.setdefault((item["field"], item["reason"]), []).append(item["subject"])
    return found
