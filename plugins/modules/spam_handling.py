#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: spam_handling
short_description: Have Dovecot report spam and delete junk
version_added: 0.1.0
description:
  - What users move into the folder for junk is handed to the spam filter that is on the host,
    rspamd or SpamAssassin, which learns from it; what they move out of it, but not to the trash, is
    learned as no spam (IMAPSieve).
  - Messages that have been in the folders for junk and for trash for a number of days are deleted
    (autoexpunge).
  - Owners get a message when their mailbox has used so much of its quota.
  - Folders are known by their mark (special_use), whatever they are called. Where none is marked,
    one is.
  - Only what Dovecot's own configuration does not do already is written, into a file of its own
    that C(dovecot.conf) includes. Where that configuration keeps messages for longer than is asked
    for, the module says so and writes nothing.
  - Dovecot's own programs look at the settings and compile the scripts before anything is in force.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Shows the lines that go and come, and no other line of a file.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
requirements:
  - root on the mail host
  - Dovecot 2.3 or 2.4
  - for learning, Dovecot's Sieve (Debian package dovecot-sieve), and rspamd's C(rspamc) or
    SpamAssassin's C(sa-learn)
options:
  state:
    description: Whether it is to be set.
    type: str
    choices:
      present: Junk is handled as the other options say.
      absent: All files are as they were before, to the byte.
    default: present
  policy_file:
    description:
      - The policy, a YAML file on the control node. Its section C(spam_handling) has
        O(report_spam), O(junk_days), O(trash_days) and O(quota_warning_percent); of those given
        here as well, the ones here count.
    type: path
  report_spam:
    description: Whether a filter is to learn from what users move into junk, and out of it.
    type: bool
    default: true
  junk_days:
    description: Days after which messages in the folder for junk are deleted; V(0) for no limit.
    type: int
    default: 30
  trash_days:
    description: Days after which messages in the folder for trash are deleted; V(0) for no limit.
    type: int
    default: 30
  quota_warning_percent:
    description:
      - Percent of a mailbox's quota, from 50 to 100, at which its owner is told; V(0) for never.
      - The quota itself is not set.
    type: int
    default: 90
  filter:
    description:
      - The filter that learns. With V(auto), rspamd or else SpamAssassin, where it is installed;
        where neither is, nothing learns, and the result says so.
    type: str
    choices: [auto, rspamd, spamassassin]
    default: auto
  filter_arguments:
    description:
      - What C(rspamc) or C(sa-learn) is given before its command, as the address of rspamd's
        controller or the place of SpamAssassin's database. Users of the host can read it, so no
        password.
    type: list
    elements: str
    default: []
  junk_folder:
    description: Name of the folder for junk, where none is marked as that.
    type: str
    default: Junk
  trash_folder:
    description: Name of the folder for trash, where none is marked as that.
    type: str
    default: Trash
  dovecot_config:
    description: Dovecot's configuration file. By default the one that Dovecot was built for.
    type: path
  timeout:
    description: Longest time, in seconds, that one command of a server may take.
    type: int
    default: 60
notes:
  - Dovecot counts the days from when a message came into the folder, and deletes at the end of the
    owner's session and when mail comes in. A mailbox that nobody opens keeps its junk.
  - SpamAssassin learns while the user's program waits for the move, which takes some seconds.
seealso:
  - module: civic.mailbox.mail_info
"""

EXAMPLES = r"""
- name: Handle junk as the policy says
  civic.mailbox.spam_handling:
    policy_file: "{{ playbook_dir }}/policy.yml"
  become: true

- name: Have an rspamd on another host learn, and leave the trash alone
  civic.mailbox.spam_handling:
    filter: rspamd
    filter_arguments: [-h, "filter.town.example:11334"]
    trash_days: 0
  become: true

- name: Have SpamAssassin learn into one database for all mailboxes
  civic.mailbox.spam_handling:
    filter: spamassassin
    filter_arguments: [--dbpath, /var/lib/spamassassin/bayes/bayes]
  become: true

- name: Take it all back
  civic.mailbox.spam_handling:
    state: absent
  become: true
"""

RETURN = r"""
filter:
  description:
    - The filter that learns; empty where none does, or Dovecot's own configuration has a script.
  returned: success
  type: str
  sample: rspamd
files:
  description: The files that were changed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/etc/dovecot/civic_mailbox_spam_handling.conf, /etc/dovecot/dovecot.conf]
problems:
  description: What could not be set on this host, and is no failure.
  returned: success
  type: list
  elements: str
  sample: ["Dovecot does not run now"]
"""

from ..module_utils._module.runner import MailboxModule
from ..module_utils._module.spam_handling import ARGUMENTS, follow


def main():
    MailboxModule(ARGUMENTS).run(follow)


if __name__ == "__main__":
    main()
