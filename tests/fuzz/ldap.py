# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Spoilt LDAP answers against the decoder: it says what its slow twin says, and nothing else.

    PYTHONPATH=.:.venv/collections .venv/bin/python tests/fuzz/ldap.py [SECONDS] [SEED]

Entries in all forms, bytes changed, left out and doubled, arriving in pieces of any size, until the
time is up; and answers of content synchronisation, of which no key may come that is none. The exit
status is 1 on the first exception that is none of the decoder's own, and on the first stream of
which it makes anything else than the twin. Those bytes are then in a file.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory import answers, ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes.sync import (
    KEY_SIZE,
    REQUEST,
    Refresh,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.entries import Names
from tests.unit.plugins.module_utils._directory import slow_decoder
from tests.unit.plugins.module_utils._directory.ldap_messages import (
    FORMS,
    Verbatim,
    as_read,
    done_message,
    entry_in_forms,
    framed,
    pieces,
    spoilt,
    tlv,
)

NAMES = (b"mail", b"cn", b"cn;lang-vi", b"entryUUID", b"member;range=0-1499", b"x" * 130)
SIZES = (0, 1, 2, 36, 120, 126, 127, 128, 129, 255, 256, 300, 70_000)
URIS = tlv(4, b"ldap://a.example/dc=a") + tlv(4, b"ldap://b.example/dc=b")
EXTENDED = tlv(10, b"\0") + tlv(4, b"") + tlv(4, b"x") + tlv(0x8A, b"1.3.6") + tlv(0x8B, b"dn:")
OTHERS = (
    done_message(),
    done_message(4, "limit", b"cookie"),
    framed(ber.SEARCH_REFERENCE, URIS),
    framed(ber.EXTENDED_RESPONSE, EXTENDED),
    framed(ber.INTERMEDIATE_RESPONSE, tlv(0x80, b"1.3.6")),
)
DECODERS = (
    answers.result,
    answers.references,
    answers.response_name,
    answers.response_value,
    lambda message: answers.control_value(message, answers.PAGED_RESULTS),
    lambda message: answers.post_read(message, Verbatim()),
)


def any_entry(chance: random.Random) -> bytes:
    """An entry with some attributes, which often have one short value."""
    attributes = {
        name: [chance.randbytes(chance.choice(SIZES[:-1])) for _ in range(chance.choice((1, 1, 3)))]
        for name in chance.sample(NAMES, chance.randint(0, len(NAMES)))
    }
    if chance.random() < 0.01:
        attributes[b"jpegPhoto"] = [chance.randbytes(SIZES[-1])]
    return entry_in_forms(
        chance.randbytes(chance.choice(SIZES[:-1])), attributes, chance.choice(FORMS)
    )


def any_changes(chance: random.Random) -> list[tuple[int, int, int]]:
    """What is to be done to a stream: none now and then."""
    return [
        (chance.randrange(1 << 20), chance.randrange(4), chance.randrange(256))
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 8)))
    ]


def attempt(chance: random.Random, names: Verbatim, data: bytes) -> str:
    """Decode a stream, and say what came of it. Raises AssertionError."""
    size = chance.choice((1, 7, 100, 5000, len(data) + 1))
    found = as_read(pieces(*(data[at : at + size] for at in range(0, len(data), size))), names)
    assert found == slow_decoder.as_read(data), "not what the twin makes of it"
    return f"{len(found) - 1} messages"


def answered(data: bytes) -> None:
    """Everything that may be looked for in the messages of a stream."""
    stream = ber.Stream(pieces(data))
    with suppress(ber.TruncatedError, ber.MalformedError):
        while True:
            message = stream.message()
            for decode in DECODERS:
                with suppress(ber.MalformedError):
                    decode(message)


