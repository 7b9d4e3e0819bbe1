# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The examples for AWX keep AWX's rules, and speak of options and variables that there are.

The rules are those by which AWX checks a survey and a credential type when they are posted.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, StrictUndefined
from jsonschema import Draft7Validator

from ansible_collections.civic.mailbox.plugins.module_utils._module.directory_options import (
    DIRECTORY_ARGUMENTS,
)

ROOT = Path(__file__).parents[2]
SURVEY = json.loads((ROOT / "docs/awx/survey.json").read_text("utf-8"))
CREDENTIAL = yaml.safe_load((ROOT / "docs/awx/credential-type.yml").read_text("utf-8"))
AUDIT = yaml.safe_load((ROOT / "roles/audit/meta/argument_specs.yml").read_text("utf-8"))
OPTIONS = AUDIT["argument_specs"]["main"]["options"]

TEXT = {"type": "string"}
TYPES = ("text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float")
CHOOSING = {"properties": {"type": {"enum": ["multiplechoice", "multiselect"]}}}
SURVEY_SCHEMA = {
    "type": "object",
    "required": ["name", "description", "spec"],
    "properties": {
        "name": TEXT,
        "description": TEXT,
        "spec": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "question_name", "variable", "required"],
                "properties": {
                    "type": {"enum": list(TYPES)},
                    "question_name": TEXT,
                    "variable": TEXT,
                    "required": {"type": "boolean"},
                    "default": TEXT,
                    "min": {"type": ["integer", "null"]},
                    "max": {"type": ["integer", "null"]},
                    "choices": {"type": "array", "items": TEXT},
                },
                "if": CHOOSING,
                "then": {"required": ["choices"]},
            },
        },
    },
}
CREDENTIAL_SCHEMA = {
    "type": "object",
    "required": ["inputs", "injectors"],
    "additionalProperties": False,
    "properties": {
        "inputs": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "required": {"type": "array", "items": TEXT},
                "fields": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["id", "label"],
                        "properties": {
                            "id": {"type": "string", "pattern": "^[a-zA-Z_]+[a-zA-Z0-9_]*$"},
                            "type": {"enum": ["string", "boolean"]},
                            "label": TEXT,
                            "help_text": TEXT,
                            "secret": {"type": "boolean"},
                        },
                    },
                },
            },
        },
        "injectors": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "env": {
                    "type": "object",
                    "additionalProperties": False,
                    # AWX refuses the names by which Ansible itself is set.
                    "patternProperties": {"^(?!ANSIBLE_)[a-zA-Z_]+[a-zA-Z0-9_]*$": TEXT},
                },
            },
        },
    },
}


def faults(schema: dict, example: object) -> list[str]:
    return [error.message for error in Draft7Validator(schema).iter_errors(example)]


def test_the_survey_is_one_that_awx_takes():
    assert faults(SURVEY_SCHEMA, SURVEY) == []
    variables = [question["variable"] for question in SURVEY["spec"]]
    assert len(set(variables)) == len(variables)


@pytest.mark.parametrize("question", SURVEY["spec"], ids=lambda question: question["variable"])
def test_a_question_is_an_option_of_the_audit_with_its_choices_and_default(question):
    option = OPTIONS[question["variable"]]
    given, default = question["default"].splitlines(), option["default"]

    assert question.get("choices") == option.get("choices")
    assert (given if question["type"] == "multiselect" else "".join(given)) == default
    assert not option.get("no_log")


def test_the_credential_type_is_one_that_awx_takes():
    assert faults(CREDENTIAL_SCHEMA, CREDENTIAL) == []
    fields = {field["id"]: "x" for field in CREDENTIAL["inputs"]["fields"]}
    assert {*CREDENTIAL["inputs"]["required"]} <= fields.keys()
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    for template in CREDENTIAL["injectors"]["env"].values():
        assert environment.from_string(template).render(fields) == "x"


def test_the_credential_gives_what_modules_and_inventory_look_for():
    env = CREDENTIAL["injectors"]["env"]
    plugin = (ROOT / "plugins/inventory/units.py").read_text("utf-8")
    documentation = yaml.safe_load(re.search(r'DOCUMENTATION = r"""(.*?)"""', plugin, re.S)[1])

    for name in ("bind_dn", "bind_pw"):
        (variable,) = DIRECTORY_ARGUMENTS[name]["fallback"][1]
        assert env[variable] == f"{{{{ {name} }}}}"
        assert documentation["options"][name]["env"] == [{"name": variable}]


def test_a_password_is_kept_secret():
    assert [field["id"] for field in CREDENTIAL["inputs"]["fields"] if field.get("secret")] == [
        "bind_pw"
    ]
