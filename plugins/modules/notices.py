#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: notices
short_description: Write the letter to each unit, and its answer form, from what a run found
version_added: 0.1.0
description:
  - Writes for each unit the official letter about its mailboxes into the folder C(notices) of the
    run.
    It names those that are locked, those that will be, those that forward mail to outside, and
    those
    with a default password; what the unit is asked to do, until when, and whom to ask.
  - The Vietnamese letter has the form that Decree 30/2020/NĐ-CP gives to official letters (công
    văn),
    ready to be numbered, signed and stamped; the English one follows it.
  - A unit with locked mailboxes gets an answer form as well, which M(civic.mailbox.reopen) reads
    back.
  - A unit of which nothing was found gets no letter. C(index.html) lists all units.
  - Addresses that are in no unit stand in a letter to the office itself.
  - What was locked or switched off since, by the journals of the run, is told as done.
  - Contacts no server, and sends nothing; M(civic.mailbox.deliver) does.
  - "Placeholders of a template: C(${unit}), C(${office}), C(${audited}), C(${deadline}),
    C(${contact}),
    C(${contact_details}), C(${authority}), C(${months}); and, each alone in its line, C(${cites}),
    C(${locked}), C(${soon}), C(${forwards}), C(${passwords}), C(${requests})."
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
  - civic.mailbox.letter
attributes:
  check_mode:
    support: full
    details: Tells which units would get a letter, and writes nothing.
  diff_mode:
    support: full
    details: Shows the letters as text.
options:
  run_dir:
    description: Folder of the run.
    type: path
    required: true
  formats:
    description:
      - How the letters are written. By default both, or without python-docx, which V(docx) needs,
        V(html) alone.
      - The answer form is always written as CSV, and with V(docx) as DOCX too.
    type: list
    elements: str
    choices: [html, docx]
  language:
    description: Language of the letters, each in files of its own.
    type: str
    choices: [vi, en, both]
    default: both
  template_vi:
    description:
      - A file with the office's own Vietnamese text. The first line is what the letter is about;
        then
        each line is a paragraph.
    type: path
  template_en:
    description: The same for the English text.
    type: path
  overwrite_changed:
    description:
      - Whether files that somebody has changed since they were written are written over. Without it
        the
        module fails and names them. Files that were put beside the letters always stay.
    type: bool
    default: false
seealso:
  - module: civic.mailbox.deliver
"""

EXAMPLES = r"""
- name: Write the letters of the last run
  civic.mailbox.notices:
    run_dir: reports/latest
    letter_file: inventory/office/letter.yml

- name: Write them in Vietnamese alone, as DOCX to be signed, with the office's own text
  civic.mailbox.notices:
    run_dir: reports/latest
    language: vi
    formats: [docx]
    template_vi: inventory/office/letter-vi.txt
    letter:
      deadline: 2026-12-15
      date: 2026-11-30
      number: 125
      symbol: UBND
      place: Cẩm Bình
      contact: Bộ phận công nghệ thông tin
      titles: [TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH]
      archive: VT
      units:
        - unit: Trường THCS Cẩm Bình
          addressee: Hiệu trưởng Trường THCS Cẩm Bình
          mail: [hieutruong@town.example]
"""

RETURN = r"""
folder:
  description: The folder of the letters.
  returned: success
  type: str
  sample: /srv/reports/20260105T080000Z/notices
index:
  description: The page that lists all units and their files.
  returned: success
  type: str
  sample: /srv/reports/20260105T080000Z/notices/index.html
total:
  description: How many units get a letter.
  returned: success
  type: int
  sample: 5
units:
  description:
    - The units that get a letter, each with its folder, the addressee, and how many mailboxes are
      in
      each list. At most 100. The unit of addresses that are in none is empty.
  returned: success
  type: list
  elements: dict
  sample:
    - unit: Trường THCS Cẩm Bình
      folder: truong-thcs-cam-binh-9bb9d4ef
      to: Trường THCS Cẩm Bình
      counts: {locked: 3, soon: 1, forwards: 0, passwords: 2}
without:
  description: The units of which nothing was found. At most 100.
  returned: success
  type: list
  elements: str
  sample: [Trạm Y tế phường]
truncated:
  description: Whether there are more units than the lists show.
  returned: success
  type: bool
  sample: false
"""

from ..module_utils._module.notices import ARGUMENTS, RESTRICTIONS, write_notices
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(write_notices)


if __name__ == "__main__":
    main()
