# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""accounts_info on real directory servers: what is read, and every way in which reading fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.layout import HOST
from ansible_collections.civic.mailbox.lab.population import DEFAULT_PASSWORD, Person
from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Forward,
    Lock,
    PasswordCheck,
    SignIn,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import parse_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import (
    read_account,
    read_password_policy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import (
    Outcome,
    Wanted,
    gather,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import (
    from_attribute,
    from_dn,
    from_jmespath,
)

from .ports import free_port_base
from .proxy import ONE, Spoil, cut, reset, say, spoiling, stall
from .slapd import (
    ADMIN,
    DEFAULT_POLICY,
    PASSWORD,
    PEOPLE,
    UNIX_ROOT,
    Entries,
    odd_slapd,
    person,
    socket_uri,
)

ROOT = Path(__file__).parents[2]
ALL = 1 << 40  # bytes, more than any answer has
UNIT = f"ou=Odd,{PEOPLE}"
OTHER_NAME = "127.1"  # an address of this machine that the certificate does not name


@dataclass(frozen=True)
class Snapshot:
    """What gather wrote, and what it said of it."""

    outcome: Outcome
    lines: list[dict[str, Any]]

    def records(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["record"] == kind]

    @property
    def accounts(self) -> dict[str, Account]:
        """By login."""
        found = map(read_account, self.records("account"))
        return {account.login: account for account in found}

    @property
    def end(self) -> dict[str, Any]:
        return self.lines[-1]

    @property
    def problems(self) -> list[str]:
        return [line["message"] for line in self.records("problem")]


def now() -> datetime:
    return datetime.now(timezone.utc)


def read(access: Access, base: str, *, progress: Callable[[int], object] = id, **wanted: Any):
    """Gather into memory. Header and end are always there, whatever happened."""
    lines: list[str] = []
    settings = {"name": "test", "search_base": base, "unit": from_dn("ou"), **wanted}
    outcome = gather(access, Wanted(**settings), write=lines.append, progress=progress, clock=now)
    snapshot = Snapshot(outcome, [json.loads(line) for line in lines])
    assert snapshot.lines[0]["record"] == "header"
    assert [line["record"] for line in snapshot.lines].count("end") == 1
    assert snapshot.end["record"] == "end"
    assert snapshot.end["complete"] is (outcome.message == "")
    assert snapshot.end["message"] == outcome.message
    assert snapshot.end["counts"]["account"] == outcome.total == len(snapshot.records("account"))
    return snapshot


@pytest.fixture
def access(lab: Info) -> Callable[..., Access]:
    """How to reach the lab's directory as one of its accounts."""

    def make(name: str = "auditor", scheme: str = "ldaps", **options: Any) -> Access:
        login = lab["openldap"]["accounts"][name]
        settings = {
            "uri": lab["openldap"][scheme],
            "bind_dn": login["dn"],
            "bind_pw": login["password"],
            "ca_path": lab["tls"]["ca"],
        }
        return Access(**settings | options)

    return make


@pytest.fixture
def base(lab: Info) -> str:
    return lab["openldap"]["search_base"]


@pytest.fixture
def people(lab: Info) -> dict[str, Person]:
    """The lab's population, by login."""
    known = population.people(lab["people"], datetime.fromisoformat(lab["now"]))
    return {one.uid: one for one in known}


# What is read


def expected(one: Person) -> dict[str, Any]:
    """What an auditor must read of a person."""
    state = one.state
    lock = {"": None, "administrator": Lock.ADMINISTRATOR, "failures": Lock.FAILURES}[state.lock]
    strict = one.unit == population.STRICT_UNIT
    signed_in = one.ago(state.signed_in)
    return {
        "login": one.uid,
        "mail": frozenset(one.mail),
        "name": one.name,
        "unit": one.unit,
        "created_at": one.ago(state.created),
        "password_changed_at": one.ago(state.password_changed),
        "must_change": state.must_change,
        "lock": lock,
        "locked_at": one.now if lock is Lock.FAILURES else None,
        "sign_ins": (SignIn(at=signed_in, source="pwdLastSuccess"),) if signed_in else (),
        "password_policy": population.STRICT_POLICY if strict else population.DEFAULT_POLICY,
        "forwards": (
            (Forward(address=one.forward, channel="directory", source="mailRoutingAddress"),)
            if one.forward
            else ()
        ),
        "problems": (),
    }


def shown(account: Account) -> dict[str, Any]:
    return {
        **{name: getattr(account, name) for name in expected(next(population.people(0, now())))},
        "mail": frozenset(account.mail),  # a server keeps no order
    }


@pytest.mark.parametrize(
    ("scheme", "options"),
    [
        pytest.param("ldap", {}, id="in clear"),
        pytest.param("ldap", {"start_tls": True}, id="StartTLS"),
        pytest.param("ldaps", {}, id="LDAPS"),
    ],
)
@pytest.mark.parametrize("page_size", [0, 1, 7, 1000])
def test_every_account_is_read_as_it_is(access, base, people, scheme, options, page_size):
    policy = population.DEFAULT_POLICY
    found = read(
        access(scheme=scheme, **options), base, page_size=page_size, default_password_policy=policy
    )

    accounts = found.accounts
    assert accounts.keys() == people.keys()
    assert found.outcome.total == len(people)
    assert {uid: shown(a) for uid, a in accounts.items()} == {
        uid: expected(one) for uid, one in people.items()
    }
    assert len({account.id for account in accounts.values()}) == len(people)
    assert found.end["unread"] == []
    assert found.problems == []


def test_the_auditor_may_show_a_certificate_instead(lab, base, people):
    folder = Path(lab["tls"]["ca"]).parent
    access = Access(
        uri=lab["openldap"]["ldaps"],
        ca_path=lab["tls"]["ca"],
        sasl_external=True,
        client_cert=str(folder / "auditor.pem"),
        client_key=str(folder / "auditor.key"),
    )

    assert read(access, base).accounts.keys() == people.keys()


def test_the_accounts_of_tools_are_no_accounts(access, base):
    assert read(access(), "o=services").outcome.total == 0


def test_the_policies_are_read_with_what_they_enforce(access, base):
    found = read(access(), base, default_password_policy=population.DEFAULT_POLICY)

    policies = [read_password_policy(record) for record in found.records("policy")]
    assert {policy.name: policy.min_length for policy in policies} == population.PASSWORD_POLICIES
    assert {policy.classes for policy in policies} == {frozenset()}
    assert {policy.lockout_duration for policy in policies} == {timedelta(0)}


def test_the_header_and_the_end_tell_what_was_read(access, base, people):
    found = read(access(), base, default_password_policy=population.DEFAULT_POLICY)

    newest = max(one.ago(one.state.signed_in) for one in people.values() if one.state.signed_in)
    assert found.lines[0]["server"] == access().uri
    assert (found.lines[0]["dialect"], found.lines[0]["kind"]) == ("openldap", "accounts")
    assert found.lines[0]["software"].startswith("OpenLDAP")
    assert found.end["counts"] == {"policy": 2, "account": len(people)}
    assert parse_time(found.end["newest_sign_in"]["pwdLastSuccess"]) == newest


def test_accounts_are_counted_by_what_they_are(access, base, people):
    counts = read(access(), base).outcome.counts

    states = [one.state for one in people.values()]
    locks = Counter(state.lock for state in states)
    assert counts["locked_by_administrator"] == locks["administrator"]
    assert counts["locked_by_failures"] == locks["failures"]
    assert counts["must_change"] == sum(state.must_change for state in states)
    assert counts["forwarding"] == sum(bool(state.forward) for state in states)
    assert counts["with_sign_in"] == sum(state.signed_in is not None for state in states)


def test_units_come_from_an_attribute_or_a_query_as_well(access, base, people):
    units = {uid: one.unit for uid, one in people.items()}
    for rule in (from_attribute("ou"), from_jmespath("ou[0]")):
        found = read(access(), base, unit=rule)
        assert {uid: account.unit for uid, account in found.accounts.items()} == units


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("userPassword[0]", "holds passwords", id="a hash"),
        pytest.param("USERPASSWORD[0]", "holds passwords", id="a hash in capitals"),
        pytest.param("Mail[0]", "write mail in place of Mail", id="another spelling"),
    ],
)
def test_what_cannot_name_a_unit_is_refused(access, base, query, said):
    found = read(access("hash-auditor"), base, unit=from_jmespath(query))

    assert said in found.outcome.message
    assert found.outcome.total == 0


