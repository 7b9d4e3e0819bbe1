# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Members of JSON text: what goes in comes out again, and all other bytes stay."""

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._browsers.json_members import (
    parsed,
    raw_values,
    with_value,
    without,
)

ODD = '{\r\n\t"a" :  [1,\r\n 2] ,\r\n\t"b\\u0041}{": "}\\"{",\r\n\t"policies" :{ "x":1.0e3}}\n\n'
SET = [
    # what                      text                        at             written
    ("empty",                   "{}",                       (),            '{\n  "k": 1\n}'),
    ("empty, on two lines",     "{\n}\n",                   (),            '{\n  "k": 1\n}\n'),
    ("new, on one line",        '{"a":2}',                  (),            '{"a":2,"k": 1}'),
    ("new, indented",           '{\n\t"a": 2\n}\n',         (),            '{\n\t"a": 2,\n\t"k": 1\n}\n'),
    ("there",                   '{"k" : [3] , "a":2}',      (),            '{"k" : 1 , "a":2}'),
    ("no such object",          '{"a":2}',                  ("policies",), '{"a":2,"policies": {\n  "k": 1\n}}'),
    ("below",                   '{"policies":{"a":2}}',     ("policies",), '{"policies":{"a":2,"k": 1}}'),
    ("the key in a value",      '{"a":{"k":2}}',            (),            '{"a":{"k":2},"k": 1}'),
    ("the key with an escape",  '{"\\u006b":2}',            (),            '{"\\u006b":1}'),
]  # fmt: skip
TAKEN = [
    # what          text                      left
    ("the first",   '{"k": 1, "a": 2}',       '{"a": 2}'),
    ("the last",    '{\n "a": 2,\n "k": 1\n}', '{\n "a": 2\n}'),
    ("the middle",  '{"a":2, "k":1, "b":3}',  '{"a":2, "b":3}'),
    ("the only one", '{\n  "k": 1\n}\n',      "{}\n"),
    ("none",        '{"a": 2}',               '{"a": 2}'),
]  # fmt: skip
REFUSED = [
    # what                     text                           told
    ("cut off",                '{"a": 1',                     "line 1: not JSON"),
    ("a comment",              '{\n// no\n"a": 1}',           "line 2: not JSON"),
    ("a comma at the end",     '{"a": 1,}',                   "line 1: not JSON"),
    ("a mark before it",       '\ufeff{"a": 1}',              "not JSON"),
    ("nothing",                "",                            "not JSON"),
    ("a list",                 "[]",                          "not an object"),
    ("policies are a list",    '{"policies": []}',            "policies is not an object"),
    ("policies twice",         '{"policies":{},"policies":{}}', "policies stands there twice"),
    ("a policy twice",         '{"policies":{"a":1,"a":2}}',  "a stands there twice"),
    ("deep",                   '{"a":' + "[" * 100_000,       "nested too deeply"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "at", "written"), [pytest.param(*case, id=name) for name, *case in SET]
)
def test_a_member_is_set_and_no_other_byte_changes(text, at, written):
    assert with_value(text, at, "k", "1") == written
    assert raw_values(written, at)["k"] == "1"


@pytest.mark.parametrize(("text", "left"), [pytest.param(*case, id=name) for name, *case in TAKEN])
def test_a_member_is_taken_and_no_other_byte_changes(text, left):
    assert without(text, (), "k") == left


@pytest.mark.parametrize(
    ("text", "told"), [pytest.param(*case, id=name) for name, *case in REFUSED]
)
def test_what_is_not_understood_is_told(text, told):
    with pytest.raises(ValueError, match=told):
        parsed(text) and raw_values(text, ("policies",))


@pytest.mark.parametrize("at", [(), ("policies",)], ids=["above", "below"])
def test_odd_text_comes_back_to_the_byte(at):
    changed = with_value(ODD, at, "k", '["ờ"]')

    assert json.loads(changed) != json.loads(ODD)
    assert without(changed, at, "k") == ODD
