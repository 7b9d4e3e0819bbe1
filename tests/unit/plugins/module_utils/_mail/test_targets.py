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
    # As Postfix 3.7 was seen to deliver it.
    ("spaces part, too", "a@b.example c@d.example",
     [("address", "a@b.example"), ("address", "c@d.example")]),
    ("semicolons part, too", "a@b.example;c@d.example",
     [("address", "a@b.example"), ("address", "c@d.example")]),
    ("a comment parts", "a@b.example(x)c@d.example",
     [("address", "a@b.example"), ("address", "c@d.example")]),
    ("behind a local copy", "\\a b@c.example", [("local_copy", "a"), ("address", "b@c.example")]),
    ("before a local copy", "b@c.example \\a", [("address", "b@c.example"), ("local_copy", "a")]),
    ("a local copy, quoted", '"\\\\a"', [("local_copy", "a")]),
    ("a backslash keeps no mail of another host", "\\a@b.example", [("address", "a@b.example")]),
    ("behind a command", "|/bin/x a@b.example", [("command", ""), ("address", "a@b.example")]),
    ("behind a command with a gap", "| /bin/x a@b.example",
     [("command", ""), ("address", "a@b.example")]),
    ("behind a quoted command", '"|/bin/x" a@b.example',
     [("command", ""), ("address", "a@b.example")]),
    ("a command with quotes", '|"/bin/x a, b", c', [("command", ""), ("address", "c")]),
    ("a command with a domain", '"|/bin/x"@b.example', [("command", "")]),
    ("behind a file", "/var/x a@b.example", [("file", "/var/x"), ("address", "a@b.example")]),
    ("a file with an at sign", "/var/x@b.example", [("file", "/var/x@b.example")]),
    ("behind an include file", ":include:/etc/x a@b.example",
     [("include", "/etc/x"), ("address", "a@b.example")]),
    ("an include file, other letters", ":Include: /etc/x", [("include", "/etc/x")]),
    ("two in brackets", "<a@b.example> <c@d.example>",
     [("address", "a@b.example"), ("address", "c@d.example")]),
    ("behind brackets", "<a@b.example> c@d.example",
     [("address", "a@b.example"), ("address", "c@d.example")]),
    ("a name that looks like an address", "x@y.example A <a@b.example>",
     [("address", "a@b.example")]),
    ("a source route", "<@x.example:a@b.example>", [("address", "a@b.example")]),
    ("empty brackets", "<>, a", [("address", "a")]),
    ("a group", "friends: a@b.example, c@d.example;",
     [("address", "a@b.example"), ("address", "c@d.example")]),
    ("spaces inside an address", "a . b @ c.example", [("address", "a.b@c.example")]),
    ("the whole in quotes", '"a@b.example"', [("address", "a@b.example")]),
    ("the whole in quotes, with a comma", '"a@b.example, c@d.example"',
     [("address", '"a@b.example, c"@d.example')]),
    ("quotes in parts", 'a."x y"@b.example, "a"."c"@b.example',
     [("address", '"a.x y"@b.example'), ("address", "a.c@b.example")]),
    ("an escaped sign", "a\\@6@b.example", [("address", '"a@6"@b.example')]),
    ("a backslash at the end", "a@b.example\\", [("address", "a@b.example")]),
    ("a comment in a comment", "((x) y) a@b.example", [("address", "a@b.example")]),
    ("a quote that nobody closes", '"a@b.example', [("address", "a@b.example")]),
    ("a comment that nobody closes", "a@b.example (", [("address", "a@b.example")]),
    ("a domain literal", "a@[127.0.0.1]", [("address", "a@[127.0.0.1]")]),
    ("a number sign begins no comment inside a line", "a@b.example # c",
     [("address", "a@b.example"), ("address", "#"), ("address", "c")]),
    ("a bang path", "b.example!a", [("address", "b.example!a")]),
]  # fmt: skip


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
