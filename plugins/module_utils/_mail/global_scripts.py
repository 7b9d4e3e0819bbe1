# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The administrator's Sieve scripts, read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .mail_host import MailHost
from .records import EVERYBODY
from .sieve.grammar import SieveError
from .sieve.redirects import may_send, outgoing
from .sieve_locations import LIBRARY, Location, locations
from .user_files import Owner, read_regular
from .variables import of_user

SUFFIX = ".sieve"
_KNOWN = frozenset(of_user("", "/"))  # variables of a user


@dataclass(frozen=True, kw_only=True, slots=True)
class GlobalScript:
    """A script, and whose mail it handles; a problem in place of its text."""

    mail: str  # EVERYBODY, "@domain", or an address
    setting: str
    path: str
    is_library: bool = False  # it runs where another one includes it
    text: bytes = b""
    problem: str = ""

    @property
    def title(self) -> str:
        """What to call it in a report."""
        return f"{self.path} ({self.setting})"

    @property
    def name(self) -> str:
        """By which another script includes it."""
        return os.path.basename(self.path).removesuffix(SUFFIX)


def global_scripts(host: MailHost) -> Iterator[GlobalScript]:
    """All of a host, those that run first. Raises MailHostError."""
    if host.dovecot is None:
        return
    found = list(locations(host.dovecot.settings(), host.users))
    for location in sorted(found, key=lambda location: location.kind == LIBRARY):
        for mail, path in _places(host, location):
            yield from _scripts(location, mail, path)


def started_scripts(scripts: Iterable[GlobalScript]) -> frozenset[str]:
    """The names of users' own scripts that scripts of the administrator run (RFC 6609)."""
    names = set()
    for script in scripts:
        with suppress(SieveError):
            if may_send(script.text) and not script.is_library:
                includes = outgoing(script.text.decode("utf-8", "replace")).includes
                names |= {include.name for include in includes if not include.is_global}
    return frozenset(names)


def _places(host: MailHost, location: Location) -> Iterator[tuple[str, str]]:
    """Whose mail, and the path for it; "" where that cannot be told."""
    if not location.is_file:
        yield host.address(location.user.name) if location.user else EVERYBODY, ""
    elif location.user:
        yield host.address(location.user.name), location.of(location.user)
    elif not location.variables:
        yield EVERYBODY, location.path
    elif not location.variables <= _KNOWN:
        yield EVERYBODY, ""
    else:
        of_domain = location.variables == {"domain"}
        users = (user for user in host.users if user.exists and location.of(user))
        mails = ((host.address(user.name), location.of(user)) for user in users)
        paths = {f"@{mail.rpartition('@')[2]}" if of_domain else mail: path for mail, path in mails}
        yield from paths.items()


def _scripts(location: Location, mail: str, path: str) -> Iterator[GlobalScript]:
    for file in _files(path) if path else [""]:
        text, problem = _read(file) if file else (b"", f"it is at {location.path}: look there")
        if text is not None:
            yield GlobalScript(
                mail=mail,
                setting=location.setting,
                path=file or location.path,
                is_library=location.kind == LIBRARY,
                text=text,
                problem=problem,
            )


def _files(path: str) -> list[str]:
    """The scripts of a folder, in the order in which they run, or the file itself."""
    try:
        names = sorted(name for name in os.listdir(path) if name.endswith(SUFFIX))
    except OSError:
        return [path]
    return [os.path.join(path, name) for name in names]


def _read(path: str) -> tuple[bytes | None, str]:
    """Text and problem; no text where there is no such file, which Dovecot passes over."""
    try:
        with Owner.of(Path(path).parent).rights():
            return read_regular(Path(path)), ""
    except (FileNotFoundError, NotADirectoryError):
        return None, ""
    except OSError as error:
        return b"", f"it cannot be read: {error.strerror}"
