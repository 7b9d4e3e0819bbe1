# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.grammar import SieveError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.redirects import (
    Include,
    may_send,
    outgoing,
)

A = "a@out.example"
B = "b@out.example"

T = 'header "x" "y"'  # a test that depends on the mail

REACHED = [
    # what the case shows      script                                             line of each
    ("plain", f'redirect "{A}";', [(A, 1)]),
    ("in capitals", f'REDIRECT "{A}";', [(A, 1)]),
    ("with :copy", f'require "copy";\nredirect :copy "{A}";', [(A, 2)]),
    ("tags with values", f'redirect :notify "NEVER" :ret "HDRS" "{A}";', [(A, 1)]),
    ("two", f'redirect "{A}";\nredirect "{B}";', [(A, 1), (B, 2)]),
    ("inside inside", f'if size :over 1 {{}}\nelse {{ if true\n{{ redirect "{A}"; }} }}', [(A, 3)]),
    ("as text", f"redirect text:\n{A}\n.\n;", [(A, 1)]),
    ("a comment in between", f'redirect /* x */ # y\n "{A}";', [(A, 1)]),
    ("encoded", 'require "encoded-character";\nredirect "a${unicode:40}out.example";', [(A, 2)]),
    ("encoded, without the word", 'require "encoded-character";\nredirect "a${:40}out.example";', [(A, 2)]),
    ("variables not asked for", 'redirect "${x}@out.example";', [("${x}@out.example", 1)]),
    ("by mail", f'require "enotify";\nnotify "mailto:{A}";', [(A, 2)]),
    ("by mail, copies", f'require "enotify";\nnotify "mailto:{A}?cc={B}";', [(A, 2), (B, 2)]),
    ("by mail, the sender is none", f'require "enotify";\nnotify :from "{B}" "mailto:{A}";', [(A, 2)]),
    ("by mail, in capitals", 'require "enotify";\nNOTIFY "MAILTO:a%40out.example";', [(A, 2)]),
    ("by mail, where the server can", f'require "ihave";\nif ihave "enotify" {{ notify "mailto:{A}"; }}', [(A, 2)]),
    ("by mail, to nobody", 'require "enotify"; notify "mailto:";', []),
    ("by the old notify", f'require "notify";\nnotify :method "mailto" :options ["{A}", "{B}"] :message "x";', [(A, 2), (B, 2)]),
    ("by the old notify, to nobody", 'require "notify"; notify :low;', []),
    ("the sender of an answer", f'require "vacation"; vacation :from "{A}" "x";', []),
    ("a report", f'require "vnd.dovecot.report";\nreport "abuse" "x" "{A}";', [(A, 2)]),
    ("in a comment", f'# redirect "{A}";\n/* redirect "{A}"; */', []),
    ("in a string", f'require "reject"; reject "redirect \\"{A}\\";";', []),
    ("in text", f'require "vacation"; vacation text:\nredirect "{A}";\n.\n;', []),
    ("an action as a test", f'if redirect "{A}" {{}}', []),
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
    ("behind a block with stop", f'if {T} {{ stop; }} redirect "{A}";', [True]),
    ("behind a block with stop that always runs", f'if true {{ stop; }} redirect "{A}";', [False]),
    (
        "behind branches that all stop",
        f'if {T} {{stop;}} elsif {T} {{stop;}} else {{stop;}} redirect "{A}";',
        [False],
    ),
    (
        "behind branches of which one goes on",
        f'if {T} {{stop;}} elsif {T} {{}} else {{stop;}} redirect "{A}";',
        [True],
    ),
    (
        "behind branches that may be passed",
        f'if {T} {{stop;}} elsif {T} {{stop;}} redirect "{A}";',
        [True],
    ),
    (
        "beside true",
        f'if true {{}} elsif {T} {{ redirect "{A}"; }} else {{ redirect "{B}"; }}',
        [False, False],
    ),
    (
        "under an elsif that is false",
        f'if {T} {{}} elsif false {{ redirect "{A}"; }} else {{ redirect "{B}"; }}',
        [False, True],
    ),
    ("a new if", f'if true {{}} if true {{ redirect "{A}"; }}', [True]),
    ("under not true", f'if not true {{ redirect "{A}"; }}', [False]),
    ("under not not true", f'if not not true {{ redirect "{A}"; }}', [True]),
    ("anyof one of them true", f'if anyof ({T}, true) {{}} else {{ redirect "{A}"; }}', [False]),
    ("anyof all false", f'if anyof (false, not true) {{ redirect "{A}"; }}', [False]),
    (
        "anyof that depends",
        f'if anyof (false, {T}) {{ redirect "{A}"; }} else {{ redirect "{B}"; }}',
        [True, True],
    ),
    ("allof one of them false", f'if allof ({T}, false) {{ redirect "{A}"; }}', [False]),
    ("allof all true", f'if allof (true, not false) {{}} else {{ redirect "{A}"; }}', [False]),
    (
        "allof that depends",
        f'if allof (true, {T}) {{ redirect "{A}"; }} else {{ redirect "{B}"; }}',
        [True, True],
    ),
    (
        "not what depends",
        f'if not {T} {{ redirect "{A}"; }} else {{ redirect "{B}"; }}',
        [True, True],
    ),
    ("behind an error", f'require "ihave"; error "x"; redirect "{A}";', [False]),
    ("behind break", f'foreverypart {{ break; redirect "{A}"; }} redirect "{B}";', [False, True]),
    ("in a loop", f'foreverypart {{ if {T} {{ redirect "{A}"; }} }}', [True]),
    (
        "where the server can",
        f'require "ihave"; if ihave "x" {{ redirect "{A}"; }} else {{ redirect "{B}"; }}',
        [True, True],
    ),
    ("under false", f'if false {{ if true {{ redirect "{A}"; }} }}', [False]),
    ("beside false", f'if false {{ keep; }} else {{ redirect "{A}"; }}', [True]),
    ("under not false", f'if not false {{ redirect "{A}"; }}', [True]),
    ("in a block behind stop", f'stop; if true {{ redirect "{A}"; }}', [False]),
]


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in REACHABLE])
def test_what_cannot_be_reached_is_told(script, expected):
    assert [r.reachable for r in outgoing(script).redirects] == expected


