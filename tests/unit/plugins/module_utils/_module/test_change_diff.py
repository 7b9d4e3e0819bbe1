# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A change as --diff shows it: its place, its reason, and the text that is written."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.step import (
    ACTIVE,
    CONTENT,
    LINE,
    ROW,
    Step,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.change_diff import (
    block_of_step,
)

SCRIPT = "/var/vmail/clerk/sieve/main.sieve"


def change(**known: Any) -> Change:
    content: dict[str, Any] = {
        "id": "1", "control": "", "subject": "clerk@town.example", "unit": "", "server": "mail1",
        "target": SCRIPT, "field": "forwards", "before": ("me@out.example", "b@town.example"),
        "after": ("b@town.example",), "reason": "", "undo": "", "fingerprint": "",
        "channel": "sieve",
    }  # fmt: skip
    return Change(**content | known)


def block(before: Any, after: Any, **known: Any) -> dict[str, str]:
    return block_of_step(Step(change=change(**known), before=before, after=after))


SHOWN = [
    # what is written                   before                                after                             shown before, after
    ("a script", {CONTENT: [b"a\r\n\xff"]}, {CONTENT: [b"\r\n"]}, ("a\r\n\N{REPLACEMENT CHARACTER}", "\r\n")),
    ("a row that stays", {ROW: [b"k a, b\n"], LINE: [b"3"]}, {ROW: [b"k b\n"], LINE: [b"3"]}, ("k a, b\n", "k b\n")),
    ("a row that goes", {ROW: [b"k a\n"], LINE: [b"3"]}, {ROW: [], LINE: [b"3"]}, ("k a\n", "")),
    ("an attribute", {"mailForwardingAddress": [b"x"]}, {"mailForwardingAddress": []},
     ("me@out.example\nb@town.example\n", "b@town.example\n")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "shown"), [pytest.param(*case, id=name) for name, *case in SHOWN]
)
def test_the_text_that_is_written_is_shown(before, after, shown):
    found = block(before, after)

    assert (found["before"], found["after"]) == shown


HEADERS = [
    # channel      reason       before, after
    ("sieve",      "",         f"clerk@town.example: forwards in {SCRIPT}", ""),
    ("sieve",      "outside",  f"clerk@town.example: forwards in {SCRIPT}", " (outside)"),
    ("directory",  "outside",  "clerk@town.example: forwards", " (outside)"),
    ("",           "outside",  "clerk@town.example: forwards", " (outside)"),
]  # fmt: skip


@pytest.mark.parametrize(("channel", "reason", "header", "because"), HEADERS)
def test_the_header_names_whose_it_is_where_and_why(channel, reason, header, because):
    found = block({}, {}, channel=channel, reason=reason)

    assert (found["before_header"], found["after_header"]) == (header, header + because)


def test_a_script_says_which_one_is_active():
    found = block({CONTENT: [b"x"], ACTIVE: [b"main"]}, {CONTENT: [b"x"], ACTIVE: []})

    assert found["before_header"].endswith(" (active: main)")
    assert found["after_header"].endswith(" (active: none)")
