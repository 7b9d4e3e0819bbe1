#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: compare
short_description: Tell what changed between two runs
version_added: 0.1.0
description:
  - Compares the folder of a run with that of an earlier one, or with a baseline that
    M(civic.mailbox.baseline) keeps. Both exist already; no server is contacted.
  - Every finding that is no pass in either run has one word. V(new) was not there before. V(worse)
    and V(better) are the same finding with another status or severity. V(expired) was exempt and
    is not any more; V(exempted) is covered by an exemption now. V(resolved) was known
    not to be in order and is now. V(decided) was not known, as in an outage, and is now
    in order, or there is a finding that says what is wrong.
    V(disappeared) belongs to an account that is gone from its directory, told only where the
    directory was read in full. V(not_assessed) could not be assessed this time. V(unchanged) is as
    it was.
  - A run of an older version is read. One that is damaged, or of a newer version, makes the module
    fail, and is never taken for an empty one.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Writes its files in check mode too, since nothing else is changed.
  diff_mode:
    support: full
    details: Shows each finding that differs, before and after.
options:
  run_dir:
    description: Folder of the run.
    type: path
    required: true
  previous:
    description:
      - Folder of the run to compare with, or of a baseline.
      - By default the run that O(run_dir) was compared with when it was assessed.
    type: path
  fail_on:
    description:
      - When to fail, after the files are written. V(new) fails on V(new), V(worse) and V(expired);
        V(any) on every word but V(unchanged); V(none) never.
    type: str
    choices: [new, any, none]
    default: none
  formats:
    description:
      - What to write into O(run_dir).
      - V(jsonl) is C(difference.jsonl), each finding that differs as in C(findings.jsonl), with its
        word as C(change) and its status and severity of the earlier run as C(before).
      - V(html) is C(difference.html), a page in one file.
      - V(text) is C(difference.txt), what RV(summary) shows.
    type: list
    elements: str
    choices: [html, jsonl, text]
    default: [html, jsonl]
  language:
    description: Language of the page and of the summary.
    type: str
    choices: [vi, en]
    default: vi
seealso:
  - module: civic.mailbox.assess
  - module: civic.mailbox.baseline
"""

EXAMPLES = r"""
- name: Tell what changed since the run before
  civic.mailbox.compare:
    run_dir: /srv/mailbox/reports/latest
  delegate_to: localhost

- name: Fail where something is worse than what the office accepted
  civic.mailbox.compare:
    run_dir: /srv/mailbox/reports/20260105T080000Z
    previous: /srv/mailbox/reports/baseline
    fail_on: new
    language: en
  diff: true
  delegate_to: localhost

- name: Compare any two runs, and write nothing
  civic.mailbox.compare:
    run_dir: /srv/mailbox/reports/20260105T080000Z
    previous: /srv/mailbox/reports/20251006T080000Z
    formats: []
  delegate_to: localhost
"""

RETURN = r"""
run_dir:
  description: Folder of the run.
  returned: success, and when O(fail_on) made it fail
  type: str
  sample: /srv/mailbox/reports/20260105T080000Z
run:
  description: The run's id.
  returned: success, and when O(fail_on) made it fail
  type: str
  sample: 20260105T080000Z
previous:
  description: The run that it was compared with.
  returned: success, and when O(fail_on) made it fail
  type: str
  sample: baseline (20251006T080000Z)
comparison:
  description: Number of findings by word.
  returned: success, and when O(fail_on) made it fail
  type: dict
  sample: {new: 1, worse: 0, expired: 0, not_assessed: 0, disappeared: 2, exempted: 0, better: 0,
    decided: 3, resolved: 4, unchanged: 31}
files:
  description: The files written, by format.
  returned: success, and when O(fail_on) made it fail
  type: dict
  sample: {jsonl: /srv/mailbox/reports/20260105T080000Z/difference.jsonl}
differences:
  description: The findings that differ, at most 100; what calls for a look comes first.
  returned: success
  type: list
  elements: dict
  sample:
    - change: worse
      control: external-forwarding
      subject: clerk@town.example
      unit: Registry
      before: manual (medium)
      after: fail (high)
      summary: Forwards to clerk@mail.example
differences_total:
  description: How many findings differ.
  returned: success, and when O(fail_on) made it fail
  type: int
  sample: 7
truncated:
  description: Whether RV(differences) is cut short.
  returned: success, and when O(fail_on) made it fail
  type: bool
  sample: false
summary:
  description: The difference in at most 25 lines of 80 columns.
  returned: success
  type: str
  sample: Run 20260105T080000Z, compared with 20251205T080000Z.
"""

from ..module_utils._module.compare import ARGUMENTS, compare_runs
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(compare_runs)


if __name__ == "__main__":
    main()
