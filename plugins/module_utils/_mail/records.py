# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The records of a mail snapshot, as _core/snapshot.py describes them."""

from __future__ import annotations

from typing import Any

from .._core.account import Forward, SignIn
from .._core.dates import format_time
from .._core.spam_handling import FilledQuota, SeenQuotas, SeenSpamHandling
from .._core.traffic import Peak, Traffic

Record = dict[str, Any]

# Whose mail, where no single address is meant: a setting for the whole host, or a pattern.
EVERYBODY = "@*"


def mailbox(mail: str) -> Record:
    """An address that has a mailbox on the host."""
    return {"record": "mailbox", "mail": mail}


def sign_in(mail: str, found: SignIn) -> Record:
    """The last sign-in to a mailbox that one source knows."""
    record = {"record": "sign_in", "mail": mail, "at": format_time(found.at)}
    return record | {"source": found.source, "detail": found.detail}


def forward(mail: str, found: Forward) -> Record:
    """Mail for `mail` that goes on."""
    return {
        "record": "forward",
        "mail": mail,
        "address": found.address,
        "channel": found.channel,
        "source": found.source,
        "active": found.active,
        "opaque": found.opaque,
        "place": found.place,
    }


def problem(field: str, message: str, subject: str = "") -> Record:
    """A part that could not be read: of one address, or ("") of the whole host."""
    return {"record": "problem", "field": field, "subject": subject, "message": message}


def way(channel: str, by: str, mailboxes: int) -> Record:
    """How the scripts or files of so many mailboxes were read, as "files" or "doveadm"."""
    return {"record": "way", "channel": channel, "by": by, "mailboxes": mailboxes}


def spam_handling(found: SeenSpamHandling) -> Record:
    """What the host's settings say of junk."""
    return {
        "record": "spam_handling",
        "folders": [
            {"name": one.name, "use": one.use, "seconds": one.seconds, "learns": one.learns}
            for one in found.folders
        ],
        "filters": list(found.filters),
        "quotas": list(found.quotas),
        "warnings": list(found.warnings),
    }


def quota(mail: str, found: FilledQuota) -> Record:
    """A mailbox that has used a good part of its quota."""
    return {"record": "quota", "mail": mail, "percent": found.percent, "quota": found.quota}


def quotas(found: SeenQuotas) -> Record:
    """How many mailboxes have a limit."""
    return {
        "record": "quotas",
        "limited": found.limited,
        "unlimited": found.unlimited,
        "unread": found.unread,
        "failure": found.failure,
    }


def traffic(mail: str, found: Traffic) -> Record:
    """What the logs of the host tell of a user or an address; zeros and what is not known are left
    out."""
    record: Record = {
        "messages": found.messages,
        "recipients": found.recipients,
        "delivered": found.delivered,
        "bounced": found.bounced,
        "sign_ins": found.sign_ins,
        "last_sent": format_time(found.last_sent) if found.last_sent else None,
        "busiest_hour": _peak(found.busiest_hour),
        "busiest_day": _peak(found.busiest_day),
        "usual_day": found.usual_day,
        "networks": _peak(found.networks),
        "wrong_passwords": _peak(found.wrong_passwords),
        "guessed": _peak(found.guessed),
        "sent_to": dict(found.sent_to),
        "received_from": dict(found.received_from),
        "newsletters_from": dict(found.newsletters_from),
    }
    return {"record": "traffic", "mail": mail} | {
        key: value for key, value in record.items() if value
    }


def _peak(found: Peak | None) -> Record | None:
    return {"number": found.number, "at": format_time(found.at)} if found else None
