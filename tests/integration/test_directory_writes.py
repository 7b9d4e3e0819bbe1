# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading and writing many entries of real servers, and every way in which that breaks off."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.layout import HOST
from ansible_collections.civic.mailbox.lab.process import run
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.complaints import (
    RefusedError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.pipeline import Written
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    ADD,
    DELETE,
    REPLACE,
    Edit,
    Modification,
)

from .ports import free_port_base
from .proxy import Spoil, cut, reset, say, spoiling, stall
from .slapd import ADMIN, PASSWORD, PEOPLE, SUFFIX, Entries, odd_slapd, person

UNIT = f"ou=Odd,{PEOPLE}"
COUNT = 400
# RFC 4514, 2.4: each character that has to be escaped, in each way, and Vietnamese.
SPECIAL = r"cn=\ \#1\, \"a\" \+ \<b\>\; \\ \= Nguyễn Thị Ổn\2C\c3\a2\ ,ou=Odd," + PEOPLE
SPECIAL_CN = ' #1, "a" + <b>; \\ = Nguyễn Thị Ổn,â '
LIMITED = f"uid=limited,{UNIT}"
# The limited account writes descriptions, but sees titles and photos only in part.
RULES = f"""
access to attrs=userPassword by * auth
access to attrs=title by dn.exact="{LIMITED}" write by * none
access to attrs=st by dn.exact="{LIMITED}" =wsc
access to attrs=description by dn.exact="{LIMITED}" write by * read
access to * by * read
"""


def dn(number: int) -> str:
    return f"uid=p{number},{UNIT}"


def people() -> Entries:
    special = {"objectClass": "inetOrgPerson", "cn": SPECIAL_CN, "sn": "Ổn"}
    numbered = [person(f"p{number}", title="Chuyên viên") for number in range(COUNT)]
    limited = person("limited", userPassword=PASSWORD)
    return {SPECIAL: special, **limited, **{k: v for one in numbered for k, v in one.items()}}


@dataclass(frozen=True)
class Server:
    """A private slapd."""

    uri: str
    folder: Path

    def access(self, *, bind_dn: str = ADMIN, port: int = 0, timeout: int = 60) -> Access:
        uri = f"ldap://{HOST}:{port}" if port else self.uri
        return Access(uri=uri, bind_dn=bind_dn, bind_pw=PASSWORD, receive_timeout=timeout)

    @property
    def pid(self) -> int:
        return int((self.folder / "slapd.pid").read_text())

    @property
    def port(self) -> int:
        return self.access().address.port or 0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with odd_slapd(tmp_path, free_port_base(), people(), access=RULES) as uri:
        yield Server(uri=uri, folder=tmp_path)


@pytest.fixture
def directory(server: Server) -> Iterator[Directory]:
    with Directory(server.access()) as connection:
        yield connection


def set_to(name: str, *values: str) -> Edit:
    return Edit(operation=REPLACE, attribute=name, values=tuple(map(str.encode, values)))


def described(number: int, *, text: str = "", **more: Any) -> Modification:
    """Gives an account a description of its own, which shows in the answer."""
    edits = (set_to("description", text or f"of {number}"),)
    whole = Modification(dn=dn(number), edits=edits, read_back=("description",))
    return replace(whole, **more)


def description(directory: Directory, *names: str) -> list[list[str]]:
    found = directory.read(names, ["description"])
    return [[value.decode() for value in (entry or {}).get("description", [])] for entry in found]


def only(answers: Iterator[Written]) -> Written:
    (found,) = answers
    return found


# Reading


def test_entries_are_read_in_the_order_of_their_names(directory):
    numbers = [number * 7 % COUNT for number in range(COUNT)]
    names = [dn(number) for number in numbers]
    names[5:5] = [f"uid=nobody,{UNIT}"]
    names[9:9] = [names[0], SPECIAL]

    found = list(directory.read(names, ["CN", "Title", "mail"]))

    assert found[5] is None
    assert found[9] == found[0]
    assert found[10] == {"CN": [SPECIAL_CN.encode()]}
    rest = [entry for place, entry in enumerate(found) if place not in (5, 9, 10)]
    assert rest == [
        {"CN": [f"p{number}".encode()], "Title": ["Chuyên viên".encode()]} for number in numbers
    ]


def test_an_entry_read_without_attributes_is_still_there(directory):
    assert list(directory.read([dn(1), f"uid=nobody,{UNIT}"], [])) == [{}, None]


def test_names_are_taken_as_they_are_needed(directory):
    taken = []

    def names() -> Iterator[str]:
        for number in range(COUNT):
            taken.append(number)
            yield dn(number)

    found = directory.read(names(), ["cn"])
    next(found)

    assert len(taken) < COUNT
    assert len(list(found)) == COUNT - 1


