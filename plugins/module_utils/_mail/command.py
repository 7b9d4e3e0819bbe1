# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The servers' own programs: run, with a limit in time, and their answer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Container, Sequence
from dataclasses import dataclass

from .._core.errors import MailHostError

_PATH = os.pathsep.join(filter(None, (os.environ.get("PATH"), "/usr/local/sbin:/usr/sbin:/sbin")))
_LABEL = re.compile(r"^(?:\w+(?:\([^)]*\))?: )?(?:Error|Fatal|fatal|error): ")
_OK: Container[int] = (0,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a program said."""

    status: int
    output: str
    errors: str

    @property
    def reason(self) -> str:
        """The first error it named, without its label."""
        lines = self.errors.strip().splitlines()
        named = next((line for line in lines if _LABEL.match(line)), None)
        first = named or (lines[0] if lines else f"exit status {self.status}")
        return _LABEL.sub("", first)


def find_program(program: str) -> str | None:
    """Where the program is; None where it is not installed."""
    return shutil.which(program, path=_PATH)


def is_installed(program: str) -> bool:
    """Whether the program is found."""
    return find_program(program) is not None


def ask(
    command: Sequence[str],
    *,
    timeout: float,
    ok: Container[int] | None = _OK,
    given: str | None = None,
) -> Answer:
    """Run a program to its end; `given` is its standard input.

    Raises MailHostError, naming program and reason, when it is not there, takes longer than
    `timeout` seconds, or ends with a status that is not in `ok` (None: any is).
    """
    program = command[0]
    try:
        done = subprocess.run(
            command,
            input=given or "",
            capture_output=True,
            timeout=timeout,
            env={"PATH": _PATH, "LC_ALL": "C.UTF-8"},
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MailHostError(
            f"{_shown(command)} did not end within {timeout:g} s: look at the server, or raise "
            "timeout"
        ) from None
    except OSError as error:
        raise MailHostError(f"cannot run {program}: {error.strerror}") from error
    answer = Answer(status=done.returncode, output=done.stdout, errors=done.stderr)
    if ok is not None and done.returncode not in ok:
        raise MailHostError(f"{_shown(command)} failed: {answer.reason}")
    return answer


def _shown(command: Sequence[str]) -> str:
    """The command as an operator would type it, without a long tail of users."""
    return " ".join(command[:10])
