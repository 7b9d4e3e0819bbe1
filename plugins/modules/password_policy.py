#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: password_policy
short_description: Set what a directory server demands of passwords
version_added: 0.1.0
description:
  - Sets the settings that are given in the server's password policies, or those that O(plan) asks
    for, and leaves all others as they are.
  - What the server cannot enforce by itself is returned in RV(unsupported), with the way out.
  - A setting is written together with what it needs to have any effect. For OpenLDAP that is
    C(pwdCheckQuality) for O(min_length), C(pwdLockout) for O(lockout_threshold) and O(max_idle).
  - Each write carries its condition. The server refuses it when somebody changed the policy in the
    moment between, and what then stands there is read back.
  - C(docs/openldap.md) of the collection has the rights that the account which writes needs.
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
    details: Reads the policies and says what would be written.
  diff_mode:
    support: full
options:
  policies:
    description:
      - DNs of the password policies to set. One that is not there fails the module before anything
        is written.
      - By default the one of accounts that name none, which is O(default_password_policy) or what
        the server's C(cn=config) names. Stricter policies of single units are not touched then.
    type: list
    elements: str
  default_password_policy:
    description:
      - DN of the password policy of accounts that name none, where the server's C(cn=config) may
        not be read. Without O(policies) it is the one that is set.
    type: str
  run_dir:
    description:
      - Without O(plan), a folder that gets the journal, by which M(civic.mailbox.rollback) can
        undo what was done. Without it there is no journal.
    type: path
  min_length:
    description:
      - How long a password has to be; V(0) asks for nothing.
      - OpenLDAP counts bytes of UTF-8, so that a letter with a diacritic counts as two or three.
    type: int
  classes:
    description: Kinds of characters of which a password has to hold one each.
    type: list
    elements: str
    choices: [letters, digits, specials]
  specials:
    description: The characters that count as special in O(classes), as V(@!#%).
    type: str
  history:
    description: How many of a person's last passwords may not come again; V(0) for none.
    type: int
  max_age:
    description:
      - Days after which a password expires; V(0) for never.
      - Passwords that are older have expired at once.
    type: int
  lockout_threshold:
    description: Wrong passwords until the account is locked; V(0) for never.
    type: int
  lockout_duration:
    description: Seconds until such a lock opens by itself; V(0) for until somebody unlocks.
    type: int
  must_change_after_reset:
    description: Whether a person has to choose a new password after an administrator set one. It
      comes to something only for accounts that are marked so; see M(civic.mailbox.account).
    type: bool
  max_idle:
    description:
      - Days without a sign-in after which an account is kept out; V(0) for never.
      - Everybody whose last sign-in is older is kept out at once, and so is everybody without a
        sign-in on record whose password is older. The role P(civic.mailbox.enforce#role) locks idle
        mailboxes one by one instead, with exemptions, limits and a way back.
      - For OpenLDAP it needs C(olcLastBind TRUE) on the database, and does nothing without.
    type: int
  blocklist:
    description: Whether new passwords are compared with a list of known bad ones.
    type: bool
  checks_quality:
    description:
      - Whether a new password that the server cannot check is refused, as one that is sent in as a
        hash.
    type: bool
seealso:
  - module: civic.mailbox.account
  - module: civic.mailbox.accounts_info
  - module: civic.mailbox.rollback
"""

EXAMPLES = r"""
- name: Ask for nine characters, and lock after ten wrong passwords for a quarter of an hour
  civic.mailbox.password_policy:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    search_base: dc=town,dc=example
    default_password_policy: cn=default,ou=policies,dc=town,dc=example
    min_length: 9
    classes: [letters, digits, specials]
    lockout_threshold: 10
    lockout_duration: 900
  register: demanded

- name: Show what the server cannot do by itself
  ansible.builtin.debug:
    var: demanded.unsupported

- name: Let passwords of two units last, with a journal to undo it by
  civic.mailbox.password_policy:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    search_base: dc=town,dc=example
    policies:
      - cn=police,ou=policies,dc=town,dc=example
      - cn=school,ou=policies,dc=town,dc=example
    max_age: 0
    run_dir: reports/passwords-2019-01-08

- name: Carry out what the last audit planned for the password policies of this directory
  civic.mailbox.password_policy:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=enforcer,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_enforcer_password }}"
    search_base: dc=town,dc=example
    name: ldap1
    plan: reports/latest/plan.jsonl
    policy_file: inventory/office/policy.yml
"""

RETURN = r"""
total:
  description: How many changes were made or, in check mode, would be.
  returned: success
  type: int
  sample: 1
counts:
  description:
    - How many changes were made (C(changed)) and how many needed none (C(already)). With O(plan)
      also how many were left because the policy is another than at the audit (C(changed_since)),
      were refused because they would do harm (C(refused)), or failed (C(failed)). What is zero may
      be left out.
  returned: success
  type: dict
  sample: {changed: 1, already: 1}
changes:
  description: The changes that were made or would be, at most 100.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 6f9f7d4f2b1c8a30
      control: ''
      subject: cn=default,ou=policies,dc=town,dc=example
      unit: ''
      target: cn=default,ou=policies,dc=town,dc=example
      field: min_length
      before: ['8']
      after: ['9']
      reason: ''
left:
  description: What of a plan was left as it is, and why, at most 100.
  returned: success
  type: list
  elements: dict
  sample: []
truncated:
  description: Whether there are more changes than RV(changes) shows.
  returned: success
  type: bool
  sample: false
unsupported:
  description: What was asked for and this server cannot enforce by itself, with the way out. It was
    not written.
  returned: always, but before the server is reached
  type: list
  elements: dict
  sample:
    - setting: classes
      reason: OpenLDAP cannot by itself. Load a check module, as ppm
policies:
  description: The policies that were set, with all their settings as they are in force, in the
    units of the options. With O(plan) none are shown.
  returned: success
  type: list
  elements: dict
  sample:
    - dn: cn=default,ou=policies,dc=town,dc=example
      min_length: 9
      checks_quality: true
      history: 3
      max_age: 0
      must_change_after_reset: true
      max_idle: 0
      lockout_threshold: 10
      lockout_duration: 900
journal:
  description: The journal, where there is one.
  returned: success, with O(plan) or O(run_dir)
  type: str
  sample: /srv/reports/20190108T010000Z/journal.jsonl
"""

from ..module_utils._module.password_policy import ARGUMENTS, RESTRICTIONS, set_policies
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(set_policies)


if __name__ == "__main__":
    main()
