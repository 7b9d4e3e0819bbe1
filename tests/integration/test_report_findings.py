# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report's list of findings in a real browser: filters, search, order, links and the pane."""

from __future__ import annotations

import unicodedata

import pytest

from tests.unit.plugins.module_utils._report.sample import UNITS, gone, seen, write_run

from .browser import CHROMIUM, DRIVER
from .report_page import (
    FOCUSED,
    LISTED,
    SUBJECTS,
    choose,
    current,
    expected,
    idle,
    pane,
    press,
    rows,
    search,
    wait_for,
    written,
)

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium with chromedriver is not installed"
)


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
        (f'.states tbody th a[data-unit="{UNITS[3]}"]', {"unit": UNITS[3]}),
        (
            f'.states td a[data-unit="{UNITS[1]}"][data-status=manual]',
            {"unit": UNITS[1], "status": "manual"},
        ),
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


def test_a_link_to_a_finding_lifts_only_the_filters_that_hide_it_and_opens_it(chromium, page):
    (exempt,) = expected(status="exempt")
    unit = next(line["unit"] for line in LISTED if line["fingerprint"] == exempt)
    chromium.open(page)
    chromium.click("#filters input[value=fail]")
    choose(chromium, "unit", unit)
    chromium.type("input[name=search]", "no such word")
    assert rows(chromium) == []

    chromium.run("location.hash = arguments[0]", exempt)

    assert wait_for(chromium, expected(unit=unit))
    top, bottom, height = chromium.run(
        "const b = document.getElementById(arguments[0]).getBoundingClientRect();"
        "return [b.top, b.bottom, innerHeight]",
        exempt,
    )
    assert 0 <= top < bottom <= height
    assert "Chủ tịch UBND phường" in pane(chromium)
    assert chromium.run(FOCUSED) == "pane-title"


def test_a_page_opened_by_the_link_to_a_finding_shows_it(chromium, page):
    (exempt,) = expected(status="exempt")

    chromium.open(f"{page}#{exempt}")

    assert "luutru@archive.example" in pane(chromium)


def test_a_row_opens_beside_the_list_and_goes_on_within_what_is_filtered(chromium, page):
    chromium.open(page)
    chromium.click("#filters input[value=manual]")
    order = rows(chromium)

    chromium.click(f'#rows tr[id="{order[1]}"] .c-what')
    assert current(chromium) == order[1]
    first = pane(chromium)

    chromium.click("#pane-after")
    assert current(chromium) == order[2]
    assert pane(chromium) != first
    assert chromium.run("return location.hash") == f"#{order[2]}"
    chromium.click("#pane-before")
    chromium.click("#pane-before")
    chromium.click("#pane-before")  # there is none before the first
    assert current(chromium) == order[0]
    assert chromium.run("return document.getElementById('pane-position').textContent") == (
        f"1 trên {len(order)}"
    )
    for _ in order:
        chromium.click("#pane-after")
    assert current(chromium) == order[-1]
    left, right = chromium.run(
        "return ['.list', '#pane'].map(s => document.querySelector(s).getBoundingClientRect().left)"
    )
    assert left < right


def test_escape_closes_the_pane_and_leads_back_to_the_row(chromium, page):
    chromium.open(page)
    chromium.click("#rows tr[id] a")
    opened = current(chromium)

    press(chromium, "Escape", 27)

    assert chromium.run("return document.getElementById('pane').hidden")
    assert chromium.run("return document.activeElement.closest('tr').id") == opened


def test_a_filter_that_hides_the_open_finding_closes_it(chromium, page):
    chromium.open(page)
    chromium.click("#rows tr[id] a")

    chromium.type("input[name=search]", "kho luu tru")

    assert chromium.run("return document.getElementById('pane').hidden")
    assert chromium.run("return document.activeElement.name") == "search"


def test_the_pane_has_evidence_remedy_and_the_change_as_a_difference(chromium, page):
    line = next(one for one in LISTED if one["message"] == "default-password.guessed")
    chromium.open(f"{page}#{line['fingerprint']}")

    told = pane(chromium)

    assert "đối chiếu mật khẩu đã băm" in told
    assert "Bắt buộc đổi mật khẩu" in told
    assert "A.5.17" in told
    assert chromium.run(
        "return ['del', 'ins'].map(t => document.querySelector(`#pane ${t} bdi`).textContent)"
    ) == ["không", "có"]


def test_nothing_that_is_accepted_or_not_assessed_looks_failed(chromium, page):
    chromium.open(page)
    looks = "return [...document.querySelectorAll('#rows tr[data-status={status}]')].map(r => {{" \
            " const b = r.querySelector('.badge'), s = getComputedStyle(b);" \
            " return [s.color, s.backgroundColor, b.querySelector('use').getAttribute('href')," \
            " Boolean(r.querySelector('.severity'))] }})"  # fmt: skip
    failed = chromium.run(looks.format(status="fail"))
    assert all(severity for *_, severity in failed)

    for status in ("exempt", "error", "unknown"):
        for look in chromium.run(looks.format(status=status)):
            assert not set(map(str, look[:3])) & set(map(str, failed[0][:3])), status
            assert look[3] is False


