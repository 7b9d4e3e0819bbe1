# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which units a directory has, as parts (_core/parts.py) to be read one by one.

A unit that is not among them is no gap: its accounts lie in the part around it, or in the rest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
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
    rest = accounts.pop("", 0)
    values = sorted(accounts)
    names = host_names(wanted.directory, [[value] for value in values])
    units = [
        Unit(part=Part(name=name, key=value), title=value, accounts=accounts[value])
        for name, value in zip(names, values, strict=True)
    ]
    return [_rest(wanted.directory, "", values, rest), *units]


def _by_tree(directory: Directory, wanted: UnitsWanted, asked: str) -> list[Unit]:
    found = directory.search(
        wanted.search_base, wanted.unit_filter, ("1.1",), page_size=wanted.page_size
    )
    top = same_dn(wanted.search_base)
    dns = {shown_text(dn): dn for dn, _ in found if same_dn(shown_text(dn)) != top}
    counted = None
    if wanted.counts_accounts:
        entries = directory.search(wanted.search_base, asked, ("1.1",), page_size=wanted.page_size)
        trees = Subtrees(dns)
        counted = Counter(trees.of(dn) or wanted.search_base for dn, _ in entries)
        dns = {base: dn for base, dn in dns.items() if counted[base]}
    bases = sorted(dns)
    around = Subtrees(bases)
    inside: dict[str, list[str]] = {}
    for base in bases:
        inside.setdefault(around.around(dns[base]) or wanted.search_base, []).append(base)
    depth = len(list(names_in(wanted.search_base.encode())))
    paths = [list(map(shown_text, names_in(dns[base])))[: -depth or None] for base in bases]
    names = host_names(wanted.directory, paths)
    units = [
        Unit(
            part=Part(name=name, key=base, without=tuple(inside.get(base, ()))),
            title=path[0],
            accounts=None if counted is None else counted[base],
        )
        for name, base, path in zip(names, bases, paths, strict=True)
    ]
    left = inside.get(wanted.search_base, ())
    rest = None if counted is None else counted[wanted.search_base]
    return [_rest(wanted.directory, wanted.search_base, left, rest), *units]


def _rest(directory: str, key: str, without: Sequence[str], accounts: int | None) -> Unit:
    part = Part(name=f"{directory}.{ROOT_NAME}", key=key, without=tuple(without))
    return Unit(part=part, title="", accounts=accounts)
