# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail import ldap_table
from ansible_collections.civic.mailbox.plugins.module_utils._mail.ldap_table import (
    read_settings,
    to_ask_for,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.lookup_table import Table

FILE = """# forwards
server_host = ldap://ldap.town.example
search_base = ou=people,dc=town
bind_pw = secret
domain = town.example
query_filter = (&(objectClass=person)
  (mail=%s))
result_attribute = mailForward
size_limit = 1
"""
ENTRIES = [
    {"mail": ["a@town.example"], "mailForward": ["a@home.example"]},
    {"mail": ["B@Town.example", "b2@town.example"], "mailForward": ["x@y.example", "z@y.example"]},
    {"mail": ["c@town.example"]},
    {"mail": ["d@town.example", "e@town.example"]},
]
KEYS = [
    "a@town.example", "b@town.example", "b2@town.example", "c@town.example", "d@town.example",
    "e@town.example", "hidden@town.example", "@town.example",
]  # fmt: skip
ASKED = ["a@town.example", "b@town.example", "b2@town.example", "hidden@town.example",
         "@town.example"]  # fmt: skip


class Postfix:
    """Answers the copies of a table that lie on disk, from entries."""

    timeout = 60.0

    def __init__(self, entries=ENTRIES, file=FILE, hidden=(), fault=""):
        self.entries, self.file, self.hidden, self.fault = entries, file, hidden, fault
        self.copies: list[dict[str, str]] = []
        self.modes: set[int] = set()
        self.newest = 0.0  # of the copies, in seconds since 1970

    def text(self, table):
        return self.file

    def answer(self, table, key):
        copy = Path(table.name)
        settings = read_settings(copy.read_text())
        self.copies.append(settings)
        self.modes.add(copy.stat().st_mode & 0o777)
        self.newest = max(self.newest, copy.stat().st_mtime)
        if self.fault:
            raise MailHostError(self.fault)
        wanted = settings["result_attribute"].split(", ")
        found = self.entries
        if "(|(mailForward=*))" in settings["query_filter"]:
            found = [
                one for one in found if one.get("mailForward", [""])[0] not in ("", *self.hidden)
            ]
        return ",".join(v for one in found for name in wanted for v in one.get(name, ()))


@pytest.fixture(autouse=True)
def _few_keys_are_many(monkeypatch):
    monkeypatch.setattr(ldap_table, "FEWEST_KEYS", 1)


def asked(postfix, table="ldap:/etc/postfix/forward.cf", keys=KEYS):
    kind, _, name = table.partition(":")
    return to_ask_for(postfix, Table(type=kind, name=name), keys)


def test_keys_of_entries_with_a_result_and_keys_that_are_not_seen_are_asked_for():
    assert asked(Postfix()) == ASKED


def test_a_copy_asks_for_any_key_as_the_table_does_and_nobody_else_can_read_it():
    postfix = Postfix()
    asked(postfix)

    assert postfix.modes == {0o600}
    assert {copy["query_filter"] for copy in postfix.copies} == {
        "(&(objectClass=person)  (mail=*))",
        "(&(&(objectClass=person)  (mail=*))(|(mailForward=*)))",
    }
    for copy in postfix.copies:
        assert (copy["bind_pw"], copy["search_base"]) == ("secret", "ou=people,dc=town")
        assert not {"domain", "size_limit"} & copy.keys()


def test_where_nobody_has_a_result_only_unseen_keys_are_asked_for():
    assert asked(Postfix(entries=ENTRIES[2:])) == [
        key for key in KEYS if key[0] not in ("c", "d", "e")
    ]


ALL = [
    ("a result that can be read and not searched for", {"hidden": ("a@home.example",)}),
    ("a directory that breaks off", {"fault": "size limit exceeded"}),
    ("a part of the key", {"file": FILE.replace("(mail=%s)", "(uid=%u)")}),
    ("a part of the key beside the key", {"file": FILE.replace("(mail=%s)", "(mail=%s)(o=%d)")}),
    ("a key inside a value", {"file": FILE.replace("(mail=%s)", "(mail=x%s)")}),
    ("not the key", {"file": FILE.replace("(mail=%s)", "(!(mail=%s))")}),
    ("no key", {"file": FILE.replace("(mail=%s)", "(mail=x)")}),
    ("a base that the key makes", {"file": FILE.replace("ou=people", "ou=%d")}),
    ("groups that are followed", {"file": f"{FILE}special_result_attribute = member\n"}),
    ("results that end the search", {"file": f"{FILE}terminal_result_attribute = maildrop\n"}),
]


@pytest.mark.parametrize("known", [pytest.param(known, id=name) for name, known in ALL])
def test_every_key_is_asked_for_where_it_cannot_be_told(known):
    assert asked(Postfix(**known)) == KEYS


@pytest.mark.parametrize("table", ["mysql:/etc/postfix/forward.cf", "ldap:forward"])
def test_every_key_of_another_table_is_asked_for(table):
    assert asked(Postfix(), table) == KEYS


def test_of_few_keys_each_is_asked_for(monkeypatch):
    monkeypatch.setattr(ldap_table, "FEWEST_KEYS", len(KEYS) + 1)
    assert asked(Postfix()) == KEYS


def test_no_copy_looks_as_if_it_were_still_being_written():
    """Postfix waits two seconds for a file of these last two."""
    postfix = Postfix()

    asked(postfix)

    assert postfix.copies
    assert postfix.newest < time.time() - 10
