# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Who is signed in to Dovecot, and what it remembers of sign-ins: looked at, and ended."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from .._core.errors import MailHostError
from .command import Answer
from .dovecot import Dovecot

_FAILURE = re.compile(r"\b(?:Error|Fatal|Panic): ")
_MASK = re.compile(r"[*?]")
_LOOK_AGAIN = 0.1  # seconds


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """The sign-ins of a running Dovecot. Every method raises MailHostError."""

    dovecot: Dovecot

    def forget(self) -> int | None:
        """Empty the authentication cache; how many answers were in it, None where it is off.

        All of it: an answer stands under the name that was typed, which need not be an address.
        And doveadm takes few names at once; of too many it forgets none, and ends with status 0.
        """
        answer = self._asked("auth", "cache", "flush")
        found = re.match(r"(\d+) ", answer.output)
        if found is None or _FAILURE.search(answer.errors):
            raise MailHostError(
                f"Dovecot still remembers sign-ins: its authentication cache cannot be emptied "
                f"({answer.reason})"
            )
        is_off = self.dovecot.setting("auth_cache_size").split()[:1] == ["0"]
        return None if is_off else int(found[1])

    def live(self) -> Counter[str]:
        """How many sessions each user has."""
        # With "-f json", 2.3 prints something else as soon as there are three.
        rows = self._asked("-f", "tab", "who", "-1").output.splitlines()
        return Counter(row.partition("\t")[0] for row in rows[1:])

    def end(self, users: Iterable[str], *, shared: bool) -> None:
        """Have all sessions of these users end. Whether they did is for left() to say.

        One that runs in a process of 2.3 with those of others ends only if `shared`; so do these.
        """
        # 2.4 ends a session, never a process, and has another option of that name.
        force = ["-f"] if shared and self.dovecot.version().startswith("2.3") else []
        for user in users:
            if _MASK.search(user):  # doveadm would end sessions of others too
                continue
            with suppress(MailHostError):  # 2.4 waits for a session that hangs; others must end
                self._asked("kick", *force, "--", user)

    def left(self, is_meant: Callable[[str], bool], *, within: float) -> list[str]:
        """The users meant who still are signed in after that many seconds, or [] before that."""
        deadline = time.monotonic() + within
        while still := sorted(filter(is_meant, self.live())):
            if time.monotonic() > deadline:
                break
            time.sleep(_LOOK_AGAIN)
        return still

    def _asked(self, *arguments: str) -> Answer:
        answer = self.dovecot.doveadm(*arguments, ok=None)
        if self.dovecot.is_down(answer):
            raise MailHostError(f"Dovecot does not run: start it ({answer.reason})")
        if answer.status:
            raise MailHostError(f"doveadm {' '.join(arguments)} failed: {answer.reason}")
        return answer
