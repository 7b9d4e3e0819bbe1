# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""accounts_info: every account of a directory, into a snapshot file of the run folder."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from .._core.errors import DirectoryError
from .._core.parts import Part
from .._directory.access import Access
from .._directory.changes.session import Progress
from .._directory.dialects.catalogue import names
from .._directory.gather import Outcome, Wanted, gather
from .._directory.part_reading import Division
from .._directory.units import UnitRule, from_attribute, from_dn, from_jmespath
from .directory_options import DIRECTORY_ARGUMENTS, read_access, warnings
from .last_reading import keep, last_reading
from .progress import progress_in
from .runner import MailboxModule
from .script_notation import SIEVE
from .snapshot_name import snapshot_name
from .spool import whole_file

SHOWN_PROBLEMS = 20

ARGUMENTS: dict[str, Any] = {
    **DIRECTORY_ARGUMENTS,
    "run_dir": {"type": "path", "required": True},
    "name": {"type": "str"},
    "search_base": {"type": "str", "required": True},
    "filter": {"type": "str"},
    "unit_from": {"type": "str", "choices": ["dn", "attribute", "jmespath"], "default": "dn"},
    "unit_attribute": {"type": "str", "default": "ou"},
    "unit_query": {"type": "str"},
    "parts": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "key": {"type": "str", "required": True, "no_log": False},  # a DN, or a unit
            "without": {"type": "list", "elements": "str", "default": []},
        },
    },
    "forward_attributes": {"type": "list", "elements": "str", "default": []},
    "contact_attributes": {"type": "list", "elements": "str", "default": []},
    "recovery_attributes": {"type": "list", "elements": "str", "default": []},
    "contact_addresses": {"type": "bool", "default": False},
    "replicas": {"type": "list", "elements": "str", "default": []},
    "page_size": {"type": "int", "default": 1000},
    "dialect": {"type": "str", "choices": ["auto", *names()], "default": "auto"},
    "default_password_policy": {"type": "str", "no_log": False},  # a DN
    "password_candidates": {"type": "list", "elements": "str", "no_log": True, "default": []},
    "hash_time_budget": {"type": "int", "default": 300},
    "incremental_dir": {"type": "path"},
    "full_every_runs": {"type": "int", "default": 7},
    "full_every_days": {"type": "int", "default": 7},
}
RESTRICTIONS: dict[str, Any] = {"required_if": [("unit_from", "jmespath", ("unit_query",))]}


def read_accounts(module: MailboxModule) -> dict[str, Any]:
    """Write the snapshot; it is written also when reading fails, and then says so itself."""
    params = module.params
    access = read_access(params)
    name = snapshot_name(params["name"] or access.host or "ldapi")
    wanted = _wanted(params, name, access)
    for warning in warnings(access):
        module.warn_clean(warning)
    run_dir = Path(params["run_dir"])
    if wanted.division:
        path, progress_file = run_dir / "parts" / _part_file(name, wanted.division), None
    else:
        path = run_dir / "snapshot" / f"accounts-{name}.jsonl"
        progress_file = run_dir / "progress" / f"accounts-{name}"
    # A part is always read anew: which accounts it has is for the division to say.
    folder = None if wanted.division else params["incremental_dir"]
    memory = Path(folder) / f"accounts-{name}.memory" if folder else None
    with (
        progress_in(progress_file) as progress,
        whole_file(path) as file,
        last_reading(memory, file, params["full_every_runs"], params["full_every_days"])
        if memory
        else nullcontext() as keeping,
    ):
        outcome = gather(
            access,
            wanted,
            write=file.write,
            progress=lambda accounts: progress(f"{accounts:,} accounts read"),
            clock=_now,
            keeping=keeping,
        )
    if outcome.message:
        raise DirectoryError(
            f"{outcome.message.rstrip('.')}. {outcome.total or 'No'} accounts were read; {path} is"
            " marked as not complete."
        )
    remembered = outcome.progress.memory if outcome.progress else None
    if memory and (warning := keep(memory, remembered, path)):
        module.warn_clean(warning)
    return _result(access, outcome, path)


def _wanted(params: dict[str, Any], name: str, access: Access) -> Wanted:
    if min(params["page_size"], params["hash_time_budget"]) < 0:
        raise DirectoryError("page_size and hash_time_budget cannot be negative")
    if min(params["full_every_runs"], params["full_every_days"]) < 1:
        raise DirectoryError("full_every_runs and full_every_days have to be 1 or more")
    return Wanted(
        name=name,
        search_base=params["search_base"],
        unit=unit_rule(params),
        division=_division(params),
        filter=params["filter"] or "",
        dialect="" if params["dialect"] == "auto" else params["dialect"],
        forward_attributes=tuple(params["forward_attributes"]),
        contact_attributes=tuple(params["contact_attributes"]),
        recovery_attributes=tuple(params["recovery_attributes"]),
        contact_addresses=params["contact_addresses"],
        scripts=SIEVE,
        replicas=tuple(replace(access, uri=uri) for uri in params["replicas"]),
        page_size=params["page_size"],
        default_password_policy=params["default_password_policy"] or "",
        password_candidates=tuple(params["password_candidates"]),
        hash_seconds=params["hash_time_budget"],
    )


def _division(params: dict[str, Any]) -> Division | None:
    if not params["parts"]:
        return None
    named = "unit_query" if params["unit_from"] == "jmespath" else "unit_attribute"
    return Division(
        search_base=params["search_base"],
        by_subtree=params["unit_from"] == "dn",
        rule=f"{params['unit_from']} {params[named]}",
        parts=tuple(
            Part(name=one["name"], key=one["key"], without=tuple(one["without"]))
            for one in params["parts"]
        ),
    )


def _part_file(name: str, division: Division) -> str:
    """The same for the same parts, so that reading them again replaces what was read before."""
    names = "\n".join(sorted(part.name for part in division.parts))
    return f"accounts-{name}-{sha256(names.encode()).hexdigest()[:16]}.jsonl"


def unit_rule(params: dict[str, Any]) -> UnitRule:
    """The rule that the options unit_from, unit_attribute and unit_query state."""
    if params["unit_from"] == "jmespath":
        return from_jmespath(params["unit_query"])
    rule = from_dn if params["unit_from"] == "dn" else from_attribute
    return rule(params["unit_attribute"])


def _result(access: Access, outcome: Outcome, path: Path) -> dict[str, Any]:
    parts = {
        name: {"total": state.accounts, "message": state.message}
        for name, state in outcome.parts.items()
    }
    return {
        "changed": False,
        **({"parts": parts} if parts else {}),
        "path": str(path),
        "server": access.uri,
        "dialect": outcome.dialect,
        "software": outcome.software,
        "total": outcome.total,
        "counts": dict(outcome.counts),
        "accounts": [_shown(line) for line in outcome.sample],
        "truncated": outcome.total > len(outcome.sample),
        "unread": outcome.unread,
        "problems": outcome.problems[:SHOWN_PROBLEMS],
        **({"incremental": _told(outcome.progress)} if outcome.progress else {}),
    }


def _told(progress: Progress) -> dict[str, Any]:
    return {
        "read_all": bool(progress.read_all_because),
        "reason": progress.read_all_because,
        "since": progress.since,
        "full_at": progress.full_at,
        "changed": progress.changed,
        "gone": progress.gone,
    }


def _shown(line: str) -> dict[str, Any]:
    account: dict[str, Any] = json.loads(line.rstrip("\n").rpartition("\n")[2])
    del account["record"]
    return account


def _now() -> datetime:
    return datetime.now(timezone.utc)