def test_default_passwords_are_found_in_every_scheme_and_no_hash_is_written(access, base, people):
    candidates = ("guess", DEFAULT_PASSWORD, "Pw-{login}-7!")
    policy = {"default_password_policy": population.DEFAULT_POLICY}
    reader = access("hash-auditor")
    found = read(reader, base, password_candidates=candidates[:2], **policy)
    everybody = read(reader, base, password_candidates=candidates, **policy)

    checks = {uid: account.password_check for uid, account in found.accounts.items()}
    assert checks == {
        uid: PasswordCheck.MATCH if one.password == DEFAULT_PASSWORD else PasswordCheck.NO_MATCH
        for uid, one in people.items()
    }
    assert {account.password_check for account in everybody.accounts.values()} == {
        PasswordCheck.MATCH
    }
    assert found.end["unread"] == []
    written = json.dumps(found.lines) + repr(found.outcome)
    assert DEFAULT_PASSWORD not in written
    assert not [one.uid for one in people.values() if one.password_hash[-20:] in written]


def test_no_time_for_hashes_leaves_them_not_tried(access, base):
    wanted = {"password_candidates": ("guess",), "hash_seconds": 0}
    found = read(access("hash-auditor"), base, **wanted)

    assert {a.password_check for a in found.accounts.values()} == {PasswordCheck.NOT_TRIED}
    assert "hash_time_budget" in " ".join(found.problems)


