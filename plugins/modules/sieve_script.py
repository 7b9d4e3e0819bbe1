#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: sieve_script
short_description: Store, activate or delete a Sieve script of a user
version_added: 0.1.0
description:
  - Brings one script of one user to a state, by ManageSieve (RFC 5804) with O(host), else by
    C(doveadm) on the mail host itself. The server refuses a script that it cannot run.
  - With O(run_dir) the change is in a journal before it is made, with what stood there, so that it
    can be put back.
  - For forwards of many users use M(civic.mailbox.forwarding), which needs one call for all.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
requirements:
  - without O(host), root on the mail host and Dovecot 2.3 or 2.4
options:
  account:
    description: The user whose script it is, as the mail server knows them.
    type: str
    required: true
  name:
    description: Name of the script.
    type: str
    required: true
  state:
    description:
      - V(present) stores it, V(absent) deletes it, also one that is active.
      - V(restored) puts back what stood there before the run of O(run_dir). What somebody changed
        since then is left as it is.
    type: str
    choices: [present, absent, restored]
    default: present
  content:
    description: The script. By default the one that is there stays.
    type: str
  active:
    description:
      - Whether it is the one that runs. A user has one active script, so this ends another one's.
      - By default it stays as it is, and a new one is not active.
    type: bool
  run_dir:
    description: Folder that gets the journal. Without it there is none.
    type: path
  host:
    description: ManageSieve server. Without it the module works on the mail host that it runs on.
    type: str
  port:
    description: Its port.
    type: int
    default: 4190
  username:
    description: Who signs in, as a master user for O(account). By default O(account).
    type: str
  password:
    description: Password of O(username).
    type: str
  secure:
    description: V(starttls) sends no password without TLS; V(never) uses none.
    type: str
    choices: [starttls, never]
    default: starttls
  validate_certs:
    description: Whether the server's certificate must be good.
    type: bool
    default: true
  ca_path:
    description: File with the certificates of the authorities to trust. By default the machine's.
    type: path
  dovecot_config:
    description: Dovecot's configuration file. By default the one that Dovecot was built for.
    type: path
  timeout:
    description: Longest time, in seconds, that an answer may take.
    type: int
    default: 60
seealso:
  - module: civic.mailbox.forwarding
"""

EXAMPLES = r"""
- name: File what an office's scanner sends, on the mail host
  civic.mailbox.sieve_script:
    account: clerk@town.example
    name: office
    content: "{{ lookup('ansible.builtin.file', 'office.sieve') }}"
    active: true
  become: true

- name: Switch a script off, by ManageSieve as a master user
  civic.mailbox.sieve_script:
    account: clerk@town.example
    name: holiday
    active: false
    host: mail.town.example
    username: sieve-admin
    password: "{{ vault_sieve_admin_password }}"
  delegate_to: localhost
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
  description: V(1) if the script was changed or, in check mode, would be; else V(0).
  returned: success
  type: int
  sample: 1
counts:
  description:
    - Whether it was changed (C(changed)), stood so already (C(already)), was left because somebody
      changed it (C(changed_since)), or could not be changed (C(failed)).
  returned: success
  type: dict
  sample: {changed: 1}
left:
  description: Why it was left as it is.
  returned: success
  type: list
  elements: dict
  sample: []
journal:
  description: The journal.
  returned: with O(run_dir)
  type: str
  sample: /var/lib/civic.mailbox/20190108T010000Z/journal.jsonl
"""

from ..module_utils._module.runner import MailboxModule
from ..module_utils._module.sieve_script import ARGUMENTS, RESTRICTIONS, set_script


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(set_script)


if __name__ == "__main__":
    main()
