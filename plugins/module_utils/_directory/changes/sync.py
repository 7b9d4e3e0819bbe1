# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Content synchronisation (RFC 4533): what changed since a cookie, asked once (refreshOnly).

A server tells deletions in one of two ways: it names what is deleted, or it names what is still
there and did not change; whatever it names in neither way is then deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..._core.errors import DirectoryError
from .. import answers, ber
from ..client import SUBTREE, Directory, Entry
from ..entries import Names, entry
from ..requests import sync_request

REQUEST = "1.3.6.1.4.1.4203.1.9.1.1"
_STATE, _DONE = b"1.3.6.1.4.1.4203.1.9.1.2", b"1.3.6.1.4.1.4203.1.9.1.3"
_INFO = "1.3.6.1.4.1.4203.1.9.1.4"
KEY_SIZE = 16  # bytes of an entryUUID

_OCTETS, _ENUMERATED, _BOOLEAN, _SEQUENCE, _SET = 0x04, 0x0A, 0x01, 0x30, 0x31
_PRESENT, _ADD, _MODIFY, _DELETE = range(4)  # states of an entry, 2.3
_NEW_COOKIE, _REFRESH_DELETE, _REFRESH_PRESENT, _ID_SET = 0x80, 0xA1, 0xA2, 0xA3  # 2.5


@dataclass(kw_only=True)
class Refresh:
    """What a server said of the entries that did not come themselves."""

    cookie: bytes = b""  # the newest; b"": the server gave none, and the old one holds
    deleted: set[bytes] = field(default_factory=set)
    present: set[bytes] = field(default_factory=set)  # there, and as they were
    lists_present: bool = False  # what was named in no way is deleted

    def entries(
        self,
        directory: Directory,
        base: str,
        ldap_filter: str,
        names: Names,
        cookie: bytes,
        scope: str = SUBTREE,
    ) -> Iterator[tuple[bytes, Entry]]:
        """The entries that are new or changed, by their entryUUID. Raises RefusedError.

        A refusal for an old cookie (e-syncRefreshRequired) is one, too.
        """
        control = (REQUEST, True, sync_request(cookie))
        messages = directory.exchange(base, ldap_filter, names.asked, control, scope=scope)
        try:
            for message in messages:
                if message.tag == ber.SEARCH_ENTRY:
                    key, is_here = self._state(message)
                    if is_here:
                        yield key, entry(message.buffer, message.start, message.end, names)
                elif message.tag == ber.INTERMEDIATE_RESPONSE:
                    self._take(*answers.intermediate(message))
                else:
                    self._end(message)
        except ber.MalformedError as error:
            raise DirectoryError(
                f"{directory.uri} sent {error} in answer to a Sync Request (RFC 4533): leave"
                " incremental_dir out"
            ) from None

    def _state(self, message: ber.Message) -> tuple[bytes, bool]:
        """The entryUUID of an entry, and whether its content came along."""
        parts = _sequence(answers.control_value(message, _STATE), "an entry without its sync state")
        if len(parts) < 2 or parts[0][0] != _ENUMERATED:
            raise ber.MalformedError("a sync state of another kind")
        state, key = int.from_bytes(parts[0][1], "big"), _key(parts[1])
        self._keep_cookie(parts[2:])
        if state in (_ADD, _MODIFY):
            return key, True
        (self.deleted if state == _DELETE else self.present).add(key)
        return key, False

    def _take(self, name: str, value: bytes) -> None:
        """A Sync Info Message; any other answer in between says nothing to us."""
        if name != _INFO:
            return
        parts = list(ber.elements(value, 0, len(value)))
        if len(parts) != 1:
            raise ber.MalformedError(f"{len(parts)} sync infos in a message")
        [(tag, content)] = parts
        if tag == _NEW_COOKIE:
            self.cookie = content
        elif tag in (_REFRESH_DELETE, _REFRESH_PRESENT):
            self.lists_present |= tag == _REFRESH_PRESENT
            self._keep_cookie(list(ber.elements(content, 0, len(content))))
        elif tag == _ID_SET:
            self._take_ids(list(ber.elements(content, 0, len(content))))
        else:
            raise ber.MalformedError("a sync info of another kind")

    def _take_ids(self, parts: list[tuple[int, bytes]]) -> None:
        self._keep_cookie(parts)
        deletes = any(tag == _BOOLEAN and value != b"\x00" for tag, value in parts)
        known = self.deleted if deletes else self.present
        for tag, content in parts:
            if tag == _SET:
                known.update(map(_key, ber.elements(content, 0, len(content))))

    def _end(self, message: ber.Message) -> None:
        parts = _sequence(answers.control_value(message, _DONE), "an end without its sync state")
        self._keep_cookie(parts)
        deletes = any(tag == _BOOLEAN and value != b"\x00" for tag, value in parts)
        self.lists_present |= not deletes

    def _keep_cookie(self, parts: list[tuple[int, bytes]]) -> None:
        for tag, value in parts:
            if tag == _OCTETS:
                self.cookie = value


def _key(part: tuple[int, bytes]) -> bytes:
    """An entryUUID, which is always as long; any other would be known to nobody."""
    tag, content = part
    if tag != _OCTETS or len(content) != KEY_SIZE:
        raise ber.MalformedError("an entryUUID that is none")
    return content


def _sequence(value: bytes, otherwise: str) -> list[tuple[int, bytes]]:
    """The elements of a control's value."""
    outer = list(ber.elements(value, 0, len(value)))
    if len(outer) != 1 or outer[0][0] != _SEQUENCE:
        raise ber.MalformedError(otherwise)
    return list(ber.elements(outer[0][1], 0, len(outer[0][1])))
