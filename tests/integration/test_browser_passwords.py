# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real browsers at a real login form: what they offer, with the policies and without.

Chromium shows its offer outside of the page, where no driver looks; it counts it in a histogram
(PasswordBubble.DisplayDisposition). Firefox's is a notification of its window.
"""

from __future__ import annotations

import http.server
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from ansible_collections.civic.mailbox.lab.clients import wait_for

from . import workstation
from .browser import CHROMIUM, DRIVER, Browser, browser
from .firefox import FIREFOX, Firefox, firefox
from .workstation import CHROMIUM_FOLDER, FIREFOX_FILE, Workstation

needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium with chromedriver is not installed"
)
needs_firefox = pytest.mark.skipif(not FIREFOX, reason="Firefox ESR is not installed")

FORM = b"""<!doctype html><title>Sign in</title><form method=post>
<input id=user name=user autocomplete=username>
<input id=password name=password type=password autocomplete=current-password>
<button id=go>Sign in</button></form>"""
INBOX = b"<!doctype html><title>Inbox</title>Inbox"

WITHIN = 10  # seconds, for a browser to make its offer
# How long one that has none to make is watched. With the offer it took 0.2 to 0.6 seconds.
WATCHED = 2

HISTOGRAM = """
const seen = (node) => [...node.querySelectorAll("*")].map(
  (n) => n.shadowRoot ? n.shadowRoot.textContent + seen(n.shadowRoot) : "").join(" ");
return document.body.innerText + seen(document)"""
POLICIES = """
const rows = (node) => [...node.querySelectorAll("*")].flatMap(
  (n) => n.shadowRoot ? [n.shadowRoot, ...rows(n.shadowRoot)] : []);
const found = {};
for (const root of rows(document)) {
  const name = root.querySelector(".policy.row .name"), value = root.querySelector(".value.row");
  if (name && value) found[name.textContent.trim()] = value.querySelector(".value").textContent;
}
return found"""
OFFER = """
const offer = window.PopupNotifications.getNotification("password");
return offer && offer.mainAction ? [offer.message, offer.mainAction.label] : null"""
ACTIVE = "return Services.policies.getActivePolicies() ?? {}"
SAVED = "return Services.logins.getAllLogins().then((all) => all.length)"


class Page(http.server.BaseHTTPRequestHandler):
    """A login form, and what comes behind it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(INBOX if self.path == "/inbox" else FORM)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(303)
        self.send_header("Location", "/inbox")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Driven(Protocol):
    """What both browsers can do."""

    def open(self, url: str) -> None: ...
    def type(self, selector: str, text: str) -> None: ...
    def click(self, selector: str) -> None: ...


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def machine(tmp_path) -> Workstation:
    return workstation.like_this_machine(tmp_path)


def sign_in(page: Browser | Firefox, url: str) -> None:
    page.open(url)
    page.type("#user", "clerk")
    page.type("#password", "Secret-1#x")
    page.click("#go")
    assert wait_for(lambda: page.run("return document.title") == "Inbox", WITHIN)


@contextmanager
def chromium(machine: Workstation, folder: Path) -> Iterator[Browser]:
    # Under automation Chromium never offers to save a password.
    left_out = ("enable-automation",)
    with browser(folder, started_by=machine.on_it, left_out=left_out) as page:
        yield page


def offers(page: Browser) -> bool:
    page.open("chrome://histograms/PasswordBubble.DisplayDisposition")
    return "DisplayDisposition recorded" in page.run(HISTOGRAM)


def saved(folder: Path) -> list[str]:
    files = list((folder / "profile" / "Default").glob("Login Data*"))
    assert files
    found = []
    for file in files:
        if not file.name.endswith("-journal"):
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
                found += [row[0] for row in database.execute("SELECT origin_url FROM logins")]
    return found


@needs_chromium
def test_chromium_offers_to_save_a_password_without_the_policies(machine, port, tmp_path):
    with chromium(machine, tmp_path / "chromium") as page:
        sign_in(page, f"http://localhost:{port}/")

        assert wait_for(lambda: offers(page), WITHIN)


