# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Writing changes to a directory, each only if its entry is still what the change rests on.

prepare() reads the entries and says what is to be written, or why not. write() sends it, as
sending.py does, on the condition that what was looked at has not changed in the moment between.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from .._core.plan import Change
from .._core.step import Outcome, Skip, Step, Why
from .client import Directory
from .codecs import NO_TIME, UnclearError, shown_text
from .complaints import RefusedError
from .dialect import Dialect, EnforcedPolicy, Mark, Policies, RootDse, Values
from .dialects.catalogue import recognise
from .dn import same_dn
from .filters import escaped
from .notation import SCRIPT, Notation
from .result_codes import (
    COMPARE_FALSE,
    COMPARE_TRUE,
    INSUFFICIENT_ACCESS_RIGHTS,
    UNDEFINED_ATTRIBUTE_TYPE,
)
from .sending import GONE, Sender, not_in_schema, shown, unread

ASKED_AT_ONCE = 200  # addresses in one filter
PAGE = 1000  # entries

ANOTHER = "another entry has this name now. Audit again"
CLEARED = "the record of sign-ins was cleared, as by a reset of the password,"
UNREAD = (INSUFFICIENT_ACCESS_RIGHTS, COMPARE_FALSE, COMPARE_TRUE)  # to who may not see a value


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An account that was asked for by its address."""

    dn: str
    id: str


def open_writer(
    directory: Directory,
    *,
    dialect: str,
    search_base: str,
    default_policy: str,
    forward_attributes: Collection[str] = (),
    scripts: Notation = SCRIPT,
    now: datetime,
) -> Writer:
    """A Writer that knows the server's dialect ("": as it tells), its clock and its policies."""
    root, known = recognise(directory, dialect)
    spoken = known.forwarding_by(forward_attributes, scripts)
    spoken = spoken.specialised(spoken, directory, root, search_base)
    facts = spoken.describe(directory, root, search_base)
    policies = spoken.read_policies(directory, root, search_base, default_policy)
    return Writer(directory, spoken, root, policies, facts.time or now)


