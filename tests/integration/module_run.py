# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A module run as Ansible runs it, in a forked process: quick, and killed at any of its steps.

A step is a call by which the process acts on the world: write and fsync, a file's new name, what
goes to a server, what comes from there.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ansible.module_utils import basic
from ansible.module_utils.common import warnings

_SKIPPED = 70  # exit status when the module did not end by itself
_WITH_DATA = ((os, "write"), (socket.socket, "sendall"))
_ON_FILES = ((os, "fsync"), (os, "replace"), (os, "ftruncate"))
_STEPS = (*_WITH_DATA, *_ON_FILES, (socket.socket, "recv"))
# Of a mail host sockets are only read from, in pieces that differ from run to run.
_STEPS_ON_FILES = (
    (os, "write"), *_ON_FILES, (os, "rename"), (os, "unlink"), (subprocess, "run"),
)  # fmt: skip

ASSERTION = b"1.3.6.1.1.12"  # RFC 4528: in every modification, and in nothing else

Prepare = Callable[[], object]  # in the new process, before the module begins


@dataclass(frozen=True)
class Ran:
    """How a run ended: exit status, or the signal as a number below zero, and what it said."""

    status: int
    output: str

    @property
    def result(self) -> dict[str, Any]:
        return json.loads(self.output[self.output.index("{") :])

    @property
    def message(self) -> str:
        return self.result.get("msg", "")


def run_module(
    main: Callable[[], object],
    options: dict[str, Any],
    *,
    prepare: Prepare = int,
    kill_after: float | None = None,
    kill_with: int = signal.SIGKILL,
) -> Ran:
    """Run it; with `kill_after` seconds it gets that signal, if it still runs."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_the_module(main, options, prepare, writing)
    os.close(writing)
    timer = threading.Timer(kill_after or 0, os.kill, (pid, kill_with))
    if kill_after is not None:
        timer.start()
    with open(reading, encoding="utf-8", errors="replace") as output:
        said = output.read()
    # Not collected before the timer is over: the number belongs to no other process yet.
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    timer.cancel()
    if kill_after is not None:
        timer.join()
    _, status = os.waitpid(pid, 0)
    return Ran(os.waitstatus_to_exitcode(status), said)


def _be_the_module(
    main: Callable[[], object], options: dict[str, Any], prepare: Prepare, output: int
) -> NoReturn:
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = sys.stdout
        given = {"_ansible_module_name": main.__module__.rpartition(".")[2], **options}
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()
        basic._ANSIBLE_PROFILE = "legacy"
        # Another test may have loaded what makes Ansible print warnings, not return them.
        internal: Any = sys.modules.get("ansible.module_utils._internal")
        if internal:
            internal.is_controller = False
        getattr(warnings, "_global_warnings", []).clear()  # of other tests in the parent process
        os.fsync = int  # what a killed process has written stays, without a wait for the disk
        prepare()
        main()
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(int(end.code or 0))
    finally:
        os._exit(_SKIPPED)


def die_at(step: int, how: str = "before", *, on_files: bool = False) -> Prepare:
    """The process kills itself at its n-th step, counted from 1: `before` it, or in the `middle` of
    it, when half of its data is out; then only steps that have data count.

    `on_files`: that it runs a program or gives a file another name counts, and sockets do not.
    """
    steps = itertools.count(1)

    def die(_: str, call: Callable[..., Any], first: Any, *rest: Any) -> None:
        if next(steps) == step:
            if how == "middle":
                call(first, rest[0][: len(rest[0]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

    before = _STEPS_ON_FILES if on_files else _STEPS
    return lambda: _at_each_step(die, _WITH_DATA if how == "middle" else before)


def note_steps(file: Path) -> Prepare:
    """The kinds of the process's steps, one a line, as die_at counts them `on_files`."""

    def prepare() -> None:
        write, notes = os.write, os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def note(name: str, _: Callable[..., Any], first: Any, *rest: Any) -> None:
            kind = " ".join((name, *_object(name, first, *rest)))
            write(notes, f"{kind}\n".encode())

        _at_each_step(note, _STEPS_ON_FILES)

    return prepare


def _object(name: str, first: Any, *rest: Any) -> Iterator[str]:
    """What a step is done to: a program, a file by its name alone, a record of the journal."""
    if name == "run":
        yield str(first[0])
    elif name in ("rename", "replace"):
        yield Path(rest[0]).name
    elif name == "write":
        yield from re.findall('"record":"([a-z]+)"', bytes(rest[0]).decode("utf-8", "replace"))[:1]


def turning_points(kinds: Sequence[str]) -> list[int]:
    """Of steps of these kinds the first and the last of each kind, counted from 1."""
    first = {kind: len(kinds) - step for step, kind in enumerate(reversed(kinds))}
    last = {kind: step for step, kind in enumerate(kinds, 1)}
    return sorted({*first.values(), *last.values()})


def _at_each_step(act: Callable[..., None], steps: Iterable[tuple[object, str]]) -> None:
    """Before each of these calls that one is made, with the call's name, the call itself and what
    is given to it."""

    def observed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **more: Any) -> Any:
            act(name, call, *given)
            return call(*given, **more)

        return step

    for place, name in steps:
        setattr(place, name, observed(name, getattr(place, name)))


def die_somewhere(dice: random.Random, steps: int) -> Prepare:
    """The same at any of so many steps."""
    if dice.random() < 0.3:
        return die_at(dice.randint(1, steps // 3), "middle")
    return die_at(dice.randint(1, steps))


def at_first_write(happens: Callable[[], object]) -> Prepare:
    """In the module's process: this happens just before its first modification leaves."""

    def prepare() -> None:
        send = socket.socket.sendall

        def at_send(self: socket.socket, data: bytes) -> None:
            if ASSERTION in data:
                socket.socket.sendall = send  # type: ignore[method-assign]
                happens()
            send(self, data)

        socket.socket.sendall = at_send  # type: ignore[assignment, method-assign]

    return prepare


def at_first_result(happens: Callable[[], object]) -> Prepare:
    """In the module's process: this happens just before the journal gets its first results."""

    def prepare() -> None:
        write = os.write

        def at_write(descriptor: int, data: bytes) -> int:
            if b'"record":"result"' in data:
                happens()
            return write(descriptor, data)

        os.write = at_write  # type: ignore[assignment]

    return prepare
