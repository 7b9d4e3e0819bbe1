# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The README in Vietnamese has the commands, names and links of the one in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, VIETNAMESE = (ROOT / name for name in ("README.md", "README.vi.md"))


def blocks(text: str) -> list[list[str]]:
    """The commands of each code block, without their comments."""
    found = re.findall(r"^ *```\w+\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = ([line.partition("# ")[0].strip() for line in block.splitlines()] for block in found)
    return [[line for line in block if line] for block in lines]


def names(text: str) -> set[str]:
    """What stands as code in the text: variables, files, statuses."""
    without_blocks = re.sub(r"^ *```\w+\n.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", without_blocks))


def links(text: str) -> set[str]:
    return {link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("README")}


def test_the_parts_of_a_text_are_told_apart():
    text = "See `x.y` and [docs](a.md).\n\n  ```console\n  run it  # now\n  # then\n  ```\n"

    assert blocks(text) == [["run it"]]
    assert names(text) == {"x.y"}
    assert links(text) == {"a.md"}


@pytest.mark.parametrize("parts", [blocks, names, links])
def test_both_say_the_same(parts):
    english, vietnamese = (parts(path.read_text("utf-8")) for path in (ENGLISH, VIETNAMESE))

    assert english
    assert vietnamese == english


def test_they_link_to_each_other():
    assert "](README.vi.md)" in ENGLISH.read_text("utf-8")
    assert "](README.md)" in VIETNAMESE.read_text("utf-8")


@pytest.mark.parametrize("path", [ENGLISH, VIETNAMESE], ids=lambda path: path.name)
def test_no_link_leads_nowhere(path):
    targets = {link.partition("#")[0] for link in links(path.read_text("utf-8"))}

    assert [
        target for target in targets if "://" not in target and not (ROOT / target).exists()
    ] == []
