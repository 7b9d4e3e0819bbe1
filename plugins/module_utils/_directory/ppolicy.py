# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The password policies of OpenLDAP's ppolicy overlay: slapo-ppolicy(5), docs/openldap.md."""

from __future__ import annotations

from datetime import timedelta

from .._core.account import PasswordPolicy
from .client import BASE, Directory, Entry
from .codecs import shown_text
from .complaints import RefusedError
from .dialect import EnforcedPolicy, Policies, RootDse, Values
from .dn import context_of, same_dn
from .slapd_config import read_config

_NUMBERS = (
    "pwdMinLength",
    "pwdInHistory",
    "pwdMaxAge",
    "pwdMaxFailure",
    "pwdLockoutDuration",
    "pwdMaxIdle",
    "pwdCheckQuality",
)
_SWITCHES = ("pwdLockout", "pwdMustChange", "pwdUseCheckModule")
ATTRIBUTES = ("pwdAttribute", "pwdCheckModule", *_NUMBERS, *_SWITCHES)

DEFAULT_UNREAD = (
    "which policy holds for accounts that name none stands in cn=config, which {server} does not"
    " show to the account that binds: state it as default_password_policy"
)


def read_policies(directory: Directory, root: RootDse, base: str, default: str) -> Policies:
    """The policies beside the search base, and the default one (`default`: as stated, or "").

    Raises DirectoryError when the connection fails; what is only not readable becomes a problem.
    """
    stated, unread = (default, "") if default else _configured_default(directory, root, base)
    entries, problems = _policy_entries(directory, _context(root, base))
    if stated and same_dn(stated) not in {same_dn(shown_text(dn)) for dn, _ in entries}:
        more, trouble = _policy_entries(directory, stated, scope=BASE)
        entries += more
        problems += trouble
        if not more:
            problems.append(f"the default password policy {stated} cannot be read or is none")
    found = tuple(enforced_policy(dn, values) for dn, values in entries)
    return Policies(
        found=found,
        default=stated or None,
        default_unread=unread,
        problems=(*problems, *map(_hidden, _unshown(entries))),
    )


def _configured_default(directory: Directory, root: RootDse, base: str) -> tuple[str, str]:
    """The default policy that cn=config names ("": none), and why it is not known ("": it is)."""
    config = read_config(directory, root, base)
    if config is None:
        return "", DEFAULT_UNREAD.format(server=directory.uri)
    return config.default_policy, ""


def _context(root: RootDse, base: str) -> str:
    """The naming context that the search base lies in, or the search base."""
    return context_of(base, map(shown_text, root.get("namingContexts", [])))


def _policy_entries(
    directory: Directory, base: str, *, scope: str = "SUBTREE"
) -> tuple[list[Entry], list[str]]:
    try:
        found = directory.find(base, "(objectClass=pwdPolicy)", ATTRIBUTES, scope=scope)
    except RefusedError as error:
        return [], [f"the password policies could not be read: {error}"]
    return found, []


def _unshown(entries: list[Entry]) -> list[str]:
    """The policies whose settings are not shown: pwdAttribute is in every one (RFC: MUST)."""
    return [shown_text(dn) for dn, values in entries if "pwdAttribute" not in values]


def _hidden(dn: str) -> str:
    return f"the settings of the password policy {dn} are not shown: give read rights on it"


def enforced_policy(dn: bytes, values: Values) -> EnforcedPolicy:
    """One policy. A setting that is absent counts as 0 or FALSE, as it does for the server."""
    name = shown_text(dn)
    if "pwdAttribute" not in values:
        return EnforcedPolicy(record=PasswordPolicy(name=name), is_shown=False)
    number = {key: _number(values.get(key, [])) for key in _NUMBERS}
    on = {key: values.get(key) == [b"TRUE"] for key in _SWITCHES}
    checks = number["pwdCheckQuality"] > 0
    module = _module(values, on["pwdUseCheckModule"]) if checks else ""
    record = PasswordPolicy(
        name=name,
        min_length=number["pwdMinLength"] if checks else 0,
        classes=None if module else frozenset(),
        history=number["pwdInHistory"],
        max_age=timedelta(seconds=number["pwdMaxAge"]),
        lockout_threshold=number["pwdMaxFailure"] if on["pwdLockout"] else 0,
        lockout_duration=timedelta(seconds=number["pwdLockoutDuration"]),
        must_change_after_reset=on["pwdMustChange"],
        max_idle=timedelta(seconds=number["pwdMaxIdle"] if on["pwdLockout"] else 0),
        blocklist=None if module else False,
        checks_quality=number["pwdCheckQuality"] > 1,
        notes=tuple(_notes(number, locks=on["pwdLockout"], module=module)),
    )
    return EnforcedPolicy(
        record=record, honours_lock=on["pwdLockout"], honours_must_change=on["pwdMustChange"]
    )


def _number(values: list[bytes]) -> int:
    """A setting; the server's own syntax check lets nothing but an INTEGER in."""
    return int(values[0]) if values else 0


def _module(values: Values, switched_on: bool) -> str:
    """The check module of a policy: 2.5 names it there, 2.6 in the overlay; "": none."""
    if "pwdCheckModule" in values:
        return shown_text(values["pwdCheckModule"][0])
    return "the overlay's olcPPolicyCheckModule" if switched_on else ""


def _notes(number: dict[str, int], *, locks: bool, module: str) -> list[str]:
    """What a reader would miss: settings that stand there and have no effect, and the module."""
    notes = []
    if number["pwdMinLength"] and not number["pwdCheckQuality"]:
        notes.append(
            f"pwdMinLength {number['pwdMinLength']} has no effect while pwdCheckQuality is 0"
        )
    if not locks:
        notes.append("pwdLockout is not TRUE: no lock on an account has any effect")
    if module:
        notes.append(f"new passwords are also judged by {module}; what it demands is not readable")
    return notes
