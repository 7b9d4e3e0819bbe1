# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""reopening_notice: tells owners by mail that their mailbox is open again, and until when to sign
in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .._core.dates import local_day, parse_time
from .._core.errors import JournalError
from .._core.mail_register import INTENDED, SENT
from .._core.policy import Policy
from .._core.reopening_notices import (
    REGISTER_NAME,
    WORDINGS,
    Opened,
    Register,
    ReopeningRecord,
    mail_text,
    opened,
    read_reopenings,
    result_of_mail,
)
from . import lost_changes, mailing
from .enforcement_run import now
from .journal_file import NAME, read_history
from .mailing import UNCERTAIN, Mail, Tally, intended, no_address, send_each, wordings_of
from .policy_file import load_policy
from .reopen import run_folder
from .run_locks import reopening_folder
from .runner import MailboxModule

PENDING = (
    "{count} changes of run {run} were broken off and are not told, for nobody knows whether they"
    " stand: run civic.mailbox.reopen again, and then this"
)
PAST = "its owner had until {until} to sign in, and that is past: told now it would be wrong"

ARGUMENTS: dict[str, Any] = {
    "reports_dir": {"type": "path", "required": True},
    "run": {"type": "str", "default": "latest"},
    "policy_file": {"type": "path", "required": True},
    "register": {"type": "path"},
    **mailing.ARGUMENTS,
}
RESTRICTIONS = mailing.RESTRICTIONS


def tell_reopened(module: MailboxModule) -> dict[str, Any]:
    """Send the mails that are due. Raises MailboxError; what was sent stays in the register."""
    params = module.params
    policy = load_policy(Path(params["policy_file"]))
    folder = reopening_folder(run_folder(Path(params["reports_dir"]), params["run"]))
    if not (folder / NAME).exists():
        raise JournalError(
            f"{folder} has no journal: reopen mailboxes first (civic.mailbox.reopen)"
        )
    history = read_history(folder)
    if pending := len(history.pending()):
        module.warn_clean(PENDING.format(count=pending, run=folder.name))
    if warning := lost_changes.warning(history):
        module.warn_clean(f"Not everybody is told. {warning}")
    found = opened(history)

    def compose(register: Register, tally: Tally) -> list[Mail[ReopeningRecord]]:
        return list(_mails(params, policy, folder.name, found, register, tally))

    return send_each(
        module,
        register=Path(params["register"] or folder.parent / REGISTER_NAME),
        reader=read_reopenings,
        compose=compose,
        progress=folder / "progress" / "reopening-notices",
    )


def _mails(
    params: dict[str, Any],
    policy: Policy,
    run_id: str,
    found: Sequence[Opened],
    register: Register,
    tally: Tally,
) -> Iterator[Mail[ReopeningRecord]]:
    wordings = wordings_of(params, WORDINGS)
    today = local_day(now(), policy.time_zone)
    for one in found:
        change = one.change
        until = policy.reopening.sign_in_by(parse_time(one.at), policy.time_zone)
        sent = result_of_mail(register, change.subject, change.id)
        if sent == SENT:
            tally.counts["already"] += 1
        elif sent == INTENDED:
            tally.leave("uncertain", change.subject, UNCERTAIN)
        elif reason := no_address(change.subject):
            tally.leave("refused", change.subject, reason)
        elif today > until:
            tally.leave("refused", change.subject, PAST.format(until=until.isoformat()))
        else:
            subject, text = mail_text(
                one,
                wordings,
                until=until,
                days=policy.reopening.sign_in_within_days,
                office=policy.office,
                contact=params["contact"],
            )
            yield Mail(
                record=ReopeningRecord(
                    **intended(params, change.subject, run_id),
                    change=change.id,
                    sign_in_by=until,
                ),
                subject=subject,
                text=text,
                shown={"unit": change.unit, "sign_in_by": until.isoformat()},
            )
