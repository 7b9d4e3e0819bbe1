# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Actions that send mail elsewhere: REDIRECT and BCC in access(5) tables and header_checks(5).

What else may send mail on is named and not looked into: FILTER, content_filter, milters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..address_tables import known_keys
from ..channel import Channel
from ..lookup_table import Table, tables_in, words
from ..mail_host import MailHost
from ..postfix import CHECKS, CLASSES, PROGRAMS, RESTRICTIONS, Postfix
from ..records import EVERYBODY, Record, problem
from ..routes import Routes
from ..tables import Row, TableReader

_NAME = "mail_action"
_ACCESS = re.compile(r"check_(\w+)_access", re.IGNORECASE)
_ACTION = re.compile(r"(REDIRECT|BCC|FILTER)\s+(\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class _Named:
    """A table whose values are actions, and where it is named."""

    table: Table
    parameter: str
    of_recipients: bool = False  # its keys are those whose mail it is


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    for named in dict.fromkeys(_tables(host.postfix)):
        yield from _of_table(host, host.postfix, named)
    for parameter in PROGRAMS:
        for value in host.postfix.values(parameter):
            what = f"{parameter} = {value}: what it does with mail is not looked into"
            yield problem("", f"{host.name}: {what}")


def _tables(postfix: Postfix) -> Iterator[_Named]:
    for parameter in RESTRICTIONS:
        for value in postfix.values(parameter):
            yield from access_tables(value, parameter)
    for value in postfix.values(CLASSES):
        for name in words(value):
            yield from access_tables(postfix.expanded(name), name)
    # By default some of them are what others are, so each table is told by the first.
    checks = {table: name for name in reversed(CHECKS) for table in postfix.tables(name)}
    for table, name in checks.items():
        yield _Named(table=table, parameter=name)


def access_tables(value: str, parameter: str) -> Iterator[_Named]:
    """The access tables that a list of restrictions names."""
    check = None
    for word in words(value):
        if word.startswith("{"):
            yield from access_tables(word[1:].removesuffix("}"), parameter)
        elif check:
            for table in tables_in(word):
                of_recipients = check[1].lower() == "recipient"
                yield _Named(table=table, parameter=parameter, of_recipients=of_recipients)
        check = _ACCESS.fullmatch(word)


def _of_table(host: MailHost, postfix: Postfix, named: _Named) -> Iterator[Record]:
    def keys() -> list[str]:
        return known_keys(host) if named.of_recipients else []

    reader = TableReader(
        postfix=postfix, parameter=named.parameter, keys=keys, tables=(named.table,)
    )
    for row in reader.rows():
        if row.problem:
            yield row.problem
        elif found := _ACTION.match(row.value.strip()):
            action, argument = found[1].upper(), found[2]
            if action == "FILTER":
                what = f"{row.source}: {row.key} FILTER {argument}".replace("  ", " ")
                yield problem("", f"{host.name}: {what}: what it does is not looked into")
            else:
                yield from _sends(host, postfix, named, row, action, argument)


def _sends(
    host: MailHost, postfix: Postfix, named: _Named, row: Row, action: str, address: str
) -> Iterator[Record]:
    """Told as no place that can be written: who put it there is an administrator."""
    mail = _whose(host, row.key) if named.of_recipients else EVERYBODY
    where = f"{action} in {named.parameter}"
    about = f"{where}, {row.key}" if row.key else where
    routes = Routes(channel=_NAME, postfix=postfix, is_single=True, remark=about)
    yield from routes.of_row(mail, replace(row, value=address, is_answer=True))


def _whose(host: MailHost, key: str) -> str:
    """Of a recipient, "user@", a domain or ".domain" (access(5))."""
    if key.endswith("@"):
        return EVERYBODY
    return host.address(key) if "@" in key else f"@{key.removeprefix('.').lower()}"


MAIL_ACTION = Channel(name=_NAME, read=_read)
