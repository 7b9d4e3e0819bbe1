# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.own_domains import OwnDomains

OWN = OwnDomains(frozenset({"town.example", "mail.office.example"}))
DOMAINS = [
    ("an own domain", "town.example", True),
    ("one below it", "school.town.example", True),
    ("all below it", ".town.example", True),
    ("all below one that has an own one below it", ".office.example", True),
    ("that one itself", "office.example", False),
    ("one that ends alike", "nottown.example", False),
    ("all below one that ends alike", ".nottown.example", False),
    ("another", "else.example", False),
    ("what it ends with", "example", False),
    ("nothing", "", False),
]


@pytest.mark.parametrize(("domain", "expected"), [pytest.param(*c, id=n) for n, *c in DOMAINS])
def test_a_domain_is_own_by_its_labels(domain, expected):
    assert OWN.has(domain) is expected
