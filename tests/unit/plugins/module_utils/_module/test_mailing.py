# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The mail as it goes over the wire, and what is refused before one is sent; the sending is tested
on a real mail server (test_warn.py)."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import date, datetime, timezone
from email.policy import default
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._core.notices import (
    WORDINGS,
    Notice,
    mail_text,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.warnings import WarningRecord
from ansible_collections.civic.mailbox.plugins.module_utils._module.mailing import (
    Attachment,
    Mail,
    as_bytes,
    intended,
    no_address,
    refuse_senseless,
    warnings,
)

NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)
DUE = date(2019, 1, 20)
ADDRESS = "nguyenthithanhhuyen@cambinh.quangninh.gov.vn"
SENDER = "cntt@cambinh.quangninh.gov.vn"


def mail(
    address: str = ADDRESS, office: str = "Ủy ban nhân dân phường Cẩm Bình", sender: str = SENDER
) -> Mail:
    notice = Notice(
        subject=address, unit="Công an phường", last_sign_in="", last=None, since=DUE, months=3,
        idle_from=None,
    )  # fmt: skip
    subject, text = mail_text(notice, WORDINGS, due=DUE, office=office, contact="Bộ phận CNTT")
    sent = intended({"sender": sender}, address, "run") | {"sent_at": NOW}
    record = WarningRecord(**sent, last_sign_in="", due=DUE)
    return Mail(record=record, subject=subject, text=text, shown={})


NAMED = f"Ủy ban nhân dân phường Cẩm Bình <{SENDER}>"
MAILS = [
    ("as most are",              mail(),                           SENDER),
    ("to letters of Vietnam",    mail("nguyễn@cambinh.gov.vn"),    SENDER),
    ("from an office by name",   mail(sender=NAMED),               NAMED),
    ("of an office without end", mail(office="Ủy ban " * 400),     SENDER),
]  # fmt: skip


@pytest.mark.parametrize(("one", "sender"), [pytest.param(*case, id=name) for name, *case in MAILS])
def test_what_is_sent_is_read_as_it_was_written_and_no_line_is_too_long(one, sender):
    record = one.record
    sent = as_bytes(sender, one, record)

    # RFC 5322, 2.1.1: 998 octets at most, and 78 are better
    assert [line for line in sent.split(b"\r\n") if len(line) > 78] == []
    assert b"\n" not in sent.replace(b"\r\n", b"")
    read = email.message_from_bytes(sent, policy=default)
    assert read.defects == []
    assert read["Subject"] == one.subject
    assert _letters(read["To"].addresses[0].addr_spec) == record.subject
    assert read["From"].addresses[0].addr_spec == SENDER
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Date"].datetime == NOW
    assert re.fullmatch(r"<[^<>@\s]+@cambinh\.quangninh\.gov\.vn>", record.message_id)
    assert read["Message-ID"] == record.message_id
    assert read.get_content().splitlines() == one.text.splitlines()


def _letters(header: str) -> str:
    """What Python's parser leaves as bytes of a header in UTF-8 (RFC 6532)."""
    return header.encode("ascii", "surrogateescape").decode()


def params(**known: Any) -> dict[str, Any]:
    return {
        "per_minute": 60,
        "max_mails": 1,
        "timeout": 1,
        "sender": SENDER,
        "contact": "x",
        **known,
    }


@pytest.mark.parametrize("sender", [SENDER, f"Cẩm Bình <{SENDER}>", f'"Phường, xã" <{SENDER}>'])
def test_a_sender_may_have_a_name(sender):
    refuse_senseless(params(sender=sender))


SENSELESS = [
    # what is wrong                      the options                            what is said
    ("no mails a minute",                {"per_minute": 0},                     "per_minute, max_mails and timeout"),
    ("no mails",                         {"max_mails": 0},                      "per_minute, max_mails and timeout"),
    ("no time",                          {"timeout": -1},                       "per_minute, max_mails and timeout"),
    ("a contact without a word",         {"contact": " "},                      "contact has to be one line"),
    ("a contact of two lines",           {"contact": "a\nb"},                   "contact has to be one line"),
    ("a sender of two lines",            {"sender": "a@b\r\nBcc: c@d"},         "sender has to be one line"),
    ("a sender that is no address",      {"sender": "office"},                  "sender: office is no mail address"),
    ("a sender without a domain",        {"sender": "office@"},                 "sender: office@ is no mail address"),
    ("a sender without a name there",    {"sender": "@town.example"},           "sender: @town.example is no mail address"),
    ("an address with other letters",    {"sender": "phường@town.example"},     "is no mail address"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "said"), [pytest.param(*case, id=name) for name, *case in SENSELESS]
)
def test_what_makes_no_sense_is_refused(known, said):
    with pytest.raises(MailboxError, match=re.escape(said)):
        refuse_senseless(params(**known))


ADDRESSES = [
    # what it is                     the address                       what is said
    ("one",                          ADDRESS,                          ""),
    ("one with other letters",       "phường@town.example",            ""),
    ("none",                         "clerk",                          "no mail address"),
    ("one with an end of a line",    "clerk\r\nBcc: x@town.example",   "an end of a line"),
    ("one with a zero byte",         "clerk\0@town.example",           "an end of a line"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "said"), [pytest.param(*case, id=name) for name, *case in ADDRESSES]
)
def test_what_no_mail_can_be_sent_to_is_told(address, said):
    reason = no_address(address)

    assert (said in reason, bool(reason)) == (True, bool(said))
    if not reason:
        as_bytes(SENDER, mail(address), mail(address).record)


READ_ON_THE_WAY = [
    # how                                the options                                         what is said
    ("in clear",                         {"secure": "never"},                                "goes over the network in clear"),
    ("to anybody who says so",           {"validate_certs": False},                          "validate_certs is off"),
    ("by TLS",                           {},                                                 ""),
    ("in clear, on this machine",        {"secure": "never", "host": "127.0.0.1"},           ""),
    ("in clear, without a password",     {"secure": "never", "password": None},              ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "said"), [pytest.param(*case, id=name) for name, *case in READ_ON_THE_WAY]
)
def test_a_password_that_others_can_read_is_warned_of(known, said):
    how = {
        "host": "mail.town.example",
        "password": "p",
        "secure": "starttls",
        "validate_certs": True,
    }
    told = warnings(params(**{**how, **known}))

    assert [said in one for one in told] == ([True] if said else [])


def test_files_go_along_as_they_are(tmp_path):
    contents = {"letter-vi.docx": b"PK\x00\xff", "answer-vi.csv": '\ufeff"Địa chỉ"\r\n'.encode()}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    files = tuple(Attachment(path=tmp_path / name, name=f"Trường-{name}") for name in contents)
    whole = replace(mail(), attachments=files)

    read = email.message_from_bytes(as_bytes(SENDER, whole, whole.record), policy=default)

    got = {part.get_filename(): part for part in read.iter_attachments()}
    assert {name: part.get_payload(decode=True) for name, part in got.items()} == {
        f"Trường-{name}": content for name, content in contents.items()
    }
    assert got["Trường-answer-vi.csv"].get_content_type() == "text/csv"
    assert "Bộ phận CNTT" in read.get_body(("plain",)).get_content()


def test_a_file_that_is_gone_is_named(tmp_path):
    whole = replace(mail(), attachments=(Attachment(path=tmp_path / "gone.pdf", name="x"),))

    with pytest.raises(MailboxError, match=r"cannot read .*gone\.pdf: No such file"):
        as_bytes(SENDER, whole, whole.record)
