# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The hashes of a run's files, in the form that `sha256sum -c` checks."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from .._core.errors import MailboxError

NAME = "SHA256SUMS"

# What a run is made of. Not the page, which has the hash of this list; not lists of enforcement's
# own that come and go.
EVIDENCE = (
    "policy.yml", "snapshot/*.jsonl", "assessment.json", "findings.jsonl", "gone.jsonl",
    "plan.jsonl", "journal*.jsonl",
)  # fmt: skip


def seal_lines(run_dir: Path, others: list[str]) -> Iterator[str]:
    """One line a file: those of EVIDENCE that there are, and the report's `others`.

    Raises MailboxError when one cannot be read.
    """
    found = {path for pattern in EVIDENCE for path in run_dir.glob(pattern) if path.is_file()}
    found |= {run_dir / name for name in others}
    for path in sorted(found):
        yield _line(path.relative_to(run_dir).as_posix(), digest_of(path))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file. Raises MailboxError when it cannot be read."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    except OSError as error:
        raise MailboxError(f"cannot read {path}: {error.strerror or error}") from error
    return digest.hexdigest()


def _line(name: str, digest: str) -> str:
    """As GNU coreutils writes it: a name with a backslash or a line's end in it is escaped."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{chr(92) if escaped != name else ''}{digest}  {escaped}"
