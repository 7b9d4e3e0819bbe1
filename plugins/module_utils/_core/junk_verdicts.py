# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""service-signup, of mail hosts and full mailboxes: spam is reported, junk is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .control import (
    Context,
    Evidence,
    Message,
    SeenMailHost,
    Status,
    Verdict,
)
from .spam_handling import USES, FilledQuota, SeenFolder, SeenSpamHandling

REPORTED = Message(
    "service-signup.reported",
    "What users move into {folders} is handed to a script of the administrator; whether a filter "
    "learns from it is not looked at",
)
NOT_REPORTED = Message(
    "service-signup.not-reported",
    "No spam filter learns from what users move into {folders}, though {filters} is installed",
)
NO_FILTER = Message(
    "service-signup.no-filter",
    "No spam filter learns from what users mark: neither rspamd nor SpamAssassin is on this host; "
    "one that mail passes before is not seen from here",
)
NO_JUNK_TO_LEARN = Message(
    "service-signup.no-junk-to-learn",
    "No folder is marked as the one for junk, from which a spam filter would learn",
)
NO_JUNK = Message(
    "service-signup.no-junk",
    "No folder is marked as the one for junk, whose messages are to be deleted after {limit} days",
)
NO_TRASH = Message(
    "service-signup.no-trash",
    "No folder is marked as the one for trash, whose messages are to be deleted after {limit} days",
)
DELETED = Message(
    "service-signup.deleted",
    "Messages in {folders} are deleted after {limit} days or sooner, by the settings",
)
KEPT = Message(
    "service-signup.kept",
    "The server never deletes messages in {folders}; the limit is {limit} days",
)
KEPT_LONG = Message(
    "service-signup.kept-long",
    "Messages in {folders} are deleted only after {days} days; the limit is {limit}",
)
WARNED = Message(
    "service-signup.warned", "Owners are told when {percent}% of their mailbox's quota is used"
)
NOT_WARNED = Message(
    "service-signup.not-warned",
    "Owners are not told before their mailbox is full; the policy asks for it at {limit}%",
)
NO_QUOTA = Message(
    "service-signup.no-quota",
    "No quota is configured: no mailbox has a limit, so which are nearly full cannot be told",
)
QUOTAS_UNREAD = Message(
    "service-signup.quotas-unread", "How full mailboxes are cannot be told: {reason}"
)
NO_DOVECOT = Message(
    "service-signup.no-dovecot",
    "What this host does with junk was not read: it has no Dovecot, or was not asked",
)
NEARLY_FULL = Message(
    "service-signup.nearly-full", "{percent}% of the mailbox's quota is used; the limit is {limit}%"
)

SOME_UNREAD = "{number} mailboxes could not be asked"
_UNMARKED = {"junk": NO_JUNK, "trash": NO_TRASH}


def assess_host(host: SeenMailHost, context: Context) -> Iterator[Verdict]:
    """What the settings of a mail host do with junk."""
    if host.spam_handling is None:
        yield Verdict(status=Status.UNKNOWN, message=NO_DOVECOT, mark="dovecot")
        return
    wanted = context.policy.spam_handling
    if wanted.report_spam:
        yield _reporting(host.spam_handling)
    for use in USES:
        if wanted.days(use):
            yield from _deleting(use, host.spam_handling, context)
    if wanted.quota_warning_percent:
        yield _warning(host, host.spam_handling, wanted.quota_warning_percent)


def assess_quota(filled: FilledQuota, context: Context) -> Iterator[Verdict]:
    """A mailbox that is nearly full; others have no verdict."""
    limit = context.policy.spam_handling.quota_warning_percent
    if limit and filled.percent >= limit:
        yield Verdict(
            status=Status.FAIL,
            message=NEARLY_FULL,
            params={"percent": filled.percent, "limit": limit},
            mark="quota",
            evidence=(Evidence(what="quota", value=f"{filled.percent}%", source=filled.host),),
        )


def _reporting(found: SeenSpamHandling) -> Verdict:
    folders = found.of_use("junk")
    learning = bool(folders) and all(folder.learns for folder in folders)
    if learning:
        return _verdict(Status.PASS, REPORTED, "report", folders)
    if not found.filters:
        return Verdict(status=Status.MANUAL, message=NO_FILTER, mark="report")
    if not folders:
        return Verdict(status=Status.FAIL, message=NO_JUNK_TO_LEARN, mark="report")
    silent = tuple(folder for folder in folders if not folder.learns)
    return _verdict(Status.FAIL, NOT_REPORTED, "report", silent, filters=", ".join(found.filters))


def _deleting(use: str, found: SeenSpamHandling, context: Context) -> Iterator[Verdict]:
    wanted = context.policy.spam_handling
    limit = wanted.days(use)
    folders = found.of_use(use)
    if not folders:
        yield Verdict(status=Status.FAIL, message=_UNMARKED[use], mark=use, params={"limit": limit})
        return
    kept = tuple(folder for folder in folders if not wanted.is_kept_by(folder))
    for folder in kept:
        message = KEPT_LONG if folder.seconds else KEPT
        params = {"days": folder.days} if folder.seconds else {}
        yield _verdict(
            Status.FAIL, message, f"{use} {folder.name}", (folder,), limit=limit, **params
        )
    if not kept:
        yield _verdict(Status.PASS, DELETED, use, folders, limit=limit)


def _warning(host: SeenMailHost, found: SeenSpamHandling, limit: int) -> Verdict:
    counts = host.quotas
    if not found.quotas or (counts and not counts.failure and counts.limited == 0):
        return Verdict(status=Status.MANUAL, message=NO_QUOTA, mark="quota")
    if counts is None or counts.failure or counts.unread:
        reason = counts.failure if counts else ""
        params = {"reason": reason or SOME_UNREAD.format(number=counts.unread if counts else 0)}
        return Verdict(status=Status.UNKNOWN, message=QUOTAS_UNREAD, mark="quota", params=params)
    if found.warns_by(limit):
        return Verdict(
            status=Status.PASS,
            message=WARNED,
            mark="quota",
            params={"percent": min(found.warnings)},
        )
    return Verdict(status=Status.FAIL, message=NOT_WARNED, mark="quota", params={"limit": limit})


def _verdict(
    status: Status,
    message: Message,
    mark: str,
    folders: Iterable[SeenFolder],
    **params: str | int,
) -> Verdict:
    known = tuple(folders)
    named = ", ".join(folder.name for folder in known)
    return Verdict(
        status=status,
        message=message,
        mark=mark,
        params={"folders": named, **params},
        evidence=tuple(
            Evidence(what="days until deletion", value=folder.days, source=folder.name)
            for folder in known
            if folder.seconds
        ),
    )
