# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy's section "spam_handling", and what a mail host does of it."""

from __future__ import annotations

from dataclasses import dataclass

from .section import Section

USES = ("junk", "trash")  # of a folder; IMAP calls them \Junk and \Trash (RFC 6154)
LEAST_PERCENT = 50  # of a quota: what is further from it is not kept in a snapshot
_DAY = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class SpamHandlingPolicy:
    """What mail hosts are to do with junk; 0: the office does not ask."""

    report_spam: bool = True  # what users move into Junk is learned
    junk_days: int = 30  # then messages in Junk are deleted
    trash_days: int = 30
    quota_warning_percent: int = 90  # of the quota: the owner is told, and the audit tells

    def days(self, use: str) -> int:
        """After how many days messages in a folder of that use are to go."""
        return self.junk_days if use == "junk" else self.trash_days

    def is_kept_by(self, folder: SeenFolder) -> bool:
        """Whether messages in the folder go soon enough."""
        wanted = self.days(folder.use)
        return not wanted or 0 < folder.seconds <= wanted * _DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenFolder:
    """A folder that the mail host marks as one for junk or for trash."""

    name: str
    use: str  # of USES
    seconds: int = 0  # after which messages are deleted; 0: never
    learns: bool = False  # what is moved there is given to a script of the administrator

    @property
    def days(self) -> str:
        """The seconds in days, as "30" or "0.5"."""
        return f"{self.seconds / _DAY:.1f}".removesuffix(".0")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenSpamHandling:
    """What the settings of a mail host say."""

    folders: tuple[SeenFolder, ...] = ()
    filters: tuple[str, ...] = ()  # programs on the host that can learn, as "rspamd"
    quotas: tuple[str, ...] = ()  # names of the quotas in force
    warnings: tuple[int, ...] = ()  # percent of a quota at which somebody is told

    def of_use(self, use: str) -> tuple[SeenFolder, ...]:
        """The folders for junk, or those for trash."""
        return tuple(folder for folder in self.folders if folder.use == use)

    def warns_by(self, percent: int) -> bool:
        """Whether somebody is told at that share of a quota, or before."""
        return any(one <= percent for one in self.warnings)


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenQuotas:
    """How many mailboxes of a host have a limit, and how many could not be asked."""

    limited: int = 0
    unlimited: int = 0
    unread: int = 0
    failure: str = ""  # why none could be asked


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledQuota:
    """A mailbox that has used LEAST_PERCENT of its quota or more."""

    percent: int
    quota: str = ""  # its name
    host: str = ""  # inventory name of the mail host


def read_spam_handling(section: Section) -> SpamHandlingPolicy:
    """What the section states; its mistakes are noted in it."""
    default = SpamHandlingPolicy()
    percent = section.number("quota_warning_percent", 0, 100, default=default.quota_warning_percent)
    if 0 < percent < LEAST_PERCENT:
        section.mistake("quota_warning_percent", f"expected 0, or from {LEAST_PERCENT} to 100")
    stated = SpamHandlingPolicy(
        report_spam=section.flag("report_spam", default=default.report_spam),
        junk_days=section.number("junk_days", 0, 3660, default=default.junk_days),
        trash_days=section.number("trash_days", 0, 3660, default=default.trash_days),
        quota_warning_percent=percent,
    )
    section.finish()
    return stated
