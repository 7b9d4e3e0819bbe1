# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a command and prints what it took, as JSON: seconds, seconds on a processor, MB at most.

A process's peak of memory counts the one that started it as well. So it is started from here: this
process imports little, and stays smaller than anything that is measured.
"""

import json
import os
import sys
import time


def main(report, command):
    """The exit status is the command's."""
    started = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    elapsed = time.monotonic() - started
    found = [elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]
    with open(report, "w") as file:
        json.dump(found, file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
