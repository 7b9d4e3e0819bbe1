# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports of loopback for the servers of tests, also of test processes that run side by side.

Each process has a share of ports that is its own until it ends. So what one has found free cannot
be taken by another before the server listens there.
"""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from functools import cache

from ansible_collections.civic.mailbox.lab.layout import HOST, PORTS

# Above those of labs that are started by hand, below those that the kernel gives to connections.
_SHARES = [range(first, first + 500) for first in range(24000, 32000, 500)]


def free_port_base() -> int:
    """The first of as many free ports as a lab takes."""
    for base in itertools.islice(_own_bases(), len(_SHARES[0])):
        if all(map(_is_free, range(base, base + len(PORTS)))):
            return base
    raise RuntimeError(
        "Servers listen on all ports of this test process: something is not stopped."
    )


@cache
def _own_bases() -> Iterator[int]:
    """Where the blocks of this process's share begin, round and round."""
    share = next(filter(_claim, _SHARES), None)
    if share is None:
        raise RuntimeError(
            f"{len(_SHARES)} test processes run here: no ports are left for one more."
        )
    return itertools.cycle(share[: -len(PORTS) : len(PORTS)])


def _claim(share: range) -> bool:
    """Whether this process is the first to ask for them, of those that run.

    A name of unix(7)'s abstract namespace goes with the network that the ports belong to, and the
    kernel takes it back from a process that ends in whatever way.
    """
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0civic.mailbox tests: ports from {share.start}")
    except OSError:
        mark.close()
        return False
    mark.detach()  # stays open
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        # As servers do: what remains for a minute of connections that ended is not in their way.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True
