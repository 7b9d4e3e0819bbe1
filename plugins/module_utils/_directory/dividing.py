# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which units a directory has, as parts (_core/parts.py) to be read one by one.

A unit that is not among them is no gap: its accounts lie in the part around it, or in the rest.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .._core.parts import ROOT_NAME, Part, host_names
from .access import Access
from .client import Directory
from .codecs import shown_text
from .dialects.catalogue import recognise
from .dn import names_in, same_dn
from .part_reading import unit_text
from .subtrees import Subtrees
from .units import UnitRule, refuse_unfit


@dataclass(frozen=True, kw_only=True)
class UnitsWanted:
    """Which units to look for."""

    directory: str  # the server's name in the inventory
    search_base: str
    unit_filter: str  # of entries that are units, where the tree makes them
    filter: str = ""  # of accounts; "": the dialect's
    dialect: str = ""  # "": by the root DSE
    page_size: int = 1000
    by_value: UnitRule | None = None  # the value that makes an account's unit; None: the tree does
    counts_accounts: bool = False


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A part with what a reader calls it."""

    part: Part
    title: str  # "": the rest
    accounts: int | None  # None: not counted


def units_of(access: Access, wanted: UnitsWanted) -> list[Unit]:
    """Every unit, and the rest. Raises DirectoryError."""
    with Directory(access) as directory:
        _, dialect = recognise(directory, wanted.dialect)
        asked = wanted.filter or dialect.account_filter
        if wanted.by_value:
            refuse_unfit(wanted.by_value, dialect)
            return _by_value(directory, wanted, asked, wanted.by_value)
        return _by_tree(directory, wanted, asked)


def _by_value(directory: Directory, wanted: UnitsWanted, asked: str, rule: UnitRule) -> list[Unit]:
    entries = directory.search(
        wanted.search_base, asked, rule.attributes or ("1.1",), page_size=wanted.page_size
    )
    found = Counter(unit_text(rule, entry) for entry in entries)
    accounts = {json.loads(unit): number for unit, number in found.items()}
    return units_by_value(wanted.directory, accounts)


def units_by_value(directory: str, accounts: Mapping[str, int]) -> list[Unit]:
    """The units, given how many accounts have each value."""
    values = sorted(value for value in accounts if value)
    names = host_names(directory, [[value] for value in values])
    return [
        _rest(directory, "", values, accounts.get("", 0)),
        *(
            Unit(part=Part(name=name, key=value), title=value, accounts=accounts[value])
            for name, value in zip(names, values, strict=True)
        ),
    ]


def _by_tree(directory: Directory, wanted: UnitsWanted, asked: str) -> list[Unit]:
    def dns(ldap_filter: str) -> Iterator[bytes]:
        for dn, _ in directory.search(
            wanted.search_base, ldap_filter, ("1.1",), page_size=wanted.page_size
        ):
            yield dn

    units = list(dns(wanted.unit_filter))
    accounts = dns(asked) if wanted.counts_accounts else None
    return units_by_tree(wanted.directory, wanted.search_base, units, accounts)


def units_by_tree(
    directory: str, search_base: str, entries: Iterable[bytes], accounts: Iterable[bytes] | None
) -> list[Unit]:
    """The units, given the DNs of their entries and of all accounts (None: not to be counted)."""
    top = same_dn(search_base)
    dns = {shown_text(dn): dn for dn in entries if same_dn(shown_text(dn)) != top}
    counted: Counter[str] | None = None
    if accounts is not None:
        trees = Subtrees(dns)
        counted = Counter(trees.of(dn) or search_base for dn in accounts)
        dns = {base: dn for base, dn in dns.items() if counted[base]}
    trees = Subtrees(dns)
    inside: dict[str, list[str]] = defaultdict(list)
    for base in sorted(dns):
        inside[trees.around(dns[base]) or search_base].append(base)
    depth = len(list(names_in(search_base.encode())))
    paths = [list(map(shown_text, names_in(dns[base])))[: -depth or None] for base in sorted(dns)]

    def number(base: str) -> int | None:
        return None if counted is None else counted[base]

    return [
        _rest(directory, search_base, inside[search_base], number(search_base)),
        *(
            Unit(
                part=Part(name=name, key=base, without=tuple(inside[base])),
                title=path[0],
                accounts=number(base),
            )
            for name, base, path in zip(
                host_names(directory, paths), sorted(dns), paths, strict=True
            )
        ),
    ]


def _rest(directory: str, key: str, without: Sequence[str], accounts: int | None) -> Unit:
    part = Part(name=f"{directory}.{ROOT_NAME}", key=key, without=tuple(without))
    return Unit(part=part, title="", accounts=accounts)
