# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Reading a directory into a snapshot (its format: _core/snapshot.py)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from .._core.account import PasswordPolicy
from .._core.dates import CLOCKS_AGREE, clocks_differ, format_time
from .._core.errors import DirectoryError
from .._core.snapshot import SCHEMA
from .access import Access
from .account_lines import AccountLines, Setting
from .client import Directory, Entry
from .codecs import HASH
from .dialect import Dialect, Field, Policies, RootDse, ServerFacts
from .dialects.catalogue import recognise
from .notation import SCRIPT, Notation
from .part_reading import Division, PartState, entries_of
from .passwords import PasswordChecker
from .replicas import Replicas
from .units import UnitRule, refuse_unfit
from .visibility import Visibility

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


def gather(
    access: Access,
    wanted: Wanted,
    *,
    write: Callable[[str], object],
    progress: Callable[[int], object],
    clock: Callable[[], datetime],
) -> Outcome:
    """Write the snapshot of a directory; also when it fails, and then the outcome says why.

    `progress` is told the number of accounts now and then.
    """
    gathering = _Gathering(wanted, write, progress, clock)
    try:
        with Directory(access) as directory:
            gathering.read(directory)
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
    ) -> None:
        self.outcome = Outcome()
        self._wanted, self._write, self._progress, self._clock = wanted, write, progress, clock
        self._started = clock()
        self._records: Counter[str] = Counter()
        self._newest: dict[str, str] = {}

    def read(self, directory: Directory) -> None:
        """Header, policies, accounts, problems. Raises DirectoryError."""
        wanted = self._wanted
        checker = PasswordChecker(wanted.password_candidates, wanted.hash_seconds)
        root, known = recognise(directory, wanted.dialect)
        dialect = known.forwarding_by(wanted.forward_attributes, wanted.scripts)
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
            self._record("policy", **_policy_fields(record))
        rows = [row for row in dialect.fields if row.codec is not HASH or checker.wanted]
        visibility = Visibility(rows)
        lines = AccountLines(
            Setting(
                dialect=dialect,
                server=facts,
                policies=policies,
                unit=wanted.unit,
                checker=checker,
                visibility=visibility,
                now=facts.time or self._started,
            )
        )
        try:
            self._accounts(directory, dialect, rows, lines, replicas)
        finally:  # what was read stands in the file, so the end tells of it
            self._take(lines)
        unread = visibility.unread(partial(dialect.ask, directory, root))
        # What holds for all units of a part need not hold for all.
        units = None if wanted.division else visibility.units
        self.outcome.unread += _grouped(unread, units)
        self._tell_policies(policies, lines)
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
            newest_sign_in={source: json.loads(at) for source, at in self._newest.items()},
            message=self.outcome.message,
        )

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

    def _accounts(
        self,
        directory: Directory,
        dialect: Dialect,
        rows: Sequence[Field],
        lines: AccountLines,
        replicas: Replicas,
    ) -> None:
        wanted, write, sample = self._wanted, self._write, self.outcome.sample
        attributes = {
            *(row.attribute for row in rows),
            *dialect.beside_rows(),
            *wanted.unit.attributes,
        }
        entries = self._entries(directory, dialect, sorted(attributes))
        total = 0
        try:
            for line in map(lines.line, replicas.joined(entries)):
                while lines.own_policies:
                    self._record("policy", **_policy_fields(lines.own_policies.pop()))
                write(line)
                total += 1
                if total <= SHOWN:
                    sample.append(line)
                if not total % PROGRESS_EVERY:
                    self._progress(total)
        finally:
            self.outcome.total = total

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

    def _take(self, lines: AccountLines) -> None:
        self._newest = lines.newest_sign_in
        self.outcome.counts = lines.counts
        self.outcome.counts["with_sign_in"] = lines.with_sign_in

    def _tell_policies(self, policies: Policies, lines: AccountLines) -> None:
        for problem in policies.problems:
            self._problem("password_policy", problem)
        if policies.default_unread and lines.without_policy:
            self._problem("password_policy", policies.default_unread)
            self.outcome.unread.append(
                {"field": "password_policy", "unit": None, "reason": policies.default_unread}
            )
        for dn in sorted(lines.unknown_policies):
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
        self._write(json.dumps({"record": record, **content}, ensure_ascii=False) + "\n")


def _policy_fields(policy: PasswordPolicy) -> dict[str, Any]:
    """What a policy record says: no None, durations in seconds, sets sorted."""
    content: dict[str, Any] = {}
    for item in fields(policy):
        value = getattr(policy, item.name)
        if isinstance(value, timedelta):
            content[item.name] = int(value.total_seconds())
        elif isinstance(value, frozenset):
            content[item.name] = sorted(value)
        elif value is not None:
            content[item.name] = value
    return content


def _grouped(
    unread: Mapping[tuple[str, str], list[str]], units: int | None
) -> Iterator[dict[str, Any]]:
    """The items of "unread": one for all units where they are alike, else one for each."""
    for (about, reason), alike in unread.items():
        told = [None] if len(alike) == units else [json.loads(unit) for unit in alike]
        for unit in told:
            yield {"field": about, "unit": unit, "reason": reason}
