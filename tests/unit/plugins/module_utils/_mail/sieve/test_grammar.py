# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.grammar import (
    Call,
    SieveError,
    parse,
)


def shape(call: Call) -> tuple:
    """A call as nested tuples: name, argument values, tests, block."""
    block = None if call.block is None else [shape(command) for command in call.block]
    values = [argument.values for argument in call.arguments]
    return call.name, values, [shape(test) for test in call.tests], block


CASES = [
    ("an empty script", "", []),
    ("a command", "keep;", [("keep", [], [], None)]),
    ("names ignore case", "KEEP;", [("keep", [], [], None)]),
    (
        "tags, numbers and strings",
        'vacation :Days 7 "gone";',
        [("vacation", [(":days",), ("7",), ("gone",)], [], None)],
    ),
    ("a list", 'require ["a", "b"];', [("require", [("a", "b")], [], None)]),
    (
        "a test and a block",
        "if true { keep; stop; }",
        [("if", [], [("true", [], [], None)],
          [("keep", [], [], None), ("stop", [], [], None)])],
    ),
    ("an empty block", "else {}", [("else", [], [], [])]),
    (
        "tests in tests",
        "if anyof (not exists \"a\", false) {}",
        [("if", [], [("anyof", [], [
            ("not", [], [("exists", [("a",)], [], None)], None), ("false", [], [], None),
        ], None)], [])],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in CASES])
def test_a_script_is_read(script, expected):
    assert [shape(command) for command in parse(script)] == expected


WRONG = [
    ("the end is missing", "keep", 1),
    ("a block without end", "if true {\nkeep;", 2),
    ("a string where a command should be", 'keep;\n"x";', 2),
    ("an empty list", "require [];", 1),
    ("a comma too many", 'require ["a",];', 1),
    ("a list without end", 'require ["a"\n;', 2),
    ("tests without end", "if anyof (true;", 1),
    ("a sign of nothing", "keep;\n\n?", 3),
    ("a closing brace too many", "keep; }", 1),
    ("tests in tests beyond the limit", "if " + "not " * 33 + "true {}", 1),
    ("blocks in blocks beyond the limit", "if a {" * 33 + "b;" + "}" * 33, 1),
    ("a thousand blocks deep", "if true {" * 1000, 1),
    ("a thousand tests deep", "if (" * 1000, 1),
]


@pytest.mark.parametrize(("script", "line"), [pytest.param(*c, id=n) for n, *c in WRONG])
def test_what_is_no_script_is_told_with_its_line(script, line):
    with pytest.raises(SieveError, match=rf"^line {line}: "):
        parse(script)


def placed(script: str) -> list[str]:
    """The text of every command, test and argument, from the outside in."""
    found = []

    def walk(calls):
        for call in calls:
            found.append(script[call.start : call.end])
            found.extend(script[a.start : a.end] for a in call.arguments)
            walk(call.tests)
            walk(call.block or ())

    walk(parse(script))
    return found


PLACES = [
    ("a command", " keep ; # x", ["keep ;"]),
    ("arguments", 'a :b 1K "c" /* d */;', ['a :b 1K "c" /* d */;', ":b", "1K", '"c"']),
    ("a list", 'a ["b" , "c"];', ['a ["b" , "c"];', '["b" , "c"]']),
    ("a text", "a text:\nb\n.\n ;c;", ["a text:\nb\n.\n ;", "text:\nb\n.\n", "c;"]),
    ("a block", "if a { b; } c;", ["if a { b; }", "a", "b;", "c;"]),
    ("tests", "if not anyof (a 1, b) {}", ["if not anyof (a 1, b) {}", "not anyof (a 1, b)",
        "anyof (a 1, b)", "a 1", "1", "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in PLACES])
def test_each_part_knows_its_place(script, expected):
    assert placed(script) == expected


def test_parts_compare_by_what_they_say():
    assert parse('if a\n{ b "c"; }') == parse('IF /* x */ a { B\n\n "\\c" ; }')
    assert parse('a "b";') != parse('a "c";')


def test_what_a_server_nests_is_read():
    assert parse("if " + "not " * 31 + "true {}")
    assert parse("if a {" * 32 + "b;" + "}" * 32)


WORDS = [
    "keep",
    "if",
    "true",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    '"a"',
    ":t",
    "1",
    "text:\n.\n",
]


@given(st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_row_of_tokens_is_read_or_refused(script):
    with suppress(SieveError):
        parse(script)
