# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The page on A4, with the margins and page numbers of an official paper (Decree 30/2020/ND-CP)."""

from __future__ import annotations

PRINT = """
@page{size:A4;margin:20mm 15mm 20mm 25mm;
@top-center{content:counter(page);font:12px sans-serif}}
@page:first{@top-center{content:none}}
@media print{
:root{color-scheme:light;--ground:#fff;--paper:#fff;--ink:#000;--soft:#3d4650;--line:#c9ced3;
--strong:#7d8791;--accent:#1a3f63;--mark:#fff;
--fail:#8f1422;--fail-bg:#fff;--error:#22495f;--error-bg:#fff;--manual:#6b4100;--manual-bg:#fff;
--unknown:#3d4650;--unknown-bg:#fff;--exempt:#463877;--exempt-bg:#fff;--pass:#155436;--pass-bg:#fff}
html{font-size:9.5pt;line-height:1.35}
.office{font-size:10pt}
.page{max-width:none;padding:0}
.masthead{padding-top:1rem}
a{color:inherit;text-decoration:none}
h1{font-size:18pt}.lead{font-size:13pt}
.part{margin-top:1.6rem}.part>section{padding-top:1.2rem}
#contact,#auditor{break-before:page}
#units,#matrix,#plan,#soon{content-visibility:visible}
h2{font-size:15pt}h3{font-size:12.5pt}h4{font-size:10.5pt}
h2,h3,h4,h5,.note{break-after:avoid}.chart,.figure{break-inside:avoid}
.on-paper{display:inline}
.parts,#pane,.sort,#pager,.check{display:none!important}
.with-pane{display:block}
.with-pane .c-control,.with-pane .c-remedy{display:table-cell!important}
.with-pane .findings thead th:nth-child(n){display:table-cell!important}
pre{max-height:none;overflow:visible;white-space:pre-wrap;font-size:7.5pt}
.charts{grid-template-columns:1fr 1fr}
tr,.tile,.warning,li,.facts{break-inside:avoid}
thead{display:table-header-group}
.findings thead th,.plan thead th{position:static;box-shadow:none}
.tiles{grid-template-columns:repeat(6,1fr);gap:.4rem}
.tile{padding:.5rem .6rem}.tile-value{font-size:16pt}
.scroll{border:0;border-radius:0;overflow:visible!important}
th,td{padding:.35rem .4rem}
table{font-size:8.5pt;line-height:1.35}
small,.diff,code,.tile-note,.facts dt{font-size:7.5pt}.tile-name{font-size:8.5pt}
.badge{padding:0;white-space:normal}
.numbers thead .badge{font-size:7.5pt}
.controls tbody th,.units tbody th,.units thead th{min-width:0;white-space:normal}
.findings thead th:nth-child(1){width:15%}.findings thead th:nth-child(2){width:24%}
.findings thead th:nth-child(3){width:14%}.findings thead th:nth-child(5){width:18%}
.settings th:nth-child(1){width:45%}
.soon th:nth-child(2){width:13%}.gone th:nth-child(2){width:17%}
.soon th:nth-child(3),.gone th:nth-child(3){width:17%}
.soon th:nth-child(4),.gone th:nth-child(4){width:36%}
.coverage th:nth-child(1){width:24%}.coverage th:nth-child(4){width:11%}
.coverage th:nth-child(6){width:26%}
.plan th:nth-child(2){width:50%}.plan th:nth-child(3){width:15%}
.exemptions th:nth-child(1){width:24%}.exemptions th:nth-child(3){width:22%}
.exemptions th:nth-child(6){width:10%}
.skip,details:not([open]),#filters fieldset,.fields,.answers button,#filters[hidden]{
display:none!important}
#filtered:not(:empty){display:block;font-weight:600}
.bar rect,.chart *,.swatch *,.tile,.diff del,.diff ins{
print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
"""
