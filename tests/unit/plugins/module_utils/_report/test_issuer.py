# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the name of an office breaks in the head of a paper."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.issuer import in_lines

NAMES = [
    ("Ủy ban nhân dân phường Cẩm Bình", ("Ủy ban nhân dân", "phường Cẩm Bình")),
    ("UỶ BAN NHÂN DÂN PHƯỜNG CẨM BÌNH", ("UỶ BAN NHÂN DÂN", "PHƯỜNG CẨM BÌNH")),
    ("People's Committee of Cẩm Bình Ward", ("People's Committee", "of Cẩm Bình Ward")),
    ("Ủy ban nhân dân", ("Ủy ban nhân dân",)),
    ("Sở Khoa học và Công nghệ", ("Sở Khoa học và Công nghệ",)),
    ("", ("",)),
]


@pytest.mark.parametrize(("name", "lines"), NAMES)
def test_the_name_of_a_peoples_committee_stands_in_two_lines(name, lines):
    assert in_lines(name) == lines
