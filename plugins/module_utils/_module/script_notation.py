# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sieve scripts that stand in attributes of a directory, read and edited as those of mail hosts."""

from __future__ import annotations

from collections.abc import Iterator

from .._core.account import ANSWERS, Forward
from .._directory.codecs import UnclearError
from .._directory.notation import CHANNEL, IsUnwanted, Notation
from .._mail.sieve.actions import Redirect
from .._mail.sieve.edit import CannotEditError, without
from .._mail.sieve.grammar import SieveError
from .._mail.sieve.redirects import may_send, outgoing


def _forwards(attribute: str, script: bytes) -> Iterator[Forward]:
    """All that leaves the script. Raises UnclearError."""
    if not may_send(script):
        return
    try:
        found = outgoing(script.decode("utf-8", "replace"))
    except SieveError as error:
        raise UnclearError(f"this Sieve script cannot be understood, {error}") from None
    ways = [(redirect, redirect.opaque) for redirect in found.redirects]
    ways += [(sender, sender.opaque or ANSWERS) for sender in found.senders]
    for way, reason in ways:
        yield Forward(
            address=way.address,
            channel=CHANNEL,
            source=f"{attribute}, line {way.line}",
            active=way.reachable,
            opaque=reason,
        )
    for include in found.includes:
        yield Forward(
            address="",
            channel=CHANNEL,
            source=f"{attribute}, line {include.line}",
            opaque="it includes another script",
        )


def _without(script: bytes, is_unwanted: IsUnwanted) -> bytes:
    """The script without redirects to unwanted targets. Raises UnclearError."""
    if not may_send(script):
        return script

    def goes(way: Redirect) -> bool:
        return bool(way.address) and is_unwanted(way.address.lower())

    try:
        edited = without(script, goes)
    except (CannotEditError, SieveError) as error:
        raise UnclearError(f"the Sieve script, {error}: for a person to change") from None
    return edited if edited.strip() else b""


SIEVE = Notation(forwards=_forwards, without=_without)
