# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the audit refuses before it reads any server: no server is needed to see that."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.ansible

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "inventory" / "lab" / "policy.yml"
FULL = """
mount -t tmpfs -o size=64k none "$0"
cat /dev/zero >"$0/fill" 2>/dev/null || true
status=0; "$@" || status=$?
rm "$0/fill"; cp -r "$0" "$0-left"
exit $status
"""


Refusal = Callable[..., str]


@pytest.fixture
def refusal(tmp_path: Path) -> Refusal:
    """Runs an audit of two hosts that must not come to read any; `before` is a command that runs it,
    `mail_host` what that host has besides."""

    def run(within: tuple[str, ...] = (), mail_host: Any = None, **given: Any) -> str:
        directory = {"mailbox_server_uri": "ldap://127.0.0.1:1", "mailbox_search_base": "dc=none"}
        hosts = {
            "all": {"vars": {"ansible_connection": "local"}},
            "directories": {"hosts": {"ldap1": directory}},
            "mail_servers": {"hosts": {"mail1": mail_host}},
        }
        (tmp_path / "hosts.json").write_text(json.dumps(hosts))
        extra = {
            "mailbox_policy_file": str(GOOD),
            "mailbox_reports_dir": str(tmp_path / "reports"),
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            **given,
        }
        done = subprocess.run(
            [
                *within,
                *("ansible-playbook", "-i", tmp_path / "hosts.json", "civic.mailbox.audit"),
                *("-e", json.dumps(extra)),
            ],
            cwd=ROOT,
            env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Read " not in done.stdout, done.stdout
        return " ".join((done.stdout + done.stderr).split())

    return run


def test_a_misspelt_variable_of_any_host_stops_all_of_them(refusal, tmp_path):
    refused = refusal(mail_host={"mailbox_logss": ["/var/log/mail.log"]})

    assert "Nothing was done: mailbox_logss (mail1) is no option" in refused
    assert "Could not match" not in refused, "of a group that this office does not have"
    assert not (tmp_path / "reports").exists()


def test_a_policy_that_is_not_there_leaves_no_run(refusal, tmp_path):
    refused = refusal(mailbox_policy_file=str(tmp_path / "policy.yml"))

    assert (
        f"mailbox_policy_file: cannot read the policy file {tmp_path}/policy.yml: No such"
        in refused
    )
    assert not (tmp_path / "reports").exists()


def test_a_policy_with_a_mistake_leaves_no_run(refusal, tmp_path):
    policy = tmp_path / "policy.yml"
    policy.write_text(GOOD.read_text("utf-8").replace("max_percent: 60", "max_percent: 600"))

    refused = refusal(mailbox_policy_file=str(policy))

    assert f"mailbox_policy_file: {policy}, line " in refused
    assert "enforcement.max_percent" in refused
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("run_id", ["", "mine"])
def test_a_full_disk_is_told_with_the_folder_and_leaves_no_run(refusal, tmp_path, run_id):
    disk = tmp_path / "disk"
    disk.mkdir()

    refused = refusal(
        ("unshare", "--mount", "sh", "-ec", FULL, str(disk)),
        mailbox_reports_dir=str(disk / "reports"),
        mailbox_run_id=run_id,
    )

    assert f"mailbox_reports_dir: nothing can be written to {disk}/reports/{run_id}" in refused
    assert "No space left on device" in refused
    assert "under way" not in refused
    assert list((tmp_path / "disk-left" / "reports").iterdir()) == []


@pytest.mark.parametrize("run_id", ["", "mine"])
def test_a_folder_that_cannot_be_made_is_told_with_the_reason(refusal, run_id):
    refused = refusal(mailbox_reports_dir="/proc/nope", mailbox_run_id=run_id)

    assert "mailbox_reports_dir: no" in refused
    assert "mkdir: cannot create directory ‘/proc/nope’: No such file or directory" in refused
