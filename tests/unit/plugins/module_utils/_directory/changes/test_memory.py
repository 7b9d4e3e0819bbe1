# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is remembered of a reading comes back as it was, or not at all."""

from __future__ import annotations

from random import Random

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes import (
    memory as changes_memory,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes.memory import (
    Accounts,
    Memory,
    MemoryLostError,
    Rows,
    decoded,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.visibility import Hidden

KINDS = [('"Police"', 3, ("forwarding",)), ('"Registry"', 1, ()), ('"Police"', 3, ("forwarding",))]


def memory() -> Memory:
    made = Memory(rests_on={"filter": "x"}, full_at="2019-01-08T00:00:00Z", runs=2)
    made.newest, made.cookies = {"pwdLastSuccess": '"2019-01-08T00:00:00Z"'}, ["00ff"]
    made.hidden = [Hidden(unit='"Police"', attribute="a", field="forwards", reason="hidden")]
    for number, kind in enumerate(KINDS):
        made.accounts.add(bytes([number]) * 16, 100 + number, kind, 1 << 63)
    return made


def test_it_comes_back_as_it_was():
    assert decoded(b"".join(memory().encoded())) == memory()


def test_accounts_are_counted_by_kind():
    assert memory().accounts.tally() == {KINDS[0]: 2, KINDS[1]: 1}


def test_texts_begin_where_those_before_end():
    assert memory().accounts.offsets().tolist() == [0, 100, 201, 303]
    assert memory().accounts.offsets(2).tolist() == [0, 100, 201]
    assert memory().accounts.offsets(9).tolist() == [0, 100, 201, 303]


def test_a_key_of_another_size_is_none():
    with pytest.raises(MemoryLostError):
        memory().accounts.add(b"short", 1, KINDS[0])


@pytest.mark.parametrize("most", [0, 3, 200])
@pytest.mark.parametrize("seed", range(3))
def test_a_key_is_found_in_whatever_order(monkeypatch, most, seed):
    """By what few are looked for through all, as by the table of all."""
    monkeypatch.setattr(changes_memory, "_MOST_ELSEWHERE", most)
    accounts, dice = Accounts(), Random(seed)
    keys = [dice.randbytes(1) * 9 + dice.randbytes(7) for _ in range(50)]
    for key in keys:
        accounts.add(key, 1, KINDS[0])
    asked = [*keys, *keys[20:], *dice.sample(keys, 20), keys[7][1:] + keys[8][:1], b"", b"x" * 16]
    rows = Rows(accounts)
    for key in asked:
        assert rows.find(key) == (keys.index(key) if key in keys else None)


@pytest.mark.parametrize("cut", [0, 1, 30, 500])
def test_a_part_of_it_is_refused(cut):
    with pytest.raises(MemoryLostError):
        decoded(b"".join(memory().encoded())[: -1 - cut])


def test_another_version_is_refused():
    with pytest.raises(MemoryLostError, match="version"):
        decoded(b"".join(memory().encoded()).replace(b'"schema": 2', b'"schema": 9'))
