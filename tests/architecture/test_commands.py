# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The commands of the documentation work with the inventory that the README has made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    page
    for pages in ("README*.md", "docs/*.md", "roles/*/README.md")
    for page in sorted(ROOT.glob(pages))
]
# What asks a directory, whose password the README puts into a vault.
ASKING = re.compile(r"civic\.mailbox\.(audit|enforce|reopen|rollback)\b")
VAULT = ("--ask-vault-pass", "--vault-password-file")


def commands(text: str) -> list[str]:
    """The calls of ansible-playbook with the office's inventory, each in one line: such a call ends
    with its line or, in YAML's folded text, where the next key stands."""
    joined = re.sub(r"\\\n\s*", " ", text)
    folded = re.sub(r"(-i inventory/office/hosts\.yml\s.*)\n\s+(?=civic\.|-e )", r"\1 ", joined)
    return [line for line in folded.splitlines() if "-i inventory/office/hosts.yml" in line]


def without_vault(text: str) -> list[str]:
    return [
        line for line in commands(text) if ASKING.search(line) and not any(o in line for o in VAULT)
    ]


def test_a_command_without_its_vault_is_seen():
    plain = "ansible-playbook -i inventory/office/hosts.yml civic.mailbox.audit"

    assert without_vault(f"{plain} \\\n  -e a=b\n") == [f"{plain}  -e a=b"]
    assert without_vault(f"{plain} --ask-vault-pass\n") == []
    assert without_vault(f"{plain} \\\n  --ask-vault-pass\n") == []
    assert without_vault(plain.replace("audit", "browser_policy")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_command_that_asks_a_directory_opens_the_vault(page):
    assert without_vault(page.read_text("utf-8")) == []


def test_the_example_has_each_folder_that_commands_name():
    named = {
        name
        for page in PAGES
        for name in re.findall(r"inventory/office/([\w./-]+\w)", page.read_text("utf-8"))
    }

    assert named >= {"answers", "requests.yml"}
    assert {name for name in named if not (ROOT / "inventory" / "example" / name).exists()} == set()
