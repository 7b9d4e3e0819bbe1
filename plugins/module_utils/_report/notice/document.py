# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""An HTML document in one file."""

from __future__ import annotations

from ..page.markup import Html, element


def document(language: str, title: str, style: Html, *body: Html) -> str:
    """The whole file; `language` is BCP 47."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", style),
    )
    page = element("html", head, element("body", *body), lang=language)
    return f"<!DOCTYPE html>\n{page}\n"
