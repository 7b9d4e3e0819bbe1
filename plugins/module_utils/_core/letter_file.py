# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What an office states for its letters to the units: the file that goes with the policy.

All of it is the office's own to say; where a part is left out that stands in a letter's head, its
place is left free, to be filled in by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from .errors import PolicyError
from .section import Located, Section
from .vietnamese import same_name


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What a letter says of the office, in one language."""

    office: str = ""  # "": that of the policy
    superior: str = ""  # the office right above it, where it has one
    place: str = ""  # where it is signed
    cites: tuple[str, ...] = ()  # what the letter rests on
    authority: str = ""  # who may reopen a mailbox; "": the language's own words
    contact: str = ""  # who takes the answers
    contact_details: str = ""  # telephone, address
    titles: tuple[str, ...] = ()  # above the signature, line by line
    copies: tuple[str, ...] = ()  # who gets a copy, besides the addressee
    archive: str = ""  # where the office keeps one


@dataclass(frozen=True, kw_only=True)
class UnitEntry:
    """What is known of one unit besides its findings."""

    unit: str
    addressee: str = ""  # "": the unit itself
    number: str = ""  # of its letter; "": that of all
    mail: tuple[str, ...] = ()  # who gets its letter by mail


@dataclass(frozen=True, kw_only=True)
class LetterFile:
    """The whole file."""

    sender: Sender
    deadline: date  # the last day to answer
    number: str = ""  # of the letter; "": left free
    symbol: str = ""  # after the number, as UBND-VX
    day: date | None = None  # of the letter; None: left free
    signer: str = ""  # name under the signature
    report_to: tuple[str, ...] = ()  # who gets the report by mail
    english: Sender = Sender()
    units: Mapping[str, UnitEntry] = field(default_factory=dict)  # by same_name()

    def unit(self, name: str) -> UnitEntry:
        """What is stated of a unit, if anything is."""
        return self.units.get(same_name(name)) or UnitEntry(unit=name)

    def sender_in(self, language: str) -> Sender:
        """The office in one language; what is not said in English is as in Vietnamese."""
        if language != "en":
            return self.sender
        said = {name: value for name, value in vars(self.english).items() if value}
        return replace(self.sender, **said)


def read_letter_file(document: Located) -> LetterFile:
    """What a letter file states.

    Raises PolicyError that lists every mistake with file, line and key.
    """
    top = Section.top(document)
    sender = _sender(top, required=True)
    english = top.section("english")
    deadline = top.day("deadline", required=True)
    stated = {
        "number": top.label("number"),
        "symbol": top.text("symbol"),
        "day": top.day("date"),
        "signer": top.text("signer"),
        "report_to": _addresses(top, "report_to"),
        "english": _sender(english),
        "units": _units(top),
    }
    english.finish()
    top.finish()
    if top.mistakes or deadline is None:
        raise PolicyError("\n".join(top.mistakes))
    return LetterFile(sender=sender, deadline=deadline, **stated)  # type: ignore[arg-type]


def _sender(section: Section, *, required: bool = False) -> Sender:
    return Sender(
        office=section.text("office"),
        superior=section.text("superior"),
        place=section.text("place"),
        cites=section.texts("cites"),
        authority=section.text("authority"),
        contact=section.text("contact", required=required),
        contact_details=section.text("contact_details"),
        titles=section.texts("titles"),
        copies=section.texts("copies"),
        archive=section.text("archive"),
    )


def _units(top: Section) -> dict[str, UnitEntry]:
    units: dict[str, UnitEntry] = {}
    for section in top.sections("units"):
        entry = UnitEntry(
            unit=section.text("unit"),  # "": the letter of the addresses in no unit
            addressee=section.text("addressee"),
            number=section.label("number"),
            mail=_addresses(section, "mail"),
        )
        section.finish()
        if not section.has("unit"):
            section.mistake(None, "the key unit is required")
        elif same_name(entry.unit) in units:
            section.mistake("unit", f"{entry.unit} stands here twice")
        units[same_name(entry.unit)] = entry
    return units


# Between addresses or around them in a mail's head (RFC 5322, 3.4): never of one address.
_OF_A_LIST = frozenset(" ,;:<>@")


def _addresses(section: Section, key: str) -> tuple[str, ...]:
    addresses = section.texts(key)
    once: dict[str, str] = {}
    for address in addresses:
        local, at, domain = address.rpartition("@")
        signs = _OF_A_LIST & set(local + domain)
        if not (local and at and domain) or not address.isprintable() or signs:
            section.mistake(key, f"{address!r} is no mail address")
        once.setdefault(address.lower(), address)
    return tuple(once.values())