OPAQUE = [
    ("a part of the mail", 'require "variables";\nredirect "${1}";', "variable"),
    ("a part is one of the mail", 'require "variables";\nredirect "a@${d.e}";', "variable"),
    ("a variable without value", 'require "variables";\nredirect "${x}";', "variable"),
    ("a variable notifies", 'require ["enotify", "variables"];\nnotify "mailto:${0}";', "variable"),
    (
        "a variable in the old notify",
        'require ["notify", "variables"];\nnotify :options "${1}";',
        "variable",
    ),
    (
        "variables perhaps",
        'require "ihave"; if ihave "variables" {}\nredirect "${x}a@b.example";',
        "variable",
    ),
    (
        "encoding perhaps",
        'require "ihave"; if ihave "encoded-character" {}\nredirect "a${hex:62}@c.example";',
        "variable",
    ),
    ("a list", 'require "extlists";\nredirect :list "tag:x,2019:y";', "list"),
    ("notify by other means", 'require "enotify";\nnotify "xmpp:a@b";', "another way"),
    ("a program", 'require "vnd.dovecot.pipe";\npipe :copy "tool" ["x"];', "program"),
    (
        "a program that answers",
        'require "vnd.dovecot.execute";\nexecute :output "x" "tool";',
        "program",
    ),
    ("a program that changes the mail", 'require "vnd.dovecot.filter";\nfilter "tool";', "program"),
    (
        "a program as a test",
        'require "vnd.dovecot.execute";\nif execute :pipe "tool" {}',
        "program",
    ),
    (
        "a program as a test in a test",
        'require "vnd.dovecot.filter";\nif not anyof (true, filter "tool") {}',
        "program",
    ),
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
    ("notify of no extension", '\nnotify "mailto:a@b.example";', 2),
    ("notify nobody that is", 'require "enotify";\nnotify "mailto:a@b.example,c";', 2),
    ("the old notify to no address", 'require "notify"; notify :options ["a@b.example", "c"];', 1),
    ("elsif without if", "\nelsif true {}", 2),
    ("else without if", "if true {} keep; else {}", 1),
    ("set without a value", 'require "variables";\nset "x";', 2),
    ("a sender that is a list", 'vacation :from ["a@b.example", "c@d.example"] "x";', 1),
    (
        "too many variables",
        'require "variables";\n' + "".join(f'set "x{i}" "y";' for i in range(256)),
        2,
    ),
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
    ("a variable", 'require "variables"; include "${1}";', [Include(name="", line=1)]),
    (
        "a known variable",
        'require "variables"; set "x" "y"; include "${x}";',
        [Include(name="y", line=1)],
    ),
    ("as a test", 'if include "x" {}', []),
    ("out of reach", 'stop; include "x";', []),
]


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in INCLUDES])
def test_included_scripts_are_named(script, expected):
    assert list(outgoing(script).includes) == expected


@pytest.mark.parametrize(
    "script",
    [
        b"Redirect",
        b"if a{reDIRECT",
        b"notify",
        b"include",
        b"pipe",
        b"execute",
        b"filter",
        b"report",
        b"vacation :From",
    ],
)
def test_a_word_that_sends_is_seen(script):
    assert may_send(script)


def test_a_script_without_such_a_word_is_passed_over():
    assert not may_send(b'require "fileinto"; fileinto "x"; keep; stop;')


SENDERS = [
    ("a sender", f'vacation :days 1 :from "{A}" "x";', [(A, True, "")]),
    ("with a name", f'vacation :from "\\"in@in.example\\" <{A}>" "x";', [(A, True, "")]),
    ("out of reach", f'stop; vacation :from "{A}" "x";', [(A, False, "")]),
    ("a variable", 'require "variables"; vacation :from "${1}" "x";', [("", True, "a variable names the address")]),
    ("none", 'vacation :addresses "a@b.example" "x";', []),
    ("of a notification", f'require "enotify"; notify :from "{A}" "mailto:{B}";', []),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in SENDERS])
def test_the_sender_of_automatic_answers_is_told(script, expected):
    assert [(s.address, s.reachable, s.opaque) for s in outgoing(script).senders] == expected


def test_an_address_that_is_no_utf8_can_be_written_down():
    script = b'redirect "a@\xff.example";'.decode("utf-8", "surrogateescape")

    (found,) = outgoing(script).redirects

    assert found.address == "a@\ufffd.example"


def test_required_extensions_are_told():
    assert outgoing('require ["Copy", "notify"]; require "x"; keep;').extensions == {
        "copy", "notify", "x",
    }  # fmt: skip
