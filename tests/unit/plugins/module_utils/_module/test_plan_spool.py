# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import io
from hashlib import sha256

from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import ORDER, Change, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._module.plan_spool import PlanSpool


def change(control: str, number: int) -> Change:
    return Change(
        id=f"{control}{number}", control=control, subject="Văn thư", unit="", server="ldap1",
        target="uid=clerk", field="lock", before=(), after=("locked",), reason="r", undo="u",
        fingerprint="f",
    )  # fmt: skip


def test_changes_come_out_control_by_control_and_leave_no_file(tmp_path):
    made = [change(control, number) for number in range(3) for control in reversed(ORDER)]
    expected = "".join(
        f"{to_line(one)}\n" for control in ORDER for one in made if one.control == control
    )
    file = io.StringIO()

    with PlanSpool(tmp_path) as plan, PlanSpool(tmp_path) as later:
        for one in made[:7]:
            plan.add(one)
        for one in made[7:]:
            later.add(one)
        later.flush()
        plan.take_in(later)
        digest = plan.write_to(file)

    assert file.getvalue() == expected
    assert digest == sha256(expected.encode()).hexdigest()
    assert list(tmp_path.iterdir()) == []


def test_a_plan_without_changes_is_empty(tmp_path):
    file = io.StringIO()
    with PlanSpool(tmp_path) as plan:
        assert plan.write_to(file) == sha256().hexdigest()
    assert file.getvalue() == ""
