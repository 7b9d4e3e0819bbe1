# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Reading a directory into a snapshot (its format: _core/snapshot.py)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from .._core.dates import CLOCKS_AGREE, clocks_differ, format_time
from .._core.errors import DirectoryError
from .._core.snapshot import SCHEMA
from .access import Access
from .account_lines import AccountLines, Setting
from .changes.catching_up import Now
from .changes.feeds import Asked, feed_of
from .changes.session import Keeping, Progress, Session, Terms
from .changes.terms import digests, identity, of_all
from .client import Directory, Entry
from .codecs import HASH, UnclearError
from .complaints import RefusedError
from .dialect import Dialect, Policies, RootDse, ServerFacts
from .dialects.catalogue import recognise
from .notation import SCRIPT, Notation
from .part_reading import Division, PartState, entries_of
from .passwords import PasswordChecker
from .policy_records import policy_fields
from .replicas import Replicas
from .tally import OWN_POLICY, WITHOUT_POLICY, Tally
from .units import UnitRule, refuse_unfit
from .visibility import Visibility, grouped

PROGRESS_EVERY = 10_000  # accounts
SHOWN = 10  # accounts of the sample
SHOWN_REFERENCES = 3


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to read."""

    name: str  # of the snapshot: the server's in the inventory
    search_base: str
    unit: UnitRule
    filter: str = ""  # "": the dialect's
    dialect: str = ""  # "": by the root DSE
    forward_attributes: tuple[str, ...] = ()  # that forward mail, besides the dialect's
    contact_attributes: tuple[str, ...] = ()  # with addresses of people, besides the dialect's
    recovery_attributes: tuple[str, ...] = ()  # with such as passwords are set anew by
    contact_addresses: bool = False  # whether to write these addresses, not their domains alone
    scripts: Notation = SCRIPT  # how Sieve scripts in attributes are read
    division: Division | None = None  # None: read the directory as a whole
    replicas: tuple[Access, ...] = ()  # other servers, for what each one keeps by itself
    page_size: int = 1000  # 0: all at once
    default_password_policy: str = ""  # DN; "": as the server's configuration says
    password_candidates: tuple[str, ...] = field(default=(), repr=False)
    hash_seconds: float = 300.0


@dataclass(kw_only=True)
class Outcome:
    """What came of it; filled while the snapshot is written."""

    total: int = 0  # accounts
    counts: Counter[str] = field(default_factory=Counter)  # of accounts, by what they are
    sample: list[str] = field(default_factory=list)  # account lines
    parts: dict[str, PartState] = field(default_factory=dict)  # by their names
    dialect: str = ""
    software: str = ""
    problems: list[str] = field(default_factory=list)
    unread: list[dict[str, Any]] = field(default_factory=list)  # as in the end record
    message: str = ""  # why it is not complete; "": it is
    progress: Progress | None = None  # of reading what changed; None: that was not asked for


def gather(
    access: Access,
    wanted: Wanted,
    *,
    write: Callable[[str], object],
    progress: Callable[[int], object],
    clock: Callable[[], datetime],
    keeping: Keeping | None = None,
) -> Outcome:
    """Write the snapshot of a directory; also when it fails, and then the outcome says why.

    `progress` is told the number of accounts now and then. With `keeping` only what changed since
    the last reading is read, where that gives the same; the outcome has what to keep for the next.
    """
    gathering = _Gathering(wanted, write, progress, clock, keeping)
    try:
        with Directory(access) as directory:
            gathering.read(directory, access)
    except DirectoryError as error:
        gathering.outcome.message = str(error)
    gathering.end(access.uri)
    return gathering.outcome


class _Gathering:
    """One reading of one server: what is written, in its order."""

    def __init__(
        self,
        wanted: Wanted,
        write: Callable[[str], object],
        progress: Callable[[int], object],
        clock: Callable[[], datetime],
        keeping: Keeping | None,
    ) -> None:
        self.outcome = Outcome()
        self._keeping = keeping
        self._tally = Tally()
        self._bytes = 0  # of the records, without the accounts
        self._wanted, self._write, self._progress, self._clock = wanted, write, progress, clock
        self._started = clock()
        self._records: Counter[str] = Counter()
        self._newest: dict[str, str] = {}

    def read(self, directory: Directory, access: Access) -> None:
        """Header, policies, accounts, problems. Raises DirectoryError."""
        wanted = self._wanted
        checker = PasswordChecker(wanted.password_candidates, wanted.hash_seconds)
        root, known = recognise(directory, wanted.dialect)
        dialect = known.forwarding_by(wanted.forward_attributes, wanted.scripts)
        dialect = dialect.knowing_contacts(wanted.contact_attributes, wanted.recovery_attributes)
        refuse_unfit(wanted.unit, dialect)
        dialect = dialect.specialised(dialect, directory, root, wanted.search_base)
        facts = dialect.describe(directory, root, wanted.search_base)
        ahead = facts.time - self._clock() if facts.time else timedelta(0)
        self._header(directory.uri, dialect, facts, ahead)
        replicas = self._replicas(dialect, root)
        if replicas.roots:
            facts = dialect.with_replicas(directory, root, facts, replicas.roots)
        self._tell_facts(facts)
        policies = dialect.read_policies(
            directory, root, wanted.search_base, wanted.default_password_policy
        )
        for record in policies.records():
            self._record("policy", **policy_fields(record))
        rows = [row for row in dialect.fields if row.codec is not HASH or checker.wanted]
        setting = Setting(
            dialect=dialect,
            server=facts,
            policies=policies,
            unit=wanted.unit,
            checker=checker,
            visibility=Visibility(rows),
            now=facts.time or self._started,
            passing=_passing(dialect) if self._keeping else None,
            with_addresses=wanted.contact_addresses,
        )
        session = self._session(directory, access, root, setting, ahead)
        start = self._bytes
        now = self._changes(session, setting) if session else None
        try:
            if not now:
                self._all(directory, setting, replicas, session)
        finally:
            self._count()
        ask = partial(dialect.ask, directory, root)
        shown = self._tally.shown()
        hidden = (
            session.hidden(now, setting.visibility, shown, ask)
            if session and now
            else setting.visibility.hidden(setting.visibility.missing(shown), ask)
        )
        # What holds for all units of a part need not hold for all.
        self.outcome.unread += grouped(hidden, None if wanted.division else len(shown))
        if session:
            directory.references += session.references(now)
            session.remember(
                now,
                start=start,
                newest=self._newest,
                hidden=hidden,
                references=directory.references,
            )
        self._tell_policies(policies)
        self._tell_rest(directory, checker, dialect)

    def end(self, uri: str) -> None:
        """The end record, after a header that tells of the server at least its address."""
        if not self._records["header"]:
            self._header(uri, None, ServerFacts(software="", time=None))
        division = self._wanted.division
        counts = {kind: n for kind, n in self._records.items() if kind != "header"}
        self._record(
            "end",
            **(division.end(self.outcome.parts, self.outcome.message) if division else {}),
            complete=not self.outcome.message,
            ended_at=format_time(self._clock()),
            counts={**counts, "account": self.outcome.total},
            unread=self.outcome.unread,
            newest_sign_in={source: json.loads(at) for source, at in sorted(self._newest.items())},
            message=self.outcome.message,
            **self._told_progress(),
        )

    def _told_progress(self) -> dict[str, Any]:
        progress = self.outcome.progress
        if progress is None or progress.read_all_because:
            return {}
        names = ("since", "full_at", "changed", "gone")
        return {"incremental": {name: getattr(progress, name) for name in names}}

    def _replicas(self, dialect: Dialect, root: RootDse) -> Replicas:
        """What other servers keep by themselves; one that cannot be read is told of."""
        wanted = self._wanted
        asked = wanted.filter or dialect.account_filter
        found = Replicas(dialect)
        for access in wanted.replicas:
            try:
                bases = wanted.division.bases if wanted.division else (wanted.search_base,)
                found.read(access, root, bases, asked, wanted.page_size)
            except DirectoryError as error:
                self._problem("", f"{error} What this server keeps by itself was not read")
        return found

    def _session(
        self,
        directory: Directory,
        access: Access,
        root: RootDse,
        setting: Setting,
        clock_ahead: timedelta,
    ) -> Session | None:
        """How to do with what changed, where that is asked for and can be."""
        if not self._keeping:
            return None
        wanted, dialect = self._wanted, setting.dialect
        marks = dialect.change_marks
        if not marks or setting.checker.wanted or wanted.replicas:
            self.outcome.progress = Progress(read_all_because=_why_all(setting, wanted))
            return None
        asked = Asked(
            directory=directory,
            marks=marks,
            base=wanted.search_base,
            ldap_filter=wanted.filter or dialect.account_filter,
            attributes=self._attributes(setting),
            page_size=wanted.page_size,
            now=setting.now,
            clock_shown=setting.server.time is not None,
        )
        feed = feed_of(directory, root, marks)
        try:
            who = identity(directory, access)
            inherited = marks.inherited(directory, root, asked.base)
        except (UnclearError, RefusedError) as why:
            self.outcome.progress = Progress(read_all_because=str(why))
            return None
        terms = Terms(
            rests_on=digests(
                {
                    **of_all(access, who, setting, inherited),
                    "search_base": asked.base,
                    "filter": asked.ldap_filter,
                    "the rule for units": wanted.unit.words,
                    "how the server tells changes": feed,
                }
            ),
            feed=feed,
            sign_ins=dialect.attributes("sign_ins"),
            started=self._started,
            clock_ahead=clock_ahead if setting.server.time else None,
        )
        session = Session(self._keeping, asked, terms)
        self.outcome.progress = session.progress
        return session

    def _changes(self, session: Session, setting: Setting) -> Now | None:
        """Write the accounts from what changed; None: nothing is written, read all."""
        # What a sample of others shows must not count: it has a visibility of its own.
        others = replace(setting, visibility=Visibility(setting.visibility.rows))
        now = session.changes(AccountLines(setting), AccountLines(others))
        if now is None or not self._keeping:
            return None
        for piece in now.pieces:
            if isinstance(piece, str):
                self._write(piece)
            else:
                self._keeping.copy(piece)
        self._tally, self._newest = now.tally, dict(now.newest)
        self.outcome.total = len(now.accounts)
        self.outcome.sample += now.first(SHOWN)
        return now

    def _all(
        self,
        directory: Directory,
        setting: Setting,
        replicas: Replicas,
        session: Session | None,
    ) -> None:
        """Read and write all accounts."""
        write, sample = self._write, self.outcome.sample
        lines = AccountLines(setting)
        if session:
            session.begin()
        attributes = session.asked.attributes if session else self._attributes(setting)
        entries = self._entries(directory, setting.dialect, attributes)
        total = 0
        try:
            for entry in replicas.joined(entries):
                text = lines.text(entry)
                write(text)
                if session:
                    session.note(entry, text, lines.kind)
                total += 1
                if total <= SHOWN:
                    sample.append(text)
                if not total % PROGRESS_EVERY:
                    self._progress(total)
        finally:  # what was read stands in the file, so the end tells of it
            self.outcome.total = total
            self._tally, self._newest = lines.tally, lines.newest_sign_in

    def _attributes(self, setting: Setting) -> tuple[str, ...]:
        """What is asked of accounts."""
        rows, dialect = setting.visibility.rows, setting.dialect
        asked = {row.attribute for row in rows} | dialect.beside_rows()
        return tuple(sorted(asked | {*self._wanted.unit.attributes}))

    def _entries(
        self, directory: Directory, dialect: Dialect, attributes: Sequence[str]
    ) -> Iterator[Entry]:
        wanted = self._wanted
        asked = wanted.filter or dialect.account_filter

        def search(base: str, is_narrow: bool) -> Iterator[Entry]:
            pages = dialect.pages_anywhere or not is_narrow
            page_size = wanted.page_size if pages else 0
            return directory.search(base, asked, attributes, page_size=page_size)

        if wanted.division:
            return entries_of(wanted.division, wanted.unit, search, self.outcome.parts)
        return search(wanted.search_base, False)

    def _count(self) -> None:
        self.outcome.counts = self._tally.counts()
        self.outcome.counts["with_sign_in"] += 0  # told also where there is none
        self._records["policy"] += self._tally.marked(OWN_POLICY)

    def _tell_policies(self, policies: Policies) -> None:
        for problem in policies.problems:
            self._problem("password_policy", problem)
        if policies.default_unread and self._tally.marked(WITHOUT_POLICY):
            self._problem("password_policy", policies.default_unread)
            self.outcome.unread.append(
                {"field": "password_policy", "unit": None, "reason": policies.default_unread}
            )
        for dn in sorted(self._tally.unknown_policies()):
            self._problem(
                "password_policy",
                f"accounts name the password policy {dn}, which the server does not show",
            )

    def _tell_rest(self, directory: Directory, checker: PasswordChecker, dialect: Dialect) -> None:
        for problem in checker.problems():
            self._problem("password_check", problem)
        if elsewhere := dialect.elsewhere(directory.references):
            shown = ", ".join(elsewhere[:SHOWN_REFERENCES])
            self._problem(
                "",
                f"parts of the directory are on other servers ({shown}) and were not read:"
                " read those servers as well",
            )
        if not self.outcome.total and not self._wanted.division:
            asked = self._wanted.filter or dialect.account_filter
            self._problem(
                "",
                f"nothing below {self._wanted.search_base} matches {asked}, or the account that"
                " binds may not see it: check search_base, filter and its rights",
            )

    def _tell_facts(self, facts: ServerFacts) -> None:
        for about, reason in facts.unread.items():
            self._problem(about, reason)
            self.outcome.unread.append({"field": about, "unit": None, "reason": reason})
        for problem in facts.problems:
            self._problem("", problem)

    def _header(
        self,
        uri: str,
        dialect: Dialect | None,
        facts: ServerFacts,
        clock_ahead: timedelta = timedelta(0),
    ) -> None:
        division = self._wanted.division
        self.outcome.dialect = dialect.name if dialect else ""
        self.outcome.software = facts.software
        self._record(
            "header",
            schema=SCHEMA,
            kind="accounts",
            name=self._wanted.name,
            server=uri,
            software=facts.software,
            dialect=self.outcome.dialect,
            holds_mail=bool(dialect and dialect.holds_mail),
            started_at=format_time(self._started),
            server_time=format_time(facts.time) if facts.time else None,
            clock_ahead=round(clock_ahead.total_seconds()),
            **(division.header(self._wanted.filter) if division else {}),
        )
        if abs(clock_ahead) > CLOCKS_AGREE:
            self._problem("", clocks_differ(self._wanted.name, clock_ahead))

    def _problem(self, about: str, message: str) -> None:
        self.outcome.problems.append(message)
        self._record("problem", field=about, subject="", message=message)

    def _record(self, record: str, **content: Any) -> None:
        self._records[record] += 1
        line = json.dumps({"record": record, **content}, ensure_ascii=False) + "\n"
        self._bytes += len(line.encode())
        self._write(line)


def _passing(dialect: Dialect) -> frozenset[str]:
    return dialect.change_marks.passing if dialect.change_marks else frozenset()


def _why_all(setting: Setting, wanted: Wanted) -> str:
    if setting.checker.wanted:
        return "password_candidates are compared with the hashes of all accounts each time"
    if wanted.replicas:
        return "what replicas keep for themselves is read of all accounts each time"
    return f"{setting.dialect.title} is read as a whole each time"
