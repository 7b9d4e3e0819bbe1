# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report's page in a browser: how it is made, and how it is asked what it shows."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.html import HTML
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder
from tests.unit.plugins.module_utils._report.sample import finding, findings

from .browser import Browser

LISTED = [line for line in findings() if line["status"] != "pass"]
VISIBLE_ROWS = "return [...document.querySelectorAll('#rows tr[id]')].filter(r => r.offsetHeight)"
SUBJECTS = "return [...document.querySelectorAll('#rows tr[id] th a')].map(a => a.textContent)"
FOCUSED = "return document.activeElement.id || document.activeElement.textContent"


def written(run: Path, code: str = "vi") -> str:
    """The URL of the report of a run."""
    with (run / "report.html").open("w", encoding="utf-8", newline="") as file:
        HTML.write(make_report(RunFolder(run), code=code), file)
    return (run / "report.html").as_uri()


def idle(number: int, subject: str, unit: str = "U", **more: object) -> dict[str, object]:
    """A finding for pages of a test's own."""
    return finding(
        "idle-mailbox", subject, unit, "fail", "idle-mailbox.no-creation", mark=str(number), **more
    )


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


def choose(chromium: Browser, name: str, value: str) -> None:
    """Choose an entry of one of the form's lists."""
    chromium.run(
        "const s = document.querySelector(`#filters [name=${arguments[0]}]`);"
        "s.value = arguments[1]; s.dispatchEvent(new Event('input', {bubbles: true}))",
        name, value,
    )  # fmt: skip


def search(chromium: Browser, words: str) -> None:
    """Search; typing could compose combining letters."""
    choose(chromium, "search", words)


def pane(chromium: Browser) -> str:
    """What the pane shows."""
    return chromium.run("return document.getElementById('pane').innerText")


def current(chromium: Browser) -> str:
    """The fingerprint of the finding that is open, by its row."""
    return chromium.run("return document.querySelector('#rows [aria-current]').id")


def press(chromium: Browser, key: str, code: int) -> None:
    """Press a key where the focus is."""
    chromium.tell(
        "Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code
    )


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
