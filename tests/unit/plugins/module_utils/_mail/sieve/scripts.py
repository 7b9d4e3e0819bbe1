# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Random Sieve scripts that send mail on, in chunks: what an edit has to leave, and what not.

What is not wanted goes to UNWANTED. A script is one that Dovecot compiles, unless a mistake is planted
in it beside what is not wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

UNWANTED = "out.example"
WANTED = "in.example"
REQUIRED = (
    'require ["copy", "enotify", "variables", "encoded-character", "fileinto", "vacation", '
    '"imap4flags", "foreverypart", "mime"];\n'
)


@dataclass(frozen=True)
class Chunk:
    """A piece of a script."""

    text: str
    stays: bool = True


COMMENTS = (
    ' # a "quote\r\n',
    '\n# redirect "x@out.example";\n',
    "/* redirect */",
    " /* é\r\n * text:\n **/ ",
)
SPACES = (" ", "\n", "\r\n", "\t  ")
GAPS = st.sampled_from([*SPACES, *COMMENTS])
TEXTS = (
    '""',
    '"a"',
    f'"redirect \\"x@{UNWANTED}\\";"',
    f'text:\nredirect "x@{UNWANTED}";\r\n..\n.\n',
    'text: # c\r\n"\r\n.\r\n',
    '"/* ${a} #"',
)
TESTS = (
    "true",
    "false",
    'header :contains "subject" "redirect"',
    'not exists ["x", "y"]',
    'anyof(size :over 1M, header "a" "b")',
    "allof (not false,true)",
    'header :matches "to" "*"',
)
# A redirect's address, as written: local part a, domain {}.
ADDRESSES = (
    '"a@{}"',
    '"\\"A B\\" <a@{}>"',
    '"a (c) @ {}"',
    '"a${{unicode:40}}{}"',
    "text:\na@{}\n.\n",
    '"${{local}}@{}"',
    '"<a@\\{}>"',
)
METHODS = ('"mailto:a@{}"', '"MAILTO:a%40{}?subject=x"', '"mailto:?%63c=a@{}&body=b%20c"')
PLAIN = (
    "keep;",
    "Keep ;",
    'fileinto "a";',
    'set "a" "b${a}";',
    'set :lower "a" text:\nb\n.\n;',
    'addflag "\\\\Seen";',
    'vacation :days 1 :from "a@in.example" "gone";',
)
MISTAKES = (
    "",
    "",
    "",
    "",
    "",
    "",
    "nothing;",
    'keep "x";',
    "keep :copy",
    "}",
    "elsif true {}",
    '"x"',
)


def scripts(*, mistakes: bool = False) -> st.SearchStrategy[list[Chunk]]:
    """Scripts whose first chunk requires what they use, and sets the variable `local` to a."""
    head = [Chunk(REQUIRED), Chunk('set "local" "a";\n')]
    end = st.sampled_from(MISTAKES) if mistakes else st.just("")
    return st.tuples(_commands(3), end).map(lambda made: [*head, *made[0], Chunk(made[1])])


def written(chunks: list[Chunk]) -> str:
    """The script."""
    return "".join(chunk.text for chunk in chunks)


def left(chunks: list[Chunk]) -> str:
    """What an edit has to leave of it."""
    return "".join(chunk.text for chunk in chunks if chunk.stays)


def _commands(depth: int) -> st.SearchStrategy[list[Chunk]]:
    spaced = st.tuples(GAPS, _command(depth)).map(lambda made: [Chunk(made[0]), *made[1]])
    return st.lists(spaced, max_size=4).map(lambda found: [c for one in found for c in one])


def _command(depth: int) -> st.SearchStrategy[list[Chunk]]:
    flat = st.one_of(
        st.sampled_from(PLAIN).map(lambda text: [Chunk(text)]),
        st.tuples(st.just('set "a" '), st.sampled_from(TEXTS)).map(
            lambda made: [Chunk(f"{made[0]}{made[1]};")]
        ),
        _action(WANTED, stays=True),
        _action(UNWANTED, stays=False),
        _action(UNWANTED, stays=False),
        _shared(),
    )
    return st.one_of(flat, flat, _branches(depth), _loop(depth)) if depth else flat


@st.composite
def _action(draw, domain: str, *, stays: bool) -> list[Chunk]:
    """A redirect or a notification. Comments in it stay in any case, other gaps go with it."""
    name, tags, strings = draw(
        st.sampled_from(
            [
                ("redirect", [], ADDRESSES),
                ("REDIRECT", [":copy"], ADDRESSES),
                ("notify", [], METHODS),
                ("notify", [":message", '"redirect"'], METHODS),
            ]
        )
    )
    words = [name, *tags, draw(st.sampled_from(strings)).format(domain), ";"]
    chunks = [Chunk(words[0], stays)]
    for word in words[1:]:
        gap = draw(GAPS)
        chunks += [Chunk(gap, stays or gap in COMMENTS), Chunk(word, stays)]
    return chunks


@st.composite
def _shared(draw) -> list[Chunk]:
    """A notification to several, of whom at least one is wanted."""
    wanted = [draw(st.booleans()) for _ in range(draw(st.integers(0, 3)))]
    wanted.insert(draw(st.integers(0, len(wanted))), True)
    chunks, parted = [Chunk('notify "mailto:')], False
    for number, stays in enumerate(wanted):
        domain = WANTED if stays else UNWANTED
        # The sign before the first that stays goes, too.
        chunks.append(Chunk("%2C" if number else "", stays and parted))
        chunks.append(Chunk(f"a{number}@{domain}", stays))
        parted = parted or stays
    return [*chunks, Chunk('";')]


@st.composite
def _branches(draw, depth: int) -> list[Chunk]:
    chunks = [Chunk(f"if {draw(st.sampled_from(TESTS))}"), *draw(_block(depth))]
    if draw(st.booleans()):
        chunks += [Chunk(f"elsif {draw(st.sampled_from(TESTS))}"), *draw(_block(depth))]
    if draw(st.booleans()):
        chunks += [Chunk("else"), *draw(_block(depth))]
    return chunks


@st.composite
def _loop(draw, depth: int) -> list[Chunk]:
    chunks = draw(_block(min(depth, 2)))
    return [Chunk('foreverypart :name "p"' if draw(st.booleans()) else "foreverypart"), *chunks]


@st.composite
def _block(draw, depth: int) -> list[Chunk]:
    stop = draw(st.sampled_from(["", "", "stop;"]))
    return [Chunk(" {"), *draw(_commands(depth - 1)), Chunk(f"{draw(GAPS)}{stop}}}")]
