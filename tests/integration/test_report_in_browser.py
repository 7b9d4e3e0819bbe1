# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report in a real browser: with and without JavaScript, narrow, wide, light, dark, paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.html import HTML
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder
from tests.unit.plugins.module_utils._report.sample import UNITS, findings, write_run

from .browser import CHROMIUM, DRIVER, Browser, browser

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium with chromedriver is not installed"
)

LISTED = [line for line in findings() if line["status"] != "pass"]
VISIBLE_ROWS = "return [...document.querySelectorAll('#rows tr')].filter(r => r.offsetHeight)"
NONE_OPEN = "return document.querySelectorAll('#rows details[open]').length"

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


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a Vietnamese report."""
    run = write_run(tmp_path_factory.mktemp("report") / "run")
    with (run / "report.html").open("w", encoding="utf-8", newline="") as file:
        HTML.write(make_report(RunFolder(run), code="vi"), file)
    return (run / "report.html").as_uri()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def chromium(session: Browser) -> Browser:
    """The browser as it is at first: wide, light, with JavaScript, its logs empty."""
    session.tell("Emulation.setScriptExecutionDisabled", value=False)
    session.open("about:blank")
    appear(session, width=1440)
    session.log("browser")
    session.log("performance")
    return session


def appear(chromium: Browser, *, width: int, scheme: str = "light", medium: str = "") -> None:
    chromium.size(width)
    chromium.tell(
        "Emulation.setEmulatedMedia",
        media=medium,
        features=[{"name": "prefers-color-scheme", "value": scheme}],
    )


def rows(chromium: Browser) -> list[str]:
    """The fingerprints of the findings that can be seen."""
    return chromium.run(f"{VISIBLE_ROWS}.map(r => r.id)")


def expected(**wanted: str) -> set[str]:
    return {
        line["fingerprint"] for line in LISTED
        if all(line[key] == value for key, value in wanted.items())
    }  # fmt: skip


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


def test_without_javascript_every_finding_is_there_and_no_form(chromium, page):
    chromium.tell("Emulation.setScriptExecutionDisabled", value=True)

    chromium.open(page)

    assert set(rows(chromium)) == expected()
    assert chromium.run("return document.getElementById('filters').offsetHeight") == 0


def test_a_status_filters_and_is_lifted_again(chromium, page):
    chromium.open(page)

    chromium.click("#filters input[value=manual]")
    assert set(rows(chromium)) == expected(status="manual")
    assert chromium.run("return document.getElementById('shown').textContent") == (
        f"Đang hiện {len(expected(status='manual'))} trên {len(LISTED)}"
    )

    chromium.click("#filters button[type=reset]")
    assert wait_for(chromium, expected())


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("a.tile[data-status=fail]", {"status": "fail"}),
        ("a.tile[data-change=new]", {"change": "new"}),
        (f'.units tbody th a[data-unit="{UNITS[3]}"]', {"unit": UNITS[3]}),
        (
            f'.units td a[data-unit="{UNITS[2]}"][data-control=external-forwarding]',
            {"unit": UNITS[2], "control": "external-forwarding", "status": "fail"},
        ),
        ('.units tbody th a[data-unit="-"]', {"unit": ""}),
    ],
)
def test_a_number_leads_to_its_findings(chromium, page, selector, wanted):
    chromium.open(page)

    chromium.click(selector)

    assert set(rows(chromium)) == expected(**wanted) != set()


@pytest.mark.parametrize("words", ["chuyển tiếp", "CHUYEN TIEP", "tiep chuyen"])
def test_the_search_needs_neither_marks_nor_case_nor_order(chromium, page, words):
    chromium.open(page)

    chromium.type("input[name=search]", words)

    assert set(rows(chromium)) >= expected(control="external-forwarding", status="fail")
    assert not set(rows(chromium)) & expected(control="locked-mailbox")


def test_a_search_without_a_hit_says_so(chromium, page):
    chromium.open(page)

    chromium.type("input[name=search]", "không có ai như vậy")

    assert rows(chromium) == []
    assert chromium.run("return document.getElementById('nothing').offsetHeight") > 0


def test_a_link_to_a_finding_lifts_the_filter_that_hides_it_and_opens_it(chromium, page):
    (exempt,) = expected(status="exempt")
    chromium.open(page)
    chromium.click("#filters input[value=fail]")
    assert exempt not in rows(chromium)

    chromium.run("location.hash = arguments[0]", exempt)

    assert wait_for(chromium, expected())
    top, bottom, height, is_open = chromium.run(
        "const r = document.getElementById(arguments[0]), b = r.getBoundingClientRect();"
        "return [b.top, b.bottom, innerHeight, r.querySelector('details').open]",
        exempt,
    )
    assert 0 <= top < bottom <= height
    assert is_open


def test_a_link_to_a_finding_that_is_not_listed_says_where_it_is(chromium, page):
    chromium.open(f"{page}#0123456789abcdef")

    told = chromium.run("return document.getElementById('not-on-page').innerText")
    assert "0123456789abcdef" in told
    assert "findings.csv" in told


def test_all_details_open_and_close(chromium, page):
    chromium.open(page)

    chromium.click("#open-all")
    assert chromium.run(NONE_OPEN) == len(LISTED)
    chromium.click("#open-all")
    assert chromium.run(NONE_OPEN) == 0


@pytest.mark.parametrize("width", [320, 400, 760, 900, 1440, 2560])
def test_it_fits_every_width(chromium, page, width):
    appear(chromium, width=width)

    chromium.open(page)
    chromium.click("#open-all")

    assert chromium.run("return document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1440])
def test_every_text_can_be_read(chromium, page, scheme, width):
    appear(chromium, width=width, scheme=scheme)

    chromium.open(page)
    chromium.click("#open-all")

    ground = chromium.run("return getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground))) < 60) == (scheme == "dark")
    assert chromium.run(WEAK_TEXTS) == []


def test_whoever_uses_keys_reaches_the_findings_and_sees_where(chromium, page):
    chromium.open(page)

    chromium.tell("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab",
                  windowsVirtualKeyCode=9)  # fmt: skip
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


def test_it_prints_as_a4(chromium, page):
    chromium.open(page)

    paper = chromium.pdf()

    assert paper.startswith(b"%PDF-")
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper))
    assert [(round(float(w)), round(float(h))) for w, h in boxes] == [(595, 842)]


def wait_for(chromium: Browser, wanted: set[str]) -> bool:
    """Whether the rows become those wanted: a reset and a link take effect a moment later."""
    return chromium.run(
        f"const rows = () => {{ {VISIBLE_ROWS}.map(r => r.id).sort().join() }};"
        "const wanted = arguments[0].sort().join();"
        "return new Promise((done) => { let left = 200; const look = () =>"
        " rows() === wanted ? done(true) : left-- ? requestAnimationFrame(look) : done(false);"
        " look(); })",
        list(wanted),
    )
