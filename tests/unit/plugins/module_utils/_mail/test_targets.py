# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.targets import (
    entries,
    logical_lines,
    targets,
)

TARGETS = [
    # what the case shows         value                              kinds and values
    ("an address", "a@b.example", [("address", "a@b.example")]),
    ("a name", "a", [("address", "a")]),
    ("two", "a@b.example, c", [("address", "a@b.example"), ("address", "c")]),
    ("no spaces", "a,c", [("address", "a"), ("address", "c")]),
    ("empty parts", ", a, ,", [("address", "a")]),
    ("a local copy", "\\a, b@c.example", [("local_copy", "a"), ("address", "b@c.example")]),
    ("a command", "|/bin/x", [("command", "")]),
    ("a quoted command with a comma", '"|/bin/x a, b", c', [("command", ""), ("address", "c")]),
    ("a file", "/var/x", [("file", "/var/x")]),
    ("a quoted file", '"/var/a b"', [("file", "/var/a b")]),
    ("an include file", ":include:/etc/x", [("include", "/etc/x")]),
    ("an include file, quoted path", ':include:"/etc/x y"', [("include", "/etc/x y")]),
    ("an include file, quoted", '":include:/etc/x"', [("include", "/etc/x")]),
    ("a name before the address", "A B <a@b.example>", [("address", "a@b.example")]),
    ("a quoted name", '"x@y, z" <a@b.example>', [("address", "a@b.example")]),
    ("a comment", "a@b.example (me, myself)", [("address", "a@b.example")]),
    ("needless quotes", '"a"@b.example', [("address", "a@b.example")]),
    ("needed quotes", '"a@x"@b.example', [("address", '"a@x"@b.example')]),
    ("a comma in quotes", '"a,c"@b.example', [("address", '"a,c"@b.example')]),
    ("brackets in quotes", '"(a)"@b.example', [("address", '"(a)"@b.example')]),
    ("another domain", "@b.example", [("address", "@b.example")]),
    ("nothing", "", []),
]


@pytest.mark.parametrize(("value", "expected"), [pytest.param(*c, id=n) for n, *c in TARGETS])
def test_targets_are_told_apart(value, expected):
    assert [(target.kind.value, target.value) for target in targets(value)] == expected


@given(st.text(alphabet='a@,"\\<>()|/: '))
def test_any_text_has_targets(value):
    assert all(target.kind for target in targets(value))


LINES = [
    ("lines", "a\nb\n", [(1, "a"), (2, "b")]),
    ("a continued line", "a,\n\tb\nc\n", [(1, "a, b"), (3, "c")]),
    ("comments and empty lines", "# x\n\na\n  # y\nb", [(3, "a"), (5, "b")]),
    ("a comment does not end a line", "a,\n# x\n b\n", [(1, "a, b")]),
    ("a first line that begins with space", " a\n", [(1, "a")]),
    ("CRLF", "a\r\nb\r\n", [(1, "a"), (2, "b")]),
    ("nothing", "", []),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in LINES])
def test_lines_go_on_where_the_next_begins_with_space(text, expected):
    assert list(logical_lines(text)) == expected


ENTRIES = [
    ("aliases", "a: b, c\n# x\nd:\n e\n", True, [("a", "b, c"), ("d", "e")]),
    ("a quoted name", '"a: b": c\n', True, [("a: b", "c")]),
    ("a command with a colon", 'a: "|x:y"\n', True, [("a", '"|x:y"')]),
    ("virtual", "a@b.example c, d\n\te\n@f.example\tg\n", False,
     [("a@b.example", "c, d e"), ("@f.example", "g")]),
    ("a key alone", "a\n", False, [("a", "")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "colon", "expected"), [pytest.param(*c, id=n) for n, *c in ENTRIES]
)
def test_a_tables_text_has_entries(text, colon, expected):
    assert list(entries(text, colon=colon)) == expected
