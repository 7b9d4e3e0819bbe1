# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Forward
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    MailAddress,
    Severity,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import (
    external_forwarding,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    context,
    forward,
)

CONTROL = external_forwarding.EXTERNAL_FORWARDING
CASES = [
    # what the case shows                 the account's forwards                   those reported
    ("no forward",                        [],                                      []),
    ("internal domain",                   ["desk@town.example"],                   []),
    ("domains ignore case",               ["Desk@TOWN.Example"],                   []),
    ("a final dot changes nothing",       ["desk@town.example."],                  []),
    ("full-width letters are the same",   ["desk@ｔｏｗｎ.example"],               []),
    ("outside",                           ["me@home.example"],                     ["me@home.example"]),
    ("one of two is outside",             ["desk@town.example", "a@b.example"],    ["a@b.example"]),
    ("two outside",                       ["a@b.example", "c@d.example"],          ["a@b.example", "c@d.example"]),
    ("the same one twice",                ["a@b.example", "A@B.example"],          ["a@b.example"]),
    ("a subdomain is another domain",     ["x@mail.town.example"],                 ["x@mail.town.example"]),
    ("so is the domain above",            ["x@example"],                           ["x@example"]),
    ("so is a longer name",               ["x@nottown.example"],                   ["x@nottown.example"]),
    ("so is one that goes on",            ["x@town.example.evil.example"],         ["x@town.example.evil.example"]),
    ("a look-alike in another script",    ["x@tοwn.example"],                      ["x@tοwn.example"]),
    ("its Punycode",                      ["x@xn--twn-gwc.example"],               ["x@xn--twn-gwc.example"]),
    ("the percent hack",                  ["me%home.example@town.example"],        ["me%home.example@town.example"]),
    ("a bang path",                       ["home.example!me@town.example"],        ["home.example!me@town.example"]),
    ("the last @ parts the domain",       ['"x@town.example"@evil.example'],       ['"x@town.example"@evil.example']),
    ("a quoted @ can hide the way on",    ['"x@evil.example"@town.example'],       ['"x@evil.example"@town.example']),
    ("two addresses in one value",        ["x@evil.example, y@town.example"],      ["x@evil.example, y@town.example"]),
    ("no domain at all",                  ["games"],                               ["games"]),
]  # fmt: skip


def assess(*forwards: Forward) -> list[Verdict]:
    verdicts = list(CONTROL.account(account(forwards=forwards), context()))
    assert all(render(verdict.message.english, verdict.params) for verdict in verdicts)
    return verdicts


@pytest.mark.parametrize(
    ("forwards", "reported"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_each_target_outside_fails_and_only_it_is_removed(forwards, reported):
    verdicts = assess(*(forward(address) for address in forwards))

    assert [v.status for v in verdicts] == ([Status.FAIL] * len(reported) or [Status.PASS])
    assert [v.mark for v in verdicts] == ([address.lower() for address in reported] or [""])
    removed = [set(remedy.before) - set(remedy.after) for v in verdicts for remedy in v.remedies]
    assert [{address.lower() for address in some} for some in removed] == [
        {address.lower()} for address in reported
    ]


def test_remedies_of_one_place_follow_upon_each_other():
    first, second = assess(
        forward("a@b.example"), forward("desk@town.example"), forward("c@d.example")
    )

    assert first.remedies[0].before == ("a@b.example", "desk@town.example", "c@d.example")
    assert first.remedies[0].after == second.remedies[0].before
    assert second.remedies[0].after == ("desk@town.example",)


def on_a_host(address, place="", **known):
    """A forward that a mail host has."""
    source = f"{place}, line 1" if place else "a table"
    return forward(
        address, source, **{"channel": "dot_forward", "place": place, "host": "mail-1", **known}
    )


def test_each_place_of_a_target_has_a_remedy_of_its_own():
    (verdict,) = assess(
        forward("a@b.example"), on_a_host("A@b.example", "/h/.forward"), on_a_host("a@b.example")
    )

    assert [(remedy.server, remedy.channel, remedy.target) for remedy in verdict.remedies] == [
        ("", "directory", ""),
        ("mail-1", "dot_forward", "/h/.forward"),
    ]
    assert [remedy.after for remedy in verdict.remedies] == [(), ()]
    assert verdict.params["sources"] == "mailForwardingAddress, /h/.forward, line 1, a table"


def test_attributes_of_the_directory_are_one_place():
    (verdict,) = assess(forward("a@b.example"), forward("a@b.example", "mailRoutingAddress"))

    (remedy,) = verdict.remedies
    assert (remedy.before, remedy.after) == (("a@b.example", "a@b.example"), ())


def test_the_same_place_of_two_hosts_is_two_places():
    (verdict,) = assess(
        on_a_host("a@b.example", "/h/.forward"),
        on_a_host("a@b.example", "/h/.forward", host="mail-2"),
    )

    assert [remedy.server for remedy in verdict.remedies] == ["mail-1", "mail-2"]


def test_what_has_no_place_that_can_be_written_is_for_a_person():
    (verdict,) = assess(on_a_host("a@b.example"))

    assert verdict.status is Status.FAIL
    assert verdict.remedies == ()


def test_a_rule_that_is_not_in_force_is_for_a_person_to_judge():
    (verdict,) = assess(forward("a@b.example", "leave.sieve:1", channel="sieve", active=False))

    assert (verdict.status, verdict.severity) == (Status.MANUAL, Severity.LOW)
    assert verdict.message is external_forwarding.DORMANT
    assert verdict.remedies == ()


def test_of_a_target_in_force_and_not_in_force_only_the_one_in_force_is_removed():
    (verdict,) = assess(
        on_a_host("a@b.example", "/h/old.sieve", active=False),
        on_a_host("a@b.example", "/h/new.sieve"),
    )

    assert verdict.status is Status.FAIL
    assert [remedy.target for remedy in verdict.remedies] == ["/h/new.sieve"]
    assert len(verdict.evidence) == 2


def test_what_is_not_in_force_is_no_part_of_what_is_set():
    (verdict,) = assess(forward("a@b.example"), forward("desk@town.example", active=False))

    assert verdict.remedies[0].before == ("a@b.example",)


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(forward("", ".forward:1", opaque="a command"), id="with the reason"),
        pytest.param(forward("", ".forward:1"), id="without one"),
        pytest.param(
            forward("${to}@town.example", ".forward:1", opaque="a variable"), id="with a text"
        ),
    ],
)
def test_a_target_that_cannot_be_told_is_for_a_person_to_judge(hidden):
    (verdict,) = assess(hidden)

    assert (verdict.status, verdict.severity) == (Status.MANUAL, Severity.MEDIUM)
    assert render(verdict.message.english, verdict.params) == (
        "Forwards to where it cannot be told (.forward:1): judge by eye"
    )


def test_what_cannot_be_told_stays_beside_what_is_removed():
    failed, judged = assess(
        forward("a@b.example", ".forward:1"), forward("", ".forward:1", opaque="|archive")
    )

    assert (failed.status, judged.status) == (Status.FAIL, Status.MANUAL)
    assert failed.remedies[0].after == ("|archive",)


def test_an_address_without_an_account_is_judged_alike():
    alias = MailAddress(
        mail="info@town.example", forwards=(on_a_host("a@b.example", "hash:/etc/aliases info"),)
    )

    (verdict,) = CONTROL.address(alias, context())

    assert verdict.status is Status.FAIL
    assert verdict.remedies[0].target == "hash:/etc/aliases info"
