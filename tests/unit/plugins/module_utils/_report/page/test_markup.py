# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTML that is safe by how it is made."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._report.page.markup import (
    Html,
    element,
    joined,
)


class Text(HTMLParser):
    """What a browser would take for text, and for the one attribute, of a piece of HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.title, self.tags = "", "", []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.title = dict(attrs).get("title", self.title)

    def handle_data(self, data):
        self.text += data


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"])))
def test_any_text_stays_text(value):
    page = Text(element("p", value, title=value))

    assert (page.tags, page.text, page.title) == (["p"], value, value)


def test_markup_goes_in_as_it_is_and_text_does_not():
    inner = element("b", "<&>")

    assert element("p", inner, "<i>", None) == "<p><b>&lt;&amp;&gt;</b>&lt;i&gt;</p>"


def test_attributes():
    made = element("a", class_="x", data_unit='"', hidden=True, title=None, role=False)

    assert made == '<a class="x" data-unit="&quot;" hidden></a>'


def test_an_element_without_an_end():
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'


def test_what_hides_is_made_visible_in_text_and_attributes():
    assert element("p", "a\u202e", title="\u0000") == '<p title="‹U+0000›">a‹U+202E›</p>'


def test_joined_escapes_too():
    assert joined(["<", Html("<br>")], between="&") == "&lt;&amp;<br>"
