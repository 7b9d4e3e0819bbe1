# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Writing the settings of 389 Directory Server's password policies. docs/389-ds.md.

Most amounts stand beside a switch: 0 means the switch is off. The value of a setting is in words,
as the plan has it: "9", "90 days", "900 seconds", "yes", "digits, letters".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .codecs import UnclearError
from .dialect import PolicyWriting, Values
from .ds389_policies import ATTRIBUTES, classes_of, filled, is_on, judge, number

HIDDEN = "the settings of this password policy are not shown: give read rights on it"
EXPIRES = (
    "passwords expire from now on: {days} days after a change, or after the next sign-in of who has"
    " not changed it since"
)
LOCKS = "who has had too many wrong passwords is kept out from now on (passwordLockout on)"
LETS_IN = "who was kept out after wrong passwords can sign in from now on (passwordLockout off)"
FORCES = "who is marked to set a new password has to from now on (passwordMustChange on)"
RELEASES = "who had to set a new password need not any more (passwordMustChange off)"
UNSUPPORTED = {
    "specials": "389 Directory Server takes every character that is neither letter nor digit",
    "checks_quality": (
        "it is one switch for the whole server: set nsslapd-allow-hashed-passwords off in cn=config"
    ),
    "blocklist": (
        "set passwordDictCheck on in the policy, which asks the word list of CrackLib on the server"
        " (passwordDictPath), or name the words in passwordBadWords"
    ),
    "max_idle": (
        "that is no setting of a password policy here: set accountInactivityLimit of the Account"
        " Policy plugin, which also keeps out who has never signed in (docs/389-ds.md)"
    ),
}
_NONE = "none"
_CLASSES = {
    "digits": "passwordMinDigits",
    "letters": "passwordMinAlphas",
    "specials": "passwordMinSpecials",
}


@dataclass(frozen=True, kw_only=True)
class _Amount:
    """A number that is in force while a switch is on; 0: the switch is off."""

    attribute: str
    switch: str
    smallest: int
    largest: int
    unit: str = ""
    factor: int = 1  # of what the server counts in one unit

    def present(self, values: Values) -> str:
        found = number(values, self.attribute) if is_on(values, self.switch) else 0
        return f"{found // self.factor}{self.unit}"

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        digits = words.removesuffix(self.unit)
        amount = int(digits) * self.factor if digits.isdecimal() else -1
        if not words.endswith(self.unit) or not (
            amount == 0 or self.smallest <= amount <= self.largest
        ):
            raise UnclearError(
                f"{words} is no value of {self.attribute}: it is {self.smallest // self.factor} to"
                f" {self.largest // self.factor}{self.unit}, or 0"
            )
        if amount and amount != number(values, self.attribute):
            yield self.attribute, str(amount).encode()
        if is_on(values, self.switch) != bool(amount):
            yield self.switch, b"on" if amount else b"off"


@dataclass(frozen=True, kw_only=True)
class _Switch:
    """A setting that is on or off."""

    attribute: str

    def present(self, values: Values) -> str:
        return "yes" if is_on(values, self.attribute) else "no"

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        if words not in ("no", "yes"):
            raise UnclearError(f"{words} is no value of {self.attribute}")
        if words != self.present(values):
            yield self.attribute, b"on" if words == "yes" else b"off"


class _Classes:
    """The classes of characters that every new password must have."""

    def present(self, values: Values) -> str:
        return ", ".join(sorted(classes_of(values))) or _NONE

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        names = [] if words == _NONE else words.split(", ")
        if unknown := sorted({*names} - {*_CLASSES}):
            raise UnclearError(f"there is no class {unknown[0]}: choose of {', '.join(_CLASSES)}")
        demanded = classes_of(values)
        if given_up := sorted(demanded - {*names}):
            raise UnclearError(
                f"{', '.join(given_up)} are demanded now: to give that up, change passwordMin* and"
                " passwordMinCategories by hand"
            )
        for name in names:
            if name not in demanded and not number(values, _CLASSES[name]):
                yield _CLASSES[name], b"1"
        if names and not is_on(values, "passwordCheckSyntax"):
            yield "passwordCheckSyntax", b"on"


_LARGEST = 2**31 - 1
# The largest values are the server's own.
_SETTINGS: Mapping[str, _Amount | _Switch | _Classes] = {
    "min_length": _Amount(
        attribute="passwordMinLength", switch="passwordCheckSyntax", smallest=2, largest=512
    ),
    "classes": _Classes(),
    "history": _Amount(
        attribute="passwordInHistory", switch="passwordHistory", smallest=1, largest=24
    ),
    "max_age": _Amount(
        attribute="passwordMaxAge",
        switch="passwordExp",
        smallest=86400,
        largest=_LARGEST,
        unit=" days",
        factor=86400,
    ),
    "must_change_after_reset": _Switch(attribute="passwordMustChange"),
    "lockout_threshold": _Amount(
        attribute="passwordMaxFailure", switch="passwordLockout", smallest=1, largest=32767
    ),
    "lockout_duration": _Amount(
        attribute="passwordLockoutDuration",
        switch="passwordUnlock",
        smallest=1,
        largest=_LARGEST,
        unit=" seconds",
    ),
}


def present(setting: str, values: Values) -> str:
    """What the server enforces by this policy. Raises UnclearError when it is not shown."""
    return _SETTINGS[setting].present(_shown(values))


def wanted(setting: str, words: str, values: Values) -> dict[str, list[bytes]]:
    """The attributes to write so that the server enforces it, each with all its values.

    Raises UnclearError when the server takes no such value, or the policy is not shown.
    """
    return {name: [value] for name, value in _SETTINGS[setting].wanted(words, _shown(values))}


def at_once(edits: Values) -> Iterator[str]:
    """What happens to accounts as soon as these attributes are written, for the operator."""
    if is_on(edits, "passwordExp"):
        yield EXPIRES.format(days=number(edits, "passwordMaxAge") // 86400 or "passwordMaxAge")
    if "passwordLockout" in edits:
        yield LOCKS if is_on(edits, "passwordLockout") else LETS_IN
    if "passwordMustChange" in edits:
        yield FORCES if is_on(edits, "passwordMustChange") else RELEASES


def rights(dn: str, attributes: Sequence[str], account: str) -> str:
    """The access rule (ACI) of the entry by which the account may write these attributes there."""
    return (
        f'add to aci of {dn}: (targetattr="{" || ".join(attributes)}")(version 3.0; acl "password'
        f' policy"; allow (write) userdn="ldap:///{account}";)'
    )


def _shown(values: Values) -> Values:
    if "cn" not in values:
        raise UnclearError(HIDDEN)
    return filled(values)


POLICY_WRITING = PolicyWriting(
    settings=tuple(_SETTINGS),
    attributes=ATTRIBUTES,
    rests_on=ATTRIBUTES[1:],
    present=present,
    wanted=wanted,
    judge=judge,
    at_once=at_once,
    rights=rights,
    unsupported=UNSUPPORTED,
)
