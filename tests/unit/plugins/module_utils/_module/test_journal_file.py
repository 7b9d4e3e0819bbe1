# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core import journal
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import JournalError
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._module.journal_file import (
    NAME,
    open_journal,
    read_history,
)

from .disk import full_from

AT = "2019-01-08T01:00:00Z"


def intent(identifier: str) -> str:
    texts = dict.fromkeys(
        ("control", "subject", "unit", "server", "field", "reason", "undo", "fingerprint"), "x"
    )
    change = Change(
        id=identifier, target="uid=a,dc=x", before=("active",), after=("locked",), **texts
    )
    return journal.intent_line(
        at=AT, mode="apply", change=change, before={"a": []}, after={"a": [b"1"]}
    )


def done(identifier: str) -> str:
    return journal.result_line(at=AT, mode="apply", change_id=identifier, result="done", reason="")


def told(history: journal.History) -> tuple[list[str], list[str]]:
    """The changes that are pending, and those that are done."""
    pending, made = history.pending(), history.done()
    return [one.change.id for one in pending], [one.change.id for one in made]


def test_what_is_added_is_in_the_file_after_the_next_sync_and_in_its_order(tmp_path):
    with open_journal(tmp_path) as file:
        file.add(intent("b"))
        file.add(intent("a"))
        assert (tmp_path / NAME).read_bytes() == b""

        file.sync()
        assert told(read_history(tmp_path)) == (["b", "a"], [])
        file.add(done("a"))
        file.sync()

    assert (tmp_path / NAME).read_text() == f"{intent('b')}\n{intent('a')}\n{done('a')}\n"


def test_a_sync_forces_to_disk_before_it_returns_and_with_nothing_to_add_does_nothing(
    tmp_path, monkeypatch
):
    with open_journal(tmp_path) as file:
        forced = []
        force = os.fsync
        monkeypatch.setattr(os, "fsync", lambda number: forced.append(force(number)))
        file.sync()
        assert forced == []

        file.add(intent("a"))
        file.sync()
        file.sync()
        assert len(forced) == 1


def test_the_next_run_knows_what_stood_there_but_for_half_a_line(tmp_path):
    (tmp_path / NAME).write_text(f"{intent('a')}\n{done('a')}\n{intent('b')}\n{done('b')[:-9]}")
    assert told(read_history(tmp_path)) == (["b"], ["a"])

    with open_journal(tmp_path) as file:
        assert told(file.history) == (["b"], ["a"])
        file.add(done("b"))
        file.sync()

    assert told(read_history(tmp_path)) == ([], ["a", "b"])


def test_a_run_without_a_journal_has_no_history_and_none_is_made_to_read_it(tmp_path):
    assert told(read_history(tmp_path)) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_only_one_run_has_it_at_a_time(tmp_path):
    with (
        open_journal(tmp_path),
        pytest.raises(JournalError, match=f"another run is at work with {tmp_path / NAME}"),
        open_journal(tmp_path),
    ):
        pass


@pytest.mark.parametrize("attempt", [1, 2])
def test_one_that_cannot_be_understood_is_named_left_as_it_is_and_given_free(tmp_path, attempt):
    text = f"{intent('a')}\nnonsense\n"
    (tmp_path / NAME).write_text(text)
    for _ in range(attempt):
        with (
            pytest.raises(JournalError, match=rf"{tmp_path / NAME}, line 2 cannot be understood"),
            open_journal(tmp_path),
        ):
            pass

    assert (tmp_path / NAME).read_text() == text


def test_without_a_run_folder_it_is_named(tmp_path):
    with (
        pytest.raises(JournalError, match=f"^cannot open {tmp_path}/never/{NAME}: No such file"),
        open_journal(tmp_path / "never"),
    ):
        pass


def test_on_a_full_disk_nothing_more_goes_to_server_or_journal_and_the_next_run_goes_on(tmp_path):
    with open_journal(tmp_path) as file:
        file.add(intent("a"))
        file.add(intent("b"))
        with full_from(len(intent("a")) + 10):
            _refuses(file)
        file.add(done("a"))
        _refuses(file)  # though there is room by now: intents before it are missing

    with open_journal(tmp_path) as file:
        assert told(file.history) == (["a"], [])
        file.add(done("a"))
        file.sync()
    assert told(read_history(tmp_path)) == ([], ["a"])


def _refuses(file) -> None:
    with pytest.raises(JournalError, match=r"cannot write .*Nothing more is written to the server"):
        file.sync()


def test_letters_are_kept_whatever_the_locale(tmp_path: Path):
    with open_journal(tmp_path) as file:
        file.add('{"record":"begin","operator":"Nguyễn"}')
        file.sync()

    assert "Nguyễn" in (tmp_path / NAME).read_text("utf-8")
    assert told(read_history(tmp_path)) == ([], [])
