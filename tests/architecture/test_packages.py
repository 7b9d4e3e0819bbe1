# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What lab/install-packages installs is what the lab's servers say that they need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab.lifecycle import OPTIONAL, SERVERS

SCRIPT = Path(__file__).parents[2] / "lab" / "install-packages"


def test_each_package_of_the_lab_is_installed_and_no_other():
    assert listed("LAB") == sorted(package for server in SERVERS for package in server.packages)


@pytest.mark.parametrize("name", OPTIONAL)
def test_the_packages_of_an_optional_server_go_by_its_name(name):
    assert listed(name.upper()) == sorted(OPTIONAL[name].packages)


def listed(name: str) -> list[str]:
    found = re.findall(rf'^{name}_PACKAGES="(.*?)"', SCRIPT.read_text("utf-8"), re.M | re.S)
    return sorted(" ".join(found).split())
