# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One lab for all integration tests of a test process; CIVIC_LAB names a running one to use instead."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import Info

from .ports import free_port_base


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A running lab: what its lab.json says."""
    yield from _running_lab(tmp_path_factory)


@pytest.fixture(scope="session")
def ad_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A running lab with Samba AD beside the base servers."""
    yield from _running_lab(tmp_path_factory, "ad")


@pytest.fixture(scope="session")
def zimbra_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A running lab with Zimbra's directory beside the base servers."""
    yield from _running_lab(tmp_path_factory, "zimbra")


def _running_lab(tmp_path_factory: pytest.TempPathFactory, *extra: str) -> Iterator[Info]:
    if running := os.environ.get("CIVIC_LAB"):
        yield lifecycle.describe(Path(running))
        return
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0, extra=extra)
    yield lifecycle.describe(directory)
    lifecycle.down(directory)
