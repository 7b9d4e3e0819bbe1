#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: reopening_report
short_description: Write the consolidated report on locked mailboxes and their reopening
version_added: 0.1.0
description:
  - Writes what each unit asked for and what came of it (asked, approved, reopened, refused and why,
    to stay locked, no answer), as a page that prints on A4 and as CSV.
  - Takes it from what the run found and set locked, from the decisions that
    M(civic.mailbox.reopen) left of each directory, and from the journals. Run that one first.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Counts, and writes no file.
  diff_mode:
    support: none
options:
  reports_dir:
    description: Folder that has one folder for each run.
    type: path
    required: true
  run:
    description: The run that M(civic.mailbox.reopen) was given, by its id or V(latest).
    type: str
    default: latest
  policy_file:
    description:
      - The policy file. Its office stands on the report, unless O(letter_file) or O(letter) names
        one.
    type: path
    required: true
  deadline:
    description: The day by which the report is due, as 2019-01-31. It stands on the page.
    type: str
  letter_file:
    description:
      - What the office states for its letters, as of M(civic.mailbox.notices), a YAML file. Its
        office and place stand in the head of the page; without it the place is left free for a pen.
      - At most one of O(letter_file) and O(letter) may be given.
    type: path
  letter:
    description:
      - The same as a variable of the inventory, see O(civic.mailbox.notices#module:letter).
    type: dict
  language:
    description: Language of the page, and of the reasons in the CSV.
    type: str
    choices: [vi, en]
    default: vi
seealso:
  - module: civic.mailbox.reopen
"""

EXAMPLES = r"""
- name: Write the report for the leadership
  civic.mailbox.reopening_report:
    reports_dir: reports
    run: 20190108T010000Z
    policy_file: inventory/office/policy.yml
    letter_file: inventory/office/letter.yml
    deadline: '2019-01-31'
"""

RETURN = r"""
files:
  description: What was written, in the folder of the reopenings.
  returned: success
  type: dict
  sample:
    html: /srv/reports/20190108T010000Z-reopen/reopening.html
    csv: /srv/reports/20190108T010000Z-reopen/reopening.csv
counts:
  description:
    - How many mailboxes are on the list (C(locked)), were asked for, approved, reopened, refused,
      are to stay locked (C(keep)), or have no answer (C(silent)).
  returned: success
  type: dict
  sample: {locked: 8, asked: 3, approved: 2, reopened: 2, refused: 1, keep: 1, silent: 4}
units:
  description: The same of each unit.
  returned: success
  type: list
  elements: dict
  sample:
    - unit: Registry
      locked: 1
      asked: 1
      approved: 1
      reopened: 1
      refused: 0
      keep: 0
      silent: 0
"""

from ..module_utils._module.reopening_report import ARGUMENTS, RESTRICTIONS, write_reopening_report
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(write_reopening_report)


if __name__ == "__main__":
    main()
