# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's life: up, status, down. All that it makes lies in one folder."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import export as entries
from . import layout as place
from . import openldap, population, process, tls, workstations
from .dovecot import DOVECOT
from .ds389 import DS389
from .freeipa import FREEIPA
from .layout import HOST, PORTS, LabError, Layout
from .openldap import OPENLDAP
from .postfix import POSTFIX
from .samba import AD
from .server import Server
from .sink import SINK
from .zimbra import ZIMBRA

SERVERS = (OPENLDAP, DOVECOT, POSTFIX, SINK)
# Those that `up --with` adds.
OPTIONAL = {server.name: server for server in (DS389, FREEIPA, ZIMBRA, AD)}
_READY_WITHIN = 60  # seconds; usually two or three are enough
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """How one server of a lab is doing."""

    title: str
    version: str
    addresses: list[str]
    running: bool


def up(
    wanted: Path,
    port_base: int | None,
    people: int | None,
    now: datetime | None = None,
    extra: Collection[str] = (),
) -> bool:
    """Start a lab at `wanted`; False when it already runs there.

    `extra` names servers of OPTIONAL to start beside the base ones; any others that run there too
    are left. A lab that crashed in part or in whole, or that another version of this code made, is
    cleared away and made anew.
    Raises LabError, with nothing left behind, when it cannot be started.
    """
    _require_root()
    _require_packages((*SERVERS, *_optional(extra)))
    with _alone(wanted):
        if running := _running(wanted):
            _require_same(running, port_base, people, extra)
            return False
        _clear(wanted)
        layout = Layout(
            directory=place.claim(wanted),
            port_base=23000 if port_base is None else port_base,
            people=people or 0,
            now=now or datetime.now(UTC).replace(microsecond=0),
            extra=tuple(server.name for server in _optional(extra)),
        )
        try:
            _require_ports(layout)
            _start(layout)
        except BaseException:
            _clear(wanted)
            raise
        return True


def down(wanted: Path) -> bool:
    """Stop the lab at `wanted` and delete all it made; False when there was none."""
    _require_root()
    with _alone(wanted):
        return _clear(wanted)


def status(wanted: Path) -> list[Condition]:
    """How each server is doing. Raises LabError when there is no lab."""
    info = describe(wanted)
    layout = _layout(info)
    return [
        Condition(
            title=server.title,
            version=info[server.name]["version"],
            addresses=server.addresses(layout),
            running=_serves(server, layout),
        )
        for server in _servers(layout)
    ]


def export(wanted: Path, name: str = OPENLDAP.name) -> str:
    """A directory's entries as sorted LDIF. Raises LabError when it does not run."""
    layout = _layout(describe(wanted))
    directories = {server.name: server for server in _servers(layout) if server.exported}
    if name not in directories:
        raise LabError(f"No directory {name!r} runs here: choose of {', '.join(directories)}.")
    if not _serves(directories[name], layout):
        raise LabError(f"{directories[name].title} does not run: `lab/lab up` starts the lab anew.")
    return entries.export(layout, directories[name])


def describe(wanted: Path) -> dict[str, Any]:
    """What lab.json says of the lab: addresses, accounts, paths.

    Raises LabError without one, and for one of another version of this code.
    """
    try:
        text = (place.locate(wanted) / "lab.json").read_text(encoding="utf-8")
        info: dict[str, Any] = json.loads(text)
    except PermissionError as error:
        raise LabError(f"The lab in {wanted} can be read by root only: use sudo.") from error
    except (OSError, ValueError) as error:
        raise LabError(f"There is no lab in {wanted}: `lab/lab up` starts one.") from error
    if not _is_of_this_version(info):
        raise LabError(
            f"The lab in {wanted} was made by another version of this command: `lab/lab up` makes"
            " it anew."
        )
    return info


