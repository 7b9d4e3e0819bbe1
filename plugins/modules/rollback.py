#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rollback
short_description: Undo what a run changed in a directory, by its journal
version_added: 0.1.0
description:
  - Puts back, in reverse order, what a run of the enforcement changed on one server, all of it or
    that of chosen accounts or controls. Every attribute gets the very values that it had before.
  - What somebody changed since then is left as it is, and told. The condition goes with the write,
    so the server itself refuses what changes in the moment between.
  - Password policies are put back last, and are left as they are while a lock or a forced new
    password of the run stands that would have no effect without them.
  - The rollback stands in the same journal. One that was broken off is finished by running it
    again.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.directory
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  reports_dir:
    description: Folder that has one folder for each run.
    type: path
    required: true
  run:
    description:
      - The run to undo, by its id, which is the name of its folder.
      - V(latest) is the last run that changed something; a later audit does not count.
    type: str
    default: latest
  name:
    description:
      - Name of the server in the journal, usually C(inventory_hostname). By default the host of
        O(server_uri).
    type: str
  accounts:
    description: Only what was done to these accounts, by their addresses as the journal has them.
    type: list
    elements: str
  controls:
    description: Only what was done for these controls, as V(idle-mailbox).
    type: list
    elements: str
  dialect:
    description: Family of the server. V(auto) finds it by the root DSE.
    type: str
    choices: [auto, active_directory, ds389, freeipa, openldap, zimbra]
    default: auto
seealso:
  - module: civic.mailbox.account
  - module: civic.mailbox.password_policy
"""

EXAMPLES = r"""
- name: Show what undoing the last run would do
  civic.mailbox.rollback:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    name: ldap1
    reports_dir: reports
  check_mode: true
  diff: true

- name: Unlock the one mailbox that a run should not have locked
  civic.mailbox.rollback:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    name: ldap1
    reports_dir: reports
    run: 20190108T010000Z
    accounts: [clerk@town.example]
"""

RETURN = r"""
run:
  description: The run that was undone.
  returned: success
  type: str
  sample: 20190108T010000Z
not_undone:
  description:
    - Why not all of the run was undone, where the journal has lost how. Empty where all was.
    - The module fails then, after it undid all else.
  returned: always
  type: str
  sample: ""
total:
  description: How many changes were undone or, in check mode, would be.
  returned: success
  type: int
  sample: 1
counts:
  description:
    - How many changes were undone (C(changed)), stood as before already (C(already)), were left
      because somebody changed them since (C(changed_since)), or failed (C(failed)).
  returned: success
  type: dict
  sample: {changed: 1}
changes:
  description: What was undone, at most 100. The journal has all.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 6f9f7d4f2b1c8a30
      control: idle-mailbox
      subject: clerk@town.example
      unit: Registry
      target: uid=clerk,ou=Registry,ou=people,dc=town,dc=example
      field: lock
      before: [locked]
      after: [active]
      reason: Undoes run 20190108T010000Z
left:
  description: What was left as it is, and why, at most 100.
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
  sample: /srv/reports/20190108T010000Z/journal.jsonl
"""

from ..module_utils._module.rollback import ARGUMENTS, roll_back
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(roll_back)


if __name__ == "__main__":
    main()
