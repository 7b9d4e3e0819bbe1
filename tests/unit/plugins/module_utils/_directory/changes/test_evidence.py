# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a last sign-in and an entry's mark prove of each other."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes.evidence import (
    MISSED,
    NOT_KNOWN,
    SEEN,
    Evidence,
)

MARK = b"20190108010203.123456Z#000000#000#000000"
CASES = [
    # what it is                   sign-ins                                   what they prove
    ("none",                       [],                                        NOT_KNOWN),
    ("older than the mark",        [b"20190107010203Z"],                      NOT_KNOWN),
    ("in its second",              [b"20190108010203Z"],                      SEEN),
    ("with a fraction",            [b"20190108010203.5Z"],                    SEEN),
    ("just after it",              [b"20190108010205Z"],                      NOT_KNOWN),
    ("after it",                   [b"20190108010206Z"],                      MISSED),
    ("one missed outweighs",       [b"20190108010203Z", b"20190109010203Z"],  MISSED),
    ("whatever comes later",       [b"20190109010203Z", b"20190108010203Z"],  MISSED),
    ("no time",                    [b"soon"],                                 NOT_KNOWN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sign_ins", "proven"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_what_sign_ins_prove(sign_ins, proven):
    evidence = Evidence(["pwdLastSuccess"], "entryCSN")
    for at in sign_ins:
        evidence.note({"entryCSN": [MARK], "pwdLastSuccess": [at]})
    assert evidence.known == proven


def test_an_entry_without_a_mark_proves_nothing():
    evidence = Evidence(["pwdLastSuccess"], "entryCSN")
    evidence.note({"pwdLastSuccess": [b"20190108010203Z"]})
    assert evidence.known == NOT_KNOWN
