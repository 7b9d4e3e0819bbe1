# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A role's argument specification validates only; its defaults apply from defaults/main.yml."""

from __future__ import annotations

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


def described() -> dict[str, dict[str, dict]]:
    """Every option of every role: name -> role -> what is said of it."""
    found: dict[str, dict[str, dict]] = {}
    for role in ROLES:
        specs = read(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
        for name, spec in specs.items():
            found.setdefault(name, {})[role.name] = spec
    return found


def test_what_roles_describe_alike_is_one_variable():
    names: dict[str, set[str]] = {}
    for name, specs in described().items():
        for spec in specs.values():
            names.setdefault(str(spec["description"]), set()).add(name)

    assert [found for found in names.values() if len(found) > 1] == []


def test_a_variable_of_several_roles_takes_the_same_values_in_each():
    shared = {name: specs for name, specs in described().items() if len(specs) > 1}

    assert {"mailbox_smtp_host", "mailbox_letter_language"} <= set(shared)
    for name, specs in shared.items():
        kinds = {(spec["type"], str(spec.get("choices"))) for spec in specs.values()}
        assert len(kinds) == 1, name


def test_the_audit_fails_on_the_words_that_the_comparison_does():
    assert read(ROLES[0].parent / "audit" / "vars" / "main.yml")["audit_fail_words"] == {
        name: list(words) for name, words in FAIL_ON.items() if name != "none"
    }


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_a_role_first_refuses_options_that_there_are_not(role):
    first = read(role / "tasks" / "main.yml")[0]["ansible.builtin.assert"]

    assert first["that"] == "lookup('civic.mailbox.unknown_options', role_path) == ''"
    assert first["fail_msg"] == "{{ lookup('civic.mailbox.unknown_options', role_path) }}"
