# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Bytes of a file as text that is written back to the byte, whatever they are."""

from __future__ import annotations


def text_of(content: bytes) -> str:
    """The text; bytes that are not UTF-8 stand in it as lone surrogates."""
    return content.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """The bytes that text_of() made the text of."""
    return text.encode("utf-8", "surrogateescape")
