# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.grammar import SieveError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.redirects import (
    Include,
    Redirect,
    may_send,
    outgoing,
)

A = "a@out.example"
B = "b@out.example"

REACHED = [
    # what the case shows      script                                             line of each
    ("plain", f'redirect "{A}";', [(A, 1)]),
    ("in capitals", f'REDIRECT "{A}";', [(A, 1)]),
    ("with :copy", f'require "copy";\nredirect :copy "{A}";', [(A, 2)]),
    ("tags with values", f'redirect :notify "NEVER" :ret "HDRS" "{A}";', [(A, 1)]),
    ("two", f'redirect "{A}";\nredirect "{B}";', [(A, 1), (B, 2)]),
    ("inside inside", f'if true {{ keep; }}\nelse {{ if true\n{{ redirect "{A}"; }} }}', [(A, 3)]),
    ("as text", f"redirect text:\n{A}\n.\n;", [(A, 1)]),
    ("a comment in between", f'redirect /* x */ # y\n "{A}";', [(A, 1)]),
    ("encoded", 'require "encoded-character";\nredirect "a${unicode:40}out.example";', [(A, 2)]),
    ("variables not asked for", 'redirect "${x}@out.example";', [("${x}@out.example", 1)]),
    ("by mail", f'require "enotify";\nnotify "mailto:{A}";', [(A, 2)]),
    ("by mail, copies", f'require "enotify";\nnotify "mailto:{A}?cc={B}";', [(A, 2), (B, 2)]),
    ("by mail, the sender is none", f'require "enotify";\nnotify :from "{B}" "mailto:{A}";', [(A, 2)]),
    ("a report", f'require "vnd.dovecot.report";\nreport "abuse" "x" "{A}";', [(A, 2)]),
    ("in a comment", f'# redirect "{A}";\n/* redirect "{A}"; */', []),
    ("in a string", f'require "reject"; reject "redirect \\"{A}\\";";', []),
    ("in text", f'require "vacation"; vacation text:\nredirect "{A}";\n.\n;', []),
    ("a test of that name", 'if header "redirect" "x" { keep; }', []),
    ("nothing", "keep;", []),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in REACHED])
def test_each_address_is_found_with_its_line(script, expected):
    found = outgoing(script).redirects

    assert [(r.address, r.line) for r in found] == expected
    assert all(r.reachable and not r.opaque for r in found)


REACHABLE = [
    ("behind stop", f'stop; redirect "{A}";', [False]),
    ("before stop", f'redirect "{A}"; stop;', [True]),
    ("behind return", f'return; redirect "{A}";', [False]),
    ("behind stop in a block", f'if true {{ stop; redirect "{A}"; }}', [False]),
    ("behind a block with stop", f'if true {{ stop; }} redirect "{A}";', [True]),
    ("under false", f'if false {{ if true {{ redirect "{A}"; }} }}', [False]),
    ("beside false", f'if false {{ keep; }} else {{ redirect "{A}"; }}', [True]),
    ("under not false", f'if not false {{ redirect "{A}"; }}', [True]),
    ("in a block behind stop", f'stop; if true {{ redirect "{A}"; }}', [False]),
]


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in REACHABLE])
def test_what_cannot_be_reached_is_told(script, expected):
    assert [r.reachable for r in outgoing(script).redirects] == expected


OPAQUE = [
    ("a variable", 'require "variables";\nredirect "${1}";', "variable"),
    ("a part is a variable", 'require "variables";\nredirect "a@${d}";', "variable"),
    ("a variable notifies", 'require ["enotify", "variables"];\nnotify "${m}";', "variable"),
    ("a list", 'require "extlists";\nredirect :list "tag:x,2019:y";', "list"),
    ("notify by other means", 'require "enotify";\nnotify "xmpp:a@b";', "another way"),
    ("a program", 'require "vnd.dovecot.pipe";\npipe "tool";', "program"),
]


@pytest.mark.parametrize(("script", "reason"), [pytest.param(*c, id=n) for n, *c in OPAQUE])
def test_what_cannot_be_told_is_opaque(script, reason):
    (found,) = outgoing(script).redirects

    assert (found.address, found.line, found.reachable) == ("", 2, True)
    assert reason in found.opaque


BROKEN = [
    ("encoding not asked for", 'redirect "a${unicode:40}b.example";', 1),
    ("no end", 'keep;\nredirect "a@b.example"\nkeep;', 2),
    ("a source route", 'redirect "<@in.example:a@b.example>";', 1),
    ("no address", "redirect;", 1),
    ("a list of addresses", 'redirect ["a@b.example", "c@d.example"];', 1),
    ("a number", "redirect 1;", 1),
    ("a block", 'redirect "a@b.example" { keep; }', 1),
    ("the old notify", 'require "notify";\nnotify :options ["a@b.example"];', 2),
    ("no grammar", "redirect (", 1),
]


@pytest.mark.parametrize(("script", "line"), [pytest.param(*c, id=n) for n, *c in BROKEN])
def test_a_script_that_no_server_runs_is_refused_without_its_text(script, line):
    with pytest.raises(SieveError, match=rf"^line {line}: ") as caught:
        outgoing(script)

    assert "example" not in str(caught.value)


INCLUDES = [
    ("a name", 'include "x";', [Include(name="x", line=1)]),
    ("personal", 'include :personal "x";', [Include(name="x", line=1)]),
    ("global", 'include :global :once "x";', [Include(name="x", line=1, is_global=True)]),
    ("optional", 'include :optional "x";', [Include(name="x", line=1, optional=True)]),
    ("a variable", 'require "variables"; include "${x}";', [Include(name="", line=1)]),
    ("out of reach", 'stop; include "x";', []),
]


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in INCLUDES])
def test_included_scripts_are_named(script, expected):
    assert list(outgoing(script).includes) == expected


@pytest.mark.parametrize("script", [b"Redirect", b"if a{reDIRECT", b"notify", b"include", b"pipe"])
def test_a_word_that_sends_is_seen(script):
    assert may_send(script)


def test_a_script_without_such_a_word_is_passed_over():
    assert not may_send(b'require "fileinto"; fileinto "x"; keep; stop;')


def test_redirects_compare_by_value():
    assert outgoing(f'redirect "{A}";').redirects == (Redirect(address=A, line=1),)
