# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings to pwdPolicy attributes and back; what would do harm is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import CLASSES
from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.policy_settings import (
    LARGEST,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.ppolicy import (
    enforced_policy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.ppolicy_settings import (
    POLICY_WRITING,
    at_once,
    present,
    wanted,
)

DAY = 86400
CHECKS, LOCKS = {"pwdCheckQuality": b"2"}, {"pwdLockout": b"TRUE"}


def policy(settings):
    return {"pwdAttribute": [b"userPassword"], **{name: [v] for name, v in settings.items()}}


WRITES = [
    # what it shows                          setting                    words           there                                            written
    ("a length, checked already",            "min_length",              "9",            {**CHECKS, "pwdMinLength": b"8"},                {"pwdMinLength": b"9"}),
    ("checked where possible stays so",      "min_length",              "9",            {"pwdCheckQuality": b"1"},                       {"pwdMinLength": b"9"}),
    ("a length nobody checked",              "min_length",              "9",            {"pwdCheckQuality": b"0"},                       {"pwdMinLength": b"9", "pwdCheckQuality": b"2"}),
    ("a length that stands idle",            "min_length",              "9",            {"pwdMinLength": b"9"},                          {"pwdCheckQuality": b"2"}),
    ("a length that holds",                  "min_length",              "9",            {**CHECKS, "pwdMinLength": b"9"},                {}),
    ("no length, nobody checks",             "min_length",              "0",            {},                                              {}),
    ("no length in place of an idle one",    "min_length",              "0",            {"pwdMinLength": b"9"},                          {"pwdMinLength": b"0"}),
    ("no length, and still checks",          "min_length",              "0",            {**CHECKS, "pwdMinLength": b"9"},                {"pwdMinLength": b"0"}),
    ("as long as the longest",               "min_length",              "9",            {**CHECKS, "pwdMaxLength": b"9"},                {"pwdMinLength": b"9"}),
    ("a longest of 0 is none",               "min_length",              "9",            {**CHECKS, "pwdMaxLength": b"0"},                {"pwdMinLength": b"9"}),
    ("a history",                            "history",                 "5",            {"pwdInHistory": b"3"},                          {"pwdInHistory": b"5"}),
    ("no history where there is none",       "history",                 "0",            {},                                              {}),
    ("an age in days",                       "max_age",                 "90 days",      {},                                              {"pwdMaxAge": b"7776000"}),
    ("no age",                               "max_age",                 "0 days",       {"pwdMaxAge": b"7776000"},                       {"pwdMaxAge": b"0"}),
    ("an age of some hours more",            "max_age",                 "1 days",       {"pwdMaxAge": b"90000"},                         {"pwdMaxAge": b"86400"}),
    ("a threshold, locks on",                "lockout_threshold",       "5",            LOCKS,                                           {"pwdMaxFailure": b"5"}),
    ("a threshold, locks off",               "lockout_threshold",       "5",            {"pwdLockout": b"FALSE", "pwdMaxFailure": b"5"}, {"pwdLockout": b"TRUE"}),
    ("a threshold, no word of locks",        "lockout_threshold",       "5",            {},                                              {"pwdMaxFailure": b"5", "pwdLockout": b"TRUE"}),
    ("no threshold leaves locks on",         "lockout_threshold",       "0",            {**LOCKS, "pwdMaxFailure": b"5"},                {"pwdMaxFailure": b"0"}),
    ("a threshold, idle ones locked before", "lockout_threshold",       "5",            {**LOCKS, "pwdMaxIdle": b"1"},                   {"pwdMaxFailure": b"5"}),
    ("a duration",                           "lockout_duration",        "900 seconds",  {},                                              {"pwdLockoutDuration": b"900"}),
    ("until somebody unlocks",               "lockout_duration",        "0 seconds",    {"pwdLockoutDuration": b"900"},                  {"pwdLockoutDuration": b"0"}),
    ("a change after a reset",               "must_change_after_reset", "yes",          {"pwdMustChange": b"FALSE"},                     {"pwdMustChange": b"TRUE"}),
    ("none after a reset",                   "must_change_after_reset", "no",           {"pwdMustChange": b"TRUE"},                      {"pwdMustChange": b"FALSE"}),
    ("none where nothing is said",           "must_change_after_reset", "no",           {},                                              {}),
    ("a change that is forced",              "must_change_after_reset", "yes",          {"pwdMustChange": b"TRUE"},                      {}),
    ("idle accounts",                        "max_idle",                "90 days",      {},                                              {"pwdMaxIdle": b"7776000", "pwdLockout": b"TRUE"}),
    ("idle accounts, locks on",              "max_idle",                "90 days",      LOCKS,                                           {"pwdMaxIdle": b"7776000"}),
    ("an idle limit without effect, gone",   "max_idle",                "0 days",       {"pwdMaxIdle": b"7776000"},                      {"pwdMaxIdle": b"0"}),
    ("an idle limit without effect, wanted", "max_idle",                "90 days",      {"pwdMaxIdle": b"7776000"},                      {"pwdLockout": b"TRUE"}),
    ("refuse what cannot be checked",        "checks_quality",          "yes",          {"pwdCheckQuality": b"1"},                       {"pwdCheckQuality": b"2"}),
    ("accept it, and check the rest",        "checks_quality",          "no",           CHECKS,                                          {"pwdCheckQuality": b"1"}),
    ("accept it, and check nothing",         "checks_quality",          "no",           {},                                              {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "words", "there", "written"),
    [pytest.param(*case, id=name) for name, *case in WRITES],
)
def test_only_what_differs_is_written(setting, words, there, written):
    edits = wanted(setting, words, policy(there))

    assert edits == {name: [value] for name, value in written.items()}
    assert present(setting, policy(there | written)) == words


def test_every_setting_is_written_in_some_case():
    assert {setting for _, setting, *_ in WRITES} == {*POLICY_WRITING.settings}


PRESENT = [
    # what it shows                   setting              there                                     words
    ("a length that holds",           "min_length",        {**CHECKS, "pwdMinLength": b"8"},         "8"),
    ("a length nobody checks",        "min_length",        {"pwdMinLength": b"8"},                   "0"),
    ("a threshold that does nothing", "lockout_threshold", {"pwdMaxFailure": b"5"},                  "0"),
    ("locks without a threshold",     "lockout_threshold", LOCKS,                                    "0"),
    ("an idle limit without effect",  "max_idle",          {"pwdMaxIdle": b"7776000"},               "0 days"),
    ("whole days of an age",          "max_age",           {"pwdMaxAge": b"90000"},                  "1 days"),
    ("checked where possible",        "checks_quality",    {"pwdCheckQuality": b"1"},                "no"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "there", "words"), [pytest.param(*case, id=name) for name, *case in PRESENT]
)
def test_words_say_what_the_server_enforces(setting, there, words):
    assert present(setting, policy(there)) == words


REFUSED = [
    # what it shows                       setting              words         there                         said
    ("no password would do",              "min_length",        "17",         {"pwdMaxLength": b"16"},      "pwdMaxLength 16"),
    ("idle accounts would be locked too", "lockout_threshold", "5",          {"pwdMaxIdle": b"7776000"},   "set max_idle"),
    ("below nothing",                     "history",           "-1",         {},                           "-1 is no value of pwdInHistory"),
    ("more than the server can hold",     "history",           "2147483648", {},                           "no value of pwdInHistory"),
    ("so too after it is multiplied",     "max_age",           "24856 days", {},                           "no value of pwdMaxAge"),
    ("no number",                         "min_length",        "nine",       {},                           "nine is no value"),
    ("no digits of ours",                 "min_length",        "²",          {},                           "is no value"),
    ("without its unit",                  "max_age",           "90",         {},                           "90 is no value"),
    ("another unit",                      "lockout_duration",  "15 minutes", {},                           "15 minutes is no value"),
    ("neither yes nor no",                "checks_quality",    "2",          {},                           "2 is no value of pwdCheckQuality"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "words", "there", "said"), [pytest.param(*case, id=name) for name, *case in REFUSED]
)
def test_what_would_do_harm_is_refused_and_says_why(setting, words, there, said):
    with pytest.raises(UnclearError, match=said):
        wanted(setting, words, policy(there))


@pytest.mark.parametrize("setting", POLICY_WRITING.settings)
def test_a_policy_that_is_not_shown_is_neither_read_nor_written(setting):
    with pytest.raises(UnclearError, match="not shown"):
        present(setting, {})
    with pytest.raises(UnclearError, match="not shown"):
        wanted(setting, "0", {})


AT_ONCE = [
    # what it shows                    written                                          said
    ("a length touches nobody",        {"pwdMinLength": b"9"},                          []),
    ("idle accounts are locked",       {"pwdMaxIdle": b"7776000"},                      ["90 days"]),
    ("no more idle accounts",          {"pwdMaxIdle": b"0"},                            []),
    ("old passwords have expired",     {"pwdMaxAge": b"7776000"},                       ["90 days"]),
    ("passwords last",                 {"pwdMaxAge": b"0"},                             []),
    ("locks come into force",          {"pwdLockout": b"TRUE", "pwdMaxFailure": b"5"},  ["pwdLockout is TRUE"]),
    ("locks lose their force",         {"pwdLockout": b"FALSE"},                        ["can sign in from now on"]),
    ("hashes are refused",             {"pwdCheckQuality": b"2"},                       ["hash"]),
    ("hashes are taken",               {"pwdCheckQuality": b"1"},                       []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "said"), [pytest.param(*case, id=name) for name, *case in AT_ONCE]
)
def test_an_operator_is_told_what_happens_at_once(written, said):
    warnings = list(at_once({name: [value] for name, value in written.items()}))

    assert len(warnings) == len(said)
    assert all(word in warning for word, warning in zip(said, warnings, strict=True))


def test_the_right_to_write_is_named_as_an_access_rule_whatever_the_name_holds():
    told = POLICY_WRITING.rights(
        'cn=\\"a\\"\\, b,dc=x', ("pwdMinLength", "pwdLockout"), "cn=e,dc=x"
    )

    rule = told.partition("rules there: ")[2]
    assert rule == (
        'to dn.exact="cn=\\22a\\22\\, b,dc=x" attrs=pwdMinLength,pwdLockout'
        ' by dn.exact="cn=e,dc=x" write by * break'
    )


def test_what_only_a_module_can_do_is_said_of_each_such_setting():
    assert set(POLICY_WRITING.unsupported) == {"classes", "specials", "blocklist"}
    assert not set(POLICY_WRITING.unsupported) & set(POLICY_WRITING.settings)
    assert all("check module" in reason for reason in POLICY_WRITING.unsupported.values())
    assert CLASSES  # what `classes` is about


amounts = st.integers(min_value=0, max_value=LARGEST).map(lambda number: str(number).encode())
switches = st.sampled_from([b"TRUE", b"FALSE"])
policies = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ("pwdMinLength", "pwdInHistory", "pwdMaxAge", "pwdMaxIdle", "pwdMaxFailure"), amounts
        ),
        "pwdLockoutDuration": amounts,
        "pwdCheckQuality": st.sampled_from([b"0", b"1", b"2"]),
        "pwdLockout": switches,
        "pwdMustChange": switches,
    },
)
small = st.integers(min_value=0, max_value=20000)
answers = st.sampled_from(["yes", "no"])
words = st.one_of(
    st.tuples(st.sampled_from(["min_length", "history", "lockout_threshold"]), small.map(str)),
    st.tuples(st.sampled_from(["max_age", "max_idle"]), small.map("{} days".format)),
    st.tuples(st.just("lockout_duration"), small.map("{} seconds".format)),
    st.tuples(st.sampled_from(["must_change_after_reset", "checks_quality"]), answers),
)


