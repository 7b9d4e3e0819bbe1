# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""FreeIPA's password policies: a global one, and ones for groups. Facts: docs/freeipa.md.

That of a group stands alone, nothing is inherited. Which one holds for a person is in
krbPwdPolicyReference, which a class of service gives by groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from .._core.account import PasswordPolicy
from .client import Directory
from .codecs import UnclearError, shown_text
from .complaints import RefusedError
from .dialect import EnforcedPolicy, Policies, PolicyWriting, RootDse, Values
from .dn import same_dn, values_of
from .ds389_policies import CATEGORIES, classes_among
from .policy_settings import Amount, number_of

_GLOBAL = b"global_policy"
_GRACE = "passwordGraceLimit"
_DICTIONARY = "ipaPwdDictCheck"
# In the order in which they are written.
_SETTINGS = {
    "min_length": Amount(attribute="krbPwdMinLength"),
    "history": Amount(attribute="krbPwdHistoryLength"),
    "max_age": Amount(attribute="krbMaxPwdLife", unit=" days", factor=86400),
    "lockout_threshold": Amount(attribute="krbPwdMaxFailure"),
    "lockout_duration": Amount(attribute="krbPwdLockoutDuration", unit=" seconds"),
}
_WRITTEN = tuple(setting.attribute for setting in _SETTINGS.values())
# cn is in every policy that is shown at all.
ATTRIBUTES = ("cn", *_WRITTEN, "krbPwdMinDiffChars", _GRACE, _DICTIONARY)

HIDDEN = "the settings of this password policy are not shown: give read rights on it"
UNSHOWN = (
    "the global password policy (cn=global_policy below cn=kerberos) is not shown to the account"
    " that binds: give it the permission System: Read Group Password Policy"
)
ABSENT = "no password policy {stated} is shown, which is stated as default_password_policy"
SOME_KINDS = (
    f"{{asked}} of {CATEGORIES} kinds of characters are asked for (krbPwdMinDiffChars), whichever"
    " they are"
)
LDAP_LETS_IN = (
    "an expired password still opens LDAP: passwordGraceLimit is not set, so a mail server that"
    " binds lets people in whose password has to be changed"
)
EXPIRES = "passwords expire {days} days after they are next changed; those that are set stay"
UNSUPPORTED = {
    "classes": (
        "FreeIPA counts kinds of characters (krbPwdMinDiffChars, 5 with letters beyond ASCII) and"
        " cannot demand certain ones: `ipa pwpolicy-mod --minclasses=4` comes nearest"
    ),
    "specials": "FreeIPA takes every character that is neither letter nor digit",
    "blocklist": "set it by `ipa pwpolicy-mod --dictcheck=True`",
    "checks_quality": "FreeIPA refuses hashes unless it is in migration mode (ipa config-mod)",
    "must_change_after_reset": "FreeIPA always asks for a new password after a reset",
    "max_idle": "FreeIPA has no such setting",
}


def read_policies(directory: Directory, root: RootDse, base: str, default: str) -> Policies:
    """All policies of the realm; the default is the stated one, or the global one.

    Raises DirectoryError when the connection fails; what is only not readable becomes a problem.
    """
    try:
        entries = directory.find(
            f"cn=kerberos,{suffix_of(root, base)}", "(objectClass=krbPwdPolicy)", ATTRIBUTES
        )
    except RefusedError:
        entries = []
    found = tuple(judge(dn, values) for dn, values in entries)
    if default:
        known = same_dn(default) in {same_dn(one.record.name) for one in found}
        problems = () if known else (ABSENT.format(stated=default),)
        return Policies(found=found, default=default, problems=problems)
    main = [dn for dn, _ in entries if next(values_of(dn, "cn"), b"").lower() == _GLOBAL]
    if not main:
        return Policies(found=found, default_unread=UNSHOWN)
    return Policies(found=found, default=shown_text(main[0]))


def suffix_of(root: RootDse, base: str) -> str:
    """The suffix that FreeIPA keeps its own entries in."""
    contexts = root.get("defaultNamingContext") or [
        one for one in root.get("namingContexts", []) if one.lower().startswith(b"dc=")
    ]
    return shown_text(contexts[0]) if contexts else base


def judge(dn: bytes, values: Values) -> EnforcedPolicy:
    """One policy; what it leaves out is not asked for."""
    name = shown_text(dn)
    if "cn" not in values:
        return EnforcedPolicy(record=PasswordPolicy(name=name), is_shown=False)
    asked = number_of(values, "krbPwdMinDiffChars")
    record = PasswordPolicy(
        name=name,
        min_length=number_of(values, "krbPwdMinLength"),
        classes=classes_among(asked),
        history=number_of(values, "krbPwdHistoryLength"),
        max_age=timedelta(seconds=number_of(values, "krbMaxPwdLife")),
        lockout_threshold=number_of(values, "krbPwdMaxFailure"),
        lockout_duration=timedelta(seconds=number_of(values, "krbPwdLockoutDuration")),
        must_change_after_reset=True,
        blocklist=number_of(values, _DICTIONARY) > 0,
        notes=tuple(_notes(values, asked)),
    )
    return EnforcedPolicy(record=record)


def _notes(values: Values, asked: int) -> Iterator[str]:
    if asked and not classes_among(asked):
        yield SOME_KINDS.format(asked=asked)
    if number_of(values, _GRACE) < 0 or _GRACE not in values:
        yield LDAP_LETS_IN


def _shown(values: Values) -> Values:
    if "cn" not in values:
        raise UnclearError(HIDDEN)
    return values


def _present(setting: str, values: Values) -> str:
    return _SETTINGS[setting].present(_shown(values))


def _wanted(setting: str, words: str, values: Values) -> dict[str, list[bytes]]:
    return {name: [value] for name, value in _SETTINGS[setting].wanted(words, _shown(values))}


def _rights(dn: str, attributes: Sequence[str], account: str) -> str:
    del dn  # the permission holds for the policies of all groups and the global one
    return (
        f"give {account} a role with the permission System: Modify Group Password Policy, or one of"
        " its own by `ipa permission-add --type=pwpolicy --right=write"
        f" {' '.join(f'--attrs={name}' for name in attributes)}`"
    )


def _at_once(edits: Values) -> Iterator[str]:
    if age := number_of(edits, "krbMaxPwdLife"):
        yield EXPIRES.format(days=age // 86400)


POLICY_WRITING = PolicyWriting(
    settings=tuple(_SETTINGS),
    attributes=ATTRIBUTES,
    rests_on=_WRITTEN,
    present=_present,
    wanted=_wanted,
    judge=judge,
    at_once=_at_once,
    rights=_rights,
    unsupported=UNSUPPORTED,
)
