# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who has a mailbox in the lab, what is true of each one, and what an audit must find.

people(count, now) gives the letter's eight addresses, one account for each state of STATES, and
`count` synthetic ones. The same arguments always give the same people. planted(people) is the list
of findings that the letter's policy must give for them, none missing and none too many: each state
names its own by hand.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

DOMAIN = "quangninh.gov.vn"
MAIL_HOST = f"mail.{DOMAIN}"  # the domain of its aliases and local users
OUTSIDE = "freemail.example"
SOCIAL = "social.example"  # what the policy takes for a social network
SUFFIX = "dc=quangninh,dc=gov,dc=vn"
PEOPLE = f"ou=people,{SUFFIX}"
POLICIES = f"ou=policies,{SUFFIX}"
DEFAULT_PASSWORD = "Cambinh@2025"  # what the office once gave to everybody

UNITS = (
    "Hội đồng nhân dân phường",
    "Trường THCS Cẩm Bình",
    "Trường Tiểu học Cẩm Bình",
    "Công an phường",
    "Cán bộ, công chức",
)
STRICT_UNIT = "Công an phường"  # the one with a password policy of its own
DEFAULT_POLICY = f"cn=default,{POLICIES}"
STRICT_POLICY = f"cn=cong-an-phuong,{POLICIES}"

# The letter's list of locked mailboxes.
LETTER = (
    ("hdndcambinh.cp", UNITS[0]),
    ("tranthioanh", UNITS[1]),
    ("nguyenthibichphuong", UNITS[1]),
    ("truongthcscambinh.sgdvdt", UNITS[1]),
    ("truongthcambinh.sgdvdt", UNITS[2]),
    ("nguyencongbinh.cp", UNITS[3]),
    ("tranvanmuoi", UNITS[4]),
    ("cbvhcambinh.cp", UNITS[4]),
)
# The policy file exempts both from idle-mailbox; the second one's exemption has expired.
EXEMPT_VALID = f"exempt-valid@{DOMAIN}"
EXEMPT_EXPIRED = f"exempt-expired@{DOMAIN}"


class Planted(NamedTuple):
    """A finding that is not `pass`, by what makes it the same finding next time."""

    control: str
    subject: str
    status: str
    mark: str


class Finding(NamedTuple):
    """A finding of a state: {uid} in its mark stands for the account's."""

    control: str
    status: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Script:
    """A Sieve script, as the mailbox's owner would have stored it."""

    text: str
    name: str = "main"
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What the mail log of the last weeks has of an account (lab/mail_log.py)."""

    messages_a_day: int = 0  # to one recipient each, over ACTIVE_DAYS
    burst: int = 0  # recipients of one night, a few days ago
    refused: int = 0  # of these
    networks: int = 0  # that it was signed in from on one day
    wrong_passwords: int = 0  # on one day
    guessed: bool = False  # and then, from the same place, the right one
    notices: int = 0  # that came from a social network


@dataclass(frozen=True, kw_only=True)
class State:
    """What is true of an account, and the findings that it must have. Times are days ago."""

    created: int = 400
    password_changed: int | None = 30  # None: the directory does not know
    signed_in: int | None = 1  # the directory's witness
    signed_in_dovecot: int | None = None  # Dovecot's
    lock: str = ""  # "administrator", "failures"
    must_change: bool = False
    hashed_default: str = ""  # the stored hash, where the password is the office's default
    local_parts: tuple[str, ...] = ("{uid}",)  # of its addresses
    forward: str = ""  # mailRoutingAddress
    contact: str = ""  # an address of the person's own, mozillaSecondEmail
    recovery: str = ""  # by which a forgotten password is set anew: an attribute of the office
    scripts: tuple[Script, ...] = ()
    filled_percent: int = 0  # of the mailbox's quota
    activity: Activity = Activity()
    findings: tuple[Finding, ...] = ()


IDLE = Finding("idle-mailbox", "fail")
IDLE_UNKNOWN = Finding("idle-mailbox", "unknown")
WEAK_PASSWORD = Finding("default-password", "fail")
LOCKED_BY_ADMINISTRATOR = Finding("locked-mailbox", "manual", "administrator")
LOCKED_BY_FAILURES = Finding("locked-mailbox", "manual", "failures")
FORWARDS = Finding("external-forwarding", "fail", "{uid}@" + OUTSIDE)
MAY_FORWARD = Finding("external-forwarding", "manual", "{uid}@" + OUTSIDE)
CANNOT_TELL = Finding("external-forwarding", "manual")


def _spam(limit: str) -> Finding:
    return Finding("outbound-spam", "fail", f"outbound-spam.{limit}")


def ssha(password: str, salt: bytes = b"lab-salt") -> str:
    """{SSHA} with a fixed salt: quick to compute and the same each time."""
    digest = hashlib.sha1(password.encode() + salt).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def _pbkdf2(password: str) -> str:
    """{PBKDF2-SHA256} as OpenLDAP's pw-pbkdf2 writes it: base64 with "." for "+", unpadded."""
    salt, rounds = b"civic-lab-salt16", 10000
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    encoded = [base64.b64encode(part, b"./").decode().rstrip("=") for part in (salt, key)]
    return f"{{PBKDF2-SHA256}}{rounds}${'$'.join(encoded)}"


