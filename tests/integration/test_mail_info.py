# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""mail_info on a real Dovecot and a real Postfix: what it tells is compared with what leaves."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import Info, receive, sign_in, sunk, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST, OUTSIDE
from ansible_collections.civic.mailbox.plugins.module_utils._mail.dovecot import Dovecot
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve_storage import (
    StoredScript,
    Ways,
    find_storage,
    scripts_of,
)

from .ports import free_port_base

ROOT = Path(__file__).parents[2]
OUT = "out.example"
KEPT = f"active@{DOMAIN}"  # an address inside
NOW = 1546909323  # 2019-01-08T01:02:03Z


@dataclass(frozen=True, kw_only=True)
class Script:
    """Scripts of one mailbox, the first of them active; what is told of them, and what leaves."""

    texts: tuple[str, ...]
    told: tuple[tuple[str, bool], ...] = ()  # address ("": cannot be told), whether in force
    problem: str = ""  # a part of its message
    leaves: frozenset[str] | None = None  # None: all that is told to be in force

    @property
    def really_leaves(self) -> frozenset[str]:
        if self.leaves is not None:
            return self.leaves
        return frozenset(address for address, active in self.told if active)


def one(text: str, *told: tuple[str, bool], problem: str = "", leaves: set[str] | None = None):
    """A mailbox with one script."""
    known = None if leaves is None else frozenset(leaves)
    return Script(texts=(text,), told=told, problem=problem, leaves=known)


