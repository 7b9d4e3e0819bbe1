# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from string import Formatter

import jmespath
import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Contact,
    Forward,
    Lock,
    PasswordPolicy,
    Problem,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import (
    NO_LOG,
    NOT_READ,
    POLICY_UNREADABLE,
    UNREADABLE,
    Assessment,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.browser_passwords import (
    SeenBrowser,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status, Workstation
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.exemptions import Exemption
from ansible_collections.civic.mailbox.plugins.module_utils._core.fate import LOGS
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import Finding, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_policy import (
    ForwardingPolicy,
    PartnerDomain,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.gaps import NO_MAIL_HOST
from ansible_collections.civic.mailbox.plugins.module_utils._core.log_policies import (
    OutboundSpamPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_facts import MailFacts
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import ORDER, changes_for
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import (
    Source,
    Unread,
    read_account,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.spam_handling import (
    SeenFolder,
    SeenSpamHandling,
    SpamHandlingPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import (
    Missing,
    Peak,
    Traffic,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    as_json,
    coverage,
    forward,
    noon,
    policy,
    recorded_since,
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
        sharing = [
            (source, read_account(line))
            for source, lines in every
            for line in lines
            if line["record"] == "account"
        ]
        facts = MailFacts()
        facts.add(mail, MAIL.name)
        facts.spam_handling.update(spam_handling)
        for fact in accounts:
            if isinstance(fact, Account):  # what logs tell is in no directory
                facts.traffic[fact.subject].extend(fact.traffic)
        if mailboxes is None:  # every account's addresses, and the login of one without
            known = [fact for fact in accounts if isinstance(fact, Account)]
            mailboxes = [name for one in known for name in (*one.mail, one.login)]
        facts.add({"record": "mailbox", "mail": name} for name in mailboxes)
        self.assessment = Assessment(
            policy=policy(**stated),
            controls=[control for control in CONTROLS if control.name in controls],
            sources=[ldap, *(source for source, _ in others), *hosts, *logs],
            mail=facts,
            now=NOW,
            forwarding=[fact for fact in accounts if isinstance(fact, Account)],
            sharing=sharing,
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


def test_an_account_in_good_order_passes_every_control():
    run = Run(account())

    assert {(f.control.name, f.status) for f in run.findings} == {
        (name, Status.PASS) for name in NAMES
    }
    assert run.assessment.accounts == 1


UNKNOWN_TO_MAIL = [
    # what the case shows, the account, the mailboxes, external-forwarding, idle-mailbox
    ("by its address", account(sign_ins=(IDLE,)), ["clerk@town.example"], "pass", "fail"),
    ("in any case", account(mail=("Clerk@Town.example",)), ["clerk@town.example"], "pass", "pass"),
    ("by its login", account(sign_ins=(IDLE,)), ["clerk"], "pass", "fail"),
    ("by another domain", account(sign_ins=(IDLE,)), ["clerk@mail.example"], "unknown", "unknown"),
    ("in use all the same", account(), ["clerk@mail.example"], "unknown", "pass"),
    ("no address", account(mail=(), sign_ins=(IDLE,)), ["desk@town.example"], "unknown", "unknown"),
    ("no Dovecot was read", account(sign_ins=(IDLE,)), [], "unknown", "fail"),
]


@pytest.mark.parametrize(
    ("known", "mailboxes", "forwarding", "idle"),
    [pytest.param(*case, id=name) for name, *case in UNKNOWN_TO_MAIL],
)
def test_the_silence_of_a_host_without_the_mailbox_says_nothing(known, mailboxes, forwarding, idle):
    run = Run(known, mailboxes=mailboxes)

    assert (run.status("external-forwarding"), run.status("idle-mailbox")) == (forwarding, idle)


def test_an_account_with_several_addresses_is_told_and_goes_by_the_first():
    run = Run(account(mail=("clerk@town.example", "desk@town.example")), account(mail=("a@b.c",)))

    note = run.assessment.notes[0]
    assert note.startswith("1 accounts have several mail addresses, as clerk@town.example")


def test_an_accounts_findings_name_its_entry_and_its_server():
    (found,) = Run(account(sign_ins=(IDLE,))).of("idle-mailbox")

    assert (found.subject, found.unit) == ("clerk@town.example", "Registry")
    assert (found.about.dn, found.about.server) == (account().dn, "ldap1")
    assert found.status is Status.FAIL


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
JUDGED = [control for control in CONTROLS if control.account]


@pytest.mark.parametrize(
    ("control", "field"),
    [(control, field) for control in JUDGED for field in sorted(control.reads)],
    ids=lambda value: getattr(value, "name", value),
)
@pytest.mark.parametrize("where", ["directory", "unit", "another unit", "account", "record"])
def test_a_gap_leaves_only_what_no_further_evidence_could_overturn(control, field, where):
    unread = {
        "directory": (Unread(field=field, unit=None, reason="no right"),),
        "unit": (Unread(field=field, unit="Registry", reason="no right"),),
        "another unit": (Unread(field=field, unit="School", reason="no right"),),
    }.get(where, ())
    problems = {
        "account": (Problem(field=field, message="no right"),),
        "record": (Problem(field="", message="no right"),),
    }.get(where, ())
    for fact in (BAD[control.name], account()):
        plain = Run(fact).of(control.name)[0]
        run = Run(replace(fact, problems=problems), ldap=replace(LDAP, unread=unread))

        (found,) = run.of(control.name, "clerk@town.example")

        if where == "another unit" or plain.status in control.holds_despite_gaps:
            assert (found.status, found.remedies) == (plain.status, plain.remedies)
        else:
            assert (found.status, found.verdict.message) == (Status.UNKNOWN, UNREADABLE)
            assert found.verdict.params == {"reason": "no right"}
        assert found.complete is (where == "another unit")


def test_a_gap_that_a_control_does_not_read_changes_nothing():
    unread = (Unread(field="forwards", unit=None, reason="no right"),)

    run = Run(account(sign_ins=(IDLE,)), ldap=replace(LDAP, unread=unread))

    assert run.status("idle-mailbox") == "fail"
    assert run.status("external-forwarding") == "unknown"


MAIL_GAPS = [
    # what the case shows                hosts                                          records                                   of the clerk, of the desk
    ("a host, read in full",             (MAIL,),                                       [],                                       "pass", "pass"),
    ("no host was read",                 (),                                            [],                                       "unknown", "unknown"),
    ("a host was read in part",          (replace(MAIL, **CUT),),                       [],                                       "unknown", "unknown"),
    ("one of two in part",               (MAIL, replace(MAIL, name="mail2", **CUT)),    [],                                       "unknown", "unknown"),
    ("scripts could not be read",        (replace(MAIL, unread=(Unread(field="forwards", unit=None, reason="r"),)),), [],          "unknown", "unknown"),
    ("another part could not be read",   (replace(MAIL, unread=(Unread(field="sign_ins", unit=None, reason="r"),)),), [],          "pass", "pass"),
    ("a script could not be read",       (MAIL,),                                       [problem("forwards", "Clerk@town.example")], "unknown", "pass"),
    ("a mailbox could not be read",      (MAIL,),                                       [problem("", "clerk@town.example")],      "unknown", "pass"),
    ("a map could not be read",          (MAIL,),                                       [problem("forwards", "")],                "unknown", "unknown"),
    ("a note",                           (MAIL,),                                       [problem("", "")],                        "pass", "pass"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hosts", "mail", "clerk", "desk"), [pytest.param(*case, id=name) for name, *case in MAIL_GAPS]
)
def test_no_forward_is_known_only_where_every_mail_host_was_read(hosts, mail, clerk, desk):
    desk_account = account(dn="uid=desk", mail=("desk@town.example",))
    run = Run(account(), desk_account, hosts=hosts, mail=mail)

    assert run.status("external-forwarding", "clerk@town.example") == clerk
    assert run.status("external-forwarding", "desk@town.example") == desk


def test_what_mail_hosts_lack_does_not_hide_what_they_have():
    run = Run(account(forwards=(OUTSIDE,)), hosts=())

    assert run.status("external-forwarding") == "fail"


def test_a_mail_systems_own_directory_needs_no_mail_host():
    own = replace(LDAP, holds_mail=True)

    alone = Run(account(), ldap=own, hosts=())
    beside = Run(account(), ldap=own, mailboxes=[])

    assert alone.status("external-forwarding", "clerk@town.example") == "pass"
    assert beside.status("external-forwarding", "clerk@town.example") == "pass"


def test_why_nothing_is_known_of_forwards_is_told():
    (found,) = Run(account(), hosts=()).of("external-forwarding")

    assert found.verdict.params == {"reason": NO_MAIL_HOST}


def test_a_mail_host_that_is_missing_leaves_idle_accounts_unknown_and_others_in_use():
    idle, used = account(sign_ins=(IDLE,)), account(mail=("desk@town.example",), dn="uid=desk")
    run = Run(idle, used, hosts=(replace(MAIL, **CUT),))

    assert run.status("idle-mailbox", "clerk@town.example") == "unknown"
    assert run.status("idle-mailbox", "desk@town.example") == "pass"


@pytest.mark.parametrize(
    ("source", "controls"),
    [
        pytest.param(replace(MAIL, **CUT), {"external-forwarding", "idle-mailbox", "outbound-spam", "regular-use"}, id="a mail host"),
        pytest.param(replace(LDAP, name="ldap2", **CUT), set(NAMES), id="a directory"),
        pytest.param(replace(MAIL, kind="browsers", **CUT), {"browser-passwords"}, id="a workstation"),
    ],
)  # fmt: skip
def test_a_server_that_was_not_read_is_an_error_of_each_control_that_needs_it(source, controls):
    run = Run(account(), hosts=(source,))

    errors = [found for found in run.findings if found.status is Status.ERROR]

    assert {found.control.name for found in errors} == controls
    assert {found.subject for found in errors} == {source.name}
    assert {found.verdict.message for found in errors} == {NOT_READ}


IN_ORDER = SeenSpamHandling(
    folders=(
        SeenFolder(name="Junk", use="junk", seconds=86400, learns=True),
        SeenFolder(name="Trash", use="trash", seconds=86400),
    ),
    quotas=("q",),
    warnings=(80,),
)
FILLED = [
    {"record": "quota", "mail": "Clerk@town.example", "percent": 91, "quota": "q"},
    {"record": "quota", "mail": "info@town.example", "percent": 95, "quota": "q"},
    {"record": "quota", "mail": "desk@town.example", "percent": 89, "quota": "q"},
]


def test_a_mail_host_is_judged_by_its_name_and_a_full_mailbox_with_its_unit():
    run = Run(account(), mail=FILLED, spam_handling={"mail1": IN_ORDER}, logs=())

    found = {(f.subject, f.unit, f.status.value) for f in run.of("service-signup")}

    assert found == {
        ("mail1", "", "pass"),
        ("mail1", "", "unknown"),  # its quotas: how many have one was not told
        ("clerk@town.example", "Registry", "fail"),
        ("info@town.example", "", "fail"),
        (LOGS, "", "unknown"),
    }


@pytest.mark.parametrize(
    ("around", "known"),
    [
        ({}, True),
        ({"spam_handling": {"mail1": IN_ORDER}}, False),
        ({"spam_handling": {"mail1": replace(IN_ORDER, quotas=())}}, True),
        ({"hosts": (replace(MAIL, **CUT),)}, False),
    ],
    ids=["no quota", "a quota that was not counted", "not in force", "a host that was cut off"],
)
def test_whether_it_is_known_how_full_every_mailbox_is(around, known):
    run = Run(account(), **around)

    assert run.assessment.quotas_known is known
    (verdict,) = [f.verdict for f in run.of("service-signup", "clerk@town.example")]
    assert (verdict.silent_on == ()) is known
    settled = run.assessment.subjects().settled
    earlier = ("service-signup", "clerk@town.example", "ldap1", "service-signup.nearly-full")
    assert settled(*earlier) is known
    assert not settled("service-signup", "gone@town.example", *earlier[2:])


def test_a_workstation_is_judged_by_its_browsers_and_by_the_name_it_has_in_the_inventory():
    browser = SeenBrowser(title="Chromium", file="/etc/chromium", is_off=False)
    pc1 = Workstation(name="pc1", browsers=(browser,))
    run = Run(account(), workstations=[pc1], exemptions=())

    (found,) = [one for one in run.findings if one.control.name == "browser-passwords"]
    assert (found.subject, found.status, found.unit, found.about.server) == (
        "pc1",
        Status.FAIL,
        "",
        "",
    )
    assert found.remedies == ()


LIMITS = {
    "name": "submission/inet",
    "limits": {},
    "seconds": 60,
    "takes_mail_from_outside": False,
    "is_counted": True,
    "exempt": [],
    "asks": [],
}


def test_a_mail_host_is_judged_by_the_limits_where_users_sign_in_whether_its_log_was_read_or_not():
    there = {"record": "submission", "services": [LIMITS]}
    run = Run(account(), mail=[there], logs=())

    (found,) = run.of("outbound-spam", "mail1")
    assert (found.status, found.unit, found.about.server) == (Status.FAIL, "", "")


def test_of_a_mail_host_that_was_not_read_in_full_the_limits_that_were_read_count():
    there = {"record": "submission", "services": [LIMITS]}
    run = Run(account(), hosts=(replace(MAIL, **CUT),), mail=[there])

    assert [found.status for found in run.of("outbound-spam", "mail1")] == [Status.FAIL]


def test_a_workstation_that_was_not_read_says_nothing_of_forwards():
    pc1 = replace(MAIL, name="pc1", kind="browsers", **CUT)
    run = Run(account(), hosts=(MAIL, pc1))

    assert run.assessment.forwards_known
    assert run.status("external-forwarding", "clerk@town.example") == "pass"


def test_a_host_that_is_directory_and_mail_host_has_two_errors_to_tell_apart():
    both = (replace(LDAP, name="one", **CUT), replace(MAIL, name="one", **CUT))

    errors = [f for f in Run(account(), hosts=both).findings if f.status is Status.ERROR]

    assert len({found.fingerprint for found in errors}) == len(errors)


def test_two_accounts_with_the_same_address_are_told_apart():
    run = Run(account(), account(dn="uid=other", sign_ins=(IDLE,)))

    statuses = {found.subject: found.status.value for found in run.of("idle-mailbox")}
    assert statuses == {
        f"clerk@town.example ({account().dn})": "pass",
        "clerk@town.example (uid=other)": "fail",
    }
    assert run.assessment.accounts == 2


def test_an_account_without_an_address_is_called_by_its_entry():
    run = Run(account(mail=(), sign_ins=(IDLE,)))

    assert run.status("idle-mailbox", account().dn) == "fail"


def test_an_account_is_called_by_its_first_address_in_lower_case():
    run = Run(account(mail=("Clerk@Town.example", "office@town.example")))

    assert run.status("idle-mailbox", "clerk@town.example") == "pass"


def test_what_a_mail_host_knows_of_any_address_is_the_accounts():
    run = Run(
        account(mail=("clerk@town.example", "Office@town.example"), sign_ins=(IDLE,)),
        mail=[
            alias("office@town.example", "me@home.example"),
            {"record": "sign_in", "mail": "OFFICE@town.example", "at": "2019-01-05T01:00:00Z",
             "source": "dovecot"},
        ],
    )  # fmt: skip

    assert run.status("idle-mailbox") == "pass"
    assert run.status("external-forwarding") == "fail"  # once: not for the alias's own sake too


def test_an_alias_without_an_account_is_judged_by_itself():
    run = Run(
        account(),
        mail=[alias("Info@town.example", "me@home.example"), alias("in@town.example", "clerk@town.example")],
    )  # fmt: skip

    assert run.status("external-forwarding", "info@town.example") == "fail"
    assert run.status("external-forwarding", "in@town.example") == "pass"
    assert [f.subject for f in run.of("idle-mailbox")] == ["clerk@town.example"]


def test_an_alias_has_gaps_of_its_own():
    run = Run(
        account(),
        mail=[alias("info@town.example", "clerk@town.example"), problem("forwards", "info@town.example")],
    )  # fmt: skip

    assert run.status("external-forwarding", "info@town.example") == "unknown"
    assert run.status("external-forwarding", "clerk@town.example") == "pass"


def test_a_witness_of_another_directory_vouches_for_nobody_here():
    silent = account(sign_ins=(), created_at=noon("2018-01-01"))
    here = replace(LDAP, newest_sign_in={})
    there = replace(LDAP, name="ldap2")

    run = Run(
        silent, ldap=here, others=[(there, records())], idle=recorded_since(pwdLastSuccess="2018-01-01")
    )  # fmt: skip

    assert run.status("idle-mailbox") == "unknown"
    assert (
        Run(silent, idle=recorded_since(pwdLastSuccess="2018-01-01")).status("idle-mailbox")
        == "fail"
    )


def test_a_mail_hosts_witness_vouches_only_for_accounts_with_an_address():
    host = replace(MAIL, newest_sign_in={"dovecot": NOW})
    stated = {"idle": recorded_since(dovecot="2018-01-01")}
    silent = {"sign_ins": (), "ldap": replace(LDAP, newest_sign_in={})}

    def status(mail: tuple[str, ...]) -> str:
        run = Run(account(sign_ins=(), mail=mail), ldap=silent["ldap"], hosts=(host,), **stated)
        return run.status("idle-mailbox")

    assert status(("clerk@town.example",)) == "fail"
    assert status(()) == "unknown"


def test_of_two_mail_hosts_the_one_that_stopped_recording_counts():
    hosts = (
        replace(MAIL, newest_sign_in={"dovecot": NOW}),
        replace(MAIL, name="mail2", newest_sign_in={"dovecot": noon("2018-05-01")}),
    )
    idle = account(sign_ins=(sign_in("2018-09-01", "dovecot"),))

    assert Run(idle, hosts=hosts[:1]).status("idle-mailbox") == "fail"
    assert Run(idle, hosts=hosts).status("idle-mailbox") == "unknown"


WEAK = replace(POLICY, name="cn=weak,ou=policies", min_length=6)


def test_each_password_policy_in_use_is_judged_once_by_its_name():
    run = Run(
        WEAK,
        replace(POLICY, name="cn=unused", min_length=1),
        account(),
        account(dn="uid=b", mail=("b@town.example",), password_policy="CN=Weak,ou=policies"),
        account(dn="uid=c", mail=("c@town.example",), password_policy="cn=weak,ou=policies", unit="School"),
    )  # fmt: skip

    assert run.status("password-policy", POLICY.name) == "pass"
    assert run.status("password-policy", WEAK.name) == "fail"
    assert len(run.of("password-policy")) == 2


@pytest.mark.parametrize(
    ("units", "unit"), [(("Registry", "Registry"), "Registry"), (("Registry", "School"), "")]
)
def test_a_policys_unit_is_that_of_all_its_accounts(units, unit):
    accounts = [
        account(dn=f"uid={n}", mail=(f"{n}@town.example",), unit=unit)
        for n, unit in enumerate(units)
    ]

    assert Run(*accounts).of("password-policy")[0].unit == unit


def test_accounts_without_a_policy_are_counted_at_their_server():
    run = Run(account(password_policy=None), account(dn="uid=b", mail=(), password_policy=None))

    (found,) = run.of("password-policy")

    assert (found.subject, found.status, found.about.server) == ("ldap1", Status.FAIL, "ldap1")
    assert found.verdict.params == {"accounts": 2}


UNREAD_POLICY = [
    # what the case shows                              the account                                         unread of the directory
    ("the policy was not shown",                       {"password_policy": "cn=hidden"},                   False),
    ("which one it is cannot be read",                 {"password_policy": None},                          True),
    ("the whole record cannot be understood",          {"password_policy": None, "problems": (Problem(field="", message="r"),)}, False),
    ("which one it is cannot be read of one account",  {"password_policy": None, "problems": (Problem(field="password_policy", message="r"),)}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "unread"), [pytest.param(*case, id=name) for name, *case in UNREAD_POLICY]
)
def test_a_policy_that_cannot_be_read_is_neither_good_nor_missing(known, unread):
    gap = (Unread(field="password_policy", unit=None, reason="no right"),) if unread else ()
    run = Run(account(**known), ldap=replace(LDAP, unread=gap))

    (found,) = run.of("password-policy")

    assert (found.status, found.verdict.message) == (Status.UNKNOWN, POLICY_UNREADABLE)
    assert found.subject == (known["password_policy"] or "ldap1")


def test_a_policy_of_the_same_name_on_two_servers_is_two_findings():
    other = replace(LDAP, name="ldap2")
    lines = records(replace(POLICY, min_length=6), account(dn="uid=b", mail=("b@town.example",)))

    run = Run(account(), others=[(other, lines)])

    found = run.of("password-policy", POLICY.name)
    assert [(one.about.server, one.status.value) for one in found] == [
        ("ldap1", "pass"),
        ("ldap2", "fail"),
    ]


@pytest.mark.parametrize(
    ("cut", "status"),
    [
        pytest.param({"ldap": replace(LDAP, **CUT)}, "unknown", id="its own directory"),
        pytest.param({"hosts": (replace(MAIL, **CUT),)}, "pass", id="a mail host"),
        pytest.param({"others": [(replace(LDAP, name="ldap2", **CUT), [])]}, "pass", id="another directory"),
    ],
)  # fmt: skip
def test_a_policy_passes_only_where_its_directory_was_read_in_full(cut, status):
    assert Run(account(), **cut).status("password-policy", POLICY.name) == status


def test_a_policy_fails_even_where_its_directory_was_read_in_part():
    run = Run(replace(POLICY, min_length=6), account(), ldap=replace(LDAP, **CUT))

    assert run.status("password-policy", POLICY.name) == "fail"


def staff(**last: str | None) -> list:
    """Accounts of one unit, by the day of their last sign-in."""
    return [
        account(dn=f"uid={name}", mail=(f"{name}@town.example",), sign_ins=(sign_in(day),) if day else ())
        for name, day in last.items()
    ]  # fmt: skip


LOCKED = [account(dn=f"uid=locked{n}", mail=(), lock=Lock.ADMINISTRATOR, sign_ins=()) for n in "ab"]
USE = [
    # what the case shows                         the accounts                                            around them                           status
    ("used 30 days ago",                          staff(a="2018-12-10"),                                  {},                                   "pass"),
    ("used too long ago",                         staff(a="2018-12-07"),                                  {},                                   "fail"),
    ("a late record may hide its use",            [account(sign_ins=(sign_in("2018-12-01", late=14),))],  {},                                   "pass"),
    ("said to be used in days to come",           staff(a="2019-01-10"),                                  {},                                   "unknown"),
    ("a problem with the whole record",           [account(sign_ins=(IDLE,), problems=(Problem(field="", message="r"),))], {},                   "unknown"),
    ("half of them",                              staff(a="2019-01-01", b="2018-09-01"),                  {},                                   "pass"),
    ("no sign-in on record",                      staff(a=None),                                          {},                                   "unknown"),
    ("a mail host is missing: unused is unsure",  staff(a="2018-09-01"),                                  {"hosts": (replace(MAIL, **CUT),)},   "unknown"),
    ("a mail host is missing: used is sure",      staff(a="2019-01-01"),                                  {"hosts": (replace(MAIL, **CUT),)},   "pass"),
    ("accounts of the unit may be missing",       staff(a="2019-01-01"),                                  {"ldap": replace(LDAP, **CUT)},       "unknown"),
    ("those missing may be in use",               staff(a="2018-09-01"),                                  {"ldap": replace(LDAP, **CUT)},       "unknown"),
    ("locked ones do not count",                  [*staff(a="2019-01-01"), *LOCKED], {},                                                        "pass"),
    ("none is open",                              [account(lock=Lock.ADMINISTRATOR)],                     {},                                   "pass"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("accounts", "around", "status"), [pytest.param(*case, id=name) for name, *case in USE]
)
def test_a_units_use_is_counted_over_its_open_accounts(accounts, around, status):
    assert Run(*accounts, **around).status("regular-use", "Registry") == status


def exemption(select: str, expires: str = "2019-12-31", control: str = "idle-mailbox") -> Exemption:
    return Exemption(
        control=control, select=select, reason="r", approver="the chairman",
        expires=date.fromisoformat(expires), expression=jmespath.compile(select),
    )  # fmt: skip


CLERKS = "unit == 'Registry'"
EXEMPTIONS = [
    # what the case shows                      the exemptions                                               status    matched
    ("one in force",                           [exemption(CLERKS)],                                         "exempt", [1]),
    ("its last day",                           [exemption(CLERKS, "2019-01-08")],                           "exempt", [1]),
    ("one that expired",                       [exemption(CLERKS, "2019-01-07")],                           "fail",   [1]),
    ("one after one that expired",             [exemption(CLERKS, "2019-01-07"), exemption(CLERKS)],        "exempt", [1, 1]),
    ("the first of two counts",                [exemption(CLERKS), exemption(CLERKS)],                      "exempt", [1, 0]),
    ("one for others",                         [exemption("unit == 'School'")],                             "fail",   [0]),
    ("one from another control",               [exemption(CLERKS, control="default-password")],             "fail",   [0]),
    ("by address",                             [exemption("mail == 'clerk@town.example'")],                 "exempt", [1]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exemptions", "status", "matched"),
    [pytest.param(*case, id=name) for name, *case in EXEMPTIONS],
)
def test_an_exemption_in_force_covers_a_failure_and_counts_it(exemptions, status, matched):
    run = Run(account(sign_ins=(IDLE,)), exemptions=tuple(exemptions))

    (found,) = run.of("idle-mailbox")

    assert found.status.value == status
    assert bool(found.remedies) is (status == "fail")
    assert [run.assessment.counted.exempted[index] for index in range(len(exemptions))] == matched


def test_an_exemption_that_expired_is_shown_with_the_failure():
    run = Run(account(sign_ins=(IDLE,)), exemptions=(exemption(CLERKS, "2019-01-07"),))

    (found,) = run.of("idle-mailbox")

    assert found.verdict.evidence[-1].value == "2019-01-07, approved by the chairman"


def partners(expires: str) -> ForwardingPolicy:
    """A policy with one partner domain."""
    partner = PartnerDomain(
        domain="p.example", reason="r", approver="the chairman", expires=date.fromisoformat(expires)
    )
    return ForwardingPolicy(
        internal_domains=frozenset({"town.example"}), partner_domains=(partner,)
    )


def test_a_forward_to_a_partner_is_exempt_until_its_day_and_counted():
    known = account(forwards=(forward("x@p.example"),))
    run = Run(
        known, forwarding=partners("2019-01-08"), mail=[alias("info@town.example", "x@p.example")]
    )

    exempt, rest = run.of("external-forwarding", "clerk@town.example")

    assert (exempt.status, rest.status) == (Status.EXEMPT, Status.PASS)
    assert exempt.remedies == ()
    assert (exempt.exemption.approver, exempt.exemption.expires) == (
        "the chairman",
        date(2019, 1, 8),
    )
    assert run.assessment.counted.partners == {"p.example": 2}


def test_after_its_day_it_fails_and_is_counted_and_told_as_expired():
    run = Run(account(forwards=(forward("x@p.example"),)), forwarding=partners("2019-01-07"))

    (found,) = run.of("external-forwarding")

    assert (found.status, found.exemption) == (Status.FAIL, None)
    assert found.remedies
    last = found.verdict.evidence[-1]
    assert (last.what, last.value) == ("exemption expired", "2019-01-07, approved by the chairman")
    assert run.assessment.counted.partners == {"p.example": 1}


def test_an_exemption_covers_what_a_partners_approval_no_longer_does():
    run = Run(
        account(forwards=(forward("x@p.example"),)),
        forwarding=partners("2019-01-07"),
        exemptions=(exemption("`true`", control="external-forwarding"),),
    )

    (found,) = run.of("external-forwarding")

    assert found.exemption.expires == date(2019, 12, 31)
    assert run.assessment.counted.exempted[0] == 1


def test_a_partners_approval_hides_nothing_that_could_not_be_read():
    run = Run(
        account(forwards=(forward("x@p.example"),)),
        forwarding=partners("2019-01-08"),
        mail=[problem("forwards", "clerk@town.example")],
    )

    exempt, rest = run.of("external-forwarding")

    assert (exempt.status, rest.status) == (Status.EXEMPT, Status.UNKNOWN)


def other(name: str, *forwards: Forward, mail: tuple[str, ...] = ()) -> Account:
    """Another account of the town."""
    addresses = (f"{name}@town.example", *mail)
    return account(id=name, dn=f"uid={name}", login=name, mail=addresses, forwards=forwards)


TO_DESK = forward("desk@town.example")
THROUGH = [
    # what the case shows                    besides the clerk, who forwards to desk@town.example                          the clerk
    ("to an account that forwards",          {"accounts": [other("desk", OUTSIDE)]},                                       "fail"),
    ("to one that keeps its mail",           {"accounts": [other("desk")]},                                                "pass"),
    ("to a mailbox with a script",           {"accounts": [other("desk")], "mail": [alias("desk@town.example", OUTSIDE.address)]}, "fail"),
    ("to another address of such a mailbox", {"accounts": [other("office", mail=("desk@town.example",))], "mail": [alias("office@town.example", OUTSIDE.address)]}, "fail"),
    ("to an alias of an account",            {"accounts": [other("office", OUTSIDE)], "mail": [alias("desk@town.example", "office@town.example")]}, "fail"),
    ("to an alias",                          {"mail": [alias("DESK@town.example", OUTSIDE.address)]},                      "fail"),
    ("to one that forwards to a partner",    {"mail": [alias("desk@town.example", "x@p.example")]},                        "pass"),
    ("to one that forwards back",            {"mail": [alias("desk@town.example", "clerk@town.example")]},                 "pass"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("around", "status"), [pytest.param(*case, id=name) for name, *case in THROUGH]
)
def test_a_forward_inside_is_followed_to_where_it_leaves(around, status):
    clerk = account(forwards=(TO_DESK,))
    run = Run(
        clerk, *around.get("accounts", ()), mail=around.get("mail", ()),
        forwarding=partners("2019-01-08"),
    )  # fmt: skip

    assert run.status("external-forwarding", "clerk@town.example") == status
    assert not any(found.remedies for found in run.of("external-forwarding", "clerk@town.example"))


def test_the_remedy_is_where_the_mail_leaves_and_nowhere_else():
    leaving = {**alias("desk@town.example", OUTSIDE.address), "place": "hash:/etc/aliases desk"}
    run = Run(account(forwards=(TO_DESK,)), mail=[leaving])

    assert [found.subject for found in run.of("external-forwarding") if found.remedies] == [
        "desk@town.example"
    ]


def test_a_domain_inside_that_the_mail_server_rewrites_to_outside_fails_for_who_forwards_there():
    rewritten = {**alias("@old.example", "@home.example"), "channel": "canonical"}
    inside = ForwardingPolicy(internal_domains=frozenset({"town.example", "old.example"}))
    run = Run(account(forwards=(forward("x@old.example"),)), mail=[rewritten], forwarding=inside)

    (found,) = run.of("external-forwarding", "clerk@town.example")

    assert found.summary == (
        "Forwards to @home.example through @old.example (mailForwardingAddress)"
    )
    assert run.status("external-forwarding", "@old.example") == "fail"


def test_a_locked_mailbox_that_forwards_fails():
    run = Run(account(forwards=(OUTSIDE,), lock=Lock.ADMINISTRATOR))

    (found,) = run.of("external-forwarding")

    assert found.status is Status.FAIL
    assert found.remedies


def test_an_exemption_is_for_what_fails_or_is_to_be_judged_and_for_nothing_else():
    exempt_all = tuple(exemption("`true`", control=name) for name in NAMES)
    run = Run(
        account(lock=Lock.ADMINISTRATOR), staff(b=None)[0], ldap=replace(LDAP, newest_sign_in={}),
        exemptions=exempt_all,
    )  # fmt: skip

    assert run.status("locked-mailbox", "clerk@town.example") == "exempt"
    assert run.status("locked-mailbox", "b@town.example") == "pass"
    assert run.status("idle-mailbox", "b@town.example") == "unknown"


def test_an_exemption_by_address_covers_both_accounts_that_have_it():
    run = Run(
        account(sign_ins=(IDLE,)), account(dn="uid=other", sign_ins=(IDLE,)),
        exemptions=(exemption("mail == 'clerk@town.example'"),),
    )  # fmt: skip

    assert [found.status.value for found in run.of("idle-mailbox")] == ["exempt", "exempt"]


def test_an_exemption_can_name_an_alias_a_policy_or_a_unit():
    exempt = (
        exemption("mail == 'info@town.example'", control="external-forwarding"),
        exemption(f"name == '{POLICY.name}'", control="password-policy"),
        exemption("name == 'Registry'", control="regular-use"),
    )
    run = Run(
        replace(POLICY, min_length=6), account(sign_ins=(IDLE,)),
        mail=[alias("info@town.example", "me@home.example")], exemptions=exempt,
    )  # fmt: skip

    assert run.status("external-forwarding", "info@town.example") == "exempt"
    assert run.status("password-policy") == "exempt"
    assert run.status("regular-use") == "exempt"


SETTLED = [
    # what the case shows                             around                                        control, subject, server of the earlier finding            settled
    ("a server that was not read and is now",         {},                                           ("idle-mailbox", "mail1", ""),                             True),
    ("a server that is still not read in full",       {"hosts": (replace(MAIL, **CUT),)},           ("idle-mailbox", "mail1", ""),                             False),
    ("a server that is not asked any more",           {},                                           ("idle-mailbox", "mail2", ""),                             False),
    ("nor of forwards",                               {},                                           ("external-forwarding", "mail2", ""),                      False),
    ("a host of which one half was read",             {"hosts": (replace(MAIL, name="ldap1", **CUT),)}, ("idle-mailbox", "ldap1", ""),                         False),
    ("an alias that is gone",                         {},                                           ("external-forwarding", "info@town.example", ""),          True),
    ("an alias, and a mail host is missing",          {"hosts": (replace(MAIL, **CUT),)},           ("external-forwarding", "info@town.example", ""),          False),
    ("an alias, and no mail host was read",           {"hosts": ()},                                ("external-forwarding", "info@town.example", ""),          False),
    ("an alias, and a directory was cut off",         {"ldap": replace(LDAP, **CUT)},               ("external-forwarding", "info@town.example", ""),          False),
    ("an alias, and forwards of a unit are unread",   {"ldap": replace(LDAP, unread=(Unread(field="forwards", unit="School", reason="r"),))}, ("external-forwarding", "info@town.example", ""), False),
    ("an alias, and its script is unread",            {"mail": [problem("forwards", "info@town.example")]}, ("external-forwarding", "info@town.example", ""),  False),
    ("an alias, and another's script is unread",      {"mail": [problem("forwards", "x@town.example")]}, ("external-forwarding", "info@town.example", ""),     True),
    ("an account that is gone",                       {},                                           ("external-forwarding", "gone@town.example", "ldap1"),     False),
    ("an account that is gone, idle",                 {},                                           ("idle-mailbox", "gone@town.example", "ldap1"),            False),
    ("an account that is an alias's heir",            {},                                           ("external-forwarding", "clerk@town.example", ""),         False),
    ("a policy that is gone",                         {},                                           ("password-policy", "cn=gone", "ldap1"),                   False),
    ("no account is without a policy any more",       {},                                           ("password-policy", "ldap1", "ldap1"),                     True),
    ("or that cannot be read any more",               {"ldap": replace(LDAP, unread=(Unread(field="password_policy", unit=None, reason="r"),))}, ("password-policy", "ldap1", "ldap1"), False),
    ("or the directory was cut off",                  {"ldap": replace(LDAP, **CUT)},               ("password-policy", "ldap1", "ldap1"),                     False),
    ("a control that was not assessed",               {"controls": ["idle-mailbox"]},               ("external-forwarding", "info@town.example", ""),          False),
    ("a unit that is gone",                           {},                                           ("regular-use", "School", ""),                             False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("around", "earlier", "settled"), [pytest.param(*case, id=name) for name, *case in SETTLED]
)
def test_what_did_not_come_again_is_settled_only_where_all_was_read(around, earlier, settled):
    assert Run(account(), **around).assessment.subjects().settled(*earlier) is settled


GONE = ("idle-mailbox", "gone@town.example", "ldap1")
DISAPPEARED = [
    ("an account that is gone", {}, GONE, True),
    ("one that is there", {}, ("idle-mailbox", "clerk@town.example", "ldap1"), False),
    ("one that had its name twice", {}, ("idle-mailbox", "clerk@town.example (uid=2)", "ldap1"), False),
    ("its directory was cut off", {"ldap": replace(LDAP, **CUT)}, GONE, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("around", "earlier", "gone"), [pytest.param(*case, id=name) for name, *case in DISAPPEARED]
)
def test_an_account_disappeared_only_if_its_directory_was_read_in_full(around, earlier, gone):
    around = {"ldap": replace(LDAP, counts={"account": 1}), **around}

    assert Run(account(), **around).assessment.subjects().disappeared(*earlier) is gone


@pytest.mark.parametrize(
    ("around", "known"),
    [
        ({}, True),
        ({"hosts": ()}, False),
        ({"hosts": (replace(MAIL, **CUT),)}, False),
        ({"mail": [problem("forwards", "x@town.example")]}, False),
        ({"mail": [problem("sign_ins", "x@town.example")]}, True),
    ],
)
def test_whether_the_forwards_of_every_address_are_known(around, known):
    assert Run(account(), **around).assessment.forwards_known is known


def test_only_the_controls_that_are_asked_for_are_assessed():
    run = Run(account(sign_ins=(IDLE,)), controls=["locked-mailbox"], hosts=(replace(MAIL, **CUT),))

    assert {found.control.name for found in run.findings} == {"locked-mailbox"}


def test_every_control_whose_findings_are_changed_has_its_place_in_the_plan():
    run = Run(replace(POLICY, min_length=6), *BAD.values())

    assert {f.control.name for f in run.findings if f.remedies} <= set(ORDER)


@pytest.mark.parametrize("message", [UNREADABLE, NOT_READ, POLICY_UNREADABLE], ids=lambda m: m.key)
def test_the_assessments_own_messages_are_reached_with_all_that_they_name(message):
    run = Run(account(password_policy="cn=hidden"), hosts=(replace(MAIL, **CUT),))

    (params, *_) = [f.verdict.params for f in run.findings if f.verdict.message is message]

    assert {name for _, name, _, _ in Formatter().parse(message.english) if name} <= set(params)


OTHER_LOG = replace(LOG, name="mail2", coverage=coverage("mail2"))
NO_SPAN = coverage(first=None, last=None)


def lacking(since: int, until: int, why: str) -> Source:
    """The log, in which something is missing from so many days ago to so many."""
    day = timedelta(days=1)
    gone = Missing(since=NOW - since * day, until=NOW - until * day, why=why)
    return replace(LOG, coverage=coverage(missing=(gone,)))


LOGS_READ = [
    # what the case shows           logs                                                    of the spammer, of the clerk, said of the clerk
    ("all of them",                 (LOG, OTHER_LOG),                                       "fail", "pass", ""),
    ("one of two in part",          (LOG, replace(OTHER_LOG, **CUT)),                       "fail", "unknown", "mail2 was not read in full"),
    ("since yesterday",             (replace(LOG, coverage=coverage(first=NOW - timedelta(days=1))),), "fail", "unknown", "cover_days asks for the last 14"),
    ("until two weeks ago",         (replace(LOG, coverage=coverage(last=NOW - timedelta(days=14))),), "fail", "unknown", "cover_days asks for the last 14"),
    ("a silence like a holiday's",  (replace(LOG, coverage=coverage(last=NOW - timedelta(days=2))),),  "fail", "pass", ""),
    ("a file is missing",           (lacking(9, 8, "file"),),                               "fail", "unknown", "tells nothing of 2018-12-30T01:00:00Z to 2018-12-31T01:00:00Z: a file"),
    ("since before those days",     (lacking(15, 13, "file"),),                             "fail", "unknown", "a file of it is missing"),
    ("nobody knows what was",       (lacking(9, 4, "silence"),),                            "fail", "unknown", "nothing was written, or"),
    ("what was before those days",  (lacking(20, 14, "file"),),                             "fail", "pass", ""),
    ("nothing is in it",            (replace(LOG, coverage=NO_SPAN),),                      "fail", "unknown", "tells of ? to ?"),
    ("a damaged file",              (replace(LOG, coverage=coverage(failures=("mail.log.2.gz: damaged",))),), "fail", "unknown", "mail.log.2.gz"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("logs", "spammer", "clerk", "said"),
    [pytest.param(*case, id=name) for name, *case in LOGS_READ],
)
def test_silence_of_logs_counts_only_where_they_tell_of_all_the_days(logs, spammer, clerk, said):
    run = Run(account(id="2", mail=("spam@town.example",), traffic=(SPAM,)), account(), logs=logs)

    assert run.status("outbound-spam", "spam@town.example") == spammer
    (found,) = run.of("outbound-spam", "clerk@town.example")
    assert (found.status.value, said in found.summary) == (clerk, True)


@pytest.mark.parametrize("control", [c.name for c in CONTROLS if c.reads_logs])
def test_where_no_log_was_read_that_is_said_once(control):
    run = Run(account(), account(id="2", mail=("b@town.example",)), logs=())

    (found,) = [one for one in run.of(control) if one.status is not Status.PASS]
    assert (found.status, found.verdict.message) == (Status.UNKNOWN, NO_LOG)
    assert found.subject == LOGS


def test_addresses_in_the_directory_are_judged_without_a_log_and_with_one_that_is_cut():
    told = account(mail=("c@town.example", "me@gmail.com"))
    for logs in ((), (LOG,), (replace(LOG, **CUT),)):
        run = Run(told, account(), logs=logs)

        assert run.status("free-mail", "c@town.example") == "manual"
        assert run.status("free-mail", "clerk@town.example") == "pass"


def test_a_log_that_could_not_be_read_at_all_is_an_error_and_no_verdict_on_anybody():
    run = Run(account(traffic=(SPAM,)), logs=(replace(LOG, **CUT),))

    (found,) = run.of("outbound-spam")
    assert (found.subject, found.status) == ("mail1", Status.ERROR)
    assert run.status("external-forwarding") == "pass"
    assert run.assessment.forwards_known


def test_the_reader_is_told_what_part_of_the_past_a_log_tells_of():
    (note,) = Run(account()).assessment.notes

    assert note.startswith("mail1: 9 lines of its mail log were read, which tells of 2018-12-08")


def test_a_proposed_lock_of_a_mailbox_that_sends_spam_is_a_change_of_the_plan():
    stated = OutboundSpamPolicy(propose_lock=True)

    (found,) = Run(account(traffic=(SPAM,)), outbound_spam=stated).of("outbound-spam")

    (change,) = changes_for(found)
    assert (change.field, change.before, change.after) == ("lock", ("active",), ("locked",))
    assert (change.control, change.target) == ("outbound-spam", account().dn)
    assert change.control in ORDER
