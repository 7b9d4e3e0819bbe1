# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What account lines rest on besides the entries: where it differs, no old line is good."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from ..access import Access
from ..account_lines import Setting
from ..client import Directory
from ..codecs import UnclearError
from ..dialect import Dialect, EnforcedPolicy, Policies, ServerFacts
from ..policy_records import policy_fields


def digests(content: Mapping[str, Any]) -> dict[str, str]:
    """A digest of each value, which JSON can hold."""
    return {
        name: sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
        for name, value in content.items()
    }


def identity(directory: Directory, access: Access) -> str:
    """As whom we read. Raises UnclearError and DirectoryError.

    A ticket, a certificate or a UNIX user can be another one's while all options stay.
    """
    if not (access.sasl_external or access.sasl_gssapi):
        return access.bind_dn
    if who := directory.identity():
        return who
    raise UnclearError("the server does not tell as whom we are bound (RFC 4532)")


def of_all(access: Access, who: str, setting: Setting, inherited: Sequence[str]) -> dict[str, Any]:
    """What is the same for all entries, by its name for an operator."""
    return {
        "the server or the account that binds": [access.uri, who],
        "the server's kind or forward_attributes": _of_dialect(setting.dialect, setting.server),
        "contact_addresses": setting.with_addresses,
        "what accounts inherit": sorted(inherited),
        "password policies": _of_policies(setting.policies),
    }


def _of_dialect(dialect: Dialect, facts: ServerFacts) -> list[object]:
    """Which attribute becomes what, on this server."""
    rows = [
        (
            row.name,
            row.attribute,
            row.codec.kind,
            row.switch,
            row.stated,
            row.recovers,
            row.notation.rests_on,
        )
        for row in dialect.fields
    ]
    return [dialect.name, rows, facts.software, sorted(facts.precisions.items())]


def _of_policies(policies: Policies) -> list[object]:
    """What the password policies make of the marks on accounts."""
    return [sorted(map(_of_policy, policies.found)), policies.default]


def _of_policy(policy: EnforcedPolicy) -> str:
    return json.dumps(
        [
            policy_fields(policy.record),
            policy.called,
            {name: [value.hex() for value in values] for name, values in policy.bequeaths.items()},
            [policy.honours_lock, policy.honours_must_change, policy.is_shown],
        ],
        sort_keys=True,
    )
