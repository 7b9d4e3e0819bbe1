# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Active Directory's password policies: the domain's, and fine-grained ones (PSO) over it.

The domain's stands in the domain's own entry; a PSO below the Password Settings Container holds
for users and groups that it names, and of several the one with the lowest precedence wins
([MS-ADTS], 3.1.1.4.5.36 msDS-ResultantPSO). docs/active-directory.md has what servers were seen to
do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from .._core.account import PasswordPolicy
from .client import BASE, Directory, Entry
from .codecs import UnclearError, shown_text
from .complaints import RefusedError
from .dialect import EnforcedPolicy, Policies, PolicyWriting, RootDse, Values
from .policy_settings import Amount, number_of
from .windows_values import duration, interval, number

_COMPLEX, _REVERSIBLE = 0x1, 0x10  # pwdProperties: DOMAIN_PASSWORD_COMPLEX, _STORE_CLEARTEXT
_SINCE_2008 = 3  # domainFunctionality: fine-grained policies
_CONTAINER = "CN=Password Settings Container,CN=System,"

_POLICY_UNREAD = (
    "the password policy of {domain} is not shown to the account that binds: give it read rights on"
    " that entry"
)
_CONTAINER_UNREAD = (
    "whether fine-grained password policies hold for accounts is not known, for"
    f" {_CONTAINER}{{domain}} is not shown to the account that binds: give it read rights there and"
    " on what is below, or state default_password_policy"
)
_HIDDEN = "the settings of this password policy are not shown: give read rights on it"
_COMPLEXITY = (
    "complexity: three of upper case, lower case, digits, specials and letters without case, and no"
    " part of the person's name"
)
_REVERSIBLY = "passwords are stored so that they can be read back (reversible encryption)"
_FILTERS = "password filters of the domain controllers, which may demand more, are not readable"

UNSUPPORTED = {
    "classes": (
        "Active Directory demands three classes out of five (complexity) and no more by itself. A"
        " password filter on each domain controller can, as Microsoft Entra Password Protection"
    ),
    "specials": "Active Directory does not tell specials apart; a password filter can",
    "blocklist": (
        "Active Directory has no list of known bad passwords by itself. A password filter on each"
        " domain controller has, as Microsoft Entra Password Protection"
    ),
    "must_change_after_reset": (
        "Active Directory has no such setting: whoever resets a password ticks that it has to be"
        " changed, or does not"
    ),
    "max_idle": (
        "Active Directory locks nobody for being idle. This tool does, by the control idle-mailbox"
    ),
    "checks_quality": "Active Directory takes no password that it cannot check, so it is always on",
}
EXPIRED = "a password older than {days} days has expired by now"
GROUP_POLICY = (
    "on Windows the Default Domain Policy, a group policy, writes the domain's settings anew: set"
    " the same there"
)
TOO_YOUNG = "{attribute} lets no password be changed before {days} days: lower that first"


def _seconds(value: bytes) -> int:
    return int(duration(value).total_seconds())


def _time(attribute: str, unit: str, factor: int = 1) -> Amount:
    """A stretch of time; 0: without an end."""
    return Amount(attribute=attribute, unit=unit, factor=factor, read=_seconds, write=interval)


def _table(
    min_length: str, history: str, max_age: str, threshold: str, lockout: str
) -> Mapping[str, Amount]:
    """The settings by these attributes, in the order in which they are written."""
    return {
        "min_length": Amount(attribute=min_length, read=number),
        "history": Amount(attribute=history, read=number),
        "max_age": _time(max_age, " days", 86400),
        "lockout_threshold": Amount(attribute=threshold, read=number),
        "lockout_duration": _time(lockout, " seconds"),
    }


_DOMAIN = _table(
    "minPwdLength", "pwdHistoryLength", "maxPwdAge", "lockoutThreshold", "lockoutDuration"
)
_FINE_GRAINED = _table(
    "msDS-MinimumPasswordLength",
    "msDS-PasswordHistoryLength",
    "msDS-MaximumPasswordAge",
    "msDS-LockoutThreshold",
    "msDS-LockoutDuration",
)
# A lock may not end before failures are forgotten ([MS-SAMR], 3.1.1.7.1), nor a password expire
# before it may be changed.
_WINDOWS = {
    "lockoutDuration": "lockOutObservationWindow",
    "msDS-LockoutDuration": "msDS-LockoutObservationWindow",
}
_MINIMUM_AGES = {
    "maxPwdAge": "minPwdAge",
    "msDS-MaximumPasswordAge": "msDS-MinimumPasswordAge",
}
_SWITCHES = (
    "pwdProperties",
    "msDS-PasswordComplexityEnabled",
    "msDS-PasswordReversibleEncryptionEnabled",
)
_RESTS_ON = (
    *(amount.attribute for table in (_DOMAIN, _FINE_GRAINED) for amount in table.values()),
    *_WINDOWS.values(),
    *_MINIMUM_AGES.values(),
)
ATTRIBUTES = (*_RESTS_ON, *_SWITCHES)


def read_policies(directory: Directory, root: RootDse, base: str, default: str) -> Policies:
    """The domain's policy and the fine-grained ones; `default` as stated, or "": the domain's.

    An entry without attributes is one that we may not read, never a policy that demands nothing.
    Raises DirectoryError when the connection fails; what is only not readable becomes a problem.
    """
    domain = domain_of(root, base)
    (of_domain,) = directory.find(domain, "(objectClass=*)", ATTRIBUTES, scope=BASE) or [
        (domain.encode(), {})
    ]
    entries, problem = _fine_grained(directory, root, domain)
    found = [enforced_policy(dn, values) for dn, values in (of_domain, *entries)]
    problems = [_POLICY_UNREAD.format(domain=domain)] if not found[0].is_shown else []
    problems += [f"{_HIDDEN}: {one.record.name}" for one in found[1:] if not one.is_shown]
    unread = "" if default else problem
    return Policies(
        found=tuple(found),
        default=default or (None if problem else domain),
        default_unread=unread,
        problems=tuple(problems),
    )


