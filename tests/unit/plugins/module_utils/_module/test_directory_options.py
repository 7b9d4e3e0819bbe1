# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When an operator is warned about the way that the password takes."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._module.directory_options import (
    warnings,
)

pytestmark = pytest.mark.ansible

LDAP, LDAPS = "ldap://h.example", "ldaps://h.example"
CASES = [
    # what it shows                   the options                                       what is said
    ("in clear",                      {"uri": LDAP},                                    "in clear"),
    ("in clear to an address",        {"uri": "ldap://192.0.2.1"},                      "in clear"),
    ("protected",                     {"uri": LDAPS},                                   ""),
    ("protected by StartTLS",         {"uri": LDAP, "start_tls": True},                 ""),
    ("to nobody knows whom",          {"uri": LDAPS, "validate_certs": False},          "validate_certs"),
    ("in clear inside this machine",  {"uri": "ldap://127.0.0.1"},                      ""),
    ("inside this machine, IPv6",     {"uri": "ldap://[::1]:3890"},                     ""),
    ("to this machine by its name",   {"uri": "ldap://localhost"},                      ""),
    ("over a UNIX socket",            {"uri": "ldapi://%2Fldapi", "validate_certs": False}, ""),
    ("without a password",            {"uri": LDAP, "bind_dn": "", "bind_pw": ""},      ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_a_password_that_others_could_read_is_warned_of(options, said):
    access = Access(**{"bind_dn": "cn=a", "bind_pw": "secret"} | options)

    found = " ".join(warnings(access))

    assert said in found
    assert bool(said) is bool(found)
    assert "secret" not in found
