#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: outbound_limits
short_description: Have Postfix limit what one network address hands in
version_added: 0.1.0
description:
  - On the services of Postfix where users sign in to send, a network address that has handed in
    more than the limits within O(per_minutes) is told to come again later (450). The port that
    takes mail from outside is left alone.
  - "Postfix's own C(anvil) counts, and it counts network addresses, not users: whoever sends from
    many addresses is not stopped, and users behind one address share its limits."
  - A service whose limits are as strict already is left as it is.
  - So is one that asks a policy service which limits each sender (postfwd, policyd, iRedAPD,
    policyd-rate-limit); see O(beside_policy_service).
  - The settings are lines in C(master.cf), after those of the service. C(main.cf) and all other
    lines stay as they are.
  - What is written is checked by Postfix before it is told to read it. Where the check fails, the
    file is put back.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Shows the lines that go and come, and no other line of the file.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.mail_host
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
requirements:
  - root on the mail host
  - Postfix 3.4 or later
options:
  state:
    description: Whether the limits are to be there.
    type: str
    choices:
      present: No service takes more than this from one address.
      absent: The lines of this module are gone from C(master.cf), and all else is as it was.
    default: present
  per_minutes:
    description:
      - The time within which is counted. It is one for all services of this Postfix, so where
        another has limits of its own and counts in another time, the module stops and says so.
    type: int
    default: 60
  messages:
    description: Most messages; V(0) asks for no limit.
    type: int
    default: 300
  recipients:
    description: Most recipients, of all messages together; V(0) asks for no limit.
    type: int
    default: 1000
  sign_ins:
    description:
      - Most tries to sign in, also those with a wrong password; V(0) asks for no limit.
    type: int
    default: 300
  connections:
    description: Most connections; V(0) asks for no limit.
    type: int
    default: 0
  recipients_per_message:
    description:
      - Most recipients of one message, whatever the time and the address; V(0) asks for no other
        limit than Postfix's own (1000). Not fewer than 100, which a mail server has to take.
    type: int
    default: 0
  exempt:
    description:
      - Addresses and networks that none of the rates is counted of, beside those that Postfix
        exempts already (by default its C(mynetworks)), as the office's own relays, a webmail host,
        and addresses that many users share.
    type: list
    elements: str
  policy_file:
    description:
      - The policy, a YAML file on the control node. Its section C(outbound_limits) has O(messages)
        and all other limits, O(per_minutes) and O(exempt), which cannot be given beside it.
    type: path
  beside_policy_service:
    description:
      - Whether to set the limits also where Postfix asks a policy service that limits each sender.
    type: bool
    default: false
notes:
  - Counts are forgotten when Postfix is reloaded or started anew.
  - Mail handed in on the host itself by C(sendmail), and by hosts that need not sign in, is not
    limited.
  - A program that lets users sign in and hands their mail on, as a webmail, is one address for all
    of them.
seealso:
  - module: civic.mailbox.mail_info
"""

EXAMPLES = r"""
- name: Take no more than 500 messages an hour from one address
  civic.mailbox.outbound_limits:
    messages: 500
    recipients: 2000
    exempt: [192.0.2.25, 2001:db8:25::/48]
  become: true

- name: Limit what the policy says
  civic.mailbox.outbound_limits:
    policy_file: "{{ playbook_dir }}/policy.yml"
  become: true

- name: Take the limits away again
  civic.mailbox.outbound_limits:
    state: absent
  become: true
"""

RETURN = r"""
services:
  description:
    - The settings of this module by service of C(master.cf); empty with O(state=absent), and where
      what is there is enough.
  returned: success
  type: dict
  sample: {"submission/inet": {"smtpd_client_message_rate_limit": "300"}}
files:
  description: The files that were changed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/etc/postfix/master.cf]
problems:
  description: What has to be known, and is no failure.
  returned: success
  type: list
  elements: str
  sample: ["Postfix does not run now"]
"""

from ..module_utils._module.outbound_limits import ARGUMENTS, RESTRICTIONS, follow
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(follow)


if __name__ == "__main__":
    main()
