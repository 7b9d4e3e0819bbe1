# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.addresses import (
    NO_ADDRESS,
    NO_DOMAIN,
    NO_NAME,
    NOT_CLOSED,
    NOT_UNDERSTOOD,
    ascii_domain,
    recipients,
)

IN = "town.example"
# what the case shows                              address                                  domains on its way
ONE_ADDRESS = [
    ("a plain address",                            "clerk@town.example",                    [IN]),
    ("case does not matter",                       "Clerk@TOWN.Example",                    [IN]),
    ("a final dot is the root",                    "clerk@town.example.",                   [IN]),
    ("blanks around it",                           " clerk@town.example\n",                 [IN]),
    ("blanks around dots and @ (obsolete)",        "clerk @ town . example",                [IN]),
    ("a name in its own script",                   "a@bücher.example",                      ["xn--bcher-kva.example"]),
    ("the same name in ASCII",                     "a@XN--BCHER-KVA.example",               ["xn--bcher-kva.example"]),
    ("letters made of two characters",             "a@bu\u0308cher.example",                ["xn--bcher-kva.example"]),
    ("an ideographic full stop parts labels too",  "a@town。example",                       [IN]),
    ("full-width letters are the plain ones",      "a@ｔｏｗｎ.example",                    [IN]),
    ("a look-alike letter is another one",         "a@tοwn.example",                        ["xn--twn-9yc.example"]),
    ("a local part beyond ASCII",                  "lân@town.example",                      [IN]),
    ("a subaddress",                               "clerk+word@town.example",               [IN]),
    ("dots and signs in the local part",           "a.b+c_d-e=f~{}|'*/?^`$#&@town.example", [IN]),
    ("dots that RFC 5322 forbids",                 ".a..b.@town.example",                   [IN]),
    ("one label",                                  "clerk@localhost",                       ["localhost"]),
    ("numbers for a name",                         "clerk@192.0.2.1",                       ["192.0.2.1"]),
    ("an address literal",                         "clerk@[192.0.2.1]",                     ["[192.0.2.1]"]),
    ("an IPv6 literal",                            "clerk@[IPv6:2001:DB8::1]",              ["[ipv6:2001:db8::1]"]),
    ("a literal with a name in it",                "clerk@[town.example]",                  ["[town.example]"]),
    ("a quoted local part",                        '"the clerk"@town.example',              [IN]),
    ("a quoted quote and backslash",               r'"a\"b\\c"@town.example',               [IN]),
    ("quoted and plain words",                     'a."b c".d@town.example',                [IN]),
    ("a quoted comma and bracket",                 '"a, <b>"@town.example',                 [IN]),
    ("a comment before, within, behind",           "(x)clerk(y)@(z)town.example(w)",        [IN]),
    ("a comment in a comment",                     "clerk@town.example (a (b) c)",          [IN]),
    ("a comment with a quoted bracket",            r"clerk@town.example (a \) b)",          [IN]),
    ("a comment hides what looks like a domain",   "me@home.example(@town.example)",        ["home.example"]),
    ("a comment parts no name",                    "me@home(x).example",                    ["home.example"]),
    ("an address in brackets",                     "<clerk@town.example>",                  [IN]),
    ("a name before it",                           "The Clerk <clerk@town.example>",        [IN]),
    ("a name with dots (obsolete)",                "Lan T. Nguyen <clerk@town.example>",    [IN]),
    ("a name that looks like an address",          '"clerk@town.example" <me@home.example>', ["home.example"]),
    ("the percent hack",                           "me%home.example@town.example",          ["home.example", IN]),
    ("the percent hack twice",                     "me%a.example%b.example@town.example",   ["a.example", "b.example", IN]),
    ("a percent sign before no domain of note",    "50%off@town.example",                   ["off", IN]),
    ("a bang path",                                "home.example!me@town.example",          ["home.example", IN]),
    ("a bang path of two",                         "a.example!b.example!me@town.example",   ["a.example", "b.example", IN]),
    ("a bang path and the percent hack",           "a.example!me%b.example@town.example",   ["a.example", "b.example", IN]),
    ("a quoted @, which Postfix looks at",         '"me@home.example"@town.example',        ["home.example", IN]),
    ("a quoted %",                                 '"me%home.example"@town.example',        ["home.example", IN]),
    ("a quoted !",                                 '"home.example!me"@town.example',        ["home.example", IN]),
    ("a @ behind a backslash",                     r'"me\@home.example"@town.example',      ["home.example", IN]),
    ("a source route",                             "@town.example:me@home.example",         [IN, "home.example"]),
    ("a source route that ends inside",            "@home.example:me@town.example",         ["home.example", IN]),
    ("a source route of two, in brackets",         "<@a.example,@b.example:me@town.example>", ["a.example", "b.example", IN]),
    ("all names of a domain (virtual(5))",         "@town.example",                         [IN]),
]  # fmt: skip
LISTS = [
    # what the case shows                  text                                                    the addresses' domains
    ("two addresses",                      "me@home.example, me@town.example",                     ["home.example", IN]),
    ("without a blank",                    "me@home.example,me@town.example",                      ["home.example", IN]),
    ("empty places",                       ",, me@home.example, ,",                                ["home.example"]),
    ("a group",                            "friends: a@home.example, b@town.example;",             ["home.example", IN]),
    ("a group with a quoted name",         '"my: friends": a@town.example;',                       [IN]),
    ("a group with names in it",           "f: Me <a@home.example>,, B <b@town.example>;",         ["home.example", IN]),
    ("an address beside a group",          "a@town.example, f: b@home.example;, c@c.example",      [IN, "home.example", "c.example"]),
    ("an address beside an empty group",   "f:;, a@town.example",                                  [IN]),
    ("a group within comments",            "(x)f(y):(z)a@town.example(;)",                         None),
]  # fmt: skip
UNCLEAR = [
    # what the case shows                  text                                    why
    ("nothing",                            "",                                     NO_ADDRESS),
    ("blanks",                             " \n",                                  NO_ADDRESS),
    ("a group without members",            "undisclosed-recipients:;",             NO_ADDRESS),
    ("no @",                               "clerk",                                NO_DOMAIN),
    ("no @, with the percent hack",        "me%home.example",                      NO_DOMAIN),
    ("no @, with a bang path",             "home.example!me",                      NO_DOMAIN),
    ("no @, quoted",                       '"clerk"',                              NO_DOMAIN),
    ("no domain",                          "clerk@",                               NO_DOMAIN),
    ("only a dot for a domain",            "clerk@.",                              NO_NAME),
    ("two final dots",                     "clerk@town.example..",                 NO_NAME),
    ("an empty label",                     "clerk@town..example",                  NO_NAME),
    ("a dot before the domain",            "clerk@.town.example",                  NO_NAME),
    ("a label of 64 letters",              f"a@{'x' * 64}.example",                NO_NAME),
    ("a name without end",                 f"a@{'x.' * 600}example",               NO_NAME),
    ("no name for a domain to pass",       "a%.@town.example",                     NO_NAME),
    ("a sign in the domain",               "clerk@town!.example",                  NO_NAME),
    ("a slash in the domain",              "clerk@town.example/x",                 NO_NAME),
    ("a full-width @ in the domain",       "clerk@home.example＠town.example",     NO_NAME),
    ("a letter that IDNA 2003 and 2008 read apart", "a@straße.example",            NO_NAME),
    ("a Greek one",                        "a@πυθαγόρας.example",                  NO_NAME),
    ("a joiner that one of them drops",    "a@to\u200dwn.example",                 NO_NAME),
    ("nothing behind the percent sign",    "me%@town.example",                     NO_NAME),
    ("nothing before the bang",            "!me@town.example",                     NO_NAME),
    ("a quoted @ before no name",          '"a@b c"@town.example',                 NO_NAME),
    ("a blank in the domain",              "clerk@town example",                   NOT_UNDERSTOOD),
    ("a blank in the local part",          "the clerk@town.example",               NOT_UNDERSTOOD),
    ("no local part, in brackets",         "<>",                                   NOT_UNDERSTOOD),
    ("two @, not quoted",                  "me@home.example@town.example",         NOT_UNDERSTOOD),
    ("two lines in one value",             "me@home.example\n@town.example",       NOT_UNDERSTOOD),
    ("a quoted word that goes on",         '"a"b@town.example',                    NOT_UNDERSTOOD),
    ("two in brackets",                    "<a@home.example> <b@town.example>",    NOT_UNDERSTOOD),
    ("words behind the brackets",          "<a@town.example> home.example",        NOT_UNDERSTOOD),
    ("a group in a group",                 "f: g: a@town.example;;",               NOT_UNDERSTOOD),
    ("two in a group without a comma",     "f: <a@town.example> b@home.example;",  NOT_UNDERSTOOD),
    ("a semicolon without a group",        "a@town.example;",                      NOT_UNDERSTOOD),
    ("a literal that goes on",             "clerk@[192.0.2.1].town.example",       NOT_UNDERSTOOD),
    ("a name and a literal",               "clerk@town[192.0.2.1]",                NOT_UNDERSTOOD),
    ("a literal for a local part",         "[192.0.2.1]@town.example",             NOT_UNDERSTOOD),
    ("an odd literal",                     "clerk@[192.0.2.1,x]",                  NO_NAME),
    ("a route without a colon",            "@home.example,@town.example",          NOT_UNDERSTOOD),
    ("a domain and an address",            "@town.example, me@home.example",       NOT_UNDERSTOOD),
    ("a route to nobody",                  "@town.example:",                       NOT_UNDERSTOOD),
    ("a control character",                "clerk\x00@town.example",               NOT_UNDERSTOOD),
    ("a blank of another script",          "clerk\u3000x@town.example",            NOT_UNDERSTOOD),
    ("a backslash outside of quotes",      r"me\@home.example@town.example",       NOT_UNDERSTOOD),
    ("a closing bracket alone",            "clerk)@town.example",                  NOT_UNDERSTOOD),
    ("a bracket that stays open",          "<clerk@town.example",                  NOT_CLOSED),
    ("a quote that stays open",            '"clerk@town.example',                  NOT_CLOSED),
    ("a comment that stays open",          "clerk@town.example (x",                NOT_CLOSED),
    ("a comment within that stays open",   "clerk@town.example (x(y)",             NOT_CLOSED),
    ("a literal that stays open",          "clerk@[192.0.2.1",                     NOT_CLOSED),
    ("a group that stays open",            "friends: a@town.example",              NOT_CLOSED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "domains"), [pytest.param(*case, id=name) for name, *case in ONE_ADDRESS]
)
def test_an_address_has_every_domain_that_its_mail_may_pass(text, domains):
    (found,) = recipients(text)

    assert list(found.domains) == domains
    assert (found.domain, found.unclear) == (domains[-1], "")


