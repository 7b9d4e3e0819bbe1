# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""password_policy on real servers: what is written, and that the server then acts by it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.population import STRICT_POLICY
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.writing import open_writer
from ansible_collections.civic.mailbox.plugins.module_utils._module.password_policy import _change
from ansible_collections.civic.mailbox.plugins.modules import (
    accounts_info,
    assess,
    password_policy,
    rollback,
)

from .module_run import run_module
from .ports import free_port_base
from .slapd import ADMIN, DEFAULT_POLICY, PASSWORD, PEOPLE, SUFFIX, odd_slapd, person

ROOT = Path(__file__).parents[2]
INVALID_CREDENTIALS, CONSTRAINT_VIOLATION = 49, 19
UNIT = f"ou=Odd,{PEOPLE}"
ENFORCER = f"uid=enforcer,{UNIT}"
SCHOOL_POLICY = f"cn=Trường học\\, lớp 1,{SUFFIX}"
# Who has the rights here may write the settings of policies and nothing else.
RULE = f'access to dn.exact="{{dn}}" attrs={{attributes}} by dn.exact="{ENFORCER}" write by * break'
OTHERS = (
    "access to attrs=userPassword by self =xw by anonymous auth by * none\naccess to * by * read"
)
Options = dict[str, Any]


# The modules


def run(
    options: Options,
    main: Callable[[], object] = password_policy.main,
    *,
    check: bool = False,
) -> Options:
    """A module's result, with `failed` and all that was `printed`."""
    ran = run_module(main, {**options, "_ansible_check_mode": check})
    return {"failed": False, **ran.result, "printed": re.sub(r"\s+", " ", ran.output)}


def run_by_ansible(options: Options, *arguments: str) -> Options:
    """The same of password_policy by Ansible, with the diff that it has shown."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible")),
            *("localhost", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}"),
            *("-m", "civic.mailbox.password_policy", "-a", json.dumps(options), *arguments),
        ],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json", "ANSIBLE_NOCOLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    before, _, answer = done.stdout.partition(" => ")
    assert answer, done.stdout + done.stderr
    result = json.JSONDecoder().raw_decode(answer)[0]
    status = before.splitlines()[-1]
    diff = before[before.find("--- before") :].removesuffix(status)
    return {**result, "failed": "FAILED" in status, "shown_diff": diff}


@contextmanager
def administrator(uri: str, dn: str = ADMIN, password: str = PASSWORD) -> Iterator[Any]:
    server = ldap3.Server(uri, get_info=ldap3.NONE)
    connection = ldap3.Connection(
        server, dn, password, auto_bind=True, raise_exceptions=True, check_names=False
    )
    try:
        yield connection
    finally:
        connection.unbind()


def settings(connection: Any, dn: str) -> dict[str, str]:
    """The settings of a policy as they stand there."""
    connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=["*"])
    found = connection.response[0]["raw_attributes"]
    return {n: v[0].decode() for n, v in found.items() if n.startswith("pwd")}


def put(connection: Any, dn: str, **values: str | None) -> None:
    """Set attributes of an entry; None: take away."""
    edits = {n: [(ldap3.MODIFY_REPLACE, [v] if v else [])] for n, v in values.items()}
    connection.modify(dn, edits)


def binds(uri: str, dn: str, password: str) -> bool:
    server = ldap3.Server(uri, get_info=ldap3.NONE)
    connection = ldap3.Connection(server, dn, password)
    answer = connection.bind()
    assert connection.result["result"] in (0, INVALID_CREDENTIALS)
    connection.unbind()
    return answer


def change_own_password(uri: str, dn: str, old: str, new: str) -> int:
    """What ldappasswd ends with: the server's result code."""
    command = ["ldappasswd", "-x", "-H", uri, "-D", dn, "-w", old, "-a", old, "-s", new]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    code = re.search(r"Result: .*?\((\d+)\)", done.stdout + done.stderr)
    return int(code[1]) if code else done.returncode


# On the lab, as its enforcer


