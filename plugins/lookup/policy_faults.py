# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: policy_faults
short_description: Find what is wrong with a policy file
version_added: 0.1.0
author: The civic.mailbox contributors (@civic)
description:
  - Reads a policy file on the control node, as the modules do, and says why it cannot be followed.
  - So a role can refuse it before any server is read, which may take hours.
options:
  _terms:
    description: Paths of policy files.
    required: true
    type: list
    elements: path
notes:
  - Needs PyYAML and jmespath in the Python that runs Ansible itself.
seealso:
  - module: civic.mailbox.assess
"""

EXAMPLES = r"""
- name: Take no policy that there is not, or that has mistakes
  ansible.builtin.assert:
    that: lookup('civic.mailbox.policy_faults', '/srv/office/policy.yml') == ''
    fail_msg: "{{ lookup('civic.mailbox.policy_faults', '/srv/office/policy.yml') }}"
    quiet: true
  run_once: true
"""

RETURN = r"""
_raw:
  description: For each file what is wrong, with its line. Empty where all is well.
  type: list
  elements: str
"""

from ansible.plugins.lookup import LookupBase

from ..module_utils._module.policy_file import policy_faults


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: object = None, **kwargs: object) -> list[str]:
        return [policy_faults(term) for term in terms]
