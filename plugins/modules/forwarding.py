#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: forwarding
short_description: Take forwards to outside away on a mail host, or put them back
version_added: 0.1.0
description:
  - To be run on the mail host. Takes forwards out of users' Sieve scripts and C(.forward) files,
    and out of the alias, virtual alias, BCC and canonical tables of Postfix, all in one call. Only
    the unwanted address goes; every other byte of a script, a file or a table stays as it is.
  - A place that is not what it was when it was looked at is left alone. A Sieve script is compiled
    by Dovecot's own C(sievec) before it is written. What would leave an address without anybody to
    get its mail is left to a person, and told.
  - Each change is in a journal on this host before it is made, with what stood there, so that it
    can be put back. A run that was broken off is finished by running it again.
  - With O(changes) also sets the access table of listed senders where the plan asks for it
    (C(service_signup.listed_senders) of the policy).
  - Forwards in attributes of a directory are taken away by M(civic.mailbox.account). Those that the
    mail host reads from LDAP, SQL or patterns are for a person.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Shows each script, file and row.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.mail_host
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
requirements:
  - root on the mail host
  - Dovecot 2.3 or 2.4, Postfix 3.4 or later, or one of the two
options:
  state:
    description:
      - V(absent) takes forwards away.
      - V(restored) puts back what the run of O(run_dir) took away, the last change first. What
        somebody changed since then is left as it is.
    type: str
    choices: [absent, restored]
    default: absent
  changes:
    description:
      - A file on the mail host with the changes to make, as M(civic.mailbox.host_plan) wrote it.
      - With O(state=absent) one of O(changes) and O(internal_domains) is required.
    type: path
  internal_domains:
    description:
      - Domains that are the office's own. Forwards to all others are taken away.
      - A subdomain counts only if it is listed.
    type: list
    elements: str
  accounts:
    description:
      - Only the forwards of these addresses. By default those of all.
    type: list
    elements: str
  controls:
    description:
      - With O(state=restored), only what was done for these controls.
    type: list
    elements: str
  uneditable_scripts:
    description:
      - What becomes of a Sieve script that forwards outside and cannot be edited safely.
      - V(report) leaves it as it is, and says why.
      - V(deactivate) switches the Sieve scripts of its mailbox off, as its owner can do by
        ManageSieve. The script stays stored to the byte; while it is off, none of the other rules
        of that mailbox run either, and its mail goes to the inbox. O(state=restored) switches it
        on again.
      - A script where it cannot be told whether it forwards outside is never deactivated, nor one
        that a script of the administrator includes, which would run all the same.
    type: str
    choices: [report, deactivate]
    default: report
  name:
    description:
      - Name of this host in the plan and the journal, usually C(inventory_hostname). Required with
        O(changes). By default the host's own name.
    type: str
  run_dir:
    description:
      - Folder on the mail host that gets the journal; its name is the run's id.
      - Without it there is no journal, and nothing can be put back.
    type: path
seealso:
  - module: civic.mailbox.forwarding_block
  - module: civic.mailbox.host_plan
  - module: civic.mailbox.mail_info
"""

EXAMPLES = r"""
- name: Show what would be taken away, as diffs of scripts, files and rows
  civic.mailbox.forwarding:
    internal_domains: [town.example, schools.town.example]
  become: true
  check_mode: true
  diff: true

- name: Take it away, with a journal to put it back by
  civic.mailbox.forwarding:
    internal_domains: [town.example, schools.town.example]
    run_dir: /var/lib/civic.mailbox/20190108T010000Z
  become: true

- name: Put the rules of one clerk back
  civic.mailbox.forwarding:
    state: restored
    accounts: [clerk@town.example]
    run_dir: /var/lib/civic.mailbox/20190108T010000Z
  become: true
"""

RETURN = r"""
not_undone:
  description:
    - Why not all of the run was undone, where the journal has lost how. Empty where all was.
    - The module fails then, after it undid all else.
  returned: O(state=restored) with O(run_dir)
  type: str
  sample: ""
total:
  description: How many changes were made or, in check mode, would be.
  returned: success
  type: int
  sample: 1
counts:
  description:
    - How many changes were made (C(changed)), were not needed any more (C(already)), were left
      because somebody changed the place since (C(changed_since)) or because only a person can
      judge them (C(refused)), or failed (C(failed)).
  returned: success
  type: dict
  sample: {changed: 1, refused: 1}
changes:
  description: What was changed, at most 100. The journal has all.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 6f9f7d4f2b1c8a30
      control: external-forwarding
      subject: clerk@town.example
      unit: Registry
      target: /var/vmail/clerk/sieve/main.sieve
      field: forwards
      before: [me@home.example]
      after: []
      reason: Forwards to me@home.example (Sieve script 'main', line 3)
left:
  description: What was left as it is and why, at most 100. The journal has all.
  returned: success
  type: list
  elements: dict
  sample:
    - subject: info@town.example
      field: forwards
      result: refused
      reason: "cannot be changed safely, so do it by hand: nobody would be left to get the mail to
        info@town.example: name one"
truncated:
  description: Whether RV(changes) leaves some out.
  returned: success
  type: bool
journal:
  description: The journal on the mail host.
  returned: with O(run_dir)
  type: str
  sample: /var/lib/civic.mailbox/20190108T010000Z/journal.jsonl
"""

from ..module_utils._module.forwarding import ARGUMENTS, RESTRICTIONS, set_forwarding
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(set_forwarding)


if __name__ == "__main__":
    main()
