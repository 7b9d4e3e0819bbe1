# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.variables import expand, of_user

USER = of_user("Clerk@Town.example", "/home/clerk")
TEMPLATES = [
    ("none", "/srv/sieve", "/srv/sieve"),
    ("2.3", "%h/%u/%n/%d", "/home/clerk/Clerk@Town.example/Clerk/Town.example"),
    ("2.3, in lower case", "%Lu", "clerk@town.example"),
    ("2.3, long", "%{user}/%{home}", "Clerk@Town.example//home/clerk"),
    ("2.3, long, in lower case", "%L{user}", "clerk@town.example"),
    ("2.4", "%{user}/%{user | domain}", "Clerk@Town.example/Town.example"),
    ("2.4, without spaces", "%{user|username}", "Clerk"),
    ("2.4, two filters", "%{user | username | lower}", "clerk"),
    ("2.4, lower first", "%{user|lower|domain}", "town.example"),
    ("a percent sign", "100%%", "100%"),
    ("an unknown letter", "%x", None),
    ("an unknown name", "%{hostname}", None),
    ("an unknown filter", "%{user | md5}", None),
    ("an unknown modifier", "%2u", None),
    ("a hash", "%1.256Nu", None),
]


@pytest.mark.parametrize(("template", "expected"), [pytest.param(*c, id=n) for n, *c in TEMPLATES])
def test_a_template_is_expanded_or_not_at_all(template, expected):
    assert expand(template, USER) == expected


def test_a_user_without_home_has_no_path_below_it():
    assert expand("%h/sieve", of_user("clerk", "")) is None


def test_a_user_without_domain_has_an_empty_one():
    assert expand("%u@%d", of_user("clerk", "")) == "clerk@"
