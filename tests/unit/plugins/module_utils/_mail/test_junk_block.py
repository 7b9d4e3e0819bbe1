# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is written for junk. That Dovecot does it: tests/integration/test_spam_handling.py."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._core.spam_handling import (
    SpamHandlingPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.junk_block import (
    JunkBlock,
    needed,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.junk_programs import (
    learn,
    quota_warning,
    report_ham,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.junk_settings import (
    Folder,
    Junk,
    Namespace,
    Root,
)

DAY = 86400
NAMES = {"junk": "Junk", "trash": "Trash"}
OLD = Junk(
    is_old=True,
    inbox=Namespace(name="inbox", prefix=""),
    folders=(),
    plugin={},
    loads_imap_sieve=False,
    runs_scripts=False,
    pipe_folder="",
    roots=(),
)
SPAM = Folder(name="Spam", uses=("junk",), seconds=0, scripts=())
BIN = Folder(name="Bin", uses=("trash",), seconds=30 * DAY, scripts=())


def block(junk: Junk = OLD, *, learns: bool = True, **stated) -> JunkBlock:
    return needed(junk, SpamHandlingPolicy(**stated), NAMES, learns=learns)


def text(junk: Junk = OLD, **stated) -> str:
    return block(junk, **stated).text(scripts=Path("/s"), warning_user="")


def test_folders_that_are_marked_are_not_doubled():
    found = block(replace(OLD, folders=(SPAM, BIN)))

    assert [(one.folder.name, one.use, one.days) for one in found.additions] == [("Spam", "", 30)]
    assert [one.name for one in found.learning] == ["Spam"]
    assert found.others == ("Spam", "Bin")


def test_a_folder_of_that_name_without_a_mark_gets_it_and_is_not_made_for_everybody():
    plain = Folder(name="Junk", uses=(), seconds=0, scripts=())

    written = text(replace(OLD, folders=(plain, BIN)))

    assert 'mailbox "Junk" {\n    special_use = \\Junk\n    autoexpunge = 30 days\n' in written
    assert "subscribe" not in written


@pytest.mark.parametrize("days", [31, 365])
def test_a_longer_time_of_the_offices_own_is_a_conflict_that_names_the_folder(days):
    longer = replace(BIN, seconds=days * DAY)

    with pytest.raises(MailHostError, match=rf"autoexpunge = {days} days for Bin"):
        block(replace(OLD, folders=(longer,)))


def test_all_that_is_there_already_leaves_nothing_to_be_written():
    there = replace(
        OLD,
        folders=(replace(SPAM, seconds=DAY, scripts=("/x.sieve",)), BIN),
        roots=(Root(name="q", warnings=(80,), prefix="quota"),),
    )

    assert block(there).is_empty


def test_a_namespace_without_a_name_cannot_be_added_to():
    with pytest.raises(MailHostError, match="has no name"):
        block(replace(OLD, inbox=Namespace(name="", prefix="INBOX.")))


def test_lists_of_the_offices_own_are_kept_and_numbers_that_are_taken_are_left():
    plugin = {
        "sieve_plugins": "sieve_extprograms sieve_office",
        "sieve_global_extensions": "+vnd.dovecot.execute",
        "imapsieve_mailbox1_name": "Archive",
        "quota": "count:q",
        "quota_warning": "storage=95%% office 95 %u",
    }
    roots = (Root(name="q", warnings=(95,), prefix="quota"),)

    written = text(replace(OLD, plugin=plugin, roots=roots, pipe_folder="/office"))

    assert "sieve_plugins = sieve_extprograms sieve_office sieve_imapsieve\n" in written
    assert "sieve_global_extensions = +vnd.dovecot.execute +vnd.dovecot.pipe\n" in written
    assert "imapsieve_mailbox2_name = Junk\n" in written
    assert "imapsieve_mailbox3_from = Junk\n" in written
    assert "imapsieve_mailbox1" not in written
    assert "sieve_pipe_bin_dir" not in written
    assert "quota_warning2 = storage=90%% civic-mailbox-quota-warning 90 %u\n" in written


def test_the_new_way_of_writing_has_scripts_in_the_folder_and_no_plugin_section():
    written = text(replace(OLD, is_old=False, roots=(Root(name="User quota", warnings=()),)))

    assert "plugin {" not in written
    assert 'imapsieve_from "Junk" {' in written
    assert 'quota "User quota" {\n  warning civic_mailbox {' in written
    assert "path = /s/report_spam.sieve" in written


def test_a_folder_that_stands_by_itself_stays_there():
    alone = replace(SPAM, in_namespace=False)

    written = text(replace(OLD, is_old=False, folders=(alone, BIN)))

    assert 'mailbox "Spam" {' in written.split("\n")
    assert "namespace" not in written


def test_without_a_filter_no_script_is_written():
    assert "sieve" not in text(learns=False)


def test_names_are_quoted_for_dovecot_sieve_and_the_shell():
    written = text(replace(OLD, folders=(replace(SPAM, name='a "b"\\c'), BIN)))

    assert r'mailbox "a \"b\"\\c" {' in written
    assert r'["a \"b\"", "x"]' in report_ham(['a "b"', "x"])
    assert learn(["/bin/x y", "-h", "a;b", "learn_spam"]).endswith(
        "exec '/bin/x y' -h 'a;b' learn_spam\n"
    )


@pytest.mark.parametrize(
    ("user", "sender"),
    [("a@town.example", "postmaster@town.example"), ("bob", "postmaster")],
)
def test_the_warning_is_a_message_to_its_user_from_the_domains_postmaster(user, sender, tmp_path):
    program = tmp_path / "warn"
    program.write_text(quota_warning(["/bin/sh", "-c", 'echo "$@"; cat', "sh"], ""))

    said = subprocess.run(["sh", program, "91", user], capture_output=True, text=True, check=True)

    assert said.stdout.startswith(f"-d {user}\nFrom: <{sender}>\nTo: <{user}>\n")
    assert "has used 91% of its space" in said.stdout
    assert "đã dùng 91% dung lượng" in said.stdout