@needs_chromium
def test_chromium_does_not_offer_it_at_any_site_with_them(machine, port, tmp_path):
    assert machine.run(sites="all").result["changed"]

    with chromium(machine, tmp_path / "chromium") as page:
        sign_in(page, f"http://localhost:{port}/")

        assert not wait_for(lambda: offers(page), WATCHED)
        page.open("chrome://policy")
        assert wait_for(lambda: "PasswordManagerEnabled" in page.run(POLICIES), WITHIN)
        shown = page.run(POLICIES)
    assert shown["PasswordManagerEnabled"] == "false"
    assert shown["ImportSavedPasswords"] == "false"
    assert shown["PasswordSharingEnabled"] == "false"
    assert "passwords" in shown["SyncTypesListDisabled"]
    assert saved(tmp_path / "chromium") == []


@needs_chromium
def test_chromium_offers_it_at_other_sites_than_the_official_ones(machine, port, tmp_path):
    machine.run(sites="official", official_sites=["localhost"])

    with chromium(machine, tmp_path / "chromium") as page:
        sign_in(page, f"http://localhost:{port}/")
        assert not wait_for(lambda: offers(page), WATCHED)
        sign_in(page, f"http://127.0.0.1:{port}/")
        assert wait_for(lambda: offers(page), WITHIN)


@needs_chromium
@pytest.mark.parametrize(
    ("other", "wins"), [("aa.json", False), ("zzz.json", True)], ids=["earlier", "later"]
)
def test_of_two_files_of_chromium_the_later_name_wins(machine, port, tmp_path, other, wins):
    machine.write(f"{CHROMIUM_FOLDER}/{other}", '{"PasswordManagerEnabled": true}')
    told = machine.run(sites="all").result["contradictions"]

    with chromium(machine, tmp_path / "chromium") as page:
        page.open("chrome://policy")
        assert wait_for(lambda: "PasswordManagerEnabled" in page.run(POLICIES), WITHIN)
        shown = page.run(POLICIES)["PasswordManagerEnabled"]

    assert [(one["policy"], one["wins"]) for one in told] == [("PasswordManagerEnabled", wins)]
    assert shown == str(wins).lower()


@needs_firefox
def test_firefox_offers_to_save_a_password_without_the_policies(machine, port, tmp_path):
    with firefox(tmp_path / "firefox", started_by=machine.on_it) as page:
        sign_in(page, f"http://localhost:{port}/")

        assert wait_for(lambda: page.run_in_window(OFFER) is not None, WITHIN)
        assert page.run_in_window(ACTIVE) == {}


@needs_firefox
def test_firefox_does_not_offer_it_at_any_site_with_them(machine, port, tmp_path):
    machine.write(FIREFOX_FILE, '{"policies": {"DisableTelemetry": true}}')
    machine.run(sites="all")

    with firefox(tmp_path / "firefox", started_by=machine.on_it) as page:
        sign_in(page, f"http://localhost:{port}/")

        assert not wait_for(lambda: page.run_in_window(OFFER) is not None, WATCHED)
        assert page.run_in_window(ACTIVE) == {
            "DisableTelemetry": True, "PasswordManagerEnabled": False, "OfferToSaveLogins": False,
        }  # fmt: skip
        assert page.run_in_window("return Services.prefs.prefIsLocked('signon.rememberSignons')")
        assert page.run_in_window(SAVED) == 0
    assert not (tmp_path / "firefox" / "profile" / "logins.json").exists()


@needs_firefox
def test_firefox_offers_it_at_other_sites_than_the_official_ones(machine, port, tmp_path):
    machine.run(sites="official", official_sites=[f"http://localhost:{port}"])

    with firefox(tmp_path / "firefox", started_by=machine.on_it) as page:
        sign_in(page, f"http://localhost:{port}/")
        assert not wait_for(lambda: page.run_in_window(OFFER) is not None, WATCHED)
        sign_in(page, f"http://127.0.0.1:{port}/")
        assert wait_for(lambda: page.run_in_window(OFFER) is not None, WITHIN)


@needs_firefox
def test_of_an_official_site_its_subdomains_are_official_in_firefox(machine, tmp_path):
    machine.run(sites="official", official_sites=["town.example"])
    asked = "return Services.logins.getLoginSavingEnabled({})"

    with firefox(tmp_path / "firefox", started_by=machine.on_it) as page:
        told = {
            site: page.run_in_window(asked.format(repr(site)))
            for site in (
                "https://town.example", "https://mail.town.example", "http://town.example",
                "https://town.example:8443", "https://nottown.example",
            )
        }  # fmt: skip

    assert told == {
        "https://town.example": False,
        "https://mail.town.example": False,
        "http://town.example": True,
        "https://town.example:8443": True,
        "https://nottown.example": True,
    }
