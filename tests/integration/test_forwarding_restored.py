# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module forwarding, where it is to put forwards back: accounts that nothing was taken from."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.civic.mailbox.plugins.module_utils._core import journal
from ansible_collections.civic.mailbox.plugins.modules import forwarding

from .module_run import run_module
from .planned import change_of, dn


def test_an_account_that_the_run_took_nothing_from_is_told(tmp_path: Path):
    taken = change_of(dn(0), "lock", "", server="mail1")  # the journal knows whose, not what
    line = journal.intent_line(at="", mode="apply", change=taken, before={}, after={})
    (tmp_path / "journal.jsonl").write_text(f"{line}\n")

    def told(*accounts: str) -> list[object]:
        options = {"state": "restored", "run_dir": str(tmp_path), "accounts": accounts}
        servers = {"dovecot": False, "name": "mail1", "_ansible_check_mode": True}
        ran = run_module(forwarding.main, {**options, **servers})
        assert ran.status == 0, ran.output
        return ran.result.get("warnings", [])

    (warning,) = told("P0@odd.example", "typo@odd.example")
    assert f"run {tmp_path.name} changed nothing of typo@odd.example on this host" in str(warning)
    assert told("p0@odd.example") == []


def test_a_change_whose_intent_is_lost_is_no_success(tmp_path: Path):
    line = journal.result_line(at="", mode="apply", change_id="c1", result="done", reason="")
    (tmp_path / "journal.jsonl").write_text(f"{line}\n")
    (tmp_path / "main.cf").touch()
    options = {"state": "restored", "run_dir": str(tmp_path), "postfix_config": str(tmp_path)}

    ran = run_module(forwarding.main, {**options, "dovecot": False, "name": "mail1"})

    assert ran.status == 1, ran.output
    assert f"{tmp_path}/journal.jsonl lacks the intents of changes" in ran.message
    assert ": line 1, change c1. Put the lines back" in ran.message
