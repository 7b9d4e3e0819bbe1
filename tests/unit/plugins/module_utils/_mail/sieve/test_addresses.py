# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.addresses import (
    decode,
    is_mailto,
    mailbox,
    mailto_recipients,
    mailto_without,
)

MAILBOXES = [
    ("bare", "a@b.example", "a@b.example"),
    ("spaces around it", " a@b.example\n", "a@b.example"),
    ("in angle brackets", "<a@b.example>", "a@b.example"),
    ("with a name", '"x@inside.example" <a@b.example>', "a@b.example"),
    ("with a comment", "a@b.example (me)", "a@b.example"),
    ("a quoted local part", '"x@inside.example"@b.example', '"x@inside.example"@b.example'),
    ("case stays as written", "A@B.example", "A@B.example"),
    ("letters of other scripts in the domain", "thu@hộp.example", "thu@hộp.example"),
    ("letters of other scripts before it", "thư@hộp.example", None),
    ("spaces between", "a @ b . example", "a@b.example"),
    ("comments in comments", "a(b(c\\)))@(d@e)f.example (g)", "a@f.example"),
    ("a comment without end", "a@b.example (c", None),
    ("a name of words with dots", "A. B <a@b.example> (c)", "a@b.example"),
    ("a name with signs", "A: B <a@b.example>", None),
    ("no closing bracket", "<a@b.example", None),
    ("no opening bracket", "a@b.example>", None),
    ("two words", "a b@c.example", None),
    ("two words in the domain", "a@b c", None),
    ("dots anywhere in the local part", ".a..b.@c.example", ".a..b.@c.example"),
    ("dots alone", "..@c.example", "..@c.example"),
    ("a dot behind the domain", "a@b.example.", None),
    ("two dots in the domain", "a@b..example", None),
    ("an address literal", "a@[10.0.0.1]", "a@[10.0.0.1]"),
    ("a string without end", '"a@b.example', None),
    ("a control character", "a@b\0.example", None),
    ("percent and bang stay", "b!a%c@d.example", "b!a%c@d.example"),
    ("a source route is none", "<@inside.example:a@b.example>", None),
    ("no domain", "a", None),
    ("no local part", "@b.example", None),
    ("two at signs", "a@b@c.example", None),
    ("two addresses", "a@b.example, c@d.example", None),
    ("empty", "", None),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in MAILBOXES])
def test_a_mailbox_is_found(text, expected):
    assert mailbox(text) == expected


ENCODED = [
    ("octets", "${hex:65 76}x", "evx"),
    ("octets of a letter in UTF-8", "${hex:C3 A9}", "é"),
    ("a code point", "a${unicode:40}b", "a@b"),
    ("several", "${unicode:61 62}", "ab"),
    ("the word ignores case", "${HEX:40}", "@"),
    ("octets of one letter, one by one", "${hex:C3}${hex:A9}", "é"),
    ("the beginning of a word", "${u:40}${h:41}", "@A"),
    ("no word", "${:40}", "@"),
    ("no word, no octets", "${:4041}", "${:4041}"),
    ("a longer word", "${hexx:40}", "${hexx:40}"),
    ("spaces around", "${hex: 40\r\n}", "@"),
    ("no numbers", "${hex: }", "${hex: }"),
    ("an open one before it", "${${hex:40}", "${@"),
    ("not hexadecimal", "${hex:zz}", "${hex:zz}"),
    ("no octet", "${hex:100}", "${hex:100}"),
    ("no code point", "${unicode:110000}", "${unicode:110000}"),
    ("half a pair", "${unicode:D800}", "${unicode:D800}"),
    ("a variable", "${hex}", "${hex}"),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in ENCODED])
def test_encoded_characters_are_put_in(text, expected):
    assert decode(text) == expected


MAILTO = [
    ("one", "mailto:a@b.example", ["a@b.example"]),
    ("in capitals", "MAILTO:a@b.example", ["a@b.example"]),
    ("encoded", "mailto:a%40b.example", ["a@b.example"]),
    ("two", "mailto:a@b.example,c@d.example", ["a@b.example", "c@d.example"]),
    ("an encoded comma", "mailto:a@b.example%2cc@d.example", ["a@b.example", "c@d.example"]),
    (
        "a field with an encoded name",
        "mailto:?%63c=a@b.example%2Cc@d.example",
        ["a@b.example", "c@d.example"],
    ),
    ("a name before the address", "mailto:A%20%3Ca@b.example%3E", ["A <a@b.example>"]),
    (
        "header fields",
        "mailto:a@b.example?subject=x@y&cc=c%40d.example&BCC=e@f.example&to=g@h.example",
        ["a@b.example", "c@d.example", "e@f.example", "g@h.example"],
    ),
    ("header fields alone", "mailto:?to=a@b.example", ["a@b.example"]),
    ("nobody", "mailto:", []),
]


@pytest.mark.parametrize(("uri", "expected"), [pytest.param(*c, id=n) for n, *c in MAILTO])
def test_each_recipient_of_a_mailto_uri_is_found(uri, expected):
    assert list(mailto_recipients(uri)) == expected


FEWER = [
    # what the case shows      the URI                              what is left of it without x@y.example
    ("the first", "mailto:x@y.example,a@b.example", "mailto:a@b.example"),
    ("the last", "mailto:a@b.example%2Cx@y.example", "mailto:a@b.example"),
    ("one in between", "mailto:a@b,x%40y.example%2ca@c", "mailto:a@b%2ca@c"),
    ("twice", "mailto:x@y.example,a@b,x@y.example", "mailto:a@b"),
    ("before a field", "MAILTO:x@y.example?cc=a@b", "MAILTO:?cc=a@b"),
    ("a field alone", "mailto:a@b?cc=x@y.example", "mailto:a@b"),
    ("a field among others", "mailto:a@b?subject=x&%63C=x@y.example&body=&z", "mailto:a@b?subject=x&body=&z"),
    ("one of a field", "mailto:?to=a@b%2Cx%40y.example%2Cc@d", "mailto:?to=a@b%2Cc@d"),
    ("in another field", "mailto:a@b?subject=x@y.example", "mailto:a@b?subject=x@y.example"),
    ("nothing to take", "mailto:a%40b?CC=c@d&x=%20", "mailto:a%40b?CC=c@d&x=%20"),
]  # fmt: skip


@pytest.mark.parametrize(("uri", "expected"), [pytest.param(*c, id=n) for n, *c in FEWER])
def test_a_recipient_is_taken_out_and_the_rest_stays_as_written(uri, expected):
    assert mailto_without(uri, {"x@y.example"}.__contains__) == expected


def test_the_scheme_ignores_case():
    assert is_mailto("MailTo:a@b.example")
    assert not is_mailto("xmpp:a@b.example")
