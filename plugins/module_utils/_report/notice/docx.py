# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A letter and its answer form as DOCX (Office Open XML, ECMA-376).

Margins, sizes and places are those of Annex I of Decree 30/2020/NĐ-CP, part I. The same content
gives the same bytes: nothing in a file tells when it was written.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Any

try:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Mm, Pt

    HAS_DOCX = True
except ImportError:
    HAS_DOCX = False

from .letter import AnswerForm, Letter, Letterhead, Paragraph, Style, Table

MISSING = (
    "python-docx is not installed for the Python that runs this module: pip install python-docx"
)

_FONT = "Times New Roman"
_TEXT_WIDTH = 165  # mm, of 210 less the margins
_LEFT, _RIGHT = 65, 100  # mm, of the two columns of a head
_RULE = 22  # mm
_MOTTO = {"vi": 62, "en": 72}  # mm that the motto is wide at 14 points
_SEAL = 5  # empty lines
_FIXED = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can name


def letter_docx(letter: Letter) -> bytes:
    """The letter as a file."""
    document = _document(letter.head.language, letter.about)
    _page_numbers(document)
    left, right = _columns(document, _LEFT, _RIGHT)
    _issuer(left, letter.head)
    _line(left, letter.number, size=13, before=6)
    _line(left, letter.about, size=12, before=6)
    _nation(right, letter.head)
    _line(right, letter.dateline, size=14, before=8, italic=True)
    _addressee(document, letter)
    for block in letter.blocks:
        if isinstance(block, Table):
            _table(document, block)
        else:
            _paragraph(document, block)
    _foot(document, letter)
    return _packed(document)


def answer_docx(form: AnswerForm) -> bytes:
    """The answer form as a file, on A4 laid across."""
    document = _document(form.head.language, form.title, across=True)
    left, right = _columns(document, 97, 160)
    _line(left, form.unit, size=13, bold=True, capitals=True)
    _rule(left, 97, _RULE)
    _nation(right, form.head, width=160)
    _line(document.add_paragraph(), form.title, size=14, bold=True, before=12)
    _line(document.add_paragraph(), form.about, size=14, bold=True, after=6)
    _table(
        document,
        Table(
            headings=(form.serial, *form.headings),
            rows=tuple((str(number), *row) for number, row in enumerate(form.rows, 1)),
            shares=(5, 30, 8, 12, 12, 13, 10, 10),
            centred=(0,),
        ),
        width=257,
        lowest=11,
    )
    for text in form.instructions:
        _paragraph(document, Paragraph(text=f"- {text}"), size=12)
    _line(document.add_paragraph(), form.dateline, size=13, italic=True, before=6, align="right")
    signatures = _columns(document, *[257 / len(form.signatures)] * len(form.signatures))
    for cell, text in zip(signatures, form.signatures, strict=True):
        _line(cell, text, size=13, bold=True)
        for _ in range(_SEAL):
            _line(cell, "", size=13)
    return _packed(document)


def _document(language: str, title: str, *, across: bool = False) -> Any:
    document = Document()
    section = document.sections[0]
    sides = (Mm(210), Mm(297))
    section.page_width, section.page_height = sides[::-1] if across else sides
    if across:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(20 if across else 30)
    section.right_margin = Mm(20 if across else 15)
    section.header_distance = section.footer_distance = Mm(10)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), {"vi": "vi-VN", "en": "en-GB"}[language])
    normal.element.rPr.append(spoken)
    normal.paragraph_format.space_after = Pt(0)
    about = document.core_properties
    about.title, about.author, about.comments, about.keywords = title[:250], "", "", ""
    about.last_modified_by, about.revision = "", 1
    about.created = about.modified = datetime(*_FIXED)  # noqa: DTZ001
    return document


