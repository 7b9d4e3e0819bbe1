# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Whether a sign-in moves the mark by which a server tells that an entry changed.

With OpenLDAP it does, but on a server that only copies another one. The accounts themselves tell: a
last sign-in and a mark of the same second show that it does, a sign-in after the mark that not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ..codecs import UnclearError, Values, moment

SEEN, MISSED, NOT_KNOWN = "seen", "missed", ""
_STAMP = len("YYYYmmddHHMMSS")
_AT_ONCE = timedelta(seconds=2)  # between two parts of one write


class Evidence:
    """What the accounts tell that were noted."""

    def __init__(self, sign_ins: Sequence[str], mark: str, known: str = NOT_KNOWN) -> None:
        """By these attributes, and by what was known before."""
        self.known = known
        self._sign_ins, self._mark = sign_ins, mark

    def note(self, values: dict[str, Values]) -> None:
        """Look at an account."""
        if self.known == MISSED or self._mark not in values:
            return
        marked = values[self._mark][0]
        for name in self._sign_ins:
            if name in values:
                at = values[name][0]
                if at[:_STAMP] == marked[:_STAMP]:
                    self.known = SEEN
                elif at[:_STAMP] > marked[:_STAMP] and _is_after(at, marked):
                    self.known = MISSED
                    return


def _is_after(sign_in: bytes, mark: bytes) -> bool:
    try:
        return moment(sign_in) - moment(mark.partition(b"#")[0]) > _AT_ONCE
    except UnclearError:
        return False
