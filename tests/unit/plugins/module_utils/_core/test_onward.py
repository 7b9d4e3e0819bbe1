# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.addresses import recipients
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_policy import (
    ForwardingPolicy,
    PartnerDomain,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.onward import (
    SHOWN,
    Holder,
    Leak,
    Onward,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import forward

TODAY = date(2019, 1, 8)
POLICY = ForwardingPolicy(
    internal_domains=frozenset({"town.example", "old.example", "older.example"}),
    partner_domains=(
        PartnerDomain(domain="partner.example", reason="r", approver="a", expires=TODAY),
        PartnerDomain(domain="past.example", reason="r", approver="a", expires=date(2019, 1, 7)),
    ),
)
OUT = "me@home.example"


def town(name: str) -> str:
    """An address inside, unless it has a domain already."""
    return name if "@" in name else f"{name}@town.example"


def onward(forwards: dict[str, list[str]], mailboxes: tuple[str, ...] = ()) -> Onward:
    """What is known of these forwards; the names of one account are parted by "=", all inside."""
    return Onward.of(
        [
            Holder(
                addresses=tuple(map(town, names.split("="))),
                forwards=tuple(forward(town(target), f"of {names}") for target in targets),
            )
            for names, targets in forwards.items()
        ],
        mailboxes=tuple(map(town, mailboxes)),
        policy=POLICY,
        today=TODAY,
    )


def way(known: Onward, sender: str, target: str) -> tuple[str, ...] | None:
    """The names on the way outside."""
    found = known.leak([town(sender)], recipients(town(target)))
    return found and tuple(re.sub(r"(?<=.)@town\.example$", "", name) for name in found.through)


WAYS = [
    # what the case shows                  who forwards to what                                  to          the way outside
    ("nobody forwards",                    {},                                                   "desk",     None),
    ("who gets it keeps it",               {"clerk": ["desk"]},                                  "desk",     None),
    ("who gets it sends it outside",       {"desk": [OUT]},                                      "desk",     ("desk",)),
    ("in any case",                        {"DESK": [OUT]},                                      "Desk",     ("DESK",)),
    ("outside among others",               {"desk": ["a", OUT, "b"]},                            "desk",     ("desk",)),
    ("to an alias of an alias",            {"desk": ["all"], "all": [OUT]},                      "desk",     ("desk", "all")),
    ("the shortest way",                   {"desk": ["a", "all"], "a": ["b"], "b": [OUT], "all": [OUT]}, "desk", ("desk", "all")),
    ("who keeps it, though others' goes",  {"@town.example": [OUT], "desk=d": []},               "d",        None),
    ("who does not, as others",            {"@town.example": [OUT], "desk=d": []},               "all",      ("@town.example",)),
    ("a loop that stays inside",           {"desk": ["all"], "all": ["desk"]},                   "desk",     None),
    ("a loop with a way out",              {"desk": ["all"], "all": ["desk", OUT]},              "desk",     ("desk", "all")),
    ("to itself",                          {"desk": ["desk", OUT]},                              "desk",     ("desk",)),
    ("back to who asks, who leaks",        {"clerk": ["desk", OUT], "desk": ["clerk"]},          "desk",     None),
    ("the same, and another way",          {"clerk": ["desk", OUT], "desk": ["clerk", "a"], "a": ["b"], "b": [OUT]}, "desk", ("desk", "a", "b")),
    ("to who asks",                        {"clerk": ["clerk", OUT]},                            "clerk",    None),
    ("to who asks, beside another way",    {"clerk": ["clerk", "desk"], "desk": [OUT]},          "clerk",    None),
    ("by another address of the account",  {"desk=front": ["a"], "a": [OUT]},                    "front",    ("desk", "a")),
    ("to another address of who asks",     {"clerk=me": ["me", OUT]},                            "me",       None),
    ("by a subaddress",                    {"desk": [OUT]},                                      "desk+x",   ("desk",)),
    ("a subaddress of its own",            {"desk+x": [OUT]},                                    "desk+x",   ("desk+x",)),
    ("another subaddress",                 {"desk+x": [OUT]},                                    "desk",     None),
    ("by a quoted name",                   {"desk": [OUT]},                                      '"desk"@town.example', ("desk",)),
    ("by a final dot and a comment",       {"desk": [OUT]},                                      "desk(x)@Town.Example.", ("desk",)),
    ("by a member of a group",             {"desk": [OUT]},                                      "g: a@town.example, desk@town.example;", ("desk",)),
    ("in a list as one value",             {"all": ["a@town.example, me@home.example"]},         "all",      ("all",)),
    ("what cannot be parsed leaves",       {"desk": ["me@@home.example"]},                       "desk",     ("desk",)),
    ("to a partner",                       {"desk": ["x@partner.example"]},                      "desk",     None),
    ("to one that was a partner",          {"desk": ["x@past.example"]},                         "desk",     ("desk",)),
    ("a domain that is rewritten",         {"@old.example": ["@home.example"]},                  "x@old.example", ("@old.example",)),
    ("a domain that goes to one address",  {"@old.example": [OUT]},                              "x@old.example", ("@old.example",)),
    ("a domain to one inside",             {"@old.example": ["desk"], "desk": [OUT]},            "x@old.example", ("@old.example", "desk")),
    ("its namesake inside leaks",          {"@old.example": ["desk"], "x": [OUT]},               "x@old.example", None),
    ("another domain",                     {"@old.example": [OUT]},                              "x",        None),
    ("a domain renamed, same name there",  {"@old.example": ["@town.example"], "x": [OUT]},      "x@old.example", ("x",)),
    ("another name there",                 {"@old.example": ["@town.example"], "y": [OUT]},      "x@old.example", None),
    ("renamed twice",                      {"@older.example": ["@old.example"], "@old.example": ["@town.example"], "x": [OUT]}, "x@older.example", ("x",)),
    ("renamed in a circle",                {"@old.example": ["@older.example"], "@older.example": ["@old.example"]}, "x@old.example", None),
    ("renamed to inside and outside",      {"@old.example": ["@town.example", "@home.example"]}, "x@old.example", ("@old.example",)),
    ("an address of its own goes first",   {"@town.example": [OUT], "desk": ["a@old.example"]},  "desk",     None),
    ("without one, its domain's",          {"@town.example": [OUT]},                             "desk",     ("@town.example",)),
    ("to all of a domain",                 {"@old.example": [OUT]},                              "@old.example", ("@old.example",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("forwards", "to", "through"), [pytest.param(*case, id=name) for name, *case in WAYS]
)
def test_mail_is_followed_to_where_it_leaves(forwards, to, through):
    assert way(onward(forwards), "clerk", to) == through


def test_a_mailbox_keeps_what_its_domain_sends_on():
    known = onward({"@town.example": [OUT]}, mailboxes=("desk",))

    assert way(known, "clerk", "desk") is None
    assert way(known, "clerk", "desk+x") is None
    assert way(known, "clerk", "other") == ("@town.example",)


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(forward(OUT, active=False), id="not in force"),
        pytest.param(forward("", opaque="a command"), id="cannot be told"),
        pytest.param(forward("${x}@home.example", opaque="a variable"), id="with a text"),
        pytest.param(forward(OUT, channel="sender_bcc"), id="of what it sends, not gets"),
    ],
)
def test_what_does_not_send_on_for_sure_is_not_followed(held):
    holder = Holder(addresses=("desk@town.example",), forwards=(held,))

    known = Onward.of([holder], mailboxes=(), policy=POLICY, today=TODAY)

    assert way(known, "clerk", "desk") is None


def test_a_domain_that_is_not_renamed_now_is_not_followed():
    renamed = forward("@town.example", active=False)
    holders = [
        Holder(addresses=("@old.example",), forwards=(renamed,)),
        Holder(addresses=("x@town.example",), forwards=(forward(OUT),)),
    ]

    known = Onward.of(holders, mailboxes=(), policy=POLICY, today=TODAY)

    assert way(known, "clerk", "x@old.example") is None


def test_who_leaks_is_told_with_address_and_source():
    known = onward({"desk": ["all"], "all": [OUT]})

    assert known.leak(["clerk@town.example"], recipients("desk@town.example")) == Leak(
        address=OUT, source="of all", through=("desk@town.example", "all@town.example")
    )


def test_of_a_long_way_the_beginning_and_the_end_are_told():
    number = 3000
    chain = {f"a{n}": [f"a{n + 1}"] for n in range(number)} | {f"a{number}": [OUT]}

    through = way(onward(chain), "clerk", "a0")

    assert through == ("a0", "a1", "a2", "a3", f"a{number}")
    assert len(through) == SHOWN


NAMES = st.sampled_from("abcdef")
GRAPHS = st.dictionaries(NAMES, st.lists(NAMES | st.just(OUT), max_size=3), max_size=6)


@given(GRAPHS, NAMES, NAMES)
def test_a_way_is_found_exactly_where_one_ends_with_somebody_else(forwards, sender, target):
    reached, waiting = set(), [target] if target != sender else []
    while waiting:
        name = waiting.pop()
        if name not in reached and name != OUT:
            reached.add(name)
            waiting += forwards.get(name, [])
    ends = {name for name in reached if OUT in forwards.get(name, [])} - {sender}

    through = way(onward(forwards), sender, target)

    assert bool(through) is bool(ends)
    if through:
        assert through[0] == target
        assert through[-1] in ends
        assert all(
            after in forwards[before] for before, after in pairwise(through) if len(through) < SHOWN
        )
