# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""warn: tells the owners of idle mailboxes by mail that they will be locked, once per idle time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._core.dates import local_day
from .._core.errors import SnapshotError
from .._core.exemptions import exempt_by
from .._core.notices import WORDINGS, Notice, mail_text, notice_of
from .._core.policy import Policy
from .._core.warnings import (
    CONTROL,
    REGISTER_NAME,
    Register,
    WarningRecord,
    may_be_warned,
    read_warnings,
    warned_at,
)
from . import mailing
from .mailing import UNCERTAIN, Mail, Tally, intended, no_address, send_each, wordings_of
from .past_run import PastRun, open_run
from .policy_file import load_policy
from .runner import MailboxModule

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "policy_file": {"type": "path", "required": True},
    "register": {"type": "path"},
    "include_overdue": {"type": "bool", "default": False},
    **mailing.ARGUMENTS,
}
RESTRICTIONS = mailing.RESTRICTIONS


def warn_owners(module: MailboxModule) -> dict[str, Any]:
    """Send the warnings that are due. Raises MailboxError; what was sent stays in the register."""
    params = module.params
    run_dir = Path(params["run_dir"]).resolve()
    policy = load_policy(Path(params["policy_file"]))
    # Who has accounts in several directories is told once, of all of them.
    found = _notices(open_run(run_dir), params["include_overdue"])
    notices = list({notice.subject: notice for notice in found}.values())

    def compose(register: Register, tally: Tally) -> list[Mail[WarningRecord]]:
        return list(_mails(params, policy, run_dir.name, notices, register, tally))

    return send_each(
        module,
        register=Path(params["register"] or run_dir.parent / REGISTER_NAME),
        reader=read_warnings,
        compose=compose,
        progress=run_dir / "progress" / "warnings",
    )


def _notices(run: PastRun, include_overdue: bool) -> Iterator[Notice]:
    """Who is to be warned, of the findings of a run. Raises MailboxError."""
    for number, line in enumerate(run.checked_lines(), 1):
        try:
            notice = notice_of(json.loads(line), include_overdue=include_overdue)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SnapshotError(
                f"{run.path / 'findings.jsonl'}, line {number} is no finding ({error}): audit again"
            ) from None
        if notice:
            yield notice


def _mails(
    params: dict[str, Any],
    policy: Policy,
    run_id: str,
    notices: list[Notice],
    register: Register,
    tally: Tally,
) -> Iterator[Mail[WarningRecord]]:
    """The warnings to send."""
    wordings = wordings_of(params, WORDINGS)
    today = local_day(datetime.now(timezone.utc), policy.time_zone)
    for notice in notices:
        if warned_at(register, notice.subject, notice.last_sign_in):
            tally.counts["already"] += 1
        elif may_be_warned(register, notice.subject, notice.last_sign_in):
            tally.leave("uncertain", notice.subject, UNCERTAIN)
        elif exempt := exempt_by(policy.exemptions, CONTROL, notice.facts, today):
            tally.leave("exempt", notice.subject, exempt)
        elif reason := no_address(notice.subject):
            tally.leave("refused", notice.subject, reason)
        else:
            due = notice.locked_from(today, policy.enforcement.warn_first_days)
            subject, text = mail_text(
                notice, wordings, due=due, office=policy.office, contact=params["contact"]
            )
            yield Mail(
                record=WarningRecord(
                    **intended(params, notice.subject, run_id),
                    last_sign_in=notice.last_sign_in,
                    due=due,
                ),
                subject=subject,
                text=text,
                shown={"unit": notice.unit, "due": due.isoformat()},
            )
