# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.last_login import (
    Key,
    parse_timestamp,
)

KEYS = [
    # what the case shows   template                 prefix        key                   parts
    ("the default", "last-login/%u", "last-login/", "shared/last-login/a@b", {"user": "a@b"}),
    (
        "all parts of 2.3",
        "last-login/%u/%s/%{auth_user}",
        "last-login/",
        "shared/last-login/a@b/imap/m",
        {"user": "a@b", "protocol": "imap", "auth_user": "m"},
    ),
    (
        "all parts of 2.4",
        "last-login/%{user}/%{protocol}/%{auth_user}",
        "last-login/",
        "shared/last-login/a@b/pop3/a@b",
        {"user": "a@b", "protocol": "pop3", "auth_user": "a@b"},
    ),
    ("domain first", "x/y/%d/%n", "x/y/", "shared/x/y/b/a", {"user": "a@b"}),
    ("2.4's parts", "x/%{user|username}@%{user|domain}", "x/", "shared/x/a@b", {"user": "a@b"}),
    ("a name alone", "x/%n", "x/", "shared/x/a", {"user": "a"}),
    ("no fixed beginning", "%u/last-login", "", "shared/a@b/last-login", {"user": "a@b"}),
    ("a part that is not needed", "x/%u/%{rip}", "x/", "shared/x/a@b/::1", {"user": "a@b"}),
    ("lower case", "x/%Lu", "x/", "shared/x/a@b", {"user": "a@b"}),
    ("a part ends at a slash", "x/%u/%{rip}", "x/", "shared/x/a@b/c/d", None),
    ("another key", "last-login/%u", "last-login/", "shared/last-login/a/b/c", None),
    ("nobody's key", "last-login/%s", "last-login/", "shared/last-login/imap", None),
]


@pytest.mark.parametrize(
    ("template", "prefix", "key", "parts"), [pytest.param(*c, id=n) for n, *c in KEYS]
)
def test_a_key_says_whose_it_is(template, prefix, key, parts):
    reader = Key(template=template)
    found = reader.read(key)

    assert reader.prefix == prefix
    assert found is None if parts is None else parts.items() <= found.items()


T = datetime(2019, 1, 8, 1, 2, 3, tzinfo=timezone.utc)
VALUES = [
    ("seconds", "1546909323", T),
    ("milliseconds", "1546909323999", T),
    ("microseconds", "1546909323999999", T),
    ("nanoseconds", "1546909323999999999", T),
    ("never", "0", None),
    ("nothing", "", None),
    ("a word", "yesterday", None),
    ("a sign", "-1546909323", None),
    ("too many digits", "9" * 21, None),
    ("other digits", "١٢٣", None),
]


@pytest.mark.parametrize(("value", "expected"), [pytest.param(*c, id=n) for n, *c in VALUES])
def test_a_value_is_a_time_in_any_unit(value, expected):
    assert parse_timestamp(value) == expected
