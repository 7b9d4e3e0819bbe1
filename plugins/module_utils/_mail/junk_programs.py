# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The scripts and programs of a mail host that handles junk: what they do, as text.

A Sieve script hands a message to a program that does nothing but call the filter's own. The warning
of a quota is a message that Dovecot delivers.
"""

from __future__ import annotations

import shlex
from base64 import b64encode
from collections.abc import Sequence

LEARN_SPAM, LEARN_HAM = "civic_mailbox_learn_spam", "civic_mailbox_learn_ham"
REPORT_SPAM, REPORT_HAM = "report_spam.sieve", "report_ham.sieve"
QUOTA_WARNING = "quota_warning"

_MADE_BY = (
    "# Made by the Ansible module civic.mailbox.spam_handling: change it with that module, not\n"
    "# by hand.\n"
)
_PATH = "/usr/local/bin:/usr/bin:/bin"
_SUBJECT = "Hộp thư sắp đầy / Your mailbox is nearly full"
_WARNING = """\
Hộp thư của ông/bà đã dùng $percent% dung lượng. Khi đầy, hộp thư không nhận được thư nữa.
Đề nghị xóa thư rác và thư không cần, rồi dọn sạch thùng rác.

Your mailbox has used $percent% of its space. Once it is full, it gets no more mail.
Please delete junk and what is not needed, and empty the trash."""


def report_spam() -> str:
    """What is moved into a folder for junk."""
    return (
        f'{_MADE_BY}require ["copy", "imapsieve", "vnd.dovecot.pipe"];\n'
        f'pipe :copy :try "{LEARN_SPAM}";\n'
    )


def report_ham(others: Sequence[str]) -> str:
    """What is moved out of it, but into none of these folders."""
    names = ", ".join(map(_sieve_text, others))
    return (
        f'{_MADE_BY}require ["copy", "environment", "imapsieve", "vnd.dovecot.pipe"];\n'
        f'if not environment :is "imap.mailbox" [{names}] {{\n'
        f'  pipe :copy :try "{LEARN_HAM}";\n}}\n'
    )


def learn(command: Sequence[str]) -> str:
    """A program that hands its input to this one."""
    # Dovecot gives it no PATH.
    return f"#!/bin/sh\n{_MADE_BY}export PATH={_PATH}\nexec {shlex.join(command)}\n"


def quota_warning(deliver: Sequence[str], postmaster: str) -> str:
    """A program that mails a user, its second argument, how full the mailbox is: the first.

    `deliver` is the command that has a message of standard input delivered, but for the user;
    `postmaster` the sender; "": that of the user's domain.
    """
    sender = shlex.quote(postmaster) if postmaster else '"postmaster${user#"${user%%@*}"}"'
    subject = b64encode(_SUBJECT.encode()).decode()
    return (
        f"#!/bin/sh\n{_MADE_BY}"
        f"export PATH={_PATH}\n"
        f"percent=$1 user=$2 sender={sender}\n"
        f'exec {shlex.join(deliver)} -d "$user" <<END\n'
        "From: <$sender>\n"
        "To: <$user>\n"
        f"Subject: =?UTF-8?B?{subject}?=\n"
        "Date: $(date -R)\n"
        "Auto-Submitted: auto-generated\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        f"\n{_WARNING}\nEND\n"
    )


def quoted(name: str) -> str:
    """A name as Dovecot's configuration has it."""
    return _sieve_text(name)


def _sieve_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
