# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    ANSWERS,
    Forward,
    Lock,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Context,
    MailAddress,
    Severity,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import (
    external_forwarding,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_policy import (
    ForwardingPolicy,
    PartnerDomain,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.onward import Holder, Onward
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    context,
    forward,
    noon,
    policy,
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
    ("a subaddress inside",               ["desk+x@town.example"],                 []),
    ("quotes and comments inside",        ['"the desk"@(x)town.example'],          []),
    ("two inside in one value",           ["a@town.example, b@town.example"],      []),
    ("a group inside",                    ["f: a@town.example, b@town.example;"],  []),
    ("a group with one outside",          ["f: a@town.example, b@b.example;"],     ["f: a@town.example, b@b.example;"]),
    ("a percent hack that stays inside",  ["x%town.example@town.example"],         []),
    ("a route through inside to inside",  ["@town.example:x@town.example"],        []),
    ("a route through outside",           ["@b.example:x@town.example"],           ["@b.example:x@town.example"]),
    ("all names of another domain",       ["@b.example"],                          ["@b.example"]),
    ("all names of a domain inside",      ["@town.example"],                       []),
    ("a literal",                         ["x@[192.0.2.1]"],                       ["x@[192.0.2.1]"]),
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
    assert [remedy.source for remedy in verdict.remedies] == [
        "mailForwardingAddress",
        "/h/.forward, line 1",
    ]
    assert verdict.params["sources"] == "mailForwardingAddress, /h/.forward, line 1, a table"


def test_attributes_of_the_directory_are_one_place():
    (verdict,) = assess(forward("a@b.example"), forward("a@b.example", "mailRoutingAddress"))

    (remedy,) = verdict.remedies
    assert (remedy.before, remedy.after) == (("a@b.example", "a@b.example"), ())
    assert remedy.source == "mailForwardingAddress, mailRoutingAddress"


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


def by_message(verdict: Verdict) -> str:
    return render(verdict.message.english, verdict.params)


UNCLEAR = [
    # what the case shows         the target                          why it could not be parsed
    ("no domain",                 "games",                            "it has no domain"),
    ("a bracket stays open",      "<desk@town.example",               "something in it is never closed"),
    ("read apart by two IDNAs",   "x@straße.example",                 "its domain is no domain name"),
    ("one of two in a value",     "desk@town.example, x@@b.example",  "it has no domain"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "why"), [pytest.param(*case, id=name) for name, *case in UNCLEAR]
)
def test_what_cannot_be_parsed_counts_as_outside_and_says_so(address, why):
    (verdict,) = assess(on_a_host(address, "/h/.forward"))

    assert verdict.status is Status.FAIL
    assert by_message(verdict) == (
        f"Forwards to {address}, which could not be parsed, so it counts as outside"
        " (/h/.forward, line 1)"
    )
    assert [(one.what, one.value) for one in verdict.evidence] == [
        ("forward", address), ("could not be parsed", why)
    ]  # fmt: skip
    assert verdict.remedies[0].after == ()


@pytest.mark.parametrize(
    ("address", "domains"),
    [
        pytest.param("f: a@town.example, b@b.example;", "town.example, b.example", id="a group"),
        pytest.param("a%b.example@town.example", "b.example, town.example", id="a percent hack"),
    ],
)
def test_what_its_text_does_not_show_is_told(address, domains):
    (verdict,) = assess(forward(address))

    assert [(one.what, one.value) for one in verdict.evidence[1:]] == [
        ("every domain in it", domains)
    ]


def partner(domain: str, expires: str) -> PartnerDomain:
    day = date.fromisoformat(expires)
    return PartnerDomain(domain=domain, reason="r", approver="the chairman", expires=day)


PARTNERS = ForwardingPolicy(
    internal_domains=frozenset({"town.example"}),
    partner_domains=(
        partner("p.example", "2019-01-08"),
        partner("q.example", "2019-02-01"),
        partner("past.example", "2019-01-07"),
    ),
)
APPROVED = [
    # what the case shows                    the target                         by whom                  it leaves
    ("a partner, on its last day",           "x@p.example",                     ["p.example"],           False),
    ("in other letters",                     "X@P.Example.",                    ["p.example"],           False),
    ("one that expired",                     "x@past.example",                  ["past.example"],        True),
    ("a subdomain is another domain",        "x@mail.p.example",                [],                      True),
    ("the end of a name is no partner",      "x@nop.example",                   [],                      True),
    ("two partners in one value",            "x@p.example, y@q.example",        ["p.example", "q.example"], False),
    ("one of two expired",                   "x@p.example, y@past.example",     ["p.example", "past.example"], True),
    ("a partner and somebody else",          "x@p.example, y@b.example",        [],                      True),
    ("a partner and inside",                 "x@p.example, desk@town.example",  ["p.example"],           False),
    ("a partner behind the percent hack",    "x%b.example@p.example",           [],                      True),
    ("inside, then a partner",               "x%p.example@town.example",        ["p.example"],           False),
    ("a partner and what is not understood", "x@p.example, y@@p.example",       [],                      True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "approvals", "leaves"), [pytest.param(*case, id=name) for name, *case in APPROVED]
)
def test_a_partner_domain_is_approved_until_its_day(address, approvals, leaves):
    known = account(forwards=(forward(address),))

    verdict, *others = CONTROL.account(known, context(stated=policy(forwarding=PARTNERS)))

    assert verdict.status is Status.FAIL
    assert [one.domain for one in verdict.approvals] == approvals
    assert bool(verdict.remedies) is leaves
    # What may be hidden behind an approval is judged by itself.
    assert [other.message for other in others] == (
        [] if leaves else [external_forwarding.PARTNERS_ONLY]
    )


def test_what_is_removed_leaves_the_partners_in_place():
    known = account(forwards=(forward("x@p.example"), forward("a@b.example")))

    approved, failed = CONTROL.account(known, context(stated=policy(forwarding=PARTNERS)))

    assert approved.remedies == ()
    assert failed.remedies[0].before == ("x@p.example", "a@b.example")
    assert failed.remedies[0].after == ("x@p.example",)


def test_a_partner_that_expired_hides_nothing_where_the_rule_is_not_in_force():
    known = account(forwards=(forward("x@past.example", active=False),))

    (verdict,) = CONTROL.account(known, context(stated=policy(forwarding=PARTNERS)))

    assert verdict.status is Status.MANUAL


def followed(**forwards: str) -> Context:
    """A context in which these addresses of the town forward on."""
    onward = Onward.of(
        [
            Holder(
                addresses=(f"{name}@town.example",),
                forwards=(on_a_host(target, f"/etc/{name}"),),
            )
            for name, target in forwards.items()
        ],
        mailboxes=(),
        policy=policy().forwarding,
        today=context().today,
    )
    return replace(context(), onward=onward)


def test_what_goes_outside_from_inside_fails_and_is_put_right_there():
    known = account(forwards=(on_a_host("Desk@town.example", "/h/.forward"),))
    around = followed(desk="all@town.example", all="me@home.example")

    (verdict,) = CONTROL.account(known, around)

    assert (verdict.status, verdict.severity) == (Status.FAIL, None)
    assert by_message(verdict) == (
        "Forwards to me@home.example through desk@town.example, all@town.example"
        " (/h/.forward, line 1)"
    )
    assert verdict.mark == "desk@town.example"
    assert [(one.what, one.value, one.source) for one in verdict.evidence] == [
        ("forward", "Desk@town.example", "/h/.forward, line 1"),
        ("goes on to", "me@home.example", "/etc/all, line 1"),
    ]
    assert verdict.remedies == ()


def test_each_way_through_is_a_finding_beside_those_to_outside():
    known = account(forwards=(forward("a@b.example"), forward("desk@town.example")))

    verdicts = list(CONTROL.account(known, followed(desk="me@home.example")))

    assert [verdict.mark for verdict in verdicts] == ["a@b.example", "desk@town.example"]
    assert verdicts[0].remedies[0].after == ("desk@town.example",)


def test_one_value_with_a_way_through_and_one_to_outside_is_one_finding():
    known = account(forwards=(forward("f: desk@town.example, a@b.example;"),))

    (verdict,) = CONTROL.account(known, followed(desk="me@home.example"))

    assert verdict.message is external_forwarding.OUTSIDE


def test_an_alias_of_an_alias_is_followed_too():
    known = MailAddress(mail="info@town.example", forwards=(forward("desk@town.example"),))

    (verdict,) = CONTROL.address(known, followed(desk="me@home.example"))

    assert verdict.message is external_forwarding.THROUGH


def test_a_rule_that_is_not_in_force_goes_through_nobody():
    known = account(forwards=(forward("desk@town.example", active=False),))

    assert [v.status for v in CONTROL.account(known, followed(desk="me@home.example"))] == [
        Status.PASS
    ]


LOCKED = [
    # what the case shows   the forward                               it is told
    ("outside",             forward("a@b.example"),                   True),
    ("through",             forward("desk@town.example"),             True),
    ("not in force",        forward("a@b.example", active=False),     False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("set_there", "told"), [pytest.param(*case, id=name) for name, *case in LOCKED]
)
def test_a_locked_mailbox_is_judged_alike_and_says_that_it_is_locked(set_there, told):
    since = noon("2019-01-02")
    locked = account(forwards=(set_there,), lock=Lock.ADMINISTRATOR, locked_at=since)
    around = followed(desk="me@home.example")

    (verdict,) = CONTROL.account(locked, around)
    (unlocked,) = CONTROL.account(replace(locked, lock=None), around)

    assert (verdict.status, verdict.remedies) == (unlocked.status, unlocked.remedies)
    more = verdict.evidence[len(unlocked.evidence) :]
    assert [(one.what, one.value, one.at) for one in more] == (
        [("locked, and forwards all the same", "administrator", since)] if told else []
    )


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


SENDERS = [
    # what the case shows                  senders (address, in force)                     each finding
    ("a sender inside",                    [("desk@town.example", True)],                  [("pass", "", None)]),
    ("a sender outside",                   [("A@b.example", True)],                        [("manual", "answers a@b.example", "medium")]),
    ("in no script that runs",             [("a@b.example", False)],                       [("manual", "answers a@b.example", "low")]),
    ("in two scripts",                     [("a@b.example", False), ("A@b.example", True)], [("manual", "answers a@b.example", "medium")]),
]  # fmt: skip


@pytest.mark.parametrize(("senders", "expected"), [pytest.param(*c, id=n) for n, *c in SENDERS])
def test_the_sender_of_automatic_answers_is_for_a_person_to_judge(senders, expected):
    found = assess(*(forward(a, active=active, opaque=ANSWERS) for a, active in senders))

    assert [
        (v.status.value, v.mark, v.severity.value if v.severity else None) for v in found
    ] == expected
    assert not any(verdict.remedies for verdict in found)


def test_a_sender_is_no_target_that_a_remedy_takes_away():
    (verdict, _) = assess(forward("a@b.example"), forward("a@b.example", opaque=ANSWERS))

    assert verdict.remedies[0].before == ("a@b.example", ANSWERS)
    assert verdict.remedies[0].after == (ANSWERS,)
