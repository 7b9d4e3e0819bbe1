# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""From an entry to its account line in a snapshot, without anything in between.

This runs for every account of a directory, so it writes JSON text straight from the values and
counts on the way what the end record tells. Which field comes from which attribute is the
dialect's table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache

from .._core.account import Forward, PasswordPolicy
from .client import Entry
from .codecs import NO_TIME, UnclearError, Values, quoted, shown_text, text
from .dialect import Dialect, EnforcedPolicy, Field, Policies, ServerFacts
from .dn import same_dn
from .notation import ADDRESS
from .passwords import PasswordChecker
from .policy_records import policy_line
from .tally import BY_TIME, OWN_POLICY, UNKNOWN_POLICY, WITHOUT_POLICY, Kind, Tally
from .units import NO_UNIT, UnitRule
from .visibility import Visibility

# Fields that more goes into than one attribute; all others are written as their row says.
_COMPOSED = frozenset(
    {
        "lock",
        "must_change",
        "sign_ins",
        "forwards",
        "contacts",
        "password_policy",
        "password_check",
    }
)

# Later than any time that a lock can name, with room for what is added to it.
_NONE = [b"0"]  # how Active Directory writes that there is no time
_AT_LAST = datetime(9900, 1, 1, tzinfo=timezone.utc)
# Every address in a text, alone, in a list, or behind a type as "SMTP:" and "internet$"
# (RFC 1274, 9.3.19); where one begins does not matter for its domain. It is looked for from the
# beginning of a word only: from each character on, a value of 20,000 took four seconds.
_IN_WORD = r"""[^\s@,;:$<>()"'\[\]]"""
_ADDRESSES = re.compile(rf"(?:(?<!{_IN_WORD})({_IN_WORD}*))?@({_IN_WORD}+)")

