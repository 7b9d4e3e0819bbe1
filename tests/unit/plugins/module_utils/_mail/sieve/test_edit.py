# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.actions import Redirect
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.edit import (
    CannotEditError,
    without,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.grammar import SieveError

X = "x@out.example"  # what is not wanted
A = "a@in.example"


def is_unwanted(redirect: Redirect) -> bool:
    return redirect.address.endswith("@out.example")


def edited(script: str) -> str:
    return without(script.encode(), is_unwanted).decode()


EDITS = [
    # what the case shows      script                                 what is left
    ("the whole script", f'redirect "{X}";', ""),
    ("a line", f'keep;\r\n  redirect "{X}";\r\nstop;', "keep;\r\n  \r\nstop;"),
    ("between commands", f'keep;redirect "{X}";stop;', "keep;stop;"),
    ("one of two", f'redirect "{X}"; redirect "{A}";', f' redirect "{A}";'),
    ("each of two", f'redirect "{X}";\nredirect :copy "y@out.example";\n', "\n\n"),
    ("the whole block", f'if true {{redirect "{X}";}}', "if true {}"),
    ("in a branch", f'if a {{ keep; }} elsif b {{ redirect "{X}"; stop; }} else {{ keep; }}',
        "if a { keep; } elsif b {  stop; } else { keep; }"),
    ("in a loop", f'foreverypart {{ redirect "{X}"; break; }}', "foreverypart {  break; }"),
    ("tags", f'require "copy";\nredirect :copy :notify "NEVER" "{X}" ;', 'require "copy";\n'),
    ("as text", f"redirect text:\n{X}\n.\n;keep;", "keep;"),
    ("comments around", f'# a\nredirect "{X}"; # b\n/* c */', "# a\n # b\n/* c */"),
    ("a comment inside", f'redirect /* a */ "{X}";', " /* a */ "),
    ("a comment to the end of the line inside", f'redirect # a\r\n  "{X}" ;keep;', " # a\r\n  keep;"),
    ("a comment in the tags", f'redirect :copy\n/* a */"{X}";', "\n/* a */"),
    ("what is no action", f'# redirect "{X}";\nset "x" "redirect \\"{X}\\";";', None),
    ("what is wanted", f'redirect "{A}";', None),
    ("out of reach", f'stop; redirect "{X}";', "stop; "),
    ("a known variable", f'require "variables"; set "x" "{X}"; redirect "${{x}}"; keep;',
        f'require "variables"; set "x" "{X}";  keep;'),
    ("an encoded address", 'require "encoded-character"; redirect "x${hex:40}out.example";keep;',
        'require "encoded-character"; keep;'),
    ("a notification", f'require "enotify"; notify "mailto:{X}"; keep;', 'require "enotify";  keep;'),
    ("a notification to two", f'require "enotify"; notify "mailto:{X}?cc=y@out.example&body=z";',
        'require "enotify"; '),
    ("one recipient of two", f'require "enotify"; notify :message "{X}" "mailto:{A}%2Cx%40out.example";',
        f'require "enotify"; notify :message "{X}" "mailto:{A}";'),
    ("one recipient of a field", f'require "enotify"; notify "MAILTO:{X}?subject=a&CC={A}";',
        f'require "enotify"; notify "MAILTO:?subject=a&CC={A}";'),
    ("one recipient with a name", f'require "enotify"; notify "mailto:{A}%2CX%20%3C{X}%3E";',
        f'require "enotify"; notify "mailto:{A}";'),
    ("the old notify", f'require "notify"; notify :options ["{X}"]; keep;', 'require "notify";  keep;'),
    ("a report", f'require "vnd.dovecot.report"; report "abuse" "x" "{X}";',
        'require "vnd.dovecot.report"; '),
    ("a discard in another branch", f'if a {{ redirect "{X}"; }} else {{ discard; }}',
        "if a {  } else { discard; }"),
    ("a discard of its own rule", f'if a {{ discard; stop; }} redirect "{X}";', "if a { discard; stop; } "),
    ("a discard that a stop keeps away", f'if a {{ redirect "{X}"; stop; }} discard;', "if a {  stop; } discard;"),
    ("a discard far from a stop", f'if a {{ if b {{ redirect "{X}"; }} stop; }} discard;',
        "if a { if b {  } stop; } discard;"),
    ("a discard out of reach", f'redirect "{X}"; stop; discard;', " stop; discard;"),
    ("out of reach beside a discard", f'discard; stop; redirect "{X}";', "discard; stop; "),
    ("a notification beside a discard", f'require "enotify"; notify "mailto:{X}"; discard;',
        'require "enotify";  discard;'),
    ("beside an include", f'include "y"; redirect "{X}";', 'include "y"; '),
    ("letters of other scripts", f'# thư\nredirect "{X}"; # đi', "# thư\n # đi"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in EDITS])
def test_the_unwanted_is_taken_out_and_nothing_else(script, expected):
    assert edited(script) == (script if expected is None else expected)


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script, _ in EDITS])
def test_nothing_is_left_to_take_out(script):
    once = edited(script)

    assert edited(once) == once