SCRIPTS = {
    "nothing is sent on": one("keep;\n"),
    "plain": one(f'redirect "plain@{OUT}";\n', (f"plain@{OUT}", True)),
    "a copy": one(f'require "copy";\nredirect :copy "copy@{OUT}";\n', (f"copy@{OUT}", True)),
    "under conditions": one(
        'require "envelope";\nif header :contains "subject" "nothing" { discard; }\n'
        f'elsif anyof (not exists "x-none", size :over 1M) {{ redirect "deep@{OUT}"; }}\n',
        (f"deep@{OUT}", True),
    ),
    "a fixed variable": one(
        f'require "variables";\nset "d" "{OUT}";\nredirect "variable@${{d}}";\n',
        (f"variable@{OUT}", True),
    ),
    "included": Script(
        texts=('require "include";\ninclude "script1";\n', f'redirect "include@{OUT}";\n'),
        told=((f"include@{OUT}", True),),
    ),
    "not active": Script(
        texts=("keep;\n", f'redirect "dormant@{OUT}";\n'), told=((f"dormant@{OUT}", False),)
    ),
    "notified": one(
        f'require "enotify";\nnotify "MAILTO:notify%40{OUT}?cc=cc%40{OUT}";\n',
        (f"notify@{OUT}", True),
        (f"cc@{OUT}", True),
    ),
    "a part of the mail": one(
        'require "variables";\nif header :matches "to" "*" { redirect "${1}"; }\n',
        ("", True),
        leaves=set(),
    ),
    "the old notify is off": one(
        f'require "notify";\nnotify :method "mailto" :options ["old@{OUT}"];\n',
        (f"old@{OUT}", False),
    ),
    "an answer with an outside sender": one(
        f'require "vacation";\nvacation :from "sender@{OUT}" "gone";\n',
        (f"sender@{OUT}", True),
        leaves=set(),  # but the answer itself
    ),
    "comments": one(f'# redirect "c@{OUT}";\n/* redirect "c@{OUT}"; */ keep;\n'),
    "a text": one(f'require "variables";\nset "t" text:\nredirect "text@{OUT}";\n.\n;\nkeep;\n'),
    "behind stop": one(f'keep; stop;\nredirect "stop@{OUT}";\n', (f"stop@{OUT}", False)),
    "under false": one(f'if false {{ redirect "false@{OUT}"; }}\n', (f"false@{OUT}", False)),
    "a mistake": one(f'redirect "mistake@{OUT}"\nkeep;\n', problem="line 1: ; is missing"),
    "a longer domain": one(
        f'redirect "suffix@{DOMAIN}.{OUT}";\n', (f"suffix@{DOMAIN}.{OUT}", True)
    ),
    "a quoted local part": one(
        f'redirect "\\"a@{DOMAIN}\\"@{OUT}";\n', (f'"a@{DOMAIN}"@{OUT}', True)
    ),
    "a source route does not compile": one(
        f'redirect "<@{DOMAIN}:route@{OUT}>";\n', problem="no mail address"
    ),
    "a name before the address": one(
        f'redirect "\\"{KEPT}\\" <name@{OUT}>";\n', (f"name@{OUT}", True)
    ),
    "encoded": one(
        f'require "encoded-character";\nredirect "encoded${{unicode:40}}${{hex:6f}}{OUT[1:]}";\n',
        (f"encoded@{OUT}", True),
    ),
    "as text": one(f"redirect /* x */ text:\ntext@{OUT}\n.\n;\n", (f"text@{OUT}", True)),
    "inside": one(f'REDIRECT "{KEPT.upper()}";\n', (KEPT.upper(), True), leaves=set()),
}
FORWARDS = {
    # local user: the file, what is told (None: not to be told), what leaves
    "irc": (f"# uucp@{OUT}\n\n", [], set()),
    "uucp": (":include:{home}/people\n", [f"people@{OUT}"], {f"people@{OUT}"}),
    "proxy": (f'"quoted"@{OUT}, (a comment) "N" <n@{OUT}>\n', [f"quoted@{OUT}", f"n@{OUT}"],
              {f"quoted@{OUT}", f"n@{OUT}"}),
    "lp": ("{home}/mbox\n", [None], set()),
    "man": (f"\\man,\n\tcontinued@{OUT}\n", [f"continued@{OUT}"], {f"continued@{OUT}"}),
}  # fmt: skip
ALIASES = {
    "al-chain": ("al-out", [f"al-out@{MAIL_HOST}"], {f"al-out@{OUTSIDE}"}),
    "al-many": (f"{KEPT},\n\tmany@{OUT}", [KEPT, f"many@{OUT}"], {f"many@{OUT}"}),
    "al-include": (":include:{home}/people", [f"people@{OUT}"], {f"people@{OUT}"}),
    "Al-Case": (f"case@{OUT}", [f"case@{OUT}"], {f"case@{OUT}"}),
}
VIRTUAL = {
    "v-chain": (f"v-out@{DOMAIN}", [f"v-out@{DOMAIN}"], {f"v-out@{OUTSIDE}"}),
    "v-self": (f"v-self@{DOMAIN}, self@{OUT}", [f"self@{OUT}"], {f"self@{OUT}"}),
    "v-domain": (f"@{OUT}", [f"v-domain@{OUT}"], {f"v-domain@{OUT}"}),
}
ADDRESSES = {name: f"user{2 * i:06d}@{DOMAIN}" for i, name in enumerate(SCRIPTS)}  # all active


@dataclass(frozen=True)
class Outcome:
    """A module's result, and the records of the snapshot it wrote."""

    result: dict[str, Any]
    output: str
    records: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["record"] == kind]

    @property
    def forwards(self) -> set[tuple[str, str, bool]]:
        """Whose mail, where to ("" where it cannot be told), whether in force."""
        return {(r["mail"], r["address"], r["active"]) for r in self.of("forward")}


Gather = Callable[..., Outcome]


@pytest.fixture(scope="module")
def mail_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A lab of this file's own, for what is planted here would be too many elsewhere."""
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=2 * len(SCRIPTS))
    try:
        info = lifecycle.describe(directory)
        _plant(info)
        yield info
    finally:
        lifecycle.down(directory)


@pytest.fixture
def gather(mail_lab: Info, tmp_path: Path) -> Gather:
    """Runs mail_info on the lab."""
    return partial(_gather, mail_lab, tmp_path / "run")


