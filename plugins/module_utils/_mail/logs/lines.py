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
TELLING = re.compile(rb"sasl_username=|: from=<|: to=<|: removed|-login: |: header ")


class Readable(Protocol):
    """A binary file, or what unpacks one."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Some whole lines of a log, one after the other."""

    telling: list[bytes]  # those that may tell something, without their ends
    first: bytes  # the first and the last of them all
    last: bytes
    lines: int  # how many they were, with those that do not matter
    overlong: int  # how many were longer than LONGEST: they are not looked at
    end: int  # bytes from where the reading began to the end of the last of them


def blocks(file: Readable) -> Iterator[Block]:
    """The lines of a log from here on.

    A last line without an end may still be being written: it is left for the next time. Memory
    does not grow with the length of the log, nor of a line.
    """
    rest = b""  # of a line that began in an earlier block
    dropped = 0  # bytes of an overlong one that were let go
    read = 0
    while block := file.read(BLOCK):
        end = block.rfind(b"\n") + 1
        if not end:
            rest += block
            if len(rest) > LONGEST:
                dropped, rest = dropped + len(rest), b""
            continue
        lines = block.count(b"\n")
        read += dropped + len(rest) + end
        start = block.find(b"\n") + 1 if dropped else 0
        whole = block[start:end] if dropped else rest + block[:end]
        telling, overlong = _picked(whole)
        yield Block(
            telling=telling,
            first=whole[: whole.find(b"\n")],
            last=whole[whole.rfind(b"\n", 0, -1) + 1 : -1],
            lines=lines,
            overlong=overlong + (1 if dropped else 0),
            end=read,
        )
        rest, dropped = block[end:], 0


def _picked(whole: bytes) -> tuple[list[bytes], int]:
    """The telling ones of whole lines, and how many of them are overlong."""
    telling, overlong, start = [], 0, 0
    while found := TELLING.search(whole, start):
        begins = whole.rfind(b"\n", start, found.start()) + 1 or start
        start = whole.find(b"\n", found.end()) + 1
        if start - begins > LONGEST:
            overlong += 1
        else:
            telling.append(whole[begins : start - 1])
    return telling, overlong
