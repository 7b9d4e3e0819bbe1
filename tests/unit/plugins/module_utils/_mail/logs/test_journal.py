# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import io
import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs import journal, lines
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.journal import (
    entry_of,
    exported_blocks,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.lines import LONGEST

REMOVED = b"7A44D24C191: removed"
AT = datetime(2026, 11, 23, 20, 30, 57, tzinfo=timezone.utc)


def field(name: str, value: bytes) -> bytes:
    """A field as the documented format has it: binary where it is no plain text."""
    if value.isascii() and value.decode().isprintable():
        return name.encode() + b"=" + value + b"\n"
    return name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"


def exported(
    message: bytes, number: int = 1, *, program: bytes = b"postfix/qmgr", more: bytes = b""
) -> bytes:
    """An entry as journalctl -o export writes it."""
    return (
        f"__CURSOR=s=ab;i={number:x};b=cd;m=1;t=2;x=3\n".encode()
        + f"__REALTIME_TIMESTAMP={int(AT.timestamp()) * 10**6 + number}\n".encode()
        + b"_TRANSPORT=syslog\n"
        + more
        + field("MESSAGE", message)
        + field("SYSLOG_IDENTIFIER", program)
        + b"\n"
    )


def read(export: bytes) -> list[str]:
    """What the entries that may tell something say; "" for one that is not believed."""
    found = list(exported_blocks(io.BytesIO(export)))
    entries = [entry_of(one) for block in found for one in block.telling]
    return [one.said if one else "" for one in entries]


FORGED = exported(REMOVED, 9)
SAID = f"postfix/qmgr: {REMOVED.decode()}"
ENTRIES = [
    # what the case shows                       the export                                             what is said
    ("nothing",                                 b"",                                                   []),
    ("an entry",                                exported(REMOVED),                                     [SAID]),
    ("one of Dovecot",                          exported(b"imap-login: Login: x", program=b"dovecot"), ["dovecot: imap-login: Login: x"]),
    ("one that does not matter",                exported(b"connect from x"),                           []),
    ("two",                                     exported(b"x") + exported(REMOVED, 2),                 [SAID]),
    ("an empty line more",                      exported(REMOVED) + b"\n" + exported(REMOVED, 2),      [SAID, SAID]),
    ("a text that is no ASCII",                 exported("Bình: removed".encode()),                    ["postfix/qmgr: Bình: removed"]),
    ("a text that is no UTF-8",                 exported(b"\xff: removed"),                            ["postfix/qmgr: \ufffd: removed"]),
    ("a text of several lines",                 exported(b"x\n" + REMOVED),                            [""]),
    ("an entry inside a text",                  exported(b"x\n\n" + FORGED + REMOVED),                 [""]),
    ("an entry inside another field",           exported(b"x", more=field("X", b"\n\n" + FORGED)),     []),
    ("two texts in one entry",                  exported(REMOVED, more=field("MESSAGE", REMOVED)),     [""]),
    ("a program that imitates a line",          exported(REMOVED, program=b"a: postfix/qmgr"),         [""]),
    ("no program",                              exported(REMOVED, program=b""),                        [""]),
    ("a value of other bytes",                  exported(REMOVED, more=field("X", bytes(range(256)))), [SAID]),
    ("a large value",                           exported(REMOVED, more=field("X", b"\n" * 3 * 2**20)), [SAID]),
    ("the last one cut off",                    exported(REMOVED) + FORGED[:-1],                       [SAID]),
    ("the last one cut off in a value",         exported(REMOVED) + b"__CURSOR=x\nX\n" + b"\xff\0\0\0\0\0\0\0ab", [SAID]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("export", "said"), [pytest.param(*case, id=name) for name, *case in ENTRIES]
)
def test_what_the_entries_of_an_export_say(export, said):
    assert read(export) == said


def test_an_entry_has_the_journals_own_time_and_its_place_there():
    (block,) = exported_blocks(io.BytesIO(exported(REMOVED, 26)))
    entry = entry_of(block.telling[0])

    assert (entry.at, entry.sequence) == (AT, ("ab", 26))
    assert entry.cursor == "s=ab;i=1a;b=cd;m=1;t=2;x=3"
    assert (block.lines, block.overlong, block.end) == (1, 0, len(exported(REMOVED, 26)))


def test_newer_journals_name_the_place_by_itself():
    more = b"__SEQNUM=7\n__SEQNUM_ID=ef\n"
    (block,) = exported_blocks(io.BytesIO(exported(REMOVED, more=more)))

    assert entry_of(block.telling[0]).sequence == ("ef", 7)


@pytest.mark.parametrize("plain", [True, False])
def test_an_entry_that_is_too_long_is_counted_and_not_looked_at(plain):
    long = (b"x" if plain else b"\n") * 3 * LONGEST + REMOVED
    blocks = list(exported_blocks(io.BytesIO(exported(long) + exported(REMOVED, 2))))

    assert [entry_of(one).said for block in blocks for one in block.telling] == [SAID]
    assert sum(block.lines for block in blocks) == 2
    assert sum(block.overlong for block in blocks) == 1


NO_EXPORT = [
    # what the case shows              the file
    ("a size that cannot be",          b"__CURSOR=x\nMESSAGE\n" + b"\xff" * 8 + b"a\n\n"),
    ("a value that goes on",           b"__CURSOR=x\nMESSAGE\n" + b"\1" + b"\0" * 7 + b"ab\n\n"),
    ("a line that is none",            b"__CURSOR=x\nno field at all, and eight bytes more\n\n"),
]  # fmt: skip


@pytest.mark.parametrize("export", [pytest.param(one, id=name) for name, one in NO_EXPORT])
def test_what_is_no_export_is_told(export):
    with pytest.raises(ValueError, match="no journal export at byte"):
        read(export)


@given(
    st.lists(
        st.sampled_from([REMOVED, b"x", b"x\n" + REMOVED, b"\xff", b"y" * 90, b"\n" * 200]),
        max_size=8,
    ),
    st.integers(1, 300),
)
def test_it_does_not_matter_where_a_block_ends(messages, size):
    export = b"".join(exported(one, number) for number, one in enumerate(messages))
    whole = read(export)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "BLOCK", size)
        patch.setattr(journal, "LONGEST", 4000)
        blocks = list(exported_blocks(io.BytesIO(export + FORGED[:-1])))

    assert [entry_of(one).said for block in blocks for one in block.telling] == whole
    assert sum(block.lines for block in blocks) == len(messages)
    assert (blocks[-1].end if blocks else 0) == len(export)


JSONS = [
    # what the case shows                 fields                                          what is said
    ("a text",                            {"MESSAGE": REMOVED.decode()},                  SAID),
    ("bytes, as numbers",                 {"MESSAGE": [*b"\xff: removed"]},               "postfix/qmgr: \ufffd: removed"),
    ("a line feed in it",                 {"MESSAGE": f"x\n{REMOVED.decode()}"},          ""),
    ("several texts",                     {"MESSAGE": [REMOVED.decode(), "y"]},           ""),
    ("one that was too large to write",   {"MESSAGE": None},                              ""),
    ("numbers that are no bytes",         {"MESSAGE": [300]},                             None),
    ("no time",                           {"__REALTIME_TIMESTAMP": "soon"},               None),
    ("a time of no calendar",             {"__REALTIME_TIMESTAMP": "9" * 40},             None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said"), [pytest.param(*case, id=name) for name, *case in JSONS]
)
def test_what_an_entry_of_json_says(fields, said):
    usual = {
        "__CURSOR": "s=ab;i=1;b=cd",
        "__REALTIME_TIMESTAMP": str(int(AT.timestamp()) * 10**6),
        "SYSLOG_IDENTIFIER": "postfix/qmgr",
        "MESSAGE": REMOVED.decode(),
    }

    entry = entry_of(json.dumps(usual | fields).encode())

    assert (entry.said if entry else None) == said


@pytest.mark.parametrize("line", [b"{", b"{}", b"[]", b'{"MESSAGE": ', b"\xff", b""])
def test_what_is_no_entry_is_none(line):
    assert entry_of(line) is None


def test_telling_entries_are_told_by_the_same_words_as_lines():
    assert journal.TELLING is lines.TELLING
