# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One lab for all integration tests of a test process; CIVIC_LAB names a running one to use instead."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes import catching_up
from tests.unit.plugins.module_utils._report.sample import write_run

from .browser import Browser, browser
from .ports import free_port_base
from .report_page import appear, written


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A running lab: what its lab.json says."""
    yield from _running_lab(tmp_path_factory)


@pytest.fixture(scope="session")
def ad_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A running lab with Samba AD beside the base servers."""
    yield from _running_lab(tmp_path_factory, "ad")


@pytest.fixture(scope="session")
def zimbra_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A running lab with Zimbra's directory beside the base servers."""
    yield from _running_lab(tmp_path_factory, "zimbra")


@pytest.fixture
def many_may_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a small town at once, without that all is read for it."""
    monkeypatch.setattr(catching_up, "_FEW_GONE", 1000)


def _running_lab(tmp_path_factory: pytest.TempPathFactory, *extra: str) -> Iterator[Info]:
    if running := os.environ.get("CIVIC_LAB"):
        yield lifecycle.describe(Path(running))
        return
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0, extra=extra)
    yield lifecycle.describe(directory)
    lifecycle.down(directory)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a Vietnamese report."""
    return written(write_run(tmp_path_factory.mktemp("report") / "run"))


@pytest.fixture(scope="module")
def browser_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def chromium(browser_session: Browser) -> Browser:
    """The browser as it is at first: wide, light, with JavaScript, its logs empty."""
    browser_session.tell("Emulation.setScriptExecutionDisabled", value=False)
    browser_session.open("about:blank")
    appear(browser_session, width=1440)
    browser_session.log("browser")
    browser_session.log("performance")
    return browser_session
