# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a unit is written: its letter and its answer form, of what was found and what is stated."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from string import Template
from zoneinfo import ZoneInfo

from ..._core.answer_form import COLUMNS, headings
from ..._core.dates import local_day
from ..._core.letter_file import LetterFile
from ..._core.policy import IdlePolicy
from ..issuer import in_lines
from ..language import Language
from ..visible import clipped, visible
from .contents import Contents, Entry, Kind
from .letter import AnswerForm, Block, Letter, Letterhead, Paragraph, Style, Table
from .wording import BLOCKS, LetterWording

_SHARES: Mapping[Kind, tuple[int, ...]] = {
    Kind.LOCKED: (8, 48, 17, 27),
    Kind.SOON: (8, 48, 17, 27),
    Kind.FORWARDS: (8, 48, 44),
    Kind.PASSWORDS: (8, 48, 44),
}
# strftime would write them in the language of the locale, which Ansible sets for a module.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
FREE = "..............."  # a place that the office does not state
_WITH_SIGN_IN = (Kind.LOCKED, Kind.SOON)


@dataclass(frozen=True, kw_only=True)
class Writer:
    """What all letters of a run in one language have in common."""

    wording: LetterWording
    language: Language
    stated: LetterFile
    office: str  # of the policy
    audited: date  # the day, at the office, on which the servers were read
    zone: ZoneInfo

    def letter(self, contents: Contents) -> Letter:
        """The letter of one unit."""
        sender, words = self.stated.sender_in(self.language.code), self.wording
        entry, values = self.stated.unit(contents.unit), self._values(contents)
        copies = [words.as_above, *sender.copies]
        if sender.archive:
            copies.append(_fill(words.archive, archive=sender.archive))
        return Letter(
            head=self._head(),
            number=self._number(entry.number or self.stated.number),
            dateline=self._dateline(sender.place),
            about=_fill(words.about, about=_fill(words.subject, **values)),
            to_label=words.to,
            to=own(entry.addressee) or _capital(values["unit"]),
            blocks=tuple(self._blocks(contents, values)),
            copies_label=words.copies_label,
            copies=_ended([own(copy) for copy in copies], words.ends),
            titles=tuple(map(own, sender.titles)),
            signer=own(self.stated.signer),
        )

    def answer_form(self, contents: Contents) -> AnswerForm | None:
        """The form that goes with it; None where no mailbox is locked.

        An account without an address is in the letter alone: what comes back is known by addresses.
        """
        rows = {
            entry.row.subject: (
                visible(entry.row.subject),
                self.wording.states[entry.state],
                self._note(entry),
                *[""] * sum(column.by_unit for column in COLUMNS),
            )
            for entry in contents.of(Kind.LOCKED)
            if "@" in entry.row.subject
        }
        if not rows:
            return None
        values, form = self._values(contents), self.wording.form
        return AnswerForm(
            head=self._head(),
            unit=values["unit"],
            title=_fill(form.title, **values),
            about=_fill(form.about, **values),
            instructions=tuple(_fill(text, **values) for text in form.instructions),
            serial=self.wording.serial,
            headings=headings(self.language.code),
            rows=tuple(rows.values()),
            signatures=form.signatures,
            dateline=_fill(form.dateline, year=str(self.audited.year)),
        )

    def _head(self) -> Letterhead:
        sender = self.stated.sender_in(self.language.code)
        return Letterhead(
            language=self.language.code,
            nation=self.wording.nation,
            motto=self.wording.motto,
            superior=own(sender.superior),
            issuer=in_lines(self._office),
        )

    @property
    def _office(self) -> str:
        stated = self.stated.sender_in(self.language.code).office
        return own(stated or self.office) or self.language.texts.office

    def _values(self, contents: Contents) -> dict[str, str]:
        sender = self.stated.sender_in(self.language.code)
        return {
            "office": self._office,
            "unit": visible(contents.unit) or _fill(self.wording.no_unit, office=self._office),
            "audited": self._day(self.audited),
            "deadline": self._day(self.stated.deadline),
            "contact": own(sender.contact),
            "contact_details": own(f"{sender.contact} ({sender.contact_details})")
            if sender.contact_details
            else own(sender.contact),
            "authority": own(sender.authority) or self.wording.authority,
            "months": _months(contents),
        }

    def _number(self, number: str) -> str:
        number = f"{int(number):02}" if number.isascii() and number.isdigit() else own(number)
        template = self.wording.number if number else self.wording.blank_number
        symbol = f"/{own(self.stated.symbol)}" if self.stated.symbol else ""
        return _fill(template, number=number, symbol=symbol)

    def _dateline(self, place: str) -> str:
        day, words, place = self.stated.day, self.wording, own(place) or FREE
        if day is None:
            return _fill(words.undated, place=place, year=str(self.audited.year))
        month = f"{day.month:02}" if day.month < 3 else str(day.month)
        return _fill(words.dated, place=place, **{**_parts(day), "month": month})

    def _blocks(self, contents: Contents, values: Mapping[str, str]) -> Iterator[Block]:
        there = [kind for kind in Kind if contents.of(kind)]
        points = dict(zip(there, self.wording.points, strict=False))
        made: dict[str, Iterable[Block]] = {
            "cites": self._cites(),
            "requests": self._requests(contents, values),
            **{kind.value: self._list(kind, contents, points.get(kind, "")) for kind in Kind},
        }
        if not contents.unit:
            note = Paragraph(text=_fill(self.wording.no_unit_note, **values))
            made["cites"] = chain(made["cites"], [note])
        for line in self.wording.body.splitlines():
            name = line.strip().removeprefix("${").removesuffix("}")
            if name in BLOCKS:
                yield from made[name]
            elif line.strip():
                yield Paragraph(text=own(_fill(line, **values)))

    def _cites(self) -> Iterator[Block]:
        cites = [own(cite) for cite in self.stated.sender_in(self.language.code).cites]
        for text in _ended(cites, self.wording.cite_ends):
            yield Paragraph(text=text, style=Style.CITE)

    def _list(self, kind: Kind, contents: Contents, point: str) -> Iterator[Block]:
        entries, words = contents.of(kind), self.wording.lists[kind]
        if not entries:
            return
        heading = _fill(words.heading, count=f"{len(entries):02}")
        yield Paragraph(text=f"{point}) {heading}", style=Style.HEADING)
        with_sign_in = kind in _WITH_SIGN_IN
        headings = [self.wording.serial, self.wording.address, words.note]
        if with_sign_in:
            headings.insert(2, self.wording.last_sign_in)
        yield Table(
            headings=tuple(headings),
            rows=tuple(
                (
                    str(number),
                    clipped(entry.row.subject),
                    *([self._last_sign_in(entry)] if with_sign_in else []),
                    self._note(entry),
                )
                for number, entry in enumerate(entries, 1)
            ),
            shares=_SHARES[kind],
            centred=(0, 2) if with_sign_in else (0,),
        )

    def _requests(self, contents: Contents, values: Mapping[str, str]) -> Iterator[Block]:
        words = self.wording
        asked = [words.lists[kind].request for kind in Kind if contents.of(kind)]
        has_form = self.answer_form(contents) is not None
        asked.append(words.answer_request if has_form else words.closing_request)
        for point, text in zip(words.points, asked, strict=False):
            yield Paragraph(text=f"{point}) {_fill(text, **values)}")

    def _note(self, entry: Entry) -> str:
        params = entry.row.params
        values = {
            "last": self._last_sign_in(entry),
            "due": self._day(entry.row.due) if entry.row.due else "?",
            "months": str(params.get("months", "?")),
            "at": self._day_of(params.get("at")),
            "made": self._day_of(params.get("made")),
            "found": self._forward(entry),
        }
        note = self.wording.causes.get(entry.cause) or self.wording.notes[entry.state]
        return clipped(_fill(note, **values))

    def _forward(self, entry: Entry) -> str:
        """Where mail goes. Where that is set on a server is for the report, not for a unit."""
        template = self.wording.forwards.get(entry.row.message)
        if template is None:
            return self.language.sentence(entry.row)
        return _fill(template, to=clipped(str(entry.row.params.get("address", "?")), 120))

    def _last_sign_in(self, entry: Entry) -> str:
        seen = [
            item.at
            for item in entry.row.evidence
            if item.at and item.what.startswith("last sign-in")
        ]
        if not seen:
            return self.wording.never
        return self._day(local_day(max(seen), self.zone))

    def _day(self, day: date) -> str:
        return _fill(self.wording.day, **_parts(day))

    def _day_of(self, written: object) -> str:
        """A calendar day of the findings; "?" where there is none."""
        try:
            return self._day(date.fromisoformat(str(written)))
        except ValueError:
            return "?"


def own(text: str) -> str:
    """A text of the office's own, on one line: what word processors leave in it does no harm."""
    return visible(" ".join(unicodedata.normalize("NFC", text).split()))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fill(template: str, **values: str) -> str:
    return Template(template).substitute(values)


def _parts(day: date) -> dict[str, str]:
    """What a day can be written of."""
    name = _MONTHS[day.month - 1]
    return {
        "day": f"{day.day:02}",
        "month": f"{day.month:02}",
        "month_name": name,
        "month_short": name[:3],
        "year": str(day.year),
    }


def _ended(texts: list[str], ends: tuple[str, str]) -> tuple[str, ...]:
    """The texts with the sign that ends each, and the one that ends the last."""
    bare = [text.rstrip(" .;,") for text in texts]
    return tuple(
        text + (ends[0] if number < len(bare) else ends[1]) for number, text in enumerate(bare, 1)
    )


def _months(contents: Contents) -> str:
    """The limit by which the mailboxes of a letter were judged."""
    every = (entry.row.params for entries in contents.entries.values() for entry in entries)
    found = next((params["months"] for params in every if "months" in params), None)
    return str(found or IdlePolicy.limit_months)
