# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""From a module's options to changes that are carried out: those of a plan, or those asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .._core.controls.password_policy import PASSWORD_POLICY
from .._core.errors import PlanError
from .._core.later_sign_ins import LaterSignIns, rests_on_sign_ins
from .._core.plan import Change
from .._core.step import Step
from .._directory.access import Access
from .._directory.client import Directory
from .._directory.writing import Writer, open_writer
from .directory_options import read_access, warnings
from .enforcement import BATCH, Enforcement, Prepare
from .enforcement_run import at_work, finished, held_journal, now
from .journal_file import NAME
from .later_sign_ins import read_later, unless_signed_in
from .lock_lists import present_states, write_lists
from .plan_file import AUDIT_AGAIN, Plan, load_plan
from .runner import MailboxModule
from .safeguards import Safeguards, never_locked
from .script_notation import SIEVE
from .snapshot_name import OPTION

WORTH_A_SEARCH = 0.1  # of all accounts are to be changed: then all are read in one go


def apply_plan(module: MailboxModule, is_mine: Callable[[Change], bool]) -> dict[str, Any]:
    """Carry out those changes of the plan that are this server's and this module's.

    Raises MailboxError before anything is written when the plan may not be carried out, and after
    all is done when some changes failed.
    """
    params, access = module.params, checked_access(module)
    server = server_name(params, access)
    safeguards = Safeguards(params, now(), module.warn_clean)
    plan = load_plan(Path(params["plan"]), now=now(), max_age=safeguards.max_plan_age)
    _refuse_another_server(plan, server, access.uri)
    chosen, left = safeguards.judge(plan)
    mine = [change for change in chosen if change.server == server and is_mine(change)]
    later = _later_sign_ins(module, plan, mine)
    with enforcing(module, access, plan.run_dir, server) as (enforcement, writer):
        once = enforcement.once(
            unless_signed_in(writer.prepare, later) if later else writer.prepare
        )
        for skip in left:
            if skip.change.server == server and is_mine(skip.change):
                enforcement.skip(skip)
        if module.check_mode:
            others = [one for one in chosen if one.server == server and not is_mine(one)]
            _assume_policies(writer, once, others)
        if BATCH < len(mine) > sum(plan.accounts.values()) * WORTH_A_SEARCH:
            writer.read_ahead(params["search_base"], mine)
        _carry_out(enforcement, writer, once, mine, module, safeguards)
    return finished(module, enforcement.tally, plan.run_dir)


def _later_sign_ins(
    module: MailboxModule, plan: Plan, changes: Iterable[Change]
) -> LaterSignIns | None:
    """What the mail hosts know since the audit, where it matters and is to be looked at."""
    folder = module.params.get("later_sign_ins")
    if folder is None or not rests_on_sign_ins(changes):
        return None
    return read_later(Path(folder), plan.mail_hosts, now(), module.warn_clean)


def _assume_policies(writer: Writer, prepare: Prepare, changes: Iterable[Change]) -> None:
    """Look at accounts as if the plan's password policies were set already, as they are when it is
    carried out: the module that sets them only showed it."""
    for change in changes:
        if change.control == PASSWORD_POLICY.name:  # one by one: they are of the same entry
            writer.assume(one for one in prepare([change]) if isinstance(one, Step))


def apply_changes(
    module: MailboxModule, changes_for: Callable[[Writer], Iterable[Change]]
) -> dict[str, Any]:
    """Carry out changes that were asked for as they are, journalled where run_dir says."""
    params, access = module.params, checked_access(module)
    run_dir = Path(params["run_dir"]) if params.get("run_dir") else None
    server, safeguards = server_name(params, access), Safeguards(params, now(), module.warn_clean)
    with enforcing(module, access, run_dir, server) as (enforcement, writer):
        asked = [replace(change, server=server) for change in changes_for(writer)]
        safeguards.judge_asked(asked)
        _carry_out(enforcement, writer, writer.prepare, asked, module, safeguards)
    return finished(module, enforcement.tally, run_dir)


def _carry_out(
    enforcement: Enforcement,
    writer: Writer,
    prepare: Prepare,
    changes: list[Change],
    module: MailboxModule,
    safeguards: Safeguards,
) -> None:
    """Make the changes, but for the locks that must not be."""
    base, administrators = module.params["search_base"], safeguards.administrators
    spared = {
        skip.change.id: skip
        for skip in never_locked(
            changes,
            bound_as=writer.bound_as,
            open_administrators=writer.unlocked(base, administrators) if administrators else (),
        )
    }
    for skip in spared.values():
        enforcement.skip(skip)
    enforcement.carry_out([change for change in changes if change.id not in spared], prepare)


@contextmanager
def enforcing(
    module: MailboxModule,
    access: Access,
    run_dir: Path | None,
    server: str,
    mode: str = "apply",
) -> Iterator[tuple[Enforcement, Writer]]:
    """A connection and, outside check mode and with a run_dir, its journal held.

    What a broken-off run left is settled first.
    """
    with held_journal(module, run_dir) as journal_file, Directory(access) as directory:
        writer = open_writer(
            directory,
            dialect="" if module.params["dialect"] == "auto" else module.params["dialect"],
            search_base=module.params.get("search_base") or "",
            default_policy=module.params.get("default_password_policy") or "",
            forward_attributes=module.params.get("forward_attributes") or (),
            scripts=SIEVE,
            now=now(),
        )
        with at_work(module, writer, journal_file, run_dir, server, mode) as enforcement:
            yield enforcement, writer
        if run_dir and (run_dir / NAME).exists() and not module.check_mode:
            # What this made itself was seen to stand; what it knew before may be another by now.
            write_lists(run_dir, present_states(enforcement.history, server, writer.locked))


def checked_access(module: MailboxModule) -> Access:
    """How to reach the server, after a warning where the password is at risk."""
    access = read_access(module.params)
    for warning in warnings(access):
        module.warn_clean(warning)
    return access


def server_name(params: dict[str, Any], access: Access) -> str:
    """The server's name in plans and journals."""
    return str(params["name"] or access.host or "ldapi")


def _refuse_another_server(plan: Plan, server: str, uri: str) -> None:
    if server not in plan.servers:
        known = ", ".join(sorted(plan.servers)) or "none"
        raise PlanError(
            f"{plan.path} has no directory named {server}; it was made for: {known}. Set the"
            f" {OPTION} to what this server is called there"
        )
    if plan.servers[server] != uri:
        raise PlanError(
            f"{plan.path} was made for {server} at {plan.servers[server]}, and server_uri is {uri}."
            f" {AUDIT_AGAIN}"
        )
