# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Traffic is read from where it stands, and is what reading all of it would give."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core import rows_by_name
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import SnapshotError
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Source
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import Traffic
from ansible_collections.civic.mailbox.plugins.module_utils._module.traffic_files import (
    TrafficFiles,
    traffic_in,
)

CLERK, DESK = "clerk@town.example", "Địa-chính@Town.example"


def snapshot(folder: Path, host: str, *records: dict[str, Any]) -> dict[Source, Path]:
    """A log snapshot of that host, and its file."""
    path = folder / f"log-{host}.jsonl"
    lines = ({"record": "header"}, *records, {"record": "end"})
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), "utf-8")
    return {Source(name=host, kind="log"): path}


def traffic(mail: str, messages: int) -> dict[str, Any]:
    return {"record": "traffic", "mail": mail, "messages": messages}


_forked: list[TrafficFiles] = []  # what a process has from the one that it was forked from


def _keep(told: TrafficFiles) -> None:
    _forked.append(told)


def _messages(names: list[str]) -> list[int]:
    return [one.messages for name in names for one in _forked[0].of(name)]


def test_each_name_has_what_all_hosts_tell_of_it_in_their_order(tmp_path):
    files = {
        **snapshot(tmp_path, "mail2", traffic(DESK, 1), traffic(CLERK, 2), traffic(CLERK, 3)),
        **snapshot(tmp_path, "mail1", traffic(CLERK, 4)),
    }

    with traffic_in(files) as told:
        assert [*told.of(CLERK)] == [
            Traffic(host="mail2", messages=2),
            Traffic(host="mail2", messages=3),
            Traffic(host="mail1", messages=4),
        ]
        assert [*told.of(DESK.lower())] == [Traffic(host="mail2", messages=1)]
        assert [*told.of("nobody@town.example")] == []


def test_other_snapshots_tell_nothing_of_traffic(tmp_path):
    (file,) = snapshot(tmp_path, "mail1", traffic(CLERK, 1)).values()

    with traffic_in({Source(name="mail1", kind="mail"): file}) as told:
        assert [*told.of(CLERK)] == []


def test_two_names_of_one_hash_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(rows_by_name, "hash", lambda name: 7, raising=False)

    with traffic_in(snapshot(tmp_path, "mail1", traffic(CLERK, 1), traffic(DESK, 2))) as told:
        assert [one.messages for one in told.of(CLERK)] == [1]


# The warning is of threads: those of the test runner hold nothing that a forked process waits for.
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_forked_processes_do_not_disturb_each_other(tmp_path):
    names = [f"user{number}@town.example" for number in range(3000)]
    files = snapshot(tmp_path, "mail1", *(traffic(name, n) for n, name in enumerate(names)))
    fork = multiprocessing.get_context("fork")

    with traffic_in(files) as told, fork.Pool(3, _keep, (told,)) as pool:
        found = pool.map(_messages, [names] * 3, chunksize=1)

    assert found == [[*range(3000)]] * 3


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"record": "traffic", "messages": 1}, "traffic record of None"),
        ({"record": "traffic", "mail": CLERK, "busiest_day": 3}, f"traffic record of {CLERK}"),
    ],
)
def test_a_record_that_cannot_be_understood_is_told(tmp_path, record, said):
    with (
        pytest.raises(SnapshotError, match=f"{said}: cannot be understood .* gather it again"),
        traffic_in(snapshot(tmp_path, "mail1", record)) as told,
    ):
        list(told.of(CLERK))


def test_a_file_that_is_no_snapshot_is_named_with_the_line(tmp_path):
    files = snapshot(tmp_path, "mail1", traffic(CLERK, 1))
    (path,) = files.values()
    path.write_text("{}\n" + path.read_text("utf-8"), "utf-8")

    with pytest.raises(SnapshotError, match=r"log-mail1\.jsonl, line 1: no record"):
        traffic_in(files).__enter__()


def test_a_file_that_is_gone_is_named(tmp_path):
    files = snapshot(tmp_path, "mail1")
    (path,) = files.values()
    path.unlink()

    with pytest.raises(SnapshotError, match=r"cannot read .*log-mail1\.jsonl: No such file"):
        traffic_in(files).__enter__()


def test_a_file_that_cannot_be_read_any_more_is_named(tmp_path):
    with traffic_in(snapshot(tmp_path, "mail1", traffic(CLERK, 1))) as told:
        ((_, records),) = told.hosts
        os.close(records._file)
        with pytest.raises(SnapshotError, match=r"cannot read .*log-mail1\.jsonl: Bad file"):
            list(told.of(CLERK))
        # What closes it at the end finds a file there.
        os.dup2(os.open(os.devnull, os.O_RDONLY), records._file)
