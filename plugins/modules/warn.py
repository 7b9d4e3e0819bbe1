#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: warn
short_description: Warn the owners of idle mailboxes by mail before they are locked
version_added: 0.1.0
description:
  - Sends a mail to every account that the audit found close to the idle limit, in Vietnamese,
    English or both. Each gets one mail in an idle period; a new sign-in begins a new one.
  - Every mail stands in a register before and after it is sent. A run that was broken off is
    finished by running it again, and nobody gets a second mail. One that was on its way just then
    is reported as uncertain and not sent again.
  - With C(enforcement.warn_first_days) in the policy file, M(civic.mailbox.account) locks only
    those who were warned at least so many days ago.
  - Placeholders of a template are C(${address}), C(${unit}), C(${office}), C(${contact}),
    C(${last_use}), C(${months}) and C(${due}).
  - The mail holds no link and asks for nothing. It says that the office never asks for a password.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
  - civic.mailbox.mailing
attributes:
  check_mode:
    support: full
    details: Tells who would be warned, and sends nothing.
  diff_mode:
    support: full
    details: Shows the mails.
options:
  run_dir:
    description: Folder of the audit's run, which has C(findings.jsonl).
    type: path
    required: true
  policy_file:
    description: The policy file. Its office stands under the mail.
    type: path
    required: true
  register:
    description:
      - File that keeps who was warned, and when. By default C(warnings.jsonl) beside the folders of
        the runs.
    type: path
  include_overdue:
    description:
      - Also warn those who are past the limit and were not warned yet. Needed where the policy asks
        for a warning before each lock.
    type: bool
    default: false
seealso:
  - module: civic.mailbox.assess
  - module: civic.mailbox.account
"""

EXAMPLES = r"""
- name: Warn the owners of mailboxes that will be idle soon
  civic.mailbox.warn:
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
    - How many were sent or, in check mode, would be (C(sent)); were warned before (C(already));
      were refused by the mail server or have no address to send to (C(refused)); are exempt by now
      (C(exempt)); or were on their way when a run was broken off (C(uncertain)). What is zero may
      be left out.
  returned: success
  type: dict
  sample: {sent: 2, already: 5}
mails:
  description: To whom, and the day from which the mail says that it is locked. At most 100.
  returned: success
  type: list
  elements: dict
  sample:
    - {subject: clerk@town.example, unit: Registry, due: '2019-02-01'}
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
  description: The register of warnings.
  returned: success
  type: str
  sample: /srv/reports/warnings.jsonl
"""

from ..module_utils._module.runner import MailboxModule
from ..module_utils._module.warn import ARGUMENTS, RESTRICTIONS, warn_owners


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(warn_owners)


if __name__ == "__main__":
    main()
