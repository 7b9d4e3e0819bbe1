# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Texts as Windows and Samba answer, and what an operator is told."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.sign_in_refusals import (
    meaning,
)

WINDOWS = "80090308: LdapErr: DSID-0C090549, comment: AcceptSecurityContext error, data {}, v4563"
CASES = [
    (WINDOWS.format("52e"), "bind_pw"),
    (WINDOWS.format("525"), "no account"),
    (WINDOWS.format("533"), "disabled"),
    (WINDOWS.format("775"), "locked"),
    (WINDOWS.format("773"), "new password"),
    (WINDOWS.format("532"), "expired"),
    (WINDOWS.format("701"), "expired"),
    (WINDOWS.format("52E"), "bind_pw"),
    ("80090346: LdapErr: DSID-0C0905F3, comment: AcceptSecurityContext error, data 80090346, v4f7c",
     "LdapEnforceChannelBinding"),
    ("00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity "
     "checking if SSL\\TLS are not already active on the connection, data 0, v4f7c", "ldaps://"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), CASES)
def test_a_refusal_says_why_and_the_way_out(text, said):
    assert said in meaning(text)


@pytest.mark.parametrize("text", ["", "Invalid credentials", "data", WINDOWS.format("999")])
def test_of_any_other_text_nothing_is_said(text):
    assert meaning(text) == ""
