# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hostile Sieve scripts against the reader and the editor: no crash, no hang, no quadratic time.

    PYTHONPATH=.:.venv/collections .venv/bin/python tests/fuzz/sieve.py [SECONDS] [SEED]

First scripts of 1 MB in hostile shapes, each against the same in 256 KB; then random bytes and
changed scripts until the time is up. The exit status is 1 on the first exception that is none of
the reader's own, on a broken promise of an edit, and where four times the size takes more than
MOST_RATIO times as long. The script that did it is then in a file.
"""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.actions import Redirect
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.addresses import (
    decode,
    mailbox,
    mailto_recipients,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.edit import (
    CannotEditError,
    without,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.grammar import SieveError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.redirects import (
    may_send,
    outgoing,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.tokens import tokens
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._mail.sieve import scripts

SMALL, LARGE = 1 << 18, 1 << 20
MOST_RATIO = 6.0  # of the times for four times the size
LEAST_TIME = 0.2  # seconds for the large one: below it is no harm, and memory counts for more
ATTEMPTS = 5
LONGEST = 60.0  # seconds for any script
RANDOM_SIZE = 4000

ALL = (
    'require ["variables", "encoded-character", "enotify", "include", "copy", "vacation", "ihave", '
    '"foreverypart", "vnd.dovecot.report"];\n'
)
# Begin, what is repeated, end.
SHAPES = {
    "comments without end": ("", "/* ", ""),
    "comments in a row": ("", "/* */", ""),
    "stars": ("/*", "*", ""),
    "slashes": ("", "/", ""),
    "quotes": ("", '"', ""),
    "escaped quotes": ('"', '\\"', ""),
    "a quote in each line": ("", 'a "\n', ""),
    "texts without end": ("", "text:\n", ""),
    "texts on one line": ("", "text: ", ""),
    "texts with comments": ("", "text: #", ""),
    "dots": ("text:\n", ".\r", ""),
    "lines of dots": ("text:\n", "..\n", ""),
    "hashes": ("", "#", ""),
    "hash lines": ("", "#\n", ""),
    "spaces": ("", " ", ""),
    "CR": ("", "\r", ""),
    "NUL": ("", "\0", ""),
    "brackets": ("keep ", "[", ""),
    "closed brackets": ("keep ", '["a"]', ";"),
    "a long list": ("redirect [", '"a@b",', '"c@d"];'),
    "parentheses": ("if ", "(", ""),
    "nested tests": ("if ", "anyof(", ""),
    "nested not": ("if ", "not ", ""),
    "nested blocks": ("", "if true {", ""),
    "a long test": ("if anyof(", "true,", "false) {}"),
    "commands": ("", "keep;", ""),
    "empty blocks": ("", "if a {}", ""),
    "a long chain": ("if a {}", "elsif a {}", ""),
    "branches that set": (ALL, 'if a {set "x" "y";}', ""),
    "a chain that sets": (ALL + "if a {}", 'elsif a {set "x" "y";}', 'redirect "${x}@b.c";'),
    "loops that set": (ALL, 'foreverypart {set "x" "y";}', ""),
    "values that grow": (ALL + 'set "x" "a";', 'set "x" "${x}${x}";', 'redirect "${x}@b.c";'),
    "values in a row": (ALL + 'set "x" "' + "a" * 3000 + '";redirect "', "${x}", '@b.c";'),
    "open references": (ALL + 'redirect "', "${", '";'),
    "long references": (ALL + 'redirect "${', "a", '";'),
    "references in references": (ALL + 'redirect "', "${a", '}";'),
    "open octets": (ALL + 'redirect "', "${hex:", '";'),
    "long octets": (ALL + 'redirect "${hex:', "4 ", '";'),
    "octets": (ALL + 'redirect "', "${hex:40}", '";'),
    "code points": (ALL + 'redirect "${unicode:', "0", '40}";'),
    "comments in an address": ('redirect "', "(", 'a@b.c";'),
    "quotes in an address": ('redirect "', '\\"', 'a@b.c";'),
    "open quotes in an address": ('redirect "', '\\"\\\\', 'a@b.c";'),
    "brackets in an address": ('redirect "', "<", 'a@b.c>";'),
    "square brackets in an address": ('redirect "a@', "[", '";'),
    "signs in an address": ('redirect "', "@", '";'),
    "dots in an address": ('redirect "', ".", 'a@b.c";'),
    "words with dots in an address": ('redirect "', "a.", '@b.c";'),
    "a long domain": ('redirect "a@', "b.", 'c";'),
    "words in an address": ('redirect "', "a ", '<a@b.c>";'),
    "recipients": (ALL + 'notify "mailto:a@b.c', "%2Ca@out.example", '";'),
    "fields": (ALL + 'notify "mailto:?', "cc=a@b.c&", '";'),
    "signs of fields": (ALL + 'notify "mailto:?', "=&", '";'),
    "redirects": ("", 'redirect "a@out.example";\n', ""),
    "commented redirects": ("", 'redirect/**/"a@out.example"/**/;', ""),
    "comments in a redirect": ("redirect ", "/* */ ", '"a@out.example";'),
    "redirects and discards": ("", 'if a {redirect "a@out.example"; stop;}', "discard;"),
    "includes": (ALL, 'include "a";', ""),
    "senders": (ALL, 'vacation :from "a@b.c" "x";', ""),
    "tags": ("vacation ", ":from ", '"x";'),
    "names": ("", "a", ";"),
    "numbers": ("keep ", "1", ";"),
    "requires": ("", 'require "a";', ""),
    "many requires": ("require [", '"a",', '"b"];'),
    "ihaves": (ALL, 'if ihave "x" {}', ""),
}
CORPUS = [
    b'redirect "a@out.example";',
    b'if header :contains "x" "y" { redirect :copy "a@out.example"; stop; } else { discard; }',
    ALL.encode()
    + b'set :lower "x" "A@out.example"; redirect "${x}"; notify "mailto:${x}?cc=a@b.c";',
    ALL.encode() + b'notify :message "a" "mailto:a@b.c%2Cd@out.example?%63c=e@out.example&x=y";',
    ALL.encode() + b'redirect "a${hex:40}${unicode:6f 75 74}.example"; include :global "x";',
    ALL.encode() + b'foreverypart { vacation :from "a@out.example" text:\r\n.\r\n; break; }',
    b'require "notify"; notify :method "mailto" :options ["a@out.example", "b@c.d"];',
    b'require "vnd.dovecot.execute"; if not execute :output "x" "y" { report "a" "b" "c@d.e"; }',
]
SPLICES = [
    *(
        text.encode()
        for text in (*scripts.COMMENTS, *scripts.TEXTS, *scripts.TESTS, *scripts.PLAIN)
    ),
    *(f"redirect {text.format('out.example')};".encode() for text in scripts.ADDRESSES),
    *(f"notify {text.format('out.example')};".encode() for text in scripts.METHODS),
    *(text.encode() for text in ("${", "}", '"', "\\", "/*", "*/", "#", "\r", "\n", "\0", "text:")),
    *(
        text.encode()
        for text in (";", "{", "(", "[", ",", "<", "@", ":", "${hex:", "%2C", "&", "?")
    ),
    b"\xff",
    b"\xc3",
    "\u1ebf".encode(),
]


class FailedError(Exception):
    """A promise that was not kept; `script` shows it."""

    def __init__(self, what: str, script: bytes) -> None:
        super().__init__(what)
        self.script = script


def is_unwanted(redirect: Redirect) -> bool:
    return redirect.address.endswith("out.example")


def attempt(script: bytes) -> str:
    """Read and edit a script, and say what came of it. Raises FailedError."""
    text = script.decode("utf-8", "surrogateescape")
    may_send(script)
    try:
        found = outgoing(text)
    except SieveError:
        return "no script"
    try:
        edited = without(script, is_unwanted)
    except CannotEditError:
        return "not editable"
    left = outgoing(edited.decode("utf-8", "surrogateescape"))
    if any(map(is_unwanted, left.redirects)):
        raise FailedError("an edit left what is not wanted", script)
    if len(left.redirects) + sum(map(is_unwanted, found.redirects)) != len(found.redirects):
        raise FailedError("an edit took what is wanted", script)
    if edited != script and not any(map(is_unwanted, found.redirects)):
        raise FailedError("an edit changed what it need not", script)
    return "edited" if edited != script else "read"


def pieces(script: bytes) -> None:
    """The parts below the grammar, which they would seldom reach through it."""
    text = script.decode("utf-8", "surrogateescape")
    for read in (decode, mailbox, lambda uri: list(mailto_recipients(f"mailto:{uri}"))):
        read(text)
    position = 0
    for token in tokens(text):
        if token.start < position or text[token.start : token.end] != token.text:
            raise FailedError("tokens overlap", script)
        position = token.end


def guarded(act: Callable[[bytes], object], script: bytes) -> object:
    """Any exception, and more time than LONGEST, becomes a FailedError."""
    begin = time.process_time()
    try:
        done = act(script)
    except FailedError:
        raise
    except Exception as error:
        raise FailedError(f"{type(error).__name__}: {error}", script) from error
    if (took := time.process_time() - begin) > LONGEST:
        raise FailedError(f"{took:.0f} s", script)
    return done


def shaped(shape: tuple[str, str, str], size: int) -> bytes:
    """A script of about that size."""
    begin, repeated, end = shape
    return (begin + repeated * ((size - len(begin) - len(end)) // len(repeated)) + end).encode()


def compared(act: Callable[[bytes], object], shape: tuple[str, str, str]) -> tuple[float, float]:
    """Processor time for 256 KB and for 1 MB: the shortest, for others use the machine, too."""
    shortest = [LONGEST, LONGEST]
    for _ in range(ATTEMPTS):
        for number, size in enumerate((SMALL, LARGE)):
            script = shaped(shape, size)
            gc.collect()
            gc.disable()  # its rounds come at other sizes than these
            begin = time.process_time()
            guarded(act, script)
            shortest[number] = min(shortest[number], time.process_time() - begin)
            gc.enable()
        if shortest[1] <= max(shortest[0] * MOST_RATIO, LEAST_TIME):
            break
    return shortest[0], shortest[1]


def measure() -> Iterator[tuple[str, float, float]]:
    """Name, seconds for 1 MB and ratio to 256 KB of each shape. Raises FailedError."""
    for name, shape in SHAPES.items():
        for kind, act in (("", attempt), (", its pieces", pieces)):
            small, large = compared(act, shape)
            ratio = large / max(small, LEAST_TIME / 4)
            if large > LEAST_TIME and ratio > MOST_RATIO:
                what = f"{name}{kind}: {small:.3f} s for 256 KB, {large:.3f} s for 1 MB"
                raise FailedError(what, shaped(shape, SMALL))
            yield name + kind, large, ratio


def changed(chance: random.Random, script: bytes) -> bytes:
    """A script with pieces taken out, doubled, put in."""
    for _ in range(chance.randint(1, 6)):
        begin = chance.randint(0, len(script))
        end = min(len(script), begin + chance.choice((0, 0, 1, 2, 8, 40)))
        piece = chance.choice(
            (b"", script[begin:end] * 2, chance.choice(SPLICES), chance.choice(CORPUS))
        )
        script = script[:begin] + piece + script[end:]
    return script


def any_script(chance: random.Random, corpus: list[bytes]) -> bytes:
    """Random bytes, random pieces, a nest, or a script of the corpus that was changed."""
    kind = chance.random()
    if kind < 0.05:
        return chance.randbytes(chance.randint(0, RANDOM_SIZE))
    if kind < 0.15:
        return b" ".join(chance.choices(SPLICES, k=chance.randint(0, 60)))
    if kind < 0.2:
        depth = chance.randint(1, 200)
        opened = [
            chance.choice((b"if true {", b"foreverypart {", b"if not anyof(")) for _ in range(depth)
        ]
        return b"".join(opened) + chance.choice(CORPUS) + b"}" * chance.randint(0, depth)
    return changed(chance, chance.choice(corpus))


def fuzz(seconds: float, seed: int) -> Counter[str]:
    """Random scripts until the time is up: how many came to what. Raises FailedError."""
    chance = random.Random(seed)
    corpus, came = list(CORPUS), Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        script = any_script(chance, corpus)
        outcome = str(guarded(attempt, script))
        guarded(pieces, script)
        came[outcome] += 1
        if outcome in ("read", "edited") and len(script) < RANDOM_SIZE and chance.random() < 0.1:
            corpus.append(script)
            if len(corpus) > 2000:
                del corpus[chance.randrange(len(CORPUS), len(corpus))]
    return came


def main(seconds: float, seed: int) -> int:
    """Print what was measured; the exit status."""
    try:
        shapes = sorted(measure(), key=lambda found: -found[1])
        print(f"1 MB in {len(shapes) // 2} shapes, and 256 KB of each; the slowest:")
        for name, took, ratio in shapes[:5]:
            print(f"  {took:6.2f} s, {ratio:4.1f} times 256 KB: {name}")
        print(f"  highest ratio: {max(ratio for _, _, ratio in shapes):.1f} (limit {MOST_RATIO})")
        came = fuzz(seconds, seed)
        print(f"{came.total()} random scripts in {seconds:.0f} s (seed {seed}): {dict(came)}")
    except FailedError as error:
        with tempfile.NamedTemporaryFile(suffix=".sieve", delete=False) as file:
            file.write(error.script)
        print(f"FAILED: {error}; the script is in {file.name}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(
        main(given[0] if given else 600, given[1] if len(given) > 1 else time.time_ns() % 10**9)
    )
