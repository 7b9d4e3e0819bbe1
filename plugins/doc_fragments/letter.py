# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an office states for its letters."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  letter_file:
    description:
      - What the office states for its letters, a YAML file on the machine where the module runs.
        The
        keys are those of O(letter); a mistake is told with file, line and key.
      - Exactly one of O(letter_file) and O(letter) has to be given.
    type: path
  letter:
    description:
      - The same as a variable of the inventory.
      - "Needed: C(deadline), the last day to answer, as 2026-12-15; C(contact), who takes the
        answers."
      - "In the letter's head: C(office) (by default that of the policy), C(superior) (the office
        right
        above, where it has one), C(number), C(symbol) (as C(UBND)), C(place), C(date). What is left
        out
        is left free, to be written by hand."
      - "In its text: C(cites), a list of what it rests on; C(authority), who may reopen a mailbox;
        C(contact_details), as a telephone number."
      - "At its end: C(titles), the lines above the signature, C(signer), C(copies), C(archive)."
      - "C(units), a list of C(unit), its name in the directory, C(addressee), C(number), and
        C(mail), the
        addresses that get its letter by mail. An empty C(unit) is for the addresses in no unit."
      - C(report_to), the addresses that get the report by mail.
      - "C(english), with C(office), C(superior), C(place), C(cites), C(authority), C(contact),
        C(contact_details), C(titles), C(copies), C(archive) for the English letter; what is left
        out is
        as in the Vietnamese one."
    type: dict
"""
