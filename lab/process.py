# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs: run to their end, or started as a server and stopped by their own process id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .layout import HOST, REPOSITORY, LabError

_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, kw_only=True)
class Probe:
    """How a listener shows that it serves: what is sent to it, what its answer holds."""

    port: str  # a name of layout.PORTS
    send: bytes = b""
    expect: bytes = b""  # empty: that it accepts a connection is enough

    def answers(self, port: int) -> bool:
        """Whether the listener on this port of loopback serves now."""
        try:
            with socket.create_connection((HOST, port), timeout=2) as connection:
                connection.sendall(self.send)
                return not self.expect or self.expect in connection.recv(512)
        except OSError:
            return False


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """What the command printed. Raises LabError, with its errors, unless it ended well."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env={**os.environ, "PATH": _PATH, **(environment or {})},
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise LabError(f"{command[0]} ended with exit status {done.returncode}:\n{said}")
    return done.stdout or done.stderr


def missing_packages(wanted: Iterable[str]) -> list[str]:
    """Which of these Debian packages are not installed. Raises LabError without dpkg."""
    packages = sorted(set(wanted))
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages]
    try:
        # It ends with 1 when it does not know one of them: what it prints of the others counts.
        known = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError as error:
        raise LabError("The lab runs on Debian 12 and 13 only: there is no dpkg here.") from error
    return [package for package in packages if f"{package} installed" not in known.splitlines()]


def spawn(command: Sequence[str], pid_file: Path, log: Path) -> None:
    """Start a server that stays in the foreground, as the leader of a session of its own."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
            # What this process was given (secrets, locale) is not for servers.
            env={"PATH": _PATH, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(REPOSITORY)},
            start_new_session=True,
        )
    if started := _stat(child.pid):
        pid_file.write_text(f"{started.pid} {started.started} {_boot_id()}\n")
    child.returncode = 0  # it outlives us: stop() ends it, by its pid file


def is_running(pid_file: Path) -> bool:
    """Whether the very process that spawn() remembered is still alive."""
    remembered = _read(pid_file)
    return remembered is not None and _stat(remembered.pid) == remembered


def stop(pid_files: Sequence[Path], grace: float = 10) -> None:
    """End the servers: SIGTERM to their leaders; after `grace` seconds SIGKILL to what is left.

    Each server's session is emptied, so that the children of a leader that crashed go as well.
    """
    leaders = [leader for file in pid_files if (leader := _read(file))]
    for leader in leaders:
        if _stat(leader.pid) == leader:
            _kill(leader.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(_stat(leader.pid) == leader for leader in leaders) and time.monotonic() < deadline:
        _reap(leaders)
        time.sleep(0.02)
    for leader in leaders:
        while members := list(_session(leader)):
            for pid in members:
                _kill(pid, signal.SIGKILL)
            _reap(leaders)
            time.sleep(0.02)
    for file in pid_files:
        file.unlink(missing_ok=True)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


@dataclass(frozen=True, kw_only=True)
class _Identity:
    """A process id is used again; together with its start time it is not."""

    pid: int
    started: str  # clock ticks after the boot
    session: int


def _stat(pid: int) -> _Identity | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    if fields[0] == "Z":
        return None
    return _Identity(pid=pid, started=fields[19], session=int(fields[3]))


def _read(pid_file: Path) -> _Identity | None:
    try:
        pid, started, boot_id = pid_file.read_text().split()
    except (OSError, ValueError):
        return None
    if boot_id != _boot_id():
        return None
    return _Identity(pid=int(pid), started=started, session=int(pid))


def _boot_id() -> str:
    return _BOOT_ID.read_text().strip()


def _session(leader: _Identity) -> Iterator[int]:
    """The processes of a leader's session. None, when its pid has gone to another process."""
    if (now := _stat(leader.pid)) is not None and now != leader:
        return
    for entry in Path("/proc").iterdir():
        member = _stat(int(entry.name)) if entry.name.isdigit() else None
        if member and member.session == leader.pid:
            yield member.pid


def _kill(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _reap(leaders: Sequence[_Identity]) -> None:
    """Collect the exit status of those that are our own children."""
    for leader in leaders:
        with suppress(ChildProcessError):
            os.waitpid(leader.pid, os.WNOHANG)
