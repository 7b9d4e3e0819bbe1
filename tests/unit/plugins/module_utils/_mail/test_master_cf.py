# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.master_cf import (
    with_options,
    without_options,
)

SERVICE = "submission/inet"
WANTED = {SERVICE: {"a_limit": "2", "b_limit": "3"}}
OURS = {SERVICE: {"a_limit": ["2"], "b_limit": ["3"]}}

ENTRY = "submission inet n - y - - smtpd"
OPTIONS = "  -o a_limit=2\n  -o b_limit=3"
PLACED = [
    # what the case shows                 text                                                  where the lines go
    ("a service alone",                   f"{ENTRY}\n",                                         f"{ENTRY}\n@\n"),
    ("with no end of line",               ENTRY,                                                f"{ENTRY}\n@"),
    ("options of its own",                f"{ENTRY}\n  -o x=y\nsmtp inet n - y - - smtpd\n",    f"{ENTRY}\n  -o x=y\n@\nsmtp inet n - y - - smtpd\n"),
    ("a comment and a blank line inside", f"{ENTRY}\n# x\n\n\t-o x=y\n\n# next\npickup unix n - y 60 1 pickup\n",
                                          f"{ENTRY}\n# x\n\n\t-o x=y\n@\n\n# next\npickup unix n - y 60 1 pickup\n"),
    ("an option that ours comes after",   f"{ENTRY} -o a_limit=9\n",                            f"{ENTRY} -o a_limit=9\n@\n"),
    ("one that is commented out",         f"#{ENTRY}\n{ENTRY}\n#  -o x=y\n",                    f"#{ENTRY}\n{ENTRY}\n@\n#  -o x=y\n"),
    ("the same name of another type",     f"submission unix n - y - - smtpd\n{ENTRY}\n",        f"submission unix n - y - - smtpd\n{ENTRY}\n@\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "after"), [pytest.param(*case, id=name) for name, *case in PLACED]
)
def test_lines_come_after_those_of_the_service_and_go_to_the_byte(text, after):
    written = with_options(text, WANTED)

    assert written == after.replace("@", OPTIONS)
    assert without_options(written, OURS) == text


@pytest.mark.parametrize(
    "text", ["", "smtp inet n - y - - smtpd\n", f"{ENTRY}\n{ENTRY}\n"], ids=["empty", "none", "two"]
)
def test_a_service_that_is_not_there_once_is_an_error_and_nothing_to_take_out(text):
    with pytest.raises(MailHostError, match=SERVICE):
        with_options(text, WANTED)
    assert without_options(text, OURS) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{ENTRY}\n    -o a_limit=2\n    -o x=y\n    -o b_limit=3\n", f"{ENTRY}\n    -o x=y\n"),
        (f"{ENTRY}\n  -o a_limit=2\n  -o a_limit=2\n", f"{ENTRY}\n  -o a_limit=2\n"),
        (f"{ENTRY}\n  -o a_limit=4\n", f"{ENTRY}\n  -o a_limit=4\n"),
        (f"{ENTRY}\n  -o a_limit=22\n", f"{ENTRY}\n  -o a_limit=22\n"),
    ],
    ids=["as postconf writes them", "the last of two", "changed since", "a longer value"],
)
def test_only_what_is_ours_is_taken_out(text, left):
    assert without_options(text, OURS) == left


LINES = st.sampled_from(
    [
        *("", "# x", "  # y", "  -o x=y", "\t-o a_limit=2", "  -o b_limit=9 -o c=d", "   ", "\r"),
        *("smtp inet n - y - - smtpd", "pickup unix n - y 60 1 pickup", "nonsense"),
    ]
)


@given(st.lists(LINES), st.lists(LINES), st.sampled_from(["", "\n"]))
def test_whatever_stands_around_it_comes_back_to_the_byte(before, after, end):
    head = [line for line in before if not line.startswith(" ") or "#" in line]
    text = "\n".join([*head, ENTRY, *after]) + end

    assert without_options(with_options(text, WANTED), OURS) == text
