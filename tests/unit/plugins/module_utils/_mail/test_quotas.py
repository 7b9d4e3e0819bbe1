# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._mail.quotas import shares


def row(user: str, value: str, limit: str, root: str = "q", kind: str = "STORAGE") -> dict:
    return {"username": user, "root": root, "type": kind, "value": value, "limit": limit}


def test_of_several_limits_the_fullest_counts_and_none_is_no_limit():
    found = shares(
        [
            row("a", "50", "100"),
            row("a", "9", "10", kind="MESSAGE"),
            row("a", "1", "100", root="two"),
            row("b", "5", "-"),
            row("b", "5", "0", kind="MESSAGE"),
        ]
    )

    assert found["a"] is not None
    assert (found["a"].percent, found["a"].quota) == (90, "q")
    assert found["b"] is None
