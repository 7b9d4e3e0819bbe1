# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A role that no Molecule scenario runs could break unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COLLECTION = "civic.mailbox."
_NAMES = ("ansible.builtin.include_role", "ansible.builtin.import_role")


def playbooks(scenario: Path) -> Iterator[Path]:
    """What a scenario converges, and verifies by undoing it: its own playbooks, or those that its
    molecule.yml names."""
    stated = yaml.safe_load(scenario.read_text("utf-8"))
    named = stated.get("ansible", {}).get("playbooks", {})
    for step in ("converge", "verify"):
        yield (scenario.parent / named.get(step, f"{step}.yml")).resolve()


def roles_in(node: Any) -> Iterator[str]:
    """The collection's roles that plays or tasks use, wherever they stand."""
    if isinstance(node, list):
        for one in node:
            yield from roles_in(one)
    elif isinstance(node, dict):
        named = [node[name]["name"] for name in _NAMES if name in node]
        named += [one["role"] if isinstance(one, dict) else one for one in node.get("roles", ())]
        yield from (one.removeprefix(COLLECTION) for one in named if one.startswith(COLLECTION))
        for one in node.values():
            yield from roles_in(one)


def test_roles_are_found_wherever_they_stand():
    plays = yaml.safe_load(
        """
        - roles: [civic.mailbox.a, {role: civic.mailbox.b}, other.c]
          tasks:
            - block:
                - ansible.builtin.include_role: {name: civic.mailbox.d}
        """
    )

    assert set(roles_in(plays)) == {"a", "b", "d"}


def test_each_role_is_run_by_a_scenario():
    roles = {path.parent.name for path in (ROOT / "roles").glob("*/tasks")}
    scenarios = sorted((ROOT / "molecule").glob("*/molecule.yml"))
    run = {path for scenario in scenarios for path in playbooks(scenario)}
    found = {role for path in run for role in roles_in(yaml.safe_load(path.read_text("utf-8")))}

    assert roles
    assert roles - found == set(), "no scenario runs these"
