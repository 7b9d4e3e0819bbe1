# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""browser-passwords: no browser of a workstation remembers the password of an official mailbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..control import (
    Context,
    Control,
    Evidence,
    Message,
    Severity,
    Status,
    Verdict,
    Workstation,
)

OFF = Message(
    "browser-passwords.off",
    "{browser} keeps no passwords, by managed policy; passwords saved before are not looked at",
)
KEEPS = Message(
    "browser-passwords.keeps", "{browser} may keep passwords: no managed policy forbids it"
)
NO_BROWSER = Message(
    "browser-passwords.no-browser",
    "Neither Chromium, Chrome, Edge nor Firefox where they usually are: whether there is another "
    "browser is not known",
)


def _assess(workstation: Workstation, context: Context) -> Iterable[Verdict]:
    if not workstation.browsers:
        return [Verdict(status=Status.UNKNOWN, message=NO_BROWSER)]
    return _each(workstation, context)


def _each(workstation: Workstation, context: Context) -> Iterator[Verdict]:
    for browser in workstation.browsers:
        is_good = browser.keeps_none(context.policy.browser_passwords)
        yield Verdict(
            status=Status.PASS if is_good else Status.FAIL,
            message=OFF if is_good else KEEPS,
            params={"browser": browser.title},
            mark=browser.title,
            evidence=(Evidence(what="policy file", value=browser.file, source=workstation.name),),
        )


BROWSER_PASSWORDS = Control(
    name="browser-passwords",
    title="No browser remembers the password",
    clause="2, 2nd point",
    severity=Severity.MEDIUM,
    rationale=(
        "A password that a browser keeps is there for whoever sits down at the machine, and for "
        "malware to read."
    ),
    references=(
        "CIS Controls v8: 4.1",
        "NIST SP 800-53 r5: CM-6, IA-5 h",
        "ISO/IEC 27001:2022: A.5.17, A.8.9",
    ),
    limit=(
        "These are the managed policies of known browsers in their usual places; passwords that "
        "were stored before are not looked at."
    ),
    reads=frozenset(),
    holds_despite_gaps=frozenset({Status.PASS, Status.FAIL}),
    workstation=_assess,
)
