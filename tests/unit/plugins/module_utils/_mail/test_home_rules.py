# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules by themselves; tests/integration/test_user_lookup.py holds them against doveadm."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.home_rules import HomeRules
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user import User
from ansible_collections.civic.mailbox.plugins.module_utils._mail.userdb_socket import Entry

SETTINGS = {
    "mail_home": "/srv/%d/%n",
    "mail_uid": "5000",
    "mail_gid": "",
    "mail_chroot": "",
    "valid_chroot_dirs": "",
    "first_valid_uid": "500",
    "last_valid_uid": "0",
    "first_valid_gid": "1",
    "last_valid_gid": "6000",
}
NAME = "clerk@town.example"
HOMES = [
    # what the fields say                    the fields                                 the home
    ("nothing",                              {},                                        "/srv/town.example/clerk"),
    ("a home",                               {"home": "/mail/clerk"},                   "/mail/clerk"),
    ("an empty home",                        {"home": ""},                              None),
    ("a home that begins nowhere",           {"home": "mail/clerk"},                    None),
    ("a home with a variable",               {"home": "/mail/%u"},                      None),
    ("ids that may be",                      {"uid": "500", "gid": "6000", "home": "/m"}, "/m"),
    ("a user id before the first",           {"uid": "499", "home": "/m"},              None),
    ("root",                                 {"uid": "0", "home": "/m"},                None),
    ("a user id that is a name",             {"uid": "clerk", "home": "/m"},            None),
    ("a group id after the last",            {"gid": "6001", "home": "/m"},             None),
    ("a quota",                              {"quota_rule": "*:bytes=1M", "home": "/m"}, "/m"),
    ("a setting of another plugin",          {"plugin/acl": "vfile", "home": "/m"},     None),
    ("a setting of the home",                {"mail_home": "/m"},                       None),
    ("a chroot",                             {"chroot": "/c", "home": "/m"},            None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "home"), [pytest.param(*case, id=name) for name, *case in HOMES]
)
def test_a_home_is_told_where_it_is_sure(fields, home):
    rules = HomeRules.of(SETTINGS)
    assert rules

    user = rules.user(NAME, Entry(user=NAME, fields=tuple(fields.items())))

    assert user == (None if home is None else User(name=NAME, home=home))


@pytest.mark.parametrize(
    ("changed", "home"),
    [
        ({"mail_home": ""}, ""),
        ({"mail_home": "/srv/%Lu"}, f"/srv/{NAME}"),
        ({"mail_home": "/srv/%2.256Nd/%n"}, None),
        ({"mail_home": "%d/%n"}, None),
        ({"mail_uid": "100"}, None),
        ({"mail_uid": ""}, "/srv/town.example/clerk"),
        ({"mail_gid": "root"}, None),
        ({"last_valid_uid": "4000"}, None),
    ],
)
def test_settings_that_do_not_let_it_be_told(changed, home):
    rules = HomeRules.of({**SETTINGS, **changed})
    assert rules

    user = rules.user(NAME, Entry(user=NAME, fields=()))

    assert user == (None if home is None else User(name=NAME, home=home))


@pytest.mark.parametrize(
    "changed",
    [
        {"mail_chroot": "/mail"},
        {"valid_chroot_dirs": "/mail"},
        {"valid_chroot_dirs/1": "/mail"},
        {"mail_uid": "nobody-of-this-name"},
        {"first_valid_uid": "vmail"},
    ],
)
def test_settings_without_rules(changed):
    assert HomeRules.of({**SETTINGS, **changed}) is None
    assert HomeRules.of({}) is None


def test_whom_the_database_calls_otherwise_only_doveadm_tells_of():
    rules = HomeRules.of(SETTINGS)
    assert rules

    assert rules.user("Clerk@town.example", Entry(user=NAME, fields=())) is None
    assert rules.user("a@b@town.example", Entry(user="a@b@town.example", fields=())) is None
    assert rules.user(NAME, None) == User(name=NAME, home="", exists=False)


def test_settings_of_sieve_are_the_users_own():
    rules = HomeRules.of(SETTINGS)
    assert rules
    own = (("sieve_before", "/a"), ("plugin/sieve", "file:/b"))

    user = rules.user(NAME, Entry(user=NAME, fields=(own[0], ("home", "/m"), own[1])))

    assert user == User(name=NAME, home="/m", sieve_settings=True, own_settings=own)
