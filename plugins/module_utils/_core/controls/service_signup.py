# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""service-signup: the official address is not registered with social networks, shops, forums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..account import Account
from ..control import (
    Context,
    Control,
    Evidence,
    Message,
    Remedy,
    SeenMailHost,
    Severity,
    Status,
    Verdict,
)
from ..listed_domains import listed
from ..listed_senders import CHANNEL, LEAVE, rows_of
from ..log_evidence import by_domain, told_by

NONE = Message(
    "service-signup.none", "Gets next to no mail of social networks, shops or forums, by the log"
)
SOME = Message(
    "service-signup.some",
    "Gets mail from {domains} ({number} messages), which such services send to those registered, "
    "and to others: ask the owner",
)

TREATED = Message(
    "service-signup.treated",
    "Postfix does with mail of the listed senders what the policy asks (listed_senders: {way})",
)
UNTREATED = Message(
    "service-signup.untreated",
    "Postfix does not do with mail of the listed senders what the policy asks "
    "(listed_senders: {way}); {number} domains are listed",
)

_NONE = Verdict(status=Status.PASS, message=NONE)


def _assess(account: Account, context: Context) -> Iterable[Verdict]:
    wanted = context.policy.service_signup
    counts: Counter[str] = Counter()
    for one in account.traffic:
        counts.update(one.received_from)
    much = {
        domain: number
        for domain, number in counts.items()
        if number >= wanted.messages and listed(domain, wanted.domains)
    }
    if not much:
        return [_NONE]
    return [
        Verdict(
            status=Status.MANUAL,
            message=SOME,
            params={"domains": ", ".join(sorted(much)), "number": sum(much.values())},
            evidence=(
                *by_domain("messages from a listed service", much),
                *told_by(context.logs, account.traffic),
            ),
        )
    ]


def _host(host: SeenMailHost, context: Context) -> Iterable[Verdict]:
    """Whether the mail host tags or refuses the mail of listed senders, where that is asked."""
    wanted = context.policy.service_signup
    if wanted.listed_senders == LEAVE or host.senders is None:
        return []
    found, rows = host.senders, rows_of(wanted.domains, wanted.listed_senders)
    is_right = found.rows == rows
    remedy = Remedy(
        field="listed_senders",
        before=found.rows,
        after=rows,
        target=found.file,
        server=host.name,
        channel=CHANNEL,
    )
    return [
        Verdict(
            status=Status.PASS if is_right else Status.FAIL,
            message=TREATED if is_right else UNTREATED,
            params={
                "way": wanted.listed_senders,
                **({} if is_right else {"number": len(wanted.domains)}),
            },
            mark="listed senders",
            evidence=tuple(
                Evidence(what="has restrictions of its own", value=one, source=host.name)
                for one in found.unasked
            ),
            remedies=() if is_right else (remedy,),
        )
    ]


SERVICE_SIGNUP = Control(
    name="service-signup",
    title="The official address is not registered with social networks, shops or forums",
    clause="2, 5th point",
    severity=Severity.LOW,
    rationale=(
        "Each registration spreads the address to spammers, and its password is often the "
        "mailbox's own. Anybody can enter another's address: the log is a reason to ask, no proof."
    ),
    references=(
        "CIS Controls v8: 14.2 (nearest)",
        "NIST SP 800-53 r5: PL-4(1)(c), AT-2, SI-8",
        "ISO/IEC 27001:2022: A.5.10, A.6.3",
    ),
    limit=(
        "This is what the logs of the mail servers show of senders; a sign-up that sent no mail, "
        "or sent it elsewhere, is not seen."
    ),
    reads=frozenset({"traffic"}),
    holds_despite_gaps=frozenset({Status.MANUAL}),
    account=_assess,
    mail_host=_host,
    asks_mail_hosts=lambda policy: policy.service_signup.listed_senders != LEAVE,
)
