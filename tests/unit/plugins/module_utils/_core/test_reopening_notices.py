# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom a run's reopenings are to be told to, and the words."""

from __future__ import annotations

from datetime import date, datetime, timezone
from string import Template

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import (
    History,
    intent_line,
    read_journal,
    result_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_register import (
    MailRegister,
    to_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_notices import (
    WORDINGS,
    Opened,
    ReopeningRecord,
    mail_text,
    opened,
    read_reopenings,
    result_of_mail,
)

AT = "2019-01-10T01:00:00Z"
UNTIL = date(2019, 1, 24)


def change(control: str = "locked-mailbox", field: str = "lock", after: str = "active") -> Change:
    return Change(
        id=f"{control}-{field}", control=control, subject="an@town.example", unit="Công an",
        server="s", target="uid=an", field=field, before=("locked",), after=(after,), reason="",
        undo="", fingerprint="", account_id="id-a",
    )  # fmt: skip


def history(*changes: Change, result: str = "done", mode: str = "apply") -> History:
    lines = []
    for one in changes:
        lines.append(intent_line(at=AT, mode=mode, change=one, before={}, after={}))
        if result:
            lines.append(result_line(at=AT, mode=mode, change_id=one.id, result=result, reason=""))
    return read_journal("journal", lines)


FORCED = change("default-password", "must_change", "yes")
TOLD = [
    ("opened", history(change()), [False]),
    ("with a forced password", history(FORCED, change()), [True]),
    ("only a forced password", history(FORCED), []),
    ("not made", history(change(), result="skipped"), []),
    ("broken off", history(change(), result=""), []),
    ("a lock", history(change("idle-mailbox", after="locked")), []),
]


@pytest.mark.parametrize(("journal", "forced"), [pytest.param(*case, id=n) for n, *case in TOLD])
def test_who_is_told(journal, forced):
    assert [one.must_change for one in opened(journal)] == forced


def text(*, must_change: bool) -> str:
    one = Opened(change=change(), at=AT, must_change=must_change)
    subject, body = mail_text(
        one, WORDINGS, until=UNTIL, days=14, office="Ủy ban nhân dân phường", contact="CNTT"
    )
    return f"{subject}\n{body}"


def test_the_mail_says_until_when_and_what_then_in_both_languages():
    plain = text(must_change=False)

    assert plain.count("24/01/2019") == 2
    assert "sẽ bị khóa lại" in plain
    assert "it will be locked again" in plain
    assert "mật khẩu mặc định" not in plain
    assert "http" not in plain


def test_who_has_to_set_a_new_password_is_told_so():
    forced = text(must_change=True)

    assert "mật khẩu mặc định" in forced
    assert "still had a default password" in forced
    assert "${" not in forced


@pytest.mark.parametrize("wording", WORDINGS)
def test_lines_are_short_enough_for_every_mail_program(wording):
    lines = f"{wording.body}{wording.advice}".split("\n")

    assert max(map(len, lines)) <= 79
    assert Template(wording.body).is_valid()


def test_the_register_knows_who_was_told_of_which_opening():
    record = ReopeningRecord(
        subject="an@town.example", sent_at=datetime(2019, 1, 10, tzinfo=timezone.utc), run_id="r",
        operator="root", message_id="<1@a>", result="sent", change="c", sign_in_by=UNTIL,
    )  # fmt: skip

    register = read_reopenings("register", [to_line(record)])

    assert isinstance(register, MailRegister)
    assert result_of_mail(register, "an@town.example", "c") == "sent"
    assert result_of_mail(register, "an@town.example", "another approval") == ""
