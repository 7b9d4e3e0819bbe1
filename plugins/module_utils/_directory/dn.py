# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Distinguished names, as far as a reader of directories needs them (RFC 4514)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_SPECIAL = frozenset(bytes((code,)) for code in b'\x00 "#+,;<=>\\')
_ESCAPED = re.compile(rb"\\(?:([0-9A-Fa-f]{2})|(.))", re.DOTALL)


def same_dn(dn: str) -> str:
    """A form in which two spellings of a DN are mostly the same (RFC 4517, 4.2.15, in part)."""
    spelled = _in_one_spelling(dn) if "\\" in dn else dn
    return ",".join(part.strip() for part in spelled.lower().split(","))


def is_within(dn: str, suffixes: Iterable[str]) -> bool:
    """Whether it is one of these entries or lies below one."""
    return any(f",{same_dn(dn)}".endswith(f",{same_dn(suffix)}") for suffix in suffixes)


def context_of(dn: str, contexts: Iterable[str]) -> str:
    """The innermost of these naming contexts that it lies in, or itself."""
    return max((one for one in contexts if is_within(dn, [one])), key=len, default=dn)


def split(dn: bytes, at: bytes = b",") -> Iterator[bytes]:
    """The parts between separators that are not escaped (RFC 4514, 3)."""
    part = b""
    for piece in dn.split(at):
        part += piece
        if (len(piece) - len(piece.rstrip(b"\\"))) % 2:
            part += at
            continue
        yield part
        part = b""
    if part:
        yield part


def parent(dn: bytes) -> bytes:
    """The DN of the entry above."""
    first, _, rest = dn.partition(b",")
    if first.endswith(b"\\"):  # perhaps a comma in the entry's own name
        return b",".join(list(split(dn))[1:])
    return rest


def values_of(dn: bytes, attribute: str) -> Iterator[bytes]:
    """The values that the parts of the DN give the attribute, the nearest first."""
    wanted = attribute.lower().encode()
    for rdn in split(dn):
        for pair in split(rdn, b"+"):
            name, _, value = pair.partition(b"=")
            if name.strip().lower() == wanted:
                yield _unescaped(value.strip())


def names_in(dn: bytes) -> Iterator[bytes]:
    """The name that each part of the DN gives its entry, the nearest first."""
    for rdn in split(dn):
        yield _unescaped(next(split(rdn, b"+")).partition(b"=")[2].strip())


def _in_one_spelling(dn: str) -> str:
    """The DN with as few escapes as it can have, each by two digits (RFC 4514, 2.4)."""
    name = dn.encode("utf-8", "surrogatepass")
    return _ESCAPED.sub(_escape, name).decode("utf-8", "replace")


def _escape(found: re.Match[bytes]) -> bytes:
    character = _unescaped(found[0])
    return b"\\%02x" % ord(character) if character in _SPECIAL else character


def _unescaped(value: bytes) -> bytes:
    """The value without its escapes (RFC 4514, 2.4)."""
    return _ESCAPED.sub(lambda m: bytes.fromhex(m[1].decode()) if m[1] else m[2], value)
