# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.redirects import outgoing

T = 'header "x" "y"'  # a test that depends on the mail
REQUIRED = 'require ["variables", "encoded-character", "enotify", "include", "imap4flags"];'

KNOWN = [
    # what the case shows           script, then a redirect to ${x}           the address
    ("set once", 'set "x" "a@b";', "a@b"),
    ("names ignore case", 'set "X" "a@b";', "a@b"),
    ("of other variables", 'set "u" "a"; set "d" "b"; set "x" "${u}@${d}";', "a@b"),
    ("of itself", 'set "x" "a@b"; set "x" "x${x}";', "xa@b"),
    ("of one without value", 'set "x" "a${z}@b";', "a@b"),
    ("the last counts", 'set "x" "c@d"; set "x" "a@b";', "a@b"),
    ("a later one does not", 'set "x" "a@b"; set "y" "${x}"; set "x" "${y}"; set "y" "c";', "a@b"),
    ("encoded", 'set "x" "a${hex:40}b";', "a@b"),
    ("a reference that is encoded", 'set "y" "a@b"; set "x" "${hex:24}{y}";', "a@b"),
    ("the same in all branches", f'if {T} {{ set "x" "a@b"; }} else {{ set "x" "a@b"; }}', "a@b"),
    ("a branch that is never taken", 'set "x" "a@b"; if false { set "x" "c@d"; }', "a@b"),
    ("a branch that is always taken", 'set "x" "c@d"; if true { set "x" "a@b"; }', "a@b"),
    ("a branch that stops", f'set "x" "a@b"; if {T} {{ set "x" "c@d"; stop; }}', "a@b"),
    ("inside a loop", 'foreverypart { set "y" "a@b"; set "x" "${y}"; } set "x" "a@b";', "a@b"),
    ("beside a test of that name", f'set "x" "a@b"; if {T} {{ keep; }}', "a@b"),
    (":lower", 'set :lower "x" "A@B";', "a@b"),
    (":upper", 'set :upper "x" "a@b";', "A@B"),
    (":lowerfirst", 'set :lowerfirst "x" "A@B";', "a@B"),
    (":upperfirst behind :lower, in any order", 'set :upperfirst :lower "x" "AB@C";', "Ab@c"),
    (":lower leaves other scripts' letters", 'set :lower "x" "a@Ế";', "a@Ế"),
    (":length", 'set :length "n" "hộp"; set "x" "${n}@b";', "3@b"),
    (":length of lines", 'set :length "n" "a\nb"; set "x" "${n}@b";', "4@b"),
    (":quotewildcard", 'set :quotewildcard "n" "a*?"; set "x" "\\"${n}\\"@b";', '"a\\*\\?"@b'),
    (":encodeurl", 'set :encodeurl "n" "@~"; set "x" "a${n}@b";', "a%40~@b"),
    ("modifiers in capitals", 'set :LOWER "x" "A@B";', "a@b"),
    ("no reference", 'set "x" "a{x}$x@b";', "a{x}$x@b"),
    ("as long as Dovecot holds", f'set "x" "{"a" * 3998}@b";', "a" * 3998 + "@b"),
]  # fmt: skip


def address_of(script: str) -> str:
    """Where `redirect "${x}"` behind the script goes, "" where it cannot be told."""
    redirect = outgoing(f'{REQUIRED} {script} redirect "${{x}}";').redirects[-1]
    assert bool(redirect.address) != bool(redirect.opaque)
    return redirect.address


@pytest.mark.parametrize(("script", "expected"), [pytest.param(*c, id=n) for n, *c in KNOWN])
def test_a_constant_is_resolved(script, expected):
    assert address_of(script) == expected


UNKNOWN = [
    ("never set", ""),
    ("set in a branch", f'if {T} {{ set "x" "a@b"; }}'),
    ("set otherwise in a branch", f'set "x" "a@b"; if {T} {{}} elsif {T} {{ set "x" "c@d"; }}'),
    ("two branches that differ", f'if {T} {{ set "x" "a@b"; }} else {{ set "x" "c@d"; }}'),
    ("a branch gives no known value", f'set "x" "a@b"; if {T} {{ set "x" "${{1}}"; }}'),
    ("a part of the mail", 'set "x" "a@${1}";'),
    ("of one that is not known", 'set "y" "${0}"; set "x" "a@b${y}";'),
    ("a namespace", 'set "x" "a@b${global.y}";'),
    ("set in a namespace", 'set "global.x" "a@b"; set "x" "${global.x}";'),
    ("set in a loop", 'set "x" "a@b"; foreverypart { set "x" "c@d"; }'),
    ("set at the end of a loop", 'set "y" "a@b"; foreverypart { set "x" "${y}"; set "y" "c@d"; }'),
    ("shared with other scripts", 'global "x"; set "x" "a@b";'),
    ("shared among others", 'global ["y", "X"]; set "x" "a@b";'),
    ("flags", 'set "x" "a@b"; setflag "x" "c@d";'),
    ("a text of the mail", 'set "x" "a@b"; extracttext :first 100 "x";'),
    ("in a block", f'set "x" "a@b"; if {T} {{ addflag "x" "c@d"; }}'),
    ("a program's answer", 'set "x" "a@b"; execute :output "x" "tool";'),
    ("a program's answer to a test", 'set "x" "a@b"; if not execute :output "x" "tool" {}'),
    ("a modifier that is not known", 'set :quoteregex "x" "a@b";'),
    ("longer than Dovecot holds", f'set "x" "{"a" * 3999}@b";'),
    ("longer in octets", f'set "x" "a@{"é" * 2000}";'),
    ("longer together", f'set "y" "{"a" * 3998}"; set "z" "${{y}}aa"; set "x" "${{z}}a@b";'),
    ("set deep in a loop", f'set "x" "a@b"; foreverypart {{ if {T} {{ set "x" "c@d"; }} }}'),
    ("twice as long each time", 'set "x" "a";' + 'set "x" "${x}${x}";' * 40 + 'set "x" "${x}@b";'),
    ("no address", 'set "x" "a";'),
]  # fmt: skip


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in UNKNOWN])
def test_what_is_no_constant_cannot_be_told(script):
    assert address_of(script) == ""
