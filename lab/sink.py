# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The internet's stand-in: an SMTP server that keeps every message as a file and sends nothing on.

    python3 -m lab.sink PORT FOLDER

A recipient that begins with "reject" is refused for good (550), one with "defer" for now (451).
"""

from __future__ import annotations

import asyncio
import json
import platform
import re
import sys
import time
from asyncio import StreamReader, StreamWriter
from pathlib import Path
from typing import Any

from .layout import HOST, Layout
from .process import Probe
from .server import Server

_PATH = re.compile(r"<([^>]*)>")  # RFC 5321, 4.1.2
_REFUSALS = {"reject": "550 5.1.1 No such user", "defer": "451 4.7.1 Try again later"}


class Session:
    """One client's SMTP session (RFC 5321)."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, folder: Path) -> None:
        self._reader = reader
        self._writer = writer
        self._folder = folder
        self._sender = ""
        self._recipients: list[str] = []

    async def run(self) -> None:
        """Answer until the client leaves."""
        await self._say("220 sink.example ESMTP")
        while line := (await self._reader.readline()).decode(errors="replace").strip():
            verb = line[:4].upper()
            await self._say(await self._answer(verb, line))
            if verb == "QUIT":
                break
        self._writer.close()

    async def _answer(self, verb: str, line: str) -> str:
        if verb == "MAIL":
            self._sender, self._recipients = _address(line), []
        elif verb == "RCPT":
            return self._receive(_address(line))
        elif verb == "DATA":
            await self._say("354 Go on")
            self._store(await self._message())
        return "221 Bye" if verb == "QUIT" else "250 OK"

    def _receive(self, recipient: str) -> str:
        for start, refusal in _REFUSALS.items():
            if recipient.startswith(start):
                return refusal
        self._recipients.append(recipient)
        return "250 OK"

    async def _message(self) -> str:
        lines = []
        while (line := await self._reader.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines).decode(errors="replace")

    def _store(self, text: str) -> None:
        message = {"sender": self._sender, "recipients": self._recipients, "text": text}
        path = self._folder / f"{time.time_ns()}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(message, ensure_ascii=False))
        part.rename(path)  # appears whole or not at all

    async def _say(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode())
        await self._writer.drain()


def messages(folder: Path) -> list[dict[str, Any]]:
    """What was caught so far, oldest first: sender, recipients, text."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def _address(line: str) -> str:
    found = _PATH.search(line)
    return found[1] if found else ""


async def _serve(port: int, folder: Path) -> None:
    async def session(reader: StreamReader, writer: StreamWriter) -> None:
        await Session(reader, writer, folder).run()

    server = await asyncio.start_server(session, HOST, port, limit=1 << 24)
    await server.serve_forever()


def _folder(layout: Layout) -> Path:
    return layout.directory / "sink"


def _command(layout: Layout) -> list[str]:
    port = str(layout.port("sink"))
    return [sys.executable, "-m", "lab.sink", port, str(_folder(layout))]


SINK = Server(
    name="sink",
    title="Capture sink",
    packages=(),
    probes=(Probe(port="sink", expect=b"220"),),
    version=platform.python_version,
    prepare=lambda layout: _folder(layout).mkdir(),
    command=_command,
    describe=lambda layout: {"folder": str(_folder(layout))},
)

if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
