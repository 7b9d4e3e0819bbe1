# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The lines of a log that may tell of a sign-in or of a mail, picked out of all others.

Nearly all lines of a mail log do not matter. A regular expression finds the others in large blocks,
so a line that does not matter costs no call of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

BLOCK = 1 << 20
# Longer than any line that Postfix, Dovecot or syslogd writes (RFC 5424, 6.1: 2 KiB and more).
LONGEST = 16 << 10

# One of these stands in every line that events.py understands.
_TELLING = re.compile(rb"sasl_username=|: from=<|: to=<|: removed|-login: ")


class Readable(Protocol):
    """A binary file, or what unpacks one."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


@dataclass
class Count:
    """What was passed over by `telling_lines`."""

    lines: int = 0  # whole ones, those that do not matter too
    overlong: int = 0  # longer than LONGEST: never looked at
    read: int = 0  # bytes up to the end of the last whole line


def telling_lines(file: Readable, count: Count) -> Iterator[bytes]:
    """The whole lines that may tell something, without their ends, in their order.

    A last line without an end may still be being written: it is left for the next time. Memory
    does not grow with the length of the log, nor of a line.
    """
    rest = b""  # of a line that began in an earlier block
    dropped = 0  # bytes of an overlong one that were let go
    while block := file.read(BLOCK):
        end = block.rfind(b"\n") + 1
        if not end:
            rest += block
            if len(rest) > LONGEST:
                dropped += len(rest)
                rest = b""
            continue
        count.lines += block.count(b"\n")
        count.read += dropped + len(rest) + end
        if dropped:
            count.overlong += 1
            start = block.find(b"\n") + 1
        else:
            block, end, start = rest + block, len(rest) + end, 0
        yield from _picked(block, start, end, count)
        rest, dropped = block[end:], 0


def _picked(block: bytes, start: int, end: int, count: Count) -> Iterator[bytes]:
    """The telling lines of block[start:end], which is whole lines."""
    while found := _TELLING.search(block, start, end):
        begins = block.rfind(b"\n", start, found.start()) + 1 or start
        start = block.find(b"\n", found.end()) + 1
        if start - begins > LONGEST:
            count.overlong += 1
        else:
            yield block[begins : start - 1]
