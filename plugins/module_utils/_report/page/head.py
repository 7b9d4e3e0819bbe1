# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The head of a page in one file that, by its Content Security Policy, reaches nothing."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from .markup import Html, element


def head(title: str, style: str, script: str = "") -> Html:
    """The element head with the style. Style and script are known by their hashes alone."""
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("title", title),
        Html(f"<style>{style}</style>"),
    )


def _policy(style: str, script: str) -> str:
    """Nothing is ever fetched or sent, and a script cannot make markup of a text."""
    ours = f"script-src '{_hash(script)}'; " if script else ""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; {ours}base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
