# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs Samba in a network namespace of its own and passes connections on to it.

    python3 -m lab.samba_namespace SMB_CONF LDAP_PORT LDAPS_PORT

Samba's LDAP ports cannot be changed and it listens on more besides. So this process opens the two
ports on loopback, moves into a namespace in which nothing else is, and starts Samba there: sockets
opened before the move stay outside.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from .layout import HOST

# <sched.h>, <sys/prctl.h>, <linux/sockios.h>, <net/if.h>
_CLONE_NEWNET, _PR_SET_PDEATHSIG = 0x40000000, 1
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_LDAP, _LDAPS = 389, 636
_PIECE = 1 << 16  # bytes


def serve(smb_conf: str, ports: Sequence[int]) -> int:
    """Run Samba until it ends; its exit status."""
    listeners = [socket.create_server((HOST, port), backlog=128) for port in ports]
    libc = ctypes.CDLL(None, use_errno=True)
    _enter_namespace(libc)
    prctl = libc.prctl  # looked up before the fork
    samba = subprocess.Popen(
        [
            *(shutil.which("samba") or "samba", "--foreground", "--no-process-group"),
            *("--model=single", f"--configfile={smb_conf}"),
        ],
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM),  # also when we are killed
    )
    signal.signal(signal.SIGTERM, lambda *_: samba.terminate())
    for listener, inner in zip(listeners, (_LDAP, _LDAPS), strict=True):
        threading.Thread(target=_accept, args=(listener, inner), daemon=True).start()
    return samba.wait()


def _enter_namespace(libc: ctypes.CDLL) -> None:
    """Move into a new network namespace with its loopback up."""
    if libc.unshare(_CLONE_NEWNET) != 0:
        sys.exit(f"No network namespace: {os.strerror(ctypes.get_errno())}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack("16sh", b"lo", 0)
        _, flags = struct.unpack("16sh", fcntl.ioctl(control, _SIOCGIFFLAGS, asked))
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | _IFF_UP))


def _accept(listener: socket.socket, inner: int) -> None:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=_pass_on, args=(client, inner), daemon=True).start()


def _pass_on(client: socket.socket, inner: int) -> None:
    with client, suppress(OSError), socket.create_connection((HOST, inner)) as server:
        back = threading.Thread(target=_copy, args=(server, client), daemon=True)
        back.start()
        _copy(client, server)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_PIECE):
            target.sendall(data)
    for end in (source, target):  # one side closed: close the other
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], [int(port) for port in sys.argv[2:]]))
