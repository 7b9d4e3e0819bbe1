# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a table of one family of directory servers is made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from .._core.account import Account, Lock, PasswordPolicy
from .client import Directory
from .codecs import TEXTS, Codec, shown_text
from .dn import same_dn
from .notation import ADDRESS, SCRIPT, Notation

# Not the job of a row: the DN comes with every entry, the unit by the unit rule, the rest with
# the rows of lock and password_check, from what could not be understood, or from mail hosts.
DERIVED = frozenset({"dn", "unit", "locked_at", "password_scheme", "problems", "traffic"})
# Fields that may have any number of rows.
SEVERAL = frozenset({"lock", "sign_ins", "forwards", "contacts"})

_KINDS = {
    "mail": "texts",
    "created_at": "time",
    "password_changed_at": "time",
    "lock": None,  # whatever judge_lock understands
    "must_change": None,  # whatever judge_must_change understands
    "sign_ins": "time",
    "forwards": "texts",
    "contacts": "texts",
    "password_check": "hash",
}  # every other field: "text"

RootDse = Mapping[str, list[bytes]]


@dataclass(frozen=True, kw_only=True)
class Marker:
    """A value in the root DSE by which servers of the family are known."""

    attribute: str
    value: str
    # a second look at a server that bears the mark, for a family within the family; None: no need
    confirmed: Callable[[Directory, RootDse], bool] | None = None

    def marks(self, root: RootDse) -> bool:
        """Whether a server with this root DSE is one, or may be where a second look is needed."""
        return self.value.lower().encode() in map(bytes.lower, root.get(self.attribute, []))

    def holds(self, directory: Directory, root: RootDse) -> bool:
        """What a second look at a server that bears the mark says. Raises DirectoryError."""
        return self.confirmed is None or self.confirmed(directory, root)

    def refines(self, other: Marker) -> bool:
        """Whether it looks a second time where the other one is content."""
        same = (self.attribute, self.value) == (other.attribute, other.value)
        return same and bool(self.confirmed) and not other.confirmed


@dataclass(frozen=True)
class Field:
    """One row: a field of Account, the attribute it comes from, and how it is written."""

    name: str
    attribute: str
    codec: Codec
    local: bool = False  # of a sign-in: each server keeps its own
    # Of a forward:
    notation: Notation = ADDRESS  # how its values say where mail goes on to
    switch: str = ""  # attribute: FALSE there (RFC 4517) makes the forward dormant
    stated: bool = False  # named by an option, so the server's schema has to know it
    recovers: bool = False  # of a contact: a forgotten password is set anew by way of it


Values = Mapping[str, list[bytes]]


@dataclass(frozen=True, kw_only=True)
class EnforcedPolicy:
    """A password policy, and whether it lets the marks on accounts have their effect."""

    record: PasswordPolicy
    called: str = ""  # what accounts name it by; "": its DN
    # attributes that accounts under it have, unless they have values of their own
    bequeaths: Values = field(default_factory=dict)
    honours_lock: bool = True  # False: a lock on an account keeps nobody out
    honours_must_change: bool = True
    is_shown: bool = True  # False: its settings may not be read, and the two above are a guess


@dataclass(frozen=True, kw_only=True)
class Policies:
    """The password policies of a server."""

    found: tuple[EnforcedPolicy, ...] = ()
    default: str | None = None  # of accounts that name none; None: there is none, or not known
    default_unread: str = ""  # why the default is not known; "": it is
    problems: tuple[str, ...] = ()

    def records(self) -> list[PasswordPolicy]:
        """Each policy that is shown, once, however many names accounts have for it."""
        shown = {one.record.name: one.record for one in self.found if one.is_shown}
        return list(shown.values())

    def by_name(self) -> dict[str, EnforcedPolicy]:
        """Each policy by its DN and by what accounts call it, as same_dn() spells names."""
        named = [(policy.called, policy) for policy in self.found if policy.called]
        named += [(policy.record.name, policy) for policy in self.found]
        return {same_dn(name): policy for name, policy in named}


@dataclass(frozen=True, kw_only=True)
class ServerFacts:
    """What a server says of itself."""

    software: str  # with its version where it tells
    time: datetime | None  # by its own clock
    # sign-in attribute -> seconds in which a further sign-in is not recorded
    precisions: Mapping[str, int] = field(default_factory=dict)
    # Account field -> why what accounts show of it is not all that there is
    unread: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()  # notes for the reader, on which no verdict rests


@dataclass(frozen=True, kw_only=True)
class LockState:
    """What a lock on an account comes to."""

    lock: Lock | None = None
    locked_at: str = ""  # JSON text; "": without a time
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ForcedChange:
    """What a mark comes to that asks for a new password."""

    forced: bool
    problem: str = ""


# DN, attribute and a value of its syntax; the result code of asking for it.
Question = tuple[bytes, str, str]


def _compare(directory: Directory, _root: RootDse, questions: Sequence[Question]) -> list[int]:
    return directory.compare(questions)


