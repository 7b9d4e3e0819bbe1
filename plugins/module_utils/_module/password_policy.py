# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""password_policy: what servers demand of passwords, as it is asked for or as a plan has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .._core.controls.password_policy import PASSWORD_POLICY
from .._core.errors import DirectoryError, EnforcementError
from .._core.findings import fingerprint
from .._core.plan import Change
from .._core.policy import CLASSES
from .._core.step import Why
from .._directory.codecs import UnclearError
from .._directory.dialect import PolicyWriting, Values
from .._directory.result_codes import INSUFFICIENT_ACCESS_RIGHTS, name_of
from .._directory.writing import Writer
from .enforcement_options import ENFORCEMENT_ARGUMENTS, OF_A_PLAN
from .plan_application import apply_changes, apply_plan
from .runner import MailboxModule

SETTINGS: dict[str, Any] = {
    "min_length": {"type": "int"},
    "classes": {"type": "list", "elements": "str", "choices": list(CLASSES)},
    "specials": {"type": "str"},
    "history": {"type": "int"},
    "max_age": {"type": "int"},
    "lockout_threshold": {"type": "int"},
    "lockout_duration": {"type": "int"},
    "must_change_after_reset": {"type": "bool"},
    "max_idle": {"type": "int"},
    "blocklist": {"type": "bool"},
    "checks_quality": {"type": "bool"},
}
ARGUMENTS: dict[str, Any] = {
    **ENFORCEMENT_ARGUMENTS,
    "run_dir": {"type": "path"},
    "policies": {"type": "list", "elements": "str"},
    **SETTINGS,
}
RESTRICTIONS: dict[str, Any] = {
    "required_one_of": [("plan", *SETTINGS)],
    "mutually_exclusive": [("plan", name) for name in ("run_dir", "policies", *SETTINGS)],
    "required_by": OF_A_PLAN,
}
MAY_BE_UNSEEN = (
    " The same is seen where the account that binds may not read all settings of the policy."
)
UNITS = {"max_age": " days", "max_idle": " days", "lockout_duration": " seconds"}  # in words


def set_policies(module: MailboxModule) -> dict[str, Any]:
    """Set what was asked for; of a plan, what it has for password policies."""
    if module.params["plan"]:
        result = apply_plan(module, lambda change: change.control == PASSWORD_POLICY.name)
        return result | {"unsupported": [], "policies": []}
    request = _Request(module)
    try:
        result = apply_changes(module, request.changes)
    except EnforcementError as error:
        message = f"{error}{request.missing_right(str(error))}"
        raise EnforcementError(message, {**error.result, **request.unsupported()}) from None
    result |= request.unsupported()
    if result["left"]:
        first = result["left"][0]
        raise EnforcementError(
            f"{first['field']} of {first['subject']}: {first['reason']}."
            f"{MAY_BE_UNSEEN if first['result'] == Why.CHANGED.value else ''}"
            f" {result['total']} changes were made",
            result,
        )
    return result | request.policies()


@dataclass(kw_only=True)
class _Policy:
    """A password policy, and what comes of it."""

    dn: str
    values: Values  # as they are after the changes
    written: dict[str, list[bytes]] = field(default_factory=dict)


