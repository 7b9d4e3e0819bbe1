#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: account
short_description: Lock, unlock, force a new password, end forwards of a directory's accounts
version_added: 0.1.0
description:
  - Brings accounts to a state, all in one call; those that are named in O(accounts), or those that
    a plan asks for in O(plan).
  - Each write carries its condition. The server refuses it when the account is no more what it was
    when it was looked at. Of a plan, an account that signed in since the audit is left alone.
  - A lock is written only where it has an effect, and read back. The journal of the run folder is
    forced to disk before each batch, and again after at most 100 acknowledged writes. A run that
    was broken off is finished by running it again, which looks up what became of the rest.
  - A lock in the directory does not end sessions that are open, and a mail server may remember
    passwords for a while. M(civic.mailbox.mail_lock) sees to both.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.directory
  - civic.mailbox.enforcement
  - civic.mailbox.plan
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Reads every account that would be written, and says what would be done and what not.
      With O(plan) it counts on the password policies that the plan sets, if they are among
      O(controls), for M(civic.mailbox.password_policy) is to set them first.
  diff_mode:
    support: full
options:
  accounts:
    description:
      - Mail addresses of the accounts. One that is not found, or is found twice, fails the module
        before anything is written, and so do more than O(max_changes).
      - What is named here is done, whatever the policy exempts; the account that binds and the last
        administrator are not locked.
    type: list
    elements: str
  forward_attributes:
    description:
      - Attributes that forward mail, besides those that the module knows, as for
        M(civic.mailbox.accounts_info).
    type: list
    elements: str
    default: []
  later_sign_ins:
    description:
      - With O(plan), a folder with snapshots of the mail hosts that M(civic.mailbox.mail_info) read
        after the audit. An account that signed in there later than the plan knows is left as
        changed since; where that cannot be told, it is left, too. A mail host of the plan that has
        no snapshot there, or one of over an hour ago, is warned of.
      - The directory's own record of sign-ins is looked at without it.
    type: path
  run_dir:
    description:
      - With O(accounts), a folder that gets the journal, by which M(civic.mailbox.rollback) can
        undo what was done. Without it there is no journal.
    type: path
  state:
    description:
      - What to bring them to. With O(plan), only the changes that lead to this state are made;
        by default all.
      - V(locked) keeps everybody out until somebody unlocks the account; mail still arrives.
      - V(unlocked) takes away a lock, whoever set it.
      - V(must_change) lets the person do nothing in the directory but set a new password. A mail
        server that only checks passwords, as Dovecot does by a bind, still lets the person in with
        the old one. Where that matters lock the account as well; with OpenLDAP an administrator who
        sets a new password ends the lock by that very act. C(default_password.lock_from) of the
        policy plans such locks from a day on.
      - V(not_forwarding) takes forwards to outside out of the account's attributes; the others
        stay. With O(plan) only, for it takes a policy to tell what is outside.
    type: str
    choices: [locked, unlocked, must_change, not_forwarding]
seealso:
  - module: civic.mailbox.assess
  - module: civic.mailbox.mail_lock
  - module: civic.mailbox.password_policy
  - module: civic.mailbox.rollback
"""

EXAMPLES = r"""
- name: Carry out what the last audit planned for the accounts of this directory
  civic.mailbox.account:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    search_base: dc=town,dc=example
    name: ldap1
    plan: reports/latest/plan.jsonl
    policy_file: inventory/office/policy.yml

- name: Lock two mailboxes at once, with a journal to undo it by
  civic.mailbox.account:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    search_base: dc=town,dc=example
    accounts: [clerk@town.example, desk@town.example]
    state: locked
    run_dir: reports/hijacked-2019-01-08

- name: Let the clerk in again
  civic.mailbox.account:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    search_base: dc=town,dc=example
    accounts: [clerk@town.example]
    state: unlocked
"""

RETURN = r"""
total:
  description: How many changes were made or, in check mode, would be.
  returned: success
  type: int
  sample: 1
counts:
  description:
    - How many changes were made (C(changed)), needed none (C(already)), were left because the
      account is another than at the audit (C(changed_since)), were refused because they would have
      no effect or must not be (C(refused)), or failed (C(failed)). What is zero may be left out.
  returned: success
  type: dict
  sample: {changed: 1, already: 3}
changes:
  description: The changes that were made or would be, at most 100. The journal has all.
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
      before: [active]
      after: [locked]
      reason: Last sign-in on 2018-09-01, more than 3 months ago
left:
  description: What was left as it is, and why, at most 100.
  returned: success
  type: list
  elements: dict
  sample:
    - subject: desk@town.example
      field: lock
      result: changed_since
      reason: "signed in since the audit: pwdLastSuccess was 2018-09-01T01:00:00Z and is
        2019-01-08T01:00:00Z now. Left as it is"
truncated:
  description: Whether there are more changes than RV(changes) shows.
  returned: success
  type: bool
  sample: false
journal:
  description: The journal, where there is one.
  returned: success, with O(plan) or O(run_dir)
  type: str
  sample: /srv/reports/20190108T010000Z/journal.jsonl
"""

from ..module_utils._module.account import ARGUMENTS, RESTRICTIONS, bring_to_state
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(bring_to_state)


if __name__ == "__main__":
    main()