NAMES = ["Đặng Thị Ánh", "Đỗ Văn Ảnh", "Dương Ước", "Ân", "An", "Ấn"]


@pytest.mark.parametrize("words", ["đoàn quỳnh", "doan quynh", "QUỲNH ĐOÀN", "Đoàn Quỳnh"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_combining_letters_match_alike(chromium, tmp_path, form, words):
    lines = [
        idle(n, f"{unicodedata.normalize(written_as, name)}@x.example")
        for n, (name, written_as) in enumerate(
            (name, one) for name in ["Đoàn Thị Quỳnh", *NAMES] for one in ("NFC", "NFD")
        )
    ]
    chromium.open(written(write_run(tmp_path / "run", lines)))

    search(chromium, unicodedata.normalize(form, words))

    assert len(rows(chromium)) == 2


def test_composed_and_combining_letters_sort_alike_and_the_other_way_round(chromium, tmp_path):
    lines = [
        idle(n, f"{unicodedata.normalize('NFD' if n % 2 else 'NFC', name)}")
        for n, name in enumerate([*NAMES, *reversed(NAMES)])
    ]
    chromium.open(written(write_run(tmp_path / "run", lines)))

    chromium.click(".findings button[data-sort=subject]")
    names = [unicodedata.normalize("NFC", one) for one in chromium.run(SUBJECTS)]

    assert names == [one for name in ("An", "Ân", "Ấn", "Dương Ước", "Đặng Thị Ánh", "Đỗ Văn Ảnh")
                     for one in (name, name)]  # fmt: skip
    head = "return document.querySelector('[data-sort=subject]').closest('th').ariaSort"
    assert chromium.run(head) == "ascending"
    chromium.click(".findings button[data-sort=subject]")
    assert chromium.run(head) == "descending"
    assert unicodedata.normalize("NFC", chromium.run(SUBJECTS)[0]).startswith("Đỗ")


def test_a_long_list_has_pages_and_is_printed_whole(chromium, tmp_path):
    lines = [idle(n, f"a{n:03}@x.example") for n in range(250)]
    url = written(write_run(tmp_path / "run", lines), "en")
    chromium.open(url)

    assert len(rows(chromium)) == 100
    chromium.click("#page-after")
    chromium.click("#page-after")
    assert chromium.run(SUBJECTS)[-1] == "a249@x.example"
    assert chromium.run("return document.getElementById('rows-of').textContent") == (
        "Rows 201 to 250 of 250"
    )
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(chromium)) == 250
    chromium.run("dispatchEvent(new Event('afterprint'))")
    assert len(rows(chromium)) == 50

    target = next(one["fingerprint"] for one in lines if one["subject"] == "a120@x.example")
    chromium.open("about:blank")
    chromium.open(f"{url}#{target}")
    assert target in rows(chromium)
    assert "121 of 250" in chromium.run(
        "return document.getElementById('pane-position').textContent"
    )


EVIL = (
    "</script><script>window.broken = 1</script>", "<img src=x onerror='window.broken = 1'>",
    "<!--<script>", "\u2028window.broken = 1//", "__proto__", "constructor", "{shown}", "$&",
)  # fmt: skip


def test_no_value_of_a_directory_runs_or_breaks_the_list(chromium, tmp_path):
    lines = [
        idle(
            n, f"{value}@x.example", value, evidence=[seen(value, value, value)],
            exemption={"reason": value, "approver": value, "expires": value}, place=value,
        )
        | {"control": value, "severity": value, "change": value, "references": [value]}
        for n, value in enumerate(EVIL)
    ]  # fmt: skip
    odd = {value: {value: {"fail": 1}} for value in EVIL}
    counts = {value: {"fail": 1} for value in EVIL}
    chromium.open(written(write_run(tmp_path / "run", lines, units=odd, counts=counts), "en"))

    assert len(rows(chromium)) == len(EVIL)
    for _ in EVIL:
        chromium.click("#rows tr[id]:last-child a")
    for value in EVIL[:3]:
        search(chromium, value)
        assert len(rows(chromium)) >= 1

    assert chromium.run("return window.broken === undefined && {}.polluted === undefined")
    assert chromium.run("return document.querySelectorAll('img, #rows script').length") == 0
    assert chromium.log("browser") == []


def test_a_link_to_a_finding_that_is_not_listed_says_where_it_is(chromium, page):
    chromium.open(f"{page}#0123456789abcdef")

    told = chromium.run("return document.getElementById('not-on-page').innerText")
    assert "0123456789abcdef" in told
    assert "findings.csv" in told


def test_a_link_to_what_is_gone_leads_there(chromium, page):
    (resolved, *_) = gone()
    chromium.open(f"{page}#{resolved['fingerprint']}")

    assert chromium.run("return document.getElementById('not-on-page').hidden")
    assert chromium.run("return document.querySelector('.gone :target').textContent").startswith(
        resolved["subject"]
    )


def test_the_evidence_can_be_had_in_the_list(chromium, page):
    chromium.open(page)

    chromium.click("#with-details")
    assert chromium.run("return document.querySelectorAll('#rows .inline').length") == len(LISTED)
    chromium.click("#with-details")
    assert chromium.run("return document.querySelectorAll('#rows .inline').length") == 0
