# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Who may read an attribute of an entry, by the entry's own security descriptor.

[MS-DTYP], 2.4.6 (self-relative form), and the access check of [MS-ADTS], 5.1.3.3: the entries of
the list are asked in their order, and the first one that speaks of the attribute decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from struct import error as struct_error
from struct import unpack_from

from .codecs import UnclearError

_ALLOW, _DENY, _ALLOW_OBJECT, _DENY_OBJECT = 0, 1, 5, 6  # ACE types, 2.4.4.1
_INHERIT_ONLY = 0x08  # AceFlags: it speaks of entries below only
_READ_PROPERTY = 0x10  # ADS_RIGHT_DS_READ_PROP
_GENERIC = 0x80000000 | 0x10000000  # GENERIC_READ, GENERIC_ALL
_HAS_OBJECT_TYPE, _HAS_INHERITED_TYPE = 1, 2  # Flags of an object ACE, 2.4.4.3
_PRESENT = 0x0004  # Control: SE_DACL_PRESENT
_GUID = 16  # bytes


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """An entry of the access control list that can decide about reading."""

    allows: bool
    who: bytes  # SID
    what: bytes  # GUID of an attribute or a property set; b"": every attribute


def may_read(descriptor: bytes, sids: Collection[bytes], names: Collection[bytes]) -> bool:
    """Whether somebody with these security identifiers may read an attribute.

    `names` are the GUIDs that it goes by: its own and that of its property set. Raises UnclearError
    for bytes that are no descriptor.
    """
    try:
        for entry in _entries(descriptor):
            if entry.who in sids and (not entry.what or entry.what in names):
                return entry.allows
    except (struct_error, IndexError):
        raise UnclearError("the security descriptor cannot be understood") from None
    return not _has_list(descriptor)  # without a list everybody may do everything


def _has_list(descriptor: bytes) -> bool:
    (control,) = unpack_from("<H", descriptor, 2)
    (start,) = unpack_from("<I", descriptor, 16)
    return bool(control & _PRESENT and start)


def _entries(descriptor: bytes) -> Iterator[_Entry]:
    if not _has_list(descriptor):
        return
    (start,) = unpack_from("<I", descriptor, 16)
    (count,) = unpack_from("<H", descriptor, start + 4)
    position = start + 8
    for _ in range(count):
        kind, flags, size = unpack_from("<BBH", descriptor, position)
        if kind in (_ALLOW, _DENY, _ALLOW_OBJECT, _DENY_OBJECT) and not flags & _INHERIT_ONLY:
            yield from _entry(kind, descriptor[position : position + size])
        position += size


def _entry(kind: int, ace: bytes) -> Iterator[_Entry]:
    (mask,) = unpack_from("<I", ace, 4)
    if not mask & (_READ_PROPERTY | _GENERIC):
        return
    what, position = b"", 8
    if kind in (_ALLOW_OBJECT, _DENY_OBJECT):
        (parts,) = unpack_from("<I", ace, 8)
        position = 12
        if parts & _HAS_OBJECT_TYPE:
            what, position = ace[position : position + _GUID], position + _GUID
        if parts & _HAS_INHERITED_TYPE:
            position += _GUID
    size = 8 + 4 * ace[position + 1]  # of the SID, 2.4.2.2
    yield _Entry(
        allows=kind in (_ALLOW, _ALLOW_OBJECT), who=ace[position : position + size], what=what
    )