def any_refresh(chance: random.Random) -> bytes:
    """Answers of content synchronisation (RFC 4533), in any order, and their end."""
    told = [
        chance.choice((_entry_with_state, _cookie, _beginning, _set_of_keys))(chance)
        for _ in range(chance.randint(0, 5))
    ]
    deletes = chance.choice((b"", tlv(1, b"\xff")))
    value = tlv(0x30, chance.choice((b"", tlv(4, b"cookie"))) + deletes)
    return b"".join([*told, _with_state(ber.SEARCH_DONE, b"\x0a\1\0\4\0\4\0", b".3", value)])


def _with_state(operation: int, content: bytes, number: bytes, value: bytes) -> bytes:
    kind = REQUEST.encode().removesuffix(b".1") + number
    control = tlv(0x30, tlv(4, kind) + tlv(4, value))
    return tlv(0x30, tlv(2, b"\1") + tlv(operation, content) + tlv(0xA0, control))


def _entry_with_state(chance: random.Random) -> bytes:
    state, key = bytes([chance.randrange(5)]), chance.randbytes(KEY_SIZE)
    value = tlv(0x30, tlv(10, state) + tlv(4, key) + chance.choice((b"", tlv(4, b"cookie"))))
    return _with_state(ber.SEARCH_ENTRY, tlv(4, b"uid=x") + tlv(0x30, b""), b".2", value)


def _info(value: bytes) -> bytes:
    name = tlv(0x80, REQUEST.encode().removesuffix(b".1") + b".4")
    return tlv(0x30, tlv(2, b"\1") + tlv(ber.INTERMEDIATE_RESPONSE, name + tlv(0x81, value)))


def _cookie(chance: random.Random) -> bytes:
    return _info(tlv(0x80, chance.randbytes(8)))


def _beginning(chance: random.Random) -> bytes:
    return _info(tlv(chance.choice((0xA1, 0xA2)), tlv(4, b"cookie") + tlv(1, b"\xff")))


def _set_of_keys(chance: random.Random) -> bytes:
    keys = b"".join(tlv(4, chance.randbytes(KEY_SIZE)) for _ in range(chance.randint(0, 3)))
    return _info(tlv(0xA3, chance.choice((b"", tlv(1, b"\xff"))) + tlv(0x31, keys)))


def refreshed(data: bytes) -> str:
    """Take the answers in, and say what came of it. Raises AssertionError."""

    def exchange(*_asked: object, **_more: object) -> Iterator[ber.Message]:
        stream, tag = ber.Stream(pieces(data)), 0
        with suppress(ber.TruncatedError):
            while tag != ber.SEARCH_DONE:
                message = stream.message()
                tag = message.tag
                yield message

    refresh, came = Refresh(), []
    directory = SimpleNamespace(exchange=exchange, uri="")
    try:
        for key, _ in refresh.entries(directory, "", "", Names(("cn",)), b""):
            came.append(key)
    except DirectoryError:
        return "refreshes refused"
    finally:
        for key in (*came, *refresh.deleted, *refresh.present):
            assert len(key) == KEY_SIZE, "a key that is none"
    return "refreshes"


def main(seconds: float, seed: int) -> int:
    """Print how many streams came to what; the exit status."""
    chance, came, data = random.Random(seed), Counter[str](), b""
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            names = Verbatim()
            for _ in range(20):  # what was learned from one stream is met in the next
                whole = [any_entry(chance) for _ in range(chance.randint(1, 3))]
                whole.insert(chance.randrange(len(whole) + 1), chance.choice(OTHERS))
                data = spoilt(b"".join(whole), any_changes(chance))
                came[attempt(chance, names, data)] += 1
                answered(data)
                data = spoilt(any_refresh(chance), any_changes(chance))
                came[refreshed(data)] += 1
    except Exception as error:
        with tempfile.NamedTemporaryFile(suffix=".ldap", delete=False) as file:
            file.write(data)
        print(f"FAILED: {type(error).__name__}: {error}; see {file.name}", file=sys.stderr)
        return 1
    print(f"{came.total()} streams in {seconds:.0f} s (seed {seed}): {dict(sorted(came.items()))}")
    return 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(
        main(given[0] if given else 600, given[1] if len(given) > 1 else time.time_ns() % 10**9)
    )
