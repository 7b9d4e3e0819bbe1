# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mail of listed senders on a real Postfix: taken before, tagged or refused, and taken again."""

from __future__ import annotations

import json
import os
import signal
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import process
from ansible_collections.civic.mailbox.lab.clients import await_postfix, postfix_reloads, rewrite
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    SeenMailHost,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.service_signup import (
    SERVICE_SIGNUP,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import Finding, Subject
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import changes_for, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import read_sender_table
from ansible_collections.civic.mailbox.plugins.module_utils._mail import sender_table
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user_files import replace_regular
from ansible_collections.civic.mailbox.plugins.modules import forwarding, mail_info
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import context

from .module_run import Ran, run_module
from .redirecting_lab import MailLab, redirecting_lab

LISTED, BELOW, OTHER = "a@shop.example", "a@mail.shop.example", "a@workshop.example"
HEADER = "X-Listed-Sender"
TABLE = "civic_mailbox_listed_senders"


class SendersLab:
    """A lab, what mail does there, and the modules that read and write."""

    def __init__(self, mail: MailLab) -> None:
        self.mail, self.folder = mail, Path(mail.info["postfix"]["config"])
        self.options = {"name": "mail1", "dovecot": False, "postfix_config": str(self.folder)}

    def plan(self, way: str, run_dir: Path) -> str:
        """The file with what the audit plans for this host now; "" for nothing."""
        run_dir.mkdir(exist_ok=True)
        ran = run_module(
            mail_info.main,
            {**self.options, "parts": ["submission"], "run_dir": str(run_dir)},
        )
        assert ran.status == 0, ran.output
        snapshot = Path(ran.result["path"]).read_text()
        records = map(json.loads, snapshot.splitlines())
        (record,) = (one for one in records if one["record"] == "listed_senders")
        asked = context()
        wanted = replace(
            asked.policy.service_signup, domains=frozenset({"shop.example"}), listed_senders=way
        )
        asked = replace(asked, policy=replace(asked.policy, service_signup=wanted))
        host = SeenMailHost(name="mail1", submissions=(), senders=read_sender_table(record))
        assert SERVICE_SIGNUP.mail_host
        lines = [
            f"{to_line(change)}\n"
            for verdict in SERVICE_SIGNUP.mail_host(host, asked)
            for change in changes_for(_finding(verdict))
        ]
        (run_dir / "plan.jsonl").write_text("".join(lines))
        return str(run_dir / "plan.jsonl") if lines else ""

    def run(self, run_dir: Path, *, check: bool = False, prepare: Any = int, **options: Any) -> Ran:
        given = {**self.options, "run_dir": str(run_dir), **options}
        given |= {"_ansible_check_mode": check, "_ansible_diff": True}
        reloads = postfix_reloads(self.mail.info)
        ran = run_module(forwarding.main, given, prepare=prepare)
        assert "Traceback" not in ran.output
        if ran.status == 0 and ran.result["changed"] and not check:
            await_postfix(self.mail.info, reloads)
        return ran

    def sent(self, sender: str) -> tuple[str, list[list[str]]]:
        """What the server says to one message to two people, and the headers that arrive."""
        subject = f"{sender} {len(self.headers())}"
        users = list(self.mail.users.values())
        try:
            with smtplib.SMTP(self.mail.info["host"], self.mail.info["ports"]["smtp"]) as client:
                client.sendmail(sender, users, f"Subject: {subject}\n\nHello.\n")
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            return f"{error.smtp_code} {error.smtp_error!r}", []
        self.mail.settle()
        return "", [tags for found, tags in self.headers() if found == subject]

    def headers(self) -> list[tuple[str, list[str]]]:
        files = [
            path
            for name in self.mail.users
            for part in ("cur", "new")
            for path in self.mail.home(name).glob(f"Maildir/**/{part}/*")
        ]
        messages = (message_from_bytes(path.read_bytes()) for path in files)
        return [(str(one["Subject"]), one.get_all(HEADER, [])) for one in messages]

    def texts(self) -> dict[str, bytes]:
        return {one.name: one.read_bytes() for one in self.folder.iterdir() if one.is_file()}


def _finding(verdict: Verdict) -> Finding:
    return Finding(
        control=SERVICE_SIGNUP, about=Subject(name="mail1"), status=verdict.status, verdict=verdict
    )


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SendersLab]:
    with redirecting_lab(tmp_path_factory.mktemp("lab") / "lab", ["one", "two"]) as mail:
        yield SendersLab(mail)


