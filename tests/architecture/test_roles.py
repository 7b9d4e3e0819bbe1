# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A role's argument specification validates only; its defaults apply from defaults/main.yml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import FAIL_ON

ROLES = sorted(path.parent for path in (Path(__file__).parents[2] / "roles").glob("*/tasks"))


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text("utf-8"))


def test_there_are_roles():
    assert ROLES


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_the_documented_defaults_are_those_that_apply(role):
    options = read(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {name: spec["default"] for name, spec in options.items() if "default" in spec}

    assert documented == read(role / "defaults" / "main.yml")


def test_the_audit_fails_on_the_words_that_the_comparison_does():
    assert read(ROLES[0].parent / "audit" / "vars" / "main.yml")["audit_fail_words"] == {
        name: list(words) for name, words in FAIL_ON.items() if name != "none"
    }


@pytest.mark.parametrize("role", ["enforce", "reopen", "rollback"])
def test_what_a_role_leaves_behind_is_no_unknown_option_when_it_runs_again(role):
    folder = ROLES[0].parent / role
    tasks = [task for file in (folder / "tasks").glob("*.yml") for task in _tasks(read(file))]
    own = next(task["vars"] for task in tasks if f"{role}_unknown" in task.get("vars", {}))
    known = {*own.get(f"{role}_of_tasks", ()), *own.get(f"{role}_own", ())}
    left = {task["register"] for task in tasks if "register" in task}
    left |= {name for task in tasks for name in task.get("ansible.builtin.set_fact", ())}

    assert left
    assert left <= known


def _tasks(written: list[dict]) -> Iterator[dict]:
    for task in written:
        yield task
        for part in ("block", "rescue", "always"):
            yield from _tasks(task.get(part, []))
