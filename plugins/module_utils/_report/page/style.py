# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The page's style sheet: screens from a telephone to a desk, light and dark."""

from __future__ import annotations

from .print import PRINT

_COLOURS = """
:root{color-scheme:light dark;
--ground:#f5f5f2;--paper:#fff;--ink:#1a222c;--soft:#535e6b;--line:#dcdfe2;--strong:#9aa3ad;
--accent:#1a4d7a;--mark:#fff6d6;
--fail:#a31a2a;--fail-bg:#fbecec;--error:#2c566e;--error-bg:#e4eff5;
--manual:#7a4b00;--manual-bg:#fcf2dd;--unknown:#48535f;--unknown-bg:#edf0f3;
--exempt:#52438a;--exempt-bg:#efedf8;--pass:#1b6743;--pass-bg:#e7f3ec}
@media (prefers-color-scheme:dark){:root{
--ground:#11151a;--paper:#191f26;--ink:#e7eaed;--soft:#a7b0ba;--line:#303943;--strong:#67727e;
--accent:#93c0e8;--mark:#3a3418;
--fail:#ff9d97;--fail-bg:#3d1e20;--error:#a5cfe6;--error-bg:#1c2f3a;
--manual:#f1c373;--manual-bg:#382a10;--unknown:#b9c3cd;--unknown-bg:#28313a;
--exempt:#c4b8f2;--exempt-bg:#2b2642;--pass:#88d2a7;--pass-bg:#173022}}
"""

_BASE = """
*,*::before,*::after{box-sizing:border-box}
html{font:100%/1.55 "Segoe UI","Noto Sans",system-ui,"Liberation Sans",Arial,sans-serif;
-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:4rem}
body{margin:0;background:var(--ground);color:var(--ink);font-variant-numeric:tabular-nums}
.page{max-width:82rem;margin:0 auto;padding:0 2rem 4rem}
p,dl,ul,table{margin:0}
h1,h2,h3,h4,h5{line-height:1.25;font-weight:600;text-wrap:balance}
h1{margin:.15rem 0 1rem;font-size:2.1rem;letter-spacing:-.012em}
h2{margin:0;font-size:1.7rem;letter-spacing:-.01em;outline:0}
h3{margin:0 0 .35rem;font-size:1.35rem;outline:0}
h4{margin:1.6rem 0 .25rem;font-size:1.05rem;outline:0}
h5{margin:1.1rem 0 .2rem;font-size:.875rem;font-weight:600}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.18em}
small{display:block;color:var(--soft);font-size:.8125rem;line-height:1.4}
code{font:.8125rem/1.45 ui-monospace,"Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace}
code,bdi,dd{overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
[hidden],.sprite{display:none!important}
.unseen,.skip:not(:focus){position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;
clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;top:.5rem;left:.5rem;z-index:9;padding:.5rem 1rem;background:var(--paper)}
.note{color:var(--soft);max-width:46rem}
.sprite path{fill-rule:evenodd}.icon{width:.95em;height:.95em;fill:currentColor;flex:none}
"""

