# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import format_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import JournalError
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_register import (
    RESULTS,
    to_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.warnings import (
    Register,
    WarningRecord,
    may_be_warned,
    of_period,
    read_warnings,
    warned_at,
)

CLERK = "clerk@town.example"
NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)
JUNE, JULY, MAY = "2018-06-01T01:00:00Z", "2018-07-01T01:00:00Z", "2018-05-01T01:00:00Z"
NEVER = ""


def record(
    result: str, last_sign_in: str = JUNE, day: int = 0, mail: str = "<1@a>", subject: str = CLERK
) -> WarningRecord:
    return WarningRecord(
        subject=subject, last_sign_in=last_sign_in, due=date(2019, 1, 22), run_id="run",
        sent_at=NOW + timedelta(days=day), operator="root", message_id=mail, result=result,
    )  # fmt: skip


def register_of(*records: WarningRecord) -> Register:
    """As it stands in the file."""
    return read_warnings("/r/warnings.jsonl", map(to_line, records))


# What the register has, and what it says of an account whose newest sign-in is in June: the day of
# the first warning (None: there was none for certain), and whether one was on its way.
PERIODS = [
    # what happened                             the register                                              warned  perhaps
    ("nothing",                                 [],                                                       None,   False),
    ("sent",                                    [record("sent")],                                         0,      False),
    ("intended, then sent",                     [record("intended"), record("sent", day=1)],              1,      False),
    ("intended, then refused",                  [record("intended"), record("refused")],                  None,   False),
    ("refused before it was intended",          [record("refused")],                                      None,   False),
    ("intended, then broken off",               [record("intended")],                                     None,   True),
    ("refused once, then sent by another mail", [record("refused"), record("sent", day=2, mail="<2@a>")], 2,      False),
    ("sent, and on its way once more",          [record("sent"), record("intended", day=1, mail="<2@a>")],0,      True),
    ("sent twice counts from the first",        [record("sent", day=3), record("sent", mail="<2@a>")],    0,      False),
    ("sent in the idle period before",          [record("sent", MAY)],                                    None,   False),
    ("broken off in the idle period before",    [record("intended", MAY)],                                None,   False),
    ("sent when no sign-in was known",          [record("sent", NEVER)],                                  None,   False),
    ("sent when a later sign-in was known",     [record("sent", JULY)],                                   0,      False),
    ("broken off when a later one was known",   [record("intended", JULY)],                               None,   True),
    ("sent to somebody else",                   [record("sent", subject="chief@town.example")],           None,   False),
    ("another's mail with the same id",         [record("sent"), record("refused", subject="b@a")],       0,      False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "warned", "perhaps"), [pytest.param(*case, id=name) for name, *case in PERIODS]
)
def test_who_was_warned_in_an_idle_period(records, warned, perhaps):
    register = register_of(*records)
    at = None if warned is None else NOW + timedelta(days=warned)

    assert warned_at(register, CLERK, JUNE) == at
    assert may_be_warned(register, CLERK, JUNE) is perhaps


def test_without_any_sign_in_every_warning_is_of_the_period():
    assert warned_at(register_of(record("sent", NEVER)), CLERK, NEVER) == NOW
    assert warned_at(register_of(record("sent", JUNE)), CLERK, NEVER) == NOW


# A run looks at what sign-in is known by then (a witness may be silent, so it may be an older one),
# and its mail is sent, refused, or cut off on its way.
RUNS = st.lists(st.tuples(st.sampled_from([NEVER, MAY, JUNE, JULY]), st.sampled_from(RESULTS)))


@given(RUNS)
def test_once_in_an_idle_period_and_anew_after_each_sign_in(runs):
    lines: list[str] = []
    mailed: list[str] = []  # the sign-ins that mails rest on which arrived, or may have
    for number, (last_sign_in, result) in enumerate(runs):
        register = read_warnings("warnings.jsonl", lines)
        known = warned_at(register, CLERK, last_sign_in)
        if known is None and not may_be_warned(register, CLERK, last_sign_in):
            assert last_sign_in not in mailed
            for step in dict.fromkeys(("intended", result)):
                lines.append(to_line(record(step, last_sign_in, number, f"<{number}@a>")))
            if result != "refused":
                mailed.append(last_sign_in)
        else:
            assert max(mailed) >= last_sign_in, "nobody is left out who had no mail"

    assert mailed == sorted(set(mailed)), "a second mail only after a later sign-in"


TIMES = st.datetimes(timezones=st.just(timezone.utc)).map(lambda time: time.replace(microsecond=0))
RECORDS = st.builds(
    WarningRecord,
    subject=st.text(),
    last_sign_in=st.just(NEVER) | TIMES.map(format_time),
    due=st.dates(),
    sent_at=TIMES,
    run_id=st.text(),
    operator=st.text(),
    message_id=st.text(),
    result=st.sampled_from(RESULTS),
    reply=st.text(),
)


@given(RECORDS)
def test_what_is_written_is_read_again(one):
    line = to_line(one)

    assert "\n" not in line
    register = read_warnings("warnings.jsonl", [line])
    assert list(of_period(register, one.subject, NEVER)) == [one]


def test_letters_stay_as_they_are():
    assert "Nguyễn" in to_line(record("sent", subject="Nguyễn@town.example"))


LINE = to_line(record("sent"))


def line(**values: object) -> str:
    return json.dumps({**json.loads(LINE), **values})


NONSENSE = [
    # what is wrong                 the line
    ("no JSON",                     "nonsense"),
    ("empty",                       ""),
    ("cut off",                     LINE[:-1]),
    ("a list",                      "[]"),
    ("a number",                    "1"),
    ("nothing",                     "null"),
    ("without anything",            "{}"),
    ("without an address",          json.dumps({k: v for k, v in json.loads(LINE).items() if k != "subject"})),
    ("with more than it may have",  line(more="x")),
    ("an address that is a list",   line(subject=["a"])),
    ("an operator that is a number", line(operator=0)),
    ("a day that is none",          line(due="2019-02-30")),
    ("a day that is a number",      line(due=20190208)),
    ("a time without a zone",       line(sent_at="2019-01-08T01:00:00")),
    ("a time that is a number",     line(sent_at=1)),
    ("an LDAP time",                line(last_sign_in="20180601010000Z")),
    ("an unknown result",           line(result="perhaps")),
    ("of another control",          line(control="default-password")),
]  # fmt: skip


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in NONSENSE])
def test_a_line_that_is_none_is_named_and_the_file_is_to_be_kept(line):
    with pytest.raises(
        JournalError,
        match=r"/r/warnings\.jsonl, line 2 cannot .* Keep the file.*Put the line right",
    ):
        read_warnings("/r/warnings.jsonl", [LINE, line])
