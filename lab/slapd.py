# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every slapd of the lab is run by: filling its databases, starting it, its LDIF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .layout import HOST, Layout
from .process import run

MODULES = Path("/usr/lib/ldap")
SCHEMA = Path("/etc/ldap/schema")
PACKAGES = ("slapd", "ldap-utils", "openssl")


def load(folder: Path, database: int, entries: Iterable[str]) -> None:
    """Fill a database offline: slapadd alone may write every operational attribute."""
    source = folder / f"database-{database}.ldif"
    with source.open("w", encoding="utf-8") as file:
        file.writelines(entries)
    # -q leaves checks out that take longer than all the rest; cn=config is to have them.
    quick = ["-q"] if database else []
    run("slapadd", *quick, "-n", str(database), "-F", folder / "config", "-l", source)
    source.unlink()


def uri(layout: Layout, scheme: str, port: str) -> str:
    """The address of a listener, as ldaps://127.0.0.1:23001."""
    return f"{scheme}://{HOST}:{layout.port(port)}"


def command(folder: Path, *listeners: str) -> list[str]:
    """How it is run in the foreground, which -d does."""
    return [
        *("slapd", "-F", str(folder / "config"), "-d", "stats"),
        *("-h", " ".join(f"{listener}/" for listener in listeners)),
    ]


def version() -> str:
    """Its version. -VV prints it and ends; -V would go on to start a server on port 389."""
    found = re.search(r"slapd (\d+\.\d+\.\d+)", run("slapd", "-VV"))
    return found[1] if found else "of an unknown version"
