# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits of random scripts: what is left, byte by byte and as a tree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import find, given

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.actions import Redirect
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.edit import without
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.grammar import (
    Call,
    SieveError,
    parse,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.redirects import outgoing
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._mail.sieve.scripts import (
    UNWANTED,
    left,
    scripts,
    written,
)


def is_unwanted(redirect: Redirect) -> bool:
    return redirect.address.endswith(UNWANTED)


def pruned(commands: tuple[Call, ...]) -> tuple[Call, ...]:
    """The tree without what goes to UNWANTED alone, and without its recipients among others."""
    return tuple(
        replace(
            command,
            arguments=tuple(replace(a, values=tuple(map(shortened, a.values)))
                            for a in command.arguments),
            block=None if command.block is None else pruned(command.block),
        )
        for command in commands
        if not goes(command)
    )  # fmt: skip


def goes(command: Call) -> bool:
    target = command.arguments[-1].values[0] if command.arguments else ""
    return command.name in ("redirect", "notify") and UNWANTED in target and "a0@" not in target


def shortened(text: str) -> str:
    """A mailto URI of _shared() without the recipients that are not wanted."""
    if not text.startswith("mailto:a0@"):
        return text
    recipients = text.removeprefix("mailto:").split("%2C")
    return "mailto:" + "%2C".join(r for r in recipients if not r.endswith(UNWANTED))


@given(scripts())
def test_an_edit_leaves_every_byte_but_the_unwanted(chunks):
    assert without(written(chunks).encode(), is_unwanted).decode() == left(chunks)


@given(scripts())
def test_an_edited_script_is_the_same_tree_without_the_unwanted(chunks):
    script = written(chunks)

    edited = without(script.encode(), is_unwanted).decode()

    assert parse(edited) == pruned(parse(script))


@given(scripts())
def test_every_wanted_address_is_left_and_no_other(chunks):
    script = written(chunks)
    before = [(r.action, r.address, r.reachable) for r in outgoing(script).redirects]

    edited = without(script.encode(), is_unwanted).decode()

    after = [(r.action, r.address, r.reachable) for r in outgoing(edited).redirects]
    assert after == [found for found in before if not found[1].endswith(UNWANTED)]


@given(scripts(mistakes=True))
def test_a_script_with_a_mistake_is_edited_or_refused(chunks):
    try:
        edited = without(written(chunks).encode(), is_unwanted).decode()
    except SieveError:
        return
    assert edited == left(chunks)


@pytest.mark.parametrize(
    "part", ["redirect", "notify", "if ", "foreverypart", "%2C", "/* redirect"]
)
def test_the_random_scripts_have_each_part_beside_what_is_not_wanted(part):
    found = find(
        scripts(), lambda chunks: part in written(chunks) and left(chunks) != written(chunks)
    )

    assert UNWANTED in written(found)