@pytest.fixture
def admin(lab: Info) -> Iterator[Any]:
    """The lab's administrator; its policies are put back in the end."""
    directory = lab["openldap"]
    account = directory["accounts"]["admin"]
    with administrator(directory["ldap"], account["dn"], account["password"]) as connection:
        dns = (directory["default_password_policy"], STRICT_POLICY)
        before = {dn: settings(connection, dn) for dn in dns}
        yield connection
        for dn in dns:
            gone = dict.fromkeys(settings(connection, dn).keys() - before[dn].keys())
            put(connection, dn, **before[dn], **gone)


@pytest.fixture
def options(lab: Info, admin: Any) -> Options:
    directory = lab["openldap"]
    login = directory["accounts"]["enforcer"]
    return {
        "server_uri": directory["ldaps"],
        "ca_path": lab["tls"]["ca"],
        "bind_dn": login["dn"],
        "bind_pw": login["password"],
        "search_base": directory["search_base"],
        "default_password_policy": directory["default_password_policy"],
    }


@pytest.mark.ansible
def test_check_mode_shows_what_a_run_does_and_a_second_run_does_nothing(options, admin):
    policy = options["default_password_policy"]
    put(admin, policy, pwdCheckQuality="0", pwdLockout="FALSE", pwdInHistory=None)
    before = settings(admin, policy)
    options |= {
        "min_length": 9,
        "checks_quality": True,
        "history": 5,
        "max_age": 0,
        "lockout_threshold": 4,
        "lockout_duration": 900,
        "must_change_after_reset": True,
        "classes": ["letters", "digits", "specials"],
        "specials": "@!#%",
        "blocklist": True,
    }

    check = run_by_ansible(options, "--check", "--diff")
    check_actual = settings(admin, policy)
    real = run_by_ansible(options, "--diff")
    real_actual = settings(admin, policy)
    again = run(options)

    assert check_actual == before
    assert check["changed"]
    assert real["changed"]
    for name in ("changes", "total", "counts", "policies", "unsupported", "shown_diff"):
        assert check[name] == real[name], name
    assert real_actual == before | {
        "pwdMinLength": "9",
        "pwdCheckQuality": "2",
        "pwdInHistory": "5",
        "pwdMaxFailure": "4",
        "pwdLockout": "TRUE",
        "pwdLockoutDuration": "900",
    }
    assert [(c["field"], c["before"], c["after"]) for c in real["changes"]] == [
        ("min_length", ["0"], ["9"]),
        ("history", ["0"], ["5"]),
        ("lockout_threshold", ["0"], ["4"]),
        ("lockout_duration", ["0 seconds"], ["900 seconds"]),
    ]
    assert real["total"] == real["shown_diff"].count("--- before") == 4
    assert f"after: {policy}: min_length\n@@ -1 +1 @@\n-0\n+9\n" in real["shown_diff"]
    assert real["policies"] == [
        {
            "dn": policy,
            "min_length": 9,
            "checks_quality": True,
            "history": 5,
            "max_age": 0,
            "must_change_after_reset": True,
            "max_idle": 0,
            "lockout_threshold": 4,
            "lockout_duration": 900,
        }
    ]
    assert {one["setting"] for one in real["unsupported"]} == {"classes", "specials", "blocklist"}
    assert not again["changed"]
    assert again["changes"] == []
    assert again["total"] == 0
    assert settings(admin, policy) == real_actual


def test_only_the_default_policy_is_set_unless_others_are_named(options, admin):
    policy = options["default_password_policy"]
    strict = settings(admin, STRICT_POLICY)

    run({**options, "history": 6})
    assert settings(admin, policy)["pwdInHistory"] == "6"
    assert settings(admin, STRICT_POLICY) == strict

    both = run({**options, "policies": [STRICT_POLICY, policy], "history": 7})
    assert both["total"] == 2
    assert [one["dn"] for one in both["policies"]] == [STRICT_POLICY, policy]
    assert {settings(admin, dn)["pwdInHistory"] for dn in (STRICT_POLICY, policy)} == {"7"}


