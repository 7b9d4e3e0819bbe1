# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import bz2
import gzip
import lzma
import os
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.chains import Reach
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.files import (
    Cursor,
    Unchanged,
    unread_parts,
)

TEXT = b"first line\n" + b"another line of the log\n" * 100


class Reader:
    """Reads files again and again, and remembers how far."""

    def __init__(self) -> None:
        self.cursors: list[Cursor] = []

    def read(self, *paths: Path) -> list[bytes]:
        """What is new in each file that has something new."""
        found = []
        for part in unread_parts(paths, self.cursors):
            assert not isinstance(part, MailHostError), part
            if isinstance(part, Unchanged):
                continue
            new = part.file.read()
            found.append(new)
            self.cursors.append(part.read_up_to(part.start + len(new), Reach(), whole=True))
        return found


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "mail.log"
    path.write_bytes(TEXT)
    return path


def test_only_what_is_new_is_read(log):
    reader = Reader()

    assert reader.read(log) == [TEXT]
    assert reader.read(log) == []
    with log.open("ab") as file:
        file.write(b"new\n")
    assert reader.read(log) == [b"new\n"]


def test_a_file_that_was_short_is_known_when_it_has_grown(tmp_path):
    log, reader = tmp_path / "mail.log", Reader()
    for text in (b"", b"a\n", b"b\n" * 2000, b"c\n"):
        with log.open("ab") as file:
            file.write(text)
        assert reader.read(log) == [text]


ROTATIONS = {
    "renamed": lambda old, new: old.rename(new),
    "packed by gzip": lambda old, new: new.write_bytes(gzip.compress(old.read_bytes())),
    "packed by xz": lambda old, new: new.write_bytes(lzma.compress(old.read_bytes())),
    "packed by bzip2": lambda old, new: new.write_bytes(bz2.compress(old.read_bytes())),
    "copied and cut (copytruncate)": lambda old, new: new.write_bytes(old.read_bytes()),
}


@pytest.mark.parametrize("rotate", ROTATIONS.values(), ids=ROTATIONS)
def test_a_rotated_file_is_read_once(log, tmp_path, rotate):
    reader, rotated = Reader(), tmp_path / "mail.log.1"
    reader.read(log)
    with log.open("ab") as file:
        file.write(b"written between reading and rotating\n")
    rotate(log, rotated)
    log.write_bytes(b"the first line of the new file\n")
    os.utime(rotated, ns=(1, 1))  # the older one

    assert reader.read(log, rotated) == [
        b"written between reading and rotating\n",
        b"the first line of the new file\n",
    ]
    assert reader.read(log, rotated) == []


def test_a_part_that_was_broken_off_is_gone_on_with(log):
    reader = Reader()
    (part,) = unread_parts([log], [])
    reader.cursors = [part.read_up_to(11, Reach(), whole=False)]

    assert reader.read(log) == [TEXT[11:]]


UNREADABLE = [
    # what the case shows       what lies there                                what is said
    ("zstd",                    lambda path: path.write_bytes(b"(\xb5/\xfd  "), "cannot unpack zstd"),
    ("cut off",                 lambda path: path.write_bytes(gzip.compress(TEXT)[:-30]), "ended before"),
    ("no gzip behind its sign", lambda path: path.write_bytes(b"\x1f\x8b junk that is none"), "cannot be read"),
    ("a pipe",                  lambda path: os.mkfifo(path),                   "no regular file"),
    ("nothing",                 lambda path: None,                              "No such file"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lay", "said"), [pytest.param(*case, id=name) for name, *case in UNREADABLE]
)
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(log, tmp_path, lay, said):
    bad = tmp_path / "bad"
    lay(bad)

    found = list(unread_parts([bad, log], []))

    errors = [str(one) for one in found if isinstance(one, MailHostError)]
    assert [str(bad) in text and said in text for text in errors] == [True]
    assert len(found) == 2