# DEFAULT_PASSWORD in the schemes that the standard library cannot write.
_CRYPT = (
    "{CRYPT}$6$civiclab$"
    "2MEYZc2BtpWNo1zPAyA5loB1aY.8urC7sVMHytU7CkKCa8W0/EEL9KALkJf3nqxVRUkfO1Nitl.4MttzbBhbg1"
)
_ARGON2 = (
    "{ARGON2}$argon2id$v=19$m=8192,t=2,p=1$"
    "Y2l2aWMtbGFiLXNhbHQ$DNRdk6GR8xRYxIzfVtdIB13ptkGp7XDfZotKBwiJLpg"
)

# States that stand in the directory alone: the synthetic accounts take turns among them.
_DIRECTORY_STATES = {
    "active": State(),
    "soon-75": State(signed_in=75),
    "idle-95": State(password_changed=100, signed_in=95, findings=(IDLE,)),
    "idle-200": State(password_changed=210, signed_in=200, findings=(IDLE,)),
    "never-old": State(
        created=300,
        password_changed=300,
        signed_in=None,
        findings=(IDLE_UNKNOWN, WEAK_PASSWORD),
    ),
    "never-new": State(created=3, password_changed=3, signed_in=None, findings=(WEAK_PASSWORD,)),
    "no-evidence": State(
        created=120,
        password_changed=None,
        signed_in=None,
        findings=(IDLE_UNKNOWN, Finding("default-password", "unknown")),
    ),
    "locked-by-admin": State(
        password_changed=310,
        signed_in=300,
        lock="administrator",
        findings=(LOCKED_BY_ADMINISTRATOR,),
    ),
    "locked-by-failures": State(signed_in=2, lock="failures", findings=(LOCKED_BY_FAILURES,)),
    # The helpdesk set it back to the default: only the hash tells.
    "default-password": State(hashed_default=ssha(DEFAULT_PASSWORD), findings=(WEAK_PASSWORD,)),
    "password-never-changed": State(password_changed=400, signed_in=2, findings=(WEAK_PASSWORD,)),
    "must-change": State(
        password_changed=20, signed_in=5, must_change=True, findings=(WEAK_PASSWORD,)
    ),
    "forward-outside": State(forward="{uid}@FreeMail.Example", findings=(FORWARDS,)),
}
STATES = {
    **_DIRECTORY_STATES,
    # What follows from a default password: spam by night, strangers, and others who try.
    "default-crypt": State(
        hashed_default=_CRYPT,
        activity=Activity(messages_a_day=3, burst=400, refused=150),
        findings=(WEAK_PASSWORD, _spam("hour"), _spam("unusual"), _spam("bounced")),
    ),
    "default-pbkdf2": State(
        hashed_default=_pbkdf2(DEFAULT_PASSWORD),
        activity=Activity(networks=14),
        findings=(WEAK_PASSWORD, _spam("networks")),
    ),
    "default-argon2": State(
        hashed_default=_ARGON2,
        activity=Activity(wrong_passwords=150, guessed=True),
        findings=(WEAK_PASSWORD, _spam("wrong-passwords"), _spam("guessed")),
    ),
    # Of several witnesses the latest counts.
    "seen-by-dovecot": State(
        password_changed=100,
        signed_in=95,
        signed_in_dovecot=1,
        filled_percent=93,
        activity=Activity(messages_a_day=2),
        findings=(Finding("service-signup", "fail", "quota"),),
    ),
    "seen-by-directory": State(
        signed_in=1,
        signed_in_dovecot=200,
        activity=Activity(notices=9),
        findings=(Finding("service-signup", "manual"),),
    ),
    "forward-inside": State(forward=f"active@{DOMAIN}"),
    "locked-forward": State(
        password_changed=310,
        signed_in=300,
        lock="administrator",
        forward="{uid}@" + OUTSIDE,
        findings=(LOCKED_BY_ADMINISTRATOR, FORWARDS),
    ),
    "sieve-outside": State(
        scripts=(Script(text='redirect "sieve-outside@FreeMail.example";\n'),),
        findings=(FORWARDS,),
    ),
    "sieve-inside": State(scripts=(Script(text=f'redirect "active@{DOMAIN}";\n'),)),
    "sieve-comment": State(scripts=(Script(text=f'# redirect "old@{OUTSIDE}";\nkeep;\n'),)),
    "sieve-inactive": State(
        scripts=(
            Script(text="keep;\n"),
            Script(name="leave", active=False, text=f'redirect "sieve-inactive@{OUTSIDE}";\n'),
        ),
        findings=(MAY_FORWARD,),
    ),
    "sieve-variable": State(
        scripts=(
            Script(
                text='require "variables";\nset "to" "me@freemail.example";\nredirect "${to}";\n'
            ),
        ),
        findings=(Finding("external-forwarding", "fail", "me@freemail.example"),),
    ),
    # Its findings, if it had any, would be called by the first address in lower case.
    "two-addresses": State(local_parts=("Two-Addresses", "second-address")),
    # Called by its DN.
    # Without an address, nothing that the mail host knows can be joined to the entry.
    "no-mail": State(
        local_parts=(),
        findings=(
            Finding("external-forwarding", "unknown"),
            Finding("outbound-spam", "unknown"),
            Finding("service-signup", "unknown"),
        ),
    ),
    "exempt-valid": State(
        password_changed=210, signed_in=200, findings=(Finding("idle-mailbox", "exempt"),)
    ),
    "exempt-expired": State(password_changed=210, signed_in=200, findings=(IDLE,)),
    "contact-outside": State(
        contact="{uid}@" + OUTSIDE, findings=(Finding("free-mail", "manual", "contact"),)
    ),
    "contact-inside": State(contact=f"active@{DOMAIN}", recovery=f"active@{DOMAIN}"),
    "recovery-outside": State(
        recovery="{uid}@" + OUTSIDE, findings=(Finding("free-mail", "fail", "recovery"),)
    ),
}
_LETTER_STATE = State(
    created=800,
    password_changed=500,
    signed_in=120,
    lock="administrator",
    findings=(LOCKED_BY_ADMINISTRATOR,),
)


