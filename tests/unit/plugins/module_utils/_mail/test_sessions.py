# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers of doveadm that a healthy Dovecot seldom gives: recorded, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.command import Answer
from ansible_collections.civic.mailbox.plugins.module_utils._mail.dovecot import Dovecot
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sessions import Sessions

_NO_AUTH = "Error: auth-master: auth cache flush: {}\n"


@dataclass(frozen=True, kw_only=True)
class Recorded(Dovecot):
    """Gives one answer to everything, and notes what was asked."""

    config: str | None = None
    timeout: float = 1
    answer: Answer
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def doveadm(self, *arguments: str, ok: object = None) -> Answer:
        self.asked.append(arguments)
        return self.answer

    def version(self) -> str:
        return "2.3.19.1"

    def setting(self, name: str) -> str:
        return "10 M"


def recorded(errors: str, output: str = "0 cache entries flushed\n", status: int = 0) -> Sessions:
    return Sessions(dovecot=Recorded(answer=Answer(status=status, output=output, errors=errors)))


@pytest.mark.parametrize(
    ("sessions", "message"),
    [
        (recorded(_NO_AUTH.format("Disconnected unexpectedly")), "still remembers sign-ins"),
        (recorded("", output=""), "still remembers sign-ins"),
        (
            recorded(_NO_AUTH.format("connect(/run/dovecot/auth-master) failed: No such file")),
            "does not run: start it",
        ),
        (recorded("Fatal: Unknown argument\n", status=64), "auth cache flush failed"),
    ],
)
def test_a_cache_that_was_not_emptied_is_told_though_the_status_is_0(sessions, message):
    with pytest.raises(MailHostError, match=message):
        sessions.forget()


def test_a_warning_is_no_failure():
    assert recorded("Warning: an old setting\n", "7 cache entries flushed\n").forget() == 7


def test_a_name_that_doveadm_takes_for_a_pattern_is_never_given_to_it():
    sessions = recorded("", output="no users kicked\n", status=68)
    sessions.end(["a*b@town.example", "?@town.example", "clerk@town.example"], shared=False)
    assert sessions.dovecot.asked == [("kick", "--", "clerk@town.example")]


@pytest.mark.parametrize(("shared", "options"), [(True, ("-f",)), (False, ())])
def test_other_sessions_are_ended_only_where_that_is_asked_for(shared, options):
    sessions = recorded("")
    sessions.end(["clerk@town.example"], shared=shared)
    assert sessions.dovecot.asked == [("kick", *options, "--", "clerk@town.example")]
