# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import Lost
from ansible_collections.civic.mailbox.plugins.module_utils._module import lost_changes


def test_the_first_are_named_in_the_order_of_the_file_and_the_others_counted():
    lost = [Lost(line=line, server="ldap1", change_id=f"c{line}") for line in range(40, 20, -1)]
    lost.append(Lost(line=7, server="ldap1", number=3))

    said = lost_changes.told("journal.jsonl", lost, {})

    assert "line 7 counts 3 more than are told; line 21, change c21; " in said
    assert said.endswith("line 29, change c29 and 11 lines more")


def test_where_there_is_no_plan_nobody_is_named(tmp_path):
    lost = [Lost(line=1, server="ldap1", change_id="c1")]

    assert lost_changes.in_plan(lost, tmp_path) == {}

    (tmp_path / "plan.jsonl").write_bytes(b"\xff\n")
    assert lost_changes.in_plan(lost, tmp_path) == {}
