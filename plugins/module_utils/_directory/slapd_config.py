# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What slapd's own configuration says of the database that is read: slapd-config(5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .client import Directory, Entry
from .codecs import shown_text
from .complaints import RefusedError
from .dialect import RootDse
from .dn import is_within

_DATABASES_AND_OVERLAYS = "(|(objectClass=olcDatabaseConfig)(objectClass=olcOverlayConfig))"
_ATTRIBUTES = ("olcSuffix", "olcPPolicyDefault", "olcLastBindPrecision")


@dataclass(frozen=True, kw_only=True)
class SlapdConfig:
    """Settings of one database and its overlays."""

    default_policy: str = ""  # DN; "": none
    # sign-in attribute -> seconds in which a further sign-in is not recorded
    precisions: Mapping[str, int] = field(default_factory=dict)


def read_config(directory: Directory, root: RootDse, base: str) -> SlapdConfig | None:
    """The configuration of the database that holds `base`; None: it is not shown to us."""
    context = shown_text(root.get("configContext", [b""])[0])
    try:
        found = directory.find(context, _DATABASES_AND_OVERLAYS, _ATTRIBUTES) if context else []
    except RefusedError:
        return None
    database = next((dn for dn, values in found if _serves(values, base)), b"")
    if not database:
        return None
    return SlapdConfig(
        default_policy=_first(found, b"," + database, "olcPPolicyDefault"),
        precisions={
            "pwdLastSuccess": int(_first(found, database, "olcLastBindPrecision", alone=True) or 0),
            "authTimestamp": int(_first(found, b"," + database, "olcLastBindPrecision") or 0),
        },
    )


def _serves(values: dict[str, list[bytes]], base: str) -> bool:
    """Whether the entry is a database that holds `base`."""
    return is_within(base, map(shown_text, values.get("olcSuffix", [])))


def _first(found: list[Entry], end: bytes, attribute: str, *, alone: bool = False) -> str:
    """The attribute in the entry with that DN (alone), or in one whose DN ends so; "": none."""
    for dn, values in found:
        if attribute in values and (dn == end if alone else dn.endswith(end)):
            return shown_text(values[attribute][0])
    return ""
