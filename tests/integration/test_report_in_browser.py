# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report in a real browser: with and without JavaScript, narrow, wide, light, dark, paper."""

from __future__ import annotations

import json
import re

import pytest

from .browser import CHROMIUM, DRIVER
from .report_page import appear, expected, press

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium with chromedriver is not installed"
)

# WCAG 2.2, 1.4.3: the contrast of each text with what lies behind it, and what it is too weak for.
WEAK_TEXTS = """
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const channel = (c) => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
const mixed = (front, back, a) => front.slice(0, 3).map((c, i) => c * a + back[i] * (1 - a));
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = numbers(getComputedStyle(node).backgroundColor);
    if (colour[3] !== 0) return colour;
  }
  return [255, 255, 255];
};
const opacity = (node) => node ? getComputedStyle(node).opacity * opacity(node.parentElement) : 1;
const weak = new Set();
for (const node of document.querySelectorAll("body *:not(script)")) {
  const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (!own || !node.checkVisibility() || node.closest(".unseen, .skip, option")) continue;
  const back = behind(node), style = getComputedStyle(node);
  const front = mixed(numbers(style.color), back, opacity(node));
  const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
  const ratio = (a + .05) / (b + .05);
  if (ratio < 4.5) weak.add(`${node.tagName}.${node.className} ${ratio.toFixed(2)}`);
}
return [...weak];
"""


def test_the_page_runs_without_complaint_and_asks_for_nothing(chromium, page):
    chromium.open(page)

    asked = [
        message["params"]["request"]["url"]
        for entry in chromium.log("performance")
        if (message := json.loads(entry["message"])["message"])["method"]
        == "Network.requestWillBeSent"
    ]
    assert asked == [page]
    assert chromium.log("browser") == []
    assert chromium.run("return document.title").startswith("Báo cáo rà soát")


def test_without_javascript_the_findings_are_there_with_a_remark_and_no_form(chromium, page):
    chromium.tell("Emulation.setScriptExecutionDisabled", value=True)

    chromium.open(page)

    shown = chromium.run(
        "return [...document.querySelectorAll('.worst tbody tr span[id]')].map(r => r.id)"
    )
    assert set(shown) == expected()
    assert "JavaScript" in chromium.run("return document.querySelector('noscript').innerText")
    for hidden in ("filters", "columns"):
        assert chromium.run(f"return document.getElementById('{hidden}').offsetHeight") == 0


@pytest.mark.parametrize("what", ["the list", "the evidence in the list", "a finding beside it"])
@pytest.mark.parametrize("width", [320, 400, 760, 900, 1440, 2560])
def test_it_fits_every_width(chromium, page, width, what):
    appear(chromium, width=width)

    chromium.open(page)
    chromium.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if what == "the evidence in the list":
        chromium.click("#with-details")
    elif what == "a finding beside it":
        chromium.click("#rows tr[id] a")

    assert chromium.run("return document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1440])
def test_every_text_can_be_read(chromium, page, scheme, width):
    appear(chromium, width=width, scheme=scheme)

    chromium.open(page)
    chromium.click("#rows tr[id] a")
    chromium.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    chromium.run("document.querySelectorAll('section').forEach((one) => one.scrollIntoView())")

    ground = chromium.run("return getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground))) < 60) == (scheme == "dark")
    assert chromium.run(WEAK_TEXTS) == []


def test_whoever_uses_keys_reaches_the_findings_and_sees_where(chromium, page):
    chromium.open(page)

    press(chromium, "Tab", 9)
    href, style, width = chromium.run(
        "const a = document.activeElement, s = getComputedStyle(a);"
        "return [a.getAttribute('href'), s.outlineStyle, s.outlineWidth]"
    )

    assert (href, style, width) == ("#findings", "solid", "3px")


def test_the_reader_of_a_screen_is_told_tables_names_and_landmarks(chromium, page):
    appear(chromium, width=400)  # the tables are laid out as cards
    chromium.open(page)

    nodes = chromium.tell("Accessibility.getFullAXTree")["nodes"]
    named = {(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if "role" in n}
    roles = {role for role, _ in named}

    assert {"banner", "main", "contentinfo", "table", "columnheader", "rowheader"} <= roles
    assert ("table", "Kết quả chi tiết") in named
    assert ("combobox", "Đơn vị") in named
    assert ("searchbox", "Tìm kiếm") in named
    assert ("checkbox", "Cần xử lý") in named


def test_on_paper_it_is_light_without_form_and_says_what_was_filtered(chromium, page):
    appear(chromium, width=700, scheme="dark", medium="print")
    chromium.open(page)

    chromium.run(
        "const box = document.querySelector('#filters input[value=fail]'); box.checked = true;"
        "box.dispatchEvent(new Event('input', {bubbles: true}))"
    )

    assert chromium.run("return getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    assert chromium.run("return document.querySelector('fieldset').offsetHeight") == 0
    assert chromium.run("return document.getElementById('filtered').innerText") == (
        "Đã lọc: Cần xử lý"
    )
    assert chromium.run("return document.querySelector('.findings thead').offsetHeight") > 0
    assert chromium.run("return document.querySelector('#pager').offsetHeight") == 0


def test_it_prints_as_a4(chromium, page):
    chromium.open(page)

    paper = chromium.pdf()

    assert paper.startswith(b"%PDF-")
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper))
    assert [(round(float(w)), round(float(h))) for w, h in boxes] == [(595, 842)]