def domain_of(root: RootDse, base: str) -> str:
    """DN of the server's domain."""
    return shown_text(root["defaultNamingContext"][0]) if "defaultNamingContext" in root else base


def _fine_grained(directory: Directory, root: RootDse, domain: str) -> tuple[list[Entry], str]:
    """The fine-grained policies, and why there may be others ("": there are none)."""
    level = number(root.get("domainFunctionality", [b"0"])[0])
    if level < _SINCE_2008:
        return [], ""
    container = f"{_CONTAINER}{domain}"
    names = ("objectClass", *ATTRIBUTES)
    try:
        found = directory.find(container, "(objectClass=*)", names)
    except RefusedError as error:
        return [], f"{_CONTAINER_UNREAD.format(domain=domain)} ({error})"
    shown = [values for dn, values in found if dn.decode().lower() == container.lower()]
    policies = [(dn, values) for dn, values in found if dn.decode().lower() != container.lower()]
    readable = bool(shown) and "objectClass" in shown[0]
    return policies, "" if readable else _CONTAINER_UNREAD.format(domain=domain)


def enforced_policy(dn: bytes, values: Values) -> EnforcedPolicy:
    """One policy, the domain's or a fine-grained one."""
    name = shown_text(dn)
    table = _table_of(values)
    if table is None:
        return EnforcedPolicy(record=PasswordPolicy(name=name), is_shown=False)
    amounts = {name: number_of(values, one.attribute, one.read) for name, one in table.items()}
    bits = number_of(values, "pwdProperties", number)
    is_complex = bool(bits & _COMPLEX) or _is_on(values, "msDS-PasswordComplexityEnabled")
    reversibly = bool(bits & _REVERSIBLE) or _is_on(
        values, "msDS-PasswordReversibleEncryptionEnabled"
    )
    record = PasswordPolicy(
        name=name,
        min_length=amounts["min_length"],
        # Three classes of five, of which two are no letters: letters alone are sure.
        classes=frozenset({"letters"} if is_complex else ()),
        history=amounts["history"],
        max_age=timedelta(seconds=amounts["max_age"]),
        lockout_threshold=amounts["lockout_threshold"],
        lockout_duration=timedelta(seconds=amounts["lockout_duration"]),
        blocklist=None,
        checks_quality=True,
        notes=(
            *([_COMPLEXITY] if is_complex else []),
            *([_REVERSIBLY] if reversibly else []),
            _FILTERS,
        ),
    )
    return EnforcedPolicy(record=record)


def present(setting: str, values: Values) -> str:
    """What the policy enforces. Raises UnclearError when it is not shown."""
    return _shown_table(values)[setting].present(values)


def wanted(setting: str, words: str, values: Values) -> dict[str, list[bytes]]:
    """The attributes to write so that the policy enforces it.

    Raises UnclearError when it would do harm, or the policy is not shown.
    """
    amount = _shown_table(values)[setting]
    edits = dict(amount.wanted(words, values))
    if amount.attribute not in edits:
        return {}
    asked = _seconds(edits[amount.attribute]) if amount.unit else 0
    window, minimum = _WINDOWS.get(amount.attribute), _MINIMUM_AGES.get(amount.attribute)
    if window and 0 < asked < number_of(values, window, _seconds):
        edits[window] = edits[amount.attribute]
    if minimum and 0 < asked <= (youngest := number_of(values, minimum, _seconds)):
        raise UnclearError(TOO_YOUNG.format(attribute=minimum, days=youngest // 86400))
    return {attribute: [value] for attribute, value in edits.items()}


def at_once(edits: Values) -> Iterator[str]:
    """What happens as soon as these attributes are written, for the operator."""
    for table in (_DOMAIN, _FINE_GRAINED):
        if seconds := number_of(edits, table["max_age"].attribute, _seconds):
            yield EXPIRED.format(days=seconds // 86400)
    if any(amount.attribute in edits for amount in _DOMAIN.values()):
        yield GROUP_POLICY


def rights(dn: str, attributes: Sequence[str], account: str) -> str:
    """What delegates writing these attributes there to the account."""
    granted = " ".join(f'"{account}:WP;{name}"' for name in attributes)
    return f'delegate it, as by dsacls "{dn}" /G {granted}'


def _table_of(values: Values) -> Mapping[str, Amount] | None:
    """The table of the policy's kind; None: it is not shown."""
    for table in (_FINE_GRAINED, _DOMAIN):
        if table["min_length"].attribute in values:
            return table
    return None


def _shown_table(values: Values) -> Mapping[str, Amount]:
    table = _table_of(values)
    if table is None:
        raise UnclearError(_HIDDEN)
    return table


def _is_on(values: Values, attribute: str) -> bool:
    return values.get(attribute) == [b"TRUE"]


POLICY_WRITING = PolicyWriting(
    settings=tuple(_DOMAIN),
    attributes=ATTRIBUTES,
    rests_on=_RESTS_ON,
    present=present,
    wanted=wanted,
    judge=enforced_policy,
    at_once=at_once,
    rights=rights,
    unsupported=UNSUPPORTED,
)
