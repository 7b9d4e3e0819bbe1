# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LDIF (RFC 2849): writing entries, and sorting what ldapsearch printed."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime


def entry(dn: str, attributes: Iterable[tuple[str, object]]) -> str:
    """One entry, its object classes first: slapadd wants those in one run. None is left out."""
    given = [(name, str(value)) for name, value in attributes if value is not None]
    ordered = sorted(given, key=lambda attribute: attribute[0] != "objectClass")
    return "".join(_line(name, value) for name, value in [("dn", dn), *ordered]) + "\n"


def classes(*names: str) -> list[tuple[str, object]]:
    """The values of objectClass, for entry()."""
    return [("objectClass", name) for name in names]


def generalized_time(moment: datetime | None) -> str | None:
    """RFC 4517, 3.3.13."""
    return moment.strftime("%Y%m%d%H%M%SZ") if moment else None


def sort_entries(text: str) -> str:
    """The same entries, sorted by DN, the lines of each one sorted by attribute and value.

    The text is unfolded (`-o ldif-wrap=no`) and holds no comments (`-LLL`).
    """
    entries = [block.splitlines() for block in text.split("\n\n") if block.strip()]
    entries.sort(key=lambda lines: _value(lines[0]).lower())
    return "\n".join(_sort_lines(lines) for lines in entries)


def _sort_lines(lines: list[str]) -> str:
    first, *others = lines
    others.sort(key=lambda line: (line.partition(":")[0].lower(), line))
    return "".join(f"{line}\n" for line in (first, *others))


def _value(line: str) -> str:
    _, _, value = line.partition(":")
    if value.startswith(":"):
        return base64.b64decode(value[1:]).decode("utf-8", "replace")
    return value.strip()


def _line(name: str, value: str) -> str:
    plain = value.isascii() and value.isprintable() and value == value.strip()
    if plain and not value.startswith((":", "<")):
        return f"{name}: {value}\n"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}\n"
