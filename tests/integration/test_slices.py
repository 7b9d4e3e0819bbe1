# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Four slices by ansible-runner, each with its part of the hosts as AWX deals them, against one run.

Nothing is shared between the slices: what they read comes back in the artifacts of each.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.modules import (
    accounts_info,
    accounts_merge,
    assess,
)

from .module_run import Ran, run_module

ROOT = Path(__file__).parents[2]
SLICES = 4
RUN, NAME = "sliced", "lab-directory"
MISSING = 2  # the slice that the last test leaves out
REPORTS = "{{ lookup('ansible.builtin.env', 'AWX_ISOLATED_DATA_DIR') }}/reports"


def environment(lab: Info) -> dict[str, str]:
    """As a credential of AWX sets it: nobody else is told the password."""
    password = lab["openldap"]["accounts"]["hash-auditor"]["password"]
    return {**os.environ, "MAILBOX_BIND_PW": password, "CIVIC_LAB": lab["directory"]}


def as_read(lab: Info) -> dict[str, Any]:
    """How the lab's directory is read: options of modules and of the plugin."""
    return {
        "server_uri": lab["openldap"]["ldap"],
        "start_tls": True,
        "ca_path": lab["tls"]["ca"],
        "bind_dn": lab["openldap"]["accounts"]["hash-auditor"]["dn"],
        "search_base": lab["openldap"]["suffix"],
    }


def read_with(lab: Info) -> dict[str, Any]:
    return {
        "default_password_policy": lab["openldap"]["default_password_policy"],
        "password_candidates": [lab["default_password"]],
    }


@pytest.fixture(scope="module")
def inventory(lab: Info, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The units, as ansible-inventory gives them to AWX."""
    file = tmp_path_factory.mktemp("inventory") / "lab.units.yml"
    settings = {"plugin": "civic.mailbox.units", "directory": NAME, **as_read(lab)}
    file.write_text(yaml.safe_dump(settings))
    shown = subprocess.run(
        ["ansible-inventory", "-i", file, "--list", "--export"],
        cwd=ROOT, env=environment(lab), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return json.loads(shown)


def dealt(inventory: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What AWX gives a slice: every fourth host by name, groups with these hosts only."""
    variables = inventory["_meta"]["hostvars"]
    hosts = sorted(variables)[number::SLICES]
    (group,) = inventory["units"]["children"]
    return {
        "_meta": {"hostvars": {host: variables[host] for host in hosts}},
        "all": {"children": ["units", group]},
        "units": {"children": [group]},
        group: {"hosts": hosts},
    }


def private_data_dir(folder: Path, lab: Info, hosts: Mapping[str, Any]) -> Path:
    """What ansible-runner transmits: project, inventory, variables; no secret."""
    for name in ("project", "inventory", "env"):
        (folder / name).mkdir(parents=True)
    (folder / "project/gather.yml").write_text("- import_playbook: civic.mailbox.gather\n")
    script = folder / "inventory/hosts"
    script.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(hosts)!r})\n")
    script.chmod(0o700)
    extra = {f"mailbox_{name}": value for name, value in read_with(lab).items()}
    extra |= {"mailbox_run_id": RUN, "mailbox_reports_dir": REPORTS}
    (folder / "env/extravars").write_text(json.dumps(extra))
    return folder


