# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where measures run: how large they are, a folder, and labs that are thrown away."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from types import TracebackType
from typing import Any

from ansible_collections.civic.mailbox.lab import lifecycle

from .clients import PYTHON
from .running import ROOT

_VERSIONS = {
    "ldapsearch": ("ldapsearch", "-VV"),
    "ldapmodify": ("ldapmodify", "-VV"),
    "python-ldap": (PYTHON, "-c", "import ldap; print(ldap.__version__)"),
    "grep -c": ("grep", "--version"),
}
PORT_BASE = int(os.environ.get("LAB_PORT_BASE", "23400"))


@dataclass
class Ground:
    """A context manager: the lab that runs at its end is stopped."""

    size: int
    folder: Path
    _running: tuple[int, tuple[str, ...]] | None = field(default=None, init=False)

    def __enter__(self) -> Ground:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.forget_lab()

    def lab(self, people: int | None = None, extra: Iterable[str] = ()) -> dict[str, Any]:
        """A description of a lab with so many people, `size` if nothing else is said.

        `extra` names servers beside the base ones. The lab that runs serves if it is such a one: a
        measure leaves it as it found it, or calls forget_lab().
        """
        wanted = (self.size if people is None else people, tuple(extra))
        if self._running != wanted:
            self.forget_lab()
            lifecycle.up(self.place, port_base=PORT_BASE, people=wanted[0], extra=wanted[1])
            self._running = wanted
        return lifecycle.describe(self.place)

    def forget_lab(self) -> None:
        """Stop the lab: what a measure did to it is not for others to see."""
        if self._running is not None:
            lifecycle.down(self.place)
            self._running = None

    def new_folder(self, name: str) -> Path:
        """An empty folder for files of a measure."""
        number = len(list(self.folder.iterdir()))
        made = self.folder / f"{number}-{name}"
        made.mkdir()
        return made

    @property
    def place(self) -> Path:
        """The lab's folder."""
        return self.folder / "lab"


def versions(info: dict[str, Any] | None = None, *servers: str) -> dict[str, str]:
    """Versions of ours, of what it stands on, and of these servers of a lab."""
    own = re.search(r"^version: (.+)$", (ROOT / "galaxy.yml").read_text(), re.MULTILINE)
    return {
        "civic.mailbox": own[1] if own else "",
        "ansible-core": version("ansible-core"),
        "ldap3": version("ldap3"),
        "Python": python_version(),
        **{name: info[name]["version"] for name in servers if info},
    }


def tool_versions(name: str) -> dict[str, str]:
    """The version of a reference that is a program of its own, by its name in the results."""
    command = _VERSIONS.get(name)
    if not command:
        return {}
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return {name: found[0] if found else ""}
