# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Programs that are asked of many, side by side.

Most of the time such a program waits for a server, which waits for another one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_Part = TypeVar("_Part")
_Answer = TypeVar("_Answer")

PROGRAMS = 4  # at the same time


def side_by_side(ask: Callable[[_Part], _Answer], parts: Iterable[_Part]) -> Iterator[_Answer]:
    """What `ask` says of each part, in their order.

    A part is not taken before a program is free for it. Raises what `ask` raises, after the
    programs that run then have ended; no other one is started.
    """
    remaining = iter(parts)
    with ThreadPoolExecutor(PROGRAMS) as pool:

        def started(number: int) -> Iterator[Future[_Answer]]:
            return (pool.submit(ask, part) for part in islice(remaining, number))

        running = deque(started(PROGRAMS))
        while running:
            answer = running.popleft().result()
            running.extend(started(1))
            yield answer
