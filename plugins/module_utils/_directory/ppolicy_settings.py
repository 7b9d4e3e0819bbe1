# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Writing the settings of OpenLDAP's ppolicy overlay: slapo-ppolicy(5), docs/openldap.md.

The value of a setting is in words, as the plan has it: "9", "90 days", "900 seconds", "yes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .codecs import UnclearError
from .dialect import PolicyWriting, Values
from .ppolicy import ATTRIBUTES, enforced_policy

LARGEST = 2**31 - 1  # slapd reads a setting as a C int

HIDDEN = "the settings of this password policy are not shown: give read rights on it"
TOO_LONG = (
    "pwdMaxLength {longest} in the same policy would leave no password to choose: take that away"
)
WOULD_LOCK_IDLE = (
    "it needs pwdLockout TRUE, and that would bring pwdMaxIdle {seconds} into force too, which"
    " locks everybody without a sign-in since then at once: set max_idle in that policy first"
)
IDLE_LOCKED = (
    "whoever has not signed in for {days} days, or has no sign-in on record and a password older"
    " than that, is kept out from now on. Without olcLastBind TRUE on the database it does nothing"
)
EXPIRED = "a password older than {days} days has expired by now"
LOCKS_HOLD = "pwdLockout is TRUE from now on: locks on accounts that had no effect have one"
LOCKS_END = (
    "pwdLockout is not TRUE any more: who is locked under this policy can sign in from now on"
)
HASHES_REFUSED = "new passwords that are sent in as a hash are refused from now on"

_A_MODULE = (
    "OpenLDAP cannot by itself. Load a check module, as ppm: pwdCheckModule of the policy names it"
    " in OpenLDAP 2.5, olcPPolicyCheckModule of the overlay (with pwdUseCheckModule TRUE in the"
    " policy) from 2.6 on. {setting} stands in the module's own configuration{where}"
)
UNSUPPORTED = {
    "classes": _A_MODULE.format(setting="What characters it demands", where=""),
    "specials": _A_MODULE.format(setting="Which characters are special", where=""),
    "blocklist": _A_MODULE.format(
        setting="The list", where=", for ppm a dictionary of CrackLib (useCracklib)"
    ),
}


@dataclass(frozen=True, kw_only=True)
class _Need:
    """What has to stand in the policy too, or a setting has no effect."""

    attribute: str
    value: bytes  # to write where it is off

    def met(self, values: Values) -> bool:
        return _number(values, self.attribute) > 0


_CHECKED = _Need(attribute="pwdCheckQuality", value=b"2")
_LOCKS = _Need(attribute="pwdLockout", value=b"TRUE")


@dataclass(frozen=True, kw_only=True)
class _Amount:
    """A setting that is a number; 0: off."""

    attribute: str
    unit: str = ""
    factor: int = 1  # of what the server counts in one unit
    need: _Need | None = None

    def present(self, values: Values) -> str:
        """What the server enforces: 0 where what it needs is off."""
        in_force = self.need is None or self.need.met(values)
        number = _number(values, self.attribute) if in_force else 0
        return f"{number // self.factor}{self.unit}"

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        """The attributes to write and their values."""
        digits = words.removesuffix(self.unit)
        number = int(digits) * self.factor if digits.isdecimal() else -1
        if not words.endswith(self.unit) or not 0 <= number <= LARGEST:
            raise UnclearError(f"{words} is no value of {self.attribute}")
        if number != _number(values, self.attribute):
            yield self.attribute, str(number).encode()
        if number and self.need and not self.need.met(values):
            yield self.need.attribute, self.need.value


@dataclass(frozen=True, kw_only=True)
class _Switch:
    """A setting that is on or off."""

    attribute: str
    off: bytes
    on: bytes

    def present(self, values: Values) -> str:
        """Off is all that is below the value which stands for on."""
        return "no" if _number(values, self.attribute) < _as_number(self.on) else "yes"

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        """The attribute to write and its value, unless it is as it should be."""
        if words not in ("no", "yes"):
            raise UnclearError(f"{words} is no value of {self.attribute}")
        if words != self.present(values):
            yield self.attribute, self.on if words == "yes" else self.off


