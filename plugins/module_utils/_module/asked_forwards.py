# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The forwards to outside that stand on a mail host, as changes: without an audit before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from .._core.addresses import ascii_domain
from .._core.control import Context, MailAddress
from .._core.controls.external_forwarding import EXTERNAL_FORWARDING
from .._core.errors import MailboxError
from .._core.findings import fingerprint
from .._core.forwarding_policy import ForwardingPolicy
from .._core.mail_facts import MailFacts
from .._core.plan import Change
from .._core.policy import Policy
from .._mail.channels.catalogue import CHANNELS
from .._mail.mail_host import MailHost


def asked_changes(
    host: MailHost, name: str, params: dict[str, Any], now: datetime
) -> Iterator[Change]:
    """What takes the outside forwards of the accounts (none named: of all) away from the host.

    `name` is what plans and journals call it. Raises MailboxError.
    """
    facts = MailFacts()
    for channel in CHANNELS:
        facts.add(channel.read(host), name)
    policy = Policy(forwarding=ForwardingPolicy(internal_domains=_domains(params)))
    context = Context(policy=policy, today=now.date(), now=now)
    wanted = {address.strip().lower() for address in params["accounts"] or ()}
    for address, forwards in facts.forwards.items():
        if not wanted or address in wanted:
            yield from _changes(MailAddress(mail=address, forwards=tuple(forwards)), context)


def _changes(subject: MailAddress, context: Context) -> Iterator[Change]:
    assert EXTERNAL_FORWARDING.address is not None  # noqa: S101
    for verdict in EXTERNAL_FORWARDING.address(subject, context):
        for remedy in verdict.remedies:
            yield Change(
                id=fingerprint(subject.mail, verdict.mark, remedy.target),
                control="",
                subject=subject.mail,
                unit="",
                server=remedy.server,
                target=remedy.target,
                field=remedy.field,
                before=remedy.before,
                after=remedy.after,
                reason="",
                undo=f"{remedy.field}: {', '.join(remedy.before)}",
                fingerprint="",
                channel=remedy.channel,
            )


def _domains(params: dict[str, Any]) -> frozenset[str]:
    domains = {written: ascii_domain(written) for written in params["internal_domains"]}
    for written, name in domains.items():
        if name is None:
            raise MailboxError(f"internal_domains: {written!r} is no domain name")
    return frozenset(name for name in domains.values() if name)
