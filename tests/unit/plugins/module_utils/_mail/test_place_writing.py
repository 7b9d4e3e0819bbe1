# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.step import CONTENT, Step
from ansible_collections.civic.mailbox.plugins.module_utils._mail.place_writing import PlaceWriter


@dataclass
class Kept:
    """A place that has this content, and knows how often it was put in force."""

    content: bytes
    finished: list[bytes] = field(default_factory=list)
    cleared: int = 0

    def read(self):
        return {CONTENT: [self.content]}

    def clear(self):
        self.cleared += 1

    def finish(self):
        self.finished.append(self.content)


def step(before: bytes, after: bytes) -> Step:
    texts = dict.fromkeys(
        ("id", "control", "subject", "unit", "server", "target", "field", "reason", "undo"), "x"
    )
    change = Change(**texts, before=(), after=(), fingerprint="")
    return Step(change=change, before={CONTENT: [before]}, after={CONTENT: [after]})


LOOKS = [
    # what is looked for          wanted     look only  stands  put in force
    ("what stands there",          b"after",  False,     True,   [b"after"]),
    ("the same, in check mode",    b"after",  True,      True,   []),
    ("what does not",              b"before", False,     False,  []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "look_only", "stands", "finished"),
    [pytest.param(*case, id=name) for name, *case in LOOKS],
)
def test_what_a_broken_off_run_left_is_put_in_force_unless_in_check_mode(
    wanted, look_only, stands, finished
):
    place = Kept(b"after")
    writer = PlaceWriter(lambda change: place, None)

    assert list(writer.standing([step(b"", wanted)], look_only=look_only)) == [stands]
    assert place.finished == finished
    assert place.cleared == (not look_only)
