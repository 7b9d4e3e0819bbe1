# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How Exchange's attributes in Active Directory forward: an address with a prefix, or a DN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from .._core.account import Forward
from .client import Directory
from .codecs import UnclearError, shown_text
from .complaints import RefusedError
from .dialect import Dialect, RootDse
from .dn import same_dn
from .notation import CHANNEL, IsUnwanted, Notation

_SMTP = "smtp:"
_RECIPIENT = "altRecipient"
_ADDRESSES = ("targetAddress", "mail")  # of a recipient, the one that its mail goes to first
_PAGE = 1000  # as many as a domain controller gives out at once (MaxPageSize)
# Parts of every forest that hold no accounts; servers refer to them from the domain's entry.
_WITHOUT_ACCOUNTS = ("cn=configuration,", "dc=domaindnszones,", "dc=forestdnszones,", "cn=schema,")


def _address(value: bytes) -> str:
    """The address without "SMTP:"; "" of another kind, as "X400:"."""
    text = shown_text(value)
    kind, mark, address = text.partition(":")
    if not mark:
        return text
    return address if kind.lower() + mark == _SMTP else ""


def _prefixed(attribute: str, value: bytes) -> Iterator[Forward]:
    address = _address(value)
    opaque = "" if address else f"{shown_text(value)} is no address of Internet mail"
    yield Forward(address=address, channel=CHANNEL, source=attribute, opaque=opaque)


def _without_prefixed(value: bytes, is_unwanted: IsUnwanted) -> bytes:
    return b"" if is_unwanted(_address(value).lower()) else value


def _unknown(attribute: str, value: bytes) -> Iterable[Forward]:
    raise UnclearError("recipients are not looked up here")


def _unknown_without(value: bytes, is_unwanted: IsUnwanted) -> bytes:
    raise UnclearError("recipients are not looked up here")


PREFIXED = Notation(forwards=_prefixed, without=_without_prefixed)
# Stands in the table for the DN of a recipient, until that one's address is known.
ALIAS = Notation(forwards=_unknown, without=_unknown_without)


def knowing_recipients(dialect: Dialect, directory: Directory, root: RootDse, base: str) -> Dialect:
    """The dialect with the addresses of all recipients that accounts name."""
    del root
    notation = _by_recipient(_recipients(directory, base))
    rows = (
        replace(row, notation=notation) if row.notation is ALIAS else row for row in dialect.fields
    )
    return replace(dialect, fields=tuple(rows))


def elsewhere(references: Sequence[str]) -> list[str]:
    """Those references that lead to accounts on other servers."""
    return [
        one
        for one in references
        if not unquote(one).rpartition("/")[2].lower().startswith(_WITHOUT_ACCOUNTS)
    ]


def _recipients(directory: Directory, base: str) -> dict[str, str]:
    """DN, as same_dn() spells it -> address; those that are not shown are left out."""
    try:
        asked = f"({_RECIPIENT}=*)"
        found = list(directory.search(base, asked, [_RECIPIENT], page_size=_PAGE))
        named = sorted({shown_text(v) for _, values in found for v in values.get(_RECIPIENT, [])})
        entries = list(directory.read(named, _ADDRESSES))
    except RefusedError:
        return {}
    return {
        same_dn(dn): address
        for dn, values in zip(named, entries, strict=True)
        if values and (address := next(_addresses(values), ""))
    }


def _addresses(values: Mapping[str, list[bytes]]) -> Iterator[str]:
    return (found for name in _ADDRESSES for v in values.get(name, []) if (found := _address(v)))


def _by_recipient(known: Mapping[str, str]) -> Notation:
    def forwards(attribute: str, value: bytes) -> Iterator[Forward]:
        dn = shown_text(value)
        address = known.get(same_dn(dn), "")
        opaque = "" if address else f"the address of {dn} is not shown"
        yield Forward(address=address, channel=CHANNEL, source=attribute, opaque=opaque)

    def without(value: bytes, is_unwanted: IsUnwanted) -> bytes:
        address = known.get(same_dn(shown_text(value)), "")
        return b"" if address and is_unwanted(address.lower()) else value

    return Notation(forwards=forwards, without=without, rests_on=repr(sorted(known.items())))
