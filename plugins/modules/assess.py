#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: assess
short_description: Measure snapshots against the policy
version_added: 0.1.0
description:
  - Reads the snapshots of a run folder and the policy file, and writes C(findings.jsonl),
    C(gone.jsonl) (what the previous run found and this one does not), C(plan.jsonl) (the changes
    that would put right what fails), C(policy.yml) (a copy of the policy file) and
    C(assessment.json) (counts, sources, exemptions, settings in force) beside them.
  - Contacts no server and changes none. The same snapshots, policy and O(now) always give the same
    findings.
  - Large snapshots are assessed by as many processes as there are processors, four at most; what
    they write is what one of them would.
  - Fails when no account could be assessed. What was missing otherwise shows as findings with
    status C(error) or C(unknown), which never count as in order.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Writes the run folder in check mode too, since nothing else is changed.
  diff_mode:
    support: full
    details: Shows the planned changes, one block each.
options:
  run_dir:
    description: Folder of the run, with its C(snapshot) folder.
    type: path
    required: true
  policy_file:
    description: The policy, a YAML file. Its mistakes are told with file, line and key.
    type: path
    required: true
  sources:
    description:
      - The servers that were to be read. One without a snapshot becomes findings with status
        C(error), so that a server that was not reached does not go unnoticed.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the snapshot, as given to the module that gathered it.
        type: str
        required: true
      kind:
        description:
          - V(accounts) for a directory, V(mail) for a mail host, V(log) for its mail log,
            V(browsers) for a workstation.
        type: str
        choices: [accounts, mail, log, browsers]
        required: true
      no_answer:
        description:
          - Of a workstation that did not answer, why not, as Ansible told. Without a snapshot it
            becomes findings with status C(unknown) then, and the run counts as read in full.
            Workstations are often switched off.
        type: str
  previous:
    description:
      - Folder of the run to compare with, or of a baseline that M(civic.mailbox.baseline) keeps.
      - One that is damaged or of a newer version is told (RV(not_compared)), and not compared with.
      - By default the one that C(latest), beside O(run_dir), points at.
    type: path
  now:
    description:
      - The moment to assess for, as V(2019-01-08T08:00:00+07:00). By default the present.
    type: str
seealso:
  - module: civic.mailbox.compare
  - module: civic.mailbox.accounts_info
  - module: civic.mailbox.mail_info
  - module: civic.mailbox.report
"""

EXAMPLES = r"""
- name: Measure what was gathered, and show what enforcement would change
  civic.mailbox.assess:
    run_dir: /srv/mailbox/reports/20260105T080000Z
    policy_file: /srv/mailbox/policy.yml
    sources:
      - {name: ldap1, kind: accounts}
      - {name: mail1, kind: mail}
  diff: true
  delegate_to: localhost

- name: Assess as of the letter's day
  civic.mailbox.assess:
    run_dir: /srv/mailbox/reports/20190108T010000Z
    policy_file: /srv/mailbox/policy.yml
    now: "2019-01-08T08:00:00+07:00"
  delegate_to: localhost
"""

RETURN = r"""
run_dir:
  description: Folder of the run.
  returned: success
  type: str
  sample: /srv/mailbox/reports/20260105T080000Z
accounts:
  description: How many accounts were assessed.
  returned: success
  type: int
  sample: 61
total:
  description: How many findings there are, passes included.
  returned: success
  type: int
  sample: 320
statuses:
  description: Number of findings by status.
  returned: success
  type: dict
  sample: {pass: 280, fail: 22, manual: 14, unknown: 4}
counts:
  description: Number of findings by control and status.
  returned: success
  type: dict
  sample: {idle-mailbox: {pass: 55, fail: 4, unknown: 2}}
comparison:
  description: Number of findings by what became of them, see M(civic.mailbox.compare).
  returned: success, null without a previous run
  type: dict
  sample: {new: 1, worse: 0, expired: 0, not_assessed: 0, disappeared: 0, exempted: 0, better: 0,
    decided: 0, resolved: 2, unchanged: 39}
not_compared:
  description: Why the earlier run, which is there, could not be compared with.
  returned: success, null where there is none or it was
  type: str
  sample: reports/20251205T080000Z/findings.jsonl is damaged
previous:
  description: The run that was compared with.
  returned: success, null without one
  type: str
  sample: 20251205T080000Z
findings:
  description: The worst findings, at most 100. The file C(findings.jsonl) has all.
  returned: success
  type: list
  elements: dict
  sample:
    - control: idle-mailbox
      subject: clerk@town.example
      unit: Registry
      status: fail
      summary: Last sign-in on 2025-09-01, more than 3 months ago
changes:
  description: The planned changes, at most 100. The file C(plan.jsonl) has all.
  returned: success
  type: list
  elements: dict
  sample:
    - control: idle-mailbox
      subject: clerk@town.example
      field: lock
      before: [active]
      after: [locked]
changes_total:
  description: How many changes are planned.
  returned: success
  type: int
  sample: 12
truncated:
  description: Whether RV(findings) or RV(changes) is cut short.
  returned: success
  type: bool
  sample: false
"""

from ..module_utils._module.assess import ARGUMENTS, assess_run
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(assess_run)


if __name__ == "__main__":
    main()
