# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sign-ins that each server of a directory keeps for itself: the newest one of all of them.

Held in memory are the identity and the newest value of each account that any other server knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .._core.errors import DirectoryError
from .access import Access
from .client import Directory, Entry
from .codecs import NO_TIME, UnclearError
from .dialect import Dialect, Field, RootDse
from .dialects.catalogue import recognise


class Replicas:
    """What was read from other servers of the same directory."""

    def __init__(self, dialect: Dialect) -> None:
        self.roots: list[RootDse] = []  # of the servers that were read to their end
        self._dialect = dialect
        self._rows = [row for row in dialect.fields if row.local]
        self._id = next(iter(dialect.attributes("id")))
        self._newest: dict[tuple[str, bytes], tuple[str, bytes]] = {}  # -> JSON text, value

    def read(
        self,
        access: Access,
        root: RootDse,
        bases: Sequence[str],
        ldap_filter: str,
        page_size: int,
    ) -> None:
        """Read a server that holds what the one with this root DSE holds. Raises DirectoryError."""
        names = [self._id, *(row.attribute for row in self._rows)]
        with Directory(access) as directory:
            found, _ = recognise(directory, self._dialect.name)
            if found.get("namingContexts") != root.get("namingContexts"):
                raise DirectoryError(f"{access.uri} holds another directory: correct replicas")
            for base in bases:
                for _, values in directory.search(base, ldap_filter, names, page_size=page_size):
                    self._keep(values)
            self.roots.append(found)

    def joined(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries with the newest values that any server has of them."""
        if not self._newest:
            yield from entries
            return
        for dn, values in entries:
            self._keep(values)
            key = values.get(self._id, [b""])[0]
            for row in self._rows:
                if known := self._newest.get((row.attribute, key)):
                    values[row.attribute] = [known[1]]
            yield dn, values

    def _keep(self, values: dict[str, list[bytes]]) -> None:
        key = values.get(self._id, [b""])[0]
        for row in self._rows:
            at = _time(row, values)
            if at and at > self._newest.get((row.attribute, key), ("", b""))[0]:
                self._newest[row.attribute, key] = at, values[row.attribute][0]


def _time(row: Field, values: dict[str, list[bytes]]) -> str:
    """JSON text of the time; "": there is none, or none that can be understood."""
    if row.attribute not in values:
        return ""
    try:
        at = row.codec.decode(values[row.attribute])
    except UnclearError:
        return ""
    return "" if at == NO_TIME else at
