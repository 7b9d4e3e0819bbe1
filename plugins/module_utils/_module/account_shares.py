# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Accounts assessed in shares: one in this process, each other one in a process of its own.

What has to be known of all of them is known before; each process has it from this one, by fork.
What comes of the shares is put together in their order, and is what one process would have made.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType

from .._core.assessment import Assessment
from .._core.comparison import Compared
from .._core.counted import Counted
from .._core.errors import MailboxError
from .._core.findings import Finding
from .._core.snapshot import Source
from .finding_files import FindingFiles, Tally
from .plan_spool import PlanSpool
from .snapshot_file import Piece, divided, records_in, size_of

MOST = 4  # processes
WORTH_IT = 2 << 20  # bytes of accounts for each
# Records come and go by the thousand and hold each other in no circles: to look for those after
# each 700, as Python does, finds nothing.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000

_fork = multiprocessing.get_context("fork")


def assess_accounts(
    assessment: Assessment, files: Mapping[Source, Path], into: FindingFiles, folder: Path
) -> None:
    """Assess the accounts of these snapshots; `folder` is for files without a name."""
    sources = {path: source for source, path in files.items() if source.kind == "accounts"}
    mine, *others = divided(list(sources), _processes(sources))
    work = _Work(assessment=assessment, sources=sources)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    if others:
        gc.freeze()  # to look for garbage here would copy the memory that they share with this one
    with ExitStack() as running:
        shares = [running.enter_context(_Share(work, one, into, folder)) for one in others]
        into.write(work.findings(mine))
        for share in shares:
            found = share.found()
            assessment.counted.take_in(found.counted)
            into.comparison.compared.take_in(found.compared)
            into.tally.take_in(found.tally)
            into.take_in(share.files)


def _processes(paths: Mapping[Path, Source]) -> int:
    size = sum(map(size_of, paths))
    return max(1, min(_processors(), MOST, size // WORTH_IT))


def _processors() -> int:
    """Those that this process may use. Where it is not Linux, one: fork is not safe there."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


@dataclass(frozen=True, kw_only=True)
class _Work:
    assessment: Assessment
    sources: Mapping[Path, Source]

    def findings(self, pieces: Sequence[Piece]) -> Iterator[Finding]:
        for piece in pieces:
            source = self.sources[piece.path]
            yield from self.assessment.of_directory(source, records_in(piece))


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What comes of a share besides its files."""

    counted: Counted
    compared: Compared
    tally: Tally


class _Share:
    """A context manager: a process that assesses some accounts; it ends with the block."""

    def __init__(
        self, work: _Work, pieces: Sequence[Piece], into: FindingFiles, folder: Path
    ) -> None:
        self._work, self._pieces = work, pieces
        self._open = ExitStack()
        self.files = FindingFiles(
            lines=self._open.enter_context(
                TemporaryFile("w+", dir=folder, encoding="utf-8", newline="", buffering=1 << 18)  # noqa: SIM115
            ),
            plan=self._open.enter_context(PlanSpool(folder)),
            comparison=into.comparison,
        )

    def __enter__(self) -> _Share:
        self._answer, told = _fork.Pipe(duplex=False)
        self._process = _fork.Process(target=self._assess, args=(told,), daemon=True)
        try:
            self._process.start()
        except OSError as error:
            self._answer.close()
            self._open.close()
            raise MailboxError(
                f"no process could be started for some of the accounts: {error.strerror}: see "
                "whether there is enough memory, and run it again"
            ) from error
        finally:
            told.close()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.join()
        self._answer.close()
        self._open.close()

    def found(self) -> _Found:
        """Wait for it. Raises what the process raised, MailboxError if it was ended."""
        try:
            found: _Found | Exception = self._answer.recv()
        except (EOFError, OSError):  # nothing came, or a part
            self._process.join()
            raise MailboxError(
                "a process that assessed some of the accounts ended early "
                f"({_end(self._process.exitcode)}): see whether there is enough memory, and run "
                "it again"
            ) from None
        if isinstance(found, Exception):
            raise found
        return found

    def _assess(self, told: Connection) -> None:
        """In the new process: nothing was counted before it began."""
        self._answer.close()  # so that it does not wait for itself where nobody else is left
        try:
            self.files.write(self._work.findings(self._pieces))
            self.files.flush()
            found: _Found | Exception = _Found(
                counted=self._work.assessment.counted,
                compared=self.files.comparison.compared,
                tally=self.files.tally,
            )
        except KeyboardInterrupt:  # told where all began
            return
        except Exception as error:  # pylint: disable=broad-except
            error.add_note(traceback.format_exc())  # the traceback itself stays here
            found = error
        with suppress(BrokenPipeError):
            told.send(found)


def _end(status: int | None) -> str:
    return f"signal {-status}" if status and status < 0 else f"status {status}"
