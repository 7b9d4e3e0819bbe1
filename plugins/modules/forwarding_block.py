#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: forwarding_block
short_description: Have a mail host keep in what users redirect to the outside
version_added: 0.1.0
description:
  - Mail that Sieve scripts redirect to an outside address, and notifications that they mail there,
    do not leave any more. The message stays in the mailbox, nothing is bounced, and the script is
    left as it is.
  - Ordinary mail to outside addresses, vacation replies and bounces go on as before, and so do
    redirects to O(domains).
  - Sieve's C(reject) is switched off with it, for Dovecot loses mail whose rejection is refused. A
    script that has it does not run, and its mail is kept.
  - Postfix gets a listener on loopback that is for Dovecot's Sieve scripts only. Dovecot gets a
    file that hands their mail there, and gives redirects and notifications the envelope sender
    O(sender), so that the listener can tell them from vacation replies.
  - What is written is checked by the servers' own programs before they are told to read it, and the
    listener is asked afterwards. Where a check fails, all files are put back.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Shows the lines that go and come, and no other line of a file.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.mail_host
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
requirements:
  - root on the mail host
  - Dovecot 2.3 or 2.4 and Postfix 3.4 or later on the same host
options:
  state:
    description: Whether there is to be a block.
    type: str
    choices:
      present: Mail that is redirected to the outside stays.
      absent: All files are as they were before the block, to the byte.
    default: present
  domains:
    description:
      - The domains that mail may be redirected to, the office's own and those of partners. A
        subdomain counts only if it is listed.
      - All domains of this host's mailboxes must be among them, or their vacation replies stay too.
      - With O(state=present), one of O(domains) and O(policy_file) is required.
    type: list
    elements: str
  policy_file:
    description:
      - The policy, a YAML file on the control node. Its C(internal_domains) are the O(domains),
        with the C(partner_domains) whose approval is in force today.
    type: path
  sender:
    description:
      - The envelope sender that redirected mail gets, an address of one of the domains. What cannot
        be delivered of it comes back to this address, so somebody must read it. Vacation replies of
        this address itself stay.
      - Required with O(state=present).
    type: str
  port:
    description: The listener's port on 127.0.0.1.
    type: int
    default: 10587
  dot_forward:
    description:
      - Whether C(.forward) files of local users work. With V(false), C(forward_path) in C(main.cf)
        is empty, and none does, for inside addresses either.
    type: bool
    default: true
notes:
  - Programs that scripts can run (the plugin sieve_extprograms) send mail by themselves and are not
    blocked, nor are aliases, virtual aliases and forwards in the directory.
  - Any process of the host can send to the outside through the listener in the name of an inside
    address.
seealso:
  - module: civic.mailbox.mail_info
"""

EXAMPLES = r"""
- name: Keep redirected mail in
  civic.mailbox.forwarding_block:
    domains: [town.example, school.town.example, province.example]
    sender: mail-admins@town.example
  become: true

- name: Turn the .forward files of local users off as well
  civic.mailbox.forwarding_block:
    policy_file: "{{ playbook_dir }}/policy.yml"
    sender: mail-admins@town.example
    dot_forward: false
  become: true

- name: Take the block away
  civic.mailbox.forwarding_block:
    state: absent
  become: true
"""

RETURN = r"""
listener:
  description: Where Dovecot hands in what Sieve scripts send; empty without a block.
  returned: success
  type: str
  sample: 127.0.0.1:10587
sender:
  description: Envelope sender of redirected mail; empty without a block.
  returned: success
  type: str
  sample: postmaster@town.example
domains:
  description: The domains that mail may be redirected to, in lower-case ASCII.
  returned: success
  type: list
  elements: str
  sample: [town.example]
files:
  description: The files that were changed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/etc/postfix/master.cf]
problems:
  description: What could not be blocked or looked at on this host, and is no failure.
  returned: success
  type: list
  elements: str
  sample: ["Postfix does not run now"]
"""

from ..module_utils._module.forwarding_block import ARGUMENTS, RESTRICTIONS, follow
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(follow)


if __name__ == "__main__":
    main()
