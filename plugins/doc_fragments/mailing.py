# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sending mails to users."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  host:
    description: Mail server that takes the mails.
    type: str
    default: localhost
  port:
    description: Its port. By default that of O(secure), 587, 465 or 25.
    type: int
  secure:
    description:
      - V(starttls) begins TLS on a plain connection, V(always) speaks TLS from the start, V(never)
        does without.
    type: str
    choices: [starttls, always, never]
    default: starttls
  username:
    description: Name to sign in with, where the server asks for one.
    type: str
  password:
    description: Password of O(username). Keep it in a vault.
    type: str
  validate_certs:
    description: Check the server's certificate and its host name.
    type: bool
    default: true
  ca_path:
    description: File with the certificates of the authorities to trust. By default the system's.
    type: path
  timeout:
    description: Seconds to wait for an answer of the server.
    type: int
    default: 20
  ehlohost:
    description: Name by which to greet the server. By default this machine's.
    type: str
  sender:
    description:
      - Address that the mails come from. A name may stand before it, as in
        C(Office <office@town.example>).
    type: str
    required: true
  contact:
    description: Whom to ask, as it stands in the mail; a name and a telephone number.
    type: str
    required: true
  language:
    description: Language of the mail. V(both) has the Vietnamese text first.
    type: str
    choices: [vi, en, both]
    default: both
  template_vi:
    description:
      - A file with the office's own Vietnamese text. The first line is the subject.
      - The description of the module has the placeholders.
    type: path
  template_en:
    description: The same for the English text.
    type: path
  per_minute:
    description: At most so many mails a minute.
    type: int
    default: 60
  max_mails:
    description: At most so many mails in one run. Past it none is sent and the module fails.
    type: int
    default: 500
"""