@pytest.mark.parametrize(
    ("text", "domains"), [pytest.param(*case, id=name) for name, *case in LISTS]
)
def test_each_address_of_a_list_and_each_member_of_a_group_is_told(text, domains):
    found = recipients(text)

    assert [one.domain for one in found] == (domains or [""])


@pytest.mark.parametrize(("text", "why"), [pytest.param(*case, id=name) for name, *case in UNCLEAR])
def test_what_is_no_address_for_sure_has_no_domain_and_says_why(text, why):
    (found,) = recipients(text)

    assert (found.domains, found.unclear) == ((), why)


LOCAL_PARTS = [
    # what the case shows    address                     local part
    ("plain",                "Clerk@town.example",       "Clerk"),
    ("quoted",               r'"a \"b"@town.example',    'a "b'),
    ("with blanks",          "a . b @town.example",      "a.b"),
    ("all of a domain",      "@town.example",            ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "local"), [pytest.param(*case, id=name) for name, *case in LOCAL_PARTS]
)
def test_a_local_part_is_told_without_its_quotes(text, local):
    assert recipients(text)[0].local == local


PIECES = st.sampled_from(
    ["a", "@", ".", ",", ":", ";", "<", ">", "(", ")", '"', "\\", "[", "]", "%", "!", " ", "\n",
     "town.example", "home.example", "ß", "ü", "。", "\x00"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join) | st.text())
