# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables and settings of a real Postfix by which mail goes on: what is told is what leaves."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    receive,
    reload_dovecot,
    reload_postfix,
    rewrite,
    sunk,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.dovecot import UID
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST, OUTSIDE, people
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail import ldap_table
from ansible_collections.civic.mailbox.plugins.module_utils._mail.lookup_table import Table
from ansible_collections.civic.mailbox.plugins.module_utils._mail.postfix import Postfix
from ansible_collections.civic.mailbox.plugins.modules import mail_info

from .module_run import Ran, run_module
from .ports import free_port_base

OUT = "out.example"
EVERYBODY = "@*"
SINK = "smtp:[{host}]:{sink}"  # as a nexthop
COPY = f"all@{OUT}"  # always_bcc
BOUNCES = "somebody@else.example"
KEPT = f"active@{DOMAIN}"
SETTINGS = {
    "always_bcc": COPY,
    "recipient_bcc_maps": "{table}:{folder}/recipient_bcc, regexp:{folder}/recipient_bcc.regexp",
    "recipient_canonical_maps": "{table}:{folder}/canonical",
    "sender_canonical_maps": f"inline:{{{{ replies@{DOMAIN}=replies@{OUT} }}}}",
    "transport_maps": "{table}:{folder}/transport, regexp:{folder}/transport.regexp",
    "relocated_maps": "{table}:{folder}/relocated",
    "luser_relay": f"$user@{OUT}",
    "local_recipient_maps": "",
    "sender_bcc_maps": "unionmap:{{{table}:{folder}/sender_bcc, texthash:{folder}/sender_more}}",
}
TABLES = {
    "recipient_bcc": f"active@{DOMAIN} copy@{OUT}\nsync copy-local@{OUT}\n",
    "recipient_bcc.regexp": (
        f"/^(f.*d-inside)@{DOMAIN}$/ $1@{OUT}\n/^unknown@(.*)$/ unknown@$1\n/^(v-in)@/ ${{{{1}}}}\n"
    ),
    "sender_bcc": f"boss@{DOMAIN} from-boss@{OUT}\n",
    "canonical": f"exempt-expired@{DOMAIN} rewritten@{OUT}\n@old.{DOMAIN} @{DOMAIN}\n",
    "transport": (
        f"never-new@{DOMAIN} {SINK}\nnever-old@{DOMAIN} error:5.2.1 no\npartner.example {SINK}\n"
        f"x.{DOMAIN} lmtp:unix:private/x\n.below.{DOMAIN} piped:x\nsoon-75@{DOMAIN} :\n"
    ),
    "transport.regexp": f"/^must-change@{DOMAIN}$/ {SINK}\n/@gmail.example$/ smtp:[192.0.2.1]\n",
    "relocated": f"idle-95@{DOMAIN} moved to new@{OUT}, phone 1\nidle-200@{DOMAIN} phone 2\n",
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


def script(
    path: str, setting: str, line: int, address: str, *, mail: str = "@*", active: bool = True
) -> Told:
    """What is told of an administrator's script; the setting's name is in the lab's words."""
    source = f"global Sieve script {{scripts}}/{path} ({{{setting}}}), line {line}"
    return told("global_sieve", mail, address, source, active=active)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A message that comes in, what of it leaves, and the records that told so."""

    recipient: str
    sender: str = BOUNCES
    leaves: frozenset[str] = frozenset()
    is_refused: bool = False
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
CASES |= {
    "a recipient that is rewritten": Case(
        recipient=f"exempt-expired@{DOMAIN}",
        leaves=frozenset({f"rewritten@{OUT}"}),
        told=(
            told(
                "canonical",
                f"exempt-expired@{DOMAIN}",
                f"rewritten@{OUT}",
                *in_table("canonical", f"exempt-expired@{DOMAIN}"),
            ),
            told(
                "canonical",
                f"@old.{DOMAIN}",
                f"@{DOMAIN}",
                *in_table("canonical", f"@old.{DOMAIN}"),
            ),
        ),
    ),
    "a sender that is rewritten": Case(
        recipient=f"soon-75@{DOMAIN}",
        sender=f"replies@{DOMAIN}",
        told=(
            told(
                "canonical",
                f"replies@{DOMAIN}",
                f"replies@{OUT}",
                f"inline:{{{{ replies@{DOMAIN}=replies@{OUT} }}}}"
                " (sender_canonical_maps: mail does not go there, replies do)",
                active=False,
            ),
        ),
    ),
    "an address whose mail another host gets": Case(
        recipient=f"never-new@{DOMAIN}",
        leaves=frozenset({f"never-new@{DOMAIN}"}),
        told=(
            told(
                "transport",
                f"never-new@{DOMAIN}",
                "",
                *in_table("transport", f"never-new@{DOMAIN}"),
            ),
            told("transport", f"@.below.{DOMAIN}", "", *in_table("transport", f".below.{DOMAIN}")),
        ),
    ),
    "a pattern that sends to another host": Case(
        recipient=f"must-change@{DOMAIN}",
        leaves=frozenset({f"must-change@{DOMAIN}"}),
        told=(
            told(
                "transport",
                EVERYBODY,
                "",
                f"regexp:{{folder}}/transport.regexp, line 1: /^must-change@{DOMAIN}$/",
            ),
        ),
    ),
    "an address that moved": Case(
        recipient=f"idle-95@{DOMAIN}",
        is_refused=True,
        told=(
            told(
                "relocated",
                f"idle-95@{DOMAIN}",
                f"new@{OUT}",
                "{table}:{folder}/relocated"
                " (mail does not go there, its senders are told the address)",
                f"{{table}}:{{folder}}/relocated idle-95@{DOMAIN}",
                active=False,
            ),
        ),
    ),
    "a local name that nobody has": Case(
        recipient=f"nobody-has-it@{MAIL_HOST}",
        leaves=frozenset({f"nobody-has-it@{OUT}"}),
        told=(told("luser_relay", EVERYBODY, f"$user@{OUT}", "luser_relay"),),
    ),
}
CASES |= {
    "a script before all others": Case(
        recipient=f"tranthioanh@{DOMAIN}",
        leaves=frozenset({f"before@{OUT}", f"included@{OUT}"}),
        told=(
            script("before/all.sieve", "before", 3, f"before@{OUT}"),
            script("global/shared.sieve", "global", 1, f"included@{OUT}"),
            script("global/alone.sieve", "global", 1, f"alone@{OUT}", active=False),
        ),
    ),
    "a script after all others, of a domain": Case(
        recipient=f"tranvanmuoi@{DOMAIN}",
        leaves=frozenset({f"after@{OUT}"}),
        told=(script(f"{DOMAIN}.sieve", "after", 2, f"after@{OUT}", mail=f"@{DOMAIN}"),),
    ),
    "a user's script that an administrator's one runs": Case(
        recipient=f"sieve-inactive@{DOMAIN}",
        leaves=frozenset({f"sieve-inactive@{OUTSIDE}"}),
        told=(
            told(
                "sieve",
                f"sieve-inactive@{DOMAIN}",
                f"sieve-inactive@{OUTSIDE}",
                "Sieve script 'leave', line 1",
                f"{{homes}}/{DOMAIN}/sieve-inactive/sieve/leave.sieve",
            ),
        ),
    ),
}
# Local users' .forward files: the text, and what is told of it and leaves.
FORWARDS = {
    "irc": (f"\\irc a@{OUT}", [f"a@{OUT}"]),
    "uucp": (f"\\b@{OUT}", [f"b@{OUT}"]),
    "proxy": (f"friends: c@{OUT}, d@{OUT};", [f"c@{OUT}", f"d@{OUT}"]),
    "man": (f"e@{OUT} f@{OUT};g@{OUT}(x)h@{OUT}", [f"{n}@{OUT}" for n in "efgh"]),
    "lp": (
        f'<@{MAIL_HOST}:i@{OUT}> "j@{OUT}"\n# k@{OUT}\n  , l@{OUT}',
        [f"{n}@{OUT}" for n in "ijl"],
    ),
    "www-data": (f'|"/bin/true x, y" m@{OUT}', ["", f"m@{OUT}"]),
    "sys": (f":include:{{home}}/listed n@{OUT}", [f"listed@{OUT}", f"n@{OUT}"]),
    "bin": (f"/dev/null o@{OUT}", ["", f"o@{OUT}"]),
}
CASES |= {
    f".forward of {user}": Case(
        recipient=f"{user}@{MAIL_HOST}",
        leaves=frozenset(filter(None, addresses)),
        told=tuple(
            told(
                "dot_forward",
                f"{user}@{MAIL_HOST}",
                address,
                f"{{home}}/{'listed' if address.startswith('listed') else f'{user}/.forward'}, line 1",
                f"{{home}}/{'listed' if address.startswith('listed') else f'{user}/.forward'}",
            )
            for address in addresses
        ),
    )
    for user, (_, addresses) in FORWARDS.items()
}
# What no message of these cases shows.
OTHERS = (
    script("discarded.sieve", "discard", 1, f"discarded@{OUT}"),
    script("junk.sieve", "imapsieve", 1, f"junk@{OUT}"),
    script("default.sieve", "default", 1, f"default@{OUT}"),
    told("always_bcc", EVERYBODY, COPY, "always_bcc"),
    told(
        "virtual",
        f"service@{DOMAIN}",
        f"service@{OUT}",
        f"inline:{{{{service@{DOMAIN}=service@{OUT}}}}}",
    ),
)
NEW = frozenset(
    "always_bcc canonical global_sieve luser_relay recipient_bcc relocated sender_bcc transport".split()
)  # channels
# The administrator's Sieve scripts: the settings' names in Dovecot 2.3, and their kinds in 2.4.
LOCATIONS = {
    "before": ("sieve_before", "before", "before"),
    "after": ("sieve_after", "after", "%{domain}.sieve"),
    "discard": ("sieve_discard", "discard", "discarded.sieve"),
    "default": ("sieve_default", "default", "default.sieve"),
    "global": ("sieve_global", "global", "global"),
    "imapsieve": ("imapsieve_mailbox1_before", "before", "junk.sieve"),
}
FOR_ONE = 'require ["envelope", "copy", "include"];\nif envelope :is "to" "{0}@{1}" {{\n'
GLOBAL_SCRIPTS = {
    "before/all.sieve": (
        FOR_ONE.format("tranthioanh", DOMAIN)
        + f'redirect :copy "before@{OUT}"; include :global "shared"; }}\n'
        + 'include :optional "leave";\n'
    ),
    f"{DOMAIN}.sieve": FOR_ONE.format("tranvanmuoi", DOMAIN)[:-1]
    + f' redirect :copy "after@{OUT}"; }}\n',
    "global/shared.sieve": f'redirect "included@{OUT}";\n',
    "global/alone.sieve": f'redirect "alone@{OUT}";\n',
    "discarded.sieve": f'redirect "discarded@{OUT}";\n',
    "default.sieve": f'keep; if false {{}} else {{ if header "x-no" "x" {{ redirect "default@{OUT}"; }} }}\n',
    "junk.sieve": f'redirect "junk@{OUT}";\n',
}
OF_OTHER_CHANNELS = frozenset(
    {f"service@{DOMAIN}", f"sieve-inactive@{DOMAIN}", *(f"{user}@{MAIL_HOST}" for user in FORWARDS)}
)
SERVICES = f"""
piped unix - n n - - pipe
  user=nobody argv=/bin/true
own unix n - n - 0 cleanup
  -o virtual_alias_maps=inline:{{service@{DOMAIN}=service@{OUT}}}
"""


@pytest.fixture(scope="module")
def mail_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A lab of this file's own: a copy of all mail goes out."""
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        info = lifecycle.describe(directory)
        _plant(info)
        _plant_forwards(info)
        _plant_scripts(info)
        yield info
    finally:
        lifecycle.down(directory)


def _plant(info: Info) -> None:
    folder, table = Path(info["postfix"]["config"]), _table()
    for name, text in TABLES.items():
        (folder / name).write_text(text.format(host=info["host"], sink=info["ports"]["sink"]))
        if "." not in name:
            _output("postmap", "-c", folder, f"{table}:{folder}/{name}")
    settings = [f"{k} = {v.format(table=table, folder=folder)}" for k, v in SETTINGS.items()]
    _output("postconf", "-c", folder, "-e", *settings)
    master = folder / "master.cf"
    rewrite(master, master.read_text() + SERVICES)
    reload_postfix(info)


def _plant_forwards(info: Info) -> None:
    homes = _homes(info)
    (homes / "listed").write_text(f"listed@{OUT}\n")
    for user, (text, _) in FORWARDS.items():
        file = homes / user / ".forward"
        file.parent.mkdir()
        file.write_text(text.replace("{home}", str(homes)) + "\n")
        shutil.chown(file, user)


def _homes(info: Info) -> Path:
    return Path(info["directory"], "home")


def _plant_scripts(info: Info) -> None:
    folder = _scripts(info)
    for name, text in GLOBAL_SCRIPTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    # Dovecot's processes keep what they compile beside the scripts.
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, UID, UID)
    config = Path(info["dovecot"]["config"])
    text = config.read_text()
    if _is_2_4(info):
        text += "".join(_block(name, *rest, folder) for name, rest in LOCATIONS.items())
    else:
        lines = [f"  {name} = {folder}/{path}\n" for name, _, path in LOCATIONS.values()]
        text = text.replace("plugin {\n", "plugin {\n" + "".join(lines))
    rewrite(config, text)
    reload_dovecot(info)


