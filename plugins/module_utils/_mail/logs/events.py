# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a line of Postfix or Dovecot says, as an event.

Each pattern has to fit the whole text, from the program's name on. What a stranger chose (an
address, a user name, a greeting, a server's answer) stands in a line only where the server puts it,
so a text that imitates another line inside of one is never taken for it.

Seen of Postfix 3.7 and 3.10, Dovecot 2.3 and 2.4, through syslog or in Dovecot's own log file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """Somebody signed in to Dovecot. A master's sign-in looks the same as the owner's."""

    user: str
    service: str  # "imap", "pop3", "managesieve", "submission"
    address: str  # of the client


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInFailed:
    """Wrong passwords, or a user who is locked, in one connection."""

    user: str
    service: str
    address: str
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted:
    """A message was handed in by a user who had signed in (SMTP AUTH)."""

    queue_id: str
    user: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToMany:
    """A message has a header field of mail that goes to many (header_checks with INFO or WARN)."""

    queue_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """A message is in the queue; told again at each new try."""

    queue_id: str
    sender: str  # of the envelope; "" for bounces
    recipients: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What came of a message for one recipient, at one try."""

    queue_id: str
    recipient: str
    outcome: str  # "sent", "bounced", "deferred", "expired", "undeliverable", "deliverable"
    dsn: str  # RFC 3463


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """A message left the queue."""

    queue_id: str


Event = SignIn | SignInFailed | Submitted | ToMany | Queued | Delivered | Removed

_PROGRAM = re.compile(r"(?:\S*[^\s:] )?(?P<program>[^\s:\[\]]+)(?:\[\d+\])?: ")

_QUEUE_ID = r"(?P<queue_id>[0-9A-F]{6,16}|[0-9A-Za-z]{10,25})"
# A quoted local part may hold anything, ">" and ", status=sent" too (RFC 5321, 4.1.2).
_ADDRESS = r'<(?P<{}>(?:"(?:[^"\\]|\\.)*"|[^"<>])*)>'
_CLIENT = r"[^\s\[\],]*\[(?P<address>[^\s\[\]]+)\](?::\d+)?"

_SUBMITTED = re.compile(
    rf"{_QUEUE_ID}: client={_CLIENT}, sasl_method=[^\s,]+, sasl_username=(?P<user>[^\s,]+)"
    r"(?:, sasl_sender=\S+)?"
)
_REFUSED = re.compile(
    rf"warning: {_CLIENT}: SASL [^\s:]+ authentication failed: [^,]*, sasl_username=(?P<user>.*)"
)
_QUEUED = re.compile(
    rf"{_QUEUE_ID}: from={_ADDRESS.format('sender')}, size=\d+, nrcpt=(?P<recipients>\d+)"
    r" \(queue active\)"
)
_DELIVERED = re.compile(
    rf"{_QUEUE_ID}: to={_ADDRESS.format('recipient')}, (?:orig_to={_ADDRESS.format('orig_to')}, )?"
    r"relay=[^,]*, (?:conn_use=\d+, )?delay=[\d.]+, delays=[\d./]+, dsn=(?P<dsn>\d\.\d+\.\d+), "
    r"status=(?P<outcome>[a-z]+) \(.*\)"
)
# RFC 2369, RFC 2919, and what came into use before these. Whatever the value holds, that a field of
# this name was in the message is the server's own word.
_TO_MANY = re.compile(
    rf"{_QUEUE_ID}: (?:info|warning): header "
    r"(?i:List-Unsubscribe:|List-Id:|Precedence: *(?:bulk|list)\b).* from [^ ]+; from=<.*"
)
_REMOVED = re.compile(rf"{_QUEUE_ID}: removed(?: \(canceled\))?")

# The part of a line of Dovecot that tells the user and the client; users have no ">" by default
# (auth_username_chars).
_WHO = r"user=<(?P<user>[^<>]*)>, (?:method=[^,<]*, )?rip=(?P<address>[^\s,]+),? .*"
_SIGNED_IN = re.compile(rf"(?:Info: )?(?:Login|Logged in): {_WHO}")
_FAILED = re.compile(
    r"(?:Info: )?(?:Disconnected|Aborted login|Login aborted)[^<]*"
    rf"\(auth failed, (?P<attempts>\d+) attempts[^<]*: {_WHO}"
)


def event_of(text: str) -> Event | None:
    """The event of a line whose time was taken off, or None where it tells none of these."""
    if not (found := _PROGRAM.match(text)):
        return None
    program, said = found["program"], text[found.end() :]
    if program == "dovecot":  # through syslog, where the service stands behind it
        program, _, said = said.partition(": ")
    path, _, daemon = program.rpartition("/")
    if path:
        reader = _POSTFIX.get(daemon)
        return reader(said) if reader else None
    service, login, rest = daemon.rpartition("-login")
    return _dovecot(service, said) if login and not rest else None


def _smtpd(said: str) -> Event | None:
    if found := _SUBMITTED.fullmatch(said):
        return Submitted(**_texts(found))
    if found := _REFUSED.fullmatch(said):
        return SignInFailed(**_texts(found), service="submission", attempts=1)
    return None


def _qmgr(said: str) -> Event | None:
    if found := _QUEUED.fullmatch(said):
        return Queued(
            queue_id=found["queue_id"],
            sender=found["sender"],
            recipients=int(found["recipients"]),
        )
    return _cleanup(said)


def _cleanup(said: str) -> Event | None:
    if found := _TO_MANY.fullmatch(said):
        return ToMany(**_texts(found))
    return Removed(**_texts(found)) if (found := _REMOVED.fullmatch(said)) else None


def _delivery(said: str) -> Event | None:
    if not (found := _DELIVERED.fullmatch(said)):
        return None
    return Delivered(
        queue_id=found["queue_id"],
        recipient=found["recipient"],
        outcome=found["outcome"],
        dsn=found["dsn"],
    )


def _dovecot(service: str, said: str) -> Event | None:
    if found := _SIGNED_IN.fullmatch(said):
        return SignIn(**_texts(found), service=service)
    if found := _FAILED.fullmatch(said):
        texts = _texts(found)
        return SignInFailed(
            user=texts["user"],
            address=texts["address"],
            service=service,
            attempts=int(texts["attempts"]),
        )
    return None


def _texts(found: re.Match[str]) -> Mapping[str, str]:
    return found.groupdict()


_POSTFIX: Mapping[str, Callable[[str], Event | None]] = {
    "smtpd": _smtpd,
    "qmgr": _qmgr,
    "cleanup": _cleanup,
    **dict.fromkeys(("smtp", "lmtp", "local", "virtual", "pipe", "error", "bounce"), _delivery),
}
