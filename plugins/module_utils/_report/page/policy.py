# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy that was used: what was in force, and the file as it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..report import Report
from ..visible import clipped, visible
from .markup import Content, Html, element, joined
from .section import lines, note, section, table

LONGEST = 100_000  # characters of the file on the page; policy.yml has all


def policy(report: Report) -> Html:
    """Facts, settings and text, and the paper behind it."""
    texts, run = report.language.texts, report.assessment
    facts = (
        (texts.profile, report.language.word(lambda words: words.profiles, run.profile)),
        (texts.policy_file, run.policy_file),
        ("SHA-256", run.policy_sha256 or texts.not_recorded),
        (texts.time_zone, run.time_zone),
        (texts.previous, run.previous or clipped(run.not_compared) or texts.no_previous),
    )
    heads = (texts.setting, texts.value)
    return section(
        "policy",
        texts.policy,
        element(
            "dl",
            *(element("div", element("dt", name), element("dd", value)) for name, value in facts),
            class_="facts",
        ),
        element("p", texts.letter),
        element("h4", texts.settings),
        note(texts.settings_note),
        table(heads, _settings(run.settings), class_="cards settings", label=texts.settings)
        if run.settings else note(texts.not_recorded),
        _file(report),
    )  # fmt: skip


def _settings(settings: Mapping[str, Mapping[str, object]]) -> Iterator[Sequence[Content]]:
    for section_, values in settings.items():
        for key, value in values.items():
            yield element("code", f"{section_}.{key}"), element("span", _written(value))


def _written(value: object) -> str | Html:
    """A value as a policy file has it; what was not stated is a dash."""
    if value is None or value in ([], {}):
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(str(_written(one)) for one in value)
    if isinstance(value, dict):
        return lines(f"{key}: {one}" for key, one in value.items())
    return str(value)


def _file(report: Report) -> Html:
    texts, text = report.language.texts, report.folder.policy_text()
    if text is None:
        return note(texts.no_policy_text)
    shown = joined(map(visible, text[:LONGEST].splitlines()), "\n")
    title = texts.policy_text.format(file=report.assessment.policy_file)
    return element(
        "details",
        element("summary", title),
        element("pre", element("code", shown), tabindex="0", aria_label=title,
                role="group"),
        note(texts.policy_text_cut) if len(text) > LONGEST else None,
    )  # fmt: skip