def test_octets_that_are_no_utf8_stay():
    script = b'# \xff\xfe\nredirect "x@out.example"; # \xc3'

    assert without(script, is_unwanted) == b"# \xff\xfe\n # \xc3"


REFUSED = [
    ("a variable", 'require "variables";\nredirect "${1}";', "line 2: a variable"),
    ("a list", '\n\nredirect :list "tag:x";', "line 3: an external list"),
    ("a program", 'pipe "x";', "line 1: a program"),
    ("a program as a test", 'if true {}\nelsif execute "x" {}', "line 2: a program"),
    ("an include alone", 'keep;\ninclude "x";', "line 2: it includes another"),
    ("an include beside", f'include "x"; redirect "{X}";', "line 1: it includes another"),
    ("beside a discard", f'redirect "{X}";\ndiscard;', "line 1: .* loses the mail"),
    ("behind a discard", f'discard;\nredirect "{X}";', "line 2: .* loses the mail"),
    ("a copy beside a discard", f'redirect :copy "{X}"; discard;', "line 1: .* loses the mail"),
    ("beside a reject", f'redirect "{X}"; reject "x";', "line 1: .* loses the mail"),
    ("beside an ereject", f'redirect "{X}"; ereject "x";', "line 1: .* loses the mail"),
    ("in a block beside a discard", f'if a {{ redirect "{X}"; }} discard;', "line 1: .* loses the mail"),
    ("behind a discard, in a block with stop", f'discard; if a {{ redirect "{X}"; stop; }}', "line 1: .* loses the mail"),
    ("before a discard, in a loop with break", f'foreverypart {{ redirect "{X}"; break; }} discard;',
        "line 1: .* loses the mail"),
    ("before a discard, far inside", f'if a {{ if b {{ redirect "{X}"; }} }} discard;', "line 1: .* loses the mail"),
    ("recipients with an escape", f'require "enotify"; notify "mailto:{A}\\,{X}";', "line 1: it notifies others"),
    ("recipients beside an escape", f'require "enotify"; notify "mailto:{A}?cc={X}&subject=\\x";', "line 1: it notifies others"),
    ("recipients in a list", f'require "enotify"; notify ["mailto:?cc={A}&cc={X}&body=x"];', "line 1: it notifies others"),
    ("recipients as text", f'require "enotify"; notify text:\nmailto:{A},{X}\n.\n;', "line 1: it notifies others"),
    ("recipients in a variable", f'require ["enotify", "variables"]; set "x" "mailto:{A},{X}"; notify "${{x}}";',
        "line 1: it notifies others"),
    ("recipients that are encoded", f'require ["enotify", "encoded-character"]; notify "mailto:{A}${{hex:2c}}{X}";',
        "line 1: it notifies others"),
    ("some of the old notify", f'require "notify"; notify :options ["{A}", "{X}"];', "line 1: it notifies others"),
    ("some of the old notify beside a URI", f'require "notify"; notify :options ["{A}", "{X}"] :message "mailto:{A}";',
        "line 1: it notifies others"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "reason"), [pytest.param(*c, id=n) for n, *c in REFUSED])
def test_what_cannot_be_taken_out_safely_is_refused_with_the_reason(script, reason):
    def is_unwanted_or_opaque(redirect: Redirect) -> bool:
        return is_unwanted(redirect) or bool(redirect.opaque)

    with pytest.raises(CannotEditError, match=f"^{reason}") as caught:
        without(script.encode(), is_unwanted_or_opaque)

    assert "example" not in str(caught.value)


def test_what_cannot_be_told_stays_where_it_is_not_unwanted():
    script = f'require "variables"; redirect "${{1}}"; redirect "{X}"; pipe "x";'

    assert edited(script) == 'require "variables"; redirect "${1}";  pipe "x";'


def test_a_script_that_no_server_runs_is_refused():
    with pytest.raises(SieveError, match=r"^line 1: "):
        edited(f'redirect "{X}"')
