# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""free-mail: official mail does not go by way of free mailboxes; how much does, by unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..control import Context, Control, Message, Severity, Status, UnitUse, Verdict
from ..listed_domains import listed
from ..log_evidence import by_domain, told_by

LITTLE = Message(
    "free-mail.little",
    "{sent} messages went to free mailboxes and {received} came from them, by the mail log",
)
MUCH = Message(
    "free-mail.much",
    "{sent} messages went to free mailboxes and {received} came from them, by the mail log. "
    "Citizens have such mailboxes too: ask the unit whether official work goes there",
)


def _assess(use: UnitUse, context: Context) -> Iterable[Verdict]:
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
    reads=frozenset({"traffic"}),
    holds_despite_gaps=frozenset({Status.MANUAL}),
    unit=_assess,
)
