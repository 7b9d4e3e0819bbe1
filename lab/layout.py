# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a lab lives: one folder, one range of ports."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HOST = "127.0.0.1"
REPOSITORY = Path(__file__).resolve().parent.parent
PORTS = (
    "ldap",
    "ldaps",
    "smtp",
    "submission",
    "sieve_out",  # where Dovecot hands in what Sieve scripts send
    "imap",
    "imaps",
    "sieve",
    "lmtp",
    "sink",
    "ds389_ldap",
    "ds389_ldaps",
    "zimbra_ldap",
    "zimbra_ldaps",
    "ad_ldap",
    "ad_ldaps",
    "freeipa_ldap",
    "freeipa_ldaps",
)
# A UNIX socket's path takes 107 bytes; the servers' own names below the folder take up to 37.
LONGEST_PATH = 70
_MARKER = ".civic-mailbox-lab"


class LabError(Exception):
    """The lab cannot do what it was asked to; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One lab's folder and ports, and the size and time of its population."""

    directory: Path  # the real folder, never a link
    port_base: int
    people: int  # synthetic accounts beside the fixed ones
    now: datetime  # the moment that the population's times count back from
    extra: tuple[str, ...] = ()  # names of the optional servers beside the base ones

    def port(self, name: str) -> int:
        """The port of a listener of PORTS."""
        return self.port_base + PORTS.index(name)

    def pid_file(self, server: str) -> Path:
        """Where the process of a server is remembered."""
        return self.directory / "run" / f"{server}.pid"

    def log(self, server: str) -> Path:
        """What a server wrote to its standard output and error."""
        return self.directory / "log" / f"{server}.log"


def locate(wanted: Path) -> Path:
    """The folder that a lab asked for at `wanted` really uses.

    Usually `wanted` itself. Where its path is too long for UNIX sockets, or leads through a folder
    that the servers' users may not enter (as /root), one below /tmp that depends on `wanted` only.
    """
    path = _named(wanted)
    if is_lab(path) and not path.is_symlink():
        return path
    if path.is_symlink() or len(str(path)) > LONGEST_PATH or not _passable(path.parent):
        return Path("/tmp", "civic-lab-" + hashlib.sha256(str(path).encode()).hexdigest()[:12])
    return path


def claim(wanted: Path) -> Path:
    """Make the folder of a new lab, with a link at `wanted` where it lies elsewhere.

    Raises LabError when something that is no lab is in the way.
    """
    link, directory = _named(wanted), locate(wanted)
    if link.is_symlink() and link.resolve() != directory:
        raise LabError(f"{link} is a link to something else: choose another --directory.")
    for path in {link, directory}:
        if path.exists() and not (is_lab(path) or _is_empty_and_ours(path)):
            raise LabError(f"{path} exists and is no lab: choose another --directory.")
    directory.mkdir(exist_ok=True)
    directory.chmod(0o755)  # the servers' users look for their files in it
    (directory / _MARKER).touch()
    if link != directory and not link.is_symlink():
        if link.exists():
            link.rmdir()
        link.symlink_to(directory)
    return directory


def release(wanted: Path) -> None:
    """Forget the link that claim() may have left at `wanted`."""
    link = _named(wanted)
    if link.is_symlink() and link.readlink() == locate(wanted):
        link.unlink()


def is_lab(directory: Path) -> bool:
    """Whether a lab of this user made the folder: nothing else is ever believed or deleted."""
    return (directory / _MARKER).is_file() and directory.stat().st_uid == os.geteuid()


def _is_empty_and_ours(path: Path) -> bool:
    return path.is_dir() and path.stat().st_uid == os.geteuid() and not any(path.iterdir())


def _named(wanted: Path) -> Path:
    """The absolute path, free of links but for its last part."""
    wanted = wanted.absolute()
    return wanted.parent.resolve() / wanted.name


def _passable(path: Path) -> bool:
    return all(p.stat().st_mode & 0o001 for p in (path, *path.parents) if p.exists())
