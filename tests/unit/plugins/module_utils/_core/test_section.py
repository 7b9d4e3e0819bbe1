# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located, Section

LINES = {(): 1, ("a",): 2, ("a", "b"): 3, ("list",): 4, ("list", 1): 6}


def section(data: object) -> Section:
    return Section.top(Located(file="policy.yml", data=data, lines=LINES))


def test_a_mistake_stands_at_the_nearest_line_that_is_known():
    top = section({"a": {"b": {"c": 1}}, "list": [{}, {}]})
    top.section("a").section("b").mistake("c", "wrong")
    top.sections("list")[1].mistake("d", "wrong")
    top.mistake(None, "wrong")

    assert top.mistakes == [
        "policy.yml, line 3, a.b.c: wrong",
        "policy.yml, line 6, list.1.d: wrong",
        "policy.yml, line 1, the file: wrong",
    ]


def test_a_key_that_nothing_asked_for_is_a_mistake():
    top = section({"office": "x", "ofice": "y", "zzz": "z"})
    top.text("office")
    top.has("office")
    top.finish()

    assert [mistake.partition(": ")[2] for mistake in top.mistakes] == [
        "unknown key; did you mean office?",
        "unknown key; known are office",
    ]


READS = [
    # what the case shows             asked for                                               value        read       mistaken
    ("a text",                        lambda s: s.text("k"),                                  "x",         "x",       False),
    ("no text",                       lambda s: s.text("k", default="d"),                     None,        "d",       False),
    ("a number for a text",           lambda s: s.text("k", default="d"),                     1,           "d",       True),
    ("no text where one has to be",   lambda s: s.text("k", required=True),                   None,        "",        True),
    ("texts",                         lambda s: s.texts("k"),                                 ["x"],       ("x",),    False),
    ("a list with a number in it",    lambda s: s.texts("k"),                                 ["x", 1],    (),        True),
    ("the least number",              lambda s: s.number("k", 1, 5, default=3),               1,           1,         False),
    ("the greatest number",           lambda s: s.number("k", 1, 5, default=3),               5,           5,         False),
    ("a number too small",            lambda s: s.number("k", 1, 5, default=3),               0,           3,         True),
    ("a number too great",            lambda s: s.number("k", 1, 5, default=3),               6,           3,         True),
    ("true is no number",             lambda s: s.number("k", 1, 5, default=3),               True,        3,         True),
    ("a fraction is none",            lambda s: s.number("k", 1, 5, default=3),               1.0,         3,         True),
    ("a flag",                        lambda s: s.flag("k", default=True),                    False,       False,     False),
    ("a number is no flag",           lambda s: s.flag("k", default=True),                    0,           True,      True),
    ("a choice",                      lambda s: s.choice("k", ("a", "b"), default="a"),       "b",         "b",       False),
    ("another choice",                lambda s: s.choice("k", ("a", "b"), default="a"),       ["a"],       "a",       True),
    ("names",                         lambda s: s.names("k", ("a", "b"), default=None),       ["b"],       ("b",),    False),
    ("no names at all",               lambda s: s.names("k", ("a", "b"), default=None),       None,        None,      False),
    ("an empty list of names",        lambda s: s.names("k", ("a", "b"), default=None),       [],          (),        False),
    ("a list for a section",          lambda s: s.section("k").has("x"),                      [],          False,     True),
    ("a section for a list",          lambda s: s.sections("k"),                              {},          [],        True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ask", "value", "read", "mistaken"), [pytest.param(*case, id=name) for name, *case in READS]
)
def test_a_value_is_read_or_mistaken(ask, value, read, mistaken):
    top = section({"k": value})

    assert ask(top) == read
    assert bool(top.mistakes) is mistaken


def test_a_value_that_is_shown_is_cut_short():
    top = section({"k": [["x" * 1000] * 1000] * 1000})
    top.text("k")

    assert len(top.mistakes[0]) < 1000