def _start(layout: Layout) -> None:
    for name in ("run", "log"):
        (layout.directory / name).mkdir()
    tls.make(layout.directory / "tls", clients=openldap.CLIENT_CERTIFICATES)
    workstations.prepare(layout)
    for server in _servers(layout):
        server.prepare(layout)
        log = layout.log(server.name)
        process.spawn(server.command(layout), layout.pid_file(server.name), log)
    deadline = time.monotonic() + _READY_WITHIN
    for server in _servers(layout):
        _await(server, layout, deadline)
    path = layout.directory / "lab.json"
    path.touch(mode=0o600)
    description = _description(layout, {s.name: s.version() for s in _servers(layout)})
    text = json.dumps(description, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")


def _await(server: Server, layout: Layout, deadline: float) -> None:
    while not _serves(server, layout):
        late = time.monotonic() > deadline
        if late or not process.is_running(layout.pid_file(server.name)):
            problem = "is not ready" if late else "ended by itself"
            said = process.tail(layout.log(server.name))
            raise LabError(f"{server.title} {problem}. The end of its log:\n{said}")
        time.sleep(0.02)


def _servers(layout: Layout) -> tuple[Server, ...]:
    return (*SERVERS, *(OPTIONAL[name] for name in layout.extra))


def _optional(names: Collection[str]) -> list[Server]:
    """The optional servers of these names, in the catalogue's order. Raises LabError."""
    if unknown := sorted(set(names) - set(OPTIONAL)):
        raise LabError(f"No server is called {unknown[0]!r}: choose of {', '.join(OPTIONAL)}.")
    return [server for name, server in OPTIONAL.items() if name in names]


def _serves(server: Server, layout: Layout) -> bool:
    return process.is_running(layout.pid_file(server.name)) and all(
        probe.answers(layout.port(probe.port)) for probe in server.probes
    )


def _running(wanted: Path) -> dict[str, Any] | None:
    """The description of a lab of which every server runs."""
    try:
        info = describe(wanted)
    except LabError:
        return None
    layout = _layout(info)
    return info if all(_serves(server, layout) for server in _servers(layout)) else None


def _clear(wanted: Path) -> bool:
    directory = place.locate(wanted)
    found = place.is_lab(directory)
    if found:
        if pid_files := sorted((directory / "run").glob("*.pid")):
            process.stop(pid_files)
        shutil.rmtree(directory)
    place.release(wanted)
    return found


def _layout(info: dict[str, Any]) -> Layout:
    return Layout(
        directory=Path(info["directory"]),
        port_base=info["port_base"],
        people=info["people"],
        now=datetime.strptime(info["now"], _TIME).replace(tzinfo=UTC),
        extra=tuple(info["extra"]),
    )


def _is_of_this_version(info: dict[str, Any]) -> bool:
    """Whether lab.json is what this code writes of such a lab: its keys, names, ports."""
    try:
        layout = _layout(info)
        versions = {server.name: info[server.name]["version"] for server in _servers(layout)}
    except (KeyError, TypeError, ValueError):
        return False
    return info == _description(layout, versions)


def _description(layout: Layout, versions: dict[str, str]) -> dict[str, Any]:
    """What lab.json says; `versions` are the servers', by their names."""
    certificates = layout.directory / "tls"
    return {
        "directory": str(layout.directory),
        "port_base": layout.port_base,
        "people": layout.people,
        "now": layout.now.strftime(_TIME),
        "extra": list(layout.extra),
        "host": HOST,
        "ports": _ports(layout),
        "domain": population.DOMAIN,
        "mail_host": population.MAIL_HOST,
        "default_password": population.DEFAULT_PASSWORD,
        "tls": {
            "ca": str(certificates / "ca.pem"),
            "other_ca": str(certificates / "other-ca.pem"),
            "clients": {
                name: {
                    "certificate": str(certificates / f"{name}.pem"),
                    "key": str(certificates / f"{name}.key"),
                }
                for name in openldap.CLIENT_CERTIFICATES
            },
        },
        "workstations": workstations.describe(layout),
        **{s.name: {"version": versions[s.name], **s.describe(layout)} for s in _servers(layout)},
    }


def _ports(layout: Layout) -> dict[str, int]:
    """The ports that the lab's servers listen on, in the order of PORTS."""
    found = {k: v for server in _servers(layout) for k, v in server.ports(layout).items()}
    return dict(sorted(found.items(), key=lambda port: port[1]))


def _require_root() -> None:
    if os.geteuid() != 0:
        raise LabError("The lab needs root, since Dovecot and Postfix change their user: use sudo.")


def _require_packages(servers: Iterable[Server]) -> None:
    if missing := process.missing_packages(p for server in servers for p in server.packages):
        raise LabError(
            "Packages are missing. Install them without starting their services:\n"
            f"  apt-get install {' '.join(missing)}"
        )


def _require_same(
    info: dict[str, Any], port_base: int | None, people: int | None, extra: Collection[str]
) -> None:
    for key, asked in (("port_base", port_base), ("people", people)):
        if asked is not None and asked != info[key]:
            raise LabError(
                f"A lab with {key} {info[key]} runs in {info['directory']}; this one would have"
                f" {asked}. Take it down first (`lab/lab down`), or use another --directory."
            )
    if lacking := [name for name in extra if name not in info["extra"]]:
        raise LabError(
            f"A lab without {', '.join(lacking)} runs in {info['directory']}. Take it down first"
            " (`lab/lab down`), or use another --directory."
        )


def _require_ports(layout: Layout) -> None:
    if not 1024 <= layout.port_base <= 65535 - len(PORTS):
        raise LabError(f"Port base {layout.port_base}: choose 1024 to {65535 - len(PORTS)}.")
    for name in _ports(layout):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((HOST, layout.port(name)))
            except OSError as error:
                raise LabError(
                    f"Port {layout.port(name)} ({name}) is taken ({error.strerror}). Set"
                    f" LAB_PORT_BASE to the first of {len(PORTS)} free ports."
                ) from error


@contextmanager
def _alone(wanted: Path) -> Iterator[None]:
    """Wait until no other command works on a lab of the same folder's parent."""
    parent = wanted.absolute().parent
    if not parent.is_dir():
        raise LabError(f"{parent} does not exist: choose another --directory.")
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
