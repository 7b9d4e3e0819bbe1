# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The reports of an office that is assessed, and accounts of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import PasswordPolicy
from ansible_collections.civic.mailbox.plugins.module_utils._module.assess import assess_run
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    as_json,
    sign_in,
)

NOW = "2019-01-08T08:00:00+07:00"
IDLE = sign_in("2018-09-01")
GOOD_POLICY = PasswordPolicy(
    name=account().password_policy,
    min_length=9,
    classes=frozenset({"letters", "digits", "specials"}),
)
END = {"record": "end", "complete": True, "ended_at": "2019-01-08T01:00:00Z", "message": "",
       "newest_sign_in": {"pwdLastSuccess": "2019-01-07T05:00:00Z"}}  # fmt: skip
CUT = {"complete": False, "message": "the connection was lost"}


class Module:
    """What assess_run needs of a module: its options, whether a diff is wanted, warnings."""

    def __init__(
        self, run_dir: Path, policy_file: Path, *, diff: bool = False, **params: Any
    ) -> None:
        self.params = {"run_dir": str(run_dir), "policy_file": str(policy_file), "sources": [],
                       "previous": None, "now": NOW, **params}  # fmt: skip
        self._diff = diff
        self.warnings: list[str] = []

    def warn_clean(self, warning: str) -> None:
        self.warnings.append(warning)


class Office:
    """The reports of an office, and its policy."""

    def __init__(self, folder: Path) -> None:
        self.reports = folder / "reports"
        self.policy_file = folder / "policy.yml"
        self.policy_file.write_text(
            "forwarding:\n  internal_domains: [town.example]\n"
            "controls: [password-policy, default-password, external-forwarding, idle-mailbox]\n"
        )
        self.warnings: list[str] = []

    def gather(
        self, run: str, *accounts: object, end: dict | None = None, mail: bool = True
    ) -> Path:
        """Snapshots of a directory and a mail host."""
        policies = [{"record": "policy", **as_json(GOOD_POLICY)}]
        records = [*policies, *({"record": "account", **as_json(one)} for one in accounts)]
        self.write(run, "accounts", "ldap1", [*records, END | (end or {})])
        if mail:
            mailboxes = [{"record": "mailbox", "mail": one.login} for one in accounts]
            self.write(run, "mail", "mail1", [*mailboxes, END])
        return self.reports / run

    def write(self, run: str, kind: str, name: str, records: list[dict]) -> Path:
        header = {"record": "header", "schema": 1, "kind": kind, "name": name}
        path = self.reports / run / "snapshot" / f"{kind}-{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in (header, *records))
        path.write_text("".join(lines), encoding="utf-8")
        return path

    def assess(self, run: str, **params: Any) -> dict[str, Any]:
        module = Module(self.reports / run, self.policy_file, **params)
        result = assess_run(module)
        self.warnings = module.warnings
        return result

    def latest(self, run: str) -> None:
        link = self.reports / "latest"
        link.unlink(missing_ok=True)
        link.symlink_to(run)

    def lines(self, run: str, name: str) -> list[dict]:
        text = (self.reports / run / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def summary(self, run: str) -> dict:
        return json.loads((self.reports / run / "assessment.json").read_text(encoding="utf-8"))

    def status(self, run: str, control: str, subject: str = "clerk@town.example") -> str:
        (found,) = [
            line
            for line in self.lines(run, "findings.jsonl")
            if (line["control"], line["subject"]) == (control, subject)
        ]
        return found["status"]


def many(number: int, **known: Any) -> list:
    """Accounts n0@town.example, n1@town.example, ..."""
    return [
        account(dn=f"uid=n{n}", login=f"n{n}", mail=(f"n{n}@town.example",), **known)
        for n in range(number)
    ]
