# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""browser_policy on the files of a workstation: beside others' files and keys, and back to the byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from . import workstation
from .module_run import die_at
from .workstation import (
    CHROMIUM_FILE,
    CHROMIUM_FOLDER,
    FIREFOX_FILE,
    STATE_FILE,
    Workstation,
)

SHARED = '{\r\n\t"policies": {\r\n\t\t"PasswordManagerEnabled": true,\r\n\t\t"Proxy": {"Mode": "none"}\r\n\t}\r\n}'


@pytest.fixture
def machine(tmp_path) -> Workstation:
    return workstation.empty(tmp_path)


def filled(machine: Workstation) -> None:
    machine.write(FIREFOX_FILE, SHARED)
    machine.write(f"{CHROMIUM_FOLDER}/office.json", '{"SyncTypesListDisabled": ["bookmarks"]}')


def test_check_mode_writes_nothing_and_tells_what_the_real_run_does(machine):
    filled(machine)
    before = machine.files()

    shown = machine.run(check=True, diff=True, sites="all").result
    assert machine.files() == before
    assert not (machine.root / "var").exists()

    done = machine.run(diff=True, sites="all").result
    assert {name: done[name] for name in shown if name != "invocation"} == {
        name: shown[name] for name in shown if name != "invocation"
    }
    assert done["changed"]
    assert len(done["files"]) == 4


def test_a_second_run_changes_nothing(machine):
    filled(machine)
    machine.run(sites="all")
    after = machine.files()

    assert machine.run(sites="all").result["changed"] is False
    assert machine.files() == after


def test_all_comes_back_to_the_byte(machine):
    filled(machine)
    before = machine.files()
    machine.run(sites="all")
    machine.run(sites="official", official_sites=["mail.town.example"])
    assert machine.files() != before

    assert machine.run(state="absent").result["changed"] is True
    assert machine.files() == before
    assert not (machine.root / STATE_FILE).exists()
    assert machine.run(state="absent").result["changed"] is False


def test_folders_that_were_made_stay_where_others_use_them(machine):
    machine.run(sites="all")
    theirs = machine.write(f"{CHROMIUM_FOLDER}/theirs.json", "{}")

    machine.run(state="absent")

    assert theirs.exists()
    assert not (machine.root / "etc" / "opt").exists()


def test_the_diff_shows_no_policy_of_others(machine):
    secret = '{"policies": {"Proxy": {"HTTPProxy": "user:geheim@proxy"}}}'
    machine.write(FIREFOX_FILE, secret)

    run = machine.run(diff=True, sites="all", browsers=["firefox"])

    (diff,) = run.result["diff"]
    assert diff["before"] == {}
    assert diff["after"] == {"PasswordManagerEnabled": False, "OfferToSaveLogins": False}
    assert "geheim" not in run.output
    assert (machine.root / STATE_FILE).stat().st_mode & 0o777 == 0o600


def test_a_list_of_another_file_is_kept_in_ours_for_ours_would_hide_it(machine):
    filled(machine)
    machine.run(sites="all")

    assert machine.policies(CHROMIUM_FILE)["SyncTypesListDisabled"] == ["bookmarks", "passwords"]


def test_new_files_are_for_root_to_write_and_everybody_to_read(machine):
    old = os.umask(0o077)
    try:
        machine.run(sites="all")
    finally:
        os.umask(old)

    for path in (machine.root / CHROMIUM_FILE, machine.root / FIREFOX_FILE):
        assert (path.stat().st_uid, path.stat().st_mode & 0o777) == (0, 0o644)
        assert path.parent.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        pytest.param(FIREFOX_FILE, '{"policies": {', "not JSON", id="cut off"),
        pytest.param(FIREFOX_FILE, '{"policies": []}', "policies is not an object", id="a list"),
        pytest.param(f"{CHROMIUM_FOLDER}/a.json", '{"a": 1,}', "not JSON", id="another's"),
        pytest.param(f"{CHROMIUM_FOLDER}/README", "Words", "not JSON", id="not called so"),
    ],
)
def test_a_file_that_is_not_understood_is_named_and_nothing_is_written(machine, name, text, told):
    machine.write(name, text)
    before = machine.files()

    run = machine.run(sites="all")

    assert run.status == 1
    assert str(machine.root / name) in run.message
    assert told in run.message
    assert "Nothing was written: put it right" in run.message
    assert machine.files() == before


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        pytest.param(FIREFOX_FILE, 0o664, id="file"),
        pytest.param(CHROMIUM_FOLDER, 0o777, id="folder"),
        pytest.param("etc/opt", 0o775, id="folder above"),
    ],
)
def test_what_others_can_change_is_told_and_nothing_is_written(machine, name, mode):
    machine.write(FIREFOX_FILE, "{}")
    (machine.root / CHROMIUM_FOLDER).mkdir(parents=True)
    (machine.root / "etc" / "opt").mkdir()
    (machine.root / name).chmod(mode)
    before = machine.files()

    run = machine.run(sites="all")

    assert run.status == 1
    assert f"chmod go-w {machine.root / name}" in run.message
    assert machine.files() == before


