# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Vietnamese texts are whole: nothing that a finding can say is left in English."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core import control, policy
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._report.language import Language
from ansible_collections.civic.mailbox.plugins.module_utils._report.messages.catalogue import (
    LANGUAGES,
    language,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.texts import Texts

from ..sample import messages

MESSAGES = messages()
VI, EN = language("vi"), language("en")
SENTENCES = {
    key: text
    for words in (*VI.controls.values(), VI.assessment)
    for key, text in words.sentences.items()
}
CORE = Path(control.__file__).parent
# Values that are data, not words.
NO_WORDS = {"", "?"}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def advised(one: Language) -> set[str]:
    """The messages for which the language says what to do."""
    return {key for words in (*one.controls.values(), one.assessment) for key in words.advice}


def test_the_core_has_messages():
    assert len(MESSAGES) > 30


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_each_message_is_there_with_the_same_placeholders(key):
    assert key in SENTENCES
    assert placeholders(SENTENCES[key]) == placeholders(MESSAGES[key].english)


def test_each_limit_of_passes_is_there_and_says_of_how_many():
    told = {
        one.code: {key: words.silent for key, words in one.controls.items()} for one in LANGUAGES
    }
    keys = {code: {key: set(texts) for key, texts in found.items()} for code, found in told.items()}

    assert keys["vi"] == keys["en"]
    for texts in (texts for found in told.values() for texts in found.values()):
        assert set(texts) <= set(MESSAGES)
        assert all(placeholders(text) == {"number", "total"} for text in texts.values())


def test_no_message_is_left_over():
    assert set(SENTENCES) == set(MESSAGES)
    assert advised(VI) <= set(MESSAGES)


@pytest.mark.parametrize("field", sorted(Texts.__dataclass_fields__))
def test_each_text_has_the_same_placeholders_and_is_translated(field):
    vietnamese, english = getattr(VI.texts, field), getattr(EN.texts, field)

    assert placeholders(vietnamese) == placeholders(english) or field == "lead_fix_one"
    assert vietnamese
    assert vietnamese != english


@pytest.mark.parametrize("one", LANGUAGES, ids=lambda one: one.code)
def test_each_key_of_the_files_has_a_word(one):
    assert set(one.controls) == {known.name for known in CONTROLS}
    assert set(one.words.statuses) == set(one.words.columns) == {s.value for s in control.Status}
    assert set(one.words.severities) == {severity.value for severity in control.Severity}
    assert set(one.words.profiles) == set(policy.PROFILES)
    assert set(one.words.fields) == set(one.words.remedies)
    assert fields_of_remedies() <= set(one.words.fields)
    assert max(map(len, one.words.columns.values())) <= 8


def test_both_languages_advise_on_the_same():
    assert advised(VI) == advised(EN)


@pytest.mark.parametrize("one", LANGUAGES, ids=lambda one: one.code)
def test_what_is_said_of_a_finding_stands_with_its_control(one):
    for name, words in (*one.controls.items(), ("assessment", one.assessment)):
        assert {key.partition(".")[0] for key in (*words.sentences, *words.advice)} <= {name}


def test_each_word_that_a_control_puts_into_evidence_is_translated():
    words = words_of_evidence() | fields_of_remedies()

    assert {"last sign-in", "min_length"} <= words
    assert {word for word in words if VI.term(word) == word} == set()


def words_of_evidence() -> set[str]:
    """The literal texts given to Evidence(what=...) anywhere in the core."""
    found = set()
    for call in calls("Evidence"):
        for keyword in call.keywords:
            if keyword.arg == "what":
                found |= literals(keyword.value)
    return found - NO_WORDS


def fields_of_remedies() -> set[str]:
    """The literal texts given to Remedy(field=...), and the settings that _fail() is given."""
    found = set()
    for call in calls("Remedy"):
        for keyword in call.keywords:
            if keyword.arg == "field":
                found |= literals(keyword.value)
    for call in calls("_fail"):
        found |= literals(call.args[2])
    return found


def calls(name: str) -> list[ast.Call]:
    return [
        node
        for path in CORE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
    ]


def literals(node: ast.expr) -> set[str]:
    if isinstance(node, ast.JoinedStr):
        return set()
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


REMARKS = sorted({
    reference.partition(": ")[2]
    for known in CONTROLS for reference in known.references if " (" in reference
})  # fmt: skip


@pytest.mark.parametrize("reference", REMARKS)
def test_what_is_remarked_of_a_reference_is_translated(reference):
    told = VI.term(reference)

    assert told != reference
    assert not {"stricter", "partly", "nearest", "conflicts", "no"} & set(
        told.replace("(", " ").replace(":", " ").split()
    )
