#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: reopening_notice
short_description: Tell owners by mail that their mailbox is open again
version_added: 0.1.0
description:
  - Sends one mail to each mailbox that M(civic.mailbox.reopen) opened, in Vietnamese, English or
    both. It says by which day to sign in, that the mailbox is locked again after that, and, where
    it was locked for a default password, that a new one has to be set.
  - The mail waits in the mailbox. Tell the unit too, by the paper or telephone that it asked by;
    who has not read their mail for months will not look for it by themselves.
  - Every mail stands in a register before and after it is sent. A run that was broken off is
    finished by running it again, and nobody is told twice. A mail that was on its way just then is
    reported as uncertain and not sent again.
  - The mail holds no link and asks for no password.
  - Placeholders of a template are C(${address}), C(${unit}), C(${office}), C(${contact}),
    C(${until}), C(${days}) and C(${password}) (what to do about the password; often empty).
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
  reports_dir:
    description: Folder that has one folder for each run.
    type: path
    required: true
  run:
    description: The run that M(civic.mailbox.reopen) was given, by its id or V(latest).
    type: str
    default: latest
  policy_file:
    description:
      - The policy file. Its office stands under the mail, and its
        C(reopening.sign_in_within_days) in it.
    type: path
    required: true
  register:
    description:
      - File that keeps who was told, and when. By default C(reopenings.jsonl) beside the folders of
        the runs.
    type: path
seealso:
  - module: civic.mailbox.reopen
"""

EXAMPLES = r"""
- name: Tell the owners of reopened mailboxes until when to sign in
  civic.mailbox.reopening_notice:
    reports_dir: reports
    run: 20190108T010000Z
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
    - How many were sent or, in check mode, would be (C(sent)); were told before (C(already)); have
      no address to send to, were refused by the mail server or are past their day (C(refused)); or
      were on their way when a run was broken off (C(uncertain)). What is zero may be left out.
  returned: success
  type: dict
  sample: {sent: 2, already: 5}
mails:
  description: To whom, and the last day to sign in. At most 100.
  returned: success
  type: list
  elements: dict
  sample:
    - {subject: clerk@town.example, unit: Registry, sign_in_by: '2019-02-01'}
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
  description: The register of these mails.
  returned: success
  type: str
  sample: /srv/reports/reopenings.jsonl
"""

from ..module_utils._module.reopening_notice import ARGUMENTS, RESTRICTIONS, tell_reopened
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(tell_reopened)


if __name__ == "__main__":
    main()
