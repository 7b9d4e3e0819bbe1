# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: unknown_options
short_description: Find variables that look like options of a role, and are none
version_added: 0.1.0
author: The civic.mailbox contributors (@civic)
description:
  - Says which variables would silently do nothing, or less than was meant, for the role knows none
    of their name. Nothing else would tell of C(enforce_control=idle-mailbox), and the whole plan
    would be carried out.
  - Looks at variables that begin with the role's name; at those that begin with C(mailbox_), where
    they were given with C(-e) or are nearly the name of an option; and at whatever was given with
    C(-e) and is nearly the name of an option of this role.
  - Looks at the variables of every host of the play, and names the hosts that have a wrong one. So
    one host can ask for all of them, before anything is done on any.
  - Names that any role of the collection documents are none of these, nor is any other variable of
    an inventory.
options:
  _terms:
    description: The role's folder, as C(role_path).
    required: true
    type: list
    elements: path
"""

EXAMPLES = r"""
- name: Take no option that there is not
  ansible.builtin.assert:
    that: lookup('civic.mailbox.unknown_options', role_path) == ''
    fail_msg: "{{ lookup('civic.mailbox.unknown_options', role_path) }}"
    quiet: true
  run_once: true
"""

RETURN = r"""
_raw:
  description: For each folder what is wrong and which options there are. Empty where all is well.
  type: list
  elements: str
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible.utils.vars import load_extra_vars

SHARED = "mailbox_"  # begins what roles have in common
# Of difflib's ratio: one or two letters of a name are wrong.
NEAR = 0.84
NEAR_SHARED = 0.8  # of what comes after SHARED
HOSTS_TOLD = 5  # of those that have a wrong variable


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a role knows: its options, those of all roles, and what it sets for itself."""

    role: str
    options: frozenset[str]
    documented: frozenset[str]
    own: frozenset[str]

    @property
    def prefix(self) -> str:
        return f"{self.role}_"


class LookupModule(LookupBase):
    def run(
        self, terms: list[str], variables: Mapping[str, Any] | None = None, **kwargs: object
    ) -> list[str]:
        given = frozenset(map(str, load_extra_vars(self._loader)))
        hosts = hosts_by_name(variables or {}, given)
        return [
            told(names, unknown(names, hosts, given), hosts)
            for names in (self._names(Path(term)) for term in terms)
        ]

    def _names(self, role: Path) -> Names:
        documented = {
            path.parents[1].name: frozenset(
                self._read(path)["argument_specs"]["main"].get("options") or ()
            )
            for path in role.parent.glob("*/meta/argument_specs.yml")
        }
        own = {name for path in role.glob("vars/*.yml") for name in self._read(path)}
        for path in role.glob("tasks/*.yml"):
            own.update(left_by(self._read(path)))
        return Names(
            role=role.name,
            options=documented[role.name],
            documented=frozenset().union(*documented.values()),
            own=frozenset(own),
        )

    def _read(self, path: Path) -> Any:
        return self._loader.load_from_file(str(path))


def hosts_by_name(variables: Mapping[str, Any], given: Collection[str]) -> dict[str, list[str]]:
    """Each variable of the play's hosts, with those that have it. The play's own, and those `given`
    on the command line, are no host's."""
    found: dict[str, list[str]] = {str(name): [] for name in variables}
    for host in variables.get("ansible_play_hosts_all") or ():
        for name in {*map(str, variables["hostvars"][host])}.difference(given):
            found.setdefault(name, []).append(str(host))
    return found


def left_by(tasks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The variables that tasks set, which are still there when the role runs again."""
    for task in tasks:
        yield from task.get("vars") or ()
        yield from task.get("ansible.builtin.set_fact") or ()
        if "register" in task:
            yield task["register"]
        for part in ("block", "rescue", "always"):
            yield from left_by(task.get(part) or ())


def unknown(names: Names, present: Iterable[str], given: frozenset[str]) -> dict[str, str]:
    """The variables that are no options, each with the option that it is nearly ("": none).

    `present` are all variables, `given` those from the command line, of which the role sets none
    for itself.
    """
    found = {}
    for name in sorted({*present, *given} - names.documented):
        near = _near(names, name)
        if name.startswith(names.prefix):
            wrong = name in given or name not in names.own
        elif name.startswith(SHARED):
            wrong = name in given or bool(near)
        else:
            wrong = name in given and bool(near)
        if wrong:
            found[name] = near
    return found


def _near(names: Names, name: str) -> str:
    if name.startswith(SHARED):
        shared = [
            option.removeprefix(SHARED) for option in names.documented if option.startswith(SHARED)
        ]
        close = get_close_matches(name.removeprefix(SHARED), shared, 1, NEAR_SHARED)
        return SHARED + close[0] if close else ""
    close = get_close_matches(name, names.options, 1, NEAR)
    return close[0] if close else ""


def told(names: Names, wrong: Mapping[str, str], hosts: Mapping[str, Sequence[str]]) -> str:
    """For the operator, in one sentence or two; empty where nothing is wrong.

    `hosts` are those that have a variable.
    """
    if not wrong:
        return ""
    starts = {SHARED if name.startswith(SHARED) else names.prefix for name in wrong}
    there = sorted(name for name in names.options if name.startswith(tuple(starts))) or sorted(
        names.options
    )
    meant = ", ".join(sorted({near for near in wrong.values() if near}))
    found = ", ".join(name + _where(hosts.get(name, ())) for name in wrong)
    return f"Nothing was done: {found} is no option; there are {', '.join(there)}" + (
        f". Is {meant} meant?" if meant else ""
    )


def _where(hosts: Sequence[str]) -> str:
    if not hosts:
        return ""
    more = len(hosts) - HOSTS_TOLD
    return f" ({', '.join(hosts[:HOSTS_TOLD])}{f' and {more} more' if more > 0 else ''})"
