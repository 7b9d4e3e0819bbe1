# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables and settings of a real Postfix by which mail goes on: what is told is what leaves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import Info, receive, sunk, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST
from ansible_collections.civic.mailbox.plugins.modules import mail_info

from .conftest import free_port_base
from .module_run import Ran, run_module

OUT = "out.example"
EVERYBODY = "@*"
COPY = f"all@{OUT}"  # always_bcc
KEPT = f"active@{DOMAIN}"
SETTINGS = {
    "always_bcc": COPY,
    "recipient_bcc_maps": "{table}:{folder}/recipient_bcc, regexp:{folder}/recipient_bcc.regexp",
    "sender_bcc_maps": "unionmap:{{{table}:{folder}/sender_bcc, texthash:{folder}/sender_more}}",
}
TABLES = {
    "recipient_bcc": f"active@{DOMAIN} copy@{OUT}\nsync copy-local@{OUT}\n",
    "recipient_bcc.regexp": (
        f"/^(f.*d-inside)@{DOMAIN}$/ $1@{OUT}\n/^unknown@(.*)$/ unknown@$1\n/^(v-in)@/ ${{1}}\n"
    ),
    "sender_bcc": f"boss@{DOMAIN} from-boss@{OUT}\n",
    "sender_more": f"chair@{DOMAIN} a@{OUT}, b@{DOMAIN}\n",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A forward record."""

    channel: str
    mail: str
    address: str
    active: bool = True
    source: str
    place: str = ""


def told(channel: str, mail: str, address: str, source: str, place: str = "", **more: Any) -> Told:
    return Told(channel=channel, mail=mail, address=address, source=source, place=place, **more)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A message that comes in, what of it leaves, and the records that told so."""

    recipient: str
    sender: str = "somebody@else.example"
    leaves: frozenset[str] = frozenset()
    told: tuple[Told, ...] = ()


def in_table(name: str, key: str) -> tuple[str, str]:
    """Source and place of a row."""
    return f"{{table}}:{{folder}}/{name}", f"{{table}}:{{folder}}/{name} {key}"


REGEXP = "regexp:{folder}/recipient_bcc.regexp"
CASES = {
    "a copy of an address's mail": Case(
        recipient=KEPT,
        leaves=frozenset({f"copy@{OUT}"}),
        told=(told("recipient_bcc", KEPT, f"copy@{OUT}", *in_table("recipient_bcc", KEPT)),),
    ),
    "a copy of a local user's mail": Case(
        recipient=f"sync@{MAIL_HOST}",
        leaves=frozenset({f"copy-local@{OUT}"}),
        told=(
            told(
                "recipient_bcc",
                f"sync@{MAIL_HOST}",
                f"copy-local@{OUT}",
                *in_table("recipient_bcc", "sync"),
            ),
        ),
    ),
    "a pattern": Case(
        recipient=f"forward-inside@{DOMAIN}",
        leaves=frozenset({f"forward-inside@{OUT}"}),
        told=(
            told("recipient_bcc", f"forward-inside@{DOMAIN}", f"forward-inside@{OUT}", REGEXP),
            told(
                "recipient_bcc",
                EVERYBODY,
                f"$1@{OUT}",
                f"{REGEXP}, line 1: /^(f.*d-inside)@{DOMAIN}$/",
            ),
            told("recipient_bcc", EVERYBODY, "", f"{REGEXP}, line 2: /^unknown@(.*)$/"),
            told("recipient_bcc", EVERYBODY, "", f"{REGEXP}, line 3: /^(v-in)@/"),
        ),
    ),
    "a copy of a sender's mail": Case(
        recipient=f"exempt-valid@{DOMAIN}",
        sender=f"boss@{DOMAIN}",
        leaves=frozenset({f"from-boss@{OUT}"}),
        told=(
            told(
                "sender_bcc",
                f"boss@{DOMAIN}",
                f"from-boss@{OUT}",
                *in_table("sender_bcc", f"boss@{DOMAIN}"),
            ),
        ),
    ),
    "two addresses for a copy are a single odd one": Case(
        recipient=f"exempt-valid@{DOMAIN}",
        sender=f"chair@{DOMAIN}",
        told=(
            told(
                "sender_bcc",
                f"chair@{DOMAIN}",
                f'"a@{OUT}, b"@{DOMAIN}',
                "texthash:{folder}/sender_more",
                f"texthash:{{folder}}/sender_more chair@{DOMAIN}",
            ),
        ),
    ),
}
OTHERS = (told("always_bcc", EVERYBODY, COPY, "always_bcc"),)
NEW = frozenset({"always_bcc", "recipient_bcc", "sender_bcc"})  # channels


@pytest.fixture(scope="module")
def mail_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A lab of this file's own: a copy of all mail goes out."""
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        info = lifecycle.describe(directory)
        _plant(info)
        yield info
    finally:
        lifecycle.down(directory)


def _plant(info: Info) -> None:
    folder, table = Path(info["postfix"]["config"]), _table()
    for name, text in TABLES.items():
        (folder / name).write_text(text)
        if "." not in name:
            _output("postmap", "-c", folder, f"{table}:{folder}/{name}")
    settings = [f"{k} = {v.format(table=table, folder=folder)}" for k, v in SETTINGS.items()]
    _output("postconf", "-c", folder, "-e", *settings)
    _output("postfix", "-c", folder, "reload")


def _table() -> str:
    return _output("postconf", "-d", "-h", "default_database_type")


def _output(*command: object) -> str:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def _gather(info: Info, run_dir: Path, **options: Any) -> tuple[Ran, list[dict[str, Any]]]:
    given = {
        "run_dir": str(run_dir),
        "name": "mail1",
        "dovecot_config": info["dovecot"]["config"],
        "postfix_config": info["postfix"]["config"],
        **options,
    }
    ran = run_module(mail_info.main, given)
    lines = (run_dir / "snapshot/mail-mail1.jsonl").read_text(encoding="utf-8").splitlines()
    return ran, [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def records(mail_lab: Info, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The snapshot of the lab as it was planted."""
    ran, records = _gather(mail_lab, tmp_path_factory.mktemp("run"))
    assert ran.status == 0, ran.message
    return records


def _told(records: list[dict[str, Any]]) -> list[Told]:
    fields = ("channel", "mail", "address", "active", "source", "place")
    return [
        Told(**{name: record[name] for name in fields})
        for record in records
        if record["record"] == "forward" and record["channel"] in NEW
    ]


def _in(info: Info, expected: Told) -> Told:
    """What is expected, with the lab's own words."""
    words = {"table": _table(), "folder": info["postfix"]["config"]}
    return told(
        expected.channel,
        expected.mail,
        expected.address,
        expected.source.format(**words),
        expected.place.format(**words),
        active=expected.active,
    )


def test_each_forward_is_told_none_missing_and_none_too_many(mail_lab, records):
    expected = [told for case in CASES.values() for told in case.told]

    assert sorted(map(repr, _told(records))) == sorted(
        repr(_in(mail_lab, told)) for told in (*expected, *OTHERS)
    )


def test_what_is_told_is_what_leaves(mail_lab):
    expected = sorted(address for case in CASES.values() for address in case.leaves)

    for case in CASES.values():
        receive(mail_lab, [case.recipient], sender=case.sender)
    config = mail_lab["postfix"]["config"]
    wait_for(lambda: not _output("postqueue", "-c", config, "-j"))

    left = sunk(mail_lab)
    assert left.count(COPY) >= len(CASES)
    assert sorted(address for address in left if address.endswith(OUT) and address != COPY) == (
        expected
    )


def test_the_key_that_makes_the_domain_is_told(records):
    opaque = {r["source"].rpartition(": ")[2]: r["opaque"] for r in records if r.get("opaque")}

    assert "unknown@$1" in opaque["/^unknown@(.*)$/"]
    assert "$1" in opaque["/^(v-in)@/"]
