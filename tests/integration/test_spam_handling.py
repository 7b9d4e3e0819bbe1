# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""spam_handling on a real Dovecot: what users do with junk, and what then happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab.clients import rewrite, wait_for
from ansible_collections.civic.mailbox.plugins.module_utils._mail import junk_block
from ansible_collections.civic.mailbox.plugins.modules import mail_info

from .junk_lab import IS_OLD, USER, JunkLab, junk_lab
from .module_run import die_at, run_module

MARKED = (
    "namespace inbox {{\n  prefix = INBOX.\n  separator = .\n  mailbox Spam {{\n"
    "    special_use = \\Junk\n    auto = create\n    {}\n  }}\n}}\n"
)


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JunkLab]:
    with junk_lab(tmp_path_factory.mktemp("junk")) as lab:
        yield lab


@pytest.fixture(scope="module")
def handled(mail: JunkLab) -> JunkLab:
    """The lab with junk handled, by a run that did what check mode had told."""
    told = mail.run(check=True)
    assert mail.files() == mail.before
    done = mail.set()
    assert (done["changed"], done["filter"]) == (True, "rspamd")
    assert [done[key] for key in ("files", "diff")] == [told.result[k] for k in ("files", "diff")]
    assert any("mail_uid names no account" in one for one in done["problems"])
    return mail


def test_a_second_run_changes_nothing(handled):
    before = handled.files()

    again = handled.set()

    assert (again["changed"], again["files"], again["diff"]) == (False, [], [])
    assert handled.files() == before


def test_what_is_moved_into_junk_is_learned_and_what_is_moved_out_but_to_trash(handled):
    handled.append("INBOX", "prize")
    handled.move("prize", "INBOX", "Junk")
    assert handled.learned() == [(USER, "learn_spam", "prize")]

    handled.append("Junk", "lottery")
    assert handled.learned() == [(USER, "learn_spam", "lottery")]

    handled.move("prize", "Junk", "INBOX")
    assert handled.learned() == [(USER, "learn_ham", "prize")]

    handled.move("lottery", "Junk", "Trash")
    assert handled.learned() == []
    assert (handled.subjects("INBOX"), handled.subjects("Trash")) == (["prize"], ["lottery"])


def test_a_filter_that_fails_does_not_keep_anybody_from_moving_mail(handled):
    handled.append("INBOX", "offer")
    program = handled.programs / "rspamc"
    text = program.read_text()
    program.write_text("#!/bin/sh\nexit 75\n")
    try:
        handled.move("offer", "INBOX", "Junk")
    finally:
        program.write_text(text)

    assert "offer" in handled.subjects("Junk")
    assert handled.learned() == []


def test_what_is_too_old_goes_and_what_is_not_stays(handled):
    """Dovecot counts from when a message came into the folder: the time is made shorter."""
    file = handled.config.with_name(junk_block.FILE)
    before = file.read_text()
    handled.append("Junk", "old")
    assert [one.subject for one in handled.learned()] == ["old"]
    assert "old" in handled.subjects("Junk")

    assert before.count("autoexpunge = 30 days") == 2
    rewrite(file, before.replace("autoexpunge = 30 days", "autoexpunge = 1 secs", 1))
    handled.reload()
    try:
        assert wait_for(lambda: not handled.subjects("Junk"))
        assert handled.subjects("Trash") == ["lottery"]  # has its own 30 days
    finally:
        rewrite(file, before)
        handled.reload()


def test_the_owner_of_a_mailbox_that_fills_up_is_told(handled):
    handled.append("INBOX", "photos", size=950_000)

    found = wait_for(lambda: [one for one in handled.subjects("INBOX") if "UTF-8" in one])

    assert "nearly full" in str(make_header(decode_header(found[0])))
    assert len(found) == 1


def test_the_audit_reads_what_was_set_and_who_has_filled_a_mailbox(handled, tmp_path):
    homes = sorted(Path(handled.info["dovecot"]["homes"]).glob("*/*"))
    options = {"run_dir": str(tmp_path), "name": "mail1", "parts": ["spam_handling"]}
    given = {**options, "dovecot_config": str(handled.config), "postfix": False}

    result = run_module(mail_info.main, given).result

    assert result["counts"] == {"spam_handling": 1, "quota": 2, "quotas": 1}
    text = (tmp_path / "snapshot/mail-mail1.jsonl").read_text()
    assert '{"name":"Junk","use":"junk","seconds":2592000,"learns":true}' in text
    assert '{"name":"Trash","use":"trash","seconds":2592000,"learns":false}' in text
    assert '"quotas":["User quota"],"warnings":[90]' in text
    assert '"mail":"seen-by-dovecot@quangninh.gov.vn","percent":93' in text
    assert f'"mail":"{USER}","percent":9' in text
    assert '"unlimited":0,"unread":0,"failure":""' in text
    # Nobody who had no home was given one.
    assert sorted(Path(handled.info["dovecot"]["homes"]).glob("*/*")) == homes


