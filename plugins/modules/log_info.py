#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: log_info
short_description: Read what the logs of a mail host tell of each mailbox into a snapshot
version_added: 0.1.0
description:
  - Reads the logs of Postfix and Dovecot, rotated and packed ones (gzip, xz, bzip2) too, with times
    of RFC 3339, of traditional syslog or of Dovecot's own, and the journal of systemd.
  - Counts by mailbox and day what was sent, to how many, what bounced, sign-ins, the networks they
    came from, wrong passwords, and mail to and from listed domains.
  - No subject, no text, and no address of anybody outside is kept, only numbers.
  - Keeps a ledger on the mail host, so that each run reads only what is new, and each rotated file
    once. A run that was broken off is gone on with; no line counts twice.
  - Writes C(snapshot/log-NAME.jsonl) below O(run_dir), with the span of time that the logs cover.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.mail_host
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Reads the logs and writes the snapshot, and leaves the ledger as it was.
  diff_mode:
    support: none
requirements:
  - root on the mail host, or the right to read its logs
options:
  run_dir:
    description: Folder of the run, on the mail host; made if it is missing.
    type: path
    required: true
  name:
    description: What to call the host in the snapshot. By default its own name.
    type: str
  paths:
    description:
      - The log files, with wildcards. What C(journalctl) wrote of a journal, with C(-o export),
        C(-o json) or C(-o short-iso), is understood as well.
      - By default C(/var/log/mail.log*), and none where a journal is read.
    type: list
    elements: path
  journal:
    description:
      - Whether to read the journal of the host with C(journalctl), from the entry on that was read
        last. Of it what was written to the facility C(mail) counts, as Postfix and Dovecot do.
      - Where syslog writes the same to a file, name one of both only.
    type: bool
    default: false
  journal_files:
    description:
      - The files of a journal in place of the host's own, with wildcards, as those that a host of
        logs gets from others.
    type: list
    elements: path
    default: []
  ledger:
    description: The ledger, on the mail host.
    type: path
    default: /var/lib/civic-mailbox/logs.sqlite
  days:
    description: How many days, up to today, the snapshot sums up.
    type: int
    default: 30
  keep_days:
    description: How many days the ledger keeps. What is older is deleted from it.
    type: int
    default: 100
  domains:
    description:
      - Domains, with those below them, whose mail is counted. By default well-known providers of
        free mailboxes, social networks, shops and forums. A change counts for new lines only.
    type: list
    elements: str
  policy_file:
    description:
      - The policy, a YAML file on the control node. The domains of its sections C(free_mail) and
        C(service_signup) are the O(domains), where those are not given.
    type: path
seealso:
  - module: civic.mailbox.mail_info
  - module: civic.mailbox.assess
"""

EXAMPLES = r"""
- name: Read the logs of the mail host
  civic.mailbox.log_info:
    run_dir: /var/lib/mailbox-audit
    name: "{{ inventory_hostname }}"
  become: true

- name: Read the journal of a host that writes no mail.log
  civic.mailbox.log_info:
    run_dir: /var/lib/mailbox-audit
    journal: true
  become: true

- name: Read logs that are kept elsewhere, of two programs
  civic.mailbox.log_info:
    run_dir: /var/lib/mailbox-audit
    paths:
      - /var/log/postfix/*.log*
      - /var/log/dovecot/*.log*
  become: true
"""

RETURN = r"""
path:
  description: The snapshot.
  returned: success
  type: str
  sample: /var/lib/mailbox-audit/snapshot/log-mail1.jsonl
total:
  description: How many mailboxes the logs tell of.
  returned: success
  type: int
  sample: 8121
coverage:
  description: What part of the past the logs show.
  returned: success
  type: dict
  contains:
    first:
      description: The oldest line that tells something (UTC), or null.
      type: str
    last:
      description: The youngest one.
      type: str
    lines:
      description: Lines that were read, in all runs.
      type: int
    untimed:
      description: Lines without a time that can be understood. They are not counted.
      type: int
    overlong:
      description: Lines that are too long to be looked at.
      type: int
    strangers:
      description: Wrong passwords for users that there are not.
      type: int
    failures:
      description: Files that could not be read, and why.
      type: list
      elements: str
    missing:
      description:
        - Stretches of time in the middle that nothing is told of, for a file is missing
          (V(file)), or nobody knows why (V(silence)).
      type: list
      elements: dict
  sample:
    first: '2026-10-28T23:10:04Z'
    last: '2026-11-30T01:02:03Z'
    lines: 12345678
    untimed: 0
    overlong: 0
    strangers: 412
    failures: []
    missing:
      - since: '2026-11-03T23:59:58Z'
        until: '2026-11-05T00:00:07Z'
        why: file
"""

from ..module_utils._module.log_info import ARGUMENTS, gather_logs
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(gather_logs)


if __name__ == "__main__":
    main()
