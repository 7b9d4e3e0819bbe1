# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Actions of access tables and of header and body checks: what leaves by them is told."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, process
from ansible_collections.civic.mailbox.lab.clients import Info, reload_postfix, sunk, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN
from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.mail_action import (
    MAIL_ACTION,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.mail_host import MailHost
from ansible_collections.civic.mailbox.plugins.module_utils._mail.postfix import Postfix

from .conftest import free_port_base

OUT = "freemail.example"
TABLES = {
    "recipients": f"""\
        active@{DOMAIN} REDIRECT redirected@{OUT}
        soon-75@{DOMAIN} reject
        idle-95@{DOMAIN} bcc copied@{OUT}
        elsewhere.example FILTER smtp:[192.0.2.1]
        """,
    "clients": f"192.0.2.0/24 REDIRECT client@{OUT}\n",
    "senders": f"boss@else.example BCC boss@{OUT}\n",
    "headers": f"/^Subject: .*secret/ REDIRECT secret@{OUT}\n/^Subject: x/ WARN\n",
    "body": f"/attached/ BCC body@{OUT}\n",
}
SETTINGS = {
    "smtpd_recipient_restrictions": "check_recipient_access {kind}:{folder}/recipients, of_office",
    "smtpd_restriction_classes": "of_office",
    "of_office": "check_sender_access {kind}:{folder}/senders",
    "smtpd_client_restrictions": "check_client_access cidr:{folder}/clients",
    "header_checks": "regexp:{folder}/headers",
    "body_checks": "regexp:{folder}/body",
    "non_smtpd_milters": "inet:127.0.0.1:9",
    "milter_default_action": "accept",
}
# Whose mail, and where it goes.
TOLD = {
    (f"active@{DOMAIN}", f"redirected@{OUT}"),
    (f"idle-95@{DOMAIN}", f"copied@{OUT}"),
    ("@*", f"client@{OUT}"),
    ("@*", f"boss@{OUT}"),
    ("@*", f"secret@{OUT}"),
    ("@*", f"body@{OUT}"),
}
SENT = [
    # sender               recipient           subject         text         what leaves
    ("a@else.example",     f"active@{DOMAIN}",  "one",          "none",      f"redirected@{OUT}"),
    ("a@else.example",     f"idle-95@{DOMAIN}", "two",          "none",      f"copied@{OUT}"),
    ("boss@else.example",  f"idle-200@{DOMAIN}", "three",        "none",      f"boss@{OUT}"),
    ("a@else.example",     f"idle-200@{DOMAIN}", "a secret",     "none",      f"secret@{OUT}"),
    ("a@else.example",     f"idle-200@{DOMAIN}", "five",         "Attached.", f"body@{OUT}"),
]  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        info = lifecycle.describe(directory)
        _plant(Path(info["postfix"]["config"]))
        reload_postfix(info)
        yield info
    finally:
        lifecycle.down(directory)


def _plant(folder: Path) -> None:
    kind = process.run("postconf", "-d", "-h", "default_database_type").strip()
    for name, text in TABLES.items():
        lines = "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())
        (folder / name).write_text(lines)
        if name in ("recipients", "senders"):
            process.run("postmap", "-c", folder, f"{kind}:{folder}/{name}")
    for name, value in SETTINGS.items():
        value = value.format(kind=kind, folder=folder)
        process.run("postconf", "-c", folder, "-e", f"{name} = {value}")


@pytest.fixture(scope="module")
def records(lab: Info) -> list[dict[str, Any]]:
    postfix = Postfix(config=lab["postfix"]["config"], timeout=60)
    return list(MAIL_ACTION.read(MailHost(dovecot=None, postfix=postfix, name="mail1")))


def test_each_is_told_none_missing_and_none_too_many(records):
    forwards = [one for one in records if one["record"] == "forward"]

    assert {(one["mail"], one["address"]) for one in forwards} == TOLD
    assert len(forwards) == len(TOLD)
    assert {one["place"] for one in forwards} == {""}, "a person takes them away"
    sources = {one["address"]: one["source"] for one in forwards}
    assert f"recipients (REDIRECT in smtpd_recipient_restrictions, active@{DOMAIN})" in str(sources)
    assert "(BCC in of_office, boss@else.example)" in sources[f"boss@{OUT}"]
    assert "line 1: /^Subject: .*secret/ (REDIRECT in header_checks)" in sources[f"secret@{OUT}"]


def test_what_is_not_looked_into_is_named(records):
    notes = [one["message"] for one in records if one["record"] == "problem"]

    assert [one.partition(": ")[2].rpartition(":")[0] for one in notes][-1] == (
        "non_smtpd_milters = inet:127.0.0.1:9"
    )
    assert "elsewhere.example FILTER smtp:[192.0.2.1]" in notes[0]
    assert all(not (one.get("field") or one.get("subject")) for one in records if "message" in one)


def test_what_is_told_is_what_leaves(lab):
    with smtplib.SMTP(lab["host"], lab["ports"]["smtp"], timeout=20) as client:
        for sender, recipient, subject, text, _ in SENT:
            client.sendmail(sender, [recipient], f"Subject: {subject}\r\n\r\n{text}\r\n")
    expected = sorted(leaves for *_, leaves in SENT)

    wait_for(lambda: len(sunk(lab)) >= len(expected), 30)
    assert sorted(sunk(lab)) == expected
