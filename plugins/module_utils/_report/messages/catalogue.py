# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The languages of the report. A new one is a folder beside this and a line below."""

from __future__ import annotations

from ..language import Language
from .en.catalogue import ENGLISH
from .vi.catalogue import VIETNAMESE

LANGUAGES: tuple[Language, ...] = (VIETNAMESE, ENGLISH)


def language(code: str) -> Language:
    """The language of a code. Raises KeyError when there is none."""
    return {language.code: language for language in LANGUAGES}[code]