Row = dict[str, Values]  # an entry's values by attribute
Problems = list[tuple[str, str]]  # Account field, message


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is known before the first account comes."""

    dialect: Dialect
    server: ServerFacts
    policies: Policies
    unit: UnitRule
    checker: PasswordChecker
    visibility: Visibility
    now: datetime  # the server's own time, or ours
    # Mark lines that time alone can change, and those where one of these is not 0; None: mark none.
    passing: frozenset[str] | None = None
    with_addresses: bool = False  # of contacts; without, their domains are all that is written


class AccountLines:
    """Writes account lines, and remembers what the snapshot has to say about all of them."""

    def __init__(self, setting: Setting) -> None:
        self.tally = Tally()
        self.kind: Kind = ("", 0, ())  # of the account whose line was written last
        self.newest_sign_in: dict[str, str] = {}  # source -> JSON text of a time
        self.own_policies: list[PasswordPolicy] = []  # of accounts, since somebody took them last
        self._setting = setting
        self._marks: list[str] = []  # of that account, while its line is being written
        self._find_unit, self._note = setting.unit.find, setting.visibility.note
        self._with_addresses = setting.with_addresses
        self._known = setting.policies.by_name()
        default = setting.policies.default
        self._default = self._written_policy(default.encode()) if default else ("", None, "")
        self._named_policy = lru_cache(maxsize=1 << 10)(self._written_policy)
        self._set_rows(setting.dialect, setting.server.precisions)

    def _set_rows(self, dialect: Dialect, precisions: Mapping[str, int]) -> None:
        """Sort the rows by how they are written, with the text that goes around the values."""
        self._plain = [
            (row.name, f',"{row.name}":', row.attribute, row.codec.decode)
            for row in dialect.fields
            if row.name not in _COMPOSED
        ]
        self._sign_in_rows = [
            (row.attribute, row.codec.decode, _sign_in_end(row.attribute, precisions))
            for row in dialect.fields
            if row.name == "sign_ins"
        ]
        self._forward_rows = [
            (attribute, f',"channel":"directory","source":"{attribute}"}}')
            for attribute in [row.attribute for row in dialect.fields if _is_plain(row)]
        ]
        self._other_forwards = [
            row for row in dialect.fields if row.name == "forwards" and not _is_plain(row)
        ]
        self._contact_rows = {
            row.attribute: row.recovers for row in dialect.fields if row.name == "contacts"
        }
        self._id, self._login, self._policy_attribute, self._hash = (
            next(iter(dialect.attributes(name)), "")
            for name in ("id", "login", "password_policy", "password_check")
        )
        self._own_settings = dialect.own_settings
        self._states = frozenset(dialect.attributes("lock") + dialect.attributes("must_change"))

    def text(self, entry: Entry) -> str:
        """The line of one account, after the records of policies that it alone has."""
        line = self.line(entry)
        if not self.own_policies:
            return line
        own = "".join(map(policy_line, self.own_policies))
        self.own_policies.clear()
        return own + line

    def line(self, entry: Entry) -> str:
        """The line of one account, with its end."""
        dn, values = entry
        problems: Problems = []
        self._marks.clear()
        unit = self._unit(entry, problems)
        shown = self._note(unit, dn, tuple(values))
        named = self._dn(dn, problems)
        parts = ['{"record":"account","dn":', named, ',"unit":', unit]
        for name, key, attribute, decode in self._plain:
            if attribute in values:
                try:
                    parts += key, decode(values[attribute])
                except UnclearError as unclear:
                    problems.append((name, f"{attribute}: {unclear}"))
                    parts += (key, unclear.shown) if unclear.shown else ()
        if self._id not in values:
            parts += ',"id":', named
        policy_text, policy = self._policy(dn, values, problems)
        parts += policy_text, self._sign_ins(values, problems)
        parts += self._forwards(values, policy, problems), self._contacts(values)
        if not self._states.isdisjoint(values):
            parts.append(self._lock(values, policy, problems))
            parts.append(self._must_change(values, policy, problems))
        if self._hash in values:
            parts.append(self._password_check(values))
        if problems:
            parts.append(self._problems(problems))
        parts.append("}\n")
        self.kind = kind = (unit, shown, tuple(self._marks))
        self.tally[kind] += 1
        return "".join(parts)

    def _dn(self, dn: bytes, problems: Problems) -> str:
        try:
            return text(dn)
        except UnclearError as unclear:
            problems.append(("dn", str(unclear)))
            return unclear.shown

    def _unit(self, entry: Entry, problems: Problems) -> str:
        try:
            return self._find_unit(entry)
        except UnclearError as unclear:
            problems.append(("unit", str(unclear)))
            return unclear.shown or NO_UNIT

    def _sign_ins(self, values: Row, problems: Problems) -> str:
        seen = []
        for attribute, decode, end in self._sign_in_rows:
            if attribute in values:
                try:
                    at = decode(values[attribute])
                except UnclearError as unclear:
                    problems.append(("sign_ins", f"{attribute}: {unclear}"))
                    continue
                if at == NO_TIME:
                    continue
                seen.append(f'{{"at":{at}{end}')
                if at > self.newest_sign_in.get(attribute, ""):
                    self.newest_sign_in[attribute] = at
        if not seen:
            return ""
        self._marks.append("with_sign_in")
        return f',"sign_ins":[{",".join(seen)}]'

    def _forwards(self, values: Row, policy: EnforcedPolicy | None, problems: Problems) -> str:
        written = []
        for attribute, end in self._forward_rows:
            for value in values.get(attribute, ()):
                try:
                    address = text(value)
                except UnclearError as unclear:
                    problems.append(("forwards", f"{attribute}: {unclear}"))
                    address = unclear.shown
                written.append(f'{{"address":{address}{end}')
        for row in self._other_forwards:
            for value in values.get(row.attribute, ()):
                try:
                    ways = list(row.notation.forwards(row.attribute, value))
                except UnclearError as unclear:
                    problems.append(("forwards", f"{row.attribute}: {unclear}"))
                    continue
                on = _is_on(row.switch, values, policy)
                written += [_written_forward(way, active=way.active and on) for way in ways]
        if not written:
            return ""
        self._marks.append("forwarding")
        return f',"forwards":[{",".join(written)}]'

    def _contacts(self, values: Row) -> str:
        """The domains of all addresses in these attributes; who lives there is not written."""
        if self._contact_rows.keys().isdisjoint(values):
            return ""
        found = []
        for attribute, recovers in self._contact_rows.items():
            for value in values.get(attribute, ()):
                for address, domain in _ADDRESSES.findall(shown_text(value)):
                    told = {"domain": domain.rstrip(".").lower(), "source": attribute}
                    told |= {"recovers": True} if recovers else {}
                    told |= {"address": f"{address}@{domain}"} if self._with_addresses else {}
                    if told not in found:
                        found.append(told)
        if not found:
            return ""
        self._marks.append("with_contact")
        return f',"contacts":{json.dumps(found, ensure_ascii=False)}'

    def _policy(
        self, dn: bytes, values: Row, problems: Problems
    ) -> tuple[str, EnforcedPolicy | None]:
        """The text for the effective policy's name, and the policy where the server showed it."""
        written, policy = self._shared_policy(values, problems)
        if self._own_settings.isdisjoint(values):
            return written, policy
        own = self._setting.dialect.policy_for(dn, values, policy)
        if own is None or own is policy:
            return written, policy
        self.own_policies.append(own.record)
        self._marks.append(OWN_POLICY)
        return f',"password_policy":{quoted(own.record.name)}', own

    def _shared_policy(self, values: Row, problems: Problems) -> tuple[str, EnforcedPolicy | None]:
        """The same without the account's own settings."""
        if self._policy_attribute not in values:
            self._marks.append(WITHOUT_POLICY)
            return self._told_policy(*self._default)
        try:
            return self._told_policy(*self._named_policy(values[self._policy_attribute][0]))
        except UnclearError as unclear:
            problems.append(("password_policy", f"{self._policy_attribute}: {unclear}"))
            return "", None

    def _told_policy(
        self, written: str, policy: EnforcedPolicy | None, unknown: str
    ) -> tuple[str, EnforcedPolicy | None]:
        if unknown:
            self._marks.append(unknown)
        return written, policy

    def _written_policy(self, dn: bytes) -> tuple[str, EnforcedPolicy | None, str]:
        """The same for a policy of that DN, and a mark if it is not known. Raises UnclearError."""
        known = self._known.get(same_dn(shown_text(dn)))
        name = quoted(known.record.name) if known else text(dn)
        return f',"password_policy":{name}', known, "" if known else UNKNOWN_POLICY + shown_text(dn)

    def _lock(self, values: Row, policy: EnforcedPolicy | None, problems: Problems) -> str:
        judge = self._setting.dialect.judge_lock
        state = judge(values, policy, self._setting.now)
        passing = self._setting.passing
        if passing is not None and (
            any(values.get(name, _NONE) != _NONE for name in passing)
            or state != judge(values, policy, _AT_LAST)
        ):
            self._marks.append(BY_TIME)
        problems += [("lock", problem) for problem in state.problems]
        if not state.lock:
            return ""
        self._marks.append(f"locked_by_{state.lock.value}")
        at = f',"locked_at":{state.locked_at}' if state.locked_at else ""
        return f',"lock":"{state.lock.value}"{at}'

    def _must_change(self, values: Row, policy: EnforcedPolicy | None, problems: Problems) -> str:
        try:
            state = self._setting.dialect.judge_must_change(values, policy)
        except UnclearError as unclear:
            problems.append(("must_change", str(unclear)))
            return ""
        if state.problem:
            problems.append(("must_change", state.problem))
        if not state.forced:
            return ""
        self._marks.append("must_change")
        return ',"must_change":true'

    def _password_check(self, values: Row) -> str:
        login = shown_text(values.get(self._login, [b""])[0])
        verdict = self._setting.checker.check(values[self._hash], login)
        self._marks.append(f"password_{verdict.check.value}")
        scheme = quoted(verdict.scheme)
        return f',"password_check":"{verdict.check.value}","password_scheme":{scheme}'

    def _problems(self, problems: Problems) -> str:
        self._marks.append("with_problem")
        told = [{"field": name, "message": message} for name, message in problems]
        return f',"problems":{json.dumps(told, ensure_ascii=False)}'


def _sign_in_end(source: str, precisions: Mapping[str, int]) -> str:
    """What follows the time of a sign-in."""
    lag = f',"precision":{precisions[source]}' if precisions.get(source) else ""
    return f',"source":"{source}"{lag}}}'


def _is_plain(row: Field) -> bool:
    """A forward whose values are addresses, whatever else the account has."""
    return row.name == "forwards" and row.notation is ADDRESS and not row.switch


def _is_on(switch: str, values: Row, policy: EnforcedPolicy | None) -> bool:
    """Whether nothing makes a forward dormant: neither the account nor what it inherits."""
    inherited = policy.bequeaths.get(switch) if policy else None
    return (values.get(switch) or inherited) != [b"FALSE"]


def _written_forward(forward: Forward, *, active: bool) -> str:
    """The JSON text of a forward; what has its default value is left out."""
    told = {"address": forward.address, "channel": forward.channel, "source": forward.source}
    off = {} if active else {"active": False}
    opaque = {"opaque": forward.opaque} if forward.opaque else {}
    return json.dumps({**told, **off, **opaque}, ensure_ascii=False)