def _who_am_i(directory: Directory, _root: RootDse) -> str:
    return directory.bound_as()


def _as_they_are(values: Values) -> Values:
    return values


def _stands(_attribute: str, found: list[bytes], written: list[bytes]) -> bool:
    return sorted(found) == sorted(written)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A state of an account that can be written, as "lock" and "must_change"."""

    attributes: tuple[str, ...]  # that it is read from and written to
    rests_on: tuple[str, ...]  # Account fields that must be what they were when it was planned
    # the state in words: "active", "locked"; "no", "yes". Raises UnclearError
    state: Callable[[Values, EnforcedPolicy | None, datetime], str]
    # the attributes to write for a state, each with all its values ([]: none)
    wanted: Callable[[str, Values, datetime], Mapping[str, list[bytes]]]
    # why the state would have no effect under the account's policy (None: not known); "": it has
    obstacle: Callable[[str, EnforcedPolicy | None], str]


@dataclass(frozen=True, kw_only=True)
class PolicyWriting:
    """How the settings of a password policy are written."""

    settings: tuple[str, ...] = ()  # canonical names, those of PasswordPolicy, as to be written
    unsupported: Mapping[str, str] = field(default_factory=dict)  # a setting -> why, the way out
    attributes: tuple[str, ...] = ()  # to be read for `present`, `wanted` and `judge`
    rests_on: tuple[str, ...] = ()  # of these, what must not change before a write
    # a setting's value in words, as the plan has it
    present: Callable[[str, Values], str] = lambda _setting, _values: ""
    # setting, its value in words, what stands there -> the attributes to write, with all values
    wanted: Callable[[str, str, Values], Mapping[str, list[bytes]]] = lambda *_: {}
    # DN, what stands there -> the policy as marks on accounts go by it
    judge: Callable[[bytes, Values], EnforcedPolicy] = lambda dn, _values: EnforcedPolicy(
        record=PasswordPolicy(name=shown_text(dn)), is_shown=False
    )
    # DN, attributes to write, the account that binds -> what gives it that right, for the operator
    rights: Callable[[str, Sequence[str], str], str] = lambda *_: ""
    # what happens to accounts as soon as these attributes are written, for the operator
    at_once: Callable[[Values], Iterable[str]] = lambda _edits: ()


@dataclass(frozen=True, kw_only=True)
class ChangeMarks:
    """By what it is known that an entry changed since it was read last."""

    key_attribute: str  # what an entry is known by whatever its name
    key: Callable[[Values], bytes]  # the same as 16 bytes; b"": it is not shown
    mark: str  # attribute that every write moves, but for:
    unmarked: tuple[str, ...] = ()  # what can change, or seem to, without it
    # attributes by which a line can change with time alone, though that shows in no judgement
    passing: frozenset[str] = frozenset()
    coarse: bool = False  # whether the mark is a time in whole seconds
    # whether a server that offers RFC 4533 tells all changes that way, as far as is known; then:
    syncs: Callable[[Directory], bool] = lambda _directory: False
    probes: bool = False  # what is unmarked may escape it, and is asked for by its time
    told_in_part: bool = False  # it leaves operational attributes out
    names_deleted: bool = False  # what is deleted is named, though it says otherwise
    # What accounts inherit from other entries, as texts; raises UnclearError where that cannot be
    # known. The last: search base.
    inherited: Callable[[Directory, RootDse, str], Sequence[str]] = lambda *_: ()


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One family of servers: a table, and the questions that no table can answer."""

    name: str
    title: str
    marker: Marker
    root_dse: tuple[str, ...]  # attributes to ask the root DSE for
    account_filter: str
    fields: tuple[Field, ...]
    lacks: frozenset[str] = frozenset()  # Account fields that these servers know nothing of
    describe: Callable[[Directory, RootDse, str], ServerFacts]  # the last: search base
    read_policies: Callable[[Directory, RootDse, str, str], Policies]  # search base, default or ""
    # what an entry shows, the account's policy (None: not known), now
    judge_lock: Callable[[Values, EnforcedPolicy | None, datetime], LockState]
    # the same of a mark that asks for a new password; raises UnclearError
    judge_must_change: Callable[[Values, EnforcedPolicy | None], ForcedChange]
    # Whether attributes that an entry does not show are absent: NO_SUCH_ATTRIBUTE where they are,
    # UNDEFINED_ATTRIBUTE_TYPE where the schema lacks them, any other code where it is not known.
    ask: Callable[[Directory, RootDse, Sequence[Question]], list[int]] = _compare
    bound_as: Callable[[Directory, RootDse], str] = _who_am_i  # DN of the account that binds, or ""
    # The dialect with what it has to know of the server's entries; the last: search base.
    specialised: Callable[[Dialect, Directory, RootDse, str], Dialect] = (
        lambda dialect, _directory, _root, _base: dialect
    )
    # The facts when the rows that are `local` were read from servers with these root DSEs, too.
    with_replicas: Callable[[Directory, RootDse, ServerFacts, Sequence[RootDse]], ServerFacts] = (
        lambda _directory, _root, facts, _read: facts
    )
    # Of references to other servers, those that may lead to accounts.
    elsewhere: Callable[[Sequence[str]], Sequence[str]] = lambda references: references
    # Values that were there before -> what to write to have them back; raises UnclearError
    put_back: Callable[[Values], Values] = _as_they_are
    # attribute, its values, those that were written -> whether it is as it was written
    stands: Callable[[str, list[bytes], list[bytes]], bool] = _stands
    # Attributes of a password policy that an account may have itself: they win.
    own_settings: frozenset[str] = frozenset()
    # The directory of a mail system: all that its mailboxes forward, and their sign-ins, is here.
    holds_mail: bool = False
    # Whether pages cost little where a search finds a small part of what the server holds.
    pages_anywhere: bool = True
    asserts: bool = True  # RFC 4528; False: what a write rests on is guarded by exchanging values
    # DN -> whether that is safe in this entry; where not, it is only read just before
    exchanges: Callable[[str], bool] = lambda _dn: True
    marks: Mapping[str, Mark] = field(default_factory=dict)  # by the field of a Change
    policy_writing: PolicyWriting = PolicyWriting()
    change_marks: ChangeMarks | None = None  # None: all accounts are read each time

    def __post_init__(self) -> None:
        """Refuse a table that contradicts itself or Account."""
        names = [row.name for row in self.fields]
        known = {item.name for item in fields(Account)} - DERIVED
        self._refuse("no field of Account", ({*names} | self.lacks) - known)
        self._refuse("neither a row nor in lacks", known - {*names} - self.lacks)
        self._refuse("a row and in lacks", self.lacks & {*names})
        self._refuse("two rows", {name for name in names if names.count(name) > 1} - SEVERAL)
        rows = [(row.name, row.attribute.lower()) for row in self.fields]
        self._refuse("the same row twice", {row[0] for row in rows if rows.count(row) > 1})
        wrong = {
            row.name
            for row in self.fields
            if _KINDS.get(row.name, "text") not in (None, row.codec.kind)
        }
        self._refuse("a codec of the wrong kind", wrong)

    def _refuse(self, what: str, names: set[str] | frozenset[str]) -> None:
        if names:
            raise ValueError(f"dialect {self.name}: {what}: {', '.join(sorted(names))}")

    def forwarding_by(self, attributes: Iterable[str], scripts: Notation) -> Dialect:
        """The same dialect, with further attributes that forward mail, and Sieve scripts read."""
        known = {name.lower() for name in self.attributes("forwards")}
        new = [name for name in dict.fromkeys(attributes) if name.lower() not in known]
        codec = next(row.codec for row in self.fields if row.name == "forwards")
        rows = [
            replace(row, notation=scripts) if row.notation is SCRIPT else row for row in self.fields
        ]
        stated = (Field("forwards", one, codec, stated=True) for one in new)
        return replace(self, fields=(*rows, *stated))

    def knowing_contacts(self, attributes: Iterable[str], recovering: Iterable[str]) -> Dialect:
        """The same dialect, with further attributes that hold addresses of people.

        By way of those that are `recovering` a forgotten password is set anew.
        """
        stated = {name.lower(): (name, False) for name in attributes}
        stated |= {name.lower(): (name, True) for name in recovering}
        kept = (
            row
            for row in self.fields
            if row.name != "contacts" or row.attribute.lower() not in stated
        )
        new = (
            Field("contacts", name, TEXTS, stated=True, recovers=recovers)
            for name, recovers in stated.values()
        )
        return replace(self, fields=(*kept, *new))

    def forwards_without(self, unwanted: Collection[str], values: Values) -> Values:
        """The attributes of an entry to write so that nothing goes to these targets (lower case).

        Raises UnclearError where one cannot be taken out.
        """
        left = {
            row.attribute: [
                kept
                for value in values.get(row.attribute, [])
                if (kept := row.notation.without(value, unwanted.__contains__))
            ]
            for row in self.fields
            if row.name == "forwards"
        }
        return {name: kept for name, kept in left.items() if kept != values.get(name, [])}

    def has(self, values: Values, written: Values) -> bool:
        """Whether an entry with these values is as it was written."""
        return all(self.stands(name, values.get(name, []), written[name]) for name in written)

    def beside_rows(self) -> frozenset[str]:
        """What has to be asked of accounts besides the attributes of rows."""
        return self.own_settings | {row.switch for row in self.fields if row.switch}

    def policy_for(
        self, dn: bytes, values: Values, policy: EnforcedPolicy | None
    ) -> EnforcedPolicy | None:
        """The policy with the account's own settings over it; the same where it has none."""
        own = {name: values[name] for name in self.own_settings if values.get(name)}
        if not own or policy is None or not policy.is_shown:
            return policy
        return self.policy_writing.judge(dn, {**policy.bequeaths, **own})

    def attributes(self, name: str) -> list[str]:
        """The attributes that a field comes from."""
        return [row.attribute for row in self.fields if row.name == name]
