# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `make demo` runs, where its reports go, and what `make help` says of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DIRECTORIES = ("", "ad", "ds389", "freeipa", "zimbra")


def make(*arguments: str) -> list[str]:
    unset = ("MAKEFLAGS", "MAKELEVEL", "KEEP", "DIRECTORY", "MAILBOX_LANGUAGE", "CIVIC_LAB")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    command = ["make", "--no-print-directory", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_the_reports_of_the_lab_are_not_among_those_of_the_office(directory):
    inventory = ROOT / "inventory" / "-".join(filter(None, ("lab", directory)))
    stated = yaml.safe_load((inventory / "group_vars" / "all.yml").read_text("utf-8"))
    folder = "-".join(filter(None, ("reports-demo", directory)))

    shown = make("--dry-run", "demo", f"DIRECTORY={directory}")

    assert stated["mailbox_reports_dir"] == folder
    assert f"$(realpath {folder}/latest)/report.html" in shown[-1]
    assert not any("mailbox_reports_dir" in line for line in shown)


def test_no_other_inventory_of_the_lab_moves_the_reports():
    moved = [
        path.parts[-3]
        for path in (ROOT / "inventory").glob("lab*/*_vars/*.yml")
        if "mailbox_reports_dir" in path.read_text("utf-8")
    ]

    assert sorted(moved) == sorted("-".join(filter(None, ("lab", one))) for one in DIRECTORIES)


@pytest.mark.parametrize(("given", "expected"), [((), False), (("MAILBOX_LANGUAGE=en",), True)])
def test_the_demo_speaks_english_where_it_is_asked_to(given, expected):
    shown = "\n".join(make("--dry-run", "demo", *given))

    assert ("-e mailbox_language=en" in shown) is expected


def test_help_names_what_can_be_set():
    shown = make("help")

    for name in ("KEEP", "MAILBOX_LANGUAGE", "DIRECTORY", "LAB_PORT_BASE", "CIVIC_LAB", "PYTHON"):
        assert any(line.startswith(f"  {name}=") for line in shown), name
