# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The things that all of the page is made of: parts, sections and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .markup import Content, Html, element, joined


def part(name: str, title: str, remark: str, content: Iterable[Content]) -> Html:
    """One of the page's parts: for whom it is, and its sections."""
    return element(
        "div",
        element(
            "div",
            element("h2", title, id=f"{name}-title", tabindex="-1"),
            note(remark),
            class_="part-head",
        ),
        joined(content, "\n"),
        id=name,
        class_="part",
    )


def section(name: str, title: str, *content: Content) -> Html:
    """A section of a part with its heading, to be linked to by its name."""
    heading = f"{name}-title"
    return element(
        "section",
        element("h3", title, id=heading, tabindex="-1"),
        *content,
        id=name,
        aria_labelledby=heading,
    )


def table(
    heads: Sequence[Content], rows: Iterable[Sequence[Content]], *, class_: str, label: str
) -> Html:
    """A table whose first column names the rows; a class "cards" becomes cards when narrow."""
    body = element("tbody", *(_row(heads, row) for row in rows), role="rowgroup")
    return framed(heads, body, class_=class_, label=label)


def framed(heads: Sequence[Content], body: Html, *, class_: str, label: str) -> Html:
    """A table of a body. One too wide for the screen is scrolled inside its frame, by keys too.

    Roles are said aloud: laid out as cards, browsers would forget that it is a table.
    """
    cells = (element("th", head, scope="col", role="columnheader") for head in heads)
    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", *cells, role="row"), role="rowgroup"),
            body,
            role="table",
            class_=class_,
            aria_label=label,
        ),
        class_="scroll",
        tabindex=None if "cards" in class_ else "0",
        role=None if "cards" in class_ else "group",
        aria_label=None if "cards" in class_ else label,
    )


def cell(head: Content, *content: Content, class_: str | None = None) -> Html:
    """One cell; it carries its head for the narrow screen, where columns become lines."""
    label = None if isinstance(head, Html) else head
    return element("td", element("div", *content), class_=class_, role="cell", data_head=label)


def row_head(*content: Content, class_: str | None = None) -> Html:
    """The cell that names its row."""
    return element("th", *content, scope="row", role="rowheader", class_=class_)


def lines(values: Iterable[Content]) -> Html:
    """Values, one on each line."""
    return joined([element("div", value) for value in values])


def note(text: str) -> Html:
    """A remark below a heading or a table."""
    return element("p", text, class_="note")


def _row(heads: Sequence[Content], cells: Sequence[Content]) -> Html:
    first, *rest = cells
    return element(
        "tr",
        row_head(first),
        *(cell(head, content) for head, content in zip(heads[1:], rest, strict=True)),
        role="row",
    )
