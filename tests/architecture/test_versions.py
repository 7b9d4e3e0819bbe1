# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing says that it came with a release that there will not be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(
    path
    for folder in ("modules", "lookup", "inventory")
    for path in (ROOT / "plugins" / folder).glob("*.py")
)
NEXT = yaml.safe_load((ROOT / "galaxy.yml").read_text("utf-8"))["version"]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.name)
def test_the_release_that_a_plugin_or_option_came_with_is_none_to_come_after_the_next(path):
    own, *options = re.findall(r"^ *version_added: (.+)$", path.read_text("utf-8"), re.MULTILINE)

    assert numbers(own) <= numbers(NEXT)
    # An option has one of its own only where it came later.
    assert all(numbers(own) < numbers(option) <= numbers(NEXT) for option in options)