@pytest.fixture(scope="module")
def slices(
    lab: Info, inventory: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """The parts that each slice read, as they came back."""
    folder = tmp_path_factory.mktemp("runner")
    (folder / "tmp").mkdir()
    running = []
    for number in range(SLICES):
        data = private_data_dir(folder / f"slice-{number}", lab, dealt(inventory, number))
        pipe = (
            f"ansible-runner transmit {data} -p gather.yml"
            f" | ansible-runner worker --private-data-dir {folder}/worker-{number}"
            f" | ansible-runner process {data}"
        )
        running.append(
            subprocess.Popen(
                ["bash", "-o", "pipefail", "-c", pipe], cwd=folder, env=environment(lab),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
        )  # fmt: skip
    for number, process in enumerate(running):
        output, _ = process.communicate()
        assert process.returncode == 0, output
        shutil.rmtree(folder / f"worker-{number}")  # of a worker's disk nothing is there afterwards
    return [folder / f"slice-{number}/artifacts/reports/{RUN}/parts" for number in range(SLICES)]


def brought_together(slices: list[Path], run_dir: Path) -> Path:
    for parts in slices:
        shutil.copytree(parts, run_dir / "parts", dirs_exist_ok=True)
    return run_dir


def assessed(run_dir: Path) -> list[dict[str, Any]]:
    """The findings of a run on what was gathered there."""
    ran = run_module(
        assess.main,
        {
            "run_dir": str(run_dir),
            "policy_file": str(ROOT / "inventory/lab/policy.yml"),
            "sources": [{"name": NAME, "kind": "accounts"}],
            "now": "2030-01-08T08:00:00+07:00",
        },
    )
    assert ran.status == 0, ran.output
    lines = (run_dir / "findings.jsonl").read_text("utf-8").splitlines()
    return sorted(map(json.loads, lines), key=json.dumps)


def merged(run_dir: Path) -> Ran:
    return run_module(accounts_merge.main, {"run_dir": str(run_dir), "name": NAME})


@pytest.fixture(scope="module")
def whole(lab: Info, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that read the directory in one go."""
    run_dir = tmp_path_factory.mktemp("whole") / "whole"
    password = lab["openldap"]["accounts"]["hash-auditor"]["password"]
    options = {**as_read(lab), **read_with(lab), "bind_pw": password}
    ran = run_module(accounts_info.main, {**options, "name": NAME, "run_dir": str(run_dir)})
    assert ran.status == 0, ran.output
    return run_dir


def test_each_slice_read_its_share_alone(slices, inventory):
    headers = [
        [json.loads(path.read_text("utf-8").partition("\n")[0]) for path in parts.glob("*.jsonl")]
        for parts in slices
    ]
    hosts = [sorted(part["name"] for one in found for part in one["parts"]) for found in headers]

    assert hosts == [
        sorted(dealt(inventory, number)["_meta"]["hostvars"]) for number in range(SLICES)
    ]


def test_four_slices_find_what_one_run_finds(slices, whole, tmp_path):
    run_dir = brought_together(slices, tmp_path / RUN)
    ran = merged(run_dir)

    assert ran.status == 0, ran.output
    findings = assessed(run_dir)
    assert findings == assessed(whole)
    assert {line["status"] for line in findings} >= {"pass", "fail", "manual"}


def test_a_slice_that_is_missing_is_told_and_passes_for_nothing(slices, whole, inventory, tmp_path):
    reports = tmp_path / "reports"
    assessed(whole)
    shutil.copytree(whole, reports / "before")
    (reports / "latest").symlink_to("before")
    brought_together([one for n, one in enumerate(slices) if n != MISSING], reports / RUN)

    audit(tmp_path, reports)

    left_out = dealt(inventory, MISSING)["_meta"]["hostvars"].values()
    units = {_plain(host["unit_name"]) for host in left_out}
    told = f"{len(units)} of {len(inventory['_meta']['hostvars'])} parts of the directory were not"
    report = (reports / RUN / "report.html").read_text("utf-8")
    assert told in report
    for unit in units:
        assert f"ou={unit.partition(',')[0]}" in report
    assert json.loads((reports / RUN / "summary.json").read_text("utf-8"))["complete"] is False
    of_missing = [line for line in lines(reports / RUN / "findings.jsonl") if line["unit"] in units]
    assert {line["status"] for line in of_missing} <= {"unknown"}
    gone = [line for line in lines(reports / RUN / "gone.jsonl") if line["unit"] in units]
    assert {line["change"] for line in gone} == {"not_assessed"}


def audit(folder: Path, reports: Path) -> None:
    """The audit of the run whose parts are there; it needs to reach no server for that."""
    (folder / "hosts.yml").write_text(yaml.safe_dump({"directories": {"hosts": {NAME: None}}}))
    options = {
        "mailbox_reports_dir": str(reports),
        "mailbox_run_id": RUN,
        "mailbox_from_parts": True,
        "mailbox_policy_file": str(ROOT / "inventory/lab/policy.yml"),
        "mailbox_language": "en",
    }
    done = subprocess.run(
        [
            "ansible-playbook", "-i", folder / "hosts.yml", "civic.mailbox.audit",
            "-e", json.dumps(options),
        ],
        cwd=ROOT, env={**os.environ, "ANSIBLE_NOCOLOR": "1"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _plain(value: Any) -> str:
    return value["__ansible_unsafe"] if isinstance(value, dict) else value


def test_no_slice_brings_a_password(slices, lab):
    secrets = [
        *(account["password"] for account in lab["openldap"]["accounts"].values()),
        lab["default_password"],
    ]
    for parts in slices:
        for path in parts.rglob("*.jsonl"):
            assert [one for one in secrets if one in path.read_text("utf-8")] == []