def _page_numbers(document: Any) -> None:
    """Centred in the upper margin, from the second page on."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _columns(document: Any, *widths: float) -> list[Any]:
    """Cells side by side, without borders."""
    table = document.add_table(rows=1, cols=len(widths))
    _fix(table, widths)
    _keep_whole(table.rows[0])
    return list(table.rows[0].cells)


def _fix(table: Any, widths: Iterable[float]) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _line(
    place: Any,
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    capitals: bool = False,
    before: float = 0,
    after: float = 0,
    align: str = "center",
) -> None:
    """One paragraph; in a cell the first one takes the place of the empty one that it has."""
    paragraph = _next(place) if hasattr(place, "_tc") else place
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)
    run = paragraph.add_run(text.upper() if capitals else text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _next(cell: Any) -> Any:
    first = cell.paragraphs[0]
    if len(cell.paragraphs) == 1 and first.paragraph_format.keep_together is None:
        first.paragraph_format.keep_together = True
        return first
    return cell.add_paragraph()


def _rule(cell: Any, within: float, width: float) -> None:
    """A line in the middle of a cell that is `within` mm wide."""
    paragraph = cell.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm((within - 3.8 - width) / 2)
    layout.space_before, layout.line_spacing = Pt(2), Pt(2)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _issuer(cell: Any, head: Letterhead) -> None:
    if head.superior:
        _line(cell, head.superior, size=13, capitals=True)
    for line in head.issuer:
        _line(cell, line, size=13, bold=True, capitals=True)
    _rule(cell, _LEFT, _RULE)


def _nation(cell: Any, head: Letterhead, width: float = _RIGHT) -> None:
    _line(cell, head.nation, size=12.5, bold=True)
    _line(cell, head.motto, size=14, bold=True)
    _rule(cell, width, _MOTTO[head.language])


def _addressee(document: Any, letter: Letter) -> None:
    _line(document.add_paragraph(), f"{letter.to_label} {letter.to}", size=14, before=18, after=12)


def _paragraph(document: Any, block: Paragraph, size: float = 14) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    layout = paragraph.paragraph_format
    layout.first_line_indent, layout.space_before = Mm(12.7), Pt(6)
    layout.line_spacing = 1.1
    layout.keep_with_next = block.style is Style.HEADING
    run = paragraph.add_run(block.text)
    run.font.size, run.italic = Pt(size), block.style is Style.CITE


def _table(document: Any, table: Table, width: float = _TEXT_WIDTH, lowest: float = 0) -> None:
    """`lowest`: mm that a row is high at least, so that there is room to write.

    Its rows are parsed from one text: python-docx takes a minute for a table of some thousands.
    """
    made = document.add_table(rows=0, cols=len(table.headings))
    made.style, made.autofit = "Table Grid", False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    total = sum(table.shares)
    widths = [width * share / total for share in table.shares]
    for column, of_column in zip(made.columns, widths, strict=True):
        column.width = Mm(of_column)
    twips = [Mm(of_column).twips for of_column in widths]
    rows = [_row_xml(table.headings, twips, range(len(widths)), heading=True)]
    rows += [_row_xml(row, twips, table.centred, height=Mm(lowest).twips) for row in table.rows]
    made._tbl.extend(list(parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(rows)}</w:tbl>")))


def _row_xml(
    texts: Iterable[str],
    widths: Iterable[int],
    centred: Container[int],
    *,
    heading: bool = False,
    height: int = 0,
) -> str:
    tall = f'<w:trHeight w:val="{height}"/>' if height else ""
    repeated = "<w:tblHeader/>" if heading else ""
    bold = "<w:b/>" if heading else ""
    cells = [
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        '<w:p><w:pPr><w:spacing w:before="40" w:after="40"/>'
        f'<w:jc w:val="{"center" if column in centred else "left"}"/></w:pPr>'
        f'<w:r><w:rPr>{bold}<w:sz w:val="24"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
        for column, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    return f"<w:tr><w:trPr><w:cantSplit/>{tall}{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def _foot(document: Any, letter: Letter) -> None:
    for paragraph in document.paragraphs[-2:]:
        paragraph.paragraph_format.keep_with_next = True
    _line(document.add_paragraph(), "", size=6)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    left, right = _columns(document, 80, 85)
    _line(left, letter.copies_label, size=12, bold=True, italic=True, align="left")
    for copy in letter.copies:
        _line(left, f"- {copy}", size=11, align="left")
    for title in letter.titles:
        _line(right, title, size=14, bold=True, capitals=True)
    for _ in range(_SEAL):
        _line(right, "", size=14)
    _line(right, letter.signer, size=14, bold=True)


def _packed(document: Any) -> bytes:
    """The file with the same bytes each time: its parts in order, their times fixed."""
    _line(document.add_paragraph(), "", size=1)  # a table cannot be the last part
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w") as archive:
        for name in _in_order(parts.namelist()):
            info = zipfile.ZipInfo(name, date_time=_FIXED)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(info, parts.read(name))
    return packed.getvalue()


def _in_order(names: Iterable[str]) -> Iterator[str]:
    """The list of parts first, as ECMA-376 readers expect it."""
    yield from sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
