# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A user of Dovecot's user database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SIEVE = re.compile(r"(?:plugin/)?sieve")


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A user of Dovecot's user database."""

    name: str
    home: str  # "" where the database has none
    exists: bool = True  # False: listed, but not found when looked up
    sieve_settings: bool = False  # settings of Sieve that are the user's own
    own_settings: tuple[tuple[str, str], ...] = ()  # the same, where it is sure whose they are


def sieve_settings(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of a user's fields that are settings of Sieve."""
    return tuple((name, value) for name, value in fields if _SIEVE.match(name))
