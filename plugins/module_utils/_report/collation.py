# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The order of Vietnamese names: by the letters of the alphabet, then by the tone marks."""

from __future__ import annotations

import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: index for index, letter in enumerate(_ALPHABET)}
# Level, falling, asking, tumbling, rising, heavy: as dictionaries have them.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: with them it is another letter

Key = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


def collation_key(text: str) -> Key:
    """Sorts texts as a Vietnamese reader does; composed and combining letters are alike."""
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    base, tone = "", 0
    for sign in unicodedata.normalize("NFD", text.casefold()):
        if sign in _SHAPES and base:
            base += sign
        elif sign in _TONES and base:
            tone = _TONES[sign]
        else:
            if base:
                letters.append(_letter(base))
                tones.append(tone)
            base, tone = sign, 0
    if base:
        letters.append(_letter(base))
        tones.append(tone)
    return tuple(letters), tuple(tones), unicodedata.normalize("NFC", text)


def _letter(base: str) -> tuple[int, int]:
    whole = unicodedata.normalize("NFC", base)
    place = _PLACE.get(whole)
    return (1, place) if place is not None else (0 if whole < "a" else 2, ord(whole[0]))
