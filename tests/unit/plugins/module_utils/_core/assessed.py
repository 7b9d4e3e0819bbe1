# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One assessment of a directory and a mail host, and the facts that its tests are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import jmespath

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Contact,
    Lock,
    PasswordPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import Assessment
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status, Workstation
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.exemptions import Exemption
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import Finding, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_policy import (
    ForwardingPolicy,
    PartnerDomain,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_facts import MailFacts
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import (
    Source,
    read_account,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.spam_handling import (
    SeenSpamHandling,
    SpamHandlingPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import (
    Peak,
    Traffic,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    as_json,
    coverage,
    forward,
    onward,
    policy,
    sharing,
    sign_in,
)

POLICY = PasswordPolicy(
    name="cn=default,ou=policies,dc=town,dc=example",
    min_length=9,
    classes=frozenset({"letters", "digits", "specials"}),
)
LDAP = Source(name="ldap1", kind="accounts", complete=True, newest_sign_in={"pwdLastSuccess": NOW})
MAIL = Source(name="mail1", kind="mail", complete=True)
LOG = Source(name="mail1", kind="log", complete=True, coverage=coverage())
CUT = {"complete": False, "message": "the connection was lost"}
OUTSIDE = forward("me@home.example")
IDLE = sign_in("2018-09-01")
ALL_NAMES = [control.name for control in CONTROLS]
NAMES = [control.name for control in CONTROLS if control.judges_mailboxes]


def records(*facts: object) -> list[dict]:
    """The records of a directory's snapshot."""
    kinds = {PasswordPolicy: "policy"}
    return [{"record": kinds.get(type(fact), "account"), **as_json(fact)} for fact in facts]


def alias(mail: str, address: str) -> dict:
    return {"record": "forward", "mail": mail, "address": address, "channel": "alias",
            "source": "/etc/aliases:3"}  # fmt: skip


def problem(field: str, subject: str) -> dict:
    return {"record": "problem", "field": field, "subject": subject, "message": "no right"}


NOTHING_ASKED = SpamHandlingPolicy(
    report_spam=False, junk_days=0, trash_days=0, quota_warning_percent=0
)


class Run:
    """One assessment of good servers and accounts, as far as nothing else is stated."""

    def __init__(
        self,
        *accounts: object,
        ldap: Source = LDAP,
        others: Iterable[tuple[Source, list[dict]]] = (),
        hosts: tuple[Source, ...] = (MAIL,),
        logs: tuple[Source, ...] = (LOG,),
        mail: Iterable[dict] = (),
        mailboxes: Iterable[str] | None = None,
        controls: Iterable[str] = ALL_NAMES,
        workstations: Iterable[Workstation] = (),
        spam_handling: Mapping[str, SeenSpamHandling] | None = None,
        **stated: object,
    ) -> None:
        if spam_handling is None:  # there, and nothing of it asked for
            spam_handling = {host.name: SeenSpamHandling() for host in hosts}
            stated = {"spam_handling": NOTHING_ASKED, **stated}
        every = [(ldap, records(POLICY, *accounts)), *others]
        in_directories = [
            (source, read_account(line))
            for source, lines in every
            for line in lines
            if line["record"] == "account"
        ]
        # What logs tell is in no directory.
        traffic = {fact.subject: fact.traffic for fact in accounts if isinstance(fact, Account)}
        facts = MailFacts(traffic=lambda name: traffic.get(name, ()))
        facts.add(mail, MAIL.name)
        facts.spam_handling.update(spam_handling)
        if mailboxes is None:  # every account's addresses, and the login of one without
            known = [fact for fact in accounts if isinstance(fact, Account)]
            mailboxes = [name for one in known for name in (*one.mail, one.login)]
        facts.add({"record": "mailbox", "mail": name} for name in mailboxes)
        stated_policy = policy(**stated)
        self.assessment = Assessment(
            policy=stated_policy,
            controls=[control for control in CONTROLS if control.name in controls],
            sources=[ldap, *(source for source, _ in others), *hosts, *logs],
            mail=facts,
            now=NOW,
            onward=onward(
                facts, (fact for fact in accounts if isinstance(fact, Account)), stated_policy
            ),
            sharing=sharing(in_directories),
            workstations=workstations,
        )
        self.findings: list[Finding] = [
            finding
            for source, lines in every
            for finding in self.assessment.of_directory(source, lines)
        ]
        self.findings += self.assessment.of_the_rest()
        for finding in self.findings:
            assert to_line(finding, "")  # every sentence has all that it needs
            assert not finding.remedies or finding.status is Status.FAIL

    def of(self, control: str, subject: str | None = None) -> list[Finding]:
        return [
            finding
            for finding in self.findings
            if finding.control.name == control and subject in (None, finding.subject)
        ]

    def status(self, control: str, subject: str | None = None) -> str:
        (found,) = self.of(control, subject)
        return found.status.value


SPAM = Traffic(host="mail1", busiest_hour=Peak(number=999, at=NOW))
NOTICES = Traffic(host="mail1", received_from={"tiki.vn": 9})


# One bad and one good account for each control that judges accounts: (bad, good).
BAD = {
    "default-password": account(password_changed_at=account().created_at),
    "external-forwarding": account(forwards=(OUTSIDE,)),
    "free-mail": account(contacts=(Contact(domain="gmail.com", source="otherMailbox"),)),
    "idle-mailbox": account(sign_ins=(IDLE,)),
    "locked-mailbox": account(lock=Lock.ADMINISTRATOR),
    "outbound-spam": account(traffic=(SPAM,)),
    "service-signup": account(traffic=(NOTICES,)),
}


def staff(**last: str | None) -> list:
    """Accounts of one unit, by the day of their last sign-in."""
    return [
        account(dn=f"uid={name}", mail=(f"{name}@town.example",), sign_ins=(sign_in(day),) if day else ())
        for name, day in last.items()
    ]  # fmt: skip


def exemption(select: str, expires: str = "2019-12-31", control: str = "idle-mailbox") -> Exemption:
    return Exemption(
        control=control, select=select, reason="r", approver="the chairman",
        expires=date.fromisoformat(expires), expression=jmespath.compile(select),
    )  # fmt: skip


def partners(expires: str) -> ForwardingPolicy:
    """A policy with one partner domain."""
    partner = PartnerDomain(
        domain="p.example", reason="r", approver="the chairman", expires=date.fromisoformat(expires)
    )
    return ForwardingPolicy(
        internal_domains=frozenset({"town.example"}), partner_domains=(partner,)
    )
