# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""service-signup: the official address is not registered with social networks, shops, forums; spam
is reported and junk deleted (../junk_verdicts.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

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
from ..junk_verdicts import NEARLY_FULL, assess_host, assess_quota
from ..listed_domains import listed
from ..listed_senders import CHANNEL, LEAVE, rows_of
from ..log_evidence import by_domain, told_by
from ..spam_handling import FilledQuota

NONE = Message(
    "service-signup.none", "Gets next to no mail of social networks, shops or forums, by the log"
)
SOME = Message(
    "service-signup.some",
    "Gets mail from {domains} ({number} messages), which such services send to those registered, "
    "and to others: ask the owner",
)

NEWSLETTERS = Message(
    "service-signup.newsletters",
    "Gets newsletters from {domains} ({number} messages, by a header field that the server logs): "
    "ask the owner",
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
_NONE_BUT_QUOTA = Verdict(status=Status.PASS, message=NONE, silent_on=(NEARLY_FULL.key,))


def _assess(account: Account, context: Context) -> Iterable[Verdict]:
    passed = _NONE if context.quotas_known else _NONE_BUT_QUOTA
    if not account.traffic:
        return [passed]
    return [*_of_listed(account, context), *_of_newsletters(account, context)] or [passed]


def _of_listed(account: Account, context: Context) -> Iterator[Verdict]:
    wanted = context.policy.service_signup
    counts = _summed(one.received_from for one in account.traffic)
    much = {
        domain: number
        for domain, number in counts.items()
        if number >= wanted.messages and listed(domain, wanted.domains)
    }
    if much:
        yield _asking(SOME, "messages from a listed service", much, account, context)


def _of_newsletters(account: Account, context: Context) -> Iterator[Verdict]:
    """Those of the office's own domains are part of the work."""
    counts = _summed(one.newsletters_from for one in account.traffic)
    inside, least = (
        context.policy.forwarding.internal_domains,
        context.policy.service_signup.messages,
    )
    much = {
        domain: number
        for domain, number in counts.items()
        if number >= least and not listed(domain, inside)
    }
    if much:
        yield _asking(NEWSLETTERS, "newsletters from", much, account, context)


def _summed(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _asking(
    message: Message, what: str, much: Mapping[str, int], account: Account, context: Context
) -> Verdict:
    return Verdict(
        status=Status.MANUAL,
        message=message,
        params={"domains": ", ".join(sorted(much)), "number": sum(much.values())},
        mark="newsletters" if message is NEWSLETTERS else "",
        evidence=(*by_domain(what, much), *told_by(context.logs, account.traffic)),
    )


def _assess_host(host: SeenMailHost, context: Context) -> Iterator[Verdict]:
    yield from assess_host(host, context)
    yield from _senders(host, context)


def _senders(host: SeenMailHost, context: Context) -> Iterable[Verdict]:
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


def _assess_quota(filled: FilledQuota, context: Context) -> Iterator[Verdict]:
    # Without logs nothing else is said of the mailbox, which must not look like a cure.
    silent_on = () if context.logs else (SOME.key, NEWSLETTERS.key)
    for verdict in assess_quota(filled, context):
        yield replace(verdict, silent_on=silent_on)


SERVICE_SIGNUP = Control(
    name="service-signup",
    title="No sign-ups at social networks, shops or forums; spam is reported, junk deleted",
    clause="2, 5th point",
    severity=Severity.LOW,
    rationale=(
        "Each registration spreads the address to spammers, and its password is often the "
        "mailbox's own. Anybody can enter another's address: the log is a reason to ask, no proof. "
        "Of junk, what a mail host's settings say is told, not what came of them."
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
    # What was counted, and how full a mailbox is, stays so, whatever else was not read.
    holds_despite_gaps=frozenset({Status.MANUAL, Status.FAIL}),
    account=_assess,
    mail_host=_assess_host,
    reads_of_hosts=frozenset({"spam_handling"}),
    quota=_assess_quota,
)
