# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What can be read and written on a mail host: a file, a script, a row of a table."""

from __future__ import annotations

from typing import Protocol

from .._core.step import Values


class Place(Protocol):
    """Read into values, which the journal keeps, and written from values.

    Every method raises MailHostError and OSError.
    """

    def read(self) -> Values:
        """What stands there; no values where the place is gone."""

    def write(self, before: Values, after: Values) -> None:
        """Write `after` if `before` stands there still. Raises ChangedSinceError."""

    def finish(self) -> None:
        """Put in force what was written."""

    def clear(self) -> None:
        """Delete what a write that was broken off left beside it."""