class Writer:
    """Prepares and writes changes on one server."""

    def __init__(
        self,
        directory: Directory,
        dialect: Dialect,
        root: RootDse,
        policies: Policies,
        now: datetime,
    ) -> None:
        self.dialect, self.bound_as = dialect, dialect.bound_as(directory, root)
        self._directory, self._root, self._now = directory, root, now
        self._sender = Sender(directory, dialect, root)
        self._known = policies.by_name()
        self.policies, self._default = policies, policies.default
        self._assumed: dict[str, Values] = {}
        self._ahead: dict[str, Values] = {}  # by DN: read, and not prepared yet
        self._policy_attribute = next(iter(dialect.attributes("password_policy")), "")
        # What tells which password policy holds for an account.
        self._governing = frozenset({self._policy_attribute, *dialect.own_settings} - {""})
        self._compared: dict[tuple[str, str], int] = {}  # attribute, place -> the server's answer
        self._id = next(row for row in dialect.fields if row.name == "id")

    def find(self, base: str, addresses: Sequence[str]) -> dict[str, list[Found]]:
        """The accounts below `base` that have each address (in lower case)."""
        names = self.dialect.attributes("mail")
        found: dict[str, list[Found]] = {address: [] for address in addresses}
        for first in range(0, len(addresses), ASKED_AT_ONCE):
            asked = addresses[first : first + ASKED_AT_ONCE]
            pairs = "".join(f"({name}={escaped(a)})" for a in asked for name in names)
            entries = self._directory.search(base, f"(|{pairs})", [*names, self._id.attribute])
            for dn, values in entries:
                account = Found(dn=shown_text(dn), id=self._identity(values))
                mail = {
                    shown_text(value).lower() for name in names for value in values.get(name, [])
                }
                for address in mail & found.keys():
                    found[address].append(account)
        return found

    def unlocked(self, base: str, addresses: Sequence[str]) -> set[str]:
        """The DNs of the accounts below `base` with such an address that are not locked, or will
        not be before long by themselves."""
        found = self.find(base, list(addresses))
        dns = sorted({one.dn for accounts in found.values() for one in accounts})
        mark = self.dialect.marks["lock"]
        names = sorted({*self._governing, *mark.attributes})
        entries = self._directory.read(dns, names)
        return {
            dn
            for dn, values in zip(dns, entries, strict=True)
            if values is not None and self._is_open(values)
        }

    def _is_open(self, values: Values) -> bool:
        policy = self._effective_policy(values)
        state = self.dialect.marks["lock"].state(values, policy, self._now)
        if state == "locked by failures":  # by the policy: for a while, or until it is unlocked
            return bool(policy and policy.record.lockout_duration)
        return state != "locked"

    def locked(self, dns: Sequence[str]) -> Iterator[bool | None]:
        """Whether each account is locked by an administrator; None: it is gone, or not to tell."""
        mark = self.dialect.marks["lock"]
        names = sorted({*self._governing, *mark.attributes})
        for values in self._directory.read(dns, names):
            state = None
            with suppress(UnclearError):
                if values is not None:
                    state = mark.state(values, self._effective_policy(values), self._now)
            yield None if state is None else state == "locked"

    def read_ahead(self, base: str, changes: Sequence[Change]) -> None:
        """Read the entries of many changes by one search; each by itself takes ten times as long.

        Those that it does not show are read by prepare(). What somebody changes in between is
        caught by the assertion of the write.
        """
        targets = {change.target.encode(): change.target for change in changes}
        names = self._attributes(changes)
        with suppress(RefusedError):  # a size limit
            for dn, values in self._directory.search(
                base, self.dialect.account_filter, names, page_size=PAGE
            ):
                if target := targets.get(dn):
                    self._ahead[target] = values

    def prepare(self, changes: Sequence[Change]) -> Iterator[Step | Skip]:
        """What is to be done about each change, in their order. Raises DirectoryError."""
        entries = self._entries([change.target for change in changes], self._attributes(changes))
        for change, values in zip(changes, entries, strict=True):
            yield self._prepared(change, values)

    def assume(self, steps: Iterable[Step]) -> None:
        """Prepare what comes as if these steps were written, for check mode."""
        for step in steps:
            target = step.change.target
            self._assumed[target] = {**self._assumed.get(target, {}), **step.after}
            if step.change.field in self.dialect.policy_writing.settings:
                self._judge_anew(target)

    def at_once(self, step: Step) -> list[str]:
        """What writing this brings about for accounts at once, for the operator."""
        if step.change.field not in self.dialect.policy_writing.settings:
            return []
        told = self.dialect.policy_writing.at_once(step.after)
        return [f"{step.change.target}: {text}" for text in told]

    def policy_values(self, dns: Sequence[str]) -> list[Values | None]:
        """What stands in these password policies, to be read by dialect.policy_writing."""
        return list(self._directory.read(dns, self.dialect.policy_writing.attributes))

    def prepare_steps(self, steps: Sequence[Step]) -> Iterator[Step | Skip]:
        """The same for steps whose values are known, as those that undo a run."""
        names = sorted({self._id.attribute, *(name for step in steps for name in step.after)})
        entries = self._entries([step.change.target for step in steps], names)
        for step, values in zip(steps, entries, strict=True):
            yield self._still_wanted(step, values)

    def hollowed(self, step: Step, marks: Sequence[Step]) -> list[Change]:
        """Those of the marks on accounts that stand, and that this step on a password policy would
        take the effect of, or may: where it is not known which policy is the default one."""
        dn, writing = step.change.target, self.dialect.policy_writing
        if step.change.field not in writing.settings:
            return []
        (values,) = self._entries([dn], writing.attributes)
        if values is None:
            return []
        policies = [writing.judge(dn.encode(), one) for one in (values, {**values, **step.after})]
        lost = [one for one in marks if self._is_lost(one.change, *policies)]
        if not lost:
            return []
        known = self.dialect.read_policies(self._directory, self._root, dn, "")
        default = dn if known.default_unread else known.default or ""
        names = sorted({*self._governing, *(name for one in lost for name in one.after)})
        entries = self._entries([one.change.target for one in lost], names)
        return [
            one.change
            for one, found in zip(lost, entries, strict=True)
            if found is not None
            and self.dialect.has(found, one.after)
            and same_dn(self._policy_of(found, default)) == same_dn(dn)
        ]

    def _is_lost(self, change: Change, before: EnforcedPolicy, after: EnforcedPolicy) -> bool:
        if change.field not in self.dialect.marks:
            return False
        obstacle, (wanted,) = self.dialect.marks[change.field].obstacle, change.after
        return not obstacle(wanted, before) and bool(obstacle(wanted, after))

    def _entries(self, dns: Sequence[str], attributes: Sequence[str]) -> list[Values | None]:
        """What stands in these entries, or would by now in check mode; None: no such entry.

        All are read before the first is judged, for a judgement may ask over the same connection.
        """
        ahead: dict[str, Values | None] = {
            dn: self._ahead.pop(dn) for dn in dns if dn in self._ahead
        }
        missing = [dn for dn in dict.fromkeys(dns) if dn not in ahead]
        ahead.update(zip(missing, self._directory.read(missing, attributes), strict=True))
        found = zip(dns, map(ahead.__getitem__, dns), strict=True)
        if not self._assumed:
            return [values for _, values in found]
        return [values and {**values, **self._assumed.get(dn, {})} for dn, values in found]

    def standing(self, steps: Sequence[Step], *, look_only: bool = False) -> Iterator[bool]:
        """Whether what each step was to write stands there; then it is in force, too."""
        del look_only
        return self._sender.standing(steps)

    def write(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """Write them; the outcomes come as the server acknowledges, in any order.

        Raises DirectoryError when the connection ends: what has no outcome is then not known.
        """
        return self._sender.send(steps)

    def _attributes(self, changes: Sequence[Change]) -> list[str]:
        """What has to be read to prepare these changes."""
        names: set[str] = set()
        for field in {change.field for change in changes}:
            mark = self.dialect.marks.get(field)
            if mark:
                names.update((self._id.attribute, *self._governing, *mark.attributes))
                names.update(*map(self.dialect.attributes, mark.rests_on))
            elif field == "forwards":
                names.update((self._id.attribute, *self.dialect.attributes(field)))
            else:
                names.update(self.dialect.policy_writing.attributes)
        return sorted(names - {""})

    def _prepared(self, change: Change, values: Values | None) -> Step | Skip:
        if values is None:
            return Skip(change=change, why=Why.CHANGED, reason=GONE)
        mark = self.dialect.marks.get(change.field)
        try:
            if mark:
                return self._of_account(change, mark, values)
            if change.field == "forwards":
                return self._of_forwards(change, values)
            return self._of_policy(change, values)
        except UnclearError as unclear:
            return Skip(change=change, why=Why.REFUSED, reason=str(unclear))

    def _of_account(self, change: Change, mark: Mark, values: Values) -> Step | Skip:
        if self._is_another(change, values):
            return Skip(change=change, why=Why.CHANGED, reason=ANOTHER)
        policy = self._effective_policy(values)
        (wanted,) = change.after
        obstacle = mark.obstacle(wanted, policy)
        if obstacle:
            return Skip(change=change, why=Why.REFUSED, reason=obstacle)
        state = mark.state(values, policy, self._now)
        if state == wanted:
            return Skip(change=change, why=Why.ALREADY, reason=f"{change.field} is {state}")
        if not change.control:  # asked for whatever it is now
            change = replace(change, before=(state,))
        elif state != change.before[0]:
            reason = f"{change.field} is {state} now, and was {change.before[0]}. Audit again"
            return Skip(change=change, why=Why.CHANGED, reason=reason)
        # Of what was asked for by no audit, or for another reason, nothing.
        fields = [field for field in mark.rests_on if field in change.seen]
        rests_on = [name for field in fields for name in self.dialect.attributes(field)]
        moved = self._moved(change, fields, values)
        if moved:
            return Skip(change=change, why=Why.CHANGED, reason=moved)
        after = mark.wanted(wanted, values, self._now)
        self._refuse_unknown(after, values, change.target)
        guards = [self._id.attribute, self._policy_attribute, *rests_on]
        return _step(change, values, after, self._told(guards, values, change.target))

    def _of_forwards(self, change: Change, values: Values) -> Step | Skip:
        """Unwanted targets out of every attribute that forwards; the others stay."""
        if self._is_another(change, values):
            return Skip(change=change, why=Why.CHANGED, reason=ANOTHER)
        kept = {target.lower() for target in change.after}
        after = self.dialect.forwards_without(
            {target.lower() for target in change.before} - kept, values
        )
        if not after:
            return Skip(change=change, why=Why.ALREADY, reason="it forwards there no more")
        guards = self._told([self._id.attribute], values, change.target)
        return _step(change, values, after, guards)

    def _is_another(self, change: Change, values: Values) -> bool:
        """Whether the entry is not the account that the change is about, where that is known."""
        return bool(change.account_id) and self._identity(values) != change.account_id

    def _told(self, names: Iterable[str], values: Values, dn: str) -> list[str]:
        """The attributes that an assertion can be about. Raises UnclearError."""
        return [name for name in names if name in values or self._exists(name, dn)]

    def _known_of(self, names: Iterable[str], values: Values, dn: str) -> list[str]:
        """Those of a policy's attributes that its entry shows or the schema has. One that is only
        hidden stays: the write then does not go through, for what it rests on was not seen."""
        if not self.dialect.asserts:
            return list(names)
        return [
            name
            for name in names
            if name in values or self._answer(name, dn) != UNDEFINED_ATTRIBUTE_TYPE
        ]

    def _exists(self, attribute: str, dn: str) -> bool:
        """Whether the server knows the attribute: an assertion on one that it does not know, or
        that we may not read, is never true. Raises UnclearError for the latter."""
        code = self._answer(attribute, dn)
        if code == INSUFFICIENT_ACCESS_RIGHTS:
            raise UnclearError(unread(attribute))
        return code != UNDEFINED_ATTRIBUTE_TYPE

    def _answer(self, attribute: str, dn: str) -> int:
        """What the server says to an attribute that an entry does not show. Asked once for all
        entries beside this one: rights are mostly given by the tree, and the schema is one. That it
        may not be read holds for this entry alone: a rule may hide one account and not the rest."""
        place = (attribute, dn.partition(",")[2])
        code = self._compared.get(place)
        if code is None:
            code = self._sender.compared(attribute, dn)
            if code != INSUFFICIENT_ACCESS_RIGHTS:
                self._compared[place] = code
        return code

    def _refuse_unknown(self, after: Values, values: Values, dn: str) -> None:
        """Raise UnclearError for an attribute to be written that the server's schema lacks."""
        for name in after:
            if name not in values and self._answer(name, dn) == UNDEFINED_ATTRIBUTE_TYPE:
                raise UnclearError(not_in_schema(name))

    def _identity(self, values: Values) -> str:
        """Account.id of the entry, as the snapshot has it; "" where it is not shown."""
        found = values.get(self._id.attribute)
        return str(json.loads(self._id.codec.decode(found))) if found else ""

    def _moved(self, change: Change, fields: Sequence[str], values: Values) -> str:
        """Which of the fields that the change rests on is another by now; "": none.

        Raises UnclearError where that may not be read.
        """
        for field in fields:
            for row in [row for row in self.dialect.fields if row.name == field]:
                attribute = row.attribute
                known = change.seen.get(attribute if field == "sign_ins" else field, "")
                written = row.codec.decode(values[attribute]) if attribute in values else ""
                present = "" if written == NO_TIME else written[1:-1]
                if written == NO_TIME and field != "sign_ins":
                    continue  # a new one is to be set: that says of none that it was
                if known and not written and self._is_hidden(attribute, change.target):
                    raise UnclearError(unread(attribute))
                # Of what each server keeps for itself, another one may have told the audit more.
                if present > known if row.local else present != known:
                    what = "a new password was set"
                    if field == "sign_ins":
                        what = "signed in" if present else CLEARED
                    return (
                        f"{what} since the audit: {attribute} was {known or 'not set'} and is"
                        f" {present or 'not set'} now. Left as it is"
                    )
        return ""

    def _is_hidden(self, attribute: str, dn: str) -> bool:
        return self._sender.compared(attribute, dn) in UNREAD

    def _of_policy(self, change: Change, values: Values) -> Step | Skip:
        writing = self.dialect.policy_writing
        if change.field not in writing.settings:
            none = f"{self.dialect.title} has no setting for {change.field}"
            reason = writing.unsupported.get(change.field, none)
            return Skip(change=change, why=Why.REFUSED, reason=reason)
        present, (wanted,) = writing.present(change.field, values), change.after
        after = writing.wanted(change.field, wanted, values)
        if not after:
            return Skip(change=change, why=Why.ALREADY, reason=f"{change.field} is {present}")
        if not change.control:  # asked for whatever it is now
            change = replace(change, before=(present,))
        elif change.before != (present,):
            reason = f"{change.field} is {present} now, and was {change.before[0]}. Audit again"
            return Skip(change=change, why=Why.CHANGED, reason=reason)
        self._refuse_unknown(after, values, change.target)
        return _step(change, values, after, self._known_of(writing.rests_on, values, change.target))

    def _still_wanted(self, step: Step, values: Values | None) -> Step | Skip:
        change = step.change
        if values is None:
            return Skip(change=change, why=Why.CHANGED, reason=GONE)
        if self._is_another(change, values):
            return Skip(change=change, why=Why.CHANGED, reason=ANOTHER)
        if self.dialect.has(values, step.after):
            return Skip(change=change, why=Why.ALREADY, reason="it is as it was before")
        if not self.dialect.has(values, step.before):
            reason = f"changed since the run, and left as it is: {shown(step, values)}"
            return Skip(change=change, why=Why.CHANGED, reason=reason)
        try:
            step = replace(step, after=self.dialect.put_back(step.after))
        except UnclearError as unclear:
            return Skip(change=change, why=Why.REFUSED, reason=str(unclear))
        identity = values.get(self._id.attribute) if change.account_id else None
        return replace(step, guards=((self._id.attribute, identity[0]),)) if identity else step

    def _effective_policy(self, values: Values) -> EnforcedPolicy | None:
        name = self._policy_of(values, self._default or "")
        known = self._known.get(same_dn(name)) if name else None
        return self.dialect.policy_for(b"", values, known)  # nothing here goes by its name

    def _policy_of(self, values: Values, default: str) -> str:
        """DN of the account's password policy; "": it has none."""
        named = values.get(self._policy_attribute)
        if not named:
            return default
        name = shown_text(named[0])
        known = self._known.get(same_dn(name))
        return known.record.name if known else name

    def _judge_anew(self, dn: str) -> None:
        """Know a password policy as it would be by now in check mode."""
        writing = self.dialect.policy_writing
        (values,) = self._entries([dn], writing.attributes)
        if values is not None:
            self._known |= Policies(found=(writing.judge(dn.encode(), values),)).by_name()


def _step(change: Change, values: Values, after: Values, guards: Iterable[str]) -> Step:
    looked_at = [
        (name, values[name][0] if name in values else None)
        for name in guards
        if name and name not in after
    ]
    before = {name: values.get(name, []) for name in after}
    return Step(change=change, before=before, after=after, guards=tuple(looked_at))
