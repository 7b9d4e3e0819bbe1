# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.mail_action import (
    access_tables,
)

LISTS = [
    # what the list has             its value                                                     tables, and whose keys are recipients
    ("nothing",                    "",                                                            []),
    ("no table",                   "permit_mynetworks, reject",                                   []),
    ("one of recipients",          "permit, check_recipient_access hash:/etc/a, reject",          [("hash:/etc/a", True)]),
    ("several, parted by blanks",  "check_sender_access hash:/b Check_Client_Access cidr:/c",     [("hash:/b", False), ("cidr:/c", False)]),
    ("with settings of its own",   "check_recipient_access { ldap:/d, timeout=5 }",               []),
    ("a check in braces",          "{ check_recipient_access proxy:hash:/e }, reject",            [("hash:/e", True)]),
    ("inline rows",                "check_recipient_access inline:{ { a@b = REDIRECT c@d } }",    [("inline:{ { a@b = REDIRECT c@d } }", True)]),
    ("other tables",               "check_policy_service unix:private/policy, reject_rbl_client x", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "tables"), [pytest.param(*case, id=name) for name, *case in LISTS]
)
def test_the_access_tables_of_a_list_are_found(value, tables):
    found = list(access_tables(value, "smtpd_recipient_restrictions"))

    assert [(str(one.table), one.of_recipients) for one in found] == tables