class Route(NamedTuple):
    """Where the mail of an address goes that no directory account owns."""

    target: str  # as the file or map has it
    finding: Finding | None = None


# Local users, present on every Debian, and their .forward files.
LOCAL_USERS = {
    "games": Route(f"games@{OUTSIDE}\n", FORWARDS),
    "backup": Route(f"\\backup, backup@{OUTSIDE}\n", FORWARDS),  # keeps a copy
    "list": Route(f"active@{DOMAIN}\n"),
    "news": Route('"|/usr/bin/true"\n', CANNOT_TELL),
}
ALIASES = {
    "al-out": Route(f"al-out@{OUTSIDE}", FORWARDS),
    "al-in": Route(f"active@{DOMAIN}"),
    "al-pipe": Route('"|/usr/bin/true"', CANNOT_TELL),
}
VIRTUAL = {
    "v-out": Route(f"v-out@{OUTSIDE}", FORWARDS),
    "v-both": Route(f"active@{DOMAIN}, v-both@{OUTSIDE}", FORWARDS),
    "v-in": Route(f"active@{DOMAIN}"),
}
# The default policy is weaker than the letter, the unit's is not; neither can ask for classes.
PASSWORD_POLICIES = {DEFAULT_POLICY: 8, STRICT_POLICY: 12}  # DN -> shortest password
_POLICY_FINDINGS = (
    Planted("password-policy", DEFAULT_POLICY, "fail", "min_length"),
    Planted("password-policy", DEFAULT_POLICY, "fail", "classes"),
    Planted("password-policy", STRICT_POLICY, "fail", "classes"),
)

