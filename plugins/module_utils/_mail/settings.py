# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What `doveconf` prints: "key = value" lines and "name { ... }" blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of settings; the outermost has no kind."""

    kind: str = ""  # the word before the name, as "sieve_script"
    name: str = ""
    values: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of_kind(self, kind: str) -> Iterator[Block]:
        """The blocks of that kind directly inside this one."""
        return (block for block in self.blocks if block.kind == kind)

    def all_blocks(self) -> Iterator[Block]:
        """The blocks inside this one, at any depth."""
        for block in self.blocks:
            yield block
            yield from block.all_blocks()


def read_settings(text: str) -> Block:
    """The settings that doveconf printed."""
    top = Block()
    inside = [top]
    for line in map(str.strip, text.splitlines()):
        if line.endswith("{"):
            kind, _, name = line[:-1].strip().partition(" ")
            block = Block(kind=kind, name=name.strip())
            inside[-1].blocks.append(block)
            inside.append(block)
        elif line == "}" and len(inside) > 1:
            inside.pop()
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            inside[-1].values[key.strip()] = value.strip()
    return top
