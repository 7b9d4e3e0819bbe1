#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: baseline
short_description: Accept a run as the baseline that later runs are compared with
version_added: 0.1.0
description:
  - Keeps the findings of a run that are no pass in a folder of their own, with who accepted them,
    when and why. The folder stays when the run's own is deleted, and can go into version control.
  - It is given as O(civic.mailbox.assess#module:previous) or
    O(civic.mailbox.compare#module:previous), as a run's folder is.
  - Accepting is not exempting. What fails goes on failing, and stands in every report.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  run_dir:
    description: Folder of the run to accept.
    type: path
    required: true
  baseline_dir:
    description:
      - Folder to keep it in. One that was accepted before is replaced.
      - By default C(baseline) beside the folder of the run.
    type: path
  accepted_by:
    description: Who accepts it, by name and office.
    type: str
    required: true
  reason:
    description: Why it is accepted.
    type: str
    required: true
seealso:
  - module: civic.mailbox.compare
"""

EXAMPLES = r"""
- name: Accept the last run
  civic.mailbox.baseline:
    run_dir: /srv/mailbox/reports/latest
    accepted_by: The chair of the People's Committee
    reason: State of the first audit; what it found is to be put right by the end of March
  delegate_to: localhost

- name: Keep the baseline in the repository of the policy
  civic.mailbox.baseline:
    run_dir: /srv/mailbox/reports/20260105T080000Z
    baseline_dir: /srv/mailbox/policy/baseline
    accepted_by: Head of the IT office
    reason: After the merger of the two domains
  delegate_to: localhost
"""

RETURN = r"""
baseline_dir:
  description: Folder of the baseline.
  returned: success
  type: str
  sample: /srv/mailbox/reports/baseline
run_id:
  description: The run that is accepted.
  returned: success
  type: str
  sample: 20260105T080000Z
accepted_by:
  description: Who accepted it.
  returned: success
  type: str
  sample: Head of the IT office
accepted_at:
  description: When. It stays where the same run is accepted again by the same for the same
    reason.
  returned: success
  type: str
  sample: "2026-01-05T09:12:40Z"
reason:
  description: Why.
  returned: success
  type: str
  sample: After the merger of the two domains
findings:
  description: Number of findings that are no pass, by status.
  returned: success
  type: dict
  sample: {fail: 22, manual: 14, unknown: 4}
findings_sha256:
  description: SHA-256 of the file of findings, by which a change of it is seen.
  returned: success
  type: str
  sample: 3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728
"""

from ..module_utils._module.baseline import ARGUMENTS, accept_baseline
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(accept_baseline)


if __name__ == "__main__":
    main()
