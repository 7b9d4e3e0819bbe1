# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A headless Firefox ESR, driven by its own Marionette protocol with the standard library."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

_STARTS_WITHIN = 60  # seconds
_PREFERENCES = {
    # What Firefox sets for automation switches the password manager off.
    "remote.prefs.recommended": False,
    "marionette.port": 0,  # a free one, which it writes into its profile
    "app.normandy.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}


class Firefox:
    """One session; scripts run with the rights of the browser's own window."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_STARTS_WITHIN)
        self._answers = self._socket.makefile("rb")
        self._number = 0
        self._read()
        self._tell("WebDriver:NewSession", capabilities={})

    def open(self, url: str) -> None:
        """Load a page and wait until it is there."""
        self._tell("WebDriver:Navigate", url=url)

    def type(self, selector: str, text: str) -> None:
        """Type into an element, as a person would."""
        self._tell("WebDriver:ElementSendKeys", id=self._find(selector), text=text)

    def click(self, selector: str) -> None:
        """Click an element that can be seen."""
        self._tell("WebDriver:ElementClick", id=self._find(selector))

    def run(self, script: str) -> Any:
        """What a script gives that is run in the page: it `return`s."""
        return self._tell("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def run_in_window(self, script: str) -> Any:
        """The same in the browser's window, with all its rights; `window` is that window."""
        self._tell("Marionette:SetContext", value="chrome")
        try:
            window = 'const window = Services.wm.getMostRecentWindow("navigator:browser");'
            return self.run(window + script)
        finally:
            self._tell("Marionette:SetContext", value="content")

    def close(self) -> None:
        """End the browser."""
        self._tell("Marionette:Quit", flags=["eForceQuit"])
        self._answers.close()
        self._socket.close()

    def _find(self, selector: str) -> str:
        found = self._tell("WebDriver:FindElement", using="css selector", value=selector)["value"]
        return str(next(iter(found.values())))

    def _tell(self, command: str, **parameters: object) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def _read(self) -> Any:
        length = b""
        while (byte := self._answers.read(1)) != b":":
            assert byte, "Firefox ended"
            length += byte
        return json.loads(self._answers.read(int(length)))


@contextmanager
def firefox(folder: Path, *, started_by: Sequence[str] = ()) -> Iterator[Firefox]:
    """A browser with an empty profile below `folder`; gone when the block ends."""
    profile = folder / "profile"
    profile.mkdir(parents=True)
    lines = (f"user_pref({json.dumps(n)}, {json.dumps(v)});\n" for n, v in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *started_by, str(FIREFOX), "--headless", "--marionette", "--no-remote",
                "--remote-allow-system-access", "--profile", str(profile),
            ],
            stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)},
        )  # fmt: skip
    try:
        session = Firefox(_port(profile / "MarionetteActivePort", process))
        yield session
        session.close()
        process.wait(timeout=30)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    ends = time.monotonic() + _STARTS_WITHIN
    while not file.exists() or not file.read_text():
        assert process.poll() is None, "Firefox ended before it listened"
        assert time.monotonic() < ends, "Firefox does not listen"
        time.sleep(0.1)
    return int(file.read_text())
