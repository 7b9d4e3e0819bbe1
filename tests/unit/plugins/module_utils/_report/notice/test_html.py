# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The letter as a page: safe, whole, and laid out by the Decree."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.html import page

from .letters import EN, STATED, VI, contents, everything, forward, locked, writer


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)

    def handle_data(self, data):
        self.text += data


def test_every_part_of_the_letter_is_there():
    letter = writer().letter(everything())
    text = Tags(page(letter)).text

    parts = [
        letter.number,
        letter.dateline,
        letter.about,
        letter.to,
        *letter.copies,
        *letter.titles,
    ]
    assert [
        part for part in (*parts, letter.head.nation, letter.head.motto) if part not in text
    ] == []
    assert "truongthcs" not in text


def test_it_prints_on_a4_with_the_margins_of_the_decree_and_says_its_language():
    assert "@page{size:A4;margin:20mm 15mm 20mm 30mm" in page(writer().letter(everything()))
    assert '<html lang="en">' in page(writer(EN).letter(everything()))


@pytest.mark.parametrize("wording", [VI, EN])
def test_what_is_filled_in_by_pen_keeps_its_room(wording):
    stated = replace(STATED, number="", day=None)
    made = page(writer(wording, stated=stated).letter(everything()))

    kept = [
        names.split(",")
        for names in re.findall(r"^([^@{}\n]+){[^}]*white-space:pre[;}]", made, re.M)
    ]
    letter = writer(wording, stated=stated).letter(everything())
    assert f'<p class="number">{letter.number}</p>' in made
    assert f'<p class="dateline">{letter.dateline}</p>' in made
    assert "   " in letter.number
    assert [".number", ".dateline"] in kept


@pytest.mark.parametrize("wording", [VI, EN])
def test_its_title_tells_one_unit_from_the_next(wording):
    letter = writer(wording, stated=replace(STATED, number="")).letter(everything())

    assert f"<title>{letter.to} - " in page(letter)


def test_it_reaches_no_network():
    made = page(writer().letter(everything()))

    assert not [word for word in ("http:", "https:", "url(", "@import", "src=") if word in made]


def test_its_style_is_known_by_its_hash_and_there_is_no_other():
    made = page(writer().letter(everything()))

    style = made.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src &#x27;sha256-{digest}&#x27;" in made
    assert "style=" not in made
    widths = set(re.findall(r'class="(share-[^"]+)"', made))
    assert widths
    assert [name for name in widths if f".{name}{{width:" not in style] == []


def test_nothing_of_the_directory_is_markup():
    harm = "<script>alert(1)</script>"
    plain, harmed = (
        Tags(page(writer().letter(contents(
            locked(f"a{text}@x", unit=f"Đội {text}"), forward(f"b{text}@x", to=f"{text}@y", unit=f"Đội {text}")
        ))))
        for text in ("", harm)
    )  # fmt: skip

    assert harmed.seen == plain.seen
    assert harm in harmed.text