def _block(name: str, _: str, kind: str, path: str, folder: Path) -> str:
    """A script's setting of Dovecot 2.4."""
    path = path.replace("%{domain}", "%{user | domain}")
    block = f"sieve_script {name} {{\n type = {kind}\n path = {folder}/{path}\n}}\n"
    return f"mailbox Junk {{\n{block}}}\n" if name == "imapsieve" else block


def _scripts(info: Info) -> Path:
    return Path(info["directory"], "sieve")


def _is_2_4(info: Info) -> bool:
    return info["dovecot"]["version"].startswith("2.4")


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
        if record["record"] == "forward"
        and (record["channel"] in NEW or record["mail"] in OF_OTHER_CHANNELS)
    ]


def _in(info: Info, expected: Told) -> Told:
    """What is expected, with the lab's own words."""
    words = {
        "table": _table(),
        "folder": info["postfix"]["config"],
        "homes": info["dovecot"]["homes"],
        "home": str(_homes(info)),
        "scripts": str(_scripts(info)),
        **{
            name: f"sieve_script {name}" if _is_2_4(info) else setting
            for name, (setting, _, _) in LOCATIONS.items()
        },
    }
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
        with pytest.raises(SMTPRecipientsRefused) if case.is_refused else nullcontext():
            receive(mail_lab, [case.recipient], sender=case.sender)
    config = mail_lab["postfix"]["config"]
    wait_for(lambda: len(_left(mail_lab)) >= len(expected))
    wait_for(lambda: not _output("postqueue", "-c", config, "-j"))

    assert sunk(mail_lab).count(COPY) >= sum(not case.is_refused for case in CASES.values())
    assert sorted(_left(mail_lab)) == expected


