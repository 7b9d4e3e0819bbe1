# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A step as a modification that the server makes only while the entry is what was looked at.

Either by an assertion of all that was looked at (RFC 4528), or, for servers that have none, by
deleting the very values that stood there and adding the new ones: that fails where one of them is
another by now (RFC 4511, 4.6). What the second way cannot guard has to be read just before; where
not even that is safe, nothing else is left.
"""

from __future__ import annotations

from collections.abc import Iterator

from .._core.step import Step, Values
from .requests import ADD, DELETE, REPLACE, Edit, Modification


def asserted(step: Step) -> Modification:
    """By an assertion; what then stands there is shown in the answer."""
    return Modification(
        dn=step.change.target,
        edits=tuple(_replacements(step)),
        assertion=(*assertion(step.before), *step.guards),
        read_back=tuple(step.after),
    )


def exchanged(step: Step) -> Modification:
    """By the values that are exchanged; those of guards are not looked at."""
    return Modification(dn=step.change.target, edits=tuple(_exchanges(step)))


def replaced(step: Step) -> Modification:
    """By writing over what stands there: what it rests on is read just before, and that is all."""
    return Modification(dn=step.change.target, edits=tuple(_replacements(step)))


def assertion(before: Values) -> Iterator[tuple[str, bytes | None]]:
    """That these values stand there, none where there are none."""
    for name, values in before.items():
        if not values:
            yield name, None
        for value in values:
            yield name, value


def _replacements(step: Step) -> Iterator[Edit]:
    for name, values in step.after.items():
        yield Edit(operation=REPLACE, attribute=name, values=tuple(values))


def _exchanges(step: Step) -> Iterator[Edit]:
    for name, after in step.after.items():
        before = step.before.get(name, [])
        if before:
            yield Edit(operation=DELETE, attribute=name, values=tuple(before))
        if after:
            yield Edit(operation=ADD, attribute=name, values=tuple(after))
