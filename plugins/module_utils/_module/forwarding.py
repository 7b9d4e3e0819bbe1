# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""forwarding: takes forwards to outside away on a mail host, and puts them back."""

from __future__ import annotations

import platform
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from .._core.errors import JournalError, MailboxError
from .._core.plan import Change
from .._mail.exclusive import alone
from .._mail.forward_writing import ForwardWriter
from .._mail.mail_host import MailHost
from . import mail_host_options
from .asked_forwards import asked_changes
from .enforcement import Enforcement, Prepare
from .enforcement_run import at_work, finished, held_journal, now, undone
from .journal_file import NAME
from .mail_host_options import find_host
from .plan_file import read_changes
from .rollback import backwards, choice, is_chosen, strangers
from .runner import MailboxModule

ARGUMENTS: dict[str, Any] = {
    "state": {"type": "str", "choices": ["absent", "restored"], "default": "absent"},
    "changes": {"type": "path"},
    "accounts": {"type": "list", "elements": "str"},
    "controls": {"type": "list", "elements": "str"},
    "internal_domains": {"type": "list", "elements": "str"},
    "uneditable_scripts": {
        "type": "str",
        "choices": ["report", "deactivate"],
        "default": "report",
    },
    "name": {"type": "str"},
    "run_dir": {"type": "path"},
    **mail_host_options.ARGUMENTS,
}
RESTRICTIONS: dict[str, Any] = {
    "mutually_exclusive": [("changes", "internal_domains"), ("changes", "accounts")],
    "required_if": [
        ("state", "absent", ("changes", "internal_domains"), True),
        ("state", "restored", ("run_dir",)),
    ],
}


def set_forwarding(module: MailboxModule) -> dict[str, Any]:
    """Take away what is asked for, or what a run took away before put back."""
    params = module.params
    host = find_host(params, platform.node())
    run_dir = Path(params["run_dir"]) if params["run_dir"] else None
    mode = "rollback" if params["state"] == "restored" else "apply"
    if params["changes"] and not params["name"]:
        raise MailboxError("option name: with changes, it has to say what the plan calls this host")
    if mode == "rollback" and run_dir is not None and not (run_dir / NAME).is_file():
        raise JournalError(f"{run_dir / NAME} is not there: name the folder of a run as run_dir")
    writer = ForwardWriter(host, deactivates=params["uneditable_scripts"] == "deactivate")
    name = params["name"] or host.name
    with (
        alone(host.postfix.folder) if host.postfix and not module.check_mode else nullcontext(),
        held_journal(module, run_dir) as journal_file,
        at_work(module, writer, journal_file, run_dir, name, mode) as enforcement,
    ):
        if mode == "rollback":
            _restore(module, enforcement, writer)
        else:
            _take_away(params, host, enforcement, writer)
    if mode == "rollback" and run_dir is not None:
        return undone(module, enforcement, run_dir, choice(params))
    return finished(module, enforcement.tally, run_dir)


def _take_away(
    params: dict[str, Any], host: MailHost, enforcement: Enforcement, writer: ForwardWriter
) -> None:
    changes: list[Change]
    prepare: Prepare = writer.prepare
    if params["changes"]:
        changes, prepare = list(read_changes(Path(params["changes"]))), enforcement.once(prepare)
    else:
        changes = list(asked_changes(host, params["name"] or host.name, params, now()))
    enforcement.carry_out(changes, prepare)


def _restore(module: MailboxModule, enforcement: Enforcement, writer: ForwardWriter) -> None:
    params, run_dir = module.params, Path(module.params["run_dir"])
    history = enforcement.history
    if told := strangers(params["accounts"], history):
        module.warn_clean(f"accounts: run {run_dir.name} changed nothing of {told} on this host")
    chosen = [
        backwards(intent, run_dir.name)
        for intent in reversed(history.done())
        if is_chosen(intent.change, params)
    ]
    enforcement.carry_out(chosen, writer.prepare_steps)
