# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The password policies of 389 Directory Server: a global one and local ones. docs/389-ds.md.

Which settings a local policy leaves out are the server's own defaults, not the global ones; the
rules of syntax alone can be inherited (nsslapd-pwpolicy-inherit-global).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from .._core.account import PasswordPolicy
from .client import BASE, SUBTREE, Directory, Entry
from .codecs import shown_text
from .complaints import RefusedError
from .dialect import EnforcedPolicy, Policies, RootDse, Values
from .dn import context_of, same_dn

GLOBAL = "cn=config"
ACCOUNT_POLICY = "cn=Account Policy Plugin,cn=plugins,cn=config"

# What the server does where a local policy has no such attribute; the global one has them all.
DEFAULTS: Values = {
    "passwordCheckSyntax": [b"off"],
    "passwordMinLength": [b"8"],
    "passwordMinAlphas": [b"0"],
    "passwordMinUppers": [b"0"],
    "passwordMinLowers": [b"0"],
    "passwordMinDigits": [b"0"],
    "passwordMinSpecials": [b"0"],
    "passwordMinCategories": [b"3"],
    "passwordDictCheck": [b"off"],
    "passwordBadWords": [],
    "passwordHistory": [b"off"],
    "passwordInHistory": [b"6"],
    "passwordExp": [b"off"],
    "passwordMaxAge": [b"8640000"],
    "passwordLockout": [b"off"],
    "passwordMaxFailure": [b"3"],
    "passwordUnlock": [b"on"],
    "passwordLockoutDuration": [b"3600"],
    "passwordMustChange": [b"off"],
}
# cn is in every policy that is shown at all.
ATTRIBUTES = ("cn", *DEFAULTS)
_SYNTAX = (
    "passwordCheckSyntax",
    "passwordMinLength",
    "passwordMinAlphas",
    "passwordMinUppers",
    "passwordMinLowers",
    "passwordMinDigits",
    "passwordMinSpecials",
    "passwordMinCategories",
    "passwordDictCheck",
    "passwordBadWords",
)
_LOCAL_ON, _INHERITS = "nsslapd-pwpolicy-local", "nsslapd-pwpolicy-inherit-global"
_HASHES = "nsslapd-allow-hashed-passwords"
_ENABLED, _LIMIT = "nsslapd-pluginEnabled", "accountInactivityLimit"
_DAY = 86400  # seconds
# Such entries stay hidden from a search that does not ask for them by this class.
_LOCAL = "(&(objectClass=ldapSubEntry)(objectClass=passwordPolicy))"
_IDLE_LIMITS = "(&(objectClass=accountPolicy)(|(objectClass=ldapSubEntry)(objectClass=*)))"
CATEGORIES = 5  # capital letters, small ones, digits, specials, and what is beyond ASCII
# A class -> what demands it, and how many of the categories it is
_CLASSES = {
    "letters": (("passwordMinAlphas", "passwordMinUppers", "passwordMinLowers"), 2),
    "digits": (("passwordMinDigits",), 1),
    "specials": (("passwordMinSpecials",), 1),
}

UNSHOWN = (
    "the global password policy and whether local ones are in force stand in cn=config, which"
    " {server} does not show to the account that binds: give it the right to read password* and"
    " nsslapd-pwpolicy* there (docs/389-ds.md has the rule)"
)
NOT_CHOSEN = (
    "default_password_policy {stated} is not heeded: the default policy of this server is always"
    " cn=config"
)
INHERITANCE_UNSHOWN = (
    "nsslapd-pwpolicy-inherit-global is not shown: where it is on, the global rules of syntax hold"
    " here in place of none"
)
IDLE_LIMIT = (
    "the server itself keeps out who names {dn} in acctPolicySubentry and has no sign-in for {days}"
    " days (Account Policy plugin)"
)
IDLE_LIMIT_OF_ALL = (
    "the server itself keeps out everybody without a sign-in for {days} days, or never signed in"
    " and made before that (Account Policy plugin)"
)


def read_policies(directory: Directory, root: RootDse, base: str, default: str) -> Policies:
    """The global policy and the local ones beside the search base.

    Raises DirectoryError when the connection fails; what is only not readable becomes a problem.
    """
    config = _entry(directory, GLOBAL, (*ATTRIBUTES, _LOCAL_ON, _INHERITS, _HASHES))
    problems = [NOT_CHOSEN.format(stated=default)] if default and same_dn(default) != GLOBAL else []
    context = context_of(base, map(shown_text, root.get("namingContexts", [])))
    local = _found(directory, context, _LOCAL, ATTRIBUTES)
    if "cn" not in config:
        return Policies(
            found=tuple(judge(dn, values) for dn, values in local),
            default_unread=UNSHOWN.format(server=directory.uri),
            problems=tuple(problems),
        )
    found = tuple(_in_force(config, local, _idle_limits(directory, context)))
    return Policies(found=found, default=GLOBAL, problems=tuple(problems))


def judge(dn: bytes, values: Values) -> EnforcedPolicy:
    """One policy by the attributes that stand in it."""
    name = shown_text(dn)
    if "cn" not in values:
        return EnforcedPolicy(record=PasswordPolicy(name=name), is_shown=False)
    return _enforced(name, filled(values))


def filled(values: Values) -> Values:
    """What the server goes by: the attributes of the policy, its own defaults for the others."""
    return {**DEFAULTS, **values}


