# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The difference in words and as a page."""

from __future__ import annotations

from datetime import datetime, timezone
from html import unescape
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import WORDS
from ansible_collections.civic.mailbox.plugins.module_utils._report.difference.difference import (
    Acceptance,
    Changed,
    Difference,
    order,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.difference.page import page
from ansible_collections.civic.mailbox.plugins.module_utils._report.difference.text import (
    LINES,
    text,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.messages.catalogue import (
    language,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.records import row
from ansible_collections.civic.mailbox.plugins.module_utils._report.visible import columns
from ansible_collections.civic.mailbox.plugins.module_utils._report.wrapping import WIDTH

from ..sample import BACKWARDS, HARMFUL, finding

AT = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)


def changed(word: str, *, before: str = "fail", after: str = "fail", **more) -> Changed:
    line = finding(
        "idle-mailbox", more.pop("subject", f"{word}@x.example"), more.pop("unit", "Unit"),
        after or before, "idle-mailbox.idle", params={"last": "2018-07-04", "months": 3},
        change=word, **more,
    )  # fmt: skip
    return Changed(row=row(line), before=before, severity_before="low", after=after)


def difference(*shown: Changed, code: str = "en", **other) -> Difference:
    known = {
        "run_id": "2",
        "previous": "1",
        "office": "Ủy ban nhân dân phường Cẩm Bình",
        "acceptance": None,
        "unread": (),
        "counts": {word: sum(one.row.change == word for one in shown) for word in WORDS},
        "shown": tuple(sorted(shown, key=order)),
        "total": len(shown),
        "language": language(code),
        "zone": ZoneInfo("Asia/Ho_Chi_Minh"),
    }
    return Difference(**{**known, **other})


EVERY = [changed(word) for word in WORDS if word != "unchanged"]
ACCEPTED = Acceptance(by="The chair", at=AT, reason="First audit")


class Tags(HTMLParser):
    """What opens and closes, and the text between."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def parsed(of: Difference) -> Tags:
    tags = Tags()
    tags.feed("".join(page(of)))
    assert tags.open == []
    return tags


@pytest.mark.parametrize("code", ["vi", "en"])
def test_each_word_is_told_with_its_number(code):
    of = difference(*EVERY, code=code)

    lines = text(of, "/srv/reports/2/difference.html").splitlines()

    for word in WORDS:
        number = of.counts[word]
        assert any(line.split() == [*of.word(word).split(), str(number)] for line in lines)
        assert of.word(word) in parsed(of).words
    assert lines[-1].endswith("/srv/reports/2/difference.html")


@pytest.mark.parametrize("code", ["vi", "en"])
def test_it_fits_a_small_terminal_whatever_there_is(code):
    long = [changed("new", subject=f"{n}\x1b[2J" * 40, place="文字" * 90) for n in range(40)]
    accepted = Acceptance(by="x" * 300, at=AT, reason="why " * 200)
    names = tuple(f"mail{n}" for n in range(90))

    found = text(
        difference(*long, code=code, acceptance=accepted, unread=names, office="文字" * 90), "/x"
    ).splitlines()

    assert len(found) <= LINES
    assert max(map(columns, found)) <= WIDTH
    assert all(line.isprintable() for line in found)


def test_what_calls_for_a_look_comes_first():
    lines = text(difference(*reversed(EVERY))).splitlines()

    named = [line.partition(":")[0].strip() for line in lines if "@x.example" in line]
    assert named == [difference().word(word) for word in WORDS][: len(named)]
    assert "6 of 9 shown" in lines[-1]


def forwarding(to: str, subject: str = "thutiepnhan.hanhchinhcong@cambinh.quangninh.example"):
    line = finding(
        "external-forwarding", subject, "Unit", "fail", "external-forwarding.outside",
        params={"address": to, "sources": "Sieve"}, change="new", fingerprint=f"{subject} {to}",
    )  # fmt: skip
    return Changed(row=row(line), before="", severity_before="", after="fail")


def test_two_findings_of_a_mailbox_are_told_apart():
    of = difference(forwarding("a@home.example"), forwarding("b@home.example"), changed("new"))

    lines = text(of).splitlines()

    for name in ("a", "b"):
        (at,) = (number for number, line in enumerate(lines) if f"{name}@home.example" in line)
        assert lines[at - 1].startswith("  New: thutiepnhan.")
    assert len([line for line in lines if "new@x.example" in line]) == 1


def test_long_names_that_differ_at_their_end_are_told_apart():
    names = [f"{'bo-phan-tiep-nhan-va-tra-ket-qua-' * 3}{n}@x.example" for n in range(3)]

    lines = text(difference(*(changed("new", subject=name) for name in names))).splitlines()

    assert [line for line in lines if "@x.example: To fix (low) → To fix (high)" in line] == lines[
        -3:
    ]
    assert len(set(lines[-3:])) == 3


def test_long_names_that_differ_in_their_middle_are_told_apart():
    names = [f"bo-phan-tiep-nhan-{n}@thu-dien-tu.cambinh.quangninh.example" for n in range(3)]

    found = text(difference(*(changed("new", subject=name) for name in names)))

    assert [name for name in names if f"\n    {name}\n" not in found] == []


def test_findings_that_need_two_lines_each_stay_within_the_small_terminal():
    of = difference(
        *(forwarding(f"{name}@home.example") for name in "abcdef"),
        acceptance=Acceptance(by="x" * 300, at=AT, reason="why " * 200),
    )

    lines = text(of, "/x").splitlines()

    assert len(lines) <= LINES
    assert lines[-4].strip().startswith("Forwards to ")
    assert "of 6 shown" in lines[-3]


MOVES = [
    (changed("new", before=""), "– → To fix"),
    (changed("resolved", after=""), "To fix → –"),
    (changed("worse", before="manual"), "To judge → To fix"),
    (changed("worse"), "To fix (low) → To fix (high)"),
]


@pytest.mark.parametrize(("one", "told"), MOVES)
def test_before_and_after_are_told(one, told):
    assert told in text(difference(one))


def test_no_difference_is_said():
    of = difference()

    assert "Nothing changed." in text(of)
    assert "Nothing changed." in parsed(of).words


def test_who_accepted_the_baseline_and_what_was_not_read_is_said():
    of = difference(*EVERY, acceptance=ACCEPTED, unread=("ldap1",))

    for told in (text(of), parsed(of).words):
        words = " ".join(told.split())
        assert "compared with baseline (1)" in words
        assert "Accepted as the baseline by The chair, 2026-01-05 16:00: First audit" in words
        assert "Not everything could be read from ldap1" in words


@pytest.mark.parametrize("harm", [HARMFUL, BACKWARDS, "</table>", "&lt;"])
def test_no_text_becomes_markup(harm):
    of = difference(
        changed("new", subject=harm, unit=harm, place=harm, severity=harm),
        office=harm, run_id=harm, previous=harm,
        acceptance=Acceptance(by=harm, at=AT, reason=harm),
    )  # fmt: skip

    tags = parsed(of)

    plain = parsed(difference(changed("new", place="ldap1"), acceptance=ACCEPTED))
    assert tags.seen == plain.seen


def test_a_section_that_is_cut_says_so():
    counts = {"new": 5000}

    assert "1 of 5,000 shown" in parsed(difference(changed("new"), counts=counts, total=5000)).words


def test_the_page_reaches_nothing():
    html = "".join(page(difference(*EVERY)))

    assert "default-src 'none'" in unescape(html)
    assert "http" not in html.replace("http-equiv", "")
