# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Text from servers, made safe to look at: nothing in it can hide or reorder what stands near."""

from __future__ import annotations

import unicodedata

LONGEST = 400


def visible(text: str) -> str:
    """The same text with every control, format and bidi character written as ‹U+202E›.

    Lone surrogates too: they could not be written as UTF-8.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"‹U+{ord(sign):04X}›" for sign in text)


def clipped(text: str, longest: int = LONGEST) -> str:
    """The visible text, cut to `longest` characters: one value must not fill the page."""
    shown = visible(text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def columns(text: str) -> int:
    """How many columns of a terminal the text takes (Unicode Standard Annex 11)."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def fitted(text: str, width: int) -> str:
    """The text cut and padded to exactly `width` columns."""
    if columns(text) > width:
        while columns(text) >= width:
            text = text[:-1]
        text += "…"
    return text + " " * (width - columns(text))


def shortened(text: str, width: int) -> str:
    """The text in at most `width` columns: what is too long is cut in its middle.

    Names of mailboxes that are alike differ at their start or at their end.
    """
    if columns(text) <= width:
        return text
    start, end, room = text, text, max(0, width - 1)
    while columns(start) > room - room // 2:
        start = start[:-1]
    while columns(end) > room // 2:
        end = end[1:]
    return f"{start}…{end}"