def test_what_was_set_is_changed_and_taken_back_to_the_byte(handled):
    changed = handled.set(junk_days=7, quota_warning_percent=80)
    assert [Path(one).name for one in changed["files"]] == [junk_block.FILE]
    assert "autoexpunge = 7 days" in changed["diff"][0]["after"]

    undone = handled.set(state="absent")

    assert undone["changed"]
    assert handled.files() == handled.before
    assert not handled.set(state="absent")["changed"]
    handled.append("INBOX", "later")
    handled.append("Junk", "later")
    assert handled.learned() == []


def test_a_folder_that_is_marked_is_used_with_what_is_said_of_it(mail):
    with mail.saying(MARKED.format("autoexpunge = 20 days")):
        mail.set(trash_days=0)
        written = mail.config.with_name(junk_block.FILE).read_text()
        assert ("30 days" in written, '"Junk"' in written) == (False, False)

        mail.append("INBOX", "marked")
        mail.move("marked", "INBOX", "INBOX.Spam")
        assert [one.command for one in mail.learned()] == ["learn_spam"]
        mail.move("marked", "INBOX.Spam", "INBOX")
        assert [one.command for one in mail.learned()] == ["learn_ham"]


@pytest.mark.ansible
def test_a_time_that_is_too_long_is_told_and_nothing_is_written(mail):
    with mail.saying(MARKED.format("autoexpunge = 90 days")):
        before = mail.files()

        ran = mail.run()

        assert ran.status == 1
        assert "has autoexpunge = 90 days for Spam, and the policy asks for 30 days" in ran.message
        assert mail.files() == before


def test_a_script_and_a_warning_of_the_office_stay_what_they_are(mail):
    text = (
        "plugin {\n  imapsieve_mailbox1_name = Junk\n  imapsieve_mailbox1_causes = COPY\n"
        "  imapsieve_mailbox1_before = file:/etc/office.sieve\n"
        "  quota_warning = storage=75%% office-warning %u\n}\n"
        "namespace inbox {\n  mailbox Junk {\n    special_use = \\Junk\n  }\n}\n"
        if IS_OLD
        else "namespace inbox {\n  mailbox Junk {\n    special_use = \\Junk\n"
        "    sieve_script office {\n      type = before\n      cause = copy\n"
        "      path = /etc/office.sieve\n    }\n  }\n}\n"
        'quota "User quota" {\n  warning office {\n    quota_storage_percentage = 75\n'
        "    execute office-warning {\n    }\n  }\n}\n"
    )
    with mail.saying(text):
        done = mail.set()

        assert done["filter"] == ""
        written = mail.config.with_name(junk_block.FILE).read_text()
        assert "report_spam" not in written
        assert "warning" not in written
        assert written.count("autoexpunge = 30 days") == 2


def test_without_a_filter_nothing_learns_and_that_is_told(mail):
    program = mail.programs / "rspamc"
    hidden = program.rename(program.with_name("hidden"))
    try:
        with mail.saying(""):
            done = mail.set()
            assert any(
                "Neither rspamd (rspamc) nor SpamAssassin" in one for one in done["problems"]
            )
            names = {Path(one).name for one in done["files"]}
            assert names == {junk_block.FILE, "dovecot.conf", "quota_warning"}
            refused = mail.run(filter="spamassassin")
            assert "sa-learn of SpamAssassin is not installed" in refused.message
    finally:
        hidden.rename(program)


def test_what_doveconf_refuses_is_never_in_place(mail):
    def break_it() -> None:
        junk_block._HEADER = "nonsense = yes {\n"

    ran = mail.run(prepare=break_it)

    assert (ran.status, "doveconf" in ran.message) == (1, True)
    assert mail.files() == mail.before


@pytest.mark.parametrize("step", [3, 12, 20])
def test_a_run_that_was_killed_is_finished_by_the_next_one(mail, step):
    with mail.saying(""):
        killed = mail.run(prepare=die_at(step, on_files=True))
        assert killed.status < 0

        assert mail.set()["changed"]

        mail.append("Junk", f"after {step}")
        assert [one.command for one in mail.learned()] == ["learn_spam"]
        left = [name for name in os.listdir(mail.config.parent) if "copy" in name or "part" in name]
        assert left == []
    assert mail.files() == mail.before
