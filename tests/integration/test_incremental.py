# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading what changed gives what reading all gives: after random changes, and after each trap."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.clients import wait_for
from ansible_collections.civic.mailbox.lab.process import stop
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes import (
    catching_up,
    feeds,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import (
    ANY,
    Directory,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.complaints import (
    RefusedError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import RootDse
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects import openldap
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_attribute
from ansible_collections.civic.mailbox.plugins.module_utils._module import last_reading

from .catching_up import Readings, now
from .odd_town import (
    OTHER_POLICY,
    QUICK,
    SECRET,
    SERVERS,
    UNITS,
    WITH_MAIL,
    reading,
    running_town,
)
from .slapd import (
    ADMIN,
    DEFAULT_POLICY,
    PASSWORD,
    PEOPLE,
    SUFFIX,
    UNIX_ROOT,
    copying_slapd,
    socket_uri,
    start,
)
from .town import Town

SEEDS, ROUNDS = 2, 6


@pytest.fixture(params=SERVERS.values(), ids=SERVERS)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    with running_town(tmp_path / "slapd", *request.param) as running:
        yield running


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server for all traps, whose configuration its administrator can write."""
    folder = tmp_path_factory.mktemp("steady") / "slapd"
    with running_town(folder, *SERVERS["syncrepl with a log"], config="manage") as running:
        yield running


@pytest.fixture
def read(steady: Town, tmp_path: Path) -> Readings:
    """Read twice: the second time by what changed."""
    found = reading(steady, tmp_path)
    found.again()
    assert found.again().read_all_because == ""
    return found


@pytest.mark.usefixtures("many_may_leave")
def test_what_changed_gives_what_all_gives(town, tmp_path):
    read = reading(town, tmp_path)
    assert "first run" in read.again().read_all_because
    assert read.again().changed == 0
    for seed in range(SEEDS):
        town.dice.seed(seed)
        for _ in range(ROUNDS):
            town.live()
            assert read.again().read_all_because == "", f"seed {seed}"
    assert read.again().read_all_because == ""


def test_all_is_read_after_so_many_runs_and_days(read):
    """Which counts from the last time that all was read."""
    assert read.again(most_runs=4).read_all_because == ""
    assert read.again(most_runs=4).read_all_because == ""
    assert "every 4 runs" in read.again(most_runs=4).read_all_because
    assert read.again(most_runs=4).read_all_because == ""
    assert "days ago" in read.again(most_days=0).read_all_because


def test_the_snapshot_tells_since_when_only_what_changed_was_read(read):
    began, *_ = read.records("header")
    progress = read.again()

    (end,) = read.records("end")
    assert end["incremental"] == {
        "since": began["started_at"],
        "full_at": progress.full_at,
        "changed": progress.changed,
        "gone": progress.gone,
    }
    read.again(most_runs=1)
    (end,) = read.records("end")
    assert "incremental" not in end


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        pytest.param({"filter": "(uid=user01*)"}, "filter", id="filter"),
        pytest.param({"search_base": f"ou={UNITS[1]},{PEOPLE}"}, "search_base", id="base"),
        pytest.param({"unit": from_attribute("ou")}, "units", id="units"),
        pytest.param({"forward_attributes": ("description",)}, "forward_attributes", id="forwards"),
        pytest.param({"default_password_policy": OTHER_POLICY}, "password policies", id="policy"),
        pytest.param({"password_candidates": ("x",)}, "password_candidates", id="candidates"),
        pytest.param({"replicas": (Access(uri="ldap://127.0.0.1:1"),)}, "replicas", id="replicas"),
    ],
)
def test_what_all_lines_rest_on_differs(read, wanted, told):
    assert told in read.again(**wanted).read_all_because


def test_somebody_else_binds_in_the_same_way(tmp_path):
    """By a ticket, a certificate or, here, as the UNIX user, whom the server takes for another."""
    settings = SERVERS["syncrepl with a log"]
    with running_town(tmp_path / "slapd", *settings, config="manage") as town:
        access = Access(uri=socket_uri(tmp_path / "slapd"), sasl_external=True)
        read = reading(town, tmp_path, access)
        read.again()
        assert read.again().read_all_because == ""
        lines = ["dn: cn=config", "changetype: modify", "add: olcAuthzRegexp"]
        mapping = f"{UNIX_ROOT.replace('+', '.')} {town.accounts[0]}"
        town.change("\n".join([*lines, f"olcAuthzRegexp: {mapping}"]))
        town.flush()
        assert "the account that binds" in read.again().read_all_because
        assert read.again().read_all_because == ""


def test_a_password_policy_changed(read, steady):
    steady.replace(OTHER_POLICY, "pwdLockoutDuration", "60")
    steady.flush()
    assert "password policies" in read.again().read_all_because
    assert read.again().read_all_because == ""


def test_a_unit_was_renamed_and_the_entries_below_it_were_not_touched(read, steady):
    old, new = f"ou={UNITS[1]},{PEOPLE}", f"ou=Renamed,{PEOPLE}"
    steady.rename(old, "ou=Renamed", PEOPLE)
    steady.flush()
    assert "ou=Renamed" in read.again().read_all_because
    assert "Renamed" in {line["unit"] for line in read.records("account")}
    steady.rename(new, f"ou={UNITS[1]}", PEOPLE)
    steady.flush()


@pytest.mark.parametrize("hidden", ["mailForwardingAddress", "cn,uid"])
def test_rights_changed_and_no_entry(read, steady, hidden):
    """Those that are looked at again tell it."""
    for dn in steady.accounts[:12]:
        steady.replace(dn, "mailForwardingAddress", "me@home")
    steady.flush()
    assert read.again().changed == 12
    rules(steady, "add", hidden)
    assert "rights" in read.again().read_all_because
    rules(steady, "delete", hidden)
    assert "rights" in read.again().read_all_because


def rules(town: Town, what: str, hidden: str) -> None:
    """Hide attributes from everybody, or take that back."""
    value = f"{{0}}to attrs={hidden} by * none" if what == "add" else "{0}"
    lines = ["dn: olcDatabase={2}mdb,cn=config", "changetype: modify", f"{what}: olcAccess"]
    town.change("\n".join([*lines, f"olcAccess: {value}"]))
    town.flush()


def test_a_unit_whose_entries_show_less_is_asked_about(steady, tmp_path):
    """Of what no entry shows any more it is found out whether it is hidden."""
    read = reading(steady, tmp_path, filter="(|(uid=user000)(uid=user003))")
    first, second = steady.accounts[0], steady.accounts[3]
    for dn in (first, second):
        steady.replace(dn, "mailForwardingAddress", "me@home")
    steady.flush()
    read.again()
    for dn in (first, second):
        steady.replace(dn, "mailForwardingAddress")
    steady.flush()
    assert read.again().changed == 2


def test_what_is_not_told_yet_is_seen_by_its_mark_whatever_our_clock_says(tmp_path, monkeypatch):
    """Where the server's is not shown; here it is written too late to be told."""
    own, settings = feeds._latest, SERVERS["syncrepl with a log"]
    with running_town(tmp_path / "slapd", *settings, monitor="none") as town:

        def latest(*asked: Any) -> Any:
            town.replace(town.accounts[5], "cn", "Late")
            town.flush()
            return own(*asked)

        read = reading(town, tmp_path)
        read.clock = lambda: now() + timedelta(hours=1)
        read.again()
        monkeypatch.setattr(catching_up, "_AT_RANDOM", 0)  # nor is it come upon in the sample
        monkeypatch.setattr(feeds, "_latest", latest)
        assert read.again().changed == 1


def test_writes_that_overlap_are_seen_before_the_server_tells_them(tmp_path):
    """It tells the last of them with its next write only."""
    settings = SERVERS["syncrepl with a log"]
    with running_town(tmp_path / "slapd", *settings, number=120) as town:
        read = reading(town, tmp_path)
        read.again()
        for number in range(10):
            edit = Edit(operation=REPLACE, attribute="cn", values=(b"At once %d" % number,))
            with Directory(Access(uri=town.uri, bind_dn=ADMIN, bind_pw=PASSWORD)) as writing:
                asked = [Modification(dn=dn, edits=(edit,)) for dn in town.accounts]
                assert {one.code for one in writing.modify(asked)} == {0}
            assert read.again().changed == len(town.accounts)


def test_many_that_seem_to_be_gone_are_looked_for(tmp_path):
    """So many seldom leave at once: what looks like it may be a fault."""
    with running_town(tmp_path / "slapd", *SERVERS["syncrepl with a log"], number=40) as town:
        read = reading(town, tmp_path)
        read.again()
        for number, why in ((10, ""), (11, "11 accounts seem to be gone")):
            for _ in range(number):
                town.change(f"dn: {town.accounts.pop()}\nchangetype: delete")
            town.flush()
            progress = read.again()
            assert progress.read_all_because == why
            assert progress.gone == (0 if why else number)


def test_more_accounts_are_asked_for_than_come_at_once(tmp_path):
    """More accounts than it gives at once without pages."""
    everywhere, settings = SERVERS["syncrepl with a log"]
    limits = "limits * size.soft=5 size.hard=unlimited size.prtotal=unlimited\n"
    settings = limits + settings
    with running_town(tmp_path / "slapd", everywhere, settings, newer="20260601000000Z") as town:
        read = reading(town, tmp_path)
        read.again()
        assert read.signs == "missed"  # so that locks are asked for by their time
        for accounts in (town.accounts[:4], town.accounts[4:8]):  # the second time 8 of late
            lock(town, accounts)
            assert read.again().read_all_because == ""


@pytest.mark.parametrize("asked", ["(!(entryCSN", "(pwdAccountLockedTime>="])
def test_what_is_refused_while_changes_are_asked_for_has_all_read(tmp_path, monkeypatch, asked):
    """As by a limit of administration: what is asked of all accounts need not meet it."""
    own = Directory.search

    def search(self: Directory, base: str, query: str = ANY, *rest: Any, **more: Any) -> Any:
        if asked in query:
            raise RefusedError("refused", code=11)
        return own(self, base, query, *rest, **more)

    settings = SERVERS["syncrepl with a log"]
    with running_town(tmp_path / "slapd", *settings, newer="20260601000000Z") as town:
        read = reading(town, tmp_path)
        read.again()
        monkeypatch.setattr(Directory, "search", search)
        assert read.again().read_all_because == "refused"
        assert read.again().read_all_because == "refused"
        monkeypatch.undo()
        assert read.again().read_all_because == ""


def lock(town: Town, accounts: list[str]) -> None:
    for dn in accounts:
        town.replace(dn, "pwdAccountLockedTime", f"{now():%Y%m%d%H%M%SZ}")
    town.flush()


def test_what_was_remembered_is_gone(read):
    """Or the snapshot that it tells of was written over."""
    read.snapshot.write_text(read.snapshot.read_text() + "\n")
    assert "was changed" in read.again().read_all_because
    read.snapshot.unlink()
    assert "is gone" in read.again().read_all_because
    read.memory.write_bytes(read.memory.read_bytes()[:-9])
    assert "to its end" in read.again().read_all_because
    read.memory.write_bytes(b"nonsense")
    assert "cannot be understood" in read.again().read_all_because
    assert read.again().read_all_because == ""


def test_the_disk_is_full_when_it_is_to_be_remembered(read):
    """What was read is whole, and nothing half written stays."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    left = read.memory.stat().st_size // 2

    own = last_reading.make_folder

    def full(folder: Path) -> None:
        own(folder)
        resource.setrlimit(resource.RLIMIT_FSIZE, (left, most))

    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(last_reading, "make_folder", full)
            read.once()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert "File too large" in read.warning
    assert list(read.memory.parent.iterdir()) == []
    assert "first run" in read.again().read_all_because
    assert (read.again().read_all_because, read.warning) == ("", "")


def test_a_lock_that_ends_by_itself(read, steady, monkeypatch):
    """Nothing changes in the entry when it does."""
    steady.replace(DEFAULT_POLICY, "pwdLockoutDuration", "3600")
    victim = steady.accounts[4]
    for _ in range(5):
        steady.bind(victim, "wrong")
    steady.flush()
    read.again()
    assert read.locked(victim)
    all_clocks_show_later(monkeypatch, read, timedelta(hours=1))
    assert read.again().read_all_because == ""
    assert not read.locked(victim)


def all_clocks_show_later(monkeypatch: pytest.MonkeyPatch, read: Readings, by: timedelta) -> None:
    """That of the server, as it is read, and ours."""
    clock = openldap.version_and_clock

    def later(directory: Directory, root: RootDse) -> tuple[str, datetime | None]:
        version, at = clock(directory, root)
        assert at, "the server tells no time"
        return version, at + by

    monkeypatch.setattr(openldap, "version_and_clock", later)
    read.clock = lambda: now() + by


def test_a_server_restored_from_a_backup_and_written_to_since(tmp_path):
    """Its last change is newer than the one that we know, but it lost some that we know."""
    folder = tmp_path / "slapd"
    with running_town(folder, *SERVERS["syncrepl with a log"]) as town:
        read = reading(town, tmp_path)
        read.again()
        stop([folder / "own.pid"])
        copytree(folder / "data", tmp_path / "backup")
        start(folder, port_of(town))
        for dn in town.accounts[:3]:
            town.replace(dn, "cn", "Changed")
        town.flush()
        assert read.again().changed == 3
        stop([folder / "own.pid"])
        rmtree(folder / "data")
        copytree(tmp_path / "backup", folder / "data")
        start(folder, port_of(town))
        assert read.again().read_all_because != ""  # it knows less than we do, and says so
        town.replace(town.accounts[9], "cn", "Since")
        town.flush()
        assert read.again().read_all_because == ""


def port_of(town: Town) -> int:
    return int(town.uri.rpartition(":")[2])


def test_the_module_of_another_database_tells_nothing_of_this_one(tmp_path):
    with running_town(tmp_path / "slapd", "moduleload syncprov", QUICK) as town:
        read = reading(town, tmp_path)
        read.again()
        town.replace(town.accounts[2], "cn", "Changed")
        town.flush()
        assert read.again().changed == 1
        assert read.feed == "sweep"


def test_a_server_that_only_copies_another_one_tells_sign_ins(tmp_path):
    """OpenLDAP 2.5 records them there, 2.6 where writes are handed on to, from where they come back."""
    folder = tmp_path / "original"
    with (
        running_town(folder, *SERVERS["syncrepl with a log"]) as original,
        copying_slapd(original.uri, folder, tmp_path / "copy") as uri,
    ):
        copy = replace(original, uri=uri)
        read = reading(copy, tmp_path)
        read.again()
        for dn in copy.accounts[:3]:
            copy.bind(dn, SECRET)
        assert wait_for(lambda: len(shown(copy, "pwdLastSuccess")) == 3)
        came = read.again()
        assert came.read_all_because == ""
        assert came.changed == 3
        assert read.signs == "seen"


def test_a_sign_in_that_openldap_2_6_records_nowhere_is_none(tmp_path):
    """On a server that only copies another one and hands nothing on: known are those of 2.5 alone."""
    copying = (
        "syncrepl rid=1 provider=ldap://127.0.0.1:1 type=refreshOnly interval=01:00:00:00"
        f' retry="3600 +" bindmethod=simple searchbase="{SUFFIX}"\nupdateref ldap://127.0.0.1:1\n'
    )
    everywhere, settings = SERVERS["syncrepl with a log"]
    with running_town(tmp_path / "slapd", everywhere, copying + settings) as town:
        read = reading(town, tmp_path)
        read.again()
        (header,) = read.records("header")
        town.bind(town.accounts[0], SECRET)
        recorded = 1 if header["software"].startswith("OpenLDAP 2.5.") else 0
        assert len(shown(town, "pwdLastSuccess")) == recorded
        assert read.again().changed == recorded


def shown(town: Town, attribute: str) -> list[bytes]:
    """The values of an attribute that its accounts show."""
    with Directory(Access(uri=town.uri)) as directory:
        found = directory.find(PEOPLE, WITH_MAIL, [attribute])
    return [value for _, values in found for value in values.get(attribute, [])]


@pytest.mark.usefixtures("many_may_leave")
def test_sign_ins_that_the_feed_misses_are_asked_for(tmp_path):
    """As soon as one is found that is newer than the entry's own mark."""
    settings = SERVERS["syncrepl with a log"]
    with running_town(tmp_path / "slapd", *settings, newer="20190201000000Z") as town:
        read = reading(town, tmp_path)
        read.again()
        assert read.signs == "missed"
        for _ in range(ROUNDS):
            town.live()
            assert read.again().read_all_because == ""
        assert read.signs == "missed"