def is_on(values: Values, attribute: str) -> bool:
    """Whether a switch is on: in cn=config the server takes on and off only."""
    return values.get(attribute, [b"off"])[0].lower() in (b"on", b"true", b"1")


def number(values: Values, attribute: str) -> int:
    """A setting; the server lets nothing but a number in."""
    found = values.get(attribute)
    return int(found[0]) if found else 0


def classes_of(values: Values) -> frozenset[str]:
    """The classes of characters that every new password must have."""
    if not is_on(values, "passwordCheckSyntax"):
        return frozenset()
    among = classes_among(number(values, "passwordMinCategories"))
    named = {
        name
        for name, (attributes, _) in _CLASSES.items()
        if any(number(values, attribute) for attribute in attributes)
    }
    return among | named


def classes_among(categories: int) -> frozenset[str]:
    """The classes that a password cannot do without which has so many categories of characters."""
    dispensable = CATEGORIES - categories
    return frozenset(name for name, (_, several) in _CLASSES.items() if several > dispensable)


def _in_force(config: Values, local: list[Entry], idle: _IdleLimits) -> Iterator[EnforcedPolicy]:
    """The global policy and the local ones, as accounts that name them are governed by."""
    checks_quality = None if _HASHES not in config else not is_on(config, _HASHES)

    def record(name: str, values: Values, notes: Iterable[str] = ()) -> EnforcedPolicy:
        judged = _enforced(name, values)
        completed = replace(
            judged.record,
            checks_quality=checks_quality,
            max_idle=idle.of_all,
            notes=(*judged.record.notes, *notes, *idle.notes),
        )
        return replace(judged, record=completed)

    everybodys = record(GLOBAL, filled(config))
    yield everybodys
    for dn, values in local:
        if not is_on(config, _LOCAL_ON):  # who names it is governed by the global one
            yield replace(everybodys, called=shown_text(dn))
            continue
        own, notes = filled(values), []
        if not is_on(own, "passwordCheckSyntax"):
            inherited = filled(config) if is_on(config, _INHERITS) else own
            own = {**own, **{name: inherited[name] for name in _SYNTAX}}
            notes = [INHERITANCE_UNSHOWN] * (_INHERITS not in config)
        yield record(shown_text(dn), own, notes)


def _enforced(name: str, values: Values) -> EnforcedPolicy:
    checks = is_on(values, "passwordCheckSyntax")
    threshold = number(values, "passwordMaxFailure") if is_on(values, "passwordLockout") else 0
    duration = number(values, "passwordLockoutDuration") if is_on(values, "passwordUnlock") else 0
    record = PasswordPolicy(
        name=name,
        min_length=number(values, "passwordMinLength") if checks else 0,
        classes=classes_of(values),
        sets_classes=True,
        history=number(values, "passwordInHistory") if is_on(values, "passwordHistory") else 0,
        max_age=timedelta(
            seconds=number(values, "passwordMaxAge") if is_on(values, "passwordExp") else 0
        ),
        lockout_threshold=threshold,
        lockout_duration=timedelta(seconds=duration),
        must_change_after_reset=is_on(values, "passwordMustChange"),
        blocklist=checks
        and (is_on(values, "passwordDictCheck") or any(values.get("passwordBadWords", []))),
        notes=tuple(_notes(values, checks=checks)),
    )
    return EnforcedPolicy(record=record, honours_must_change=is_on(values, "passwordMustChange"))


def _notes(values: Values, *, checks: bool) -> Iterator[str]:
    """What a reader would miss."""
    if not checks:
        yield "passwordCheckSyntax is not on: no rule of length or characters has any effect"
    elif not classes_of(values):
        yield (
            f"{number(values, 'passwordMinCategories')} of {CATEGORIES} kinds of characters are"
            " asked for (passwordMinCategories), whichever they are"
        )


@dataclass(frozen=True, kw_only=True)
class _IdleLimits:
    """What the Account Policy plugin does about accounts without a sign-in."""

    of_all: timedelta
    notes: tuple[str, ...]


def _idle_limits(directory: Directory, context: str) -> _IdleLimits:
    plugin = _entry(directory, ACCOUNT_POLICY, [_ENABLED])
    settings = _entry(directory, f"cn=config,{ACCOUNT_POLICY}", [_LIMIT])
    if not is_on(plugin, _ENABLED):
        return _IdleLimits(of_all=timedelta(0), notes=())
    everybodys = number(settings, _LIMIT)
    notes = [
        IDLE_LIMIT.format(dn=shown_text(dn), days=number(values, _LIMIT) // _DAY)
        for dn, values in _found(directory, context, _IDLE_LIMITS, [_LIMIT])
        if _LIMIT in values
    ]
    if everybodys:
        notes.append(IDLE_LIMIT_OF_ALL.format(days=everybodys // _DAY))
    return _IdleLimits(of_all=timedelta(seconds=everybodys), notes=tuple(notes))


def _entry(directory: Directory, dn: str, attributes: Sequence[str]) -> Values:
    """What an entry shows to us; nothing where it is not shown."""
    found = _found(directory, dn, "(objectClass=*)", attributes, scope=BASE)
    return found[0][1] if found else {}


def _found(
    directory: Directory,
    base: str,
    ldap_filter: str,
    attributes: Sequence[str],
    *,
    scope: str = SUBTREE,
) -> list[Entry]:
    try:
        return directory.find(base, ldap_filter, attributes, scope=scope)
    except RefusedError:
        return []
