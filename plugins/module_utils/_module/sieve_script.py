# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""sieve_script: one script of one user, by ManageSieve or by doveadm on the mail host."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from .._core.errors import MailboxError, MailHostError
from .._core.findings import fingerprint
from .._core.plan import Change
from .._core.step import ACTIVE, CONTENT, Skip, Step, Values, Why
from .._mail.managesieve import PORT, ManageSieve, SieveServer
from .._mail.place_writing import PlaceWriter, same
from .._mail.scripts import DoveadmScripts, ScriptPlace, ScriptStore
from . import mail_host_options, tls_options
from .enforcement import Enforcement
from .enforcement_run import at_work, finished, held_journal, undone
from .mail_host_options import find_host
from .rollback import backwards
from .runner import MailboxModule

ARGUMENTS: dict[str, Any] = {
    "account": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    "content": {"type": "str"},
    "active": {"type": "bool"},
    "run_dir": {"type": "path"},
    "host": {"type": "str"},
    "port": {"type": "int", "default": PORT},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "secure": {"type": "str", "choices": ["starttls", "never"], "default": "starttls"},
    **tls_options.ARGUMENTS,
    "dovecot_config": mail_host_options.ARGUMENTS["dovecot_config"],
    "timeout": mail_host_options.ARGUMENTS["timeout"],
}
RESTRICTIONS: dict[str, Any] = {
    "required_if": [("state", "restored", ("run_dir",))],
    "required_together": [("host", "password")],
}


def set_script(module: MailboxModule) -> dict[str, Any]:
    """Bring the script to the state, or back to what a run found."""
    params = module.params
    run_dir = Path(params["run_dir"]) if params["run_dir"] else None
    mode = "rollback" if params["state"] == "restored" else "apply"
    server = params["host"] or platform.node()
    with _store(params) as store:
        writer = PlaceWriter(partial(_place, store, params), None)
        with (
            held_journal(module, run_dir) as journal_file,
            at_work(module, writer, journal_file, run_dir, server, mode) as enforcement,
        ):
            if run_dir and mode == "rollback":
                _restore(params, run_dir, enforcement, writer)
            else:
                prepare = partial(_prepared, params, writer)
                enforcement.carry_out([_change(params, server)], prepare)
    if run_dir and mode == "rollback":
        account = params["account"].lower()
        return undone(module, enforcement, run_dir, lambda one: one.subject.lower() == account)
    return finished(module, enforcement.tally, run_dir)


@contextmanager
def _store(params: dict[str, Any]) -> Iterator[ScriptStore]:
    """The user's scripts. Raises MailHostError."""
    if not params["host"]:
        host = find_host({**params, "dovecot": True, "postfix": False, "postfix_config": None}, "")
        if host.dovecot:
            yield DoveadmScripts(host.dovecot, params["account"])
        return
    server = SieveServer(
        host=params["host"],
        port=params["port"],
        user=params["account"],
        username=params["username"] or params["account"],
        password=params["password"],
        context=tls_options.tls_context(params) if params["secure"] == "starttls" else None,
        timeout=params["timeout"],
    )
    with ManageSieve(server) as store:
        yield store


def _place(store: ScriptStore, params: dict[str, Any], change: Change) -> ScriptPlace:
    if change.target != _target(params):
        raise MailHostError(f"{change.target} is another script: name it")
    return ScriptPlace(store, params["name"])


def _restore(
    params: dict[str, Any], run_dir: Path, enforcement: Enforcement, writer: PlaceWriter
) -> None:
    steps = [
        backwards(intent, run_dir.name)
        for intent in reversed(enforcement.history.done())
        if intent.change.target == _target(params)
    ]
    enforcement.carry_out(steps, writer.prepare_steps)


def _prepared(
    params: dict[str, Any], writer: PlaceWriter, changes: Sequence[Change]
) -> Iterator[Step | Skip]:
    for change in changes:
        before = writer.present(change)
        after = _wanted(params, before)
        if same(before, after):
            yield Skip(change=change, why=Why.ALREADY, reason="it is as it should be")
        else:
            yield Step(change=change, before=before, after=after)


def _wanted(params: dict[str, Any], before: Values) -> Values:
    name = params["name"].encode()
    without = [] if before[ACTIVE] == [name] else before[ACTIVE]
    if params["state"] == "absent":
        return {CONTENT: [], ACTIVE: without}
    content = before[CONTENT] if params["content"] is None else [params["content"].encode()]
    if not content:
        raise MailboxError(
            f"content: {params['account']} has no script {params['name']}: say what is to stand"
            " in it"
        )
    active = {None: before[ACTIVE], True: [name], False: without}[params["active"]]
    return {CONTENT: content, ACTIVE: active}


def _change(params: dict[str, Any], server: str) -> Change:
    target = _target(params)
    asked = (params["state"], params["content"], params["active"])
    return Change(
        id=fingerprint(server, target, repr(asked)),
        control="",
        subject=params["account"],
        unit="",
        server=server,
        target=target,
        field="script",
        before=(),
        after=(),
        reason="",
        undo="script: as it was",
        fingerprint="",
        channel="sieve",
    )


def _target(params: dict[str, Any]) -> str:
    return f"sieve:{params['account']}/{params['name']}"
