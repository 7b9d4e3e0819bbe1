# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""free-mail: official work does not go by way of free mailboxes.

Of each account, the addresses at free mailboxes that the directory has for its owner; of each unit,
how much mail goes to such mailboxes and comes from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..account import Account, Contact
from ..control import (
    Context,
    Control,
    Evidence,
    Message,
    Severity,
    Status,
    UnitUse,
    Verdict,
)
from ..listed_domains import listed
from ..log_evidence import by_domain, told_by

NONE = Message("free-mail.none", "The directory has no address at a free mailbox for it")
RECOVERY = Message(
    "free-mail.recovery",
    "A forgotten password is set anew by way of a free mailbox ({domains}): whoever has that one "
    "has this one",
)
CONTACT = Message(
    "free-mail.contact",
    "The directory has an address at a free mailbox for it ({domains}): ask the owner whether "
    "official mail goes there",
)
LITTLE = Message(
    "free-mail.little",
    "{sent} messages went to free mailboxes and {received} came from them, by the mail log",
)
MUCH = Message(
    "free-mail.much",
    "{sent} messages went to free mailboxes and {received} came from them, by the mail log. "
    "Citizens have such mailboxes too: ask the unit whether official work goes there",
)

_NONE = Verdict(status=Status.PASS, message=NONE)


def _assess_account(account: Account, context: Context) -> Iterable[Verdict]:
    wanted = context.policy.free_mail.domains
    known = list(_listed(account, wanted))
    if not known:
        return [_NONE]
    verdicts = []
    if recovery := [one for one in known if one.recovers]:
        verdicts.append(_verdict(Status.FAIL, RECOVERY, recovery, "recovery", Severity.MEDIUM))
    if contact := [one for one in known if not one.recovers]:
        verdicts.append(_verdict(Status.MANUAL, CONTACT, contact, "contact", Severity.LOW))
    return verdicts


def _listed(account: Account, domains: frozenset[str]) -> Iterator[Contact]:
    """Of contacts, and every address of the mailbox itself, those at one of the domains."""
    for contact in account.contacts:
        if listed(contact.domain, domains):
            yield contact
    for address in account.mail:
        domain = address.rpartition("@")[2].lower()
        if listed(domain, domains):
            yield Contact(domain=domain, source="mail")


def _verdict(
    status: Status, message: Message, known: Iterable[Contact], mark: str, severity: Severity
) -> Verdict:
    domains = sorted({one.domain for one in known})
    return Verdict(
        status=status,
        message=message,
        params={"domains": ", ".join(domains)},
        mark=mark,
        evidence=tuple(
            Evidence(
                what="address at a free mailbox", value=one.address or one.domain, source=one.source
            )
            for one in known
        ),
        severity=severity,
    )


def _assess_unit(use: UnitUse, context: Context) -> Iterable[Verdict]:
    wanted = context.policy.free_mail
    sent, received = _of(use.sent_to, wanted.domains), _of(use.received_from, wanted.domains)
    much = sum(sent.values()) > wanted.unit_messages
    yield Verdict(
        status=Status.MANUAL if much else Status.PASS,
        message=MUCH if much else LITTLE,
        params={"sent": sum(sent.values()), "received": sum(received.values())},
        evidence=(
            *by_domain("messages to a free-mail domain", sent),
            *by_domain("messages from a free-mail domain", received),
            *told_by(context.logs, None),
        )
        if much
        else (),
    )


def _of(counts: Mapping[str, int], domains: frozenset[str]) -> dict[str, int]:
    return {domain: number for domain, number in counts.items() if listed(domain, domains)}


FREE_MAIL = Control(
    name="free-mail",
    title="No unvetted free mailboxes for official work",
    clause="2, 4th point",
    severity=Severity.LOW,
    rationale=(
        "What lies in a free mailbox is out of the office's reach. The log counts messages and "
        "domains; whether they are official work only the unit can say."
    ),
    references=(
        "CIS Controls v8: 9.3, 15.1",
        "NIST SP 800-53 r5: AC-20, AC-20(1), AC-20(3), PL-4",
        "ISO/IEC 27001:2022: A.5.10, A.5.14, A.5.23",
    ),
    limit=(
        "This is what was entered in the directory, and mail that passed the servers whose logs "
        "were read; neither contents nor what was sent without these servers is seen."
    ),
    reads=frozenset({"contacts", "mail"}),
    unit_reads=frozenset({"traffic"}),
    holds_despite_gaps=frozenset({Status.FAIL, Status.MANUAL}),
    account=_assess_account,
    unit=_assess_unit,
)
