# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The same of 389-DS and Active Directory: what changed gives what all gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.civic.mailbox.lab.clients import Info

from .other_towns import ad_town, ds389_town, leave, read_by, running_servers

SEEDS, ROUNDS = 1, 6


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    with running_servers(tmp_path_factory.mktemp("incremental") / "lab") as running:
        yield running


@pytest.mark.usefixtures("many_may_leave")
def test_what_changed_gives_what_all_gives_on_ds389(servers, tmp_path):
    """By content synchronisation, and by a sweep for who may not see the changelog's settings."""
    told, swept = (
        read_by(servers, "ds389", who, tmp_path, filter="(mail=*)")
        for who in ("auditor", "hash-auditor")
    )
    assert "first run" in told.again().read_all_because
    assert "first run" in swept.again().read_all_because
    town = ds389_town(servers, told)
    for seed in range(SEEDS):
        town.dice.seed(seed)
        for _ in range(ROUNDS):
            town.live()
            for read in (told, swept):
                assert read.again().read_all_because == "", f"seed {seed}"
    assert told.feed == "sync"
    assert swept.feed == "sweep"


@pytest.mark.usefixtures("many_may_leave")
def test_what_changed_gives_what_all_gives_on_active_directory(ad_lab, tmp_path):
    """By a sweep, over accounts of its own: others use this server too."""
    read = read_by(ad_lab, "ad", "auditor", tmp_path)
    assert "first run" in read.again().read_all_because
    town = ad_town(ad_lab, read)
    assert read.again().read_all_because == ""
    for seed in range(SEEDS):
        town.dice.seed(seed)
        for _ in range(ROUNDS):
            town.live()
            assert read.again().read_all_because == "", f"seed {seed}"
    assert read.feed == "sweep"
    leave(town)
    assert read.again().gone > 0
