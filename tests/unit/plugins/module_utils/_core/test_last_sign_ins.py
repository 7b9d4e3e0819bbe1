# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import SignIn
from ansible_collections.civic.mailbox.plugins.module_utils._core.last_sign_ins import LastSignIns

AT = datetime(2019, 1, 5, 1, 2, 3, 456789, tzinfo=timezone.utc)


def seen(minutes: int = 0, **more) -> SignIn:
    return SignIn(at=AT + timedelta(minutes=minutes), source="dovecot", **more)


def test_what_was_added_comes_back_as_it_was_by_name_in_its_order():
    known = LastSignIns()
    kept = {
        "a": [seen(2, detail="imap"), seen(1, detail="pop3"), seen(2, detail="imap")],
        "b": [seen(0, precision=timedelta(days=14))],
        "c": [SignIn(at=datetime(1969, 12, 31, tzinfo=timezone.utc), source="lastLogon")],
    }
    for place in range(3):
        for name, every in kept.items():
            for one in every[place : place + 1]:
                known.add(name, one)

    assert known.of(["b", "nobody", "a", "c"]) == [*kept["b"], *kept["a"], *kept["c"]]
    assert len(known) == 5


def test_one_that_is_added_after_a_look_is_found_too():
    known = LastSignIns()
    assert known.of(["a"]) == []

    known.add("a", seen())

    assert known.of(["a"]) == [seen()]


def test_a_moment_of_another_zone_is_the_same_moment():
    known = LastSignIns()
    known.add("a", SignIn(at=AT.astimezone(timezone(timedelta(hours=7))), source="dovecot"))

    assert known.of(["a"]) == [seen()]
