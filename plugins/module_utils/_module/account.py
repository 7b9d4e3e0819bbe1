# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""account: brings accounts to a state, those that are named or those of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._core.errors import DirectoryError, PlanError
from .._core.findings import fingerprint
from .._core.plan import Change
from .._directory.writing import Found, Writer
from .enforcement_options import ENFORCEMENT_ARGUMENTS, OF_A_PLAN
from .plan_application import apply_changes, apply_plan
from .runner import MailboxModule

# state -> field of a change, what it is before and after
STATES = {
    "locked": ("lock", "active", "locked"),
    "unlocked": ("lock", "locked", "active"),
    "must_change": ("must_change", "no", "yes"),
}
FORWARDS = "forwards"
NOT_FORWARDING = "not_forwarding"  # of a plan only, for it takes a policy to tell what is outside

ARGUMENTS: dict[str, Any] = {
    **ENFORCEMENT_ARGUMENTS,
    "accounts": {"type": "list", "elements": "str"},
    "forward_attributes": {"type": "list", "elements": "str", "default": []},
    "later_sign_ins": {"type": "path"},
    "run_dir": {"type": "path"},
    "state": {"type": "str", "choices": [*STATES, NOT_FORWARDING]},
}
RESTRICTIONS: dict[str, Any] = {
    "required_one_of": [("accounts", "plan")],
    "mutually_exclusive": [("accounts", "plan"), ("run_dir", "plan")],
    "required_by": {"accounts": "state", "later_sign_ins": "plan", **OF_A_PLAN},
}


def bring_to_state(module: MailboxModule) -> dict[str, Any]:
    """Lock, unlock or force new passwords; of a plan, what it has for accounts."""
    state = module.params["state"]
    if module.params["plan"]:
        return apply_plan(module, lambda change: _leads_to(change, state))
    if state == NOT_FORWARDING:
        raise PlanError(f"state: {NOT_FORWARDING} needs a plan: what is outside is the policy's")
    return apply_changes(module, lambda writer: _changes(writer, module.params, STATES[state]))


def _leads_to(change: Change, state: str | None) -> bool:
    """Whether a change is of an account, and brings it to the state (None: to any)."""
    if change.field == FORWARDS:
        return state in (None, NOT_FORWARDING)
    wanted = [STATES[state]] if state in STATES else [] if state else [*STATES.values()]
    return any((change.field, change.after) == (field, (after,)) for field, _, after in wanted)


def _changes(
    writer: Writer, params: dict[str, Any], wanted: tuple[str, str, str]
) -> Iterator[Change]:
    """The changes that bring these accounts to the state. Raises DirectoryError."""
    field, before, after = wanted
    for address, found in _accounts(writer, params):
        yield Change(
            id=fingerprint(found.id, field, after),
            control="",
            subject=address,
            unit="",
            server="",
            target=found.dn,
            field=field,
            before=(before,),
            after=(after,),
            reason="",
            undo=f"{field}: {before}",
            fingerprint="",
            account_id=found.id,
        )


def _accounts(writer: Writer, params: dict[str, Any]) -> list[tuple[str, Found]]:
    """The account of each address. Raises DirectoryError that names what is not there, or twice."""
    wanted = list(dict.fromkeys(address.strip().lower() for address in params["accounts"]))
    found = writer.find(params["search_base"], wanted)
    wrong = [
        f"{address} ({len(found[address])} found)" for address in wanted if len(found[address]) != 1
    ]
    if wrong:
        raise DirectoryError(
            f"accounts: {', '.join(wrong[:10])}: each has to be the address of exactly one account"
            " below search_base. Nothing was written"
        )
    return [(address, found[address][0]) for address in wanted]
