# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.addresses import (
    ascii_domain,
    domain_of,
)

ADDRESSES = [
    # what the case shows                            address                              its domain
    ("a plain address",                              "clerk@town.example",                "town.example"),
    ("case does not matter",                         "Clerk@TOWN.Example",                "town.example"),
    ("a final dot is the root",                      "clerk@town.example.",               "town.example"),
    ("blanks around it",                             " clerk@town.example\n",             "town.example"),
    ("a name in its own script",                     "a@bücher.example",                  "xn--bcher-kva.example"),
    ("the same name in ASCII",                       "a@XN--BCHER-KVA.example",           "xn--bcher-kva.example"),
    ("an ideographic full stop parts labels too",    "a@town。example",                   "town.example"),
    ("full-width letters are the plain ones",        "a@ｔｏｗｎ.example",                "town.example"),
    ("a local part beyond ASCII",                    "lân@town.example",                  "town.example"),
    ("tags and dots in the local part",              "a.b+c_d-e=f@town.example",          "town.example"),
    ("no @",                                         "clerk",                             None),
    ("no local part",                                "@town.example",                     None),
    ("no domain",                                    "clerk@",                            None),
    ("nothing",                                      "",                                  None),
    ("only a dot for a domain",                      "clerk@.",                           None),
    ("two final dots",                               "clerk@town.example..",              None),
    ("an empty label",                               "clerk@town..example",               None),
    ("a label of 64 letters",                        f"a@{'x' * 64}.example",             None),
    ("a blank in the domain",                        "clerk@town example",                None),
    ("an address literal is no name",                "clerk@[127.0.0.1]",                 None),
    ("a display name with an address",               "Clerk <clerk@town.example>",        None),
    ("the percent hack",                             "me%home.example@town.example",      None),
    ("a bang path",                                  "home.example!me@town.example",      None),
    ("a source route",                               "@town.example:me@home.example",     None),
    ("a source route that ends inside",              "@home.example:me@town.example",     None),
    ("two addresses in one value",                   "me@home.example, me@town.example",  None),
    ("two addresses without a blank",                "me@home.example,me@town.example",   None),
    ("two @, not quoted",                            "me@home.example@town.example",      None),
    ("a local user before it",                       "games,clerk@town.example",           None),
    ("a blank in the local part",                    "the clerk@town.example",             None),
    ("a bracket that stays open",                    "<clerk@town.example",                None),
    ("two lines in one value",                       "me@home.example\n@town.example",    None),
    ("a quoted @, which Postfix looks at",           '"me@home.example"@town.example',    None),
    ("a quoted %",                                   '"me%home.example"@town.example',    None),
    ("a quoted !",                                   '"home.example!me"@town.example',    None),
    ("a quoted blank is harmless",                   '"the clerk"@town.example',          "town.example"),
    ("a letter that IDNA 2003 and 2008 read apart",  "a@straße.example",                  None),
    ("a joiner that one of them drops",              "a@to\u200dwn.example",              None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "domain"), [pytest.param(*case, id=name) for name, *case in ADDRESSES]
)
def test_a_domain_is_told_only_where_it_is_certain(address, domain):
    assert domain_of(address) == domain


@given(st.text())
def test_any_text_has_a_domain_in_lower_case_ascii_or_none(text):
    for domain in (domain_of(text), domain_of(f"a@{text}"), ascii_domain(text)):
        assert domain is None or (domain.isascii() and domain == domain.lower().strip(" ."))


@given(st.text())
def test_a_domain_is_the_same_when_read_again(text):
    domain = ascii_domain(text)

    assert domain is None or ascii_domain(domain) == domain
