# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A run folder, or an accepted baseline, to compare with. One that is damaged is never empty."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from .._core.comparison import Comparison, Fate
from .._core.dates import parse_time
from .._core.earlier_findings import EarlierFindings, no_passes
from .._core.errors import MailboxError
from .._core.fate import ReadServer, Subjects
from .._core.findings import ReadFindings, refuse_newer
from .._core.names import Names
from .._report.records import ACCEPTED

_NOT_UNDERSTOOD = (AttributeError, KeyError, TypeError, ValueError)
_WAY_OUT = (
    "Start in the folder where reports/ lies, or set mailbox_reports_dir. civic.mailbox.audit makes"
    " a run, and civic.mailbox.baseline makes a run the baseline"
)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Who accepted a run as the baseline, when and why."""

    run_id: str
    by: str
    time: datetime
    reason: str
    digest: str  # SHA-256 of its findings.jsonl


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """A run whose files can be read."""

    path: Path
    run_id: str
    previous: str | None  # the run that it was compared with
    now: str  # RFC 3339, the moment that it was assessed for
    findings: Mapping[str, int]  # status -> number
    accepted: Accepted | None = None  # None: it is no baseline
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What to call it."""
        return f"baseline ({self.run_id})" if self.accepted else self.run_id

    def earlier(self) -> EarlierFindings:
        """Its findings that are no pass. Raises MailboxError."""
        accepted, found = self.accepted, EarlierFindings()
        lines = self._accepted_lines(accepted.digest) if accepted else self.checked_lines()
        try:
            for _, finding in no_passes(lines):
                found.add(finding)
        except _NOT_UNDERSTOOD as error:
            raise _damaged(self._findings, error) from error
        found.sort()
        return found

    def checked_lines(self) -> Iterator[str]:
        """Its lines, and MailboxError at the end where they are not those that the audit wrote.

        Not for a baseline, which has no passes.
        """
        read = self.read_findings()
        for line in self._bytes():
            read.take(line)
            yield self._text(line)
        read.refuse_changed()

    def read_findings(self) -> ReadFindings:
        """What tells whether its findings are those that the audit wrote."""
        digest = self.document.get("findings_digest") or ""
        number = sum(self.findings.values())
        return ReadFindings(str(self._findings), number=number, digest=digest)

    def _accepted_lines(self, accepted: str) -> Iterator[str]:
        """Its lines, and MailboxError at the end where they are not those that were accepted."""
        digest = sha256()
        for line in self._bytes():
            digest.update(line)
            yield self._text(line)
        if digest.hexdigest() != accepted:
            raise MailboxError(
                f"{self._findings} is not as it was accepted: take it from version control again, "
                "or accept a run anew (civic.mailbox.baseline)"
            )

    def gone(self, comparison: Comparison, fate: Fate) -> Iterator[str]:
        """Its lines that are gone, each with its word (Comparison.gone). Raises MailboxError."""
        try:
            yield from comparison.gone(self.lines(), fate)
        except _NOT_UNDERSTOOD as error:
            raise _damaged(self._findings, error) from error

    def lines(self) -> Iterator[str]:
        """The lines of its findings, passes too. Raises MailboxError."""
        return map(self._text, self._bytes())

    def subjects(self, known: Names) -> Subjects:
        """What became of subjects without a finding; `known` are those with one.

        Raises MailboxError.
        """
        servers = self.servers()
        try:
            return Subjects(
                servers=servers,
                controls=frozenset(self.document.get("controls") or self.document["counts"]),
                knows_account=lambda name: not known.isdisjoint((name, name.partition(" (")[0])),
                knows_forwards=lambda _: self.document.get("forwards_known") is True,
                knows_quotas=self.document.get("quotas_known") is True,
            )
        except _NOT_UNDERSTOOD as error:
            raise _damaged(self.path / "assessment.json", error) from error

    def servers(self) -> list[ReadServer]:
        """The servers that were to be read. Raises MailboxError."""
        try:
            return [_server(one) for one in self.document["sources"]]
        except _NOT_UNDERSTOOD as error:
            raise _damaged(self.path / "assessment.json", error) from error

    def _bytes(self) -> Iterator[bytes]:
        try:
            with self._findings.open("rb") as lines:
                yield from lines
        except OSError as error:
            raise _unreadable(self._findings, error) from error

    def _text(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise _damaged(self._findings, error) from error

    @property
    def _findings(self) -> Path:
        return self.path / "findings.jsonl"


def open_run(path: Path) -> PastRun:
    """The run in this folder. Raises MailboxError when it is none, damaged, or of a newer version.

    Runs without a version are of the first one, and are read.
    """
    file = path / "assessment.json"
    try:
        document = json.loads(file.read_bytes())
        refuse_newer(str(file), document)
        return PastRun(
            path=path,
            run_id=_text(document["run_id"]),
            previous=document.get("previous"),
            now=_text(document["now"]),
            findings={status: int(n) for status, n in document["statuses"].items()},
            accepted=_accepted(path / ACCEPTED),
            document=document,
        )
    except FileNotFoundError as error:
        raise MailboxError(f"{_unreadable(file, error)}. {_WAY_OUT}") from error
    except OSError as error:
        raise _unreadable(file, error) from error
    except _NOT_UNDERSTOOD as error:
        raise _damaged(file, error) from error


def _accepted(path: Path) -> Accepted | None:
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_bytes())
        return Accepted(
            run_id=_text(found["run_id"]),
            by=_text(found["accepted_by"]),
            time=parse_time(_text(found["accepted_at"])),
            reason=_text(found["reason"]),
            digest=_text(found["findings_sha256"]),
        )
    except OSError as error:
        raise _unreadable(path, error) from error
    except _NOT_UNDERSTOOD as error:
        raise _damaged(path, error) from error


def _server(item: Mapping[str, Any]) -> ReadServer:
    return ReadServer(
        name=_text(item["name"]),
        kind=_text(item["kind"]),
        complete=item["complete"] is True,
        accounts=int(item["accounts"] or 0),
        unread=frozenset(_text(one["field"]) for one in item.get("unread") or ()),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text where one belongs")
    return value


def _unreadable(path: Path, error: OSError) -> MailboxError:
    return MailboxError(f"{path} cannot be read: {error.strerror or error}")


def _damaged(path: Path, error: Exception) -> MailboxError:
    told = f"it lacks {error.args[0]}" if isinstance(error, KeyError) else str(error)
    return MailboxError(f"{path} is damaged, or was not written by civic.mailbox: {told}")
