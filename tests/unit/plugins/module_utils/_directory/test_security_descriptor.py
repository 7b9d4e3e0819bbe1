# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may read an attribute, by descriptors built from [MS-DTYP], 2.4. Real ones: the lab's."""

from __future__ import annotations

from struct import pack

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.security_descriptor import (
    may_read,
)

ALLOW, DENY, ALLOW_OBJECT, DENY_OBJECT = 0, 1, 5, 6
AUDIT = 2
READ, WRITE, GENERIC_READ, GENERIC_ALL = 0x10, 0x20, 0x80000000, 0x10000000
INHERIT_ONLY = 0x08


def sid(*parts: int) -> bytes:
    return pack("<BB", 1, len(parts)) + b"\0\0\0\0\0\5" + b"".join(pack("<I", p) for p in parts)


ME, MY_GROUP, OTHER = sid(21, 1, 2, 3, 1104), sid(32, 545), sid(21, 1, 2, 3, 500)
ATTRIBUTE, PROPERTY_SET, ELSE = b"a" * 16, b"s" * 16, b"e" * 16
USER_CLASS = b"u" * 16


def ace(
    kind: int, mask: int, who: bytes, what: bytes = b"", inherited: bytes = b"", flags: int = 0
) -> bytes:
    body = pack("<I", mask)
    if kind in (ALLOW_OBJECT, DENY_OBJECT):
        body += pack("<I", bool(what) | bool(inherited) << 1) + what + inherited
    body += who
    return pack("<BBH", kind, flags, len(body) + 4) + body


def descriptor(*aces: bytes, control: int = 0x8004) -> bytes:
    acl = pack("<BBHHH", 4, 0, 8 + sum(map(len, aces)), len(aces), 0) + b"".join(aces)
    return pack("<BBHIIII", 1, 0, control, 0, 0, 0, 20) + acl


CASES = [
    # what it shows                  the list                                                    may read
    ("nobody is named",              [],                                                          False),
    ("I may, all",                   [ace(ALLOW, READ, ME)],                                      True),
    ("my group may",                 [ace(ALLOW, READ, MY_GROUP)],                                True),
    ("another may",                  [ace(ALLOW, READ, OTHER)],                                   False),
    ("I may write",                  [ace(ALLOW, WRITE, ME)],                                     False),
    ("I may read and write",         [ace(ALLOW, READ | WRITE, ME)],                              True),
    ("by a generic right",           [ace(ALLOW, GENERIC_READ, ME)],                              True),
    ("by all generic rights",        [ace(ALLOW, GENERIC_ALL, ME)],                               True),
    ("this attribute",               [ace(ALLOW_OBJECT, READ, ME, ATTRIBUTE)],                    True),
    ("its property set",             [ace(ALLOW_OBJECT, READ, ME, PROPERTY_SET)],                 True),
    ("another attribute",            [ace(ALLOW_OBJECT, READ, ME, ELSE)],                         False),
    ("any, by an object entry",      [ace(ALLOW_OBJECT, READ, ME)],                               True),
    ("with an inherited type too",   [ace(ALLOW_OBJECT, READ, ME, ATTRIBUTE, USER_CLASS)],        True),
    ("an inherited type only",       [ace(ALLOW_OBJECT, READ, ME, b"", USER_CLASS)],              True),
    ("for entries below only",       [ace(ALLOW, READ, ME, flags=INHERIT_ONLY)],                  False),
    ("denied first",                 [ace(DENY, READ, ME), ace(ALLOW, READ, ME)],                 False),
    ("allowed first",                [ace(ALLOW, READ, ME), ace(DENY, READ, ME)],                 True),
    ("the set denied, all allowed",  [ace(DENY_OBJECT, READ, MY_GROUP, PROPERTY_SET),
                                      ace(ALLOW, READ, ME)],                                      False),
    ("another set denied",           [ace(DENY_OBJECT, READ, ME, ELSE), ace(ALLOW, READ, ME)],    True),
    ("others denied",                [ace(DENY, READ, OTHER), ace(ALLOW, READ, ME)],              True),
    ("writing denied",               [ace(DENY, WRITE, ME), ace(ALLOW, READ, ME)],                True),
    ("an audit entry before",        [ace(AUDIT, READ, ME), ace(ALLOW, READ, ME)],                True),
]  # fmt: skip


@pytest.mark.parametrize(("aces", "expected"), [pytest.param(*c, id=n) for n, *c in CASES])
def test_the_first_entry_that_speaks_of_it_decides(aces, expected):
    assert may_read(descriptor(*aces), {ME, MY_GROUP}, {ATTRIBUTE, PROPERTY_SET}) is expected


def test_without_a_list_everybody_may():
    assert may_read(descriptor(control=0x8000), {ME}, {ATTRIBUTE})


@pytest.mark.parametrize("size", [0, 1, 19, 24, 30, 45])
def test_a_piece_of_a_descriptor_is_unclear(size):
    whole = descriptor(ace(ALLOW_OBJECT, READ, OTHER, ATTRIBUTE), ace(ALLOW, READ, ME))
    with pytest.raises(UnclearError):
        may_read(whole[:size], {ME}, {ATTRIBUTE})
