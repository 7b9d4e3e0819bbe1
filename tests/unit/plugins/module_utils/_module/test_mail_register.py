# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import JournalError
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_register import to_line
from ansible_collections.civic.mailbox.plugins.module_utils._core.warnings import (
    Register,
    WarningRecord,
    may_be_warned,
    read_warnings,
    warned_at,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.mail_register import (
    open_register,
    read_register,
)

from .disk import full_from

SEEN = "2018-09-01T01:00:00Z"
NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)


def record(subject: str, result: str) -> WarningRecord:
    return WarningRecord(
        subject=subject, last_sign_in=SEEN, due=date(2019, 1, 20), sent_at=NOW, run_id="run",
        operator="root", message_id=f"<{subject}>", result=result,
    )  # fmt: skip


def told(register: Register) -> dict[str, str]:
    """Of each of two accounts, what the register says."""
    found = {}
    for subject in ("Huyền@a", "b@a"):
        if warned_at(register, subject, SEEN):
            found[subject] = "warned"
        elif may_be_warned(register, subject, SEEN):
            found[subject] = "perhaps"
    return found


STEPS = [record("Huyền@a", "intended"), record("Huyền@a", "sent"), record("b@a", "intended"), record("b@a", "sent")]  # fmt: skip
TOLD = [
    {},
    {"Huyền@a": "perhaps"},
    {"Huyền@a": "warned"},
    {"Huyền@a": "warned", "b@a": "perhaps"},
    {"Huyền@a": "warned", "b@a": "warned"},
]
WHOLE = "".join(f"{to_line(step)}\n" for step in STEPS).encode()


@pytest.mark.parametrize("size", range(0, len(WHOLE) + 1, 7))
def test_of_a_file_cut_off_anywhere_the_whole_lines_hold_and_more_can_be_added(tmp_path, size):
    path = tmp_path / "warnings.jsonl"
    path.write_bytes(WHOLE[:size])
    whole = WHOLE[:size].count(b"\n")

    assert told(read_register(path, read_warnings)) == TOLD[whole]
    assert path.read_bytes() == WHOLE[:size], "reading changes nothing"
    with open_register(path, read_warnings) as file:
        assert told(file.register) == TOLD[whole]
        for step, after in zip(STEPS[whole:], TOLD[whole + 1 :], strict=True):
            file.add(step)
            assert told(file.register) == after, "known to this run, too"
    assert path.read_bytes() == WHOLE


def test_without_a_file_nobody_was_warned_and_none_is_made(tmp_path: Path):
    assert told(read_register(tmp_path / "warnings.jsonl", read_warnings)) == {}
    assert list(tmp_path.iterdir()) == []


def test_on_a_full_disk_nobody_counts_as_warned_and_no_more_is_sent(tmp_path):
    path = tmp_path / "warnings.jsonl"
    with open_register(path, read_warnings) as file:
        with full_from(100), pytest.raises(JournalError, match="No more mails are sent"):
            file.add(STEPS[0])
        assert told(file.register) == {}
    assert told(read_register(path, read_warnings)) == {}
