# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading what changed while others write: between any two questions, and without end."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)

from .catching_up import Readings, alike
from .odd_town import SERVERS, reading, running_town
from .other_towns import ad_town, ds389_town, leave, read_by, running_servers
from .town import Town

MOST_QUESTIONS = 200


@pytest.fixture(params=SERVERS.values(), ids=SERVERS)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    with running_town(tmp_path / "slapd", *request.param) as running:
        # Without the unit that has nobody: whether it shows less is another question.
        running.units = running.units[1:]
        yield running


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    with running_servers(tmp_path_factory.mktemp("in-use") / "lab") as running:
        yield running


@contextmanager
def before_question(number: int, do: Callable[[], None]) -> Iterator[list[int]]:
    """Do something right before that question to a server; what is given holds how many there were."""
    own, asked = Directory._send, [0]

    def send(self: Directory, data: bytes) -> None:
        if asked[0] == number:
            do()
        asked[0] += 1
        own(self, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Directory, "_send", send)
        yield asked


class Victim:
    """An account to which one thing is done, and at the next time the contrary."""

    def __init__(self, town: Town, dn: str) -> None:
        self.town, self.dn, self.is_there = town, dn, True
        self._turn = itertools.count()

    def written(self) -> None:
        self.town.replace(self.dn, next(iter(self.town.edits)), f"Written {next(self._turn)}")
        self.town.flush()

    def out_and_in(self) -> None:
        self.town.replace(self.dn, "mail", *(["back@x"] if next(self._turn) % 2 else []))
        self.town.flush()

    def renamed(self) -> None:
        _, _, above = self.dn.partition(",")
        name = f"{self.town.named_by}=other{next(self._turn)}"
        self.town.rename(self.dn, name, above)
        self.dn = f"{name},{above}"
        self.town.flush()

    def deleted_and_made(self) -> None:
        self.is_there = not self.is_there
        if self.is_there:
            self.town.add()
            self.dn = self.town.accounts.pop()
        else:
            self.town.change(f"dn: {self.dn}\nchangetype: delete")
        self.town.flush()


DEEDS = [Victim.written, Victim.out_and_in, Victim.renamed, Victim.deleted_and_made]


def between_any_two_questions(
    read: Readings, town: Town, deed: Callable[[Victim], None], every: int = 1
) -> None:
    """Each snapshot is that of a moment, and the next one is whole; no reading has to read all.

    Of all questions, or of some: other ones for each deed.
    """
    victim, other = (Victim(town, town.accounts.pop()) for _ in range(2))
    for number in range(DEEDS.index(deed) % every, MOST_QUESTIONS, every):
        other.written()  # so that always something is told
        before = sorted(read.anew())  # a server may tell of policies in another order
        with before_question(number, lambda: deed(victim)) as asked:
            outcome = read.once()
        assert outcome.progress
        why = outcome.progress.read_all_because
        assert why == "", f"before question {number}: {why}"
        found, after = sorted(alike(read.snapshot)), sorted(read.anew())
        assert found in (before, after), differences(number, before, found, after)
        assert read.again().read_all_because == "", f"before question {number}"
        if asked[0] <= number:
            town.accounts += [one.dn for one in (victim, other) if one.is_there]
            return
    raise AssertionError("more questions than there can be")


def differences(number: int, before: list[str], found: list[str], after: list[str]) -> str:
    """As a failing test tells it."""
    told = [f"before question {number}"]
    told += unified_diff(before, found, "before", "found", lineterm="", n=0)
    told += unified_diff(found, after, "found", "after", lineterm="", n=0)
    return "\n".join(told)


@pytest.mark.parametrize("deed", DEEDS)
def test_something_changes_between_two_questions(town, tmp_path, deed):
    read = reading(town, tmp_path)
    read.again()
    between_any_two_questions(read, town, deed)


@pytest.mark.parametrize("deed", DEEDS)
def test_something_changes_between_two_questions_while_all_is_read(town, tmp_path, deed):
    """What it begins with are several questions, too."""
    read = reading(town, tmp_path)
    victim = Victim(town, town.accounts.pop())
    for number in range(MOST_QUESTIONS):
        with before_question(number, lambda: deed(victim)) as asked:
            read.once(most_runs=1)
        assert read.again().read_all_because == "", f"before question {number}"
        if asked[0] <= number:
            return
    raise AssertionError("more questions than there can be")


