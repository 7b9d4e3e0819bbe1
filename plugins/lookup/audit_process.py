# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_process
short_description: Tell an audit that was broken off from one that is at work
version_added: 0.1.0
author: The civic.mailbox contributors (@civic)
description:
  - While an audit is at work, its run folder has a file C(audit-under-way) with the time and with
    what names its process. One that was killed leaves that file.
  - Without a path this lookup gives what names the process of this Ansible. With the path of such a
    file it gives what the file holds where that audit has ended for sure.
options:
  _terms:
    description: Paths of files C(audit-under-way).
    type: list
    elements: path
notes:
  - Needs Linux on the control node. In a container it knows the processes of that container only.
seealso:
  - module: civic.mailbox.assess
"""

EXAMPLES = r"""
- name: See whether the audit of this name was broken off
  ansible.builtin.debug:
    msg: "{{ lookup('civic.mailbox.audit_process', 'reports/daily/audit-under-way') }}"
"""

RETURN = r"""
_raw:
  description: >-
    What names this process, empty where the machine does not tell; or for each file what it holds,
    empty where its audit may be at work.
  type: list
  elements: str
"""

from pathlib import Path

from ansible.plugins.lookup import LookupBase

from ..module_utils._module.audit_process import broken_off, this_audit


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: object = None, **kwargs: object) -> list[str]:
        return [broken_off(Path(term)) for term in terms] if terms else [this_audit()]
