#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: accounts_merge
short_description: Make one snapshot of the parts of a directory that were read by themselves
version_added: 0.1.0
description:
  - Puts together what M(civic.mailbox.accounts_info) wrote to C(parts/) of the run folder, in one
    call or in many on several machines, as C(snapshot/accounts-NAME.jsonl) for
    M(civic.mailbox.assess). What comes out is what one reading of the whole directory writes.
  - Which parts there have to be follows from the parts themselves, each of which says what it left
    to others. Where one is missing the snapshot is marked as not complete and names it, and the
    module fails, so that no account of it passes for being in order or for being gone.
  - Where a part was read twice the newer reading counts. An account that was moved from one part to
    another while they were read counts once.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Does the same in check mode, since it changes nothing but the run folder.
  diff_mode:
    support: none
options:
  run_dir:
    description: Folder of the run, which has the folder C(parts).
    type: path
    required: true
  name:
    description: Name of the directory, as O(civic.mailbox.accounts_info#module:name) had it.
    type: str
    required: true
  max_age:
    description: Hours. What was read longer ago is of another run of the same name, and left out.
    type: int
    default: 12
seealso:
  - module: civic.mailbox.accounts_info
  - plugin: civic.mailbox.units
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Put together what four jobs read
  civic.mailbox.accounts_merge:
    run_dir: reports/2019-01-08
    name: ldap1
"""

RETURN = r"""
path:
  description: The snapshot file, JSON lines.
  returned: success
  type: str
  sample: reports/2019-01-08/snapshot/accounts-ldap1.jsonl
total:
  description: How many accounts there are.
  returned: success
  type: int
  sample: 100000
parts:
  description: How many parts they came from.
  returned: success
  type: int
  sample: 201
files:
  description: The files that were put together, the newest first.
  returned: success
  type: list
  elements: str
  sample: [reports/2019-01-08/parts/accounts-ldap1-6f0c1a8de2b94b17.jsonl]
"""

from ..module_utils._module.accounts_merge import ARGUMENTS, merge_accounts
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(merge_accounts)


if __name__ == "__main__":
    main()
