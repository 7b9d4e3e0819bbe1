# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.lookup_table import (
    Table,
    tables_in,
    words,
)

TABLES = [
    # what the case shows        value                                    tables
    ("one", "hash:/etc/aliases", ["hash:/etc/aliases"]),
    ("several", "hash:/a, lmdb:/b\n  ldap:/c.cf", ["hash:/a", "lmdb:/b", "ldap:/c.cf"]),
    ("through proxymap", "proxy:mysql:/a.cf", ["mysql:/a.cf"]),
    ("rows in the parameter", "inline:{ {a = b, c}, d=e } hash:/f",
     ["inline:{ {a = b, c}, d=e }", "hash:/f"]),
    ("a union is its members", "unionmap:{hash:/a, proxy:ldap:/b.cf}", ["hash:/a", "ldap:/b.cf"]),
    ("a union in a union", "unionmap:{unionmap:{hash:/a,inline:{x=y}},hash:/b}",
     ["hash:/a", "inline:{x=y}", "hash:/b"]),
    ("a pipe stays whole", "pipemap:{hash:/a,hash:/b}", ["pipemap:{hash:/a,hash:/b}"]),
    ("braces that nobody closed", "inline:{a=b", ["inline:{a=b"]),
    ("braces that nobody opened", "hash:/a}, hash:/b", ["hash:/a}", "hash:/b"]),
    ("nothing", " , ", []),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), [pytest.param(*c, id=n) for n, *c in TABLES])
def test_a_parameter_names_tables(value, expected):
    assert list(map(str, tables_in(value))) == expected


def test_a_list_has_words_between_commas_and_spaces():
    assert list(words("a.example, b.example\thash:/c")) == ["a.example", "b.example", "hash:/c"]


CONSTANTS = [
    ("one value", "static:a@b.example", ("a@b.example",)),
    ("one with spaces", "static:{a@b.example, c}", ("a@b.example, c",)),
    ("one by chance of several", "randmap:{a@b.example, c@d.example}",
     ("a@b.example", "c@d.example")),
    ("rows are none", "hash:/a", ()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), [pytest.param(*c, id=n) for n, *c in CONSTANTS])
def test_some_tables_have_the_same_values_for_every_key(name, expected):
    (table,) = tables_in(name)

    assert table.constants == expected


def test_the_keys_of_a_pipe_are_those_of_its_first_table():
    (pipe,) = tables_in("pipemap:{proxy:hash:/a, hash:/b}")

    assert pipe.first_step == Table(type="hash", name="/a")
    assert Table(type="hash", name="/a").first_step is None
    assert next(tables_in("pipemap:{}")).first_step is None


TYPES = [
    # table, its rows can be listed, they stand in a text, it has patterns
    ("hash:/a", True, True, False),
    ("lmdb:/a", True, True, False),
    ("cdb:/a", True, True, False),
    ("inline:{a=b}", True, False, False),
    ("regexp:/a", False, False, True),
    ("pcre:/a", False, False, True),
    ("ldap:/a.cf", False, False, False),
    ("static:a", False, False, False),
]


@pytest.mark.parametrize(("name", "is_listable", "has_text", "has_patterns"), TYPES)
def test_what_can_be_had_of_a_table_follows_from_its_type(
    name, is_listable, has_text, has_patterns
):
    (table,) = tables_in(name)

    assert (table.is_listable, table.has_text) == (is_listable, has_text)
    assert table.has_patterns is has_patterns
