# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Zimbra's password policies: the zimbraPassword* settings of classes of service. docs/zimbra.md.

An account has the settings of its class of service (COS), but for those that it has itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from .._core.account import PasswordPolicy
from .client import Directory, Entry
from .codecs import UnclearError, shown_text
from .complaints import RefusedError
from .dialect import EnforcedPolicy, Policies, PolicyWriting, RootDse, Values
from .dn import is_within, same_dn
from .policy_settings import LARGEST, Amount, Need, Switch, number_of
from .ppolicy_settings import rights  # its directory is an OpenLDAP

CLASSES_OF_SERVICE = "cn=cos,cn=zimbra"
DEFAULT = f"cn=default,{CLASSES_OF_SERVICE}"  # of accounts that name none
# What accounts inherit besides the settings below.
FORWARDING, FILTER_FORWARDING = (
    "zimbraFeatureMailForwardingEnabled",
    "zimbraFeatureMailForwardingInFiltersEnabled",
)
NO_OWN_CHANGE = "zimbraPasswordLocked"  # the person cannot change the password
_INHERITED = (
    FORWARDING,
    FILTER_FORWARDING,
    NO_OWN_CHANGE,
    "zimbraAdminSieveScriptBefore",
    "zimbraAdminSieveScriptAfter",
)

_UNSHOWN = (
    f"no class of service below {CLASSES_OF_SERVICE} is shown to the account that binds: give it"
    " read rights there"
)
_DOMAIN_DEFAULT = (
    "the domain {domain} has a class of service of its own for accounts that name none"
    " (zimbraDomainDefaultCOSId), which is not followed: name it in those accounts, or state the"
    " one that holds as default_password_policy"
)
_OWN = (
    "these are settings of an account itself, over those of its class of service: take them away"
    " with `zmprov ma ADDRESS ATTRIBUTE ''`, and the class of service holds"
)
_TOO_LONG = (
    "zimbraPasswordMaxLength {longest} in the same class of service would leave no password to"
    " choose: raise that first"
)
_DURATION = re.compile(rb"([0-9]{1,9})(ms|[smhd]?)")
_MILLISECONDS = {b"ms": 1, b"": 1000, b"s": 1000, b"m": 60_000, b"h": 3_600_000, b"d": 86_400_000}


def seconds_of(value: bytes) -> int:
    """A duration as Zimbra writes it: "7d", "90m", "30" (seconds). Raises UnclearError."""
    match = _DURATION.fullmatch(value)
    if not match:
        raise UnclearError(f"{shown_text(value[:40])} is no duration, as 7d, 12h, 30m or 20s")
    return int(match[1]) * _MILLISECONDS[match[2]] // 1000


@dataclass(frozen=True, kw_only=True)
class _Classes:
    """What a password must hold: the attributes that ask for a letter, a digit, a special."""

    attributes: Mapping[str, tuple[str, ...]]  # by class; the first is written

    def demanded(self, values: Values) -> frozenset[str]:
        """The classes that are asked for."""
        return frozenset(
            name
            for name, attributes in self.attributes.items()
            if any(number_of(values, attribute) for attribute in attributes)
        )

    def present(self, values: Values) -> str:
        """In words, as "digits, letters"; "none"."""
        return ", ".join(sorted(self.demanded(values))) or "none"

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        """The attributes to write so that these classes are asked for, and no other."""
        asked = set() if words == "none" else set(words.split(", "))
        if asked - self.attributes.keys():
            raise UnclearError(f"{words} are no classes of characters")
        demanded = self.demanded(values)
        for name, attributes in self.attributes.items():
            if name in asked - demanded:
                yield attributes[0], b"1"
            elif name in demanded - asked:
                yield from ((one, b"0") for one in attributes if number_of(values, one))


