# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An office that has no directory or no mail host of its own is not warned of a group it lacks."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.ansible

ROOT = Path(__file__).parents[2]
PLAYBOOKS = ("enforce", "rollback", "reopen", "warn", "deliver", "notices", "forwarding_notice")


@pytest.mark.parametrize("group", ["directories", "mail_servers"])
def test_of_a_group_that_an_office_does_not_have_it_is_not_warned(tmp_path, group):
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({group: {"hosts": {"host1": {}}}}))

    done = subprocess.run(
        [
            *("ansible-playbook", "-i", inventory, "--list-hosts"),
            *(f"civic.mailbox.{name}" for name in PLAYBOOKS),
        ],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("hosts (1):\n      host1") == len(PLAYBOOKS), done.stdout
    assert "WARNING" not in done.stderr
