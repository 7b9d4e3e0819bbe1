#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: mail_info
short_description: Read sign-ins, forwards and the handling of junk of a mail host
version_added: 0.1.0
description:
  - Reads from Dovecot when each mailbox was last opened (its last_login plugin) and what Sieve
    scripts send on, those of all users, active or not, and the administrator's; from Postfix the
    C(.forward) files, aliases, virtual aliases, copies (BCC), actions of access tables and of
    header and body checks, and where addresses are rewritten or their mail is handed to another
    host.
  - Reads from Dovecot what it does with junk, and which mailboxes have used half of their quota or
    more.
  - Writes C(snapshot/mail-NAME.jsonl) below O(run_dir). Nothing on the mail host is changed, no
    message is read, and no script's text leaves the host, only addresses with the script's name
    and line.
  - What cannot be read is told in the snapshot, so that the assessment shows it as unknown.
  - Fails, after noting the reason in the snapshot, when a server does not answer.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.mail_host
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Writes the snapshot in check mode too, since nothing else is changed.
  diff_mode:
    support: none
requirements:
  - root on the mail host
  - Dovecot 2.3 or 2.4, Postfix 3.4 or later, or one of the two
options:
  run_dir:
    description: Folder of the run, on the mail host; made if it is missing.
    type: path
    required: true
  name:
    description: What to call the host in the snapshot. By default its own name.
    type: str
  parts:
    description:
      - What to read. By default all; what is left out stands in the snapshot as unread.
      - V(submission) is what limits Postfix has where users sign in to send, and its table of
        listed senders.
      - V(sign_ins) alone is one question to Dovecot, and what M(civic.mailbox.account) wants to
        know again before it locks (O(civic.mailbox.account#module:later_sign_ins)).
    type: list
    elements: str
    choices: [forwards, sign_ins, spam_handling, submission]
    default: [forwards, sign_ins, spam_handling, submission]
seealso:
  - module: civic.mailbox.accounts_info
  - module: civic.mailbox.assess
"""

EXAMPLES = r"""
- name: Read the mail host
  civic.mailbox.mail_info:
    run_dir: /var/lib/mailbox-audit
    name: "{{ inventory_hostname }}"
  become: true

- name: Read a relay that has aliases but no mailboxes
  civic.mailbox.mail_info:
    run_dir: /var/lib/mailbox-audit
    dovecot: false
  become: true

- name: Read the second Postfix instance of a host
  civic.mailbox.mail_info:
    run_dir: /var/lib/mailbox-audit
    name: mail1-outgoing
    dovecot: false
    postfix_config: /etc/postfix-outgoing
  become: true
"""

RETURN = r"""
path:
  description: The snapshot.
  returned: success
  type: str
  sample: /var/lib/mailbox-audit/snapshot/mail-mail1.jsonl
total:
  description: How many records it has.
  returned: success
  type: int
  sample: 9034
counts:
  description: Number of records by kind.
  returned: success
  type: dict
  sample: {sign_in: 9021, forward: 12, problem: 1}
forwards:
  description: The first 100 forwards, those inside the office too; the snapshot has all.
  returned: success
  type: list
  elements: dict
  contains:
    mail:
      description:
        - Whose mail goes on. A domain is written as V(@town.example), and V(@*) is everybody, or
          those whom a pattern means.
      type: str
    address:
      description: Where it goes; empty where that cannot be told.
      type: str
    channel:
      description:
        - The way it goes, V(sieve), V(global_sieve), V(dot_forward), V(alias), V(virtual),
          V(recipient_bcc), V(sender_bcc), V(always_bcc), V(luser_relay), V(canonical),
          V(transport) or V(relocated).
      type: str
    source:
      description: The script, file or table that says so, with the line where there is one.
      type: str
    active:
      description: Whether it is in force.
      type: bool
    opaque:
      description: Why the address cannot be told, or empty.
      type: str
  sample:
    - mail: clerk@town.example
      address: clerk@home.example
      channel: sieve
      source: Sieve script 'main', line 3
      active: true
      opaque: ""
truncated:
  description: Whether RV(forwards) leaves some out.
  returned: success
  type: bool
unread:
  description: What this host cannot tell of any account, with the reason.
  returned: success
  type: list
  elements: dict
  sample:
    - field: sign_ins
      unit: null
      reason: "Dovecot's last_login plugin has no dictionary: set last_login_dict"
sieve_read_by:
  description:
    - How many mailboxes' Sieve scripts were read from their files, and how many by doveadm, where
      it is not sure that they are files.
  returned: success
  type: dict
  sample: {files: 9998, doveadm: 2}
software:
  description: The servers that were read, with their versions.
  returned: success
  type: dict
  sample: {Dovecot: 2.3.19.1, Postfix: 3.7.11}
"""

from ..module_utils._module.mail_info import ARGUMENTS, gather
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(gather)


if __name__ == "__main__":
    main()
