# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A line whose pieces are as long as their numbers; the numbers beside it say the same."""

from __future__ import annotations

from collections.abc import Iterable

from .icons import tone
from .markup import Html


def bar(parts: Iterable[tuple[str, int]]) -> Html:
    """The pieces are statuses and how many there are of each."""
    there = [(status, number) for status, number in parts if number]
    total, at, pieces = sum(number for _, number in there) or 1, 0.0, []
    for status, number in there:
        width = 100 * number / total
        place = f'x="{at:.2f}" y="0" width="{width:.2f}" height="4"'
        pieces.append(f'<rect class="b-{tone(status)[2:]}" {place}/>')
        at += width
    return Html(
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(pieces)}</svg>'
    )