def test_mail_is_tagged_then_refused_then_taken_as_before(lab, tmp_path):
    before = lab.texts()
    tag, reject = tmp_path / "tag", tmp_path / "reject"
    assert lab.sent(LISTED) == ("", [[], []])

    changes = lab.plan("tag", tag)
    shown = lab.run(tag, check=True, changes=changes).result
    assert lab.texts() == before
    done = lab.run(tag, changes=changes).result
    assert (done["changed"], done["diff"]) == (True, shown["diff"])
    (diff,) = done["diff"]
    assert diff["before"] == ""
    assert f".shop.example PREPEND {HEADER}: shop.example\n" in diff["after"]
    assert (
        f"\nsmtpd_data_restrictions = check_sender_access texthash:{lab.folder}/{TABLE}\n"
        in diff["after"]
    )
    assert set(lab.texts()) - set(before) == {TABLE}
    assert lab.sent(LISTED) == ("", [["shop.example"], ["shop.example"]])  # once for each mailbox
    assert lab.sent(BELOW) == ("", [["shop.example"], ["shop.example"]])
    assert lab.sent(OTHER) == ("", [[], []])
    assert lab.run(tag, changes=changes).result["changed"] is False
    assert lab.plan("tag", tmp_path / "again") == ""

    between = lab.texts()
    assert lab.run(reject, changes=lab.plan("reject", reject)).result["changed"]
    said, _ = lab.sent(BELOW)
    assert said.startswith("554")
    assert "5.7.1" in said
    assert "Official addresses take no mail" in said
    assert lab.sent(OTHER) == ("", [[], []])

    assert lab.run(reject, state="restored").result["changed"]
    assert lab.texts() == between
    assert lab.run(tag, state="restored", check=True).result["changed"]
    assert lab.texts() == between
    assert lab.run(tag, state="restored").result["changed"]
    assert lab.texts() == before
    assert lab.run(tag, state="restored").result["changed"] is False
    assert lab.sent(LISTED) == ("", [[], []])


OWN = "# first\nsmtpd_data_restrictions =\n# between\n  reject_unauth_pipelining\n\npolicy = 1"


def test_what_others_wrote_stays(lab, tmp_path):
    main = lab.folder / "main.cf"
    original = main.read_text()
    try:
        rewrite(main, original + OWN)
        before = lab.texts()
        changes = lab.plan("reject", tmp_path)
        assert lab.run(tmp_path, changes=changes).result["changed"]
        value = process.run("postconf", "-c", str(lab.folder), "-h", "smtpd_data_restrictions")
        asked = f"check_sender_access texthash:{lab.folder}/{TABLE}, reject_unauth_pipelining"
        assert value.strip() == asked
        table = lab.folder / TABLE
        written = table.read_text()
        table.write_text(f"{written}by.hand.example OK\n")
        (left,) = lab.run(tmp_path, state="restored").result["left"]
        assert "changed since" in left["reason"]
        table.write_text(written)
        assert lab.run(tmp_path, state="restored").result["changed"]
        assert lab.texts() == before
        table.write_text("mine.example OK\n")
        (left,) = lab.run(tmp_path / "other", changes=changes).result["left"]
        assert "was not made by this module" in left["reason"]
        table.unlink()
        rewrite(main, original + "smtpd_data_restrictions = no_such_thing:\nnonsense\n")
        before = lab.texts()
        ran = lab.run(tmp_path / "broken", changes=changes)
        assert ran.status == 1
        assert lab.texts() == before
    finally:
        rewrite(main, original)


def die_at_main_cf(when: str) -> Callable[[], None]:
    """The process kills itself just before main.cf is replaced, or just after."""

    def replaced(*given: Any) -> None:
        if when == "after":
            replace_regular(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    def prepare() -> None:
        setattr(sender_table, "replace_regular", replaced)  # noqa: B010

    return prepare


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_was_killed_is_finished_and_undone(lab, tmp_path, when):
    before = lab.texts()
    changes = lab.plan("tag", tmp_path)
    die = die_at_main_cf(when)
    assert lab.run(tmp_path, changes=changes, prepare=die).status == -signal.SIGKILL
    assert set(lab.texts()) - set(before) >= {TABLE}
    assert lab.run(tmp_path, changes=changes).status == 0
    assert lab.plan("tag", tmp_path / "again") == ""
    assert lab.run(tmp_path, state="restored", prepare=die).status == -signal.SIGKILL
    assert lab.run(tmp_path, state="restored").status == 0
    assert lab.texts() == before
