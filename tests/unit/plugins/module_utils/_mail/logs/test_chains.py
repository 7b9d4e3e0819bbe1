# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.chains import (
    Hole,
    Reach,
    filled,
    hole_since,
    holes_between,
    place_of,
)

LOG = "/var/log/mail.log"
PLACES = [
    # what the case shows         the file                       chain, which in it
    ("written to today",          LOG,                           LOG, 0),
    ("rotated",                   f"{LOG}.1",                    LOG, 1),
    ("packed",                    f"{LOG}.12.gz",                LOG, 12),
    ("packed by another program", f"{LOG}.3.xz",                 LOG, 3),
    ("named by its day",          f"{LOG}-20261123",             LOG, None),
    ("and packed",                f"{LOG}-2026-11-23.gz",        LOG, None),
    ("no such day",               f"{LOG}-20261399",             f"{LOG}-20261399", 0),
    ("a number of its own",       "/var/log/mail2.log",          "/var/log/mail2.log", 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "chain", "age"), [pytest.param(*case, id=name) for name, *case in PLACES]
)
def test_the_place_of_a_file_in_its_chain(path, chain, age):
    place = place_of(Path(path))

    assert place.chain == chain
    assert place.is_dated is (age is None)
    assert place.age == age or place.is_dated


def numbered(*numbers: int) -> dict[Path, Reach]:
    """The files of a log that is rotated each ten seconds."""
    return {
        Path(f"{LOG}.{n}.gz" if n else LOG): Reach(1000 - 10 * n, 1009 - 10 * n) for n in numbers
    }


def dated(*days: int) -> dict[Path, Reach]:
    """The same, named by a day."""
    return {Path(f"{LOG}-202611{day:02}"): Reach(10 * day, 10 * day + 9) for day in days}


BETWEEN = [
    # what the case shows                 the files                               what is missing
    ("none is",                           numbered(0, 1, 2, 3),                   []),
    ("there is one only",                 numbered(0),                            []),
    ("nothing before the oldest",         numbered(2, 1, 0),                      []),
    ("one in the middle",                 numbered(0, 1, 3),                      [(979, 990)]),
    ("several, here and there",           numbered(0, 3, 4, 6),                   [(979, 1000), (949, 960)]),
    ("of another log",                    {**numbered(0, 1), Path("/var/log/a.3"): Reach(1, 2)}, []),
    ("one whose times are not known",     {**numbered(0, 3), Path(LOG): Reach()}, []),
    ("none is, by the day",               dated(1, 2, 3, 4),                      []),
    ("one is, by the day",                dated(1, 2, 4, 5),                      [(29, 40)]),
    ("one is, each week",                 dated(1, 8, 15, 29),                    [(159, 290)]),
    ("rotated by size, on any day",       dated(1, 2, 9, 11, 20),                 []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"), [pytest.param(*case, id=name) for name, *case in BETWEEN]
)
def test_what_is_missing_between_files(files, expected):
    assert list(holes_between(files)) == [Hole(*one, LOG) for one in expected]


def test_a_file_that_was_read_several_times_while_it_grew_is_one():
    read = [(LOG, Reach(980, last)) for last in (982, 985, 989)]

    assert list(holes_between(numbered(0, 1, 3), read)) == []
    assert list(holes_between(numbered(0, 1, 4), read)) == [Hole(969, 980, LOG)]


SINCE = [
    # what the case shows                read before     there now                        what is missing
    ("nothing is there",                 Reach(1, 50),   [],                              []),
    ("nothing new is there",             Reach(1, 50),   [Reach(10, 50)],                 []),
    ("new lines begin later",            Reach(1, 50),   [Reach(70, 80), Reach(80, 90)],  [(50, 70)]),
    ("a file that has them both",        Reach(1, 50),   [Reach(40, 80)],                 []),
    ("it is not known how far it was",   Reach(),        [Reach(70, 80)],                 []),
    ("nor when the new ones begin",      Reach(1, 50),   [Reach(None, 80)],               []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "there", "expected"), [pytest.param(*case, id=name) for name, *case in SINCE]
)
def test_what_is_missing_since_an_earlier_run(read, there, expected):
    assert list(hole_since(LOG, read, there)) == [Hole(*one, LOG) for one in expected]


FILLS = [
    # what the case shows          the files                       filled
    ("those on either side",       [(LOG, Reach(1, 50)), (LOG, Reach(70, 99))], False),
    ("one of the middle",          [(LOG, Reach(51, 69))],         True),
    ("one that has it all",        [(LOG, Reach(1, 99))],          True),
    ("of another log",             [("/a", Reach(51, 69))],        False),
    ("its times are not known",    [(LOG, Reach())],               False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"), [pytest.param(*case, id=name) for name, *case in FILLS]
)
def test_a_hole_is_filled_by_what_is_read_of_it(files, expected):
    assert filled(Hole(50, 70, LOG), files) is expected
