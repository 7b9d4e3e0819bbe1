# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Writing the settings of OpenLDAP's ppolicy overlay: slapo-ppolicy(5), docs/openldap.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .codecs import UnclearError
from .dialect import PolicyWriting, Values
from .policy_settings import Amount, Need, Switch, number_of
from .ppolicy import ATTRIBUTES, enforced_policy

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

_CHECKED = Need(attribute="pwdCheckQuality", value=b"2")
_LOCKS = Need(attribute="pwdLockout", value=b"TRUE")

# In the order in which they are written: one may not undo what another needs.
_SETTINGS: Mapping[str, Amount | Switch] = {
    "min_length": Amount(attribute="pwdMinLength", need=_CHECKED),
    "checks_quality": Switch(attribute="pwdCheckQuality", off=b"1", on=b"2"),
    "history": Amount(attribute="pwdInHistory"),
    "max_age": Amount(attribute="pwdMaxAge", unit=" days", factor=86400),
    "must_change_after_reset": Switch(attribute="pwdMustChange"),
    "max_idle": Amount(attribute="pwdMaxIdle", unit=" days", factor=86400, need=_LOCKS),
    "lockout_threshold": Amount(attribute="pwdMaxFailure", need=_LOCKS),
    "lockout_duration": Amount(attribute="pwdLockoutDuration", unit=" seconds"),
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
    longest, idle = number_of(values, "pwdMaxLength"), number_of(values, "pwdMaxIdle")
    if setting == "min_length" and 0 < longest < int(words):
        raise UnclearError(TOO_LONG.format(longest=longest))
    if setting != "max_idle" and "pwdLockout" in edits and idle:
        raise UnclearError(WOULD_LOCK_IDLE.format(seconds=idle))
    return {attribute: [value] for attribute, value in edits.items()}


def at_once(edits: Values) -> Iterator[str]:
    """What happens to accounts as soon as these attributes are written, for the operator."""
    idle, age = number_of(edits, "pwdMaxIdle"), number_of(edits, "pwdMaxAge")
    if idle:
        yield IDLE_LOCKED.format(days=idle // 86400)
    if age:
        yield EXPIRED.format(days=age // 86400)
    if "pwdLockout" in edits:
        yield LOCKS_HOLD if edits["pwdLockout"] == [b"TRUE"] else LOCKS_END
    if edits.get("pwdCheckQuality") == [b"2"]:
        yield HASHES_REFUSED


def rights(dn: str, attributes: Sequence[str], account: str) -> str:
    """The access rule of slapd by which the account may write these attributes there."""
    return (
        f"add to olcAccess of the database, before the rules there: to dn.exact={_quoted(dn)}"
        f" attrs={','.join(attributes)} by dn.exact={_quoted(account)} write by * break"
    )


def _quoted(dn: str) -> str:
    """The DN as olcAccess has it: a backslash stays (not so in slapd.conf), a quote ends it."""
    hexadecimal = dn.replace('\\"', "\\22")  # RFC 4514, 2.4
    return f'"{hexadecimal}"'


def _refuse_hidden(values: Values) -> None:
    if _IN_EVERY_POLICY not in values:
        raise UnclearError(HIDDEN)


POLICY_WRITING = PolicyWriting(
    settings=tuple(_SETTINGS),
    attributes=tuple(dict.fromkeys((*ATTRIBUTES, *_RESTS_ON))),
    rests_on=_RESTS_ON,  # OpenLDAP finds a pwdAttribute by its OID alone, and does not show that
    present=present,
    wanted=wanted,
    judge=enforced_policy,
    at_once=at_once,
    rights=rights,
    unsupported=UNSUPPORTED,
)
