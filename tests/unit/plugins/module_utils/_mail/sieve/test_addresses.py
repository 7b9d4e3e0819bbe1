# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.addresses import (
    decode,
    has_variable,
    mailbox,
    mailto_recipients,
)

MAILBOXES = [
    ("bare", "a@b.example", "a@b.example"),
    ("spaces around it", " a@b.example\n", "a@b.example"),
    ("in angle brackets", "<a@b.example>", "a@b.example"),
    ("with a name", '"x@inside.example" <a@b.example>', "a@b.example"),
    ("with a comment", "a@b.example (me)", "a@b.example"),
    ("a quoted local part", '"x@inside.example"@b.example', '"x@inside.example"@b.example'),
    ("case stays as written", "A@B.example", "A@B.example"),
    ("letters of other scripts", "thư@hộp.example", "thư@hộp.example"),
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
    ("not hexadecimal", "${hex:zz}", "${hex:zz}"),
    ("no octet", "${hex:100}", "${hex:100}"),
    ("no code point", "${unicode:110000}", "${unicode:110000}"),
    ("half a pair", "${unicode:D800}", "${unicode:D800}"),
    ("a variable", "${hex}", "${hex}"),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in ENCODED])
def test_encoded_characters_are_put_in(text, expected):
    assert decode(text) == expected


@pytest.mark.parametrize("text", ["${1}", "a@${d}", "${a.b}"])
def test_a_variable_is_seen(text):
    assert has_variable(text)


@pytest.mark.parametrize("text", ["a@b", "${", "$a", "${hex:40}", "{a}"])
def test_what_is_no_variable_is_not(text):
    assert not has_variable(text)


MAILTO = [
    ("one", "mailto:a@b.example", ["a@b.example"]),
    ("in capitals", "MAILTO:a@b.example", ["a@b.example"]),
    ("encoded", "mailto:a%40b.example", ["a@b.example"]),
    ("two", "mailto:a@b.example,c@d.example", ["a@b.example", "c@d.example"]),
    ("a comma in a local part", "mailto:%22a%2Cb%22@c.example", ['"a,b"@c.example']),
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
