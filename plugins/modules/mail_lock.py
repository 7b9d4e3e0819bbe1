#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: mail_lock
short_description: Have a mail host follow the directory's locks
version_added: 0.1.0
description:
  - To be run on the mail host after accounts were locked or unlocked in the directory. It locks no
    account by itself, touches no password and signs in as nobody.
  - Dovecot remembers sign-ins that succeeded and, by its configuration, those that failed. So its
    authentication cache is emptied; else a locked account goes on to sign in over IMAP, POP3,
    ManageSieve and, where Postfix asks Dovecot, submission, and an unlocked one goes on to be
    refused.
  - Live sessions of locked accounts are ended, and Dovecot is asked until none is left. The module
    fails if one still is after 10 seconds.
  - Optionally the mail of locked accounts is refused by Postfix, to the addresses of O(accounts)
    and their subaddresses as C(user+word@town.example).
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Shows the tables of refused addresses and the lines of C(main.cf).
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.mail_host
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
requirements:
  - root on the mail host
  - Dovecot 2.3 or 2.4, Postfix 3.4 or later, or one of the two
options:
  accounts:
    description:
      - The accounts' mail addresses, all that each one has, and the names that they sign in with
        where these are no addresses.
      - Where Dovecot's users have no domain, the local part of an address is the user.
      - One of O(accounts) and O(accounts_file) is required.
    type: list
    elements: str
  accounts_file:
    description: A file on the mail host with these, one a line, for many thousands of them.
    type: path
  state:
    description: What the directory says of these accounts by now.
    type: str
    choices: [locked, unlocked]
    required: true
  delivery:
    description:
      - Whether locked accounts still get mail.
      - With V(receive) an earlier V(refuse) of these accounts ends, and with O(state=unlocked).
    type: str
    choices:
      receive: Mail is delivered as before.
      refuse: >-
        Mail is refused with status 5.2.1 (RFC 3463) when it comes in by SMTP; what comes in another
        way comes back to its sender with that status. Two tables of the module's own beside
        C(main.cf) say so, C(civic_mailbox_refused) for C(smtpd_recipient_restrictions) and
        C(civic_mailbox_bounced) for C(transport_maps), where they come before all others.
    default: receive
  refusal:
    description:
      - What senders are told with O(delivery=refuse).
      - At most 200 characters of ASCII, since a reply of SMTP has no others.
    type: str
    default: This mailbox is locked and takes no mail
  end_shared:
    description:
      - Whether to end a session though sessions of others run in the same process of Dovecot 2.3,
        as where C(client_limit) of a service is more than 1. Theirs end too, and mail programs sign
        in again by themselves.
      - Without it such a session goes on, and the module fails.
    type: bool
    default: false
notes:
  - A client that is signed in to submission already goes on until it disconnects or is silent for
    C(smtpd_timeout), 5 minutes by default. Nothing in Postfix ends one session of one user.
  - Emptying the cache alone is not told as a change.
seealso:
  - module: civic.mailbox.mail_info
"""

EXAMPLES = r"""
- name: Sign two locked accounts out; they still receive mail
  civic.mailbox.mail_lock:
    accounts: [clerk@town.example, old.clerk@town.example]
    state: locked
  become: true

- name: Sign many locked accounts out, and refuse their mail
  civic.mailbox.mail_lock:
    accounts_file: /root/locked-accounts
    state: locked
    delivery: refuse
    refusal: This mailbox is locked; please call the office
  become: true

- name: Let an unlocked account in again at once
  civic.mailbox.mail_lock:
    accounts: [clerk@town.example]
    state: unlocked
  become: true
"""

RETURN = r"""
total:
  description: How many different accounts were given.
  returned: always
  type: int
  sample: 2
flushed:
  description:
    - How many answers were in Dovecot's authentication cache.
    - Nothing in check mode, without Dovecot, and where it keeps no cache.
  returned: always
  type: int
  sample: 412
kicked:
  description: The first 100 users of Dovecot whose sessions were ended.
  returned: always
  type: list
  elements: str
  sample: [clerk@town.example]
truncated:
  description: Whether RV(kicked) leaves some out.
  returned: always
  type: bool
sessions:
  description: How many sessions were ended.
  returned: always
  type: int
  sample: 3
refused:
  description: How many of the addresses Postfix refuses mail for now.
  returned: always
  type: int
  sample: 0
problems:
  description: What could not be looked at on this host, and is no failure.
  returned: always
  type: list
  elements: str
  sample: ["No Dovecot here: nothing to be signed out of"]
"""

from ..module_utils._module.mail_lock import ARGUMENTS, RESTRICTIONS, follow
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(follow)


if __name__ == "__main__":
    main()