_LOCKS = Need(attribute="zimbraPasswordLockoutEnabled", value=b"TRUE")
_CLASSES = _Classes(
    attributes={
        "letters": (
            "zimbraPasswordMinAlphaChars",
            "zimbraPasswordMinUpperCaseChars",
            "zimbraPasswordMinLowerCaseChars",
        ),
        "digits": ("zimbraPasswordMinNumericChars",),
        "specials": ("zimbraPasswordMinPunctuationChars",),
    }
)
_LOCKOUT_DURATION = Amount(
    attribute="zimbraPasswordLockoutDuration",
    unit=" seconds",
    read=seconds_of,
    write=lambda seconds: b"%ds" % seconds if seconds else b"0",
)
_BLOCKLIST = Switch(attribute="zimbraPasswordBlockCommonEnabled")  # from Zimbra 10 on
_SETTINGS: Mapping[str, Amount | Switch | _Classes] = {
    "min_length": Amount(attribute="zimbraPasswordMinLength"),
    "classes": _CLASSES,
    "history": Amount(attribute="zimbraPasswordEnforceHistory"),
    "max_age": Amount(attribute="zimbraPasswordMaxAge", unit=" days"),
    "lockout_threshold": Amount(attribute="zimbraPasswordLockoutMaxFailures", need=_LOCKS),
    "lockout_duration": _LOCKOUT_DURATION,
    "blocklist": _BLOCKLIST,
}
UNSUPPORTED = {
    "specials": "Zimbra takes every punctuation mark for a special character",
    "must_change_after_reset": (
        "Zimbra forces no change by itself after a reset: set zimbraPasswordMustChange with it"
        " (`zmprov ma ADDRESS zimbraPasswordMustChange TRUE`, or account with state must_change)"
    ),
    "max_idle": "Zimbra locks nobody for not signing in: let this tool's plan do it",
    "checks_quality": "Zimbra checks every new password that it is given",
}

# In every version from 8 on.
_NUMBERS = (
    "zimbraPasswordMinLength",
    "zimbraPasswordMaxLength",
    "zimbraPasswordMaxAge",
    "zimbraPasswordEnforceHistory",
    "zimbraPasswordMinAlphaChars",
    "zimbraPasswordMinUpperCaseChars",
    "zimbraPasswordMinLowerCaseChars",
    "zimbraPasswordMinNumericChars",
    "zimbraPasswordMinPunctuationChars",
    "zimbraPasswordLockoutMaxFailures",
)
_STEADY = (*_NUMBERS, _LOCKS.attribute, _LOCKOUT_DURATION.attribute)
OWN_SETTINGS = frozenset({*_STEADY, _BLOCKLIST.attribute, "zimbraPasswordMinDigitsOrPuncs"})
ATTRIBUTES = ("objectClass", "zimbraId", *sorted(OWN_SETTINGS), *_INHERITED)


def read_policies(directory: Directory, root: RootDse, base: str, default: str) -> Policies:
    """The classes of service, and the one that holds where an account names none.

    Raises DirectoryError when the connection fails; what is only not readable becomes a problem.
    """
    del root
    entries = _shown(directory, CLASSES_OF_SERVICE, "(objectClass=zimbraCOS)", ATTRIBUTES)
    found = tuple(enforced_policy(dn, values) for dn, values in entries)
    problems = () if found else (_UNSHOWN,)
    stated = default or DEFAULT
    if same_dn(stated) not in {same_dn(policy.record.name) for policy in found}:
        unread = _UNSHOWN if not found else f"the class of service {stated} is not shown"
        return Policies(found=found, default_unread=unread, problems=problems)
    if not default and (domain := _domain_with_default(directory, base)):
        unread = _DOMAIN_DEFAULT.format(domain=domain)
        return Policies(found=found, default_unread=unread, problems=problems)
    return Policies(found=found, default=stated, problems=problems)


def _domain_with_default(directory: Directory, base: str) -> str:
    """A domain around or below the search base with a default of its own; "": there is none."""
    domains = _shown(directory, "", "(zimbraDomainDefaultCOSId=*)", ("1.1",))
    names = [shown_text(dn) for dn, _ in domains]
    return next((dn for dn in names if is_within(dn, [base]) or is_within(base, [dn])), "")


