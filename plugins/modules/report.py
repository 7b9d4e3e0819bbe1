#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: report
short_description: Write the report of a run
version_added: 0.1.0
description:
  - Reads what M(civic.mailbox.assess) wrote into a run folder, and writes the report beside it.
  - Writes C(SHA256SUMS) too, the hashes of the run's files, which C(sha256sum -c) checks; the page
    has the hash of that list, and says what it proves and what not.
  - Then makes the link C(latest), beside the run folder, point at this run.
  - Contacts no server and changes none.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Writes the report in check mode too, since nothing else is changed; nothing into
      O(textfile_dir).
  diff_mode:
    support: none
options:
  run_dir:
    description: Folder of the run.
    type: path
    required: true
  formats:
    description:
      - What to write.
      - V(html) is C(report.html), a page in one file that reaches no network. It is for the
        leadership, the IT contact and the auditor, on screens and on paper (A4). It lists the worst
        4000 findings at most and stays below 5 MB; without JavaScript it lists 200 and says so.
      - V(csv) is C(findings.csv), with every finding, for spreadsheets (UTF-8). A cell that a
        spreadsheet could take for a formula begins with an apostrophe; a script that reads the
        file takes one leading apostrophe off each cell.
      - V(json) is C(summary.json), the numbers of the run for scripts.
      - V(text) is C(summary.txt), what RV(summary) shows.
      - V(junit) is C(junit.xml), a test case for each control and mailbox, for Jenkins and GitLab.
      - V(sarif) is C(findings.sarif), what is not in order as SARIF 2.1.0, for code scanning.
      - V(oscal) is C(oscal.json), assessment results of OSCAL 1.1.2, for tools of compliance.
      - V(prometheus) is C(mailbox.prom), the numbers of the run for Prometheus; no label is an
        address.
    type: list
    elements: str
    choices: [html, csv, json, text, junit, sarif, oscal, prometheus]
    default: [html, csv, json]
  language:
    description: Language of the report. Keys in C(findings.csv) and C(summary.json) stay English.
    type: str
    choices: [vi, en]
    default: vi
  latest:
    description:
      - Whether to make the link C(latest) point at this run. V(false) leaves the link as it is, to
        write the report of an older run again. Then the summary is returned, and not shown.
    type: bool
    default: true
  title:
    description: Title of the report, in place of the language's own.
    type: str
    default: ""
  textfile_dir:
    description:
      - Folder that the C(textfile) collector of node_exporter reads. C(mailbox.prom) is written
        there too, whole or not at all, and readable to everybody; not in check mode.
    type: path
notes:
  - The result is never "changed". An audit that is run again writes its files again, and the
    servers it reports on stay as they are.
seealso:
  - module: civic.mailbox.assess
"""

EXAMPLES = r"""
- name: Write the report, and show what an operator has to know
  civic.mailbox.report:
    run_dir: /srv/mailbox/reports/20260105T080000Z
  delegate_to: localhost
  register: report

- name: Show the summary
  ansible.builtin.debug:
    msg: "{{ report.summary.splitlines() }}"

- name: Write the report of an earlier run again, with what enforcement did since
  civic.mailbox.report:
    run_dir: /srv/mailbox/reports/20251201T080000Z
    latest: false
  delegate_to: localhost

- name: Write the page in English, under a title of its own
  civic.mailbox.report:
    run_dir: /srv/mailbox/reports/latest
    formats: [html]
    language: en
    title: Mailboxes of the ward, first quarter
  delegate_to: localhost

- name: Write what a pipeline and a monitoring read
  civic.mailbox.report:
    run_dir: /srv/mailbox/reports/latest
    formats: [junit, sarif, prometheus]
    textfile_dir: /var/lib/prometheus/node-exporter
  delegate_to: localhost
"""

RETURN = r"""
run_dir:
  description: Folder of the run.
  returned: success
  type: str
  sample: /srv/mailbox/reports/20260105T080000Z
files:
  description: The files written, by format.
  returned: success
  type: dict
  sample: {html: /srv/mailbox/reports/20260105T080000Z/report.html}
summary:
  description: The run in at most 25 lines of 80 columns.
  returned: success
  type: str
  sample: "Of 61 mailboxes, 12 need action."
outcome:
  description:
    - The run in one word. V(incomplete) when a server was not read in full, else V(action) when
      something fails, else V(review) when something is for a person to judge or unknown, else
      V(clean).
  returned: success
  type: str
  sample: action
complete:
  description: Whether every server was read in full.
  returned: success
  type: bool
  sample: true
accounts:
  description: How many accounts were assessed.
  returned: success
  type: int
  sample: 61
totals:
  description: Number of findings by status.
  returned: success
  type: dict
  sample: {fail: 22, error: 0, manual: 14, unknown: 4, exempt: 1, pass: 280}
comparison:
  description: Number of findings by what became of them, see M(civic.mailbox.compare).
  returned: success, null without a previous run
  type: dict
  sample: {new: 1, worse: 0, expired: 0, not_assessed: 0, disappeared: 0, exempted: 0, better: 0,
    decided: 0, resolved: 2, unchanged: 39}
mailboxes_to_fix:
  description: How many mailboxes have a finding that fails.
  returned: success
  type: int
  sample: 12
changes_planned:
  description: How many changes enforcement would make.
  returned: success
  type: int
  sample: 18
"""

from ..module_utils._module.report import ARGUMENTS, write_report
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS).run(write_report)


if __name__ == "__main__":
    main()
