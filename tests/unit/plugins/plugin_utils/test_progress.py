# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the operator sees of how far a module is."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.civic.mailbox.plugins.plugin_utils import progress

pytestmark = pytest.mark.ansible


class Screen:
    """What was printed, and when that happened."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.printed = threading.Event()

    def display(self, line: str) -> None:
        self.lines.append(line)
        self.printed.set()


@pytest.fixture
def screen(monkeypatch) -> Screen:
    found = Screen()
    monkeypatch.setattr(progress, "Display", lambda: found)
    monkeypatch.setattr(progress, "EVERY", 0.01)
    return found


def test_below_the_last_count_that_was_seen_stands_how_it_ended(tmp_path, screen):
    file = tmp_path / "notices"
    file.write_text("4 of 6 units written\n", "utf-8")

    with progress.progress_shown(file) as end:
        assert screen.printed.wait(60)
        file.unlink()  # as the module does, before its last state was looked at
        end("all units written")

    assert screen.lines == ["  4 of 6 units written", "  all units written"]


def test_of_short_work_nothing_is_shown(tmp_path, screen):
    with progress.progress_shown(tmp_path / "notices") as end:
        end("all units written")

    assert screen.lines == []


def test_of_work_that_failed_no_end_is_told(tmp_path, screen):
    file = tmp_path / "notices"
    file.write_text("4 of 6 units written\n", "utf-8")

    with progress.progress_shown(file):
        assert screen.printed.wait(60)

    assert screen.lines == ["  4 of 6 units written"]