def test_any_text_has_domains_in_lower_case_ascii_or_says_why_not(text):
    found = recipients(text)

    assert found
    for one in found:
        assert bool(one.domains) is not bool(one.unclear)
        for domain in one.domains:
            assert domain.isascii()
            assert domain == domain.lower().strip(" .")


LOCALS = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=8)
DOMAINS = st.sampled_from(["town.example", "home.example", "bücher.example", "[192.0.2.1]"])
NOISE = st.sampled_from(["", " ", "(x)", "(@home.example)", "\r\n ", r"(\))"])


@st.composite
def written(draw) -> tuple[str, str, str]:
    """A quoted local part, its domain, and an address of them with blanks and comments."""
    local, domain = draw(LOCALS.filter(lambda text: not set(text) & set("@%!"))), draw(DOMAINS)
    quoted = '"{}"'.format(local.replace("\\", r"\\").replace('"', r"\""))
    noise = [draw(NOISE) for _ in range(4)]
    address = f"{noise[0]}{quoted}{noise[1]}@{noise[2]}{domain}{noise[3]}"
    return local, domain, draw(st.sampled_from([address, f"Me <{address}>", f"g: {address};"]))


@given(st.lists(written(), min_size=1, max_size=4))
def test_whatever_is_quoted_and_commented_the_address_is_the_same(several):
    found = recipients(",".join(text for _, _, text in several))

    assert [(one.local, one.domain) for one in found] == [
        (local, domain if domain.startswith("[") else ascii_domain(domain))
        for local, domain, _ in several
    ]


@given(st.text())
def test_a_domain_is_the_same_when_read_again(text):
    domain = ascii_domain(text)

    assert domain is None or ascii_domain(domain) == domain
