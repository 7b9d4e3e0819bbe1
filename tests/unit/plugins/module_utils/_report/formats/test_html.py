# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""report.html, as far as it can be told without a browser."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report import report as report_module
from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.html import HTML
from ansible_collections.civic.mailbox.plugins.module_utils._report.page import plan, units
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import HARMFUL, finding, findings, write_run

VOID = {"meta", "input", "wbr"}


class Page(HTMLParser):
    """The page's elements and its text, and whether each element was ended."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open, self.elements, self.text = [], [], ""
        self.feed(markup)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data + "\n"

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def targets(self):
        return {attributes["href"] for attributes in self.all("a") + self.all("use")}

    def anchors(self):
        return {f"#{attributes['id']}" for _, attributes in self.elements if "id" in attributes}


def written(folder, code="vi", **options):
    file = io.StringIO(newline="")
    HTML.write(make_report(RunFolder(folder), code=code, **options), file)
    return file.getvalue()


@pytest.fixture(params=["vi", "en"])
def code(request):
    return request.param


@pytest.fixture
def page(tmp_path, code):
    return Page(written(write_run(tmp_path / "run"), code))


def test_it_is_well_formed_and_says_its_language(page, code):
    assert page.all("html") == [{"lang": code}]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_each_link_leads_somewhere_on_the_page(page):
    assert len(page.targets()) > 20
    assert page.targets() <= page.anchors()


def test_nothing_can_be_fetched_or_sent(tmp_path):
    text = written(write_run(tmp_path / "run"))
    page = Page(text)

    policy = next(
        meta["content"] for meta in page.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )  # fmt: skip
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = b64encode(sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    attributes = {name for _, found in page.elements for name in found}
    assert not attributes & {"src", "style", "action", "onclick", "srcset"}
    assert len(page.all("script")) == 1


def test_values_that_mean_harm_are_text(page):
    assert HARMFUL.partition("@")[0] in page.text.replace("\n", "")
    assert "‹U+202E›" in page.text
    assert "\u202e" not in page.text


def test_what_the_reader_has_to_know_of_the_reading_is_told_in_the_language(page, code):
    told = {
        "en": "2 accounts have several mail addresses, as <b>a@b.c</b>",
        "vi": "2 tài khoản có nhiều địa chỉ thư, ví dụ <b>a@b.c</b>",
    }
    assert told[code] in page.text


def test_each_finding_that_is_no_pass_has_its_row_to_link_to(page):
    rows = {a["id"]: a for a in page.all("tr") if "data-status" in a}
    expected = {line["fingerprint"]: line for line in findings() if line["status"] != "pass"}

    assert rows.keys() == expected.keys()
    assert {id_: row["data-status"] for id_, row in rows.items()} == {
        id_: line["status"] for id_, line in expected.items()
    }


def test_each_column_head_and_row_head_has_its_scope(page):
    heads = page.all("th")

    assert len(heads) > 60
    assert {head["scope"] for head in heads} == {"col", "row"}


def test_the_leadership_reads_first_what_is_missing(page):
    assert page.text.index("mail02") < page.text.index("61") < page.text.index("idle-mailbox")


def test_what_is_cut_says_how_many_and_where_all_are(tmp_path, monkeypatch):
    monkeypatch.setattr(report_module, "ROWS_SHOWN", 5)
    monkeypatch.setattr(plan, "CHANGES_SHOWN", 3)
    monkeypatch.setattr(units, "UNITS_SHOWN", 2)

    page = Page(written(write_run(tmp_path / "run"), "en"))

    assert len([row for row in page.all("tr") if "data-status" in row]) == 5
    assert "The worst 5 of 35 findings are shown" in page.text
    assert "findings.csv" in page.text
    assert "The first 3 of 17 changes are shown" in page.text
    assert "The 2 units with the most to fix, of 6" in page.text


def test_a_run_without_findings_or_a_previous_run(tmp_path, code):
    run = write_run(
        tmp_path / "run", [], comparison=None, previous=None, exemptions=[], accounts=3,
    )  # fmt: skip

    page = Page(written(run, code))

    assert not [row for row in page.all("tr") if "data-status" in row]
    assert "#gone" not in page.anchors()
    assert page.targets() <= page.anchors()


def test_the_title_can_be_given(tmp_path):
    page = Page(written(write_run(tmp_path / "run"), title="Quý <I>"))

    assert "Quý <I>" in page.text


def test_the_unit_with_the_most_to_fix_comes_first_and_what_has_none_last(tmp_path):
    spread = ["A", "B", "B", "", "", ""]
    lines = [
        finding("idle-mailbox", f"{n}@x.example", unit, "fail", "idle-mailbox.no-creation")
        for n, unit in enumerate(spread)
    ]

    page = Page(written(write_run(tmp_path / "run", lines)))

    names = [
        a["data-unit"] for a in page.all("a") if a.keys() == {"href", "data-filter", "data-unit"}
    ]
    assert names == ["B", "A", "-"]


def test_expired_exemptions_come_first_and_say_so(tmp_path):
    text = Page(written(write_run(tmp_path / "run"), "en")).text

    assert text.index("Expired\n") < text.index("In force\n")
