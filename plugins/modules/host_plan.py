#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: host_plan
short_description: Write what of a plan a mail host is to carry out
version_added: 0.1.0
description:
  - To be run on the control node. Looks at a plan as M(civic.mailbox.account) does, with its age,
    its limits and the exemptions of the policy, and writes the changes of one mail host to a file
    that is brought there for M(civic.mailbox.forwarding).
  - So a mail host needs neither the policy nor the whole plan, which tells of other people.
extends_documentation_fragment:
  - civic.mailbox.plan
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Writes the file in check mode, too, for a preview is about it.
  diff_mode:
    support: none
author: The civic.mailbox contributors (@civic)
options:
  plan:
    required: true
  name:
    description: Name of the mail host in the plan, usually C(inventory_hostname).
    type: str
    required: true
  dest:
    description: The file to write, readable to its owner only.
    type: path
    required: true
seealso:
  - module: civic.mailbox.assess
  - module: civic.mailbox.forwarding
"""

EXAMPLES = r"""
- name: Write what the plan asks of this mail host
  civic.mailbox.host_plan:
    plan: reports/latest/plan.jsonl
    policy_file: inventory/office/policy.yml
    name: "{{ inventory_hostname }}"
    dest: reports/latest/plan-{{ inventory_hostname }}.jsonl
  delegate_to: localhost
"""

RETURN = r"""
run_id:
  description: The run that the plan is of.
  returned: success
  type: str
  sample: 20190108T010000Z
path:
  description: The file.
  returned: success
  type: str
total:
  description: How many changes it has.
  returned: success
  type: int
  sample: 3
left:
  description: Changes of this host that may not be made now, and why.
  returned: success
  type: list
  elements: dict
  sample:
    - subject: clerk@town.example
      field: forwards
      reason: "exempt until 2026-12-31, approved by the chair: on leave"
"""

from ..module_utils._module.host_plan import ARGUMENTS, write_host_plan
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(write_host_plan)


if __name__ == "__main__":
    main()
