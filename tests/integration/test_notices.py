# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The letters to the units of the lab, by the playbooks: the letter's own list comes out again."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.population import DOMAIN, LETTER, UNITS
from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import lines_of_csv
from ansible_collections.civic.mailbox.plugins.module_utils._module.answer_files import read_forms

from .browser import CHROMIUM, DRIVER, browser
from .conftest import free_port_base
from .test_enforce import Office

STATED = {
    "deadline": "2026-12-15",
    "contact": "Bộ phận công nghệ thông tin",
    "symbol": "UBND",
    "units": [{"unit": UNITS[1], "addressee": "Hiệu trưởng"}],
}


@pytest.fixture(scope="module")
def office(lab: Info, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has audited the lab and written its letters."""
    office = Office(lab, tmp_path_factory.mktemp("letters") / "reports")
    done = office.play("audit", mailbox_run_id="first")
    assert done.status == 0, done.output
    checked = office.play("notices", "--check", "--diff", mailbox_letter=STATED)
    assert "+Kính gửi: Hiệu trưởng" in checked.text, checked.output
    assert not (office.reports / "first" / "notices").exists()
    written = office.play("notices", mailbox_letter=STATED)
    assert written.status == 0, written.output
    assert f"Letters of this run: {len(UNITS) + 1}." in written.text
    return office


def folder(office: Office) -> Path:
    return office.reports / "first" / "notices"


def index(office: Office) -> dict[str, dict[str, Any]]:
    lines = json.loads((folder(office) / "index.json").read_text("utf-8"))["units"]
    return {line["unit"]: line for line in lines}


def listed(office: Office) -> set[tuple[str, str]]:
    """Address and unit of every line of the answer forms."""
    found = set()
    for unit, line in index(office).items():
        path = folder(office) / line["folder"] / "answer-vi.csv"
        if path.exists():
            cells = [cells for _, cells in lines_of_csv(path.read_bytes(), str(path))]
            found |= {(row[0], unit) for row in cells[1:]}
    return found


def planted_locks(lab: Info) -> set[tuple[str, str]]:
    people = population.people(lab["people"], datetime.fromisoformat(lab["now"]))
    return {(person.subject, person.unit) for person in people if person.state.lock}


@pytest.mark.ansible
def test_the_letters_own_list_comes_out_again_and_no_other_is_locked(office, lab):
    of_the_letter = {(f"{uid}@{DOMAIN}", unit) for uid, unit in LETTER}

    assert len(of_the_letter) == 8
    assert len({unit for _, unit in of_the_letter}) == 5
    names = {address for address, _ in of_the_letter}
    assert {one for one in listed(office) if one[0] in names} == of_the_letter
    assert listed(office) == planted_locks(lab)


def text_of(path: Path) -> str:
    if path.suffix != ".docx":
        return path.read_text("utf-8")
    return zipfile.ZipFile(path).read("word/document.xml").decode()


@pytest.mark.parametrize(
    "name", ["letter-vi.html", "letter-vi.docx", "letter-en.html", "letter-en.docx"]
)
def test_each_letter_names_the_locked_mailboxes_of_its_unit_and_of_no_other(office, lab, name):
    planted = planted_locks(lab)
    for unit, line in index(office).items():
        text = text_of(folder(office) / line["folder"] / name)
        named = {address for address, _ in planted if f">{address}<" in text}
        assert named == {address for address, of in planted if of == unit}


def test_the_addressee_is_the_one_that_the_office_states(office):
    lines = index(office)

    assert lines[UNITS[1]]["to"] == "Hiệu trưởng"
    text = text_of(folder(office) / lines[UNITS[1]]["folder"] / "letter-vi.html")
    assert "<div>Hiệu trưởng</div>" in text


def test_what_is_in_no_unit_goes_to_the_office_itself(office):
    text = text_of(folder(office) / "no-unit" / "letter-vi.html")

    assert "v-out@quangninh.gov.vn" in text
    assert "chưa được gắn với đơn vị nào" in text


@pytest.mark.ansible
def test_again_nothing_changes_and_check_mode_says_so(office):
    before = {path: path.read_bytes() for path in folder(office).rglob("*") if path.is_file()}

    checked = office.play("notices", "--check", mailbox_letter=STATED)
    again = office.play("notices", mailbox_letter=STATED)

    assert [one.text.count("changed=0") for one in (checked, again)] == [2, 2]
    assert {
        path: path.read_bytes() for path in folder(office).rglob("*") if path.is_file()
    } == before


@pytest.mark.ansible
def test_a_mistake_in_the_letter_file_is_told_with_its_line(office, tmp_path):
    file = tmp_path / "letter.yml"
    file.write_text("contact: x\ndeadlne: 2026-12-15\n", encoding="utf-8")

    done = office.play("notices", mailbox_letter_file=str(file))

    assert done.status != 0
    assert "line 2, deadlne: unknown key; did you mean deadline?" in done.text
    assert "Traceback" not in done.text


def test_the_forms_are_read_by_what_reopens_mailboxes(office, tmp_path):
    for line in index(office).values():
        for form in (folder(office) / line["folder"]).glob("answer-*"):
            shutil.copy(form, tmp_path / f"{line['folder']}-{form.name}")

    assert len(list(tmp_path.iterdir())) == 4 * len(UNITS)
    assert read_forms(tmp_path) == (), "none was filled in"


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium")
def test_a_browser_prints_the_letter_on_a4(office, tmp_path):
    page = folder(office) / index(office)[UNITS[1]]["folder"] / "letter-vi.html"
    with browser(tmp_path) as chromium:
        chromium.open(page.as_uri())
        pages = chromium.pdf()

    assert 1 <= pages.count(b"/MediaBox [0 0 594.95996 841.91998]") <= 2
    assert pages.count(b"/MediaBox") <= 2


def test_a_word_processor_opens_letter_and_form(office, tmp_path):
    line = index(office)[UNITS[1]]
    files = [
        folder(office) / line["folder"] / name for name in ("letter-vi.docx", "answer-vi.docx")
    ]
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"),
            *("--convert-to", "txt:Text (encoded):UTF8", "--outdir", tmp_path, *files),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )

    letter, form = ((tmp_path / f"{file.stem}.txt").read_text("utf-8") for file in files)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in letter
    assert "Kính gửi: Hiệu trưởng" in letter
    assert "tranthioanh@quangninh.gov.vn" in form


@pytest.mark.ansible
def test_what_the_run_has_locked_since_is_told_as_locked(tmp_path):
    directory = tmp_path / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        office = Office(lifecycle.describe(directory), tmp_path / "reports")
        applied = {"enforce_run": "first", "enforce_apply": True}
        for playbook, more in (
            ("audit", {"mailbox_run_id": "first"}),
            ("enforce", {**applied, "enforce_controls": ["idle-mailbox"]}),
            ("notices", {"mailbox_letter": STATED}),
        ):
            done = office.play(playbook, **more)
            assert done.status == 0, done.output
    finally:
        lifecycle.down(directory)

    locked = {address.partition("@")[0] for address, _ in listed(office)}
    assert {"idle-95", "idle-200", "exempt-expired"} <= locked
    assert "exempt-valid" not in locked
    texts = [path.read_text("utf-8") for path in folder(office).rglob("letter-vi.html")]
    assert not [text for text in texts if "có thể bị khóa bất cứ lúc nào" in text]
