# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every way in which reading fails: one message that says what to do, and a snapshot that says that
it is not complete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.layout import HOST
from ansible_collections.civic.mailbox.lab.population import Person
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory

from .ports import free_port_base
from .proxy import ONE, Spoil, cut, dribble, reset, say, spoiling, stall
from .reading import access_to, fails, people_of, read

ALL = 1 << 40  # bytes, more than any answer has
OTHER_NAME = "127.1"  # an address of this machine that the certificate does not name


@pytest.fixture
def access(lab: Info) -> Callable[..., Access]:
    return access_to(lab)


@pytest.fixture
def base(lab: Info) -> str:
    return lab["openldap"]["search_base"]


@pytest.fixture
def people(lab: Info) -> dict[str, Person]:
    return people_of(lab)


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
noise = say(b"HTTP/1.1 400 Bad Request\r\n" * 20)
WAITED_OUT = (stall, dribble, noise)  # noise may be the beginning of a long answer
SPOILT = [
    # what happens                  how many pass, then          what is said
    ("closed at once",              0,    cut,           "ended the connection"),
    ("closed in the bind answer",   5,    cut,           "ended the connection"),
    ("noise for a bind answer",     0,    noise,         "check host and port"),
    ("closed after the bind",       ONE,  cut,           "the connection ended between answers"),
    ("closed in an answer",         6000, cut,           "connection ended in the middle of an answer"),
    ("torn down in an answer",      6000, reset,         "the connection ended"),
    ("silent in an answer",         6000, stall,         "raise the timeouts"),
    ("silent from the beginning",   0,    stall,         "raise the timeouts"),
    ("dribbling from the beginning", 0,   dribble,       "raise the timeouts"),
    ("dribbling in an answer",      6000, dribble,       "raise the timeouts"),
    ("noise in place of an answer", ONE,  noise,         "no LDAP"),
    ("an answer nobody asked for",  ONE,  say(UNASKED),  "not asked"),
    ("a notice of disconnection",   ONE,  say(NOTICE),   "unavailable (52)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("passing", "spoil", "said"), [pytest.param(*case, id=name) for name, *case in SPOILT]
)
def test_an_answer_that_is_spoilt_on_the_way(access, base, passing: int, spoil: Spoil, said: str):
    whole = access(scheme="ldap")
    timeout = 3 if spoil in WAITED_OUT else 30  # seconds
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


@pytest.mark.parametrize("passing", [100, 5000], ids=["handshake", "answer"])
@pytest.mark.parametrize("options", [{}, {"start_tls": True}], ids=["LDAPS", "StartTLS"])
def test_an_answer_that_dribbles_inside_tls(access, base, passing, options):
    scheme = "ldap" if options else "ldaps"
    whole = access(scheme=scheme, receive_timeout=2)
    with spoiling(whole.address.port, passing, dribble) as port:
        there = replace(whole, uri=f"{scheme}://{HOST}:{port}", **options)
        fails(there, base, "raise the timeouts", page_size=10)


def test_no_wait_is_without_end_and_the_connection_is_given_back(access):
    with Directory(access(scheme="ldap", receive_timeout=7)) as directory:
        assert 0 < directory._connection.socket.gettimeout() <= 7
        own = directory._connection.socket
    assert own.fileno() == -1


def test_compare_answers_stay_in_order(access, base):
    questions = [
        (base.encode(), "ou", "people" if number % 3 else "other") for number in range(250)
    ]
    with Directory(access()) as directory:
        codes = directory.compare(questions)

    assert codes == [6 if number % 3 else 5 for number in range(250)]
