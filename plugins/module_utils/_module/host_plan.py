# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""host_plan: what of a plan a mail host is to carry out, as a file that is brought there.

So a mail host needs neither the policy nor the whole plan, which tells of other people.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.errors import PlanError
from .._core.plan import to_line
from .enforcement_options import PLAN_ARGUMENTS
from .enforcement_run import now
from .plan_file import AUDIT_AGAIN, load_plan
from .runner import MailboxModule
from .safeguards import Safeguards
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    **PLAN_ARGUMENTS,
    "plan": {"type": "path", "required": True},
    "name": {"type": "str", "required": True},
    "dest": {"type": "path", "required": True},
}


def write_host_plan(module: MailboxModule) -> dict[str, Any]:
    """Write the host's changes that may be made now; tell those that may not.

    Raises MailboxError when the plan may not be carried out at all. Written in check mode, too: it
    is what a preview is about.
    """
    params = module.params
    safeguards = Safeguards(params, now(), module.warn_clean)
    plan = load_plan(Path(params["plan"]), now=now(), max_age=safeguards.max_plan_age)
    name = params["name"]
    if name not in plan.mail_hosts:
        known = ", ".join(sorted(plan.mail_hosts)) or "none"
        raise PlanError(
            f"{plan.path} has no mail host named {name}; it was made for: {known}. {AUDIT_AGAIN}"
        )
    chosen, left = safeguards.judge(plan)
    mine = [change for change in chosen if change.server == name]
    with whole_file(Path(params["dest"])) as file:
        file.writelines(f"{to_line(change)}\n" for change in mine)
    skipped = [skip for skip in left if skip.change.server == name]
    return {
        "changed": False,
        "run_id": plan.run_dir.name,
        "path": params["dest"],
        "total": len(mine),
        "left": [
            {"subject": skip.change.subject, "field": skip.change.field, "reason": skip.reason}
            for skip in skipped
        ],
    }
