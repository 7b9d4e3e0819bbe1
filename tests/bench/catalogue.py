# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every measure by its name: BENCH="read lock" chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .assess import assess
from .audit import audit, empty_audit
from .gather import gather
from .ground import Ground
from .incremental import incremental
from .lock import lock
from .logs import logs
from .measure import Measure
from .read import read, read_tls
from .report import report
from .sieve import sieve

MEASURES: dict[str, Callable[[Ground], Iterable[Measure]]] = {
    "read": read,
    "read_tls": read_tls,
    "gather": gather,
    "incremental": incremental,
    "assess": assess,
    "lock": lock,
    "sieve": sieve,
    "logs": logs,
    "report": report,
    "empty_audit": empty_audit,
    "audit": audit,
}
