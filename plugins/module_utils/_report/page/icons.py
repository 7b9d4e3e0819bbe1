# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Signs of the statuses. Each has a shape of its own, so that no colour is needed to tell them."""

from __future__ import annotations

from ..report import Report
from .markup import Html, element

# 16 x 16, drawn in the colour of the text; the page holds each shape once.
_DISC = "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0"
_QUESTION = (
    "M7.1 10.8h1.8v1.8H7.1zM8 3.4c1.7 0 2.9 1 2.9 2.6 0 1.2-.7 1.8-1.3 2.3-.5.4-.7.6-.7 1.2v.3H7.1"
    "v-.4c0-1.3.7-1.9 1.3-2.4.5-.4.7-.6.7-1s-.4-.9-1.1-.9-1.2.4-1.2 1.1H5c0-1.7 1.3-2.8 3-2.8z"
)
_SHAPES = {
    "fail": f"{_DISC}m3.5 10.1-1.4 1.4L8 9.4l-2.1 2.1-1.4-1.4L6.6 8 4.5 5.9l1.4-1.4L8 6.6l2.1-2.1 "
    "1.4 1.4L9.4 8z",
    "error": "M8 .6 16 15H0zM7.1 6v4.6h1.8V6zm0 5.7v1.8h1.8v-1.8z",
    "manual": "M8 0 16 8l-8 8-8-8zM7.1 4v5h1.8V4zm0 6.2V12h1.8v-1.8z",
    "unknown": f"{_DISC}m0 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6{_QUESTION}",
    "exempt": "M0 0h16v16H0zm1.6 1.6v12.8h12.8V1.6zM4 7.1h8v1.8H4z",
    "pass": "m6 13.4-5.2-5 1.5-1.6L6 10.3l7.7-7.7 1.5 1.6z",
}


def sprite() -> Html:
    """All shapes, once, to be referred to by icon()."""
    symbols = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 16 16"><path d="{shape}"/></symbol>'
        for name, shape in _SHAPES.items()
    )
    return Html(f'<svg class="sprite" aria-hidden="true" focusable="false">{symbols}</svg>')


def icon(status: str) -> Html:
    """The sign of a status; readers of the text have its word beside it."""
    name = status if status in _SHAPES else "unknown"
    return Html(
        f'<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>'
    )


def badge(report: Report, status: str, *, muted: bool = False) -> Html:
    """Sign and word of a status; muted, one that was."""
    word = report.language.word(lambda words: words.statuses, status)
    look = "s-unknown" if muted else tone(status)
    return element("span", icon(status), word, class_=f"badge {look}")


def count(report: Report, status: str, number: int) -> Html:
    """Sign and number, with the word for those who do not see the sign."""
    words = report.language.word(lambda words: words.statuses, status)
    return element(
        "span",
        icon(status),
        report.number(number),
        element("span", f" {words}", class_="unseen"),
        class_=f"count {tone(status)}",
        title=words,
    )


def tone(status: str) -> str:
    """The class of a status; one that is not known looks like "unknown"."""
    return f"s-{status}" if status in _SHAPES else "s-unknown"
