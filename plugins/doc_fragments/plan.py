# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan and what may be carried out of it: PLAN_ARGUMENTS of _module/enforcement_options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  plan:
    description:
      - The C(plan.jsonl) of a run folder, as M(civic.mailbox.assess) wrote it. What counts is what
        it says for the server O(name). A directory's changes are journalled in C(journal.jsonl)
        beside it.
      - A plan that was edited, that was made for another server, or that is too old is refused.
    type: path
  controls:
    description:
      - Controls of the plan to carry out, as V(idle-mailbox). By default all.
    type: list
    elements: str
  policy_file:
    description:
      - The policy file. With O(plan), exemptions that are in force now are honoured; an exemption
        is from a control, and what is asked for without a plan is none. Its C(enforcement) section
        has the limits that hold where the options below are left out, and the administrators of
        whom one has to stay unlocked.
    type: path
  max_changes:
    description:
      - At most so many entries may be changed by the plan, over all servers; without a plan, so
        many may be named. Past it nothing is written and the module fails.
      - By default C(enforcement.max_changes) of O(policy_file), else V(100).
    type: int
  max_percent:
    description:
      - At most so many of a hundred accounts that were assessed. This and the limits below are of
        O(plan), and refused without one. It counts from 20 changes on. By default
        C(enforcement.max_percent) of O(policy_file), else V(10).
    type: int
  unit_max_changes:
    description: The same as O(max_changes) for each unit.
    type: int
  unit_max_percent:
    description: The same as O(max_percent) for each unit; it counts from 5 changes in a unit on.
    type: int
  max_plan_age_hours:
    description:
      - Hours after which a plan is too old. By default C(enforcement.max_plan_age_hours) of
        O(policy_file), else V(24).
    type: int
"""
