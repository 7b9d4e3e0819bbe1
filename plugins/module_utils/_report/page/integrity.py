# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The hash of the run's files, and exactly what it proves."""

from __future__ import annotations

from ..report import Report
from ..seal import NAME
from .markup import Html, element
from .section import lines, note, section


def integrity(report: Report) -> Html:
    """How to check that the files beside the page are those that it was made of."""
    texts, seal = report.language.texts, report.folder.seal()
    if seal is None:
        return section("integrity", texts.integrity, note(texts.integrity_none))
    commands = (f"sha256sum {NAME}", f"sha256sum -c {NAME}")
    return section(
        "integrity",
        texts.integrity,
        element("p", texts.integrity_hash.format(file=NAME)),
        element("p", element("code", seal, id="seal"), class_="seal"),
        element("p", texts.integrity_check),
        element("pre", element("code", lines(commands))),
        element(
            "ul",
            element("li", texts.integrity_proves),
            element("li", texts.integrity_not),
            element("li", texts.integrity_journal),
        ),
    )