def test_a_name_that_is_no_dn_is_refused(directory):
    with pytest.raises(RefusedError, match=r"reading no DN .*invalidDNSyntax \(34\)") as refused:
        list(directory.read([dn(1), "no DN"], ["cn"]))

    assert refused.value.code == 34


# Writing


HOLDS = [
    # what is asserted        the assertion
    ("nothing",               ()),
    ("a value",               (("title", "Chuyên viên".encode()),)),
    ("no value",              (("mail", None),)),
    ("several",               (("title", "Chuyên viên".encode()), ("mail", None), ("uid", b"p1"))),
]  # fmt: skip


@pytest.mark.parametrize("assertion", [pytest.param(one, id=name) for name, one in HOLDS])
def test_what_holds_is_written_and_read_back(directory, assertion):
    wanted = described(1, assertion=assertion, read_back=("Description", "mail", "TITLE"))

    values = {"Description": [b"of 1"], "TITLE": ["Chuyên viên".encode()]}
    assert only(directory.modify([wanted])) == Written(index=0, code=0, message="", values=values)
    assert description(directory, dn(1)) == [["of 1"]]


DOES_NOT_HOLD = [
    # what is asserted       the assertion
    ("another value",        (("title", b"Chief"),)),
    ("a value of none",      (("mail", b"a@b.example"),)),
    ("no value of some",     (("title", None),)),
    ("one of several",       (("mail", None), ("title", b"Chief"), ("uid", b"p1"))),
    ("no value, of several", (("uid", b"p1"), ("title", None))),
    ("an unknown attribute", (("nonsense", b"1"),)),
]  # fmt: skip


@pytest.mark.parametrize("assertion", [pytest.param(one, id=name) for name, one in DOES_NOT_HOLD])
def test_what_does_not_hold_is_not_written(directory, assertion):
    found = only(directory.modify([described(1, assertion=assertion)]))

    assert (found.code, found.values) == (122, {})
    assert description(directory, dn(1)) == [[]]


def test_values_are_added_and_deleted_too(directory):
    edits = (
        Edit(operation=ADD, attribute="description", values=(b"a", b"b", b"c")),
        Edit(operation=DELETE, attribute="description", values=(b"b",)),
        Edit(operation=DELETE, attribute="title"),
    )
    wanted = Modification(dn=SPECIAL.replace("Odd", "odd"), edits=edits[:2])

    assert only(directory.modify([wanted])).code == 0
    assert description(directory, SPECIAL) == [["a", "c"]]
    found = only(directory.modify([replace(wanted, dn=dn(2), edits=edits, read_back=("title",))]))
    assert (found.code, found.values) == (0, {})


def test_each_answer_belongs_to_its_modification(directory):
    wanted = [described(number) for number in range(COUNT)]
    wanted[7] = replace(wanted[7], dn=f"uid=nobody,{UNIT}")
    wanted[8] = replace(wanted[8], assertion=(("uid", b"somebody"),))
    wanted[9] = replace(wanted[9], edits=(set_to("nonsense", "x"),))
    wanted[10] = replace(wanted[10], dn="no DN")
    wanted[11] = replace(wanted[11], edits=())
    for number in range(12, COUNT, 2):
        wanted[number] = replace(wanted[number], read_back=("DESCRIPTION",))

    found = {one.index: one for one in directory.modify(iter(wanted))}

    assert sorted(found) == list(range(COUNT))
    assert [found[number].code for number in (7, 8, 9, 10)] == [32, 122, 17, 34]
    assert "nonsense" in found[9].message
    for number in range(12, COUNT):
        assert found[number].code == 0
        name = "description" if number % 2 else "DESCRIPTION"
        assert found[number].values == {name: [f"of {number}".encode()]}
    assert description(directory, *map(dn, range(12, COUNT))) == [
        [f"of {number}"] for number in range(12, COUNT)
    ]
    assert description(directory, *map(dn, range(7, 11))) == [[]] * 4


def test_modifications_of_one_entry_are_made_in_their_order(directory):
    wanted = (described(number % 3, text=str(number)) for number in range(300))

    found = list(directory.modify(wanted))

    assert [one.code for one in found] == [0] * 300
    assert description(directory, dn(0), dn(1), dn(2)) == [["297"], ["298"], ["299"]]


def test_without_the_right_to_one_attribute_none_of_it_is_written(server, directory):
    with Directory(server.access(bind_dn=LIMITED)) as limited:
        wanted = described(1), described(2, edits=(set_to("description", "x"), set_to("sn", "y")))
        found = {one.index: one.code for one in limited.modify(wanted)}

    assert found == {0: 0, 1: 50}
    assert description(directory, dn(1), dn(2)) == [["of 1"], []]


