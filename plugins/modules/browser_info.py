#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: browser_info
short_description: Read what managed policies forbid the browsers of a workstation
version_added: 0.1.0
description:
  - Writes a snapshot of the browsers that are installed, C(snapshot/browsers-NAME.jsonl), for
    M(civic.mailbox.assess). For each it has whether managed policies switch the password manager
    off, at all sites or at which, all policy files together.
  - Reads policy files only, never a user's profile. Linux only.
  - A file that is no JSON is an error that names it, and the snapshot says that it is not complete.
attributes:
  check_mode:
    support: full
    details: Writes the snapshot in check mode too, since nothing else is changed.
  diff_mode:
    support: none
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
options:
  run_dir:
    description: Folder that gets the snapshot, on the workstation.
    type: path
    required: true
  name:
    description: The workstation's name in the inventory. By default its host name.
    type: str
  root:
    description: Folder that all paths are below, for an image that is not running.
    type: path
    default: /
seealso:
  - module: civic.mailbox.browser_policy
"""

EXAMPLES = r"""
- name: Read the workstation
  civic.mailbox.browser_info:
    run_dir: /var/lib/mailbox-audit
    name: "{{ inventory_hostname }}"
  become: true
"""

RETURN = r"""
path:
  description: The snapshot.
  returned: success
  type: str
  sample: /var/lib/mailbox-audit/snapshot/browsers-pc1.jsonl
browsers:
  description: The browsers that are installed.
  returned: success
  type: list
  elements: dict
  contains:
    title:
      description: Its name.
      type: str
    file:
      description: The file, or the folder of files, that it has its policies from.
      type: str
    is_off:
      description: Whether its password manager is off at all sites.
      type: bool
    sites_off:
      description: Otherwise the sites where it is off, as the policy has them.
      type: list
      elements: str
"""

from ..module_utils._module.browser_info import ARGUMENTS, gather
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(gather)


if __name__ == "__main__":
    main()
