# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from string import Template
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_wording import reworded
from ansible_collections.civic.mailbox.plugins.module_utils._core.notices import (
    ENGLISH,
    PLACEHOLDERS,
    VIETNAMESE,
    WORDINGS,
    Notice,
    Wording,
    mail_text,
    notice_of,
)

ADDRESS = "nguyenthithanhhuyen@cambinh.quangninh.gov.vn"
DUE = date(2019, 1, 20)
NOTICE = Notice(
    subject=ADDRESS, unit="Ban Chỉ huy Quân sự phường Cẩm Bình", last_sign_in="2018-10-05T01:00:00Z",
    last=date(2018, 10, 5), since=None, months=3, idle_from=date(2019, 1, 6),
    facts={"mail": ADDRESS, "login": "huyen"},
)  # fmt: skip
NEVER_USED = replace(NOTICE, last_sign_in="", last=None, since=date(2018, 9, 1))
OFFICE = "Ủy ban nhân dân phường Cẩm Bình"
CONTACT = "Bộ phận CNTT, 0203 3835 687"
EACH = [pytest.param(wording, id=wording.language) for wording in WORDINGS]


def text_of(notice: Notice, *wordings: Wording, due: date = DUE) -> tuple[str, str]:
    return mail_text(notice, wordings, due=due, office=OFFICE, contact=CONTACT)


# Who gets one


def seen(at: str | None, source: str = "pwdLastSuccess") -> dict[str, Any]:
    return {"what": "last sign-in", "value": "", "source": source, "at": at}


def finding(**known: Any) -> dict[str, Any]:
    whole = {
        "control": "idle-mailbox", "subject": ADDRESS, "unit": "Công an phường", "status": "pass",
        "due": "2019-01-06", "params": {"last": "2018-10-05", "months": 3},
        "evidence": [seen("2018-10-05T01:00:00Z")], "facts": {"mail": ADDRESS, "login": "huyen"},
    }  # fmt: skip
    return whole | known


ASKED = [
    # the finding                        what it says                                overdue too  notice
    ("idle soon",                        {},                                              False, True),
    ("idle soon, overdue ones as well",  {},                                              True,  True),
    ("idle",                             {"status": "fail", "due": None},                 True,  True),
    ("idle, those only who will be",     {"status": "fail", "due": None},                 False, False),
    ("in use",                           {"due": None},                                   True,  False),
    ("not known",                        {"status": "unknown"},                           True,  False),
    ("exempt",                           {"status": "exempt"},                            True,  False),
    ("of another control, soon",         {"control": "default-password"},                 True,  False),
    ("of another control, failed",       {"control": "default-password", "status": "fail"}, True, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "overdue", "asks"), [pytest.param(*case, id=name) for name, *case in ASKED]
)
def test_who_is_to_be_told(known, overdue, asks):
    assert (notice_of(finding(**known), include_overdue=overdue) is not None) is asks


def test_a_notice_says_what_the_finding_says():
    assert notice_of(finding(unit=NOTICE.unit), include_overdue=False) == NOTICE


def test_a_finding_of_an_older_audit_tells_address_and_unit_of_its_facts():
    older = finding()
    del older["facts"]

    facts = notice_of(older, include_overdue=False).facts

    assert facts == {"mail": ADDRESS, "unit": older["unit"]}


def test_where_no_sign_in_is_known_it_says_since_when():
    never = finding(unit=NOTICE.unit, params={"since": "2018-09-01", "months": 3}, evidence=[])

    assert notice_of(never, include_overdue=False) == NEVER_USED


