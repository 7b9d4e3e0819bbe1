# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report for those who use a keyboard or a screen reader: axe-core finds nothing to object to."""

from __future__ import annotations

from pathlib import Path

import axe_core_python
import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.html import HTML
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder
from tests.unit.plugins.module_utils._report.sample import (
    findings,
    journal,
    write_lines,
    write_run,
)

from .browser import CHROMIUM, DRIVER, Browser
from .report_page import appear

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium with chromedriver is not installed"
)

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")

# All rules, best practice too; what axe cannot decide comes back apart.
RUN = """
return axe.run(document, {resultTypes: ["violations", "incomplete"]}).then((found) =>
  Object.fromEntries(["violations", "incomplete"].map((kind) => [kind, found[kind].flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`))])));
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The URL of the report in each language: with a journal, earlier runs and their charts."""
    reports = tmp_path_factory.mktemp("reports")
    write_run(reports / "earlier")
    (reports / "earlier" / "summary.json").write_text(
        '{"schema": 1, "now": "2018-12-08T01:00:00Z", "accounts": 60, "complete": true, '
        '"mailboxes": {"fail": 20, "manual": 3, "unknown": 4, "exempt": 1, "pass": 32}}'
    )
    run = write_run(reports / "this")
    write_lines(run / "journal.jsonl", journal(findings()))
    (run / "SHA256SUMS").write_text("x")
    for code in ("vi", "en"):
        with (run / f"{code}.html").open("w", encoding="utf-8", newline="") as file:
            HTML.write(make_report(RunFolder(run), code=code), file)
    return {code: (run / f"{code}.html").as_uri() for code in ("vi", "en")}


def objections(chromium: Browser) -> dict[str, list[str]]:
    """What axe finds wrong on the page, and what it cannot decide."""
    chromium.run(f"{AXE}; return null")
    return chromium.run(RUN)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["vi", "en"])
def test_axe_objects_to_nothing(chromium, pages, code, scheme, width):
    appear(chromium, width=width, scheme=scheme)
    chromium.open(pages[code])
    chromium.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert objections(chromium)["violations"] == []

    chromium.click("#rows tr[id] a")
    assert chromium.run("return document.getElementById('pane').offsetHeight") > 0
    assert objections(chromium)["violations"] == []

    chromium.click("#pane-close")
    chromium.click("#with-details")
    assert objections(chromium)["violations"] == []


def test_without_javascript_it_objects_to_nothing_either(chromium, pages, tmp_path):
    """axe needs JavaScript: so the list that a browser shows without it stands for itself."""
    text = Path(pages["en"].removeprefix("file://")).read_text("utf-8")
    inner = text.partition("<noscript>")[2].partition("</noscript>")[0]
    head = text.partition("<body>")[0]
    page = tmp_path / "noscript.html"
    page.write_text(f"{head}<body><main><h1>x</h1>{inner}</main></body></html>", "utf-8")

    chromium.open(page.as_uri())

    assert chromium.run("return document.querySelectorAll('tbody tr').length") > 30
    assert objections(chromium)["violations"] == []


def test_axe_would_object_to_a_fault(chromium, pages):
    """That nothing is found means something only if a fault is."""
    chromium.open(pages["en"])
    chromium.run(
        "document.querySelector('#filters select').parentNode.replaceWith("
        "document.querySelector('#filters select'))"
    )

    assert any(one.startswith("select-name") for one in objections(chromium)["violations"])
