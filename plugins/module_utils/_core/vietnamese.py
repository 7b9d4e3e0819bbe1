# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Vietnamese names: when two are the same one, and the order of the Vietnamese alphabet.

A letter with marks can be written as one sign or as several (Unicode's forms NFC and NFD), and
directories hold both. They look alike, so they are alike.
"""

from __future__ import annotations

import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_SHAPES = {
    "\u0302": {"a": "â", "e": "ê", "o": "ô"},
    "\u0306": {"a": "ă"},
    "\u031b": {"o": "ơ", "u": "ư"},
}
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng, as dictionaries have them
_RANK = {letter: 1000 + place for place, letter in enumerate(_ALPHABET)}
_FOREIGN = 2000  # letters of other alphabets come after ours, all other signs before


def same_name(text: str) -> str:
    """The name as it is shown, one text for what looks the same: marks composed, spaces as one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def alike(name: str) -> str:
    """The same text for each way that people write a name: as same_name(), whatever its case and
    the place of the tone mark in a word ("Ủy", "Uỷ"). Different accents stay different names."""
    return " ".join(map(_with_tones_last, name.casefold().split()))


def _with_tones_last(word: str) -> str:
    signs = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in signs if sign in _TONES)
    bare = "".join(sign for sign in signs if sign not in _TONES)
    return unicodedata.normalize("NFC", bare) + tones


def alphabetical(text: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """A key that sorts as a Vietnamese dictionary: letters first, then tones, then the text."""
    letters: list[str] = []
    tones: list[int] = []
    for sign in unicodedata.normalize("NFD", same_name(text).casefold()):
        if letters and sign in _TONES:
            tones[-1] = _TONES.index(sign) + 1
        elif letters and sign in _SHAPES:
            letters[-1] = _SHAPES[sign].get(letters[-1], letters[-1])
        else:
            letters.append(sign)
            tones.append(0)
    return tuple(map(_rank, letters)), tuple(tones), same_name(text)


def _rank(sign: str) -> int:
    return _RANK.get(sign) or (ord(sign) if ord(sign) < _RANK["a"] else _FOREIGN + ord(sign))


def without_marks(text: str) -> str:
    """The text in plain ASCII letters as far as there are any, as file names have it."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
