# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each browser is told, on Linux and in the Windows registry."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._browsers.products import PRODUCTS
from ansible_collections.civic.mailbox.plugins.module_utils._core.browser_passwords import (
    BrowserPasswords,
    official_site,
)

BY_NAME = {product.name: product for product in PRODUCTS}
WRITTEN = ("mail.town.example", "http://old.town.example:8080")
OFFICIAL = BrowserPasswords(
    sites="official",
    official_sites=tuple(site for text in WRITTEN if (site := official_site(text))),
)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_at_all_sites_the_password_manager_is_off(product):
    told = {one.name: one.value for one in product.settings(BrowserPasswords())}

    assert told["PasswordManagerEnabled"] is False
    assert all(value is False or value == ("passwords",) for value in told.values())


@pytest.mark.parametrize(
    ("name", "policy", "sites"),
    [
        ("chromium", "PasswordManagerBlocklist", WRITTEN),
        ("chrome", "PasswordManagerBlocklist", WRITTEN),
        ("edge", "PasswordManagerBlocklist", WRITTEN),
        ("firefox", "PasswordManagerExceptions", ("https://mail.town.example", WRITTEN[1])),
    ],
)
def test_at_official_sites_only_these_are_listed(name, policy, sites):
    (told,) = BY_NAME[name].settings(OFFICIAL)

    assert (told.name, told.value) == (policy, sites)


def test_the_registry_says_the_same():
    values = [dict(one) for one in BY_NAME["edge"].registry_values(BrowserPasswords())]
    (key,) = {one["path"] for one in values if one["type"] == "dword"}

    assert key == r"HKLM:\SOFTWARE\Policies\Microsoft\Edge"
    assert values[-1] == {
        "browser": "edge",
        "path": key + r"\SyncTypesListDisabled", "name": "19610", "type": "string",
        "data": "passwords",
    }  # fmt: skip


def test_each_entry_of_a_list_has_a_value_of_its_own_in_the_registry():
    values = BY_NAME["firefox"].registry_values(OFFICIAL)

    assert [(one["name"], one["data"]) for one in values] == [
        ("1", "https://mail.town.example"),
        ("2", "http://old.town.example:8080"),
    ]