@pytest.fixture(scope="module")
def ds389(servers: Info, tmp_path_factory: pytest.TempPathFactory) -> Town:
    read = read_by(servers, "ds389", "auditor", tmp_path_factory.mktemp("ds389"), filter="(mail=*)")
    read.once()
    return ds389_town(servers, read)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(("who", "feed"), [("auditor", "sync"), ("hash-auditor", "sweep")])
def test_something_changes_between_two_questions_to_ds389(
    servers, ds389, tmp_path, who, feed, deed
):
    read = read_by(servers, "ds389", who, tmp_path, filter="(mail=*)")
    read.again()
    between_any_two_questions(read, ds389, deed, every=3)
    assert read.feed == feed


@pytest.fixture(scope="module")
def ad(ad_lab: Info, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    read = read_by(ad_lab, "ad", "auditor", tmp_path_factory.mktemp("ad"))
    read.once()
    town = ad_town(ad_lab, read, made=100)
    yield town
    leave(town)


@pytest.mark.parametrize("deed", DEEDS)
def test_something_changes_between_two_questions_to_active_directory(ad_lab, ad, tmp_path, deed):
    read = read_by(ad_lab, "ad", "auditor", tmp_path)
    read.again()
    between_any_two_questions(read, ad, deed, every=3)


@contextmanager
def meanwhile(do: Callable[[], None]) -> Iterator[None]:
    """Do it again and again; an error of it is one of the test."""
    stopped, errors = threading.Event(), []

    def work() -> None:
        try:
            while not stopped.is_set():
                do()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
    if errors:
        raise errors[0]


def ids(read: Readings) -> set[str]:
    return {line["id"] for line in read.records("account")}


def in_use(read: Readings, times: int, do: Callable[[], None]) -> list[str]:
    """Nobody is lost while others write, and what is read after that is whole. Why all was read."""
    read.again()
    seen, reasons = [ids(read)], []
    with meanwhile(do):
        for _ in range(times):
            outcome = read.once()
            assert outcome.progress
            reasons.append(outcome.progress.read_all_because)
            seen.append(ids(read))
    reasons.append(read.again().read_all_because)
    lasting = seen[0] & ids(read)
    for number, there in enumerate(seen):
        assert lasting <= there, f"reading {number}"
    return [why for why in reasons if why]


@pytest.mark.usefixtures("many_may_leave")
@pytest.mark.parametrize("settings", SERVERS.values(), ids=SERVERS)
def test_the_town_lives_on(tmp_path, settings):
    with running_town(tmp_path / "slapd", *settings, number=200) as town:
        town.edits = {name: values for name, values in town.edits.items() if name != "mail"}
        town.dice.seed(1)
        assert in_use(reading(town, tmp_path), 25, town.live) == []


@pytest.mark.parametrize("settings", SERVERS.values(), ids=SERVERS)
def test_a_server_in_use(tmp_path, settings):
    """A hundred writes a second: it is no change of rights that an account reads otherwise."""
    with running_town(tmp_path / "slapd", *settings, number=300) as town, writing(town) as write:
        assert in_use(reading(town, tmp_path), 25, write) == []


@pytest.mark.parametrize(("who", "feed"), [("auditor", "sync"), ("hash-auditor", "sweep")])
def test_389_ds_in_use(servers, ds389, tmp_path, who, feed):
    read = read_by(servers, "ds389", who, tmp_path, filter="(mail=*)")
    with writing(ds389) as write:
        assert in_use(read, 25, write) == []
    assert read.feed == feed


def test_active_directory_in_use(ad_lab, ad, tmp_path):
    with writing(ad) as write:
        assert in_use(read_by(ad_lab, "ad", "auditor", tmp_path), 10, write) == []


@contextmanager
def writing(town: Town) -> Iterator[Callable[[], None]]:
    """Writes to accounts in turn."""
    dn, password = town.admin
    access = Access(uri=town.uri, bind_dn=dn, bind_pw=password, ca_path=town.ca_path)
    victims, numbers = itertools.cycle(town.accounts), itertools.count()
    pause = threading.Event()

    with Directory(access) as directory:

        def write() -> None:
            values = (b"Written %d" % next(numbers),)
            edit = Edit(operation=REPLACE, attribute=next(iter(town.edits)), values=values)
            (done,) = directory.modify([Modification(dn=next(victims), edits=(edit,))])
            assert done.code == 0, done.message
            pause.wait(0.01)

        yield write