@pytest.fixture(scope="module")
def told(mail_lab: Info, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What mail_info tells of the lab as it was planted."""
    return _gather(mail_lab, tmp_path_factory.mktemp("told"))


def _gather(info: Info, run_dir: Path, *arguments: str, **options: Any) -> Outcome:
    """Run mail_info with the system's Python: it needs no library beside Python's own."""
    given = {
        "run_dir": str(run_dir),
        "name": "mail1",
        "dovecot_config": info["dovecot"]["config"],
        "postfix_config": info["postfix"]["config"],
        **options,
    }
    python = {"ansible_python_interpreter": "/usr/bin/python3"}
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible")),
            *("localhost", "-i", "localhost,", "-c", "local", "-e", json.dumps(python)),
            *("-m", "civic.mailbox.mail_info", "-a", json.dumps(given), *arguments),
        ],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json", "ANSIBLE_NOCOLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(_result(done.stdout), done.stdout + done.stderr, _records(given))


def _result(output: str) -> dict[str, Any]:
    return json.JSONDecoder().raw_decode(output.partition(" => ")[2])[0]


def _records(given: dict[str, Any]) -> list[dict[str, Any]]:
    path = Path(given["run_dir"], "snapshot", f"mail-{given['name']}.jsonl")
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _plant(info: Info) -> None:
    for name, script in SCRIPTS.items():
        _write_scripts(Path(info["dovecot"]["homes"]), ADDRESSES[name], script.texts)
    homes = Path(info["directory"], "home")
    (homes / "people").write_text(f"people@{OUT}\n")
    for name, (text, _, _) in FORWARDS.items():
        file = homes / name / ".forward"
        file.parent.mkdir()
        file.write_text(text.replace("{home}", str(homes)))
        os.chown(file, pwd.getpwnam(name).pw_uid, -1)
    postfix = Path(info["postfix"]["config"])
    with (postfix / "aliases").open("a") as file:
        for name, (text, _, _) in ALIASES.items():
            file.write(f"{name}: {text.replace('{home}', str(homes))}\n")
    with (postfix / "virtual").open("a") as file:
        file.writelines(f"{name}@{DOMAIN} {text}\n" for name, (text, _, _) in VIRTUAL.items())
    table = _output("postconf", "-d", "-h", "default_database_type")
    _output("postalias", "-c", postfix, f"{table}:{postfix}/aliases")
    _output("postmap", "-c", postfix, f"{table}:{postfix}/virtual")


def _write_scripts(homes: Path, address: str, texts: tuple[str, ...]) -> None:
    local_part, _, domain = address.partition("@")
    home = homes / domain / local_part
    (home / "sieve").mkdir(parents=True)
    for number, text in enumerate(texts):
        (home / "sieve" / f"script{number}.sieve").write_text(text)
    (home / ".dovecot.sieve").symlink_to("sieve/script0.sieve")
    for path in (home, *home.rglob("*")):
        os.chown(path, homes.stat().st_uid, homes.stat().st_uid, follow_symlinks=False)


def _output(*command: object) -> str:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def _planted_here(outcome: Outcome) -> set[tuple[str, str, bool]]:
    """What the lab's own population does not plant."""
    names = {f"{name.lower()}@{MAIL_HOST}" for name in (*FORWARDS, *ALIASES)}
    names |= {f"{name}@{DOMAIN}" for name in VIRTUAL} | set(ADDRESSES.values())
    return {forward for forward in outcome.forwards if forward[0] in names}


def _expected() -> set[tuple[str, str, bool]]:
    routes = [
        (f"{n.lower()}@{MAIL_HOST}", told) for n, (_, told, _) in (FORWARDS | ALIASES).items()
    ]
    routes += [(f"{name}@{DOMAIN}", told) for name, (_, told, _) in VIRTUAL.items()]
    return {(mail, address or "", True) for mail, told in routes for address in told} | {
        (ADDRESSES[name], address, active)
        for name, script in SCRIPTS.items()
        for address, active in script.told
    }


# --- what is told


def test_each_forward_is_told_none_missing_and_none_too_many(told):
    assert _planted_here(told) == _expected()


def test_the_labs_own_forwards_are_told_and_no_other(told):
    theirs = told.forwards - _planted_here(told)
    directory = {f for f in theirs if f[0].startswith("user")}
    assert theirs - directory == {
        (f"sieve-outside@{DOMAIN}", "sieve-outside@FreeMail.example", True),
        (f"sieve-inside@{DOMAIN}", KEPT, True),
        (f"sieve-inactive@{DOMAIN}", f"sieve-inactive@{OUTSIDE}", False),
        (f"sieve-variable@{DOMAIN}", "me@freemail.example", True),
        (f"games@{MAIL_HOST}", f"games@{OUTSIDE}", True),
        (f"backup@{MAIL_HOST}", f"backup@{OUTSIDE}", True),
        (f"list@{MAIL_HOST}", KEPT, True),
        (f"news@{MAIL_HOST}", "", True),
        (f"postmaster@{MAIL_HOST}", f"root@{MAIL_HOST}", True),
        (f"al-out@{MAIL_HOST}", f"al-out@{OUTSIDE}", True),
        (f"al-in@{MAIL_HOST}", KEPT, True),
        (f"al-pipe@{MAIL_HOST}", "", True),
        (f"v-out@{DOMAIN}", f"v-out@{OUTSIDE}", True),
        (f"v-both@{DOMAIN}", KEPT, True),
        (f"v-both@{DOMAIN}", f"v-both@{OUTSIDE}", True),
        (f"v-in@{DOMAIN}", KEPT, True),
        # By the table that asks the directory.
        (f"forward-outside@{DOMAIN}", "forward-outside@FreeMail.Example", True),
        (f"forward-inside@{DOMAIN}", KEPT, True),
        (f"locked-forward@{DOMAIN}", f"locked-forward@{OUTSIDE}", True),
    }


def test_what_is_in_force_is_what_leaves(mail_lab):
    reached = {ADDRESSES[name]: script.really_leaves for name, script in SCRIPTS.items()}
    reached |= {
        f"{name}@{MAIL_HOST}": frozenset(leaves)
        for name, (_, _, leaves) in (FORWARDS | ALIASES).items()
    }
    reached |= {f"{name}@{DOMAIN}": frozenset(leaves) for name, (_, _, leaves) in VIRTUAL.items()}
    expected = sorted(address for leaves in reached.values() for address in leaves)

    for address in reached:
        receive(mail_lab, [address])
    config = mail_lab["postfix"]["config"]
    wait_for(lambda: not _output("postqueue", "-c", config, "-j"))

    bounces = "somebody@else.example"  # where a file cannot be written
    assert sorted(address for address in sunk(mail_lab) if address != bounces) == expected


def test_each_script_that_no_server_runs_is_a_problem_of_its_mailbox(told):
    problems = {r["subject"]: r for r in told.of("problem") if r["subject"]}

    broken = {ADDRESSES[n]: script.problem for n, script in SCRIPTS.items() if script.problem}
    assert problems.keys() == broken.keys()
    for subject, message in broken.items():
        assert problems[subject]["field"] == "forwards"
        assert message in problems[subject]["message"]
        assert "Sieve script 'script0'" in problems[subject]["message"]


def test_a_forward_names_its_place(told):
    sources = {r["mail"]: r["source"] for r in told.of("forward")}

    assert sources[ADDRESSES["under conditions"]] == "Sieve script 'script0', line 3"
    assert sources[f"man@{MAIL_HOST}"].endswith("/home/man/.forward, line 1")
    assert sources[f"uucp@{MAIL_HOST}"].endswith("/home/people, line 1")
    assert sources[f"al-chain@{MAIL_HOST}"].endswith("/postfix/aliases")


def test_result_and_snapshot_say_the_same(told, mail_lab):
    header, *records, end = told.records

    assert told.result["changed"] is False
    assert header["record"] == "header"
    assert (header["schema"], header["kind"], header["name"]) == (1, "mail", "mail1")
    assert mail_lab["dovecot"]["version"].split()[0] in header["software"]
    assert (end["record"], end["complete"], end["message"]) == ("end", True, "")
    assert told.result["counts"] == end["counts"]
    assert told.result["total"] == len(records) == sum(end["counts"].values())
    assert len(told.result["forwards"]) == len(told.of("forward"))
    assert told.result["truncated"] is False
    assert told.result["software"].keys() == {"Dovecot", "Postfix"}


def test_the_way_to_the_scripts_is_told(told):
    ways = {r["by"]: r["mailboxes"] for r in told.of("way")}

    assert ways == {"files": len(told.of("mailbox")), "doveadm": 0}
    assert told.result["sieve_read_by"] == ways


@pytest.mark.ansible
def test_check_mode_does_the_same(gather, told):
    check = gather("--check")

    assert check.result["changed"] is False
    assert check.forwards == told.forwards


def test_no_secret_and_no_script_reaches_output_or_snapshot(told, mail_lab):
    everything = told.output + json.dumps(told.records)

    assert "mailhost-secret" in _output("grep", "-r", "bind_pw", mail_lab["postfix"]["config"])
    assert "-secret" not in everything
    assert "{SSHA}" not in everything
    assert "elsif" not in everything


# --- sign-ins


def _write_row(info: Info, mailbox: str, service: str, who: str, at: object) -> None:
    with closing(sqlite3.connect(info["dovecot"]["last_login"])) as database, database:
        row = (mailbox, service, who, at)
        database.execute("insert or replace into last_login values (?, ?, ?, ?)", row)


def test_a_sign_in_is_told(gather, mail_lab):
    people = lifecycle.population.people(mail_lab["people"], NOW)
    password = next(person.password for person in people if person.uid == "active")
    sign_in(mail_lab, KEPT, password)

    def seen() -> list[dict[str, Any]]:
        return [r for r in gather().of("sign_in") if r["mail"] == KEPT]

    (record,) = wait_for(seen)
    assert (record["source"], record["detail"]) == ("dovecot", "imap")


def test_sign_ins_of_each_service_are_told_and_a_master_users_is_none(gather, mail_lab):
    mailbox = ADDRESSES["plain"]
    _write_row(mail_lab, mailbox, "imap", mailbox.upper(), NOW)
    _write_row(mail_lab, mailbox, "pop3", mailbox, NOW - 1)
    _write_row(mail_lab, ADDRESSES["a copy"], "imap", "auditor", NOW)
    _write_row(mail_lab, ADDRESSES["included"], "imap", KEPT, NOW)

    outcome = gather()

    told = {(r["mail"], r["detail"], r["at"]) for r in outcome.of("sign_in")}
    assert {item for item in told if item[0] == mailbox} == {
        (mailbox, "imap", "2019-01-08T01:02:03Z"),
        (mailbox, "pop3", "2019-01-08T01:02:02Z"),
    }
    assert not {ADDRESSES["a copy"], ADDRESSES["included"]} & {item[0] for item in told}
    assert not [r for r in outcome.of("problem") if r["field"] == "sign_ins"]
    newest = max(item[2] for item in told)
    assert outcome.records[-1]["newest_sign_in"] == {"dovecot": newest}


def test_without_the_plugin_sign_ins_are_unread(gather, mail_lab, tmp_path):
    config = _config(
        mail_lab,
        tmp_path,
        ("mail_plugins = $mail_plugins last_login", "mail_plugins = $mail_plugins"),
        ("last_login = yes", "last_login = no"),
    )

    outcome = gather(dovecot_config=config)

    (unread,) = outcome.records[-1]["unread"]
    assert outcome.result["unread"] == [unread]
    assert unread["field"] == "sign_ins"
    assert "over imap: add last_login" in unread["reason"]
    assert outcome.records[-1]["complete"] is True
    assert not outcome.of("sign_in")
    assert _planted_here(outcome) == _expected()


def test_a_dictionary_that_cannot_be_listed_is_said(gather, mail_lab, tmp_path):
    config = _config(
        mail_lab,
        tmp_path,
        ("last_login_dict = proxy::lastlogin", "last_login_dict = proxy::nothing"),
        ("name = lastlogin", "name = nothing"),
    )

    (unread,) = gather(dovecot_config=config).records[-1]["unread"]

    assert "cannot be listed" in unread["reason"]


def test_files_in_the_homes_are_read(gather, mail_lab, tmp_path):
    home = Path(mail_lab["dovecot"]["homes"], DOMAIN, ADDRESSES["plain"].partition("@")[0])
    (home / ".last-login").write_text(f"shared/last-login/{ADDRESSES['plain']}/imap\n{NOW}\n")
    config = _config(
        mail_lab,
        tmp_path,
        ("last_login_dict = proxy::lastlogin", "last_login_dict = file:~/.last-login"),
        ("dict proxy {\n    name = lastlogin", "dict file {\n    path = ~/.last-login"),
        ("/%{auth_user}", ""),
    )

    told = gather(dovecot_config=config).of("sign_in")

    assert [(r["mail"], r["detail"], r["at"]) for r in told] == [
        (ADDRESSES["plain"], "imap", "2019-01-08T01:02:03Z")
    ]


# --- the two ways to the scripts


def test_doveadm_and_the_files_give_the_same_scripts(mail_lab):
    dovecot = Dovecot(config=mail_lab["dovecot"]["config"], timeout=60)
    users = list(dovecot.homes(dovecot.users()))
    asked = [replace(user, sieve_settings=True) for user in users]

    by_file = {u.name: scripts for u, scripts in scripts_of(dovecot, Ways.to(dovecot, users))}
    by_doveadm = {
        user.name: sorted(scripts, key=lambda script: script.name)
        for user, scripts in scripts_of(dovecot, Ways.to(dovecot, asked))
    }

    assert find_storage(dovecot) is not None
    assert _without_places(by_file) == _without_places(by_doveadm)
    assert by_file.keys() >= set(ADDRESSES.values())


def _without_places(scripts: dict[str, list[StoredScript]]) -> dict[str, list[StoredScript]]:
    return {user: [replace(script, place="") for script in own] for user, own in scripts.items()}


def test_a_user_that_is_gone_has_no_home_and_the_others_have(mail_lab):
    dovecot = Dovecot(config=mail_lab["dovecot"]["config"], timeout=60)
    names = [KEPT, f"gone@{DOMAIN}", ADDRESSES["plain"]]

    users = {user.name: user for user in dovecot.homes(names)}

    assert list(users) == names
    assert [user.exists for user in users.values()] == [True, False, True]
    assert users[KEPT].home.endswith("/active")
    assert users[ADDRESSES["plain"]].home.endswith(ADDRESSES["plain"].partition("@")[0])


# --- what cannot be read


def _config(info: Info, folder: Path, *changes: tuple[str, str]) -> str:
    """A changed copy of Dovecot's configuration: both releases' words may be given."""
    source = Path(info["dovecot"]["config"])
    text = source.read_text()
    changed = text
    for old, new in changes:
        changed = changed.replace(old, new)
    assert changed != text
    path = folder / "dovecot.conf"
    path.touch(mode=0o600)
    path.write_text(changed)
    return str(path)


def _postfix(info: Info, folder: Path, *parameters: str) -> str:
    """A changed copy of Postfix's configuration."""
    path = folder / "postfix"
    path.mkdir()
    for name in ("main.cf", "master.cf"):
        shutil.copy(Path(info["postfix"]["config"], name), path)
    _output("postconf", "-c", path, "-e", *parameters)
    return str(path)


def _failed(outcome: Outcome, *parts: str) -> None:
    """The run failed with one message, and the snapshot says the same."""
    message = outcome.result["msg"]
    for part in parts:
        assert part in message
    assert "Traceback" not in outcome.output
    end = outcome.records[-1]
    assert (end["record"], end["complete"], end["message"]) == ("end", False, message)
    assert outcome.records[0]["record"] == "header"


def test_a_dovecot_that_does_not_run_is_told_and_postfix_is_read(gather, mail_lab, tmp_path):
    nowhere = (f"base_dir = {mail_lab['directory']}/dovecot/run", f"base_dir = {tmp_path}/no")
    outcome = gather(dovecot_config=_config(mail_lab, tmp_path, nowhere))

    _failed(outcome, "Dovecot does not run: start it")
    assert (f"al-out@{MAIL_HOST}", f"al-out@{OUTSIDE}", True) in outcome.forwards


def test_a_configuration_that_is_not_there_is_named(gather, tmp_path):
    outcome = gather(dovecot_config=f"{tmp_path}/none.conf", postfix_config=f"{tmp_path}/none")

    _failed(outcome, f"{tmp_path}/none.conf", f"{tmp_path}/none/main.cf")


def test_nothing_to_read_is_a_failure(gather):
    _failed(gather(dovecot=False, postfix=False), "neither Dovecot nor Postfix")


@pytest.mark.ansible
def test_without_rights_the_message_asks_for_root(mail_lab, tmp_path):
    unreadable = _config(mail_lab, tmp_path, ("auth_verbose = yes", "auth_verbose = no"))
    become = {"ansible_become_flags": "-s /bin/sh", "ansible_become_method": "su"}

    # Not below pytest's folder: each run of pytest closes it to others.
    with tempfile.TemporaryDirectory() as run_dir:
        shutil.chown(run_dir, "nobody")
        outcome = _gather(
            mail_lab,
            Path(run_dir),
            *("--become", "--become-user", "nobody", "-e", json.dumps(become)),
            dovecot_config=unreadable,
        )

    _failed(outcome, "Permission denied", "it needs root")


def test_one_server_alone_can_be_read(gather):
    dovecot, postfix = gather(postfix=False), gather(dovecot=False)

    assert {r["channel"] for r in dovecot.of("forward")} == {"sieve"}
    assert {r["channel"] for r in postfix.of("forward")} == {"dot_forward", "alias", "virtual"}
    assert not postfix.of("sign_in")
    assert "no sign-ins and no Sieve scripts" in postfix.output


def test_a_table_that_does_not_answer_is_a_problem_of_every_address(gather, mail_lab, tmp_path):
    (tmp_path / "ldap.cf").write_text("server_host = ldap://127.0.0.1:1\nsearch_base = dc=x\n")
    tables = f"virtual_alias_maps = hash:{tmp_path}/none, ldap:{tmp_path}/ldap.cf"

    outcome = gather(postfix_config=_postfix(mail_lab, tmp_path, tables))

    problems = [r for r in outcome.of("problem") if r["field"] == "forwards" and not r["subject"]]
    assert len(problems) == 2
    assert f"{tmp_path}/none" in problems[0]["message"]
    assert f"ldap:{tmp_path}/ldap.cf cannot be asked" in problems[1]["message"]


def test_a_table_of_patterns_is_read_and_asked_for_what_is_known(gather, mail_lab, tmp_path):
    (tmp_path / "all").write_text(f"/^active@/ pattern@{OUT}\n/^nobody-here@/ x@{OUT}\n")
    tables = f"virtual_alias_maps = proxy:regexp:{tmp_path}/all"

    outcome = gather(postfix_config=_postfix(mail_lab, tmp_path, tables))

    told = [r for r in outcome.of("forward") if r["channel"] == "virtual"]
    assert [(r["mail"], r["address"], r["source"]) for r in told] == [
        ("@*", f"pattern@{OUT}", f"regexp:{tmp_path}/all, line 1: /^active@/"),
        ("@*", f"x@{OUT}", f"regexp:{tmp_path}/all, line 2: /^nobody-here@/"),
        (KEPT, f"pattern@{OUT}", f"regexp:{tmp_path}/all"),
    ]


def test_of_a_table_that_cannot_be_listed_a_note_says_so(told):
    notes = [r["message"] for r in told.of("problem") if not (r["field"] or r["subject"])]

    assert any("/ldap-forward.cf cannot be listed" in note for note in notes)


def test_a_source_that_cannot_be_read_back_from_a_table_is_taken_from_its_text(
    gather, mail_lab, tmp_path
):
    (tmp_path / "virtual").write_text(f"one@{DOMAIN} cdb@{OUT}\n")
    tables = f"virtual_alias_maps = cdb:{tmp_path}/virtual"

    outcome = gather(postfix_config=_postfix(mail_lab, tmp_path, tables))

    told = [r for r in outcome.of("forward") if r["channel"] == "virtual"]
    assert [(r["mail"], r["address"]) for r in told] == [(f"one@{DOMAIN}", f"cdb@{OUT}")]
