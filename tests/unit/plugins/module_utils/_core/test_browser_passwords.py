# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The section "browser_passwords" of the policy file."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.browser_passwords import (
    BrowserPasswords,
    official_site,
    read_browser_passwords,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located, Section

SITES = [
    # written                       host                  origin
    ("mail.town.example",           "mail.town.example",  "https://mail.town.example"),
    ("Mail.Town.Example.",          "mail.town.example",  "https://mail.town.example"),
    ("thư.town.example",            "xn--th-e0a.town.example", "https://xn--th-e0a.town.example"),
    ("https://mail.town.example/",  "mail.town.example",  "https://mail.town.example"),
    ("http://a.example:8080",       "a.example",          "http://a.example:8080"),
    ("localhost",                   "localhost",          "https://localhost"),
]  # fmt: skip
NO_SITES = [
    "", "a b.example", "*.town.example", "https://", "ftp://a.example", "a.example:443",
    "https://a.example:0", "https://a.example:99999", "https://a.example/login", "me@a.example",
]  # fmt: skip


def read(data: object) -> tuple[BrowserPasswords, list[str]]:
    section = Section.top(Located(file="policy.yml", data=data, lines={}))
    return read_browser_passwords(section), section.mistakes


@pytest.mark.parametrize(("written", "host", "origin"), SITES)
def test_a_site_is_a_name_or_an_origin(written, host, origin):
    site = official_site(written)

    assert site
    assert (site.host, site.origin, site.has_scheme) == (host, origin, "://" in written)


@pytest.mark.parametrize("written", NO_SITES)
def test_what_is_no_site_is_told(written):
    _, mistakes = read({"sites": "official", "official_sites": [written]})

    assert official_site(written) is None
    assert len(mistakes) == 1
    assert repr(written) in mistakes[0]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"sites": "some"}, id="no such choice"),
        pytest.param({"sites": "official"}, id="no site"),
        pytest.param({"sites": "official", "official_sites": []}, id="an empty list"),
        pytest.param({"site": "all"}, id="a wrong key"),
    ],
)
def test_a_mistake_is_told(data):
    assert len(read(data)[1]) == 1


def test_without_the_section_it_is_all_sites():
    assert read({}) == (BrowserPasswords(sites="all"), [])