def test_progress_is_told(access, base, monkeypatch):
    module = sys.modules[gather.__module__]
    monkeypatch.setattr(module, "PROGRESS_EVERY", 10)
    told: list[int] = []

    found = read(access(), base, progress=told.append)

    assert told == list(range(10, found.outcome.total + 1, 10))


# What may not be read


def test_an_attribute_that_may_not_be_read_is_told_by_its_field(access, base):
    found = read(access("blind"), base, default_password_policy=population.DEFAULT_POLICY)

    unread = {(item["field"], item["unit"]) for item in found.end["unread"]}
    assert unread == {("sign_ins", None), ("password_changed_at", None), ("forwards", None)}
    reasons = " ".join(item["reason"] for item in found.end["unread"])
    assert "insufficientAccessRights (50)" in reasons
    assert found.end["complete"] is True


def test_hashes_that_may_not_be_read_are_told(access, base):
    wanted = {
        "password_candidates": ("guess",),
        "default_password_policy": population.DEFAULT_POLICY,
    }
    found = read(access(), base, **wanted)

    assert [item["field"] for item in found.end["unread"]] == ["password_check"]
    assert {account.password_check for account in found.accounts.values()} == {None}


def test_a_default_policy_that_is_not_shown_is_told(access, base, people):
    found = read(access(), base)

    (item,) = found.end["unread"]
    assert (item["field"], item["unit"]) == ("password_policy", None)
    assert "default_password_policy" in item["reason"]
    policies = Counter(account.password_policy for account in found.accounts.values())
    strict = sum(one.unit == population.STRICT_UNIT for one in people.values())
    assert policies == {population.STRICT_POLICY: strict, None: len(people) - strict}


def test_a_stated_policy_that_is_none_is_told(access, base):
    found = read(access(), base, default_password_policy=f"cn=none,{population.POLICIES}")

    assert "cn=none" in " ".join(found.problems)


