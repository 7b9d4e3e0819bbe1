# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A letter as a page that prints on A4, in one file that reaches no network.

Margins, sizes and places are those of Annex I of Decree 30/2020/NĐ-CP, part I. Blanks in number and
date are kept as wide as they are: they are filled in by pen.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..page.markup import Html, element, joined
from .document import document
from .letter import Block, Letter, Letterhead, Style, Table

_CSS = Html("""
@page{size:A4;margin:20mm 15mm 20mm 30mm;
@top-center{content:counter(page);font:13pt "Times New Roman","Liberation Serif",Times,serif}}
@page:first{@top-center{content:none}}
*{box-sizing:border-box}
html{background:#fff;color:#000;font:14pt/1.15 "Times New Roman","Liberation Serif",Times,serif}
body{margin:0 auto;max-width:165mm}
p{margin:0}
.head{display:grid;grid-template-columns:65mm 1fr;text-align:center;font-size:13pt}
.head>*{min-width:0}
.superior,.issuer,.about{text-wrap:balance}
.superior,.issuer,.nation{text-transform:uppercase}
.issuer,.nation,.motto{font-weight:bold}
.nation{white-space:nowrap;font-size:12.5pt}
.motto{font-size:14pt;white-space:nowrap}
.motto span{border-bottom:.75pt solid;padding-bottom:1pt}
.rule{width:22mm;border-top:.75pt solid;margin:2pt auto 0}
.number,.dateline{padding-top:9pt;white-space:pre}
.dateline{font-style:italic;font-size:14pt}
.about{padding:6pt 3mm 0;font-size:12pt}
.to{display:flex;justify-content:center;gap:.4em;margin:18pt 10mm 12pt}
.to span{flex:none}
.text p{margin-top:6pt;text-align:justify;text-indent:12.7mm}
.text p.cite{font-style:italic}
.text p.heading{break-after:avoid}
table{width:100%;border-collapse:collapse;table-layout:fixed;font-size:12pt;margin-top:6pt}
th,td{border:.5pt solid;padding:2pt 4pt;text-align:left;vertical-align:middle;
overflow-wrap:anywhere}
thead{display:table-header-group}
th,td.centred{text-align:center}
tr{break-inside:avoid}
.foot{display:grid;grid-template-columns:1fr 1fr;margin-top:12pt;break-inside:avoid}
.copies{font-size:11pt;padding-right:4mm}
.copies p:first-child{font-size:12pt;font-weight:bold;font-style:italic}
.sign{text-align:center;font-weight:bold}
.seal{height:30mm}
@media screen{html{background:#e9ecef}
body{background:#fff;max-width:210mm;min-height:297mm;padding:20mm 15mm 20mm 30mm;margin:8mm auto;
box-shadow:0 1px 6px #0003}}
@media screen and (max-width:60rem){body{padding:5mm;margin:0;max-width:none}
.head{grid-template-columns:2fr 3fr}
.nation{white-space:normal;text-wrap:balance}.number,.dateline{white-space:pre-wrap}}
@media screen and (max-width:36rem){.head{grid-template-columns:1fr}
.head>:last-child{order:-1;padding-bottom:9pt}}
""")


def page(letter: Letter) -> str:
    """The letter as an HTML document."""
    return document(
        letter.head.language,
        f"{letter.to} - {letter.about}",
        Html(_CSS + "".join(_widths(letter.blocks))),
        _head(letter),
        _addressee(letter),
        element("main", *map(_block, letter.blocks), class_="text"),
        _foot(letter),
    )


def _head(letter: Letter) -> Html:
    left = joined(
        (
            *_issuer(letter.head),
            element("p", letter.number, class_="number"),
            element("p", letter.about, class_="about"),
        )
    )
    right = joined(
        (
            element("p", letter.head.nation, class_="nation"),
            element("p", element("span", letter.head.motto), class_="motto"),
            element("p", letter.dateline, class_="dateline"),
        )
    )
    return element("header", element("div", left), element("div", right), class_="head")


def _issuer(head: Letterhead) -> Iterable[Html]:
    if head.superior:
        yield element("p", head.superior, class_="superior")
    yield from (element("p", line, class_="issuer") for line in head.issuer)
    yield element("div", class_="rule")


def _addressee(letter: Letter) -> Html:
    return element("div", element("span", letter.to_label), element("div", letter.to), class_="to")


def _block(block: Block) -> Html:
    if isinstance(block, Table):
        return _table(block)
    return element("p", block.text, class_=None if block.style is Style.TEXT else block.style.value)


def _widths(blocks: Iterable[Block]) -> Iterable[str]:
    """The widths of columns, in the style sheet: the page lets no other style through."""
    tables = (block for block in blocks if isinstance(block, Table))
    found = {(share, sum(table.shares)) for table in tables for share in table.shares}
    for share, total in sorted(found):
        yield f".{_width(share, total)}{{width:{100 * share / total:g}%}}\n"


def _width(share: int, total: int) -> str:
    """The class of columns that have this share of a table."""
    return f"share-{share}-of-{total}"


def _table(table: Table) -> Html:
    total = sum(table.shares)
    headings = [
        element("th", heading, scope="col", class_=_width(share, total))
        for heading, share in zip(table.headings, table.shares, strict=True)
    ]
    rows = [
        element(
            "tr",
            *(
                element("td", cell, class_="centred" if column in table.centred else None)
                for column, cell in enumerate(row)
            ),
        )
        for row in table.rows
    ]
    return element("table", element("thead", element("tr", *headings)), element("tbody", *rows))


def _foot(letter: Letter) -> Html:
    copies = [element("p", letter.copies_label), *(element("p", f"- {c}") for c in letter.copies)]
    sign = [
        *(element("p", title) for title in letter.titles),
        element("div", class_="seal"),
        element("p", letter.signer),
    ]
    return element(
        "footer",
        element("div", *copies, class_="copies"),
        element("div", *sign, class_="sign"),
        class_="foot",
    )
