# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which marks are trusted. What servers tell is tested on real ones."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes.feeds import (
    Asked,
    digest,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import ChangeMarks

NOW = datetime(2019, 1, 8, 12, tzinfo=timezone.utc)


def asked(*, clock_shown: bool, coarse: bool = True) -> Asked:
    return Asked(
        directory=cast(Any, SimpleNamespace()),
        marks=ChangeMarks(key_attribute="id", key=lambda _: b"", mark="modified", coarse=coarse),
        base="dc=x",
        ldap_filter="(mail=*)",
        attributes=(),
        page_size=0,
        now=NOW,
        clock_shown=clock_shown,
    )


@pytest.mark.parametrize(
    ("clock_shown", "modified", "is_trusted"),
    [
        pytest.param(True, b"20190108115957Z", True, id="before"),
        pytest.param(True, b"20190108115958Z", False, id="another write may bear that time"),
        pytest.param(False, b"20190108115957Z", False, id="by which clock?"),
        pytest.param(False, b"20190107120000Z", False, id="by one a day behind ours?"),
        pytest.param(False, b"20190107115959Z", True, id="a day before"),
    ],
)
def test_a_time_in_whole_seconds_is_trusted_when_it_is_over(clock_shown, modified, is_trusted):
    entry = (b"uid=x", {"modified": [modified]})
    assert bool(digest(asked(clock_shown=clock_shown), entry)) == is_trusted
    assert digest(asked(clock_shown=clock_shown, coarse=False), entry)
