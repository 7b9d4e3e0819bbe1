# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A headless Chromium, driven through chromedriver (W3C WebDriver) with the standard library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--disable-dev-shm-usage",
)  # fmt: skip
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, 12.1: the key of an element


class Browser:
    """One session of a browser."""

    def __init__(self, driver: str, profile: Path, left_out: Sequence[str] = ()) -> None:
        """`left_out` are switches that the driver sets by itself, and is not to."""
        self._driver = driver
        options = {
            "binary": CHROMIUM,
            "args": [*_FLAGS, f"--user-data-dir={profile}"],
            "excludeSwitches": list(left_out),
        }
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = self._post("/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{answer['sessionId']}"

    def open(self, url: str) -> None:
        """Load a page and wait until it is there."""
        self._send("/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script gives that is run in the page: it `return`s."""
        return self._send("/execute/sync", {"script": script, "args": list(arguments)})

    def type(self, selector: str, text: str) -> None:
        """Type into an element, as a person would."""
        self._send(f"/element/{self._find(selector)}/value", {"text": text})

    def click(self, selector: str) -> None:
        """Click an element that can be seen."""
        self._send(f"/element/{self._find(selector)}/click", {})

    def tell(self, command: str, **parameters: object) -> Any:
        """Give a command of the DevTools protocol."""
        return self._send("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a log since it was last asked for: "browser" or "performance"."""
        return self._send("/se/log", {"type": kind})

    def size(self, width: int, height: int = 900) -> None:
        """Give the page a screen of so many CSS pixels."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def picture(self) -> bytes:
        """The whole page as PNG."""
        answer = self.tell("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(answer["data"])

    def pdf(self) -> bytes:
        """The page as it is printed on A4."""
        answer = self.tell("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(answer["data"])

    def close(self) -> None:
        """End the session, and with it the browser."""
        self._call("DELETE", self._session)

    def _find(self, selector: str) -> str:
        found = self._send("/element", {"using": "css selector", "value": selector})
        return str(found[_ELEMENT])

    def _send(self, path: str, body: dict[str, Any]) -> Any:
        return self._post(self._session + path, body)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._call("POST", path, json.dumps(body).encode())

    def _call(self, method: str, path: str, body: bytes | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._driver + path, body, headers, method=method)
        # Loopback only: a proxy of the environment has no business here.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(json.load(error)["value"]["message"]) from None


@contextmanager
def browser(
    folder: Path, *, started_by: Sequence[str] = (), left_out: Sequence[str] = ()
) -> Iterator[Browser]:
    """A browser with an empty profile below `folder`; gone when the block ends.

    `started_by` is a command that starts another one, and stands before it.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    with (folder / "chromedriver.log").open("w") as log:
        driver, port = _listening([*started_by, str(DRIVER), "--port=0"], home, log)
    try:
        session = Browser(f"http://127.0.0.1:{port}", folder / "profile", left_out)
        try:
            yield session
        finally:
            session.close()
    finally:
        _end(driver)


def _listening(
    command: Sequence[str], home: Path, log: TextIO
) -> tuple[subprocess.Popen[str], int]:
    """A driver that listens, and its port.

    chromedriver takes a port that is free on ::1, and ends where somebody has it on 127.0.0.1: beside
    a lab with many connections that happens.
    """
    for _ in range(20):
        driver = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True,
            env={**os.environ, "HOME": str(home)},
        )  # fmt: skip
        assert driver.stdout is not None
        said = ""
        for line in driver.stdout:
            said += line
            if "successfully on port " in line:
                return driver, int(line.rpartition("port ")[2].rstrip(".\n"))
        _end(driver)
        if "port not available" not in said:
            break
    raise AssertionError(f"chromedriver ended before it listened: {said}")


def _end(driver: subprocess.Popen[str]) -> None:
    driver.terminate()
    driver.wait(timeout=30)
    assert driver.stdout is not None
    driver.stdout.close()
