# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.tokens import Kind, tokens

CASES = [
    # what the case shows               script                           kinds and values
    ("words and signs", "keep ;", [("identifier", "keep"), ("punctuation", ";")]),
    ("a tag", ":Copy", [("tag", ":Copy")]),
    ("a number with its unit", "100K", [("number", "100K")]),
    ("a quoted string", '"a b"', [("quoted", "a b")]),
    ("escapes", r'"a\"b\\c\d"', [("quoted", 'a"b\\cd')]),
    ("a string over lines", '"a\nb"', [("quoted", "a\r\nb")]),
    ("an empty string", '""', [("quoted", "")]),
    ("a string without end", '"ab; c', [("invalid", '"ab; c')]),
    ("a string with a lone CR", '"a\rb"', [("invalid", '"a\rb"')]),
    ("a string with NUL", '"a\0"', [("invalid", '"a\0"')]),
    ("an escaped line end", '"a\\\r\nb"', [("quoted", "a\r\nb")]),
    ("a comment to the end of the line", "# keep;\nstop", [("identifier", "stop")]),
    ("a comment at the end of the script", "# keep;", []),
    ("a comment that ends as another begins", "# /*", []),
    ("spaces alone", " \t\r\n ", []),
    ("a comment over lines", "/* keep;\n */stop", [("identifier", "stop")]),
    ("a comment does not nest", "/* /* */ stop", [("identifier", "stop")]),
    ("a comment sign in a string", '"# a"', [("quoted", "# a")]),
    ("a comment without end", "a /* b *", [("identifier", "a"), ("invalid", "/* b *")]),
    ("a comment that ends at once", "/**/a", [("identifier", "a")]),
    ("a comment that ends in stars", "/* **/a", [("identifier", "a")]),
    ("a slash does not end a comment", "/*/ a", [("invalid", "/*/ a")]),
    ("a slash", "/a", [("invalid", "/"), ("identifier", "a")]),
    ("a lone CR does not end a comment", "# a\rb\nc", [("identifier", "c")]),
    ("NUL in a comment over lines", "/* \0 */ a", [("invalid", "/* \0 */ a")]),
    ("NUL in a comment", "# \0\na", [("invalid", "# \0\na")]),
    ("text", "text:\na\nb\n.\n;", [("multi_line", "a\r\nb\r\n"), ("punctuation", ";")]),
    ("text in capitals", "TEXT:\na\n.\n", [("multi_line", "a\r\n")]),
    ("text with a comment behind it", "text: # c\na\n.\n", [("multi_line", "a\r\n")]),
    ("text with a lone CR in that comment", "text:#\rc\na\n.\n", [("multi_line", "a\r\n")]),
    ("text with NUL in that comment", "text:#\0\na\n.\n", [("invalid", "text:#\0\na\n.\n")]),
    ("text with CRLF", "text:\r\na\r\n.\r\n", [("multi_line", "a\r\n")]),
    ("empty text", "text:\n.\n", [("multi_line", "")]),
    ("two texts", "text:\na\n.\ntext:\nb\n.\n", [("multi_line", "a\r\n"), ("multi_line", "b\r\n")]),
    ("a stuffed dot", "text:\n..a\n.\n", [("multi_line", ".a\r\n")]),
    ("a dot that should be stuffed", "text:\n.a\n.\n", [("multi_line", ".a\r\n")]),
    ("a dot inside text", "text:\na.b.\n.\n", [("multi_line", "a.b.\r\n")]),
    ("text that ends the script without a line end", "text:\na\n.", [("invalid", "text:\na\n.")]),
    ("text without end", "text:\na;", [("invalid", "text:\na;")]),
    ("text with a lone CR", "text:\na\rb\n.\n", [("invalid", "text:\na\rb\n.\n")]),
    ("text on the same line", "text: a\n.\n", [("invalid", "text: a\n.\n")]),
    ("a word that ends as text", "atext:", [("identifier", "atext"), ("invalid", ":")]),
    ("a word that begins as text", "texts", [("identifier", "texts")]),
    ("letters of other scripts", "é", [("invalid", "é")]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in CASES])
def test_a_script_is_cut_into_tokens(script, expected):
    assert [(token.kind.value, token.value) for token in tokens(script)] == expected


def test_a_token_knows_its_line():
    script = 'a\n"x\ny"\n/* \n */ b text:\n1\n.\n c'

    assert [(t.value, t.line) for t in tokens(script) if t.kind is not Kind.MULTI_LINE] == [
        ("a", 1), ("x\r\ny", 2), ("b", 5), ("c", 8),
    ]  # fmt: skip


PIECES = st.sampled_from(
    [
        "keep",
        ";",
        '"',
        "\\",
        "text:",
        "\n",
        "\r\n",
        ".",
        "#",
        "/*",
        "*/",
        ":copy",
        "10K",
        "{",
        "é",
        " ",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
@example("text:\n.\n.")
def test_tokens_and_gaps_are_the_script(script):
    end, gaps = 0, []
    for token in tokens(script):
        assert token.start >= end
        assert token.line == script.count("\n", 0, token.start) + 1
        assert script[token.start : token.end] == token.text
        gaps.append(script[end : token.start])
        end = token.end
    gaps.append(script[end:])
    for gap in gaps:
        assert re.fullmatch(r"(?:\s|#[^\n]*|/\*.*?\*/)*", gap, re.DOTALL)