def test_what_may_be_written_and_not_read_is_not_read_back(server, directory):
    with Directory(server.access(bind_dn=LIMITED)) as limited:
        wanted = Modification(dn=dn(1), edits=(set_to("st", "Huế"),), read_back=("st",))
        found = only(limited.modify([wanted]))

    assert (found.code, found.values) == (0, {})
    assert list(directory.read([dn(1)], ["st"])) == [{"st": ["Huế".encode()]}]


def test_large_values_on_both_ways_do_not_block_each_other(server: Server):
    photo = bytes(range(256)) * 300  # a hundred are more than the buffers of a connection take

    def with_photo(number: int) -> Modification:
        values = (photo, b"%d" % number)
        edit = Edit(operation=REPLACE, attribute="jpegPhoto", values=values)
        return Modification(dn=dn(number), edits=(edit,), read_back=("jpegPhoto",))

    with Directory(server.access(timeout=5)) as directory:
        found = list(directory.modify(map(with_photo, range(100))))
        standing = list(directory.read(map(dn, range(100)), ["jpegPhoto"]))

    expected = [{"jpegPhoto": [photo, b"%d" % number]} for number in range(100)]
    assert [one.values for one in sorted(found, key=lambda one: one.index)] == expected
    assert standing == expected


def test_a_full_disk_is_told_by_the_server(directory):
    photo = bytes(1 << 20)
    edit = Edit(operation=REPLACE, attribute="jpegPhoto", values=(photo,))
    wanted = [Modification(dn=dn(number), edits=(edit,)) for number in range(20)]

    codes = {one.index: one.code for one in directory.modify(wanted)}

    # slapd's database may grow to 10 MB.
    assert set(codes.values()) == {0, 80}
    found = directory.read(map(dn, range(20)), ["jpegPhoto"])
    assert [code == 0 for _, code in sorted(codes.items())] == [bool(entry) for entry in found]


# What breaks off


def written_until_the_end(
    access: Access, seen: Callable[[int], object] = id
) -> tuple[set[int], str]:
    """The accounts whose modification was acknowledged, and what was said at the end."""
    acknowledged: set[int] = set()

    def acknowledge(one: Written) -> None:
        assert one.code == 0
        acknowledged.add(one.index % COUNT)
        seen(len(acknowledged))

    wanted = (described(number % COUNT, read_back=()) for number in range(100 * COUNT))
    with Directory(access) as connection, pytest.raises(DirectoryError) as error:
        take(connection.modify(wanted), acknowledge)
    return acknowledged, str(error.value)


def take(answers: Iterator[Written], acknowledge: Callable[[Written], None]) -> None:
    for one in answers:
        acknowledge(one)


def holds(server: Server, acknowledged: set[int]) -> bool:
    """Whether all of that is really in the directory."""
    names = [dn(number) for number in sorted(acknowledged)]
    with Directory(server.access()) as connection:
        return description(connection, *names) == [
            [f"of {number}"] for number in sorted(acknowledged)
        ]


NOISE = b"HTTP/1.1 400 Bad Request\r\n" * 20
NOTICE = bytes.fromhex("3024020100781f0a013404000400 8a16") + b"1.3.6.1.4.1.1466.20036"
UNASKED = bytes.fromhex("300f02047ffffffe67070a010004000400")  # a ModifyResponse
ANSWERED = 40
BREAKS = [
    # what happens after some answers  then          what is said
    ("closed",                         cut,          "the connection ended"),
    ("silent",                         stall,        "raise the timeouts"),
    ("a notice of disconnection",      say(NOTICE),  "unavailable (52)"),
    ("an answer that nobody asked",    say(UNASKED), "not asked"),
    ("noise",                          say(NOISE),   "no LDAP"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "said"), [pytest.param(*case, id=name) for name, *case in BREAKS]
)
def test_what_was_acknowledged_before_the_connection_broke_is_written(
    server: Server, spoil: Spoil, said: str
):
    timeout = 3 if spoil is stall else 30  # seconds
    with spoiling(server.port, -1 - ANSWERED, spoil) as port:
        acknowledged, message = written_until_the_end(server.access(port=port, timeout=timeout))

    assert said in message
    assert len(acknowledged) == ANSWERED
    assert holds(server, acknowledged)


def test_a_connection_that_is_torn_down(server: Server):
    with spoiling(server.port, 1000, reset) as port:
        acknowledged, message = written_until_the_end(server.access(port=port))

    assert "the connection ended" in message  # answers that had arrived may be lost with it
    assert holds(server, acknowledged)