def test_a_policy_that_is_missing_stops_all_before_anything_is_written(options, admin):
    policy = options["default_password_policy"]
    before = settings(admin, policy)

    result = run({**options, "policies": [policy, f"{policy},cn=away"], "history": 8})

    assert result["failed"]
    assert f"{policy},cn=away" in result["msg"]
    assert "Nothing was written" in result["msg"]
    assert STRICT_POLICY in result["msg"]  # one of those to choose from
    assert settings(admin, policy) == before


def test_without_a_default_that_is_known_it_asks_for_one(options, admin):
    del options["default_password_policy"]

    result = run({**options, "history": 8})

    assert result["failed"]
    assert "default_password_policy" in result["msg"]
    assert STRICT_POLICY in result["msg"]


@pytest.mark.parametrize("moved", ["pwdMinLength", "pwdCheckQuality"])
def test_what_somebody_changes_in_the_moment_of_writing_is_left_alone(options, admin, moved):
    policy = options["default_password_policy"]
    access = Access(
        **{
            "uri": options["server_uri"],
            **{name: options[name] for name in ("ca_path", "bind_dn", "bind_pw")},
        }
    )
    with Directory(access) as directory:
        writer = open_writer(
            directory,
            dialect="",
            search_base=options["search_base"],
            default_policy=policy,
            now=datetime.now(timezone.utc),
        )
        steps = list(writer.prepare([_change(policy, "min_length", "8", "9")]))
        put(admin, policy, **{moved: "1"})
        before = settings(admin, policy)
        (outcome,) = writer.write(steps)

    assert outcome.changed_since
    assert settings(admin, policy) == before


# On a server of their own, whose people may be locked out


