# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ldap3 makes of the bytes that a server sent to us."""

from __future__ import annotations

from collections.abc import Iterator

from ldap3.protocol.rfc4511 import LDAPMessage
from ldap3.strategy.base import BaseStrategy
from ldap3.utils.asn1 import decode_message_fast
from pyasn1.codec.ber import decoder

from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory


def recorded(directory: Directory) -> list[bytes]:
    """What the server sends from now on, as it comes."""
    received: list[bytes] = []

    def receive() -> bytes:
        received.append(directory._receive())
        return received[-1]

    directory._stream = ber.Stream(receive)
    return received


def messages(stream: bytes) -> Iterator[bytes]:
    """Each message, by ldap3's own idea of where it ends."""
    while stream:
        size = BaseStrategy.compute_ldap_message_size(stream)
        yield stream[:size]
        stream = stream[size:]


def by_ldap3(stream: bytes) -> list[tuple[bytes, dict[str, list[bytes]]]]:
    """The entries, which both of its decoders have to agree on."""
    found = []
    for data in messages(stream):
        message, _ = decoder.decode(data, asn1Spec=LDAPMessage())
        if message["protocolOp"].getName() != "searchResEntry":
            continue
        slow = message["protocolOp"].getComponent()
        dn, attributes = decode_message_fast(data)["payload"]
        fast = {
            part[3][0][3].decode(): [bytes(value[3]) for value in part[3][1][3]]
            for part in attributes[3]
        }
        assert fast == {
            str(part["type"]): [bytes(value.asOctets()) for value in part["vals"]]
            for part in slow["attributes"]
        }
        found.append((bytes(dn[3]), fast))
    return found
