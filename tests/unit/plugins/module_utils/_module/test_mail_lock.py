# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which users of Dovecot the accounts are."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._module.mail_lock import Wanted

WANTED = Wanted(
    accounts=("clerk@town.example", "nva", "clerk+word@town.example"), locked=True, refusal=""
)


@pytest.mark.parametrize(
    ("user", "covered"),
    [
        ("clerk@town.example", True),
        ("Clerk@Town.example", True),
        ("clerk", True),  # a Dovecot without domains
        ("nva", True),
        ("clerk@other.example", False),
        ("nva@town.example", False),
        ("town.example", False),
        ("", False),
    ],
)
def test_a_user_is_known_by_address_local_part_or_login_name(user, covered):
    assert WANTED.covers(user) is covered


def test_mail_is_refused_to_addresses_only():
    assert WANTED.addresses == ("clerk@town.example", "clerk+word@town.example")
