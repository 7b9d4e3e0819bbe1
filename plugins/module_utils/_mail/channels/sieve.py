# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sieve scripts of users: what the active ones send on, and what the others would."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..._core.account import ANSWERS, Forward
from ..channel import Channel
from ..dovecot import Dovecot
from ..global_scripts import global_scripts, started_scripts
from ..mail_host import MailHost
from ..records import Record, forward, problem, way
from ..sieve.grammar import SieveError
from ..sieve.redirects import Include, Outgoing, may_send, outgoing
from ..sieve_storage import SUFFIX, StoredScript, Ways, scripts_of

_NAME = "sieve"
# Of what Dovecot knows and does not offer by itself, what sends mail to addresses in a script.
_OFF_BY_DEFAULT = frozenset({"notify"})


def _read(host: MailHost) -> Iterator[Record]:
    if host.dovecot is None:
        return
    scripts = shared_scripts(host, host.dovecot)
    for user in host.users:
        if not user.exists:
            mail = host.address(user.name)
            yield problem("forwards", f"{mail}: Dovecot lists this user and does not know it", mail)
    ways = Ways.to(host.dovecot, (user for user in host.users if user.exists))
    yield way(_NAME, "files", len(ways.files))
    yield way(_NAME, "doveadm", len(ways.doveadm))
    for user, stored in scripts_of(host.dovecot, ways):
        if any(script.problem or may_send(script.text) for script in stored):
            yield from of_mailbox(host.address(user.name), stored, scripts)


def shared_scripts(host: MailHost, dovecot: Dovecot) -> GlobalScripts:
    """What the scripts of a host's users can use. Raises MailHostError."""
    return GlobalScripts(
        folder=_global_folder(dovecot),
        off=_OFF_BY_DEFAULT - _named(dovecot.setting("plugin/sieve_extensions")),
        started=started_scripts(global_scripts(host)),
    )


@dataclass(frozen=True, kw_only=True)
class GlobalScripts:
    """The administrator's scripts that users can include, and what no script can use."""

    folder: Path | None
    off: frozenset[str] = _OFF_BY_DEFAULT  # extensions: a script that requires one is not run
    started: frozenset[str] = frozenset()  # users' scripts that the administrator's include

    def text(self, name: str) -> bytes | None:
        """A script's text, or None where it is not found."""
        if self.folder is None or "/" in name:
            return None
        try:
            return (self.folder / f"{name}{SUFFIX}").read_bytes()
        except OSError:
            return None


def of_mailbox(
    mail: str, stored: Sequence[StoredScript], global_scripts: GlobalScripts
) -> Iterator[Record]:
    """The records of one mailbox's scripts. Included scripts are as active as who includes them."""
    found: dict[str, Outgoing] = {}
    for script in stored:
        title = f"Sieve script {script.name!r}"
        if script.problem:
            yield problem("forwards", f"{mail}: cannot read {title}: {script.problem}", mail)
        elif may_send(script.text):
            try:
                found[script.name] = outgoing(script.text.decode("utf-8", "replace"))
            except SieveError as error:
                message = f"{mail}: {title} cannot be understood, {error}"
                yield problem("forwards", message, mail)
    active = yield from _follow(mail, stored, found, global_scripts)
    places = {script.name: script.place for script in stored}
    for name, out in found.items():
        title = f"Sieve script {name!r}"
        runs = name in active and not out.extensions & global_scripts.off
        yield from _forwards(mail, title, out, active=runs, place=places[name])


def running(stored: Sequence[StoredScript], global_scripts: GlobalScripts) -> set[str]:
    """The names of those of a mailbox's scripts that run: the active one, and what is included."""
    found: dict[str, Outgoing] = {}
    for script in stored:
        with suppress(SieveError):
            found[script.name] = outgoing(script.text.decode("utf-8", "replace"))
    following = _follow("", stored, found, global_scripts)
    while True:
        try:
            next(following)
        except StopIteration as end:
            names: set[str] = end.value
            return names


def _follow(
    mail: str,
    stored: Sequence[StoredScript],
    found: Mapping[str, Outgoing],
    global_scripts: GlobalScripts,
) -> Generator[Record, None, set[str]]:
    """Yield what included global scripts send on; return the names of the user's active scripts."""
    names = {script.name for script in stored}
    started = global_scripts.started
    active = {script.name for script in stored if script.active or script.name in started}
    waiting = [(name, include) for name in sorted(active) for include in _includes(found, name)]
    seen: set[str] = set()
    while waiting:
        where, include = waiting.pop()
        if not include.name:
            yield forward(mail, _opaque(where, include.line, "a variable names the script"))
        elif include.is_global:
            if include.name not in seen:
                seen.add(include.name)
                further = yield from _global(mail, where, include, global_scripts)
                waiting.extend((include.name, more) for more in further)
        elif include.name not in active and include.name in names:
            active.add(include.name)
            waiting.extend((include.name, further) for further in _includes(found, include.name))
    return active


def _includes(found: Mapping[str, Outgoing], name: str) -> tuple[Include, ...]:
    return found[name].includes if name in found else ()


def _global(
    mail: str, where: str, include: Include, global_scripts: GlobalScripts
) -> Generator[Record, None, tuple[Include, ...]]:
    """Yield what a global script sends on; return what it includes."""
    text = global_scripts.text(include.name)
    title = f"global Sieve script {include.name!r}"
    if text is None:
        if not include.optional:
            message = f"{mail}: Sieve script {where!r}, line {include.line}: {title} is not found"
            yield problem("forwards", message, mail)
        return ()
    try:
        found = outgoing(text.decode("utf-8", "replace"))
    except SieveError as error:
        yield problem("forwards", f"{title} cannot be understood, {error}", mail)
        return ()
    yield from _forwards(mail, title, found, active=True)
    return found.includes


def _forwards(
    mail: str, title: str, out: Outgoing, *, active: bool, place: str = ""
) -> Iterator[Record]:
    ways = [(redirect, redirect.opaque) for redirect in out.redirects]
    ways += [(sender, sender.opaque or ANSWERS) for sender in out.senders]
    for redirect, reason in ways:
        yield forward(
            mail,
            Forward(
                address=redirect.address,
                channel=_NAME,
                source=f"{title}, line {redirect.line}",
                active=active and redirect.reachable,
                opaque=reason,
                place=place,
            ),
        )


def _opaque(name: str, line: int, reason: str) -> Forward:
    source = f"Sieve script {name!r}, line {line}"
    return Forward(address="", channel=_NAME, source=source, opaque=reason)


def _global_folder(dovecot: Dovecot) -> Path | None:
    """Where scripts for `include :global` lie, if in a folder that is the same for everybody."""
    for block in dovecot.settings("sieve_script").of_kind("sieve_script"):
        if block.values.get("type") == "global":
            return _plain(block.values.get("path", ""))
    return _plain(
        dovecot.setting("plugin/sieve_global") or dovecot.setting("plugin/sieve_global_dir")
    )


def _named(setting: str) -> frozenset[str]:
    """The extensions that a setting switches on: `a b`, or `+a +b -c`."""
    return frozenset(word.removeprefix("+") for word in setting.split())


def _plain(location: str) -> Path | None:
    path = location.removeprefix("file:").partition(";")[0]
    return Path(path) if path.startswith("/") and "%" not in path else None


SIEVE = Channel(name=_NAME, read=_read)
