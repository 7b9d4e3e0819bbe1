# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which process an audit is, so that one that was broken off is told from one that is at work."""

from __future__ import annotations

import multiprocessing
import os
import platform
from pathlib import Path

from .spool import is_written_to

# Of the processes of the machine itself, not of a container (PROC_PID_INIT_INO of Linux).
_WHOLE_MACHINE = "pid:[4026531836]"


def this_audit() -> str:
    """What names the Ansible that this is part of; "" where the machine does not tell."""
    is_worker = multiprocessing.parent_process() is not None
    return name_of(os.getppid() if is_worker else os.getpid())


def name_of(process: int) -> str:
    """Host, machine, boot, space of processes, number and start of a process; "": not told."""
    try:
        machine = Path("/etc/machine-id").read_text("ascii").strip()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        space, started = os.readlink("/proc/self/ns/pid"), _started(process)
    except OSError:  # no Linux, or a container without these
        return ""
    if not (machine and started):
        return ""
    return f"{platform.node()} {machine} {boot} {space} {process} {started}"


def broken_off(marker: Path) -> str:
    """What the marker of an audit holds, where that audit has ended for sure.

    "" where it is at work, and where nothing tells.
    """
    try:
        content = marker.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    # A module may outlive the Ansible that was killed, and write on.
    has_ended = is_over(content.partition(" ")[2]) and not is_written_to(marker.parent)
    return content if has_ended else ""


def is_over(name: str) -> bool:
    """Whether the process of this name has ended for sure."""
    here, there = name_of(os.getpid()).split(), name.split()
    if not len(here) == len(there) == 6 or here[:2] != there[:2]:
        return False
    boot, space, process, started = there[2:]
    if boot != here[2]:  # the machine was started again; a container may be beside others
        return space == here[3] == _WHOLE_MACHINE
    if space != here[3] or not process.isdecimal():
        return False
    try:
        return _started(int(process)) != started
    except OSError:
        return False


def _started(process: int) -> str:
    """When it was started, in ticks since the boot; "" where there is none, or it is dead."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *rest = told.rpartition(")")[2].split()
    return "" if state in "ZX" else rest[18]
