# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""forwarding_notice: tells owners by mail which of their forwards a run switched off, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._core.errors import JournalError
from .._core.forwarding_notices import (
    REGISTER_NAME,
    WORDINGS,
    NoticeRecord,
    Register,
    mail_text,
    read_notices,
    removed,
    switched_off,
    untold,
)
from .._core.plan import Change
from .._core.policy import Policy
from . import lost_changes, mailing
from .journal_file import NAMES, read_journal_at
from .mailing import UNCERTAIN, Mail, Tally, intended, no_address, send_each, wordings_of
from .policy_file import load_policy
from .runner import MailboxModule

NOT_ASKED = (
    "nobody is told, for the policy does not ask for it: set forwarding.tell_owners: true in {path}"
)
PENDING = (
    "{count} changes of run {run} were broken off and are not told, for nobody knows whether they"
    " stand: run again what was broken off (civic.mailbox.enforce or rollback), and then this"
)
FOR_MANY = "a setting for many addresses has no mailbox: tell those whom it concerns yourself"

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "policy_file": {"type": "path", "required": True},
    "register": {"type": "path"},
    **mailing.ARGUMENTS,
}
RESTRICTIONS = mailing.RESTRICTIONS


def tell_owners(module: MailboxModule) -> dict[str, Any]:
    """Send the notices that are due. Raises MailboxError; what was sent stays in the register."""
    params = module.params
    run_dir = Path(params["run_dir"]).resolve()
    policy = load_policy(Path(params["policy_file"]))
    standing: dict[str, list[Change]] = {}
    if policy.forwarding.tell_owners:
        standing = _standing(module, run_dir)
    else:
        module.warn_clean(NOT_ASKED.format(path=params["policy_file"]))

    def compose(register: Register, tally: Tally) -> list[Mail[NoticeRecord]]:
        return list(_mails(params, policy, run_dir.name, standing, register, tally))

    return send_each(
        module,
        register=Path(params["register"] or run_dir.parent / REGISTER_NAME),
        reader=read_notices,
        compose=compose,
        progress=run_dir / "progress" / "forwarding-notices",
    )


def _standing(module: MailboxModule, run_dir: Path) -> dict[str, list[Change]]:
    """The forwards that the run took away and nobody put back, by their subjects."""
    journals = sorted(run_dir.glob(NAMES))
    if not journals:
        raise JournalError(
            f"{run_dir} has no journal, so nothing was switched off by this run. Carry out its plan"
            " first (civic.mailbox.enforce), or name another run: -e forwarding_notice_run=..."
        )
    histories = [read_journal_at(path) for path in journals]
    pending = sum(len(history.pending()) for history in histories)
    if pending:
        module.warn_clean(PENDING.format(count=pending, run=run_dir.name))
    for warning in filter(None, map(lost_changes.warning, histories)):
        module.warn_clean(f"Not everybody is told. {warning}")
    return switched_off(histories)


def _mails(
    params: dict[str, Any],
    policy: Policy,
    run_id: str,
    standing: dict[str, list[Change]],
    register: Register,
    tally: Tally,
) -> Iterator[Mail[NoticeRecord]]:
    """The notices to send."""
    wordings = wordings_of(params, WORDINGS)
    for address, changes in standing.items():
        left = untold(changes, register, run_id)
        if left.is_uncertain:
            tally.leave("uncertain", address, UNCERTAIN)
        elif not left.new:
            tally.counts["already"] += 1
        if not left.new:
            continue
        if reason := FOR_MANY if address.startswith("@") else no_address(address):
            tally.leave("refused", address, reason)
            continue
        subject, text = mail_text(
            address, left.new, wordings, office=policy.office, contact=params["contact"]
        )
        yield Mail(
            record=NoticeRecord(
                **intended(params, address, run_id),
                changes=tuple(change.id for change in left.new),
            ),
            subject=subject,
            text=text,
            shown={"switched_off": [target for one in left.new for target in removed(one)]},
        )
