# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of a letter: complete in each language, and what a template may hold."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_wording import reworded
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.contents import (
    Kind,
    State,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.wording import (
    BLOCKS,
    INLINE,
    LetterWording,
)

from .letters import EN, VI

SAME_IN_BOTH = {"source", "lines_above", "ends", "cite_ends"}


def test_each_language_has_its_own_of_everything():
    for item in fields(LetterWording):
        if item.name not in SAME_IN_BOTH:
            assert getattr(VI, item.name) != getattr(EN, item.name), item.name


@pytest.mark.parametrize("wording", [VI, EN], ids=["vi", "en"])
def test_there_are_words_for_every_list_and_state(wording):
    assert wording.lists.keys() == wording.index.kinds.keys() == set(Kind)
    assert wording.notes.keys() == set(State)
    assert wording.forwards.keys() == VI.forwards.keys()
    assert wording.states.keys() == {State.LOCKED, State.LOCKED_BY_FAILURES, State.LOCKED_NOW}
    assert wording.causes.keys() == {"idle-mailbox", "default-password"}
    assert len(wording.points) > len(Kind)


WRONG = [
    ("one that there is not", "About\n${name}", "own.txt, line 2: ${name} is no placeholder"),
    ("a list in a sentence", "About\n\nSee ${locked}.", "own.txt, line 3: ${locked} stands for"),
    ("a list as the subject", "${soon}\nText ${locked}", "own.txt, line 1: ${soon} stands for"),
    ("no text", "About", "own.txt: the first line is the subject"),
]


@pytest.mark.parametrize(("text", "said"), [pytest.param(*case, id=name) for name, *case in WRONG])
def test_a_template_that_fails_is_told_with_file_and_line(text, said):
    with pytest.raises(MailboxError) as refused:
        reworded(VI, text, "own.txt")

    assert str(refused.value).startswith(said)


def test_those_that_there_are_are_named():
    with pytest.raises(MailboxError) as refused:
        reworded(VI, "About\n${name}", "own.txt")

    assert [n for n in (*INLINE, *BLOCKS) if f"${{{n}}}" not in str(refused.value)] == []
