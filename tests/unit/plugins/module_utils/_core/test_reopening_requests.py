# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""requests.yml, and the answers of forms as requests."""

from __future__ import annotations

from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import Answer, Wish
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import RequestError
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_requests import (
    Request,
    read_requests,
    requests_of,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located

LEAST = {"address": "A@Town.example", "reason": "r", "requested_by": "Head"}


def read(*entries: object) -> tuple[Request, ...]:
    lines = {("requests", index): 2 + 5 * index for index in range(len(entries))}
    data = {"requests": list(entries)} if entries else None
    return read_requests(Located(file="requests.yml", data=data or {}, lines={(): 1, **lines}))


def test_a_request_with_all_there_can_be():
    more = {"unit": "U", "approved_by": " Chủ tịch ", "until": date(2019, 2, 1), "by_state": True}

    (found,) = read({**LEAST, **more, "approved_on": "2019-01-08"})

    assert found == Request(
        address="a@town.example", reason="r", requested_by="Head", unit="U",
        approved_by="Chủ tịch", approved_on=date(2019, 1, 8), until=date(2019, 2, 1),
        by_state=True, file="requests.yml", line=2,
    )  # fmt: skip


def test_one_that_waits_for_its_approval_is_no_mistake():
    first, second = read(LEAST, LEAST)

    assert (first.approved_by, first.approved_on, first.wish) == ("", None, Wish.REOPEN)
    assert second.where == "requests.yml, line 7"


def test_a_file_without_requests():
    assert read() == ()


MISTAKES = [
    ({"address": "x@y"}, "line 2, requests.0: the key reason is required"),
    ({**LEAST, "address": "clerk"}, "requests.0.address: 'clerk' is no mail address"),
    ({**LEAST, "approved_on": "8/1/2019"}, "requests.0.approved_on: expected a day as 2026-12-31"),
    ({**LEAST, "aproved_by": "x"}, "did you mean approved_by?"),
]


@pytest.mark.parametrize(("entry", "text"), MISTAKES)
def test_mistakes_are_told_with_line_and_key(entry, text):
    with pytest.raises(RequestError) as error:
        read(entry)

    assert text in str(error.value)


def test_an_answer_is_a_request_of_no_stated_unit():
    answer = Answer(
        address="A@Town.example", wish=Wish.KEEP_LOCKED, wish_reason="r", approver="Head",
        approved_on=date(2019, 1, 8), file="form.csv", line=4,
    )  # fmt: skip

    (found,) = requests_of([answer])

    assert (found.address, found.wish, found.unit) == ("a@town.example", Wish.KEEP_LOCKED, "")
    assert (found.approved_by, found.approved_on) == ("Head", date(2019, 1, 8))
    assert found.where == "form.csv, line 4"