SIGN_INS = [
    # what the evidence has              the evidence                                               the newest
    ("none",                             [],                                                        ""),
    ("two witnesses",                    [seen("2018-10-05T01:00:00Z"), seen("2018-10-06T01:00:00Z", "dovecot")], "2018-10-06T01:00:00Z"),
    ("the newest one first",             [seen("2018-10-06T01:00:00Z"), seen("2018-10-05T01:00:00Z", "dovecot")], "2018-10-06T01:00:00Z"),
    ("a witness that saw nobody",        [seen(None), seen("2018-10-05T01:00:00Z")],                "2018-10-05T01:00:00Z"),
    ("something else that is newer",     [seen("2018-10-05T01:00:00Z"), {"what": "account created", "at": "2018-12-01T01:00:00Z"}], "2018-10-05T01:00:00Z"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("evidence", "newest"), [pytest.param(*case, id=name) for name, *case in SIGN_INS]
)
def test_the_newest_sign_in_names_the_idle_period(evidence, newest):
    assert notice_of(finding(evidence=evidence), include_overdue=False).last_sign_in == newest


DUES = [
    # what is known            idle from            the first day of the lock, on 8 January with 14 days' notice
    ("idle already",           None,                date(2019, 1, 22)),
    ("idle before that",       date(2019, 1, 10),   date(2019, 1, 22)),
    ("idle on that day",       date(2019, 1, 22),   date(2019, 1, 22)),
    ("idle only after it",     date(2019, 2, 28),   date(2019, 2, 28)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("idle_from", "day"), [pytest.param(*case, id=name) for name, *case in DUES]
)
def test_nobody_is_locked_before_the_notice_is_over(idle_from, day):
    assert replace(NOTICE, idle_from=idle_from).locked_from(date(2019, 1, 8), 14) == day


# What it says


@pytest.mark.parametrize("wording", EACH)
@pytest.mark.parametrize("notice", [NOTICE, NEVER_USED], ids=["used", "never used"])
def test_every_placeholder_is_filled(wording, notice):
    subject, body = text_of(notice, wording)

    assert "$" not in subject + body
    assert "{" not in subject + body
    for value in (ADDRESS, NOTICE.unit, OFFICE, CONTACT, "20/01/2019", " 3 "):
        assert value in body.replace("\n", " ")
    assert ADDRESS in subject
    assert "20/01/2019" in subject


@pytest.mark.parametrize("wording", EACH)
def test_each_wording_uses_every_placeholder_there_is(wording):
    used = Template(wording.subject + wording.body).get_identifiers()

    assert set(used) == set(PLACEHOLDERS)
    assert Template(wording.last).get_identifiers() == ["day"]
    assert Template(wording.never).get_identifiers() == ["day"]


LAST_USE = [
    (VIETNAMESE, NOTICE,     "được đăng nhập lần gần nhất vào ngày 05/10/2018."),
    (VIETNAMESE, NEVER_USED, "chưa được đăng nhập lần nào kể từ ngày 01/09/2018."),
    (ENGLISH,    NOTICE,     "was last signed in to on 05/10/2018."),
    (ENGLISH,    NEVER_USED, "has not been signed in to since 01/09/2018."),
]  # fmt: skip


@pytest.mark.parametrize(("wording", "notice", "said"), LAST_USE)
def test_it_tells_the_day_of_the_last_sign_in_or_that_there_was_none(wording, notice, said):
    assert said in text_of(notice, wording)[1]


# RFC 5322, 2.1.1: 78 are what a reader shows well; an address as long as this one is one of many.
@pytest.mark.parametrize("wording", EACH)
@pytest.mark.parametrize("notice", [NOTICE, NEVER_USED], ids=["used", "never used"])
def test_no_line_is_longer_than_78_letters(wording, notice):
    _, body = text_of(notice, wording)

    assert [line for line in body.splitlines() if len(line) > 78] == []


PROMISES = [
    (VIETNAMESE, ["không bao giờ hỏi mật khẩu", "không kèm", "đề nghị ông/bà đăng nhập"]),
    (ENGLISH,    ["never asks for a password", "has no link", "please sign in before"]),
]  # fmt: skip


@pytest.mark.parametrize(("wording", "promised"), PROMISES)
def test_it_asks_for_nothing_and_links_to_nothing(wording, promised):
    subject, body = text_of(NOTICE, wording)

    assert [words for words in promised if words not in body] == []
    assert [sign for sign in ("http", "www.", "://", "<a") if sign in subject + body] == []


def test_in_both_languages_one_comes_after_the_other():
    subject, body = text_of(NOTICE, *WORDINGS)
    parts = [text_of(NOTICE, wording) for wording in WORDINGS]

    assert subject == f"{parts[0][0]} / {parts[1][0]}"
    assert body == f"{parts[0][1]}\n{'-' * 60}\n\n{parts[1][1]}"


ANY = st.text(min_size=1)


@given(unit=ANY, office=ANY, contact=ANY)
def test_what_a_value_has_is_said_as_it_is_and_a_subject_stays_one_line(unit, office, contact):
    own = reworded(ENGLISH, "${unit} ${office}\n[${unit}|${office}|${contact}]", "own.txt")

    subject, body = mail_text(
        replace(NOTICE, unit=unit), [own], due=DUE, office=office, contact=contact
    )

    assert f"[{unit}|{office}|{contact}]" in body
    assert len(subject.splitlines()) <= 1


# An office's own words


OWN = [
    # how the file begins       the file                             subject           text
    ("as it should",            "About ${address}\nSign in.\n",      f"About {ADDRESS}", "Sign in.\n"),
    ("with an empty line between", "Sign in\n\nBy ${due}\n",         "Sign in",        "By 20/01/2019\n"),
    ("with a byte order mark",  "\ufeffSign in\nBy ${due}",          "Sign in",        "By 20/01/2019\n"),
    ("with empty lines",        "\n\n Sign in\nBy ${due}",           "Sign in",        "By 20/01/2019\n"),
    ("with lines of Windows",   "Sign in\r\n\r\nBy ${due}\r\n",      "Sign in",        "By 20/01/2019\n"),
    ("with a dollar sign",      "Sign in\nIt costs $$5.",            "Sign in",        "It costs $5.\n"),
    ("without braces",          "Sign in\nBy $due",                  "Sign in",        "By 20/01/2019\n"),
    ("with the sentence on use", "Sign in\nIt ${last_use}.",         "Sign in",        "It was last signed in to on 05/10/2018.\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "subject", "body"), [pytest.param(*case, id=name) for name, *case in OWN]
)
def test_an_office_has_its_own_words(text, subject, body):
    assert text_of(NOTICE, reworded(ENGLISH, text, "own.txt")) == (subject, body)


WRONG = [
    # what is wrong                    the file                       what is said of it
    ("a placeholder that there is not", "Sign in\n${name}",           "line 2: ${name} is no placeholder"),
    ("two of them",                    "${nam}\n${name}",             "line 1: ${nam}; line 2: ${name} is no placeholder"),
    ("one in the subject",             "About ${name}\nSign in",      "line 1: ${name} is no placeholder"),
    ("a dollar sign alone",            "Sign in\nIt costs $5",        "line 2: a $ that begins none is no placeholder"),
    ("a brace that is not closed",     "Sign in\n${due",              "line 2: a $ that begins none is no placeholder"),
    ("one below empty lines",          "\n\nSign in\n\n${name}",       "line 5: ${name} is no placeholder"),
    ("another's name for the day",     "Sign in\n${day}",             "line 2: ${day} is no placeholder"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [pytest.param(*case, id=name) for name, *case in WRONG])
def test_what_nothing_fills_is_refused_with_those_that_there_are(text, said):
    with pytest.raises(MailboxError) as refused:
        reworded(ENGLISH, text, "/etc/own.txt")

    assert str(refused.value).startswith(f"/etc/own.txt, {said}")
    assert [name for name in PLACEHOLDERS if f"${{{name}}}" not in str(refused.value)] == []
    assert "a dollar sign is written $$" in str(refused.value)


def test_all_that_nothing_fills_is_told_at_once():
    with pytest.raises(
        MailboxError, match=r"own.txt, line 2: \$\{nam\}, \$\{name\} is no placeholder"
    ):
        reworded(ENGLISH, "Sign in\n${name} ${nam}", "own.txt")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "Sign in", "Sign in\n", "Sign in\n \n", "\ufeff", "\t\nSign in"]
)
def test_a_subject_and_a_text_are_needed(text):
    with pytest.raises(MailboxError, match=r"^own.txt: the first line is the subject, the others"):
        reworded(ENGLISH, text, "own.txt")


def test_each_language_has_its_own_of_everything():
    for item in fields(Wording):
        if item.name not in ("source", "lines_above"):
            assert getattr(VIETNAMESE, item.name) != getattr(ENGLISH, item.name)
