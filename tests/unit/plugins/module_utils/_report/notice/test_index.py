# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The list of letters, for people and for programs."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.index import (
    Index,
    UnitLine,
    as_json,
    as_page,
    from_json,
)

from .letters import EN, VI

INDEX = Index(
    run_id="r1",
    office="Ủy ban",
    deadline=date(2026, 12, 15),
    incomplete=(),
    units=(
        UnitLine(unit="Đội <b>", folder="doi-0", to="Đội", counts={"locked": 3}, files={"letter-vi.html": "00"}),
        UnitLine(unit="Trạm", folder="tram-0", to="Trạm", counts={}),
        UnitLine(unit="", folder="no-unit", to="", counts={"forwards": 1}, files={"letter-vi.html": "01"}),
    ),
)  # fmt: skip


def test_it_comes_back_as_it_was_written():
    assert from_json(json.loads(as_json(INDEX))) == INDEX


@pytest.mark.parametrize("change", [{"version": 2}, {"units": [{}]}, {"deadline": "x"}])
def test_another_one_is_refused(change):
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json(json.loads(as_json(INDEX)) | change)


def test_the_page_lists_every_unit_and_says_who_gets_no_letter():
    page = as_page(INDEX, VI)

    assert '<a href="doi-0/letter-vi.html">' in page
    assert "Đội &lt;b&gt;" in page
    assert page.count("không có công văn") == 1
    assert "2 công văn; 2 đơn vị" in page
    assert VI.index.no_unit in page
    assert "warning" not in page.partition("</style>")[2]


def test_a_server_that_was_not_read_in_full_is_told():
    incomplete = Index(**{**vars(INDEX), "incomplete": ("mail02",)})

    assert "mail02 could not be read in full" in as_page(incomplete, EN)
