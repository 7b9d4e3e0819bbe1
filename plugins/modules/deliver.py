#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: deliver
short_description: Send the letters of a run to the units, or its report, by mail
version_added: 0.1.0
description:
  - Sends each unit the letter and the answer form that M(civic.mailbox.notices) wrote, to the
    addresses that C(mail) of the unit names in the letter file; or the report of the run to those
    in C(report_to).
  - A signed copy that lies as PDF in the folder of a unit goes with its letter.
  - Every mail stands in a register before and after it is sent. A run that was broken off is
    finished by running it again, and nobody gets the letter or the report of a run twice. A mail
    that was on its way just then is reported as uncertain and not sent again.
  - "Placeholders of a template for letters: C(${unit}), C(${office}), C(${contact}),
    C(${deadline}), C(${files}); for the report: C(${office}), C(${contact}), C(${run}),
    C(${files})."
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
  - civic.mailbox.letter
  - civic.mailbox.mailing
attributes:
  check_mode:
    support: full
    details: Tells who would get which files, and sends nothing.
  diff_mode:
    support: full
    details: Shows the mails, with the names of their files.
options:
  run_dir:
    description: Folder of the run.
    type: path
    required: true
  what:
    description: What to send.
    type: str
    choices: [letters, report]
    default: letters
  attach:
    description:
      - Which files of a unit go with its mail. V(pdf) are those that somebody put into its folder,
        as signed copies; the others are those that were written there, in the languages of
        O(language).
    type: list
    elements: str
    choices: [pdf, docx, html, csv]
    default: [pdf, docx, csv]
  report_files:
    description: Which files of the run folder go with the report.
    type: list
    elements: str
    default: [report.html, findings.csv]
  register:
    description:
      - File that keeps who got what, and when. By default C(deliveries.jsonl) beside the folders of
        the runs.
    type: path
seealso:
  - module: civic.mailbox.notices
  - module: civic.mailbox.report
"""

EXAMPLES = r"""
- name: Send each unit its letter
  civic.mailbox.deliver:
    run_dir: reports/latest
    letter_file: inventory/office/letter.yml
    host: mail.town.example
    username: notices
    password: "{{ vault_notices_password }}"
    sender: it@town.example
    contact: IT desk, telephone 0203 3862 001

- name: Send the leadership the report, as the page alone
  civic.mailbox.deliver:
    run_dir: reports/latest
    letter_file: inventory/office/letter.yml
    what: report
    report_files: [report.html]
    sender: it@town.example
    contact: IT desk, telephone 0203 3862 001
"""

RETURN = r"""
total:
  description: How many mails were to be sent.
  returned: success
  type: int
  sample: 5
counts:
  description:
    - How many mails were sent or, in check mode, would be (C(sent)); how many got theirs before
      (C(already)); for how many units nobody is named (C(no_recipient)); how many were refused by
      the mail server (C(refused)), or were on their way when a run was broken off (C(uncertain)).
      What is zero may be left out.
  returned: success
  type: dict
  sample: {sent: 5, already: 1}
mails:
  description: To whom, and which files. At most 100.
  returned: success
  type: list
  elements: dict
  sample:
    - subject: thcs@town.example
      unit: Trường THCS Cẩm Bình
      files: [truong-thcs-cam-binh-9bb9d4ef-letter-vi.docx]
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
  description: The register of deliveries.
  returned: success
  type: str
  sample: /srv/reports/deliveries.jsonl
"""

from ..module_utils._module.deliver import ARGUMENTS, RESTRICTIONS, deliver
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(deliver)


if __name__ == "__main__":
    main()