def _shown(
    directory: Directory, base: str, ldap_filter: str, attributes: tuple[str, ...]
) -> list[Entry]:
    try:
        return directory.find(base, ldap_filter, attributes)
    except RefusedError:
        return []


def enforced_policy(dn: bytes, values: Values) -> EnforcedPolicy:
    """One class of service, or the settings of an account over those of its own."""
    name = shown_text(dn)
    if "zimbraId" not in values:
        return EnforcedPolicy(record=PasswordPolicy(name=name), is_shown=False)
    locks = _LOCKS.met(values)
    threshold = number_of(values, "zimbraPasswordLockoutMaxFailures")
    record = PasswordPolicy(
        name=name,
        min_length=number_of(values, "zimbraPasswordMinLength"),
        classes=_CLASSES.demanded(values),
        sets_classes=True,
        history=number_of(values, "zimbraPasswordEnforceHistory"),
        max_age=timedelta(days=number_of(values, "zimbraPasswordMaxAge")),
        lockout_threshold=threshold if locks else 0,
        lockout_duration=_lockout_duration(values),
        blocklist=_BLOCKLIST.present(values) == "yes",
        notes=tuple(_notes(values)),
    )
    return EnforcedPolicy(record=record, called=_id(values), bequeaths=values)


def _id(values: Values) -> str:
    return shown_text(values["zimbraId"][0])


def _lockout_duration(values: Values) -> timedelta | None:
    try:
        seconds = number_of(values, _LOCKOUT_DURATION.attribute, seconds_of)
    except UnclearError:
        return None  # told in the notes
    return timedelta(seconds=min(seconds, LARGEST))


def _notes(values: Values) -> Iterator[str]:
    """What a reader would miss."""
    either = number_of(values, "zimbraPasswordMinDigitsOrPuncs")
    if either:
        yield f"asks for {either} digits or punctuation marks, whichever of the two"
    if _lockout_duration(values) is None:
        written = shown_text(values[_LOCKOUT_DURATION.attribute][0])
        yield f"{_LOCKOUT_DURATION.attribute} {written} is no duration: correct it"


def present(setting: str, values: Values) -> str:
    """What Zimbra enforces by this class of service. Raises UnclearError when it is not shown."""
    _refuse_other(values)
    return _SETTINGS[setting].present(values)


def wanted(setting: str, words: str, values: Values) -> dict[str, list[bytes]]:
    """The attributes to write so that Zimbra enforces it, each with all its values.

    Raises UnclearError when it would do harm, or this is no class of service that is shown.
    """
    _refuse_other(values)
    edits = {name: [value] for name, value in _SETTINGS[setting].wanted(words, values)}
    longest = number_of(values, "zimbraPasswordMaxLength")
    if setting == "min_length" and 0 < longest < int(words):
        raise UnclearError(_TOO_LONG.format(longest=longest))
    return edits


def _refuse_other(values: Values) -> None:
    if b"zimbraaccount" in map(bytes.lower, values.get("objectClass", [])):
        raise UnclearError(_OWN)
    if "zimbraId" not in values:
        raise UnclearError("the settings of this class of service are not shown: give read rights")


def at_once(edits: Values) -> Iterator[str]:
    """What happens to accounts as soon as these attributes are written, for the operator."""
    age = number_of(edits, "zimbraPasswordMaxAge")
    if age:
        yield f"a password older than {age} days has expired by now"


POLICY_WRITING = PolicyWriting(
    settings=tuple(_SETTINGS),
    attributes=ATTRIBUTES,
    rests_on=_STEADY,
    present=present,
    wanted=wanted,
    judge=enforced_policy,
    at_once=at_once,
    rights=rights,
    unsupported=UNSUPPORTED,
)
