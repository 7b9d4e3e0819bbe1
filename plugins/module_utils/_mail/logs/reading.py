# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Reading the logs of a mail host into its ledger: what is new in them, each part once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timezone, tzinfo
from pathlib import Path

from ..._core.errors import MailHostError
from . import lines
from .events import event_of
from .files import DAMAGED, Part, unread_parts
from .joining import Joiner
from .ledger import Ledger, Span
from .stamps import Stamps

_MOST = 50_000  # entries of a batch; then it goes into the ledger


def read_logs(
    ledger: Ledger,
    paths: Iterable[Path],
    *,
    zone: tzinfo,
    domains: frozenset[str],
    users: frozenset[str] | None = None,
    show: Callable[[str], None] = lambda text: None,
) -> list[MailHostError]:
    """Count what is new in the files, and keep it; the files that could not be read whole.

    `zone` is the host's, for times that name none; `domains` and `users` are as in Joiner; `show`
    is told how far it is.
    """
    failures = []
    joiner = Joiner(ledger.open_messages(), domains=domains, users=users)
    span = ledger.span()
    for part in unread_parts(paths, ledger.cursors()):
        if isinstance(part, MailHostError):
            failures.append(part)
            continue
        show(f"{part.path}: reading from byte {part.start:,}")
        try:
            _read_part(ledger, part, joiner, span, zone)
        except DAMAGED as error:
            failures.append(MailHostError(f"{part.path} is damaged: {error}"))
    return failures


def _read_part(ledger: Ledger, part: Part, joiner: Joiner, span: Span, zone: tzinfo) -> None:
    stamps = Stamps(zone=zone, written_at=datetime.fromtimestamp(part.written_at, timezone.utc))
    end = part.start
    for block in lines.blocks(part.file):
        _count(block, stamps, joiner, span)
        end = part.start + block.end
        if joiner.batch.size > _MOST:
            ledger.add(joiner.take(), part.read_up_to(end, whole=False), joiner.open, span)
    ledger.add(joiner.take(), part.read_up_to(end, whole=True), joiner.open, span)


def _count(block: lines.Block, stamps: Stamps, joiner: Joiner, span: Span) -> None:
    span.lines += block.lines
    span.overlong += block.overlong
    for line in block.telling:
        stamped = stamps.split(line.decode("utf-8", "replace"))
        if stamped is None:
            span.untimed += 1
            continue
        at, text = stamped
        if event := event_of(text):
            span.reach(at)
            joiner.add(at, event)