@pytest.fixture
def slapd(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a server whose default policy has these settings; its URI."""
    running: list[Any] = []

    def start(
        rule: str = "",
        accounts: dict[str, Any] | None = None,
        database: str = "",
        **given: str,
    ) -> str:
        policy = {
            "objectClass": ["namedPolicy", "pwdPolicy"],
            "cn": "default",
            "pwdAttribute": "userPassword",
            "pwdAllowUserChange": "TRUE",
            **given,
        }
        every = RULE.format(dn=DEFAULT_POLICY, attributes="@pwdPolicy")
        school = {**policy, "cn": "Trường học, lớp 1"}
        entries = {
            DEFAULT_POLICY: policy,
            SCHOOL_POLICY: school,
            **person("enforcer", userPassword="enforcer-secret"),
            **person("an", userPassword="abcdefgh"),
            **(accounts or {}),
        }
        folder = tmp_path / f"slapd{len(running)}"
        rules = f"{rule or every}\n{OTHERS}"
        server = odd_slapd(folder, free_port_base(), entries, access=rules, settings=database)
        running.append(server)
        return server.__enter__()

    yield start
    for server in running:
        server.__exit__(None, None, None)


def in_slapd_conf(rule: str) -> str:
    """A rule of olcAccess as slapd.conf has it, where a backslash takes away the next one."""
    return rule.replace("\\", "\\\\")


def asked(uri: str, **wanted: Any) -> Options:
    return {
        "server_uri": uri,
        "bind_dn": ENFORCER,
        "bind_pw": "enforcer-secret",
        "search_base": PEOPLE,
        **wanted,
    }


AN = f"uid=an,{UNIT}"


@pytest.mark.parametrize("quality", ["0", "1", "2"])
def test_a_length_has_its_effect_whatever_quality_was_checked_before(slapd, quality):
    uri = slapd(pwdCheckQuality=quality, pwdMinLength="0", pwdMaxLength="16")
    assert change_own_password(uri, AN, "abcdefgh", "hgfedcba") == 0

    result = run(asked(uri, min_length=9, classes=["letters", "digits"]))

    assert not result["failed"], result["printed"]
    assert change_own_password(uri, AN, "hgfedcba", "abcdefgh") == CONSTRAINT_VIOLATION
    assert change_own_password(uri, AN, "hgfedcba", "abcdefghi") == 0  # no digit: not enforced
    assert [one["setting"] for one in result["unsupported"]] == ["classes"]
    assert "hash are refused" in result["printed"] or quality != "0"


def test_a_length_that_no_password_can_have_is_refused(slapd):
    uri = slapd(pwdCheckQuality="2", pwdMaxLength="16")

    result = run(asked(uri, min_length=17))

    assert result["failed"]
    assert "pwdMaxLength 16" in result["msg"]
    assert "Nothing was written" in result["msg"]


def test_a_threshold_switches_on_locks_those_that_had_no_effect_too(slapd):
    locked = person("khoa", userPassword="abcdefgh", pwdAccountLockedTime="000001010000Z")
    uri = slapd(accounts=locked, pwdLockout="FALSE", pwdMaxFailure="3")
    khoa = f"uid=khoa,{UNIT}"
    assert binds(uri, khoa, "abcdefgh")

    result = run(asked(uri, lockout_threshold=3))

    assert [(c["before"], c["after"]) for c in result["changes"]] == [(["0"], ["3"])]
    assert "locks on accounts that had no effect" in result["printed"]
    assert not binds(uri, khoa, "abcdefgh")
    assert binds(uri, AN, "abcdefgh")
    for _ in range(3):
        assert not binds(uri, AN, "wrong")
    assert not binds(uri, AN, "abcdefgh")


def test_idle_accounts_are_kept_out_only_when_that_was_asked_for(slapd):
    old = person("cu", userPassword="abcdefgh", pwdChangedTime="20190101000000Z")
    uri = slapd(accounts=old, pwdMaxIdle="86400")
    cu = f"uid=cu,{UNIT}"
    with administrator(uri) as admin:
        before = settings(admin, DEFAULT_POLICY)

        by_accident = run(asked(uri, lockout_threshold=3))
        assert by_accident["failed"]
        assert "set max_idle" in by_accident["msg"]
        assert settings(admin, DEFAULT_POLICY) == before

        on_purpose = run(asked(uri, lockout_threshold=3, max_idle=30))
        assert "30 days" in on_purpose["printed"]
        assert not on_purpose["failed"]
        assert on_purpose["policies"][0]["max_idle"] == 30
        assert not binds(uri, cu, "abcdefgh")
        assert binds(uri, AN, "abcdefgh")

        assert run(asked(uri, max_idle=0))["total"] == 1
        assert binds(uri, cu, "abcdefgh")


def test_the_servers_own_limit_leaves_no_mark_and_ends_with_a_reset(slapd):
    cu, lan = (f"uid={uid},{UNIT}" for uid in ("cu", "lan"))
    aged = {"userPassword": "abcdefgh", "pwdChangedTime": "20190101000000Z"}
    accounts = {
        **person("cu", **aged, pwdLastSuccess="20190102000000Z"),
        **person("lan", userPassword="abcdefgh", createTimestamp="20190101000000Z"),
    }
    uri = slapd(accounts=accounts, pwdMaxIdle="86400", pwdLockout="TRUE", pwdMaxFailure="9")
    with administrator(uri) as admin:
        before = standing(admin, cu)
        assert [binds(uri, cu, word) for word in ("abcdefgh", "wrong")] == [False, False]
        assert standing(admin, cu) == before
        assert binds(uri, lan, "abcdefgh")  # no sign-in and no password on record: not idle to it

        put(admin, cu, userPassword="hgfedcba")

        assert "pwdLastSuccess" not in standing(admin, cu)
        assert binds(uri, cu, "hgfedcba")


def standing(connection: Any, dn: str) -> dict[str, Any]:
    """All that stands in an entry but what a failed sign-in leaves anyway."""
    connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=["*", "+"])
    left = {"pwdFailureTime", "modifyTimestamp", "modifiersName", "entryCSN"}
    found = connection.response[0]["raw_attributes"]
    return {name: values for name, values in found.items() if name not in left}


def test_without_a_record_of_sign_ins_the_servers_own_limit_does_nothing(slapd):
    old = person("cu", userPassword="abcdefgh", pwdChangedTime="20190101000000Z")
    uri = slapd(accounts=old, database="lastbind off", pwdMaxIdle="86400", pwdLockout="TRUE")

    assert binds(uri, f"uid=cu,{UNIT}", "abcdefgh")


def test_an_age_expires_old_passwords_and_says_so(slapd):
    old = person("cu", userPassword="abcdefgh", pwdChangedTime="20190101000000Z")
    uri = slapd(accounts=old)
    cu = f"uid=cu,{UNIT}"
    assert binds(uri, cu, "abcdefgh")

    result = run(asked(uri, max_age=90))
    assert "90 days has expired" in result["printed"]
    assert not binds(uri, cu, "abcdefgh")

    assert run(asked(uri, max_age=0))["total"] == 1
    assert binds(uri, cu, "abcdefgh")


def test_the_right_that_a_message_asks_for_is_the_one_that_was_missing(slapd):
    wanted = {"lockout_threshold": 3, "policies": [SCHOOL_POLICY]}
    some = in_slapd_conf(RULE.format(dn=SCHOOL_POLICY, attributes="pwdMaxFailure"))

    refused = run(asked(slapd(rule=some), **wanted))

    assert refused["failed"]
    assert "pwdMaxFailure, pwdLockout" in refused["msg"]
    rule = re.search(r'to dn\.exact=".*" write by \* break', refused["msg"])
    assert rule
    assert not run(asked(slapd(rule=in_slapd_conf(f"access {rule[0]}")), **wanted))["failed"]


def test_a_journalled_run_is_undone_as_if_it_had_never_been(slapd, tmp_path):
    uri = slapd(pwdCheckQuality="0", pwdMaxFailure="3")
    wanted = {
        "min_length": 9,
        "checks_quality": False,  # sets anew what the length has set
        "max_age": 90,
        "lockout_threshold": 3,
        "run_dir": str(tmp_path / "runs" / "first"),
    }
    back = {name: asked(uri)[name] for name in ("server_uri", "bind_dn", "bind_pw")}
    back |= {"reports_dir": str(tmp_path / "runs")}
    with administrator(uri) as admin:
        before = settings(admin, DEFAULT_POLICY)

        done = run(asked(uri, **wanted))
        after = settings(admin, DEFAULT_POLICY)
        shown = run(back, rollback.main, check=True)
        still = settings(admin, DEFAULT_POLICY)
        undone = run(back, rollback.main)

        assert done["total"] == shown["total"] == undone["total"] == 4
        assert shown["left"] == undone["left"] == []
        assert after == still != before
        assert settings(admin, DEFAULT_POLICY) == before


def test_settings_that_share_an_attribute_are_undone_the_last_one_first(slapd, tmp_path):
    uri = slapd(pwdCheckQuality="0")
    run_dir = tmp_path / "runs" / "first"
    wanted = {"min_length": 9, "checks_quality": False, "run_dir": str(run_dir)}
    back = {name: asked(uri)[name] for name in ("server_uri", "bind_dn", "bind_pw")}
    back |= {"reports_dir": str(tmp_path / "runs")}
    with administrator(uri) as admin:
        before = settings(admin, DEFAULT_POLICY)

        assert run(asked(uri, **wanted))["total"] == 2
        shown = run(back, rollback.main, check=True)
        undone = run(back, rollback.main)

        assert settings(admin, DEFAULT_POLICY) == before
    last_first = ["checks_quality", "min_length"]
    assert [one["field"] for one in shown["changes"]] == last_first
    assert [one["field"] for one in undone["changes"]] == last_first
    lines = map(json.loads, (run_dir / "journal.jsonl").read_text("utf-8").splitlines())
    intents = [line for line in lines if line["record"] == "intent"]
    assert [(one["mode"], one["change"]["field"]) for one in intents] == [
        ("apply", "min_length"),
        ("apply", "checks_quality"),
        ("rollback", "checks_quality"),
        ("rollback", "min_length"),
    ]
    checked = [
        (*one["before"]["pwdCheckQuality"], *one["after"]["pwdCheckQuality"]) for one in intents
    ]
    assert checked == [("0", "2"), ("2", "1"), ("1", "2"), ("2", "0")]


OFFICE = """
office: Odd
time_zone: Asia/Ho_Chi_Minh
password:
  history: 5
  lockout_threshold: 5
  must_change_after_reset: true
forwarding:
  internal_domains: [odd.example]
"""


def test_what_an_audit_plans_is_carried_out_unless_somebody_was_faster(slapd, tmp_path):
    uri = slapd(pwdCheckQuality="0", pwdMinLength="8", pwdLockout="FALSE", pwdMaxFailure="3")
    policy_file, runs = tmp_path / "policy.yml", tmp_path / "runs"
    policy_file.write_text(OFFICE)
    plan = audit(uri, runs / "first", policy_file)
    planned = {**asked(uri), "name": "odd", "plan": plan, "policy_file": str(policy_file)}
    with administrator(uri) as admin:
        before = settings(admin, DEFAULT_POLICY)

        check = run(planned, check=True)
        check_actual = settings(admin, DEFAULT_POLICY)
        put(admin, DEFAULT_POLICY, pwdInHistory="2")
        real = run(planned)
        real_actual = settings(admin, DEFAULT_POLICY)
        again = run(planned)

        assert check_actual == before
        # checks_quality came with min_length, in check mode as well
        fields = ["min_length", "history", "lockout_threshold", "must_change_after_reset"]
        assert [c["field"] for c in check["changes"]] == fields
        assert [c["field"] for c in real["changes"]] == [f for f in fields if f != "history"]
        assert [one["reason"] for one in real["left"]] == [
            "history is 2 now, and was 0. Audit again"
        ]
        assert real_actual == before | {
            "pwdMinLength": "9",
            "pwdCheckQuality": "2",
            "pwdInHistory": "2",
            "pwdMaxFailure": "5",
            "pwdLockout": "TRUE",
            "pwdMustChange": "TRUE",
        }
        assert again["total"] == 0


def audit(uri: str, run_dir: Path, policy_file: Path) -> str:
    """The plan of an audit of this server."""
    reads = {**asked(uri), "run_dir": str(run_dir), "name": "odd"}
    sources = [{"name": "odd", "kind": "accounts"}]
    judges = {"run_dir": str(run_dir), "policy_file": str(policy_file), "sources": sources}
    assert not run(reads, accounts_info.main)["failed"]
    assert not run(judges, assess.main)["failed"]
    return str(run_dir / "plan.jsonl")


def test_a_policy_that_is_not_shown_is_not_taken_for_an_empty_one(slapd):
    hidden = f'access to dn.exact="{DEFAULT_POLICY}" attrs=pwdAttribute by * none'

    result = run(asked(slapd(rule=hidden), min_length=9, policies=[DEFAULT_POLICY]))

    assert result["failed"]
    assert "not shown" in result["msg"]
    assert "Nothing was written" in result["msg"]


def test_a_setting_that_is_not_shown_is_not_overwritten_unseen(slapd):
    hidden = f'access to dn.exact="{DEFAULT_POLICY}" attrs=pwdInHistory by dn.exact="{ENFORCER}" =w'
    uri = slapd(rule=f"{hidden}\n{RULE.format(dn=DEFAULT_POLICY, attributes='@pwdPolicy')}")

    result = run(asked(uri, history=5))

    assert result["failed"]
    assert "history" in result["msg"]
    assert "may not read all settings" in result["msg"]
    with administrator(uri) as admin:
        assert "pwdInHistory" not in settings(admin, DEFAULT_POLICY)


@pytest.mark.ansible
def test_options_that_contradict_each_other_or_say_nothing_are_refused(slapd):
    uri = "ldap://127.0.0.1:1"
    nothing = run(asked(uri))
    both = run(asked(uri, plan="plan.jsonl", min_length=9))

    assert "one of the following is required" in nothing["msg"]
    assert "mutually exclusive" in both["msg"]
