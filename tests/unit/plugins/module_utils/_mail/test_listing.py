# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.listing import (
    BrokenOffError,
    Listing,
    Part,
)

ALPHABET = "abc01@"


@dataclass
class Broken:
    """Lists at most `most` names, in any order; counts the lists that it broke off."""

    users: list[str]
    most: int
    broken: int = field(default=0)

    def __call__(self, mask: str) -> Part:
        found = [user for user in self.users if fnmatchcase(user.lower(), mask)]
        self.broken += len(found) > self.most
        return Part(names=found[: self.most], whole=len(found) <= self.most)


def listed(users: list[str], most: int) -> tuple[list[str], int]:
    server = Broken(users, most)
    names = list(Listing(ask=server, alphabet=ALPHABET).names())
    return sorted(set(names)), server.broken


MANY = [f"a{i:02b}@b" for i in range(4)] + ["a0", "a", "A00@c", "b"]
CASES = [
    # what the case shows             users                    at most   lists broken off
    ("few", ["a@b", "b@b"], 2, 0),
    ("nobody", [], 2, 0),
    ("too many, told apart by the first", ["a", "b", "c"], 2, 1),
    ("too many that begin alike", ["aaaaaa0", "aaaaaa1", "aaaaaac"], 2, 1),
    ("one is the beginning of all", ["aa", "aaa", "aab"], 2, 1),
    ("another one branches off early", ["aaaa0", "aaaa1", "aaaac", "ab", "a"], 2, 1),
    ("mixed", MANY, 5, 1),
]


@pytest.mark.parametrize(("users", "most", "broken"), [pytest.param(*c, id=n) for n, *c in CASES])
def test_all_users_are_found_with_few_lists_broken_off(users, most, broken):
    assert listed(users, most) == (sorted(users), broken)


@given(st.lists(st.text(alphabet="aAbc01@", min_size=1, max_size=5), unique=True, max_size=40))
def test_no_user_is_lost(users):
    try:
        names, _ = listed(users, most=len(users) // 2 + 1)
    except BrokenOffError:
        return
    assert names == sorted(users)


def test_a_server_that_breaks_off_every_list_is_left_alone():
    server = Broken([f"{a}{b}{c}" for a in ALPHABET for b in ALPHABET for c in ALPHABET], most=1)

    with pytest.raises(BrokenOffError):
        list(Listing(ask=server, alphabet=ALPHABET).names())
    assert server.broken < 10


def test_without_an_alphabet_a_part_is_not_taken_for_the_whole():
    server = Broken(["a", "b", "c"], most=2)

    with pytest.raises(BrokenOffError):
        list(Listing(ask=server, alphabet="").names())
