# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The dialects that are known. To add one: its file here, and its line below."""

from __future__ import annotations

from collections.abc import Callable

from ..._core.errors import DirectoryError
from ..client import BASE, Directory
from ..codecs import shown_text
from ..dialect import Dialect, Marker, RootDse
from .active_directory import ACTIVE_DIRECTORY
from .ds389 import DS389
from .freeipa import FREEIPA
from .openldap import OPENLDAP
from .zimbra import ZIMBRA

DIALECTS: tuple[Dialect, ...] = (ACTIVE_DIRECTORY, DS389, FREEIPA, OPENLDAP, ZIMBRA)


def recognise(directory: Directory, name: str) -> tuple[RootDse, Dialect]:
    """The server's root DSE and its dialect: the one of that name, or ("") as it tells."""
    entries = directory.find("", "(objectClass=*)", root_attributes(), scope=BASE)
    root = entries[0][1] if entries else {}
    if name:
        return root, named(name)
    return root, dialect_of(root, directory.uri, lambda marker: marker.holds(directory, root))


def dialect_of(root: RootDse, server: str, holds: Callable[[Marker], bool]) -> Dialect:
    """The dialect that the root DSE tells of, after a second look where a marker needs one.

    Raises DirectoryError when it is none, or several.
    """
    found = [one for one in DIALECTS if one.marker.marks(root) and holds(one.marker)]
    found = [one for one in found if not any(more.marker.refines(one.marker) for more in found)]
    if len(found) == 1:
        return found[0]
    choice = f"set dialect to one of {', '.join(names())}"
    if found:
        titles = " and ".join(dialect.title for dialect in found)
        raise DirectoryError(f"{server} answers like {titles}: {choice}")
    shown = ", ".join(map(shown_text, root.get("objectClass", []))) or "nothing"
    raise DirectoryError(
        f"{server} does not tell which kind of directory it is (objectClass of its root DSE:"
        f" {shown}): {choice}"
    )


def named(name: str) -> Dialect:
    """The dialect of that name, which has to be one of names()."""
    return next(dialect for dialect in DIALECTS if dialect.name == name)


def names() -> tuple[str, ...]:
    """The names to choose from."""
    return tuple(dialect.name for dialect in DIALECTS)


def root_attributes() -> list[str]:
    """What to ask a root DSE for, before the dialect is known."""
    markers = {dialect.marker.attribute for dialect in DIALECTS}
    return sorted(markers.union(*(dialect.root_dse for dialect in DIALECTS)))
