# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which files a unit gets, and that none has anything of another unit."""

from __future__ import annotations

import io
import zipfile

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.contents import (
    Deeds,
    by_unit,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.files import files_of

from .letters import EN, VI, Contents, contents, forward, idle, locked, password, soon, writer

NAMES = [
    ("locked", contents(locked()), ["letter-vi.html", "letter-vi.docx", "answer-vi.csv", "answer-vi.docx"]),
    ("not locked", contents(soon()), ["letter-vi.html", "letter-vi.docx"]),
    ("nothing", Contents(unit="A"), []),
]  # fmt: skip


@pytest.mark.parametrize(("made", "names"), [pytest.param(*case, id=name) for name, *case in NAMES])
def test_a_unit_gets_what_there_is_to_tell_it(made, names):
    assert [file.name for file in files_of(made, [writer()], ["html", "docx"])] == names


def test_without_docx_the_form_is_csv():
    files = files_of(contents(locked()), [writer()], ["html"])

    assert [file.name for file in files] == ["letter-vi.html", "answer-vi.csv"]


def text_of(name: str, content: bytes) -> str:
    if not name.endswith(".docx"):
        return content.decode()
    archive = zipfile.ZipFile(io.BytesIO(content))
    return "".join(
        archive.read(part).decode() for part in archive.namelist() if part.endswith("xml")
    )


def test_no_file_of_a_unit_has_an_address_of_another():
    units = ("Ban", "Đội", "Trạm", "")
    kinds = (locked, soon, idle, forward, password)
    rows = [
        kind(f"{kind.__name__}-of-{number}@x.example", unit=unit)
        for number, unit in enumerate(units)
        for kind in kinds
    ]
    written = by_unit(rows, units, Deeds())

    assert len(written) == len(units)
    for number, made in enumerate(written):
        for file in files_of(made, [writer(VI), writer(EN)], ["html", "docx"]):
            text = text_of(file.name, file.content)
            assert f"locked-of-{number}@x.example" in text
            others = [n for n in range(len(units)) if n != number and f"-of-{n}@" in text]
            assert others == [], file.name


def test_the_same_contents_give_the_same_bytes():
    first, second = (
        list(files_of(contents(locked(), idle()), [writer(VI), writer(EN)], ["html", "docx"]))
        for _ in range(2)
    )

    assert first == second
    assert len(first) == 8
