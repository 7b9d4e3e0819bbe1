# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decisions as lines of a file, there and back."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import SnapshotError
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening import (
    Decision,
    State,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_decisions import (
    decided,
    read_decisions,
    to_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_requests import Request

REQUEST = Request(
    address="an@town.example", reason="Trở lại", approved_by="Chủ tịch",
    approved_on=date(2019, 1, 8), file="requests.yml", line=2,
)  # fmt: skip
DECISION = Decision(
    request=REQUEST, verdict=Verdict.EXPIRED, params={"until": "2019-01-31"},
    state=State(found=1, dn="uid=an", account_id="id-a", locked=True), unit="U", change_id="c",
)  # fmt: skip


def test_there_and_back():
    (found,) = read_decisions("decisions.jsonl", [to_line(DECISION)])

    assert found == decided(DECISION)
    assert (found.source, found.approved_on) == ("requests.yml, line 2", "2019-01-08")


LINES = [
    ("no JSON", "{"),
    ("another object", "{}"),
    ("a verdict of another version", to_line(DECISION).replace('"expired"', '"magic"')),
    ("a day that is none", to_line(DECISION).replace("2019-01-08", "2019-13-08")),
    ("no object", json.dumps([])),
]


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in LINES])
def test_a_line_that_is_none_is_told(line):
    with pytest.raises(SnapshotError, match=r"decisions\.jsonl, line 2 is no decision"):
        read_decisions("decisions.jsonl", [to_line(DECISION), line])
