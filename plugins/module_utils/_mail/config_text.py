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
_BEGIN = f"# BEGIN {_NAME}: change it with that module, not by hand"
_END = f"# END {_NAME}"
_TAKEN_OUT = f"#{_NAME}: "


def with_block(text: str, lines: Sequence[str]) -> str:
    """The text with these lines as its block, and at its end. Raises MailHostError."""
    bare = without_block(text)
    block = "\n".join((_BEGIN, *lines, _END))
    return f"{bare}{block}\n" if not bare or bare.endswith("\n") else f"{bare}\n{block}"


def without_block(text: str) -> str:
    """The text as it was before with_block(). Raises MailHostError where a mark is missing."""
    lines = text.split("\n")
    if _BEGIN not in lines and _END not in lines:
        return text
    try:
        begin, end = lines.index(_BEGIN), lines.index(_END)
    except ValueError:
        begin, end = 1, 0
    if begin > end:
        raise MailHostError(f"one of the lines '{_BEGIN}' and '{_END}' is missing")
    return "\n".join((*lines[:begin], *lines[end + 1 :]))


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
