# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Changes of a mail server's configuration file that can be taken back to the byte.

What is added stands between two marks at the end, for there it comes after all else; what it takes
the place of stays as a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from .._core.errors import MailHostError

_NAME = "civic.mailbox.forwarding_block"
_BEGIN, _END = "# BEGIN civic.mailbox.", "# END civic.mailbox."
_TAKEN_OUT = f"#{_NAME}: "


def with_block(text: str, lines: Sequence[str], owner: str = _NAME) -> str:
    """The text with these lines as the owner's block, and at its end. Raises MailHostError.

    Blocks of other owners may come after it: they would take turns at the end otherwise.
    """
    begin, end = _marks(owner)
    block = (begin, *lines, end)
    bare = without_block(text, owner)
    if bare != text:
        before, after = _around(text.split("\n"), owner)
        if _is_all_blocks(after):
            return "\n".join((*before, *block, *after))
    joined = "\n".join(block)
    return f"{bare}{joined}\n" if not bare or bare.endswith("\n") else f"{bare}\n{joined}"


def without_block(text: str, owner: str = _NAME) -> str:
    """The text as it was before with_block(). Raises MailHostError where a mark is missing."""
    lines = text.split("\n")
    if not any(mark in lines for mark in _marks(owner)):
        return text
    before, after = _around(lines, owner)
    return "\n".join((*before, *after))


def _marks(owner: str) -> tuple[str, str]:
    return f"# BEGIN {owner}: change it with that module, not by hand", f"# END {owner}"


def _around(lines: Sequence[str], owner: str) -> tuple[Sequence[str], Sequence[str]]:
    """The lines before and after the owner's block, which is there."""
    first, last = _marks(owner)
    try:
        begin, end = lines.index(first), lines.index(last)
    except ValueError:
        begin, end = 1, 0
    if begin > end:
        raise MailHostError(f"one of the lines '{first}' and '{last}' is missing")
    return lines[:begin], lines[end + 1 :]


def _is_all_blocks(lines: Sequence[str]) -> bool:
    inside = False
    for line in lines:
        if line.startswith(_BEGIN):
            inside = True
        elif line.startswith(_END):
            inside = False
        elif line and not inside:
            return False
    return True


def without_parameter(text: str, name: str) -> str:
    """A main.cf (postconf(5)) in which the parameter's own lines are comments."""
    return "\n".join(
        f"{_TAKEN_OUT}{line}" if is_its_own else line for line, is_its_own in owned(text, name)
    )


def with_parameter(text: str) -> str:
    """The text as it was before without_parameter()."""
    return "\n".join(line.removeprefix(_TAKEN_OUT) for line in text.split("\n"))


def differing(before: str, after: str) -> tuple[str, str]:
    """The lines of each that are not in the other: the rest of a file may hold passwords."""
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    changed = [
        part for part in SequenceMatcher(None, old, new, False).get_opcodes() if part[0] != "equal"
    ]
    gone = "".join("".join(old[start:end]) for _, start, end, _, _ in changed)
    come = "".join("".join(new[start:end]) for _, _, _, start, end in changed)
    return gone, come


def owned(text: str, name: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it sets the parameter. A line that is empty or a comment ends none."""
    inside = False
    for line in text.split("\n"):
        is_ignored = not line.strip() or line.lstrip().startswith("#")
        if not is_ignored and not line[0].isspace():
            inside = line.partition("=")[0].strip() == name
        yield line, inside and not is_ignored
