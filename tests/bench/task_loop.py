# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The usual way to write to many accounts: community.general.ldap_attrs in a loop over them.

What an account takes is the difference between a loop over some and a loop over none, so that
Ansible's start is in neither. It runs in Debian's Python, for python-ldap.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .clients import PYTHON
from .running import ROOT, Run, run

# Made by `make bench`: the collection, out of the package ansible.
COLLECTIONS = ROOT / ".venv" / "reference"
COLLECTION = COLLECTIONS / "ansible_collections" / "community" / "general"


def version() -> str:
    """The version of community.general."""
    manifest = json.loads((COLLECTION / "MANIFEST.json").read_text())
    return str(manifest["collection_info"]["version"])


def play(dns: Iterable[str], attributes: dict[str, str], connection: dict[str, str]) -> list[Any]:
    """A playbook that gives each of these entries these attributes."""
    task = {
        "community.general.ldap_attrs": {
            "dn": "{{ item }}",
            "attributes": attributes,
            "state": "exact",
            **connection,
        },
        "loop": list(dns),
        "loop_control": {"label": ""},
        "vars": {"ansible_python_interpreter": PYTHON},
    }
    return [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}]


def per_account(
    dns: list[str], attributes: dict[str, str], connection: dict[str, str], folder: Path
) -> Run:
    """What one of these accounts takes."""
    whole, start = (_run(play(some, attributes, connection), folder) for some in (dns, []))
    return Run(
        seconds=(whole.seconds - start.seconds) / len(dns),
        on_processor=(whole.on_processor - start.on_processor) / len(dns),
        peak_mb=whole.peak_mb,
    )


def _run(playbook: list[Any], folder: Path) -> Run:
    file = folder / "loop.yml"
    file.write_text(json.dumps(playbook))
    return run(
        [Path(sys.executable).parent / "ansible-playbook", "--inventory=localhost,", file],
        env={"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)},
    )
