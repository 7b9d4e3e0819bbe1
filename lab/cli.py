# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command `lab/lab`: what it takes, what it prints, how it ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from . import lifecycle
from .layout import REPOSITORY, LabError

_DESCRIPTION = """\
Real OpenLDAP, Dovecot and Postfix servers on loopback, filled with the mailboxes of the letter and
one for each state that an audit can find. They live in one folder and are thrown away after use.
"""


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; the exit status is 0 only when that was done."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _up(given: argparse.Namespace) -> int:
    started = lifecycle.up(given.directory, given.port_base, given.people, extra=given.extra)
    _print_status(given.directory)
    print("The lab is up." if started else "The lab was already up.", end=" ")
    print("`lab/lab down` stops it and deletes what it made.")
    return 0


def _down(given: argparse.Namespace) -> int:
    found = lifecycle.down(given.directory)
    print("The lab is down; nothing of it is left." if found else "There is no lab here.")
    return 0


def _status(given: argparse.Namespace) -> int:
    return 0 if _print_status(given.directory) else 1


def _export(given: argparse.Namespace) -> int:
    sys.stdout.write(lifecycle.export(given.directory, given.server))
    return 0


def _print_status(directory: Path) -> bool:
    conditions = lifecycle.status(directory)
    for server in conditions:
        state = "running" if server.running else "NOT RUNNING"
        print(f"{server.title:13}{server.version:12}{state:13}{', '.join(server.addresses)}")
    return all(server.running for server in conditions)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab/lab", description=_DESCRIPTION)
    verbs = parser.add_subparsers(required=True, metavar="up|down|status|export")
    up = _verb(verbs, "up", _up, "start the lab; one that runs already is left as it is")
    up.add_argument(
        "--people",
        type=_count,
        metavar="N",
        help="synthetic accounts to add to the fixed ones (default: 0)",
    )
    up.add_argument(
        "--port-base",
        type=_port_base,
        metavar="N",
        default=os.environ.get("LAB_PORT_BASE") or None,
        help="first of the ports to use (default: environment LAB_PORT_BASE, else 23000)",
    )
    up.add_argument(
        "--with",
        dest="extra",
        type=lambda text: [name for name in text.split(",") if name],
        metavar="NAME,...",
        default=[],
        help=f"servers to start beside the base ones: {', '.join(lifecycle.OPTIONAL)}",
    )
    _verb(verbs, "down", _down, "stop the lab and delete all that it made")
    _verb(verbs, "status", _status, "show each server; exit status 0 only when all of them run")
    export = _verb(verbs, "export", _export, "print a directory's entries as sorted LDIF")
    export.add_argument(
        "--server", default="openldap", metavar="NAME", help="the directory (default: openldap)"
    )
    return parser


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    verb.set_defaults(command=command)
    verb.add_argument(
        "--directory",
        type=Path,
        default=Path(os.environ.get("CIVIC_LAB") or REPOSITORY / ".lab"),
        help="the lab's folder (default: environment CIVIC_LAB, else .lab in the clone)",
    )
    return verb


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 on")
    return int(text)


def _port_base(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no port (see also LAB_PORT_BASE)")
    return int(text)
