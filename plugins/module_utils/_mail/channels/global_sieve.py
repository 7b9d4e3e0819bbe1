# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The administrator's Sieve scripts: those that run for everybody, and those that others include.

Each is told once, and not with every mailbox whose mail it handles. One that nothing of the
administrator's includes is told as not in force: a user's script that includes it is told with that
user (channel sieve).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.account import ANSWERS, Forward
from ..channel import Channel
from ..global_scripts import GlobalScript, global_scripts
from ..mail_host import MailHost
from ..records import Record, forward
from ..sieve.grammar import SieveError
from ..sieve.redirects import Outgoing, may_send, outgoing

_NAME = "global_sieve"


def _read(host: MailHost) -> Iterator[Record]:
    yield from told(list(global_scripts(host)))


def told(scripts: list[GlobalScript]) -> Iterator[Record]:
    """The records of the administrator's scripts."""
    found: dict[GlobalScript, Outgoing] = {}
    for script in scripts:
        try:
            if script.problem:
                yield _unread(script, script.problem)
            elif may_send(script.text):
                found[script] = outgoing(script.text.decode("utf-8", "replace"))
        except SieveError as error:
            yield _unread(script, f"it cannot be understood, {error}")
    included = included_names(found)
    for script, out in found.items():
        runs = not script.is_library or script.name in included
        yield from _forwards(script, out, runs)


def included_names(found: dict[GlobalScript, Outgoing]) -> set[str]:
    """The global scripts that those that run for everybody include, and these in turn."""
    library = {script.name: out for script, out in found.items() if script.is_library}
    waiting = [out for script, out in found.items() if not script.is_library]
    names: set[str] = set()
    while waiting:
        for include in waiting.pop().includes:
            if include.is_global and include.name in library and include.name not in names:
                names.add(include.name)
                waiting.append(library[include.name])
    return names


def _forwards(script: GlobalScript, out: Outgoing, runs: bool) -> Iterator[Record]:
    ways = [(redirect, redirect.opaque) for redirect in out.redirects]
    ways += [(sender, sender.opaque or ANSWERS) for sender in out.senders]
    for redirect, reason in ways:
        active = runs and redirect.reachable
        yield _forward(script, redirect.line, redirect.address, reason, active=active)
    for include in out.includes:
        if not include.name:
            yield _forward(script, include.line, "", "a variable names a script", active=runs)


def _forward(script: GlobalScript, line: int, address: str, opaque: str, *, active: bool) -> Record:
    source = f"global Sieve script {script.title}, line {line}"
    return forward(
        script.mail,
        Forward(address=address, channel=_NAME, source=source, active=active, opaque=opaque),
    )


def _unread(script: GlobalScript, reason: str) -> Record:
    source = f"global Sieve script {script.title}"
    return forward(script.mail, Forward(address="", channel=_NAME, source=source, opaque=reason))


GLOBAL_SIEVE = Channel(name=_NAME, read=_read)
