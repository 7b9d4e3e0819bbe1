# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The inventory plugin units: what stands in a directory as hosts with variables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from .._core.errors import MailboxError
from .._directory.dividing import Unit, UnitsWanted, units_of
from .accounts_info import unit_rule
from .directory_options import read_access, warnings
from .guard import clean
from .snapshot_name import snapshot_name

# How the directory is read, for whoever reads a unit; not the password, which an inventory shows.
PASSED_ON = (
    "server_uri", "bind_dn", "sasl_class", "start_tls", "validate_certs", "ca_path", "client_cert",
    "client_key", "search_base", "filter", "unit_from", "unit_attribute", "unit_query",
)  # fmt: skip
# What the hosts rest on besides.
_ALSO_ASKED = ("directory", "unit_filter", "count_accounts", "dialect")


class UnitsError(Exception):
    """What went wrong, for the operator."""


def unit_hosts(options: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The hosts and their variables, of JSON's types. Raises UnitsError."""
    params = dict(options)
    try:
        units = units_of(read_access(params), _wanted(params))
    except MailboxError as error:
        raise UnitsError(clean(str(error), frozenset({params["bind_pw"] or ""}))) from None
    shared = {f"mailbox_{name}": params[name] for name in PASSED_ON if params[name] is not None}
    return {unit.part.name: {**shared, **_variables(params, unit)} for unit in units}


def question(options: Mapping[str, Any]) -> str:
    """A name of what is asked by these options, the password left out: the same, the same hosts."""
    asked = [options[name] for name in (*PASSED_ON, *_ALSO_ASKED)]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def clear_text_warnings(options: Mapping[str, Any]) -> Iterator[str]:
    """What an operator should know before the password is on its way. Raises UnitsError."""
    try:
        yield from warnings(read_access(dict(options)))
    except MailboxError as error:
        raise UnitsError(str(error)) from None


def _variables(params: Mapping[str, Any], unit: Unit) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "mailbox_directory": params["directory"],
        "mailbox_part": asdict(unit.part) | {"without": list(unit.part.without)},
        "unit_name": unit.title,
    }
    if unit.accounts is not None:
        variables["unit_accounts"] = unit.accounts
    return variables


def _wanted(params: Mapping[str, Any]) -> UnitsWanted:
    if params["unit_from"] == "jmespath" and not params["unit_query"]:
        raise MailboxError("unit_from is jmespath, so unit_query is needed")
    if params["page_size"] < 0:
        raise MailboxError("page_size cannot be negative")
    return UnitsWanted(
        directory=snapshot_name(params["directory"], "option directory"),
        search_base=params["search_base"],
        unit_filter=params["unit_filter"],
        filter=params["filter"] or "",
        dialect="" if params["dialect"] == "auto" else params["dialect"],
        page_size=params["page_size"],
        by_value=None if params["unit_from"] == "dn" else unit_rule(dict(params)),
        counts_accounts=params["count_accounts"],
    )
