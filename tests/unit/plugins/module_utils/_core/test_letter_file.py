# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an office states for its letters: taken whole, and every mistake told with its line."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PolicyError
from ansible_collections.civic.mailbox.plugins.module_utils._core.letter_file import (
    LetterFile,
    read_letter_file,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located

LEAST = "deadline: 2026-12-15\ncontact: CNTT\n"


def read(text: str) -> LetterFile:
    return read_letter_file(Located(file="letter.yml", data=yaml.safe_load(text), lines={(): 1}))


def test_the_least_that_can_be_stated():
    stated = read(LEAST)

    assert stated.deadline == date(2026, 12, 15)
    assert (stated.number, stated.day, stated.sender.titles) == ("", None, ())
    assert stated.unit("anything").unit == "anything"


def test_a_unit_is_known_by_both_ways_to_write_it():
    stated = read(LEAST + "units: [{unit: Trường, addressee: Hiệu trưởng, mail: [a@b.example]}]")

    found = stated.unit("Tru\u031bo\u031b\u0300ng")

    assert (found.addressee, found.mail) == ("Hiệu trưởng", ("a@b.example",))


def test_an_address_is_the_same_with_capital_letters():
    stated = read(LEAST + "report_to: [a@b.example, A@B.example, c@d.example]")

    assert stated.report_to == ("a@b.example", "c@d.example")


def test_a_number_may_be_written_as_one():
    stated = read(LEAST + "number: 6\nunits: [{unit: A, number: 7}]")

    assert (stated.number, stated.unit("A").number) == ("6", "7")


def test_what_is_not_said_in_english_is_as_in_vietnamese():
    stated = read(LEAST + "place: Cẩm Bình\noffice: Ủy ban\nenglish: {office: Committee}")

    english = stated.sender_in("en")

    assert (english.office, english.place) == ("Committee", "Cẩm Bình")
    assert stated.sender_in("vi").office == "Ủy ban"


WRONG = [
    ("no deadline",           "contact: CNTT",                        "the key deadline is required"),
    ("no contact",            "deadline: 2026-12-15",                 "the key contact is required"),
    ("no day",                LEAST + "date: 30/11/2026",             "date: expected a day"),
    ("a key of no meaning",   LEAST + "signed: x",                    "signed: unknown key"),
    ("one in English",        LEAST + "english: {deadline: x}",       "english.deadline: unknown key"),
    ("no list",               LEAST + "cites: x",                     "cites: expected a list of texts"),
    ("no unit",               LEAST + "units: [{mail: [a@b.example]}]", "the key unit is required"),
    ("a unit twice",          LEAST + "units: [{unit: A}, {unit: A}]",  "A stands here twice"),
    ("no address",            LEAST + "report_to: [nobody]",          "'nobody' is no mail address"),
    ("two addresses in one",  LEAST + 'report_to: ["a@b.example,c@d.example"]', "is no mail address"),
    ("an address in signs",   LEAST + "report_to: [<a@b.example>]",   "is no mail address"),
    ("a line in an address",  LEAST + 'report_to: ["a\\n@b.example"]', "is no mail address"),
    ("a truth as a number",   LEAST + "number: true",                 "number: expected a text"),
    ("nothing at all",        "",                                     "expected keys and values"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [pytest.param(*case, id=name) for name, *case in WRONG])
def test_a_mistake_is_told_with_its_file_and_key(text, said):
    with pytest.raises(PolicyError) as refused:
        read(text)

    assert said in str(refused.value)
    assert "letter.yml, line 1" in str(refused.value)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(PolicyError) as refused:
        read("date: x\nunits: [{}]")

    assert len(str(refused.value).splitlines()) == 4
