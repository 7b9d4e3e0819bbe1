# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PolicyError
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_policy import (
    PartnerDomain,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import (
    PROFILES,
    Policy,
    read_policy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located

KNOWN = ("idle-mailbox", "external-forwarding")
LEAST = {"forwarding": {"internal_domains": ["town.example"]}}


def read(**stated) -> Policy:
    return read_policy(Located(file="policy.yml", data=LEAST | stated, lines={(): 1}), KNOWN)


def test_the_letters_values_are_the_defaults():
    policy = read()

    assert (policy.profile, policy.time_zone.key) == ("letter", "Asia/Ho_Chi_Minh")
    assert policy.password.min_length == 9
    assert policy.password.classes == {"letters", "digits", "specials"}
    assert policy.password.specials == "@!#%"
    assert (policy.idle.limit_months, policy.idle.warn_months) == (3, 2)
    assert policy.idle.sign_ins_recorded_since == {}
    assert policy.controls is None
    assert policy.exemptions == ()


def test_the_other_profile_follows_nist():
    password = read(profile="nist-63b-4").password

    assert password is PROFILES["nist-63b-4"] or password == PROFILES["nist-63b-4"]
    assert (password.min_length, password.classes, password.blocklist) == (15, frozenset(), True)
    assert not password.allow_composition_rules
    assert not password.allow_expiry


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_stated_goes_before_the_profile_and_the_rest_stays(profile):
    stated = read(profile=profile, password={"min_length": 20, "history": 5}).password

    assert (stated.min_length, stated.history) == (20, 5)
    assert stated.classes == PROFILES[profile].classes
    assert stated.blocklist == PROFILES[profile].blocklist


def test_no_classes_is_not_the_same_as_none_stated():
    assert read(password={"classes": []}).password.classes == frozenset()
    assert read(profile="nist-63b-4", password={"classes": []}).password.classes == frozenset()


@pytest.mark.parametrize(
    ("written", "known"),
    [
        pytest.param("Town.Example.", "town.example", id="case and a final dot"),
        pytest.param("bücher.example", "xn--bcher-kva.example", id="its own script"),
    ],
)
def test_an_internal_domain_is_kept_in_one_form(written, known):
    policy = read(forwarding={"internal_domains": [written]})

    assert policy.forwarding.internal_domains == {known}
    assert not policy.forwarding.destination(f"clerk@{written}").outside
    assert policy.forwarding.destination(f"clerk@sub.{written}").outside


def test_a_partner_domain_is_kept_in_one_form_with_who_approved_it():
    stated = {"domain": "Bücher.Example.", "approver": "a", "reason": "r", "expires": "2026-12-31"}

    (partner,) = read(forwarding=LEAST["forwarding"] | {"partner_domains": [stated]}
                      ).forwarding.partner_domains  # fmt: skip

    assert partner == PartnerDomain(
        domain="xn--bcher-kva.example", approver="a", reason="r", expires=date(2026, 12, 31)
    )


@pytest.mark.parametrize(("stated", "told"), [({}, False), ({"tell_owners": True}, True)])
def test_owners_are_told_of_what_is_switched_off_only_where_it_is_asked_for(stated, told):
    assert read(forwarding=LEAST["forwarding"] | stated).forwarding.tell_owners is told


@pytest.mark.parametrize(("limit", "warn"), [(1, 0), (2, 1), (3, 2), (12, 2)])
def test_the_warning_comes_before_any_limit(limit, warn):
    assert read(idle_mailbox={"limit_months": limit}).idle.warn_months == warn


@pytest.mark.parametrize("day", [date(2024, 1, 1), "2024-01-01"])
def test_a_witness_has_recorded_since_a_day(day):
    policy = read(
        idle_mailbox={"sign_ins_recorded_since": {"dovecot": day, "pwdLastSuccess": None}}
    )

    assert policy.idle.sign_ins_recorded_since == {"dovecot": date(2024, 1, 1)}


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = ("office", "time_zone", "profile", "password", "idle_mailbox", "regular_use", "controls",
        "exemptions", "forwarding")  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), ANY, max_size=3))
def test_any_data_is_a_policy_or_tells_its_mistakes(data):
    with suppress(PolicyError):
        assert isinstance(read(**data), Policy)
