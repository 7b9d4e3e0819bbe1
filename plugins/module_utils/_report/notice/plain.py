# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A letter as plain text, for a terminal."""

from __future__ import annotations

from .letter import Letter, Table


def plain(letter: Letter) -> str:
    """The letter, part by part."""
    head = letter.head
    lines = [
        head.superior, *head.issuer, letter.number, letter.about, "", head.nation, head.motto,
        letter.dateline, "", f"{letter.to_label} {letter.to}", "",
    ]  # fmt: skip
    for block in letter.blocks:
        if isinstance(block, Table):
            lines += [f"  {' | '.join(row)}" for row in (block.headings, *block.rows)]
        else:
            lines.append(block.text)
    lines += ["", *letter.titles, letter.signer, "", letter.copies_label]
    lines += [f"- {copy}" for copy in letter.copies]
    return "\n".join(lines).strip() + "\n"
