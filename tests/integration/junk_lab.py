# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lab whose users move mail about, a spam filter that notes what it is to learn, spam_handling.

The filter stands where rspamd's program would: everything before and behind it is real.
"""

from __future__ import annotations

import imaplib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.civic.mailbox.lab import lifecycle, process
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    await_dovecot,
    reload_dovecot,
    rewrite,
    trust,
)
from ansible_collections.civic.mailbox.lab.population import DOMAIN
from ansible_collections.civic.mailbox.plugins.module_utils._mail import command
from ansible_collections.civic.mailbox.plugins.modules import spam_handling

from .module_run import Prepare, Ran, run_module
from .ports import free_port_base

USER = f"user000000@{DOMAIN}"
PASSWORD = "Pw-user000000-7!"
IS_OLD = process.run("dovecot", "--version").startswith("2.3.")
DOVECOT = ("doveadm", "doveconf", "dovecot", "sievec")

_LEARNER = """\
#!/bin/sh
name=$(date +%s%N)
printf '%s %s\\n' "$USER" "$*" >"{folder}/$name.part"
cat >>"{folder}/$name.part"
mv "{folder}/$name.part" "{folder}/$name.learned"
"""


class Learned(NamedTuple):
    """A message that was handed to the filter."""

    user: str
    command: str
    subject: str


class JunkLab:
    """The lab, its mailboxes, and the module."""

    def __init__(self, info: Info, programs: Path) -> None:
        self.info, self.programs = info, programs
        self.config = Path(info["dovecot"]["config"])
        self.own = self.config.read_text()
        self.before = self.files()

    @contextmanager
    def saying(self, text: str) -> Iterator[None]:
        """What the office's own configuration says besides; all as it was in the end."""
        rewrite(self.config, self.own + text)
        try:
            yield
        finally:
            self.set(state="absent")
            rewrite(self.config, self.own)
            self.reload()

    def reload(self) -> None:
        reload_dovecot(self.info)

    def run(self, *, check: bool = False, prepare: Prepare = int, **options: Any) -> Ran:
        given = {
            "dovecot_config": str(self.config),
            "_ansible_check_mode": check,
            "_ansible_diff": True,
            **options,
        }

        def with_our_programs() -> None:
            command._PATH = str(self.programs)
            prepare()

        ran = run_module(spam_handling.main, given, prepare=with_our_programs)
        assert "Traceback" not in ran.output
        await_dovecot(self.info)
        return ran

    def set(self, **options: Any) -> dict[str, Any]:
        ran = self.run(**options)
        assert ran.status == 0, ran.output
        return ran.result

    def files(self) -> dict[str, bytes]:
        """Dovecot's configuration."""
        folder = self.config.parent
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.relative_to(folder).parts[0] not in _CHANGING
        }

    def learned(self) -> list[Learned]:
        """What the filter got since this was asked last."""
        found = []
        for path in sorted(self.programs.glob("learned/*.learned")):
            who, _, text = path.read_text().partition("\n")
            user, _, command_ = who.partition(" ")
            found.append(Learned(user, command_, text.partition("Subject: ")[2].partition("\n")[0]))
            path.unlink()
        return found

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(self.info["host"], self.info["ports"]["imap"], timeout=20) as client:
            client.starttls(trust(self.info))
            client.login(USER, PASSWORD)
            yield client

    def append(self, folder: str, subject: str, size: int = 100) -> None:
        message = f"Subject: {subject}\r\n\r\n" + f"{'y' * 98}\r\n" * (size // 100)
        with self.client() as client:
            answer = client.append(folder, "", "", message.encode())
            assert answer[0] == "OK", Path(self.info["dovecot"]["log"]).read_text()[-2000:]

    def move(self, subject: str, source: str, target: str) -> None:
        with self.client() as client:
            client.select(source)
            numbers = client.uid("search", None, "subject", f'"{subject}"')[1][0].decode()
            assert numbers
            answer = client.uid("move", numbers.replace(" ", ","), target)
            assert answer[0] == "OK", answer

    def subjects(self, folder: str) -> list[str]:
        with self.client() as client:
            if client.select(folder, readonly=True)[0] != "OK":
                return []
            answer = client.uid("fetch", "1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
            texts = [part[1].decode() for part in answer if isinstance(part, tuple)]
            return [text.removeprefix("Subject: ").strip() for text in texts]


_CHANGING = ("run", "state", "last-login")


@contextmanager
def junk_lab(folder: Path) -> Iterator[JunkLab]:
    """A lab of a test file's own. No program is found but Dovecot's and the filter."""
    lifecycle.up(folder / "lab", port_base=free_port_base(), people=2)
    try:
        info = lifecycle.describe(folder / "lab")
        yield JunkLab(info, _programs(Path(info["directory"], "programs")))
    finally:
        lifecycle.down(folder / "lab")


def _programs(folder: Path) -> Path:
    (folder / "learned").mkdir(parents=True)
    (folder / "learned").chmod(0o777)
    (folder / "rspamc").write_text(_LEARNER.format(folder=folder / "learned"))
    (folder / "rspamc").chmod(0o755)
    for name in DOVECOT:
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder
