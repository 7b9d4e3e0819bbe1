# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""browser_info on the files of a workstation, and what the audit's parts make of its snapshot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import (
    read_browser,
    read_records,
)
from ansible_collections.civic.mailbox.plugins.modules import browser_info

from . import workstation
from .module_run import Ran, run_module
from .workstation import CHROMIUM_FOLDER, FIREFOX_FILE, Workstation


@pytest.fixture
def machine(tmp_path) -> Workstation:
    """A workstation with Chromium and Firefox ESR."""
    machine = workstation.empty(tmp_path)
    for name in ("chromium", "firefox-esr"):
        machine.write(f"usr/bin/{name}", "", 0o755)
    return machine


def read(machine: Workstation, **options: Any) -> Ran:
    given = {"root": str(machine.root), "run_dir": str(machine.root.parent), "name": "pc1"}
    return run_module(browser_info.main, {**given, **options})


def off(ran: Ran) -> dict[str, bool]:
    return {one["title"].split(",")[0]: one["is_off"] for one in ran.result["browsers"]}


def lines(machine: Workstation) -> list[bytes]:
    path = Path(machine.root.parent, "snapshot", "browsers-pc1.jsonl")
    return path.read_bytes().splitlines(keepends=True)


def test_only_browsers_that_are_installed_are_told_of(machine):
    assert off(read(machine)) == {"Chromium": False, "Firefox": False}


def test_what_browser_policy_sets_is_seen(machine):
    machine.run(sites="all")
    assert off(read(machine)) == {"Chromium": True, "Firefox": True}

    machine.run(sites="official", official_sites=["mail.town.example"])
    ran = read(machine)
    assert off(ran) == {"Chromium": False, "Firefox": False}
    assert [one["sites_off"] for one in ran.result["browsers"]] == [
        ["mail.town.example"], ["https://mail.town.example"],
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "is_off"), [("aa.json", True), ("zzz.json", False)])
def test_the_file_that_wins_counts(machine, name, is_off):
    machine.run(sites="all")
    machine.write(f"{CHROMIUM_FOLDER}/{name}", '{"PasswordManagerEnabled": true}')

    assert off(read(machine))["Chromium"] is is_off


def test_firefox_has_it_from_its_own_folder_only_while_there_is_no_other_file(machine):
    own = "usr/lib/firefox-esr/distribution/policies.json"
    machine.write(own, '{"policies": {"PasswordManagerEnabled": false}}')
    assert off(read(machine))["Firefox"] is True

    machine.write(FIREFOX_FILE, '{"policies": {}}')
    assert off(read(machine))["Firefox"] is False


def test_the_snapshot_is_one_that_the_assessment_reads(machine):
    machine.run(sites="all")
    before = machine.files()
    read(machine)

    browsers = [read_browser(record) for record in read_records("pc1", lines(machine))]
    assert [(one.title.split(",")[0], one.is_off) for one in browsers] == [
        ("Chromium", True), ("Firefox", True),
    ]  # fmt: skip
    assert machine.files() == before


def test_a_file_that_is_not_understood_is_named_and_the_snapshot_says_so(machine):
    path = machine.write(FIREFOX_FILE, "{")

    ran = read(machine)

    assert ran.status == 1
    assert str(path) in ran.message
    end = json.loads(lines(machine)[-1])
    assert end["complete"] is False
    assert str(path) in end["message"]