# A server that is not like the lab's

ODD: Entries = {
    **person("plain", mail="plain@odd.example"),
    **person("time", authTimestamp="yesterday"),
    **person("bytes", mailForwardingAddress=b"\xff@odd.example"),
    **person("letters", cn='"Quoted", \\ and\nbroken', mail=["b@odd.example", "a@odd.example"]),
    **person("over", pwdAccountLockedTime="20190108010000Z"),
    **person("for-good", pwdAccountLockedTime="000001010000Z"),
    **person("ended", pwdEndTime="20190108010000Z"),
    **person("fraction", pwdLastSuccess="20190108010203.5Z"),
    f"cn=elsewhere,{PEOPLE}": {
        "objectClass": ["referral", "extensibleObject"],
        "cn": "elsewhere",
        "ref": "ldap://other.example/ou=elsewhere,dc=odd",
    },
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with odd_slapd(tmp_path_factory.mktemp("odd") / "slapd", free_port_base(), ODD) as uri:
        yield uri


def test_what_cannot_be_understood_is_a_problem_of_its_account_alone(odd):
    accounts = read(Access(uri=odd), PEOPLE).accounts

    problems = {
        login: [(problem.field, problem.message) for problem in account.problems]
        for login, account in accounts.items()
        if account.problems
    }
    assert problems.keys() == {"time", "bytes"}
    assert problems["time"][0][0] == "sign_ins"
    assert "authTimestamp: yesterday is no generalized time" in problems["time"][0][1]
    assert "not UTF-8" in problems["bytes"][0][1]
    assert accounts["bytes"].forwards[0].address == r"\xff@odd.example"


def test_a_strange_name_two_addresses_or_none_are_no_problem(odd):
    accounts = read(Access(uri=odd), PEOPLE).accounts

    assert accounts["letters"].name == '"Quoted", \\ and\nbroken'
    assert set(accounts["letters"].mail) == {"a@odd.example", "b@odd.example"}
    assert accounts["time"].mail == ()


def test_locks_are_judged_by_the_effective_policy_and_time(odd):
    locks = {
        login: account.lock for login, account in read(Access(uri=odd), PEOPLE).accounts.items()
    }

    assert locks["over"] is None  # an hour, and that was in 2019
    assert locks["for-good"] is Lock.ADMINISTRATOR
    assert locks["ended"] is Lock.ADMINISTRATOR


def test_who_may_see_the_configuration_knows_the_default_policy(odd):
    found = read(Access(uri=odd), PEOPLE)

    assert found.end["unread"] == []
    assert {account.password_policy for account in found.accounts.values()} == {DEFAULT_POLICY}


def test_who_may_see_the_monitor_knows_version_and_clock(odd):
    header = read(Access(uri=odd), PEOPLE).lines[0]

    assert header["software"].startswith("OpenLDAP 2.")
    assert abs(parse_time(header["server_time"]) - now()) < timedelta(minutes=1)


def test_parts_on_other_servers_are_told(odd):
    found = read(Access(uri=odd), PEOPLE)

    assert found.end["complete"] is True
    (problem,) = found.problems
    assert "ldap://other.example/" in problem


def test_a_unix_socket_tells_who_asks(tmp_path):
    entries = person("a", mail="a@odd.example")
    rules = f'access to * by dn.exact="{UNIX_ROOT}" read'
    with odd_slapd(tmp_path / "slapd", free_port_base(), entries, access=rules) as uri:
        root = read(Access(uri=socket_uri(tmp_path / "slapd"), sasl_external=True), PEOPLE)
        nobody = read(Access(uri=uri), PEOPLE)

    assert root.accounts.keys() == {"a"}
    assert "noSuchObject (32)" in nobody.outcome.message


TIMES = "attrs=pwdLastSuccess"
ACCESS_RULES = [
    # what it shows                   a rule before "read everything"            unread
    ("may not look",                  f"to {TIMES} by * none",                   {"sign_ins": None}),
    ("may not ask either",            f"to {TIMES} by * disclose",               {"sign_ins": None}),
    ("there, and only to compare",    f"to {TIMES} by * compare",                {"sign_ins": "Odd"}),
    ("there, and only to search by",  f"to {TIMES} by * search",                 {"sign_ins": "Odd"}),
    ("in one unit",                   f'to dn.subtree="{UNIT}" {TIMES} by * none', {"sign_ins": "Odd"}),
    ("the id",                        "to attrs=entryUUID by * none",            {"id": None}),
    ("nothing is hidden",             "to attrs=entryUUID by * read",            {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "unread"), [pytest.param(*case, id=name) for name, *case in ACCESS_RULES]
)
def test_absent_and_hidden_are_told_apart(tmp_path, rule, unread):
    """Two units: in Odd the account has signed in, in Even it never has."""
    even = f"ou=Even,{PEOPLE}"
    other = {
        even: {"objectClass": "organizationalUnit", "ou": "Even"},
        f"uid=b,{even}": {
            "objectClass": "inetOrgPerson",
            "uid": "b",
            "cn": "b",
            "sn": "b",
            "mail": "b@x.example",
        },
    }
    entries = {**person("a", mail="a@x.example", pwdLastSuccess="20190108010000Z"), **other}
    access = f"access {rule}\naccess to * by * read"
    with odd_slapd(tmp_path / "slapd", free_port_base(), entries, access=access) as uri:
        found = read(Access(uri=uri), PEOPLE)

    assert {item["field"]: item["unit"] for item in found.end["unread"]} == unread


# Failures: one message that says what to do, and a snapshot that says that it is not complete


def fails(access: Access, base: str, *said: str, **wanted: Any) -> Snapshot:
    found = read(access, base, **wanted)
    for part in said:
        assert part in found.outcome.message
    assert access.bind_pw == "" or access.bind_pw not in json.dumps(found.lines)
    assert "Traceback" not in found.outcome.message
    assert "\n" not in found.outcome.message
    assert found.lines[0]["server"] == access.uri
    return found


def test_a_wrong_password(access, base):
    fails(access(bind_pw="not-this-one"), base, "invalidCredentials (49)", "bind_pw")


def test_another_authority(access, lab, base):
    other = str(Path(lab["tls"]["ca"]).parent / "other-ca.pem")
    for options in ({}, {"scheme": "ldap", "start_tls": True}):
        fails(access(ca_path=other, **options), base, "certificate", "ca_path")


def test_a_name_that_the_certificate_does_not_bear(access, base):
    with spoiling(access().address.port, ALL, stall) as port:
        fails(access(uri=f"ldaps://{OTHER_NAME}:{port}"), base, "certificate")


def test_an_unchecked_certificate(access, lab, base, people):
    other = str(Path(lab["tls"]["ca"]).parent / "other-ca.pem")
    found = read(access(ca_path=other, validate_certs=False), base)

    assert found.accounts.keys() == people.keys()


def test_a_server_that_is_down(access, base):
    fails(access(uri=f"ldap://{HOST}:{free_port_base()}"), base, "nothing listens there")


def test_a_host_without_an_address(access, base):
    fails(access(uri="ldap://no-such-host.invalid"), base, "no address")


def test_tls_on_the_wrong_port(access, base, lab):
    uri = lab["openldap"]["ldap"].replace("ldap:", "ldaps:")
    fails(access(uri=uri), base, "check port and scheme")
    fails(access(uri=lab["openldap"]["ldaps"].replace("ldaps:", "ldap:")), base, "ldaps://?")


def test_a_server_without_start_tls(odd):
    access = Access(uri=odd, start_tls=True, bind_dn=ADMIN, bind_pw=PASSWORD)
    fails(access, PEOPLE, "refuses StartTLS", "protocolError (2)", "ldaps://")


def test_a_base_that_does_not_exist(access, base):
    fails(access(), f"ou=nowhere,{base}", "noSuchObject (32)", f"deepest entry found is {base}")


def test_a_base_that_is_no_dn(access):
    fails(access(), "people", "invalidDNSyntax (34)", "search_base")


def test_a_filter_that_is_none(access, base):
    found = fails(access(), base, "((mail=*) is no LDAP filter", filter="((mail=*)")
    assert found.outcome.total == 0


def test_a_size_limit_leaves_what_was_read_and_says_so(access, base):
    found = fails(access("limited"), base, "sizeLimitExceeded (4)", "size=unlimited")
    assert found.outcome.total == 5


def test_nothing_found_is_told(access, base):
    found = read(access(), base, filter="(uid=nobody)")

    assert found.outcome.total == 0
    assert "(uid=nobody)" in " ".join(found.problems)


NOTICE = bytes.fromhex("3024020100781f0a013404000400 8a16") + b"1.3.6.1.4.1.1466.20036"
UNASKED = bytes.fromhex("300f02047ffffffe65070a010004000400")  # a SearchResultDone
NOISE = b"HTTP/1.1 400 Bad Request\r\n" * 20
SPOILT = [
    # what happens                  how many pass, then          what is said
    ("closed at once",              0,    cut,           "ended the connection"),
    ("closed in the bind answer",   5,    cut,           "ended the connection"),
    ("noise for a bind answer",     0,    say(NOISE),    "check host and port"),
    ("closed after the bind",       ONE,  cut,           "the connection ended between answers"),
    ("closed in an answer",         6000, cut,           "connection ended in the middle of an answer"),
    ("torn down in an answer",      6000, reset,         "the connection ended"),
    ("silent in an answer",         6000, stall,         "raise the timeouts"),
    ("silent from the beginning",   0,    stall,         "raise the timeouts"),
    ("noise in place of an answer", ONE,  say(NOISE),    "no LDAP"),
    ("an answer nobody asked for",  ONE,  say(UNASKED),  "not asked"),
    ("a notice of disconnection",   ONE,  say(NOTICE),   "unavailable (52)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("passing", "spoil", "said"), [pytest.param(*case, id=name) for name, *case in SPOILT]
)
def test_an_answer_that_is_spoilt_on_the_way(access, base, passing: int, spoil: Spoil, said: str):
    whole = access(scheme="ldap")
    timeout = 3 if spoil is stall else 30  # seconds
    with spoiling(whole.address.port, passing, spoil) as port:
        there = replace(whole, uri=f"ldap://{HOST}:{port}", receive_timeout=timeout)
        found = fails(there, base, said, page_size=10)

    assert (found.outcome.total > 0) is (passing == 6000)


def test_without_pages_nothing_is_held_back(access, base):
    whole = access(scheme="ldap")
    with spoiling(whole.address.port, 7000, cut) as port:
        found = fails(replace(whole, uri=f"ldap://{HOST}:{port}"), base, "ended", page_size=0)

    assert found.outcome.total > 10


@pytest.mark.parametrize("passing", [100, 5000, 9000])
@pytest.mark.parametrize("options", [{}, {"start_tls": True}], ids=["LDAPS", "StartTLS"])
def test_an_answer_that_is_cut_off_inside_tls(access, base, passing, options):
    scheme = "ldap" if options else "ldaps"
    whole = access(scheme=scheme)
    with spoiling(whole.address.port, passing, cut) as port:
        found = read(replace(whole, uri=f"{scheme}://{HOST}:{port}", **options), base, page_size=10)

    # A hundred bytes are not enough for the handshake, which takes 2,500 (OpenSSL 3.5).
    said = "failed: " if passing == 100 else "the connection ended"
    assert said in found.outcome.message


def test_no_wait_is_without_end_and_the_connection_is_given_back(access):
    with Directory(access(scheme="ldap", receive_timeout=7)) as directory:
        assert directory._connection.socket.gettimeout() == 7
        own = directory._connection.socket
    assert own.fileno() == -1


def test_compare_answers_stay_in_order(access, base):
    questions = [
        (base.encode(), "ou", "people" if number % 3 else "other") for number in range(250)
    ]
    with Directory(access()) as directory:
        codes = directory.compare(questions)

    assert codes == [6 if number % 3 else 5 for number in range(250)]


# As Ansible runs it


@dataclass(frozen=True)
class Task:
    """One run of the module by Ansible."""

    status: int
    output: str

    @property
    def result(self) -> dict[str, Any]:
        return json.loads(self.output[self.output.index("{") : self.output.rindex("}") + 1])


def run_task(options: dict[str, Any], *arguments: str) -> Task:
    done = subprocess.run(
        [
            *(
                "ansible",
                "localhost",
                "-m",
                "civic.mailbox.accounts_info",
                "-a",
                json.dumps(options),
            ),
            *("-e", f"ansible_python_interpreter={sys.executable}", *arguments),
        ],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Task(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def options(lab: Info, tmp_path: Path) -> dict[str, Any]:
    directory = lab["openldap"]
    login = directory["accounts"]["hash-auditor"]
    return {
        "server_uri": directory["ldaps"],
        "bind_dn": login["dn"],
        "bind_pw": login["password"],
        "ca_path": lab["tls"]["ca"],
        "search_base": directory["search_base"],
        "default_password_policy": directory["default_password_policy"],
        "run_dir": str(tmp_path / "run"),
        "name": "town",
    }


@pytest.mark.parametrize("mode", [(), ("--check", "--diff")], ids=["run", "check mode"])
def test_the_module_writes_the_snapshot_and_tells_of_it(options, people, mode):
    options["password_candidates"] = [DEFAULT_PASSWORD]

    task = run_task(options, *mode)

    assert task.status == 0, task.output
    result = task.result
    path = Path(result["path"])
    assert path == Path(options["run_dir"], "snapshot", "accounts-town.jsonl")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in Path(options["run_dir"]).rglob("*") if p.is_file()] == [path.name]
    assert (result["changed"], result["total"], result["truncated"]) == (False, len(people), True)
    assert len(result["accounts"]) == 10
    assert {"login", "mail", "unit"} <= result["accounts"][0].keys()
    assert result["dialect"] == "openldap"
    assert result["counts"]["password_match"] > 0
    for text in (task.output, path.read_text("utf-8")):
        assert DEFAULT_PASSWORD not in text
        assert options["bind_pw"] not in text
        assert "{SSHA}" not in text
    header, *_, end = path.read_text("utf-8").splitlines()
    assert (json.loads(header)["name"], json.loads(end)["complete"]) == ("town", True)


def test_the_module_fails_with_one_message_and_leaves_a_snapshot_that_says_so(options):
    options["bind_pw"] = "not-this-one"

    task = run_task(options)

    assert task.status != 0
    assert "invalidCredentials (49)" in task.output
    assert "Traceback" not in task.output
    assert "not-this-one" not in task.output
    path = Path(options["run_dir"], "snapshot", "accounts-town.jsonl")
    assert f"{path} is marked as not complete" in task.output
    assert json.loads(path.read_text("utf-8").splitlines()[-1])["complete"] is False


BAD_OPTIONS = [
    ("a name with a slash",     {"name": "../town"},                    "name"),
    ("a query without text",    {"unit_from": "jmespath"},              "unit_query"),
    ("pages of less than none", {"page_size": -1},                      "page_size"),
    ("a query that is none",    {"unit_from": "jmespath", "unit_query": "ou["}, "no JMESPath"),
    ("options that contradict", {"sasl_class": "external"},             "sasl_class"),
    ("a URI that is none",      {"server_uri": "town.example"},         "server_uri"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"), [pytest.param(*case, id=name) for name, *case in BAD_OPTIONS]
)
def test_the_module_refuses_options_before_it_connects(options, wrong, said):
    task = run_task(options | wrong)

    assert task.status != 0
    assert said in task.output
    assert "Traceback" not in task.output
    assert not Path(options["run_dir"]).exists()