class _Request:
    """The settings that were asked for, and the policies that are to have them."""

    def __init__(self, module: MailboxModule) -> None:
        self._module = module
        given = {name: module.params[name] for name in SETTINGS}
        self._asked = {name: value for name, value in given.items() if value is not None}
        self._unsupported: dict[str, str] = {}
        self._policies: list[_Policy] = []
        self._writing = PolicyWriting()

    def changes(self, writer: Writer) -> list[Change]:
        """What has to be changed. Raises DirectoryError, before anything is written."""
        writing = self._writing = writer.dialect.policy_writing
        self._unsupported = {
            name: writing.unsupported.get(name, f"{writer.dialect.title} has no such setting")
            for name, value in self._asked.items()
            if name not in writing.settings and value
        }
        self._policies = self._chosen(writer)
        return [change for policy in self._policies for change in self._plan(policy)]

    def unsupported(self) -> dict[str, Any]:
        """What was asked for in vain."""
        found = self._unsupported.items()
        return {"unsupported": [{"setting": name, "reason": reason} for name, reason in found]}

    def policies(self) -> dict[str, Any]:
        """The policies as they are after the changes, in the units of the options."""
        return {
            "policies": [
                {"dn": policy.dn, **self._shown(policy.values)} for policy in self._policies
            ]
        }

    def missing_right(self, message: str) -> str:
        """What would have let the account write, where that was the cause."""
        if name_of(INSUFFICIENT_ACCESS_RIGHTS) not in message:
            return ""
        account = self._module.params["bind_dn"] or "DN OF THE ACCOUNT THAT BINDS"
        rights = [
            self._writing.rights(policy.dn, tuple(policy.written), account)
            for policy in self._policies
            if policy.written
        ]
        return f". Rights to add: {'; '.join(rights)}" if any(rights) else ""

    def _chosen(self, writer: Writer) -> list[_Policy]:
        names = list(dict.fromkeys(self._module.params["policies"] or [_default(writer)]))
        found = zip(names, writer.policy_values(names), strict=True)
        policies = [_Policy(dn=dn, values=values) for dn, values in found if values is not None]
        missing = [dn for dn in names if dn not in {policy.dn for policy in policies}]
        if missing:
            raise DirectoryError(
                f"no password policy {', '.join(missing)} is there, or the account that binds may"
                f" not see it.{_known(writer)} Nothing was written"
            )
        return policies

    def _plan(self, policy: _Policy) -> Iterator[Change]:
        """The changes of one policy, each as if those before it were made."""
        writing = self._writing
        for setting in writing.settings:
            if setting not in self._asked:
                continue
            wanted = words(setting, self._asked[setting])
            try:
                before = writing.present(setting, policy.values)
                edits = writing.wanted(setting, wanted, policy.values)
            except UnclearError as unclear:
                raise DirectoryError(
                    f"{setting} of {policy.dn}: {unclear}. Nothing was written"
                ) from None
            policy.values = {**policy.values, **edits}
            policy.written |= edits
            yield _change(policy.dn, setting, before, wanted)

    def _shown(self, values: Values) -> dict[str, int | bool | list[str]]:
        """All settings of a policy as options have them."""
        writing = self._writing
        return {name: value_of(writing.present(name, values)) for name in writing.settings}


def _change(dn: str, setting: str, before: str, after: str) -> Change:
    return Change(
        id=fingerprint(dn, setting, after),
        control="",
        subject=dn,
        unit="",
        server="",
        target=dn,
        field=setting,
        before=(before,),
        after=(after,),
        reason="",
        undo=f"{setting}: {before}",
        fingerprint="",
    )


def _default(writer: Writer) -> str:
    """DN of the policy of accounts that name none. Raises DirectoryError."""
    if writer.policies.default:
        return writer.policies.default
    why = writer.policies.default_unread or "this server has no default password policy"
    raise DirectoryError(f"{why}, or name the policies to set as policies.{_known(writer)}")


def _known(writer: Writer) -> str:
    names = sorted(policy.record.name for policy in writer.policies.found)
    return f" Those that are seen: {'; '.join(names)}." if names else " None is seen."


def words(setting: str, value: int | bool | list[str]) -> str:
    """The value of an option as changes have it: "9", "90 days", "yes", "digits, letters"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(sorted(set(value))) or "none"
    return f"{value}{UNITS.get(setting, '')}"


def value_of(text: str) -> int | bool | list[str]:
    """The value that an option would have."""
    if text in ("yes", "no"):
        return text == "yes"
    if text[0].isdigit():
        return int(text.split()[0])
    return [] if text == "none" else text.split(", ")
