# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A workstation: a folder whose etc/ programs see in place of /etc, and the module at work on it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.plugins.modules import browser_policy

from .module_run import Ran, run_module

CHROMIUM_FOLDER = "etc/chromium/policies/managed"
CHROMIUM_FILE = f"{CHROMIUM_FOLDER}/zz-civic-mailbox-passwords.json"
FIREFOX_FILE = "etc/firefox/policies/policies.json"
STATE_FILE = "var/lib/civic-mailbox/browser-policy.json"

# A mount namespace of its own: the machine's /etc is neither seen nor changed.
_ELSEWHERE = 'mount --make-rprivate / && mount --bind "$1" /etc && shift && exec "$@"'


@dataclass(frozen=True)
class Workstation:
    """A workstation below a folder."""

    root: Path

    @property
    def on_it(self) -> tuple[str, ...]:
        """A command that starts another one on it, and stands before that."""
        return "unshare", "--mount", "sh", "-c", _ELSEWHERE, "sh", str(self.root / "etc")

    def run(self, *, check: bool = False, diff: bool = False, **options: Any) -> Ran:
        """Run browser_policy on it."""
        modes = {"_ansible_check_mode": check, "_ansible_diff": diff}
        return run_module(browser_policy.main, {"root": str(self.root), **modes, **options})

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        """Put a file there."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        path.chmod(mode)
        return path

    def policies(self, name: str) -> dict[str, Any]:
        """What a policy file says."""
        return json.loads((self.root / name).read_text(encoding="utf-8"))

    def files(self) -> dict[str, bytes]:
        """All that stands in its etc/, folders with empty names of content."""
        etc = self.root / "etc"
        return {
            str(path.relative_to(etc)): path.read_bytes() if path.is_file() else b""
            for path in sorted(etc.rglob("*"))
            if not path.is_symlink()
        }


def empty(folder: Path) -> Workstation:
    """One with nothing in /etc."""
    (folder / "root" / "etc").mkdir(parents=True)
    return Workstation(folder / "root")


def like_this_machine(folder: Path) -> Workstation:
    """One with this machine's /etc."""
    shutil.copytree("/etc", folder / "root" / "etc", symlinks=True)
    return Workstation(folder / "root")
