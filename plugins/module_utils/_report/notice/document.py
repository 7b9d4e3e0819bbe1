# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""An HTML document in one file that reaches nothing."""

from __future__ import annotations

from ..page.head import head
from ..page.markup import Html, element


def document(language: str, title: str, style: Html, *body: Html) -> str:
    """The whole file; `language` is BCP 47."""
    page = element("html", head(title, style), element("body", *body), lang=language)
    return f"<!DOCTYPE html>\n{page}\n"
