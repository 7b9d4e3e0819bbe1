# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What starts Ansible is tested with the oldest ansible-core, too."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
# Ansible's commands, Office.play, and Ansible's own code.
STARTS = re.compile(r'"ansible(?:-[a-z]+)?"|\.play\("|^from ansible\.', re.MULTILINE)
# ansible-runner brings no ansible-core of its own, and is not installed beside the oldest.
NOT = {"test_slices.py"}


def test_each_file_that_starts_ansible_has_tests_for_the_oldest():
    files = [*TESTS.glob("integration/test_*.py"), *TESTS.glob("unit/**/test_*.py")]
    starting = {file for file in files if STARTS.search(file.read_text("utf-8"))}
    unmarked = {file.name for file in starting if "mark.ansible" not in file.read_text("utf-8")}

    assert len(starting) > 10
    assert unmarked == NOT
