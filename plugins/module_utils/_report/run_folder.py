# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The run folder that a report is made of: each file can be read any number of times, streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from .._core.errors import MailboxError
from .._core.findings import ReadFindings, refuse_newer
from .records import Assessment, Json, PlannedChange, Row, assessment, composed, planned_change, row
from .run_journal import RunJournal, run_journal
from .seal import NAME as SEAL
from .seal import digest_of
from .trend import Trend, earlier_runs

Record = TypeVar("Record")
Made = TypeVar("Made")

# A plain pass as assess writes it. Where a value has an escaped sign, it is read as any other line.
_PLAIN_PASS = re.compile(
    rb'\{("control":"[^"\\]*"),"subject":"([^"\\]*)","unit":"([^"\\]*)",'
    rb'("status":"pass",.*?"due":null),"fingerprint":"([0-9a-f]*)"(.*)\}\n'
)
_KINDS_HELD = 4096  # of plain passes
_NO_RECORD = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class RunFolder:
    """One run: its folder, and what its files hold.

    Every method raises MailboxError, naming file and line, when a file cannot be read.
    """

    path: Path

    def assessment(self) -> Assessment:
        """What the assessment says of the whole run."""
        path = self.path / "assessment.json"
        try:
            document = json.loads(path.read_bytes())
            refuse_newer(str(path), document)
            return assessment(document)
        except OSError as error:
            raise _unreadable(path, error) from error
        except _NO_RECORD as error:
            raise _damaged(str(path), error) from error

    def findings(self, control: str | None = None) -> Iterator[Row]:
        """Every finding, the passes too; or those of one control."""
        if control is None:
            return self._records("findings.jsonl", row)
        written = json.dumps(control, ensure_ascii=False).encode(errors="replace")
        begins = b'{"control":' + written + b","
        found = self._records("findings.jsonl", row, skip=lambda line: not line.startswith(begins))
        return (one for one in found if one.control == control)

    def made(
        self,
        of_one: Callable[[Row], Made],
        of_kind: Callable[[Row], Callable[[str, str, str], Made]],
    ) -> Iterator[Made]:
        """What `of_one` makes of each finding; of plain passes, what a function of their kind does.

        Nearly all findings are plain passes, and those of a kind differ in subject, unit and
        fingerprint alone. `of_kind` gets one with these three empty, and returns what is called
        with them for each.
        """
        kinds: dict[tuple[bytes, ...], Callable[[str, str, str], Made]] = {}

        def of_line(line: bytes) -> Made:
            found = _PLAIN_PASS.fullmatch(line)
            if found is None:
                return of_one(row(json.loads(line)))
            control, subject, unit, middle, mark, rest = found.groups()
            kind = control, middle, rest
            if kind not in kinds:
                if len(kinds) >= _KINDS_HELD:
                    kinds.clear()
                empty = b'{%b,"subject":"","unit":"",%b,"fingerprint":""%b}' % kind
                kinds[kind] = of_kind(row(json.loads(empty)))
            return kinds[kind](subject.decode(), composed(unit.decode()), mark.decode())

        return self._lines("findings.jsonl", of_line)

    def notable(self, told: Assessment) -> Iterator[Row]:
        """Every finding that is no plain pass; a pass with a due day is a warning.

        Raises MailboxError at the end where they are not those that the assessment tells of.
        """
        name = "findings.jsonl"
        read = ReadFindings(
            str(self.path / name), number=sum(told.totals.values()), digest=told.findings_digest
        )
        for found in self._records(name, row, skip=read.take):
            if found.status != "pass" or found.due:
                yield found
        read.refuse_changed()

    def passes_silent_on(self, message: str) -> int:
        """How many passes say that they could not have been this message."""
        key = re.escape(json.dumps(message).encode())
        names_it = re.compile(rb'"silent_on":\[[^\]]*' + key)
        passes = self._lines(
            "findings.jsonl",
            lambda line: True,
            skip=lambda line: b'"status":"pass"' not in line or not names_it.search(line),
        )
        return sum(passes)

    def gone(self) -> Iterator[Row]:
        """What the previous run found and this one does not; none without a previous run."""
        return self._records("gone.jsonl", row, required=False)

    def changes(self) -> Iterator[PlannedChange]:
        """The plan, in its order."""
        return self._records("plan.jsonl", planned_change)

    def policy_text(self) -> str | None:
        """The policy as it was used; None where the run has no copy of it."""
        path = self.path / "policy.yml"
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from error

    def journal(self) -> RunJournal:
        """What enforcement and rollback did; what cannot be understood is named in it."""
        return run_journal(self.path, self.changes())

    def earlier(self, now: datetime) -> Trend:
        """The runs beside this one that are older than `now`."""
        return earlier_runs(self.path, now)

    def seal(self) -> str | None:
        """The SHA-256 of the list of hashes; None where there is no such list."""
        path = self.path / SEAL
        return digest_of(path) if path.is_file() else None

    def _records(
        self,
        name: str,
        record: Callable[[Json], Record],
        *,
        skip: Callable[[bytes], bool] = lambda line: False,
        required: bool = True,
    ) -> Iterator[Record]:
        return self._lines(
            name, lambda line: record(json.loads(line)), skip=skip, required=required
        )

    def _lines(
        self,
        name: str,
        made: Callable[[bytes], Made],
        *,
        skip: Callable[[bytes], bool] = lambda line: False,
        required: bool = True,
    ) -> Iterator[Made]:
        path, number = self.path / name, 0
        try:
            with path.open("rb") as file:
                for line in file:
                    number += 1
                    if not skip(line):
                        yield made(line)
        except FileNotFoundError as error:
            if required:
                raise _unreadable(path, error) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        except _NO_RECORD as error:
            raise _damaged(f"{path}, line {number}", error) from error


def _unreadable(path: Path, error: OSError) -> MailboxError:
    return MailboxError(
        f"cannot read {path}: {error.strerror or error}. "
        "Run civic.mailbox.assess on this folder first"
    )


def _damaged(where: str, error: Exception) -> MailboxError:
    return MailboxError(
        f"{where} is not as civic.mailbox.assess writes it ({type(error).__name__}: {error}). "
        "Run civic.mailbox.assess on this folder again"
    )
