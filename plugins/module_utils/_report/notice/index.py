# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What was written: a list of all units for people, and one for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..page.markup import Html, element, joined
from ..visible import visible
from .contents import Kind
from .document import document
from .wording import LetterWording

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """One unit of the list; without files there was nothing to tell it."""

    unit: str
    folder: str
    to: str
    counts: Mapping[str, int]  # Kind -> how many
    files: Mapping[str, str] = field(default_factory=dict)  # name -> SHA-256


@dataclass(frozen=True, kw_only=True)
class Index:
    """The whole list."""

    run_id: str
    office: str
    deadline: date
    incomplete: tuple[str, ...]  # servers that were not read in full
    units: tuple[UnitLine, ...]


def as_json(index: Index) -> str:
    """For programs."""
    document = {
        "version": VERSION,
        "run_id": index.run_id,
        "office": index.office,
        "deadline": index.deadline.isoformat(),
        "incomplete": index.incomplete,
        "units": [
            {
                "unit": line.unit,
                "folder": line.folder,
                "to": line.to,
                "counts": line.counts,
                "files": line.files,
            }
            for line in index.units
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def from_json(document: Mapping[str, Any]) -> Index:
    """The list that was written so. Raises KeyError, TypeError, ValueError for what is none."""
    if document["version"] != VERSION:
        raise ValueError(f"it is of version {document['version']}")
    return Index(
        run_id=document["run_id"],
        office=document["office"],
        deadline=date.fromisoformat(document["deadline"]),
        incomplete=tuple(document["incomplete"]),
        units=tuple(UnitLine(**line) for line in document["units"]),
    )


_CSS = Html("""
html{font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif;background:#f5f6f7;color:#1b1f24}
body{max-width:70rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.5rem;margin:0}p{margin:.4rem 0}
table{border-collapse:collapse;width:100%;background:#fff;margin-top:1rem}
th[scope=row]{width:32%}
th,td{border:1px solid #c9ced3;padding:.4rem .6rem;text-align:left;vertical-align:top}
td.number,th.number{text-align:right}
a{color:#1a4f86;margin-right:.8rem;white-space:nowrap}
.warning{background:#fff4e0;border:1px solid #b36b00;padding:.5rem .8rem}
@page{size:A4 landscape;margin:15mm}
@media print{html{background:#fff;font-size:11pt}}
""")


def as_page(index: Index, wording: LetterWording) -> str:
    """For people."""
    words = wording.index
    letters = [line for line in index.units if line.files]
    units = sum(bool(line.unit) for line in index.units)
    rows = [_row(line, wording) for line in index.units]
    headings: Sequence[str] = (words.unit, *(words.kinds[kind] for kind in Kind), words.files)
    return document(
        wording.language,
        f"{words.title} - {index.run_id}",
        _CSS,
        element("h1", words.title),
        element("p", f"{index.office}. {words.run} {index.run_id}."),
        element("p", words.summary.format(letters=len(letters), units=units)),
        *_warning(index, words.incomplete),
        element(
            "table",
            element("thead", element("tr", *(element("th", h, scope="col") for h in headings))),
            element("tbody", *rows),
        ),
    )


def _warning(index: Index, text: str) -> Iterable[Html]:
    if index.incomplete:
        yield element("p", text.format(servers=", ".join(index.incomplete)), class_="warning")


def _row(line: UnitLine, wording: LetterWording) -> Html:
    words = wording.index
    links = [element("a", name, href=f"{line.folder}/{name}") for name in line.files]
    return element(
        "tr",
        element("th", visible(line.unit) or words.no_unit, scope="row"),
        *(element("td", str(line.counts.get(kind.value, 0)), class_="number") for kind in Kind),
        element("td", joined(links, " ") if links else words.nothing),
    )
