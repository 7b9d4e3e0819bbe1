# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a connection: what contradicts itself is refused before anything is sent."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access

LDAP, LDAPS, LDAPI = "ldap://h.example", "ldaps://h.example:6360", "ldapi://%2Frun%2Fldapi"
REFUSED = [
    # what is wrong                  the options                                       what is said
    ("no scheme",                    {"uri": "h.example"},                             "server_uri"),
    ("another scheme",               {"uri": "http://h.example"},                      "server_uri"),
    ("no host",                      {"uri": "ldap://"},                               "server_uri"),
    ("a port that is none",          {"uri": "ldap://h.example:ldap"},                 "server_uri"),
    ("a path",                       {"uri": "ldap://h.example/dc=x"},                 "server_uri"),
    ("a password in it",             {"uri": "ldap://u:secret@h.example"},             "server_uri"),
    ("a broken IPv6 address",        {"uri": "ldap://[::1"},                           "server_uri"),
    ("StartTLS over TLS",            {"uri": LDAPS, "start_tls": True},                "start_tls"),
    ("StartTLS over a socket",       {"uri": LDAPI, "start_tls": True},                "start_tls"),
    ("a DN without a password",      {"uri": LDAP, "bind_dn": "cn=a"},                 "bind_pw"),
    ("a password without a DN",      {"uri": LDAP, "bind_pw": "secret"},               "bind_dn"),
    ("a DN beside the certificate",  {"uri": LDAP, "bind_dn": "cn=a", "bind_pw": "secret",
                                      "sasl_external": True},                          "sasl_class"),
    ("no time to connect",           {"uri": LDAP, "connect_timeout": 0},              "connect_timeout"),
    ("waiting for ever",             {"uri": LDAP, "receive_timeout": 0},              "receive_timeout"),
    ("a key without a certificate",  {"uri": LDAP, "client_key": "k.pem"},             "client_cert"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"), [pytest.param(*case, id=name) for name, *case in REFUSED]
)
def test_options_that_contradict_each_other_are_refused(options, said):
    with pytest.raises(DirectoryError, match=said) as caught:
        Access(**options)

    assert "secret" not in str(caught.value)


ENCRYPTED = [
    ("in clear",      {"uri": LDAP},                      False),
    ("StartTLS",      {"uri": LDAP, "start_tls": True},   True),
    ("LDAPS",         {"uri": LDAPS},                     True),
    ("a socket",      {"uri": LDAPI},                     True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"), [pytest.param(*case, id=name) for name, *case in ENCRYPTED]
)
def test_what_nobody_can_read_on_the_way(options, expected):
    assert Access(**options).encrypted is expected


def test_the_password_is_not_in_the_text_of_the_options():
    assert "secret" not in repr(Access(uri=LDAP, bind_dn="cn=a", bind_pw="secret"))


def test_certificates_and_names_are_checked_unless_that_is_switched_off():
    checked = Access(uri=LDAPS).tls_context()
    unchecked = Access(uri=LDAPS, validate_certs=False).tls_context()

    assert (checked.verify_mode, checked.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (unchecked.verify_mode, unchecked.check_hostname) == (ssl.CERT_NONE, False)


def test_a_named_authority_takes_the_place_of_the_systems(tmp_path):
    assert Access(uri=LDAPS, ca_path=str(tmp_path)).tls_context().get_ca_certs() == []


UNUSABLE = [
    ("no such file",        {"ca_path": "{tmp}/missing.pem"},      "ca_path .*missing.pem"),
    ("no certificate",      {"ca_path": "{tmp}/empty.pem"},        "ca_path .*empty.pem"),
    ("no such certificate", {"client_cert": "{tmp}/missing.pem"},  "client_cert .*missing.pem"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"), [pytest.param(*case, id=name) for name, *case in UNUSABLE]
)
def test_a_file_that_cannot_be_used_is_named(options, said, tmp_path):
    (tmp_path / "empty.pem").touch()
    filled = {name: value.format(tmp=tmp_path) for name, value in options.items()}

    with pytest.raises(DirectoryError, match=said):
        Access(uri=LDAPS, **filled).tls_context()
