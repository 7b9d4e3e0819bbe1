# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""HTML that is safe by how it is made: whatever is not Html already is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..visible import visible

_VOID = frozenset({"input", "meta", "wbr"})  # elements without an end tag


class Html(str):
    """Text that is markup. Made by element() and joined(), and from our own literals."""

    __slots__ = ()


Content = str | None  # an Html goes in as it is, any other text escaped, None not at all


def element(tag: str, *content: Content, **attributes: str | bool | None) -> Html:
    """One element. `class_` is the attribute class, `data_unit` is data-unit, None is left out."""
    start = f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>"
    return Html(start) if tag in _VOID else Html(f"{start}{joined(content)}</{tag}>")


def joined(parts: Iterable[Content], between: str = "") -> Html:
    """Several parts, one after the other."""
    return Html(escape(between).join(_text(part) for part in parts if part is not None))


def _text(part: str) -> str:
    return part if isinstance(part, Html) else escape(visible(part))


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(value))}"'