# Its Dovecot has a quota, and nothing else is set of what spam_handling sets.
INVENTORY_HOST = "lab-mail"
_HOST_FINDINGS = tuple(
    Planted("service-signup", INVENTORY_HOST, "fail", mark) for mark in ("junk", "trash", "quota")
)

_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
_GIVEN_NAMES = ("An", "Bình", "Cường", "Dung", "Hà", "Hạnh", "Khánh", "Lan", "Minh", "Nga", "Oanh")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One account. Times are aware datetimes; None where no server knows one."""

    uid: str
    unit: str
    name: str
    state: State
    now: datetime

    @property
    def mail(self) -> tuple[str, ...]:
        """The addresses, as the directory has them."""
        return tuple(f"{p.format(uid=self.uid)}@{DOMAIN}" for p in self.state.local_parts)

    @property
    def dn(self) -> str:
        """The entry's DN."""
        return f"uid={self.uid},ou={escape(self.unit)},{PEOPLE}"

    @property
    def subject(self) -> str:
        """What findings call the account."""
        return self.mail[0].lower() if self.mail else self.dn

    @property
    def password(self) -> str:
        """What the person signs in with."""
        return DEFAULT_PASSWORD if self.state.hashed_default else f"Pw-{self.uid}-7!"

    @property
    def password_hash(self) -> str:
        """userPassword (RFC 2307)."""
        return self.state.hashed_default or ssha(self.password)

    @property
    def forward(self) -> str:
        """mailRoutingAddress, or ""."""
        return self.state.forward.format(uid=self.uid)

    @property
    def contact(self) -> str:
        """A private address of the person, or ""."""
        return self.state.contact.format(uid=self.uid)

    @property
    def recovery(self) -> str:
        """The address by which a forgotten password is set anew, or ""."""
        return self.state.recovery.format(uid=self.uid)

    def ago(self, days: int | None) -> datetime | None:
        """The moment that many days before the population's now."""
        return None if days is None else self.now - timedelta(days=days)


def people(count: int, now: datetime) -> Iterator[Person]:
    """The letter's accounts, one for each state (its uid is the state's name), `count` more."""
    for number, (uid, unit, state) in enumerate(_wanted(count)):
        surname = _SURNAMES[number % len(_SURNAMES)]
        given_name = _GIVEN_NAMES[number % len(_GIVEN_NAMES)]
        yield Person(uid=uid, unit=unit, name=f"{surname} {given_name}", state=state, now=now)


def planted(accounts: Sequence[Person]) -> list[Planted]:
    """Every finding but the passes that an audit of these accounts and the lab must give."""
    return [
        *_POLICY_FINDINGS,
        *_HOST_FINDINGS,
        # Where the machine has a spam filter, it does not learn.
        Planted("service-signup", INVENTORY_HOST, "fail" if _has_filter() else "manual", "report"),
        *_routes(LOCAL_USERS, MAIL_HOST),
        *_routes(ALIASES, MAIL_HOST),
        *_routes(VIRTUAL, DOMAIN),
        *(
            _plant(finding, account.subject, account.uid)
            for account in accounts
            for finding in account.state.findings
        ),
        # By the unit of the one whose spam went there.
        *(
            Planted("free-mail", account.unit, "manual", "")
            for account in accounts
            if account.state.activity.burst
        ),
    ]


def escape(value: str) -> str:
    """An attribute value inside a DN (RFC 4514): one unit has a comma in its name."""
    return "".join(f"\\{c}" if c in ',+"\\<>;=' else c for c in value)


def _wanted(count: int) -> Iterator[tuple[str, str, State]]:
    for uid, unit in LETTER:
        yield uid, unit, _LETTER_STATE
    for number, (name, state) in enumerate(STATES.items()):
        yield name, UNITS[number % len(UNITS)], state
    turns = [state for name, state in _DIRECTORY_STATES.items() if name != "active"]
    for number in range(count):
        state = STATES["active"] if number % 2 == 0 else turns[number // 2 % len(turns)]
        yield f"user{number:06d}", UNITS[number * 7 % len(UNITS)], state


def _has_filter() -> bool:
    return any(map(shutil.which, ("rspamc", "sa-learn")))


def _routes(routes: dict[str, Route], domain: str) -> Iterator[Planted]:
    for name, route in routes.items():
        if route.finding:
            yield _plant(route.finding, f"{name}@{domain}", name)


def _plant(finding: Finding, subject: str, uid: str) -> Planted:
    return Planted(finding.control, subject, finding.status, finding.mark.format(uid=uid))