def _left(info: Info) -> list[str]:
    return [address for address in sunk(info) if address not in (COPY, BOUNCES)]


def test_the_key_that_makes_the_domain_is_told(records):
    opaque = {r["source"].rpartition(": ")[2]: r["opaque"] for r in records if r.get("opaque")}

    assert "unknown@$1" in opaque["/^unknown@(.*)$/"]
    assert "$1" in opaque["/^(v-in)@/"]


def test_a_table_is_asked_for_any_number_of_keys(mail_lab, tmp_path):
    keys = [f"user{number}@{DOMAIN}" for number in range(6000)]
    (tmp_path / "table").write_text("".join(f"{key} x{key}\n" for key in keys))
    postfix = Postfix(config=mail_lab["postfix"]["config"], timeout=60)
    table = Table(type="texthash", name=f"{tmp_path}/table")

    answers = list(postfix.answers(table, [*keys, f"nobody@{DOMAIN}"]))

    assert answers == [(key, f"x{key}") for key in keys]


def test_a_few_searches_tell_which_keys_of_a_directory_have_an_answer(mail_lab, monkeypatch):
    postfix = Postfix(config=mail_lab["postfix"]["config"], timeout=60)
    (table,) = (one for one in postfix.tables("virtual_alias_maps") if one.type == "ldap")
    mails = (mail.lower() for person in people(0, datetime.now(UTC)) for mail in person.mail)
    keys = [*mails, f"nobody@{DOMAIN}", f"@{DOMAIN}"]
    monkeypatch.setattr(ldap_table, "FEWEST_KEYS", 1)

    few = ldap_table.to_ask_for(postfix, table, keys)

    answers = list(postfix.answers(table, few))
    assert answers == list(postfix.answers(table, keys)) != []
    assert len(few) < len(keys) / 2


def test_a_table_that_breaks_is_told_however_many_keys_there_are(mail_lab, tmp_path):
    postfix = Postfix(config=mail_lab["postfix"]["config"], timeout=60)
    table = Table(type="hash", name=f"{tmp_path}/none")

    with pytest.raises(MailHostError, match="cannot be asked"):
        list(postfix.answers(table, map(str, range(6000))))