_TOP = """
body{border-top:6px solid var(--accent)}
.masthead{padding:2.4rem 0 1.4rem;
border-bottom:1px solid var(--line)}
.office{color:var(--accent);font-weight:600;font-size:1.02rem;letter-spacing:.01em}
.facts{display:flex;flex-wrap:wrap;gap:.35rem 2.4rem}
.facts dt{color:var(--soft);font-size:.8125rem;line-height:1.4}
.facts dd{margin:0}
.parts ul{display:flex;flex-wrap:wrap;gap:.3rem 2rem;padding:.8rem 0 0;list-style:none}
.part{margin-top:3.6rem}.part:first-child{margin-top:1.8rem}
.part-head{padding-top:1rem;border-top:3px solid var(--accent)}
.part>section{padding-top:2.4rem}
#units,#matrix,#plan,#soon{content-visibility:auto;contain-intrinsic-size:auto 60rem}
.part>.leadership{padding-top:1.4rem}
.lead{font-size:1.5rem;line-height:1.4;font-weight:600;max-width:52rem;text-wrap:pretty}
.lead-more{margin-top:.5rem;font-size:1.0625rem;max-width:52rem}
.warning{display:flex;gap:.7rem;align-items:flex-start;margin:0 0 1.3rem;padding:.85rem 1.1rem;
background:var(--fail-bg);color:var(--fail);border-left:4px solid;border-radius:3px;
font-weight:600;overflow-wrap:anywhere}
.warning .icon{width:1.2em;height:1.2em;margin-top:.2em}
.warning a{color:inherit}.warning ul{padding-left:1.2rem}
.tiles{display:grid;grid-template-columns:repeat(6,1fr);gap:.9rem;margin-top:1.8rem;padding:0;
list-style:none}
.tile{display:flex;flex-direction:column;height:100%;padding:.8rem 1rem 1rem;color:var(--ink);
background:var(--paper);border:1px solid var(--line);border-radius:6px;text-decoration:none}
.tile:hover{border-color:var(--strong)}
.tile-name{display:flex;gap:.5rem;align-items:center;font-weight:600;font-size:.9375rem;
line-height:1.3;min-height:2.6em}
.tile-value{font-size:2.3rem;line-height:1.2;font-weight:600;letter-spacing:-.02em}
.tile-note{color:var(--soft);font-size:.8125rem;line-height:1.4;margin-top:.2rem}
.tile.s-fail,.tile.s-manual,.tile.s-unknown,.tile.s-pass{background:var(--paper)}
.tile.s-fail .tile-name,.tile.s-fail .tile-value{color:var(--fail)}
.tile.s-manual .tile-name,.tile.s-manual .tile-value{color:var(--manual)}
.tile.s-pass .tile-name,.tile.s-pass .tile-value{color:var(--pass)}
.tile.s-unknown .tile-name,.tile.s-unknown .tile-value{color:var(--unknown)}
"""

_STATUSES = """
.badge{display:inline-flex;gap:.4em;align-items:center;padding:.1em .6em .1em .5em;
border-radius:1em;font-size:.8125rem;font-weight:600;line-height:1.5;white-space:nowrap}
.count{display:inline-flex;gap:.35em;align-items:center;font-weight:600}
.s-fail{color:var(--fail)}.badge.s-fail{background:var(--fail-bg)}
.s-error{color:var(--error)}.badge.s-error{background:var(--error-bg)}
.s-manual{color:var(--manual)}.badge.s-manual{background:var(--manual-bg)}
.s-unknown{color:var(--unknown)}.badge.s-unknown{background:var(--unknown-bg)}
.s-exempt{color:var(--exempt)}.badge.s-exempt{background:var(--exempt-bg)}
.s-pass{color:var(--pass)}.badge.s-pass{background:var(--pass-bg)}
.b-fail{fill:var(--fail)}.b-error{fill:var(--error)}.b-manual{fill:var(--manual)}
.b-unknown{fill:var(--strong)}.b-exempt{fill:var(--exempt)}.b-pass{fill:var(--pass);opacity:.45}
.zero{color:var(--soft)}
.change{padding:0 .5em;border:1px solid var(--strong);
border-radius:3px;color:var(--ink);font-weight:600;font-size:.75rem}
.severity{font-weight:600}
"""

_TABLES = """
.scroll{position:relative;margin-top:1rem;background:var(--paper);border:1px solid var(--line);
border-radius:6px}
.scroll[tabindex]{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9375rem;line-height:1.5}
th,td{padding:.7rem .9rem;overflow-wrap:break-word;text-align:left;vertical-align:top;
border-top:1px solid var(--line)}
thead th{border-top:0;border-bottom:1px solid var(--strong);color:var(--soft);
font-size:.8125rem;font-weight:600;line-height:1.35;vertical-align:bottom}
tbody tr:first-child>*{border-top:0}
tbody th{font-weight:400}
td p+p,td .diff{margin-top:.25rem}
.numbers th+th,.numbers td{text-align:right;white-space:nowrap;padding-left:.5rem}
.numbers thead th+th{white-space:normal}
.units thead th{white-space:normal;min-width:7rem}
.numbers td a{display:inline-block;padding:.05rem .3rem;margin:-.05rem -.3rem;border-radius:3px;
text-decoration:none}
.numbers td a:hover{background:var(--unknown-bg);text-decoration:underline}
.numbers thead .badge{background:none;padding:0}
.units tbody th,.states tbody th{min-width:13rem}
.units tbody tr:hover{background:var(--ground)}
.counts{display:inline-flex;flex-wrap:wrap;gap:.2rem .9rem;justify-content:flex-end}
.quiet .count{font-weight:400}
.controls tbody th{min-width:22rem;max-width:30rem}
.controls tbody th code{display:block;color:var(--soft)}.controls .limit{color:var(--ink)}
.states .bar{max-width:16rem;margin:.35rem 0 .1rem}
.bar{display:block;width:100%;max-width:26rem;height:.4rem;margin:.5rem 0 .4rem;
background:var(--unknown-bg);border-radius:2px}
details{margin-top:.35rem}
summary{width:fit-content;color:var(--accent);font-size:.8125rem;cursor:pointer}
details[open]>summary{margin-bottom:.4rem}
details p{max-width:42rem;font-size:.875rem}
details p+ul{margin-top:.3rem;color:var(--soft);font-size:.8125rem}
"""

_FINDINGS = """
.findings{table-layout:fixed}
.findings thead th:nth-child(1){width:12rem}.findings thead th:nth-child(2){width:20%}
.findings thead th:nth-child(3){width:14%}.findings thead th:nth-child(5){width:18%}
.group th{padding-top:1.1rem;background:var(--ground);font-weight:600}
.group small{font-weight:400}
.on-paper{display:none}
.sort{all:unset;cursor:pointer}
.sort::after{content:"";display:inline-block;width:1.1em;text-align:center}
.sort:hover{text-decoration:underline}
.sort:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
[aria-sort=ascending] .sort::after{content:"\\2191"}
[aria-sort=descending] .sort::after{content:"\\2193"}
.findings tr[id]{cursor:pointer}
.findings tr[id]:hover>*{background:var(--ground)}
.findings tr[aria-current]>*,.findings tr[aria-current]:hover>*{background:var(--mark)}
.findings thead th,.plan thead th{position:sticky;top:0;z-index:1;background:var(--paper);
box-shadow:0 1px var(--strong);border-bottom:0}
.c-subject,.plan tbody th,.soon tbody th,.gone tbody th{font-weight:600}
tbody th small{font-weight:400}
tr:has(:target)>*,tr[aria-current]>*{background:var(--mark)}
.c-status>div{display:flex;flex-wrap:wrap;gap:.3rem .5rem;align-items:center}
.evidence{padding:0;list-style:none;font-size:.8125rem}
.evidence li{display:flex;flex-wrap:wrap;gap:0 .9rem;padding:.3rem 0;
border-top:1px solid var(--line)}
.seen{font-weight:600}.source{color:var(--soft)}
.inline .facts,#pane .facts{display:block;margin-top:1rem;padding-top:.4rem;
border-top:1px solid var(--line);font-size:.8125rem}
.inline .facts div,#pane .facts div{margin-top:.3rem}
.inline h5{margin-top:.7rem;font-size:.8125rem}
.cut{font-weight:600;color:var(--ink)}
.plan,.soon,.gone,.coverage,.exemptions,.worst,.journal,.sessions,.references,.settings{
table-layout:fixed}
.plan th:nth-child(2){width:46%}.plan th:nth-child(3){width:17%}
.soon th:nth-child(2){width:11rem}.soon th:nth-child(3){width:18%}.soon th:nth-child(4){width:38%}
.gone th:nth-child(2){width:13rem}.gone th:nth-child(3){width:18%}.gone th:nth-child(4){width:38%}
.exemptions th:nth-child(1){width:26%}.exemptions th:nth-child(3){width:24%}
.coverage th:nth-child(1){width:20%}.coverage th:nth-child(6){width:30%}
.coverage th:nth-child(4){width:8rem}
.coverage p{margin-top:.35rem;overflow-wrap:anywhere}.day{white-space:nowrap}
.diff{font:.8125rem/1.6 ui-monospace,"Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace}
.diff>*{display:block;padding:0 .6rem;text-decoration:none;border-radius:2px}
.diff .kept{padding-left:1.9rem}
.diff del{background:var(--fail-bg);color:var(--fail)}
.diff ins{background:var(--pass-bg);color:var(--pass)}
.sign{display:inline-block;width:1.3rem;font-weight:700}
.plan td small{margin-top:.25rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);
font-size:.8125rem}
#policy .facts{margin-top:.8rem}#policy .facts+p{margin-top:1rem}
h3+.warning,.note+.warning{margin-top:.8rem}
pre{margin:.6rem 0;padding:.8rem 1rem;overflow:auto;max-height:32rem;background:var(--paper);
border:1px solid var(--line);border-radius:6px}
pre code{overflow-wrap:normal}
.seal{margin:.4rem 0 1rem}#integrity ul{padding-left:1.2rem;max-width:46rem}
#integrity p{max-width:46rem}
.references th:nth-child(1){width:12%}.references th:nth-child(6){width:21%}
.sessions th:nth-child(4){width:22%}.settings th:nth-child(1){width:22rem}
.journal th:nth-child(1){width:22%}.journal th:nth-child(3){width:28%}
.journal th:nth-child(4){width:10rem}
.worst th:nth-child(2){width:11rem}.worst th:nth-child(4){width:30%}
"""

_FORM = """
#filters{margin-top:1.1rem}
fieldset{display:flex;flex-wrap:wrap;gap:.5rem;margin:0;padding:0;border:0}
legend{padding:0 0 .25rem;color:var(--soft);font-size:.8125rem}
.chip{position:relative;display:inline-flex;cursor:pointer}
.chip input{position:absolute;inset:0;margin:0;opacity:0;cursor:pointer}
.chip .badge{padding:.3rem .9rem .3rem .75rem;border:1px solid var(--line);
background:var(--paper)}
.chip:hover .badge{border-color:var(--strong)}
.chip input:checked+.badge{border-color:currentColor;box-shadow:inset 0 0 0 1px}
.chip input:focus-visible+.badge{outline:3px solid var(--accent);outline-offset:2px}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.8rem 1rem;
margin-top:.9rem}
.fields .search{grid-column:span 2}
.fields label>span{display:block;padding-bottom:.25rem;color:var(--soft);font-size:.8125rem}
select,input[type=search],button{width:100%;min-height:2.6rem;padding:.35rem .7rem;font:inherit;
font-size:.9375rem;color:var(--ink);background:var(--paper);border:1px solid var(--strong);
border-radius:4px}
button{width:auto;padding:.3rem 1rem;min-height:2.3rem;cursor:pointer}
button:hover{border-color:var(--ink)}
.answers{display:flex;flex-wrap:wrap;gap:.7rem;align-items:center;margin-top:1rem}
.answers output{flex:1;min-width:11rem;font-weight:600}
#filters .warning{margin:1rem 0 0}
#filtered{display:none}
#nothing{padding:1.5rem 0;font-weight:600}
.check{display:inline-flex;gap:.5rem;align-items:center;font-size:.9375rem}
.check input{width:1.1rem;height:1.1rem}
button[disabled],button[aria-disabled=true]{color:var(--soft);border-color:var(--line);
cursor:default}
#pager{display:flex;flex-wrap:wrap;gap:.7rem 1rem;align-items:center;margin-top:1rem}
#columns{scroll-margin-top:1rem}
.list{min-width:0}
.with-pane{display:grid;grid-template-columns:minmax(0,1fr) 27rem;gap:1.2rem;align-items:start}
.with-pane .c-control,.with-pane .c-remedy,.with-pane .findings thead th:nth-child(3),
.with-pane .findings thead th:nth-child(5){display:none}
.with-pane .findings thead th:nth-child(1){width:9.5rem}
.with-pane .findings thead th:nth-child(2){width:36%}
#pane{position:sticky;top:1rem;max-height:calc(100vh - 2rem);overflow-y:auto;margin-top:1rem;
padding:1rem 1.2rem 1.4rem;background:var(--paper);border:1px solid var(--strong);
border-radius:6px;scroll-margin-top:1rem}
.pane-bar{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.pane-bar output{flex:1;min-width:5rem;text-align:center;font-size:.875rem}
#pane h4{margin:1rem 0 .4rem;overflow-wrap:anywhere}
.pane-status{display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));
gap:1rem 2.5rem}
.figure{min-width:0;max-width:34rem}.figure h4{margin-top:.8rem}
.chart{display:block;width:100%;height:auto;margin:.4rem 0}
.chart text{font-size:12px;fill:var(--ink)}
.c-open{fill:var(--accent)}.c-locked{fill:var(--strong)}
.c-grid{stroke:var(--line);stroke-width:1}
.c-limit{stroke:var(--fail);stroke-width:1.5;stroke-dasharray:4 3}
.line{fill:none;stroke-width:2.5}
.c-fix{fill:var(--fail)}.line.c-fix{fill:none;stroke:var(--fail)}
.c-unsure{fill:var(--unknown)}
.spark{display:block;margin:0 0 .1rem auto}.spark .line{stroke:var(--accent);stroke-width:2}
.line.c-unsure{fill:none;stroke:var(--unknown);stroke-dasharray:5 4}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;padding:0;list-style:none;
font-size:.8125rem}
.swatch{width:.8em;height:.8em;margin-right:.45em}
.small{font-size:.8125rem}.small th,.small td{padding:.35rem .6rem}
"""

