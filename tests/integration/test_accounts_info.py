# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""accounts_info as Ansible runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.population import DEFAULT_PASSWORD, Person

from .reading import people_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def people(lab: Info) -> dict[str, Person]:
    return people_of(lab)


@dataclass(frozen=True)
class Task:
    """One run of the module by Ansible."""

    status: int
    output: str

    @property
    def result(self) -> dict[str, Any]:
        return json.loads(self.output[self.output.index("{") : self.output.rindex("}") + 1])


def run_task(options: dict[str, Any], *arguments: str) -> Task:
    done = subprocess.run(
        [
            *(
                "ansible",
                "localhost",
                "-m",
                "civic.mailbox.accounts_info",
                "-a",
                json.dumps(options),
            ),
            *("-e", f"ansible_python_interpreter={sys.executable}", *arguments),
        ],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Task(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def options(lab: Info, tmp_path: Path) -> dict[str, Any]:
    directory = lab["openldap"]
    login = directory["accounts"]["hash-auditor"]
    return {
        "server_uri": directory["ldaps"],
        "bind_dn": login["dn"],
        "bind_pw": login["password"],
        "ca_path": lab["tls"]["ca"],
        "search_base": directory["search_base"],
        "default_password_policy": directory["default_password_policy"],
        "run_dir": str(tmp_path / "run"),
        "name": "town",
    }


@pytest.mark.ansible
@pytest.mark.parametrize("mode", [(), ("--check", "--diff")], ids=["run", "check mode"])
def test_the_module_writes_the_snapshot_and_tells_of_it(options, people, mode):
    options["password_candidates"] = [DEFAULT_PASSWORD]

    task = run_task(options, *mode)

    assert task.status == 0, task.output
    result = task.result
    path = Path(result["path"])
    assert path == Path(options["run_dir"], "snapshot", "accounts-town.jsonl")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in Path(options["run_dir"]).rglob("*") if p.is_file()] == [path.name]
    assert (result["changed"], result["total"], result["truncated"]) == (False, len(people), True)
    assert len(result["accounts"]) == 10
    assert {"login", "mail", "unit"} <= result["accounts"][0].keys()
    assert result["dialect"] == "openldap"
    assert result["counts"]["password_match"] > 0
    for text in (task.output, path.read_text("utf-8")):
        assert DEFAULT_PASSWORD not in text
        assert options["bind_pw"] not in text
        assert "{SSHA}" not in text
    header, *_, end = path.read_text("utf-8").splitlines()
    assert (json.loads(header)["name"], json.loads(end)["complete"]) == ("town", True)


@pytest.mark.ansible
def test_the_module_fails_with_one_message_and_leaves_a_snapshot_that_says_so(options):
    options["bind_pw"] = "not-this-one"

    task = run_task(options)

    assert task.status != 0
    assert "invalidCredentials (49)" in task.output
    assert "Traceback" not in task.output
    assert "not-this-one" not in task.output
    path = Path(options["run_dir"], "snapshot", "accounts-town.jsonl")
    assert f"{path} is marked as not complete" in task.output
    assert json.loads(path.read_text("utf-8").splitlines()[-1])["complete"] is False


BAD_OPTIONS = [
    ("a name with a slash",     {"name": "../town"},                    "name"),
    ("a query without text",    {"unit_from": "jmespath"},              "unit_query"),
    ("pages of less than none", {"page_size": -1},                      "page_size"),
    ("a query that is none",    {"unit_from": "jmespath", "unit_query": "ou["}, "no JMESPath"),
    ("options that contradict", {"sasl_class": "external"},             "sasl_class"),
    ("a URI that is none",      {"server_uri": "town.example"},         "server_uri"),
]  # fmt: skip


@pytest.mark.ansible
@pytest.mark.parametrize(
    ("wrong", "said"), [pytest.param(*case, id=name) for name, *case in BAD_OPTIONS]
)
def test_the_module_refuses_options_before_it_connects(options, wrong, said):
    task = run_task(options | wrong)

    assert task.status != 0
    assert said in task.output
    assert "Traceback" not in task.output
    assert not Path(options["run_dir"]).exists()
