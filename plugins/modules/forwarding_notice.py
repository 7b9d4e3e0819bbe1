#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: forwarding_notice
short_description: Tell owners by mail which of their forwards was switched off, and why
version_added: 0.1.0
description:
  - Reads the journals of a run and sends one mail to each address whose forwards to outside it took
    away, in Vietnamese, English or both. It says where mail went, where that was set, why it was
    switched off, that mail stays in the mailbox, and whom to ask.
  - Sends nothing unless the policy file has C(forwarding.tell_owners) set to true.
  - What was put back by a rollback is not told. What a later part of the same run took away besides
    is told in a mail of its own.
  - Every mail stands in a register before and after it is sent. A run that was broken off is
    finished by running it again, and nobody is told twice. A mail that was on its way just then is
    reported as uncertain and not sent again.
  - The mail holds no link and asks for no password.
  - Placeholders of a template are C(${address}), C(${rules}) (what was switched off, a list),
    C(${office}) and C(${contact}).
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
  - civic.mailbox.mailing
attributes:
  check_mode:
    support: full
    details: Tells who would get a mail, and sends nothing.
  diff_mode:
    support: full
    details: Shows the mails.
options:
  run_dir:
    description: Folder of the run, which has C(journal.jsonl) or C(journal-HOST.jsonl).
    type: path
    required: true
  policy_file:
    description: The policy file. Its office stands under the mail.
    type: path
    required: true
  register:
    description:
      - File that keeps who was told of which change, and when. By default
        C(forwarding-notices.jsonl) beside the folders of the runs.
    type: path
seealso:
  - module: civic.mailbox.account
  - module: civic.mailbox.forwarding
"""

EXAMPLES = r"""
- name: Tell the owners of the forwards that the last run switched off
  civic.mailbox.forwarding_notice:
    run_dir: reports/latest
    policy_file: inventory/office/policy.yml
    host: mail.town.example
    username: notices
    password: "{{ vault_notices_password }}"
    sender: it@town.example
    contact: IT desk, telephone 0203 3862 001
"""

RETURN = r"""
total:
  description: How many mails were to be sent.
  returned: success
  type: int
  sample: 2
counts:
  description:
    - How many mails were sent or, in check mode, would be (C(sent)); how many owners were told
      before (C(already)); whose mails were refused by the mail server or have no mailbox
      (C(refused)); or were on their way when a run was broken off (C(uncertain)). What is zero may
      be left out.
  returned: success
  type: dict
  sample: {sent: 2, already: 5}
mails:
  description: To whom, and where mail went before. At most 100.
  returned: success
  type: list
  elements: dict
  sample:
    - {subject: clerk@town.example, switched_off: [me@freemail.example]}
left:
  description: What was not sent, or not for certain, and why. At most 100.
  returned: success
  type: list
  elements: dict
  sample: []
truncated:
  description: Whether there are more mails than RV(mails) shows.
  returned: success
  type: bool
  sample: false
register:
  description: The register of notices.
  returned: success
  type: str
  sample: /srv/reports/forwarding-notices.jsonl
"""

from ..module_utils._module.forwarding_notice import ARGUMENTS, RESTRICTIONS, tell_owners
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(tell_owners)


if __name__ == "__main__":
    main()