# In the order in which they are written: one may not undo what another needs.
_SETTINGS: Mapping[str, _Amount | _Switch] = {
    "min_length": _Amount(attribute="pwdMinLength", need=_CHECKED),
    "checks_quality": _Switch(attribute="pwdCheckQuality", off=b"1", on=b"2"),
    "history": _Amount(attribute="pwdInHistory"),
    "max_age": _Amount(attribute="pwdMaxAge", unit=" days", factor=86400),
    "must_change_after_reset": _Switch(attribute="pwdMustChange", off=b"FALSE", on=b"TRUE"),
    "max_idle": _Amount(attribute="pwdMaxIdle", unit=" days", factor=86400, need=_LOCKS),
    "lockout_threshold": _Amount(attribute="pwdMaxFailure", need=_LOCKS),
    "lockout_duration": _Amount(attribute="pwdLockoutDuration", unit=" seconds"),
}
_IN_EVERY_POLICY = "pwdAttribute"  # one that does not show it is not shown at all
_RESTS_ON = (
    "pwdMaxLength",
    "pwdLockout",
    *dict.fromkeys(setting.attribute for setting in _SETTINGS.values()),
)


def present(setting: str, values: Values) -> str:
    """What the server enforces by this policy. Raises UnclearError when it is not shown."""
    _refuse_hidden(values)
    return _SETTINGS[setting].present(values)


def wanted(setting: str, words: str, values: Values) -> dict[str, list[bytes]]:
    """The attributes to write so that the server enforces it, each with all its values.

    Raises UnclearError when it would do harm, or the policy is not shown.
    """
    _refuse_hidden(values)
    edits = dict(_SETTINGS[setting].wanted(words, values))
    longest, idle = _number(values, "pwdMaxLength"), _number(values, "pwdMaxIdle")
    if setting == "min_length" and 0 < longest < int(words):
        raise UnclearError(TOO_LONG.format(longest=longest))
    if setting != "max_idle" and "pwdLockout" in edits and idle:
        raise UnclearError(WOULD_LOCK_IDLE.format(seconds=idle))
    return {attribute: [value] for attribute, value in edits.items()}


def at_once(edits: Values) -> Iterator[str]:
    """What happens to accounts as soon as these attributes are written, for the operator."""
    idle, age = _number(edits, "pwdMaxIdle"), _number(edits, "pwdMaxAge")
    if idle:
        yield IDLE_LOCKED.format(days=idle // 86400)
    if age:
        yield EXPIRED.format(days=age // 86400)
    if "pwdLockout" in edits:
        yield LOCKS_HOLD if edits["pwdLockout"] == [b"TRUE"] else LOCKS_END
    if edits.get("pwdCheckQuality") == [b"2"]:
        yield HASHES_REFUSED


def _refuse_hidden(values: Values) -> None:
    if _IN_EVERY_POLICY not in values:
        raise UnclearError(HIDDEN)


def _number(values: Values, attribute: str) -> int:
    """A setting of the policy; one that is left out is off, as it is for the server."""
    return _as_number(values[attribute][0]) if values.get(attribute) else 0


def _as_number(value: bytes) -> int:
    return {b"TRUE": 1, b"FALSE": 0}[value] if value in (b"TRUE", b"FALSE") else int(value)


POLICY_WRITING = PolicyWriting(
    settings=tuple(_SETTINGS),
    attributes=tuple(dict.fromkeys((*ATTRIBUTES, *_RESTS_ON))),
    rests_on=_RESTS_ON,  # OpenLDAP finds a pwdAttribute by its OID alone, and does not show that
    present=present,
    wanted=wanted,
    judge=enforced_policy,
    at_once=at_once,
    unsupported=UNSUPPORTED,
)