def test_what_a_new_file_would_hide_is_taken_into_it(machine):
    machine.write("usr/lib/firefox-esr/distribution/policies.json", '{"policies": {"A": 1}}')

    done = machine.run(sites="all", browsers=["firefox"]).result

    assert machine.policies(FIREFOX_FILE)["policies"]["A"] == 1
    assert "hides" in done["problems"][0]
    machine.run(state="absent")
    assert not (machine.root / FIREFOX_FILE).exists()


def test_two_that_differ_are_left_to_a_person(machine):
    for number, name in enumerate(("firefox-esr", "firefox")):
        text = json.dumps({"policies": {"A": number}})
        machine.write(f"usr/lib/{name}/distribution/policies.json", text)

    run = machine.run(sites="all", browsers=["firefox"])

    assert run.status == 1
    assert "differ" in run.message
    assert machine.files() == {}


def test_without_the_record_of_what_was_before_nothing_is_guessed(machine):
    machine.run(sites="all")
    machine.write(STATE_FILE, "{}", 0o600)
    before = machine.files()

    run = machine.run(state="absent")

    assert run.status == 1
    assert str(machine.root / STATE_FILE) in run.message
    assert machine.files() == before


def test_a_policy_that_somebody_changed_since_is_left_and_told(machine):
    machine.run(sites="all", browsers=["firefox"])
    changed = (machine.root / FIREFOX_FILE).read_text().replace('d": false', 'd": true')
    machine.write(FIREFOX_FILE, changed)

    done = machine.run(state="absent").result

    assert machine.policies(FIREFOX_FILE) == {"policies": {"PasswordManagerEnabled": True}}
    assert done["problems"] == [
        f"{machine.root / FIREFOX_FILE}: PasswordManagerEnabled was changed since, and stays"
    ]


@pytest.mark.parametrize("step", range(1, 13))
def test_a_run_that_is_killed_can_be_done_again_and_undone(machine, step):
    filled(machine)
    before = machine.files()
    workstation.run_module(
        workstation.browser_policy.main,
        {"root": str(machine.root), "sites": "all"},
        prepare=die_at(step, on_files=True),
    )

    machine.run(sites="all")
    assert machine.policies(FIREFOX_FILE)["policies"]["PasswordManagerEnabled"] is False
    machine.run(state="absent")
    assert machine.files() == before


@pytest.mark.ansible
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "sites, policy_file"),
        ({"sites": "official"}, "official_sites"),
        ({"sites": "official", "official_sites": ["a b"]}, "'a b' is no site"),
    ],
)
def test_options_that_say_too_little_are_told(machine, options, told):
    run = machine.run(**options)

    assert run.status == 1
    assert told in run.message


def play(machine: Workstation, folder: Path, *arguments: str, **hosts: Any) -> str:
    """Run the playbook where /etc is the machine's; what it printed."""
    inventory = {"workstations": {"hosts": hosts}}
    (folder / "hosts.json").write_text(json.dumps(inventory))
    (folder / "policy.yml").write_text(
        "forwarding: {internal_domains: [town.example]}\n"
        "browser_passwords: {sites: official, official_sites: [mail.town.example]}\n"
    )
    command = Path(sys.executable).with_name("ansible-playbook")
    # Its record of what was before would be the machine's own: that folder is hidden, too.
    hide = 'mount -t tmpfs none /var/lib && exec "$@"'
    done = subprocess.run(
        [
            *machine.on_it, "sh", "-c", hide, "sh", command, "-i", folder / "hosts.json",
            "civic.mailbox.browser_policy", "-e", f"mailbox_policy_file={folder}/policy.yml",
            *arguments,
        ],
        capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    return done.stdout + done.stderr


LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


@pytest.mark.ansible
def test_the_role_follows_the_policy_file_and_the_rest_of_etc_stays(tmp_path):
    machine = workstation.like_this_machine(tmp_path)
    before = machine.files()

    shown = play(machine, tmp_path, "--check", "--diff", pc1=LOCAL)
    assert "changed=1" in shown
    assert machine.files() == before

    assert "failed=0" in play(machine, tmp_path, pc1=LOCAL)
    assert machine.policies(FIREFOX_FILE) == {
        "policies": {"PasswordManagerExceptions": ["https://mail.town.example"]}
    }
    assert machine.policies(CHROMIUM_FILE) == {"PasswordManagerBlocklist": ["mail.town.example"]}
    assert {name: text for name, text in machine.files().items() if name in before} == before


@pytest.mark.ansible
def test_a_windows_workstation_without_the_collection_is_told_of_and_others_go_on(tmp_path):
    machine = workstation.like_this_machine(tmp_path)

    said = play(machine, tmp_path, pc1=LOCAL, pc2={"ansible_connection": "winrm"})

    assert "ansible-galaxy collection install ansible.windows" in said
    assert (machine.root / FIREFOX_FILE).exists()
