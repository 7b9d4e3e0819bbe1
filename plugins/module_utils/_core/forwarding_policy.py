# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy's section "forwarding": where mail may go by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .addresses import Recipient, ascii_domain, recipients
from .exemptions import Approval, read_approval
from .section import Section


@dataclass(frozen=True, kw_only=True)
class PartnerDomain(Approval):
    """A domain outside that mail may go to by itself, up to and including a day."""

    domain: str  # lower-case ASCII; a subdomain counts only if listed


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the mail of one forward goes, measured by the policy."""

    recipients: tuple[Recipient, ...]
    outside: tuple[Recipient, ...]  # those of them that are not inside, whoever approved them
    # Who approved every one of `outside`, in force or not; empty where one has no approval.
    approvals: tuple[PartnerDomain, ...] = ()

    def leaves(self, today: date) -> bool:
        """Whether it goes outside with no approval that is in force."""
        approved = self.approvals and not any(one.is_expired(today) for one in self.approvals)
        return bool(self.outside) and not approved


@dataclass(frozen=True, kw_only=True)
class ForwardingPolicy:
    """Where mail may go by itself."""

    internal_domains: frozenset[str]  # lower-case ASCII; a subdomain counts only if listed
    partner_domains: tuple[PartnerDomain, ...] = ()
    tell_owners: bool = False  # of a forward that was switched off, by mail

    def destination(self, written: str) -> Destination:
        """Where a target leads, as written; what cannot be told is outside."""
        found = recipients(written)
        outside = tuple(one for one in found if not self._is_inside(one))
        return Destination(
            recipients=found, outside=outside, approvals=tuple(self._approvals(outside))
        )

    def domains(self, today: date) -> tuple[str, ...]:
        """Every domain that mail may go to by itself on that day."""
        partners = (one.domain for one in self.partner_domains if not one.is_expired(today))
        return (*sorted(self.internal_domains), *partners)

    def _is_inside(self, recipient: Recipient) -> bool:
        return bool(recipient.domains) and self.internal_domains.issuperset(recipient.domains)

    def _approvals(self, outside: tuple[Recipient, ...]) -> Iterator[PartnerDomain]:
        domains = {domain for one in outside for domain in one.domains} - self.internal_domains
        partners = [one for one in self.partner_domains if one.domain in domains]
        if domains == {one.domain for one in partners}:
            yield from partners


def read_forwarding(section: Section) -> ForwardingPolicy:
    """What the section states; its mistakes are noted in it."""
    internal = frozenset(
        name
        for written in section.texts("internal_domains", required=True)
        if (name := _domain(section, "internal_domains", written))
    )
    partners: dict[str, PartnerDomain] = {}
    for entry in section.sections("partner_domains"):
        partner = _partner(entry, internal)
        if partner and partner.domain in partners:
            entry.mistake("domain", f"{partner.domain} stands here twice: leave one")
        elif partner:
            partners[partner.domain] = partner
    tell_owners = section.flag("tell_owners", default=False)
    section.finish()
    return ForwardingPolicy(
        internal_domains=internal,
        partner_domains=tuple(partners.values()),
        tell_owners=tell_owners,
    )


def _partner(entry: Section, internal: frozenset[str]) -> PartnerDomain | None:
    """The partner domain that an entry states; None when it has mistakes."""
    written = entry.text("domain", required=True)
    domain = _domain(entry, "domain", written) if written.strip() else None
    if domain in internal:
        entry.mistake("domain", f"{written!r} is an internal domain too: leave it out here")
        domain = None
    approval = read_approval(entry)
    entry.finish()
    if domain is None or approval is None:
        return None
    return PartnerDomain(
        domain=domain,
        reason=approval.reason,
        approver=approval.approver,
        expires=approval.expires,
    )


def _domain(section: Section, key: str, written: str) -> str | None:
    name = ascii_domain(written)
    if name is None:
        section.mistake(key, f"{written!r} is no domain name: list each one")
    return name
