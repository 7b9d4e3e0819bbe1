# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The services of a Postfix where users sign in to send, and the limits that hold there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .._core.errors import MailHostError
from .._core.outbound_limits import LIMITS, SubmissionService
from .lookup_table import words
from .policy_services import services_asked
from .postfix import CLASSES, RESTRICTIONS, Postfix

TIME_UNIT = "anvil_rate_time_unit"
EXCEPTIONS = "smtpd_client_event_limit_exceptions"
COUNTER = "anvil/unix"  # the service that counts, for all others
# Of the world's mail: the port by its name or number, and behind postscreen(8) no port at all.
_OUTSIDE = re.compile(r"(?:.*:)?(?:smtp|25)/inet|.*/pass")
_TLS_RATE = "smtpd_client_new_tls_session_rate_limit"
RATES = (*(limit.setting for limit in LIMITS if limit.is_rate), _TLS_RATE)
_SETTINGS = (
    *(limit.setting for limit in LIMITS),
    _TLS_RATE,
    EXCEPTIONS,
    "smtpd_sasl_auth_enable",
    *RESTRICTIONS,
)
_SIGNED_IN = "permit_sasl_authenticated"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}  # postconf(5)


@dataclass(frozen=True, kw_only=True)
class Smtpd:
    """A service of master.cf that runs smtpd(8), and what holds there."""

    name: str  # as "submission/inet"
    settings: Mapping[str, str]  # in force there, with the values of those that they name
    restrictions: tuple[str, ...]  # with those of restriction classes

    def number(self, setting: str) -> int:
        """A limit; 0: there is none."""
        value = self.settings.get(setting, "")
        return int(value) if value.isdigit() else 0

    @property
    def takes_sign_ins(self) -> bool:
        """Whether those who sign in may send by it."""
        return self.settings.get("smtpd_sasl_auth_enable") == "yes" and any(
            word.lower() == _SIGNED_IN for value in self.restrictions for word in words(value)
        )

    @property
    def takes_mail_from_outside(self) -> bool:
        """Whether it is the one that all the world sends to."""
        return _OUTSIDE.fullmatch(self.name) is not None


def smtpd_services(postfix: Postfix) -> list[Smtpd]:
    """Every service that mail can come in by over SMTP. Raises MailHostError."""
    classes = list(words(postfix.expanded(CLASSES)))
    found = []
    for kind in ("inet", "pass"):
        for name, command in postfix.commands(kind).items():
            if command.split()[:1] == ["smtpd"]:
                settings = postfix.in_service(f"{name}/{kind}", (*_SETTINGS, *classes))
                found.append(
                    Smtpd(
                        name=f"{name}/{kind}",
                        settings=settings,
                        restrictions=tuple(
                            settings.get(one, "") for one in (*RESTRICTIONS, *classes)
                        ),
                    )
                )
    return found


def submission_services(postfix: Postfix, every: Iterable[Smtpd]) -> Iterator[SubmissionService]:
    """Those of the services where users sign in to send. Raises MailHostError."""
    seconds, is_counted = time_unit(postfix), "anvil" in postfix.programs
    queue = Path(postfix.expanded("queue_directory"))
    for one in every:
        if one.takes_sign_ins:
            yield SubmissionService(
                name=one.name,
                limits={limit.name: one.number(limit.setting) for limit in LIMITS},
                seconds=seconds,
                takes_mail_from_outside=one.takes_mail_from_outside,
                is_counted=is_counted,
                exempt=tuple(words(one.settings.get(EXCEPTIONS, ""))),
                asks=tuple(services_asked(one.restrictions, postfix.programs, queue)),
            )


def time_unit(postfix: Postfix) -> int:
    """The seconds that rates are counted in, by all services. Raises MailHostError."""
    own = postfix.service_parameters(f"{COUNTER}/{TIME_UNIT}")
    written = own.get(f"{COUNTER}/{TIME_UNIT}") or postfix.expanded(TIME_UNIT)
    found = re.fullmatch(r"([0-9]+)([smhdw]?)", written)
    if found is None:
        raise MailHostError(f"{TIME_UNIT} = {written}: that is no time that Postfix knows")
    return int(found[1]) * _SECONDS[found[2] or "s"]
