# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy file before, during and after us, as text."""

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._browsers.products import (
    PRODUCTS,
    PolicySetting,
)
from ansible_collections.civic.mailbox.plugins.module_utils._browsers.settings_file import (
    contradictions,
    put_in,
    record_as_json,
    record_of_json,
    take_out,
)

CHROMIUM, FIREFOX = PRODUCTS[0], PRODUCTS[-1]
OFF = PolicySetting(name="PasswordManagerEnabled", value=False, since="1")
NO_SYNC = PolicySetting(name="SyncTypesListDisabled", value=("passwords",), since="1")


def sites(*names: str) -> PolicySetting:
    return PolicySetting(name="PasswordManagerExceptions", value=names, since="1")


BEFORE = [
    # what was there                  text
    ("no file",                       None),
    ("an empty object",               "{}"),
    ("others' policies",              '{\n    "policies": {\n        "A": 1\n    }\n}'),
    ("the opposite",                  '{"policies":{"PasswordManagerEnabled" : true, "A":1}}'),
    ("the same",                      '{"policies":{"PasswordManagerEnabled":false}}\n'),
    ("something beside the policies", '{"note": "kept by hand"}'),
]  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in BEFORE])
def test_what_was_there_comes_back_to_the_byte(text):
    done = put_in(FIREFOX, [OFF], text, None)
    again = put_in(FIREFOX, [OFF], done.text, done.record)

    assert json.loads(done.text or "")["policies"]["PasswordManagerEnabled"] is False
    assert again == done
    assert take_out(FIREFOX, again.text, again.record).text == text


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in BEFORE])
def test_what_others_change_meanwhile_stays(text):
    done = put_in(FIREFOX, [OFF], text, None)
    theirs = json.loads(done.text or "")
    theirs["policies"]["Theirs"] = 1

    left = take_out(FIREFOX, json.dumps(theirs), done.record)

    wanted = json.loads(text or "{}")
    wanted.setdefault("policies", {})["Theirs"] = 1
    assert json.loads(left.text or "") == wanted
    assert left.left == ()


def test_what_others_change_between_two_runs_stays_too():
    done = put_in(FIREFOX, [OFF], None, None)
    theirs = (done.text or "").replace('"policies": {', '"policies": {"Theirs": 1, ')
    again = put_in(FIREFOX, [OFF], theirs, done.record)

    assert again.text == theirs
    assert json.loads(take_out(FIREFOX, again.text, again.record).text or "") == {
        "policies": {"Theirs": 1}
    }


def test_a_policy_that_somebody_changed_since_is_left_and_told():
    done = put_in(CHROMIUM, [OFF, NO_SYNC], None, None)
    theirs = (done.text or "").replace("false", "true")

    left = take_out(CHROMIUM, theirs, done.record)

    assert json.loads(left.text or "") == {"PasswordManagerEnabled": True}
    assert left.left == ("PasswordManagerEnabled",)


def test_a_file_that_somebody_removed_since_stays_away():
    done = put_in(CHROMIUM, [OFF], None, None)

    assert take_out(CHROMIUM, None, done.record).text is None


def test_a_run_that_wrote_its_record_and_no_file_leaves_nothing_to_undo():
    text = '{"policies": {"A": 1}}'
    done = put_in(FIREFOX, [OFF], text, None)

    assert take_out(FIREFOX, text, done.record).text == text
    assert put_in(FIREFOX, [OFF], text, done.record) == done


def test_another_choice_takes_the_first_one_back():
    text = '{"policies": {"PasswordManagerEnabled": true}}'
    all_sites = put_in(FIREFOX, [OFF], text, None)
    official = put_in(FIREFOX, [sites("https://a.example")], all_sites.text, all_sites.record)

    assert json.loads(official.text or "")["policies"] == {
        "PasswordManagerEnabled": True, "PasswordManagerExceptions": ["https://a.example"],
    }  # fmt: skip
    assert take_out(FIREFOX, official.text, official.record).text == text


def test_a_list_keeps_what_others_have_in_it_and_loses_what_is_not_ours_any_more():
    text = '{"policies": {"PasswordManagerExceptions": ["https://theirs.example"]}}'
    first = put_in(FIREFOX, [sites("https://a.example", "https://b.example")], text, None)
    then = put_in(FIREFOX, [sites("https://b.example")], first.text, first.record)

    assert json.loads(first.text or "")["policies"]["PasswordManagerExceptions"] == [
        "https://theirs.example", "https://a.example", "https://b.example",
    ]  # fmt: skip
    assert json.loads(then.text or "")["policies"]["PasswordManagerExceptions"] == [
        "https://theirs.example", "https://b.example",
    ]  # fmt: skip
    assert take_out(FIREFOX, then.text, then.record).text == text


def test_a_list_of_another_file_is_not_hidden_by_ours_also_not_by_the_second_run():
    elsewhere = {"SyncTypesListDisabled": ["bookmarks"]}
    first = put_in(CHROMIUM, [NO_SYNC], None, None, elsewhere=elsewhere)
    again = put_in(CHROMIUM, [NO_SYNC], first.text, first.record, elsewhere=elsewhere)
    shrunk = put_in(CHROMIUM, [NO_SYNC], first.text, first.record, elsewhere={})

    assert json.loads(first.text or "") == {"SyncTypesListDisabled": ["bookmarks", "passwords"]}
    assert again == first
    assert json.loads(shrunk.text or "") == {"SyncTypesListDisabled": ["passwords"]}


def test_a_new_file_starts_from_what_it_hides_and_goes_as_a_whole():
    done = put_in(FIREFOX, [OFF], None, None, base='{"policies": {"Theirs": 1}}')

    assert json.loads(done.text or "")["policies"] == {"Theirs": 1, "PasswordManagerEnabled": False}
    assert take_out(FIREFOX, done.text, done.record).text is None


def test_a_record_outlives_the_run():
    record = put_in(FIREFOX, [OFF, sites("https://a.example")], '{"policies": {}}', None).record

    assert record
    assert record_of_json(json.loads(json.dumps(record_as_json(record)))) == record


@pytest.mark.parametrize(
    ("name", "policies", "told"),
    [
        pytest.param("a.json", {"PasswordManagerEnabled": True}, [False], id="earlier"),
        pytest.param("zzz", {"PasswordManagerEnabled": True}, [True], id="later"),
        pytest.param("ờ.json", {"PasswordManagerEnabled": 1}, [True], id="later by its bytes"),
        pytest.param("zzz", {"PasswordManagerEnabled": False}, [], id="the same"),
        pytest.param("zzz", {"SyncTypesListDisabled": ["apps"]}, [True], id="a list without"),
        pytest.param("zzz", {"SyncTypesListDisabled": ["apps", "passwords"]}, [], id="with"),
        pytest.param("zzz", {"Other": True}, [], id="another policy"),
    ],
)
def test_who_says_something_else_and_who_wins(name, policies, told):
    found = contradictions([OFF, NO_SYNC], "zz-civic-mailbox-passwords.json", {name: policies})

    assert [one.wins for one in found] == told
