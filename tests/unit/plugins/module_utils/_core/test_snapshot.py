# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Contact,
    Forward,
    Lock,
    PasswordCheck,
    PasswordPolicy,
    Problem,
    SignIn,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import SnapshotError
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import (
    SCHEMA,
    Incremental,
    Unread,
    read_account,
    read_forward,
    read_password_policy,
    read_problem,
    read_records,
    read_sign_in,
    read_source,
    read_submission,
    read_whose,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    as_json,
)

READERS = [
    *(read_account, read_forward, read_password_policy, read_problem, read_sign_in),
    *(read_submission, read_whose),
]

times = st.datetimes(timezones=st.just(timezone.utc)).map(lambda time: time.replace(microsecond=0))
durations = st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds))
sign_ins = st.builds(SignIn, at=times, source=st.text(), precision=durations, detail=st.text())
forwards = st.builds(
    Forward,
    address=st.text(),
    channel=st.text(),
    source=st.text(),
    active=st.booleans(),
    opaque=st.text(),
)
contacts = st.builds(
    Contact, domain=st.text(), source=st.text(), recovers=st.booleans(), address=st.text()
)
accounts = st.builds(
    Account,
    id=st.text(),
    dn=st.text(),
    login=st.text(),
    mail=st.lists(st.text(), max_size=2).map(tuple),
    name=st.text(),
    unit=st.text(),
    created_at=st.none() | times,
    password_changed_at=st.none() | times,
    must_change=st.booleans(),
    lock=st.none() | st.sampled_from(Lock),
    locked_at=st.none() | times,
    sign_ins=st.lists(sign_ins, max_size=2).map(tuple),
    password_policy=st.none() | st.text(),
    forwards=st.lists(forwards, max_size=2).map(tuple),
    contacts=st.lists(contacts, max_size=2).map(tuple),
    password_check=st.none() | st.sampled_from(PasswordCheck),
    password_scheme=st.none() | st.text(),
    problems=st.lists(st.builds(Problem, field=st.text(), message=st.text()), max_size=2).map(
        tuple
    ),
)
policies = st.builds(
    PasswordPolicy,
    name=st.text(),
    min_length=st.none() | st.integers(0, 999),
    classes=st.none() | st.frozensets(st.sampled_from(["letters", "digits", "specials"])),
    history=st.none() | st.integers(0, 999),
    max_age=st.none() | durations,
    lockout_threshold=st.none() | st.integers(0, 999),
    lockout_duration=st.none() | durations,
    must_change_after_reset=st.none() | st.booleans(),
    max_idle=st.none() | durations,
    blocklist=st.none() | st.booleans(),
    checks_quality=st.none() | st.booleans(),
    notes=st.lists(st.text(), max_size=2).map(tuple),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def line(record: object) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


@pytest.mark.parametrize(
    ("facts", "read"),
    [(accounts, read_account), (policies, read_password_policy), (forwards, read_forward)],
    ids=["account", "password policy", "forward"],
)
def test_every_fact_comes_back_from_its_record(facts, read):
    @given(facts)
    def comes_back(fact):
        record = json.loads(json.dumps({"record": "account", **as_json(fact)}))

        assert read(record) == fact

    comes_back()


def test_a_key_that_is_absent_has_its_default():
    assert read_account({"id": "5d2a", "dn": "uid=clerk"}) == Account(
        id="5d2a", dn="uid=clerk", login="", mail=(), name="", unit=""
    )
    forward = {"address": "me@home.example", "channel": "alias", "source": "/etc/aliases:3"}
    assert read_forward(forward) == Forward(**forward)
    assert read_password_policy({"name": "cn=default"}) == PasswordPolicy(name="cn=default")


def test_the_address_of_a_mail_hosts_record_is_read_in_lower_case():
    assert read_whose({"mail": "Clerk@Town.Example"}) == "clerk@town.example"
    assert (
        read_problem({"subject": "Clerk@Town.Example", "message": "m"})[0] == "clerk@town.example"
    )


@pytest.mark.parametrize("read", READERS)
def test_any_record_is_read_or_refused(read):
    names = st.sampled_from([field.name for field in (*fields(Account), *fields(PasswordPolicy))])
    keys = names | st.sampled_from(
        ["at", "source", "address", "channel", "subject", "message", "services"]
    )

    @given(st.dictionaries(keys, values))
    def read_or_refused(record):
        with suppress(SnapshotError):
            read(record)

    read_or_refused()


BROKEN = [
    # what the case shows              the record                                         what is named
    ("no id",                          {"record": "account", "dn": "uid=clerk"},          "uid=clerk"),
    ("a lock that nobody knows",       {"id": "1", "dn": "uid=clerk", "lock": "maybe"},   "uid=clerk"),
    ("a time without a zone",          {"id": "1", "dn": "uid=clerk", "created_at": "2019-01-08T01:02:03"}, "uid=clerk"),
    ("a sign-in that is a text",       {"id": "1", "dn": "uid=clerk", "sign_ins": ["x"]}, "uid=clerk"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "named"), [pytest.param(*case, id=name) for name, *case in BROKEN]
)
def test_a_record_that_cannot_be_understood_is_named(record, named):
    with pytest.raises(SnapshotError, match=named):
        read_account(record)


HEADER = {
    "record": "header", "schema": SCHEMA, "kind": "accounts", "name": "ldap1",
    "server": "ldap://127.0.0.1", "software": "OpenLDAP 2.5.13", "dialect": "openldap",
    "started_at": "2019-01-08T01:02:03Z", "server_time": None,
}  # fmt: skip
END = {
    "record": "end", "complete": True, "ended_at": "2019-01-08T01:02:04Z", "message": "",
    "counts": {"account": 8}, "newest_sign_in": {"dovecot": "2019-01-07T05:00:00Z"},
    "unread": [{"field": "lock", "unit": None, "reason": "no right"}],
}  # fmt: skip


def test_a_source_states_what_its_header_and_its_end_say():
    source = read_source("f", line(HEADER).decode(), line(END).decode())

    assert (source.name, source.kind, source.server) == ("ldap1", "accounts", "ldap://127.0.0.1")
    assert (source.complete, source.message) == (True, "")
    assert source.started_at == datetime(2019, 1, 8, 1, 2, 3, tzinfo=timezone.utc)
    assert source.counts == {"account": 8}
    assert source.unread == (Unread(field="lock", unit=None, reason="no right"),)
    assert source.newest_sign_in == {"dovecot": datetime(2019, 1, 7, 5, tzinfo=timezone.utc)}


def test_a_source_states_since_when_only_what_changed_was_read():
    told = {"since": "2019-01-07T01:00:00Z", "full_at": "2019-01-04T01:00:00Z"}
    end = {**END, "incremental": {**told, "changed": 2, "gone": 1}}

    assert read_source("f", line(HEADER).decode(), line(END).decode()).incremental is None
    assert read_source("f", line(HEADER).decode(), line(end).decode()).incremental == Incremental(
        since=datetime(2019, 1, 7, 1, tzinfo=timezone.utc),
        full_at=datetime(2019, 1, 4, 1, tzinfo=timezone.utc),
        changed=2,
        gone=1,
    )


def test_what_a_header_does_not_know_is_empty():
    source = read_source(
        "f", line({**HEADER, "server": None, "software": None, "started_at": None}).decode(), ""
    )

    assert (source.server, source.software, source.started_at) == ("", "", None)


ENDS = [
    # what the case shows          the last line                                      complete  message
    ("the end that says so",       line(END).decode(),                                True,     ""),
    ("a part only",                line({**END, "complete": False, "message": "size limit"}).decode(), False, "size limit"),
    ("a record and no end",        line({"record": "account", "complete": True}).decode(), False, "cut off"),
    ("an end cut short",           line(END).decode()[:-30],                          False,    "cut off"),
    ("half a record",              '{"record": "acc',                                 False,    "cut off"),
    ("nothing",                    "",                                                False,    "cut off"),
    ("no record at all",           "[1]",                                             False,    "cut off"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "complete", "message"), [pytest.param(*case, id=name) for name, *case in ENDS]
)
def test_only_an_end_record_makes_a_source_complete(last, complete, message):
    source = read_source("f", line(HEADER).decode(), last)

    assert source.complete is complete
    assert message in source.message


FOREIGN = [
    # what the case shows               the first line                                the last line
    ("an empty file",                   "",                                           ""),
    ("no JSON",                         "dn: dc=town,dc=example\n",                   ""),
    ("JSON of another kind",            "[]\n",                                       ""),
    ("a record of ours, no header",     line({"record": "account"}).decode(),         ""),
    ("findings",                        line({"control": "idle-mailbox"}).decode(),   ""),
    ("a schema to come",                line({**HEADER, "schema": SCHEMA + 1}).decode(), ""),
    ("no schema",                       line({"record": "header", "kind": "mail"}).decode(), ""),
    ("a kind that nobody reads",        line({**HEADER, "kind": "logs"}).decode(),    ""),
    ("a header without a name",         line({"record": "header", "schema": SCHEMA, "kind": "mail"}).decode(), ""),
    ("a time that is none",             line({**HEADER, "started_at": "soon"}).decode(), ""),
    ("an end whose parts are not ours", line(HEADER).decode(),                        line({**END, "unread": [1]}).decode()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"), [pytest.param(*case, id=name) for name, *case in FOREIGN]
)
def test_a_foreign_file_is_named_and_refused(first, last):
    with pytest.raises(SnapshotError, match=r"^snapshot/x\.jsonl.*gather it again"):
        read_source("snapshot/x.jsonl", first, last)


ACCOUNT = {"record": "account", "id": "1", "dn": "uid=lân"}


def test_records_are_those_between_header_and_end():
    lines = [line(HEADER), line(ACCOUNT), line({"record": "problem"}), line(END)]

    assert [record["record"] for record in read_records("f", lines)] == ["account", "problem"]


@pytest.mark.parametrize("length", range(1, len(line(ACCOUNT))))
def test_a_record_cut_short_at_the_end_is_left_out_wherever_it_was_cut(length):
    lines = [line(HEADER), line(ACCOUNT), line(ACCOUNT)[:length]]

    assert list(read_records("f", lines)) == [ACCOUNT]


def test_a_line_that_is_skipped_is_not_looked_at_and_counts_all_the_same():
    lines = [b"{broken}\n", line(ACCOUNT), b"odd\n", line(ACCOUNT)]

    with pytest.raises(SnapshotError, match="f, line 3: not JSON"):
        list(read_records("f", lines, skip=lambda text: text.startswith(b"{b")))


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        pytest.param([line(HEADER), b"dn: x\n", line(END)], "f, line 2", id="no JSON"),
        pytest.param([line(HEADER), b"\n", line(END)], "f, line 2", id="an empty line"),
        pytest.param([line(HEADER), b"[]\n"], "f, line 2", id="no object"),
        pytest.param([line(HEADER), b"{}\n"], "f, line 2", id="an object that is no record"),
        pytest.param([line(HEADER), b'{"record": "\xff"}\n'], "f, line 2", id="not UTF-8"),
        pytest.param([line(HEADER), b'{"rec', line(END)], "f, line 2", id="cut in the middle"),
    ],
)
def test_a_line_that_is_no_record_is_named(lines, named):
    with pytest.raises(SnapshotError, match=f"^{named}:"):
        list(read_records("f", lines))
