# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a long run is."""

from __future__ import annotations

import os

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._module.progress import progress_in


def test_progress_is_one_line_that_is_replaced_and_gone_at_the_end(tmp_path):
    path = tmp_path / "progress" / "accounts-town"

    with progress_in(path) as show:
        assert not path.exists()
        for text in ("10,000 accounts read", "20,000 accounts read"):
            show(text)
            assert path.read_text("utf-8") == f"{text}\n"

    assert not path.exists()


def test_progress_is_gone_after_a_failure_as_well(tmp_path):
    path = tmp_path / "accounts-town"

    def fail() -> None:
        with progress_in(path) as show:
            show("10,000 accounts read")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()

    assert not path.exists()


def test_where_there_is_no_run_folder_there_is_no_file(tmp_path):
    with progress_in(None) as show:
        show("10,000 accounts read")

    assert list(tmp_path.iterdir()) == []


def test_progress_waits_for_no_disk(tmp_path, monkeypatch):
    forced: list[int] = []
    monkeypatch.setattr(os, "fsync", forced.append)

    with progress_in(tmp_path / "accounts-town") as show:
        show("10,000 accounts read")

    assert forced == []