def test_what_was_acknowledged_before_the_server_died_is_written(server: Server):
    def kill(acknowledged: int) -> None:
        if acknowledged == 50:
            os.kill(server.pid, signal.SIGKILL)

    acknowledged, message = written_until_the_end(server.access(), kill)

    assert 50 <= len(acknowledged) < COUNT
    assert server.uri in message
    stored = run("slapcat", "-f", server.folder / "slapd.conf", "-b", SUFFIX).split("\n\n")
    described = {line for entry in stored for line in entry.splitlines() if "description" in line}
    assert {f"description: of {number}" for number in acknowledged} <= described


def test_a_server_that_stops_does_not_hold_us_for_ever(server):
    def freeze(acknowledged: int) -> None:
        if acknowledged == 50:
            os.kill(server.pid, signal.SIGSTOP)

    try:
        acknowledged, message = written_until_the_end(server.access(timeout=3), freeze)
    finally:
        os.kill(server.pid, signal.SIGCONT)

    assert "no LDAP answer in time" in message
    assert holds(server, acknowledged)


# The lab, over TLS, as the account that the rights are meant for

LOCK = "pwdAccountLockedTime"


@pytest.fixture
def enforcer(lab: Info) -> Callable[..., Access]:
    """How to reach the lab's directory as the enforcer."""

    def make(scheme: str, port: int = 0) -> Access:
        login = lab["openldap"]["accounts"]["enforcer"]
        secure = "ldaps" if scheme == "ldaps" else "ldap"
        return Access(
            uri=f"{secure}://{HOST}:{port}" if port else lab["openldap"][secure],
            bind_dn=login["dn"],
            bind_pw=login["password"],
            ca_path=lab["tls"]["ca"],
            start_tls=scheme == "StartTLS",
        )

    return make


@pytest.fixture
def accounts(lab: Info, enforcer: Callable[..., Access]) -> Iterator[list[str]]:
    """The DNs of the lab's accounts; their locks are put back."""
    base = lab["openldap"]["search_base"]
    with Directory(enforcer("ldaps")) as directory:
        found = directory.find(base, "(objectClass=inetOrgPerson)", [LOCK])
    before = {name.decode(): tuple(values.get(LOCK, ())) for name, values in found}
    yield list(before)
    with Directory(enforcer("ldaps")) as directory:
        undo = (locked(name, *values) for name, values in before.items())
        assert {one.code for one in directory.modify(undo)} == {0}


def locked(name: str, *values: bytes) -> Modification:
    edit = Edit(operation=REPLACE, attribute=LOCK, values=values)
    return Modification(dn=name, edits=(edit,), read_back=(LOCK,))


def year(count: int) -> bytes:
    return b"%d0101000000Z" % (1000 + count)


@pytest.mark.parametrize("scheme", ["ldaps", "StartTLS"])
def test_over_tls_all_is_written_and_read_back(enforcer, accounts, scheme):
    wanted = [locked(accounts[count % len(accounts)], year(count)) for count in range(500)]

    with Directory(enforcer(scheme)) as directory:
        found = {one.index: one for one in directory.modify(wanted)}
        standing = list(directory.read(accounts, [LOCK]))

    assert [found[count].values for count in range(500)] == [
        {LOCK: [year(count)]} for count in range(500)
    ]
    last = {count % len(accounts): {LOCK: [year(count)]} for count in range(500)}
    assert dict(enumerate(standing)) == last


@pytest.mark.parametrize("passing", [6000, 9000, 20001])
@pytest.mark.parametrize("scheme", ["ldaps", "StartTLS"])
def test_what_was_acknowledged_before_tls_broke_is_written(enforcer, accounts, scheme, passing):
    acknowledged: dict[str, bytes] = {}
    places = [count % len(accounts) for count in range(5000)]
    wanted = (locked(accounts[place], year(count)) for count, place in enumerate(places))

    def acknowledge(one: Written) -> None:
        acknowledged[accounts[places[one.index]]] = one.values[LOCK][0]

    with (
        spoiling(enforcer(scheme).address.port, passing, cut) as port,
        Directory(enforcer(scheme, port)) as directory,
        pytest.raises(DirectoryError, match="the connection ended"),
    ):
        take(directory.modify(wanted), acknowledge)

    assert acknowledged
    with Directory(enforcer(scheme)) as directory:
        standing = list(directory.read(acknowledged, [LOCK]))
    # What came after and was not acknowledged may be written or not.
    for known, found in zip(acknowledged.values(), standing, strict=True):
        assert found[LOCK][0] >= known
