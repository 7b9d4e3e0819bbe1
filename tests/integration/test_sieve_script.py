# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""sieve_script on a real Dovecot, by ManageSieve and by doveadm alike; each is read by doveadm."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.modules import sieve_script

from .module_run import Ran, run_module

pytestmark = pytest.mark.ansible

KEEP = 'require "fileinto";\r\nfileinto "Đơn thư";\r\n'
OLD = 'redirect "desk@quangninh.gov.vn"; # "quoted" \\ and {5}\n'
WAYS = ("managesieve", "doveadm")


@dataclass
class Scripts:
    """A user's scripts, changed by the module, and seen by doveadm."""

    info: Info
    person: population.Person
    way: str
    run_dir: Path

    def run(self, *, check: bool = False, **options: Any) -> Ran:
        account = self.person.subject
        reached = {"dovecot_config": self.info["dovecot"]["config"]}
        if self.way == "managesieve":
            reached = {
                "host": self.info["host"],
                "port": self.info["ports"]["sieve"],
                "password": self.person.password,
                "ca_path": self.info["tls"]["ca"],
            }
        given = {"account": account, "name": "office", **reached, **options}
        return run_module(
            sieve_script.main, {**given, "_ansible_check_mode": check, "_ansible_diff": True}
        )

    def journalled(self, **options: Any) -> Ran:
        return self.run(run_dir=str(self.run_dir), **options)

    def doveadm(self, *words: str, given: str = "") -> str:
        command = ["doveadm", "-c", self.info["dovecot"]["config"], "-f", "json", "sieve"]
        user = ["-u", self.person.subject]
        done = subprocess.run(
            [*command, words[0], *user, *words[1:]],
            input=given, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def stored(self) -> dict[str, tuple[str, bool]]:
        """Name -> text, and whether it is active."""
        return {
            row["script"]: (self._text(row["script"]), row["active"] == "ACTIVE")
            for row in json.loads(self.doveadm("list"))
        }

    def _text(self, name: str) -> str:
        return json.loads(self.doveadm("get", name))[0]["sieve script"]


@pytest.fixture(params=WAYS)
def scripts(request: pytest.FixtureRequest, lab: Info, tmp_path: Path) -> Iterator[Scripts]:
    """Of a user who has one active script, "old"."""
    everybody = population.people(lab["people"], datetime.now(timezone.utc))
    person = next(one for one in everybody if one.uid == "active")
    found = Scripts(lab, person, request.param, tmp_path / "run")
    found.doveadm("put", "-a", "old", given=OLD)
    yield found
    found.doveadm("deactivate")
    for name in found.stored():
        found.doveadm("delete", name)


def test_check_mode_shows_what_is_done_and_does_nothing(scripts):
    before = scripts.stored()
    shown = scripts.run(check=True, content=KEEP, active=True)
    after_check = scripts.stored()
    done = scripts.run(content=KEEP, active=True)
    again = scripts.run(content=KEEP, active=True)

    assert after_check == before
    assert shown.result["diff"] == done.result["diff"]
    assert done.result["diff"][0]["after"] == KEEP
    assert done.result["changed"]
    assert not again.result["changed"]
    assert scripts.stored() == {"old": (OLD, False), "office": (KEEP, True)}


def test_a_script_that_cannot_run_is_refused_and_the_old_one_stays(scripts):
    scripts.run(content=KEEP)
    refused = scripts.run(content="bogus;\n")

    assert refused.status == 1
    assert "unknown command 'bogus'" in refused.message
    assert scripts.stored() == {"old": (OLD, True), "office": (KEEP, False)}


def test_switched_off_and_on_its_text_stays(scripts):
    off = scripts.run(name="old", active=False)
    without = scripts.stored()
    on = scripts.run(name="old", active=True)

    assert (off.result["total"], on.result["total"]) == (1, 1)
    assert without == {"old": (OLD, False)}
    assert scripts.stored() == {"old": (OLD, True)}


def test_an_active_script_is_deleted(scripts):
    gone = scripts.run(name="old", state="absent")
    again = scripts.run(name="old", state="absent")

    assert (gone.result["total"], again.result["total"]) == (1, 0)
    assert scripts.stored() == {}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"content": KEEP, "active": True}, id="a new one in place of the active one"),
        pytest.param({"name": "old", "state": "absent"}, id="the active one deleted"),
        pytest.param({"name": "old", "content": KEEP}, id="another text"),
        pytest.param({"name": "old", "active": False}, id="switched off"),
    ],
)
def test_what_a_run_did_is_put_back(scripts, options):
    before = scripts.stored()
    done = scripts.journalled(**options)
    changed = scripts.stored()
    undone = scripts.journalled(name=options.get("name", "office"), state="restored")
    again = scripts.journalled(name=options.get("name", "office"), state="restored")

    assert done.result["changed"]
    assert changed != before
    assert scripts.stored() == before
    assert (undone.result["total"], again.result["total"]) == (1, 0)


def test_what_the_user_changed_since_is_left(scripts):
    scripts.journalled(name="old", content=KEEP)
    scripts.doveadm("put", "old", given="keep;\n")
    left = scripts.journalled(name="old", state="restored")

    assert left.result["counts"] == {"changed_since": 1}
    assert scripts.stored() == {"old": ("keep;\n", True)}


def test_no_text_for_a_script_that_is_not_there(scripts):
    refused = scripts.run(active=True)

    assert refused.status == 1
    assert "has no script office: say what is to stand in it" in refused.message
    assert scripts.stored() == {"old": (OLD, True)}


@pytest.mark.parametrize("scripts", ["managesieve"], indirect=True)
def test_a_wrong_password_is_told_and_not_shown(scripts):
    refused = scripts.run(content=KEEP, password="not-this-one")

    assert refused.status == 1
    assert "does not let active@quangninh.gov.vn sign in" in refused.message
    assert "not-this-one" not in refused.output


@pytest.mark.parametrize("scripts", ["managesieve"], indirect=True)
@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({"port": 1}, "port 1 cannot be reached: Connection refused", id="nobody"),
        pytest.param({"ca_path": None}, "cannot be spoken to by TLS", id="not trusted"),
        pytest.param({"ca_path": "/none.pem"}, "ca_path /none.pem cannot be used", id="no file"),
    ],
)
def test_a_server_that_cannot_be_used_is_told(scripts, options, told):
    refused = scripts.run(content=KEEP, **options)

    assert refused.status == 1
    assert told in refused.message
    assert scripts.person.password not in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("scripts", ["doveadm"], indirect=True)
def test_a_user_that_there_is_not_is_told(scripts):
    refused = scripts.run(account="nobody@quangninh.gov.vn", content=KEEP)

    assert refused.status == 1
    assert "nobody@quangninh.gov.vn" in refused.message
    assert "Traceback" not in refused.output
