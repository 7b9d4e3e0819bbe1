# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The consolidated report: each mailbox once, under the outcome that says most."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import (
    intent_line,
    read_journal,
    result_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.letter_file import (
    LetterFile,
    Sender,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.lock_journals import LockJournals
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_decisions import Decided
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_policy import (
    Approver,
    ReopeningPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.seen_locked import SeenLocked
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.composition import FREE
from ansible_collections.civic.mailbox.plugins.module_utils._report.reopening.consolidated import (
    Consolidated,
    Known,
    Outcome,
    consolidate,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.reopening.csv import (
    COLUMNS,
    write_csv,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.reopening.page import write_page
from ansible_collections.civic.mailbox.plugins.module_utils._report.reopening.words import (
    ENGLISH,
    VIETNAMESE,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    noon,
    policy,
)

LOCKED_AT, OPENED_AT = "2019-01-08T03:00:00Z", "2019-01-18T03:00:00Z"


def seen(name: str, unit: str = "Registry") -> SeenLocked:
    address = f"{name}@town.example"
    return SeenLocked(subject=address, addresses=(address,), unit=unit, at="", kind="administrator")


def decision(name: str, verdict: str = "reopen", **known: Any) -> Decided:
    base = {
        "address": f"{name}@town.example", "unit": "Registry", "wish": "reopen", "reason": "needed",
        "requested_by": "Head", "approved_by": "Chairman", "approved_on": "2019-01-18",
        "source": "/srv/requests.yml, line 2", "verdict": verdict, "params": {}, "account_id": name,
        "subject": f"{name}@town.example", "change_id": f"open {name}", "lock_run": "",
        "lock_control": "", "locked_at": "",
    }  # fmt: skip
    return Decided(**{**base, **known})


def journal(*entries: tuple[str, str, str]) -> list[str]:
    """The lines for (name, "lock" or "open", result)."""
    lines = []
    for name, what, result in entries:
        at = LOCKED_AT if what == "lock" else OPENED_AT
        after = "locked" if what == "lock" else "active"
        change = Change(
            id=f"{what} {name}", control="idle-mailbox" if what == "lock" else "locked-mailbox",
            subject=f"{name}@town.example", unit="Registry", server="s", target=name, field="lock",
            before=("x",), after=(after,), reason="", undo="", fingerprint="", account_id=name,
            facts={"addresses": [f"{name}@town.example"]},
        )  # fmt: skip
        lines += [
            intent_line(at=at, mode="apply", change=change, before={}, after={}),
            result_line(
                at=at, mode="apply", change_id=change.id, result=result, reason="no right to write"
            ),
        ]
    return lines


def report(
    seen_ones: list[SeenLocked],
    decisions: list[Decided],
    *entries: tuple[str, str, str],
    **stated: Any,
) -> Consolidated:
    journals = LockJournals(
        [
            ("first", read_journal("j", journal(*(e for e in entries if e[1] == "lock")))),
            ("first-reopen", read_journal("j", journal(*(e for e in entries if e[1] == "open")))),
        ]
    )
    known = Known(
        seen=seen_ones, run_id="first", journals=journals, decisions=decisions,
        policy=policy(**{"office": "UBND phường", **stated}),
    )  # fmt: skip
    return consolidate(known, made_at=noon("2019-01-20"), deadline=date(2019, 1, 31))


OPENED = ("an", "open", "done")
OUTCOMES = [
    # what the case shows                 decisions                                       journal   outcome
    ("nobody answered",                   [],                                             [],       Outcome.SILENT),
    ("approved and opened",               [decision("an")],                               [OPENED], Outcome.REOPENED),
    ("opened by an earlier run",          [decision("an", "reopened", params={"on": "2019-01-18"})], [OPENED], Outcome.REOPENED),
    ("approved, and it could not be",     [decision("an")],                               [("an", "open", "failed")], Outcome.APPROVED),
    ("nobody approved it",                [decision("an", "no-approver")],                [],       Outcome.REFUSED),
    ("used up: locked again",             [decision("an", "used", params={"on": "2019-01-18"})], [OPENED], Outcome.REFUSED),
    ("to stay locked",                    [decision("an", "keep", wish="keep_locked")],   [],       Outcome.KEEP),
    ("in the other directory",            [decision("an", "unknown-address"), decision("an")], [OPENED], Outcome.REOPENED),
    ("asked twice, approved once",        [decision("an"), decision("an", "no-approver")], [OPENED], Outcome.REOPENED),
    ("contradicted",                      [decision("an", "contradicted", params={"where": "w"}), decision("an", "keep", wish="keep_locked")], [], Outcome.REFUSED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("decisions", "entries", "outcome"), [pytest.param(*case, id=name) for name, *case in OUTCOMES]
)
def test_the_outcome(decisions, entries, outcome):
    (unit,) = report([seen("an")], decisions, *entries).units

    assert [one.outcome for one in unit.mailboxes] == [outcome]


def test_who_is_on_the_list():
    made = report(
        [seen("an")],
        [decision("x", "unknown-address", unit="")],
        ("binh", "lock", "done"),
        ("chi", "lock", "failed"),
    )

    registry, none = made.units
    assert [one.address.partition("@")[0] for one in registry.mailboxes] == ["an", "binh"]
    assert (none.name, none.mailboxes[0].is_listed) == ("", False)
    assert made.counts == {
        "locked": 2, "asked": 1, "approved": 0, "reopened": 0, "refused": 1, "keep": 0, "silent": 2
    }  # fmt: skip


def test_a_unit_written_in_two_ways_is_one():
    made = report([seen("a", "Uỷ ban"), seen("b", "Ủy ban"), seen("c", "Công an")], [])

    assert [(unit.name, len(unit.mailboxes)) for unit in made.units] == [
        ("Công an", 1),
        ("Uỷ ban", 2),
    ]


def written(made: Consolidated, code: str = "vi") -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    write_csv(made, code, file)
    return list(csv.DictReader(io.StringIO(file.getvalue().removeprefix("\ufeff"), newline="")))


def test_the_csv_has_each_mailbox_with_reason_and_days():
    made = report(
        [seen("an")],
        [decision("an"), decision("binh", "no-approver", reason="=1+1")],
        ("an", "lock", "done"),
        OPENED,
    )

    an, binh = written(made)

    assert list(an) == list(COLUMNS)
    assert (an["outcome"], an["locked_on"], an["locked_for"]) == (
        "reopened", "2019-01-08", "idle-mailbox",
    )  # fmt: skip
    assert (an["reopened_on"], an["sign_in_by"], an["reason"]) == ("2019-01-18", "2019-02-01", "")
    assert (binh["outcome"], binh["reason"]) == ("refused", "chưa có người phê duyệt")
    assert binh["request_reason"] == "'=1+1"
    assert written(made, "en")[1]["reason"] == "nobody has approved it yet"


def test_what_was_approved_and_could_not_be_done_has_the_journals_reason():
    (an,) = written(report([seen("an")], [decision("an")], ("an", "open", "failed")))

    assert (an["outcome"], an["reason"]) == ("approved", "no right to write")


def page(made: Consolidated, code: str) -> str:
    file = io.StringIO()
    write_page(made, code, file)
    return file.getvalue()


@pytest.mark.parametrize("words", [VIETNAMESE, ENGLISH])
def test_the_page_has_sums_days_and_everything_escaped(words):
    made = report(
        [seen("an"), seen("<b>", "<script>alert(1)</script>")],
        [decision("an", reason='"><img src=x>')],
        OPENED,
    )

    text = page(made, words.code)

    assert words.lead.format_map(made.counts) in text
    assert words.deadline.format(day="31/01/2019") in text
    assert words.sign_in_by.format(day="01/02/2019") in text
    assert "requests.yml" in text
    assert "/srv/" not in text
    assert "<script" not in text
    assert "<img" not in text


@pytest.mark.parametrize("words", [VIETNAMESE, ENGLISH])
def test_the_head_of_the_page_is_that_of_a_paper_to_be_signed(words):
    made = report([seen("an")], [], office="Ủy ban nhân dân phường Cẩm Bình")

    text = page(made, words.code)

    assert (
        '<p class="office">Ủy ban nhân dân</p><p class="office">phường Cẩm Bình</p>'
        f"<p>{words.number}</p>"
    ) in text
    assert f'<p class="dateline">{words.dateline.format(place=FREE, year=2019)}</p>' in text
    assert f'<p class="to">{words.to}</p>' in text


def test_office_and_place_are_those_of_the_letters_where_they_are_stated():
    sender = Sender(office="Ủy ban nhân dân\n phường Cẩm Bình", place="Cẩm Bình")
    english = Sender(office="People's Committee of Cẩm Bình Ward")
    letter = LetterFile(sender=sender, english=english, deadline=date(2019, 1, 31))
    made = replace(report([seen("an")], []), letter=letter)

    assert '<p class="office">phường Cẩm Bình</p>' in page(made, "vi")
    assert '<p class="dateline">Cẩm Bình, ngày ' in page(made, "vi")
    assert '<p class="office">of Cẩm Bình Ward</p>' in page(made, "en")
    assert '<p class="dateline">Cẩm Bình, ' in page(made, "en")


def test_the_approver_is_named_as_the_policy_spells_it():
    rules = ReopeningPolicy(approvers=(Approver(name="Chủ tịch UBND phường", units=None),))
    given = [
        decision("an", approved_by="chủ tịch ubnd  phường"),
        decision("b", approved_by="hiệu trưởng"),
    ]

    made = report([seen("an"), seen("b")], given, OPENED, reopening=rules)

    assert "Chủ tịch UBND phường phê duyệt ngày" in page(made, "vi")
    assert [line["approved_by"] for line in written(made)] == [
        "Chủ tịch UBND phường", "hiệu trưởng",
    ]  # fmt: skip


def test_a_page_on_nothing():
    assert VIETNAMESE.nothing in page(report([], []), "vi")
