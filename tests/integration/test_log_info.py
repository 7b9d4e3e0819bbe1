# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""log_info on what the lab's own Postfix and Dovecot write of real sign-ins and real mail."""

from __future__ import annotations

import imaplib
import json
import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population, process
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    receive,
    reload_postfix,
    sign_in,
    submit,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.population import DOMAIN, OUTSIDE
from ansible_collections.civic.mailbox.plugins.modules import log_info

from .module_run import Ran, run_module
from .ports import free_port_base

SHOP = "shop.example"
NOW = datetime(2019, 1, 8, tzinfo=timezone.utc)  # of the population; passwords do not rest on it
CLERK, COLLEAGUE = f"active@{DOMAIN}", f"seen-by-dovecot@{DOMAIN}"


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A lab in which a clerk signed in, mistyped a password, sent mail and got some."""
    directory = tmp_path_factory.mktemp("logs") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        info = lifecycle.describe(directory)
        _log_headers(info)
        _use(info)
        yield info
    finally:
        lifecycle.down(directory)


def _log_headers(info: Info) -> None:
    """As an office does that wants to know of newsletters."""
    config = Path(info["postfix"]["config"])
    rules = config / "newsletters"
    rules.write_text("/^List-(Unsubscribe|Id):/ INFO\n/^Precedence: *(bulk|list)/ INFO\n")
    process.run("postconf", "-c", config, "-e", f"header_checks=regexp:{rules}")
    reload_postfix(info)


def _newsletter(info: Info) -> None:
    """With a text that imitates the end of the server's own line."""
    text = (
        f"From: <news@{SHOP}>\r\nTo: <{CLERK}>\r\nSubject: new\r\n"
        f"List-Unsubscribe: <https://{SHOP}/u> from mx[192.0.2.1]; from=<a@bank.example>\r\n\r\nBuy\r\n"
    )
    with smtplib.SMTP(info["host"], info["ports"]["smtp"], timeout=20) as client:
        client.sendmail(f"bounce-1@{SHOP}", [CLERK], text)


def _use(info: Info) -> None:
    password = next(one.password for one in population.people(0, NOW) if one.subject == CLERK)
    sign_in(info, CLERK, password)
    for wrong in ("wrong", "wronger"):
        with pytest.raises(imaplib.IMAP4.error):
            sign_in(info, CLERK, wrong)
    with pytest.raises(imaplib.IMAP4.error):
        sign_in(info, f"nobody@{DOMAIN}", "wrong")
    submit(info, CLERK, password, [f"friend@{OUTSIDE}", f"reject@{OUTSIDE}", COLLEAGUE])
    receive(info, [CLERK], sender=f"friend@{OUTSIDE}")
    _newsletter(info)
    log = Path(info["postfix"]["log"])
    # The three, and the bounce of the first.
    assert wait_for(lambda: log.read_text().count(": removed") >= 4)


def run(info: Info, folder: Path, **options: Any) -> Ran:
    return run_module(
        log_info.main,
        {
            "run_dir": str(folder / "run"),
            "name": "lab",
            "paths": [info["postfix"]["log"], info["dovecot"]["log"]],
            "ledger": str(folder / "ledger" / "logs.sqlite"),
            "domains": [OUTSIDE],
            "dovecot_config": info["dovecot"]["config"],
            "postfix_config": info["postfix"]["config"],
            **options,
        },
    )


def snapshot(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "run/snapshot/log-lab.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_what_was_done_is_counted(info, tmp_path):
    ran = run(info, tmp_path)

    assert ran.status == 0, ran.message
    header, *records, end = snapshot(tmp_path)
    assert (header["kind"], header["name"], end["complete"]) == ("log", "lab", True)
    (clerk,) = (one for one in records if one["mail"] == CLERK)
    hour, day = clerk.pop("busiest_hour"), clerk.pop("busiest_day")
    assert clerk.pop("last_sent") == day["at"]
    networks, wrong = clerk.pop("networks"), clerk.pop("wrong_passwords")
    guessed = clerk.pop("guessed")  # handed mail in from where the password was mistyped
    assert clerk == {
        "record": "traffic",
        "mail": CLERK,
        "messages": 1,
        "recipients": 3,
        "delivered": 2,
        "bounced": 1,
        "sign_ins": 1,
        "sent_to": {OUTSIDE: 1},
        "received_from": {OUTSIDE: 1},
        "newsletters_from": {SHOP: 1},
    }
    assert [one["number"] for one in (hour, day, networks, wrong, guessed)] == [3, 3, 1, 2, 2]
    assert f"nobody@{DOMAIN}" not in {one["mail"] for one in records}
    assert end["coverage"]["strangers"] == 1
    assert end["coverage"] == ran.result["coverage"]
    now = datetime.now(timezone.utc)
    last = datetime.fromisoformat(end["coverage"]["last"])
    assert now - timedelta(minutes=10) < last < now + timedelta(minutes=1)


def test_no_address_of_an_outsider_is_kept(info, tmp_path):
    assert run(info, tmp_path).status == 0

    assert b"friend" not in (tmp_path / "ledger/logs.sqlite").read_bytes()
    assert "friend" not in (tmp_path / "run/snapshot/log-lab.jsonl").read_text()


def test_a_second_run_counts_nothing_twice(info, tmp_path):
    assert run(info, tmp_path).status == 0
    records = snapshot(tmp_path)[1:-1]

    assert run(info, tmp_path).status == 0
    assert snapshot(tmp_path)[1:-1] == records


def test_check_mode_tells_the_same_and_leaves_the_ledger(info, tmp_path):
    shown = run(info, tmp_path, _ansible_check_mode=True)

    assert not (tmp_path / "ledger").exists()
    assert run(info, tmp_path).result["total"] == shown.result["total"] == 1
    ledger = (tmp_path / "ledger/logs.sqlite").read_bytes()
    assert run(info, tmp_path, _ansible_check_mode=True).status == 0
    assert (tmp_path / "ledger/logs.sqlite").read_bytes() == ledger


FAULTS = [
    # what the case shows       options                                     said
    ("no such file",            {"paths": ["/nowhere/mail.log*"]},          "set journal to true"),
    ("no days",                 {"days": 0},                                "days has to be"),
    ("more days than are kept", {"days": 200},                              "keep_days no less"),
    ("a ledger that is none",   {"ledger": "/etc/hostname"},                "Move it away"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"), [pytest.param(*case, id=name) for name, *case in FAULTS]
)
def test_faults_are_told_with_the_way_out(info, tmp_path, options, said):
    ran = run(info, tmp_path, **options)

    assert (ran.status, said in ran.message) == (1, True)


def test_a_damaged_file_is_warned_of_and_stands_in_the_coverage(info, tmp_path):
    damaged = tmp_path / "mail.log.2.gz"
    damaged.write_bytes(b"\x1f\x8b no gzip")

    ran = run(info, tmp_path, paths=[info["postfix"]["log"], str(damaged)])

    assert ran.status == 0
    (failure,) = ran.result["coverage"]["failures"]
    assert str(damaged) in failure
    assert str(damaged) in str(ran.result["warnings"])