@given(policies, words)
def test_what_was_written_is_what_is_enforced_then_and_is_not_written_again(settings, asked):
    setting, value = asked
    before = policy(settings)
    try:
        edits = wanted(setting, value, before)
    except UnclearError:
        assume(False)
    after = before | edits

    assert present(setting, after) == value
    assert wanted(setting, value, after) == {}
    found = getattr(enforced_policy(b"cn=p", after).record, setting)
    assert found == _record_value(value)
    assert all(before.get(name) != values for name, values in edits.items())


@given(policies, st.lists(words, unique_by=lambda asked: asked[0], max_size=8))
def test_several_settings_in_their_order_need_no_second_run(settings, asked):
    values, given_words = policy(settings), dict(asked)
    assume(not settings.get("pwdMaxIdle") or "max_idle" in given_words)
    in_order = [name for name in POLICY_WRITING.settings if name in given_words]
    for name in in_order:
        try:
            values |= wanted(name, given_words[name], values)
        except UnclearError:
            assume(False)

    assert [wanted(name, given_words[name], values) for name in in_order] == [{}] * len(in_order)


def _record_value(value):
    if value.endswith(" days"):
        return timedelta(days=int(value.removesuffix(" days")))
    if value.endswith(" seconds"):
        return timedelta(seconds=int(value.removesuffix(" seconds")))
    return {"yes": True, "no": False}[value] if value in ("yes", "no") else int(value)
