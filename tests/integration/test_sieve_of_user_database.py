# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sieve settings that a user database gives to single users: what is told of them is what leaves."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab import dovecot
from ansible_collections.civic.mailbox.lab.clients import reload_dovecot, rewrite
from ansible_collections.civic.mailbox.plugins.modules import mail_info

from .module_run import run_module
from .redirecting_lab import OUT, SENDERS, MailLab, recipients, redirecting_lab

# Case -> what the user database gives, {folder} of scripts that send to an address of their name, and
# the scripts that run.
OF_2_3 = {
    "nothing": ((), ()),
    "before": (("sieve_before={folder}/a.sieve", "sieve_before2={folder}/b.sieve"), ("a", "b")),
    "in-plugin": (("plugin/sieve_after={folder}/a.sieve",), ("a",)),
    "storage": (("sieve=file:{folder};active={folder}/link",), ("active",)),
    "other-release": (
        ("sieve_script+=x", "sieve_script/x/type=before", "sieve_script/x/path={folder}/a.sieve"),
        (),
    ),
}
BEFORE = ("sieve_script/x/type=before", "sieve_script/x/path={folder}/a.sieve")
AFTER = ("sieve_script/y/type=after", "sieve_script/y/path={folder}/b.sieve")
OF_2_4 = {
    "nothing": ((), ()),
    "one-more": (("sieve_script+=x", *BEFORE), ("a",)),
    "two-more": ((*BEFORE, *AFTER, "sieve_script+=x,y"), ("a", "b")),
    "instead": (("sieve_script=x", *BEFORE, "sieve_script/all/path={folder}/b.sieve"), ("a",)),
    "other-file": (("sieve_script/all/path={folder}/b.sieve",), ("b",)),
    "in-no-list": (BEFORE, ()),
    "storage": (
        ("sieve_script/personal/path={folder}", "sieve_script/personal/active_path={folder}/link"),
        ("active",),
    ),
    "other-release": (
        ("sieve_before={folder}/a.sieve", "plugin/sieve_before={folder}/a.sieve"),
        (),
    ),
}
IS_2_4 = not dovecot._version().startswith("2.3")
CASES = OF_2_4 if IS_2_4 else OF_2_3
FILE_2_3 = (
    "userdb {{\n  driver = passwd-file\n  args = {file}\n  result_success = continue-ok\n}}\n"
)
FILE_2_4 = (
    "userdb passwd-file {{\n  passwd_file_path = {file}\n  result_success = continue-ok\n}}\n"
)
# One that is not there: Dovecot passes over it, unless a user has another file in its place.
ALL_2_4 = "sieve_script all {{\n  type = before\n  path = {folder}/all.sieve\n}}\n"


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailLab]:
    with redirecting_lab(tmp_path_factory.mktemp("lab") / "lab", CASES) as lab:
        folder = lab.folder / "scripts"
        _write_scripts(folder)
        file = lab.folder / "dovecot/own"
        given = {name: settings for name, (settings, _) in CASES.items()}
        file.write_text(
            "".join(_line(lab.users[name], given[name], folder) for name in CASES if given[name])
        )
        config = Path(lab.info["dovecot"]["config"])
        first = (FILE_2_4 if IS_2_4 else FILE_2_3).format(file=file)
        more = ALL_2_4.format(folder=folder) if IS_2_4 else ""
        rewrite(config, config.read_text().replace("userdb ", f"{first}userdb ", 1) + more)
        reload_dovecot(lab.info)
        yield lab


def _write_scripts(folder: Path) -> None:
    folder.mkdir()
    for name in ("a", "b", "active"):
        (folder / f"{name}.sieve").write_text(f'require "copy"; redirect :copy "{name}@{OUT}";\n')
    (folder / "link").symlink_to("active.sieve")
    for path in (folder, *folder.iterdir()):
        os.chown(path, dovecot.UID, dovecot.UID, follow_symlinks=False)


def _line(user: str, settings: tuple[str, ...], folder: Path) -> str:
    fields = (f"userdb_{setting.format(folder=folder)}" for setting in settings)
    return f"{user}::::::: {' '.join(fields)}\n"


@pytest.fixture(scope="module")
def told(mail: MailLab, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Case -> outside addresses that are told to be in force."""
    run_dir = tmp_path_factory.mktemp("run")
    servers = ("dovecot", "postfix")
    options = {f"{server}_config": mail.info[server]["config"] for server in servers}
    ran = run_module(mail_info.main, {"run_dir": str(run_dir), "name": "mail1", **options})
    assert ran.status == 0, ran.output
    lines = (run_dir / "snapshot/mail-mail1.jsonl").read_text().splitlines()
    forwards = [r for r in map(json.loads, lines) if r["record"] == "forward" and r["active"]]
    return {
        name: {r["address"] for r in forwards if r["mail"] == user and OUT in r["address"]}
        for name, user in mail.users.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_what_the_user_database_has_a_script_send_is_told_and_leaves(mail, told, name):
    expected = {f"{script}@{OUT}" for script in CASES[name][1]}

    assert recipients(mail.round(name, SENDERS["outside"], [name]).left) == expected
    assert told[name] == expected
