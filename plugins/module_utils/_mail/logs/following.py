# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The journal of a host that runs systemd, from the entry on that was read last (journalctl(1)).

The entry that was read last is asked for once more: where it does not come first, it is gone from
the journal, and nobody knows what was between.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile

from ..._core.errors import MailHostError
from .chains import Hole, Reach
from .files import Cursor
from .journal import Entry, entry_of, exported_blocks
from .lines import Block, Readable

# Postfix and Dovecot write to the facility mail, which is number 2 (RFC 5424, 6.2.1).
_COMMAND = (
    "journalctl",
    "--quiet",
    "--no-pager",
    "--output=export",
    "--output-fields=MESSAGE,SYSLOG_IDENTIFIER",
)
_MAIL = "SYSLOG_FACILITY=2"


@dataclass(kw_only=True)
class Following:
    """What of a journal was not read yet."""

    name: str
    known: Cursor | None
    file: Readable
    start: int = 0
    is_journal: bool = True
    written_at: float = field(default_factory=time.time)
    _first: Entry | None = None
    _last: Entry | None = None

    def blocks(self) -> Iterator[Block]:
        """Its entries."""
        for block in exported_blocks(self.file):
            self._first = self._first or entry_of(block.first)
            self._last = entry_of(block.last) or self._last
            yield block

    def read_up_to(self, offset: int, reach: Reach, *, whole: bool) -> Cursor:
        """The cursor that says so."""
        del offset, whole  # where it was read to is in the last entry
        entry = self._last.cursor if self._last else self.known.entry if self.known else ""
        return Cursor(
            head=self.name,
            head_size=0,
            offset=0,
            inode=0,
            size=0,
            modified_ns=0,
            chain=self.name,
            first=reach.first,
            last=reach.last,
            entry=entry,
        )

    def holes(self) -> list[Hole]:
        """What is missing since it was read before."""
        known, first = self.known, self._first
        if not known or not first or known.last is None or first.cursor == known.entry:
            return []
        return [Hole(known.last, int(first.at.timestamp()), self.name)]


@contextmanager
def followed(files: Sequence[str], cursors: Iterable[Cursor]) -> Iterator[Following]:
    """The host's own journal, or that in files (with wildcards), as journalctl tells it.

    Raises MailHostError where it does not.
    """
    name = " ".join(("journal", *files))
    known = next((one for one in cursors if one.head == name), None)
    command = [*_COMMAND, *(f"--file={one}" for one in files)]
    command += [f"--cursor={known.entry}"] if known and known.entry else []
    with TemporaryFile() as errors:
        try:
            with subprocess.Popen(
                [*command, _MAIL], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            ) as running:
                assert running.stdout  # noqa: S101
                yield Following(name=name, known=known, file=running.stdout)
        except (OSError, ValueError) as error:
            raise MailHostError(f"the journal cannot be read: {error}") from error
        if running.returncode:
            errors.seek(0)
            said = errors.read(1000).decode("utf-8", "replace").strip().partition("\n")[0]
            raise MailHostError(f"the journal cannot be read: journalctl: {said}")
