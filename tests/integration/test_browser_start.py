# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tests' browser starts beside a lab that holds many ports of 127.0.0.1."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .browser import CHROMIUM, DRIVER

ROOT = Path(__file__).parents[2]

# A network of its own with 64 ports for whoever asks for any, six in ten of 127.0.0.1 taken.
_CROWDED = """
ip link set lo up
echo 40000 40063 > /proc/sys/net/ipv4/ip_local_port_range
exec "$0" -c '
import socket, sys
from pathlib import Path
from tests.integration.browser import browser
held = [socket.create_server(("127.0.0.1", 40000 + number)) for number in range(64) if number % 10 > 3]
with browser(Path(sys.argv[1])) as page:
    print(page.run("return 6 * 7"))
' "$1"
"""


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium")
def test_starts_where_most_ports_are_taken(tmp_path):
    command = ["unshare", "--net", "sh", "-e", "-c", _CROWDED, sys.executable, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr
