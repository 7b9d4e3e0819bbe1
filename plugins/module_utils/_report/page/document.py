# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The whole page, in pieces: one file that, by its Content Security Policy, reaches nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from ..report import Report
from .coverage import coverage, exemptions, policy
from .findings import findings
from .icons import sprite
from .markup import Html, element
from .overview import controls, leadership, masthead, tiles
from .plan import gone, plan, soon
from .script import SCRIPT
from .style import STYLE
from .units import units


def document(report: Report) -> Iterator[Html]:
    """The page from its first to its last character."""
    texts = report.language.texts
    yield Html(f'<!DOCTYPE html>\n<html lang="{report.language.code}">\n')
    yield _head(report)
    yield Html('\n<body>\n<div class="page">')
    yield sprite()
    yield element("a", texts.skip, class_="skip", href="#findings")
    yield masthead(report)
    yield Html("\n<main>\n")
    yield element("div", leadership(report), tiles(report))
    for part in _parts(report):
        if part is not None:
            yield part
            yield Html("\n")
    yield Html("</main>\n")
    yield element("footer", texts.footer.format(run=report.assessment.run_id))
    yield Html(f"</div>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")


def _parts(report: Report) -> Iterator[Html | None]:
    yield controls(report)
    yield units(report)
    yield from findings(report)
    yield soon(report)
    yield plan(report)
    yield gone(report)
    yield coverage(report)
    yield exemptions(report)
    yield policy(report)


def _head(report: Report) -> Html:
    title = f"{report.title} – {report.office}"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_security_policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("title", title),
        Html(f"<style>{STYLE}</style>"),
    )


def _security_policy() -> str:
    """Only our own style and script, known by their hashes; nothing is ever fetched or sent."""
    return (
        f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