_NARROW = """
@media screen and (max-width:72rem){.tiles{grid-template-columns:repeat(3,1fr)}
.tile-name{min-height:0}
.findings thead th:nth-child(1){width:9.5rem}
.with-pane{display:block}.with-pane .list{display:none}
#pane{position:static;max-height:none}}
@media screen and (max-width:52rem){
.page{padding:0 1rem 3rem}
h1{font-size:1.6rem}h2{font-size:1.4rem}.part{margin-top:2.6rem}.lead{font-size:1.25rem}.masthead{padding-top:1.5rem}
.tiles{grid-template-columns:1fr 1fr;gap:.7rem}
.tile-value{font-size:1.8rem}
.units thead th{min-width:5.5rem}
.chart text{font-size:15px}
.fields .search{grid-column:1/-1}
.numbers tbody th{min-width:9rem;position:sticky;left:0;background:var(--paper)}
.scroll:has(>.stacked){overflow:visible}
.stacked,.stacked tbody{display:block}
.stacked thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.stacked tr{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;padding:.8rem .9rem;
border-top:1px solid var(--line)}
.stacked tr:first-child{border-top:0}
.stacked tr>*{padding:0;border:0}
.stacked tbody th{position:static;flex:1 0 100%;min-width:0}
.stacked td:has(.zero){display:none}
.stacked td .unseen{position:static;clip-path:none;width:auto;height:auto;margin:0;
font-weight:400}
.scroll:has(>.cards){background:none;border:0}
.cards,.cards tbody,.cards tr,.cards th,.cards td{display:block;width:auto!important}
.cards thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.cards tr{margin-top:.8rem;padding:.6rem 1rem .8rem;background:var(--paper);
border:1px solid var(--line);border-radius:6px}
.cards tr>*{padding:.3rem 0;border:0}
.cards td[data-head]::before{content:attr(data-head);display:block;color:var(--soft);
font-size:.75rem}
.cards td:has(>div:empty){display:none}
.findings tr{display:flex;flex-direction:column}
.cards .c-status[data-head]::before{content:none}
tr:has(:target),tr[aria-current]{background:var(--mark)}
}
"""

STYLE = _COLOURS + _BASE + _TOP + _STATUSES + _TABLES + _FINDINGS + _FORM + _NARROW + PRINT
