#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: reopen
short_description: Open locked mailboxes again, by approved requests
version_added: 0.1.0
description:
  - Reads what units ask for (O(requests), O(answers_dir)) and opens on one server the mailboxes
    whose request somebody approved who may do so for that unit. Each other request is told with the
    reason why it opens nothing.
  - What is opened is what the enforcement locked because nobody used it or for a default password,
    by the journals of all runs and as it stands now. A lock that no journal tells of, or one for
    another reason, stays; C(by_state) in a request or in the policy takes away the former, too.
  - Where a journal tells of the lock, its undo is written. Each write is conditional on what was
    looked at, so the server itself refuses what changes in the moment between.
  - A mailbox that was locked for a default password is asked for a new one before it is opened.
    Where that would have no effect it stays locked.
  - An approval opens a mailbox once. Whoever does not sign in within
    C(reopening.sign_in_within_days) is locked again by the next plan, and it takes a new approval.
  - All of it stands in a journal of its own, in the folder of O(run) with C(-reopen) after it, so
    M(civic.mailbox.rollback) can undo it. One that was broken off is finished by running it again.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.directory
  - civic.mailbox.enforcement
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  requests:
    description:
      - A YAML file whose C(requests) is a list of C(address), C(unit), C(reason), C(requested_by),
        C(approved_by), C(approved_on), C(until) and C(by_state). A request needs C(address),
        C(reason) and C(requested_by); it opens nothing until somebody approved it.
      - C(until) is the last day on which the approval may be used.
      - At least one of this and O(answers_dir) is needed.
    type: path
  answers_dir:
    description:
      - Folder of the answer forms that units sent back, as CSV or DOCX. Other files in it, as scans
        of the signed papers, are left alone.
      - A form is not signed. Lay those into the folder whose paper bears the approver's signature.
    type: path
  policy_file:
    description: The policy file. Its C(reopening) has who may approve for which units.
    type: path
    required: true
  reports_dir:
    description: Folder that has one folder for each run.
    type: path
    required: true
  run:
    description:
      - The run whose list of locked mailboxes the units answer to, by its id or V(latest). Its
        audit tells the units of accounts. The journals of all runs tell of locks.
    type: str
    default: latest
  max_changes:
    description:
      - At most so many mailboxes may be opened. Past it nothing is written and the module fails.
      - By default C(enforcement.max_changes) of O(policy_file).
    type: int
  max_percent:
    description:
      - At most so many of a hundred accounts that the audit of O(run) assessed; it counts from 20
        on. By default C(enforcement.max_percent) of O(policy_file).
    type: int
  unit_max_changes:
    description: The same as O(max_changes) for each unit.
    type: int
  unit_max_percent:
    description: The same as O(max_percent) for each unit; it counts from 5 mailboxes in a unit on.
    type: int
seealso:
  - module: civic.mailbox.reopening_notice
  - module: civic.mailbox.reopening_report
  - module: civic.mailbox.rollback
"""

EXAMPLES = r"""
- name: Show which mailboxes would be opened, and why others would not
  civic.mailbox.reopen:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    name: ldap1
    search_base: dc=town,dc=example
    policy_file: inventory/office/policy.yml
    reports_dir: reports
    run: 20190108T010000Z
    requests: inventory/office/requests.yml
    answers_dir: inventory/office/answers
  check_mode: true
  diff: true

# requests.yml, kept in version control:
#
#   requests:
#     - address: clerk@town.example
#       unit: Registry
#       reason: Back from maternity leave
#       requested_by: Head of the registry
#       approved_by: Chairman
#       approved_on: 2019-01-18
#       until: 2019-02-15
"""

RETURN = r"""
run:
  description: The run of the reopenings, which is the name of its folder.
  returned: success
  type: str
  sample: 20190108T010000Z-reopen
opened:
  description: How many mailboxes were opened or, in check mode, would be.
  returned: success
  type: int
  sample: 1
verdicts:
  description:
    - How many requests came to what. C(reopen) is opened now, C(reopened) was before, C(keep) is to
      stay locked by its unit's wish; each other one is a reason why it opens nothing.
  returned: success
  type: dict
  sample: {reopen: 1, no-approver: 2}
decisions:
  description: What becomes of each request, at most 100. The file in the run folder has all.
  returned: success
  type: list
  elements: dict
  sample:
    - address: clerk@town.example
      unit: Registry
      verdict: no-approver
      reason: nobody has approved it yet
      source: inventory/office/requests.yml, line 2
total:
  description: How many changes were made or, in check mode, would be.
  returned: success
  type: int
  sample: 1
counts:
  description:
    - How many changes were made (C(changed)), were left because somebody changed the account
      meanwhile (C(changed_since)), because they would have no effect (C(refused)), or failed
      (C(failed)).
  returned: success
  type: dict
  sample: {changed: 1}
changes:
  description: What was changed, at most 100. The journal has all.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 6f9f7d4f2b1c8a30
      control: locked-mailbox
      subject: clerk@town.example
      unit: Registry
      target: uid=clerk,ou=Registry,ou=people,dc=town,dc=example
      field: lock
      before: [locked]
      after: [active]
      reason: Approved by Chairman on 2019-01-18 (requests.yml, line 2)
left:
  description: What was to be changed and was not, and why, at most 100.
  returned: success
  type: list
  elements: dict
  sample: []
truncated:
  description: Whether there are more changes than RV(changes) shows.
  returned: success
  type: bool
  sample: false
journal:
  description: The journal.
  returned: success
  type: str
  sample: /srv/reports/20190108T010000Z-reopen/journal.jsonl
"""

from ..module_utils._module.reopen import ARGUMENTS, RESTRICTIONS, reopen
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(reopen)


if __name__ == "__main__":
    main()
