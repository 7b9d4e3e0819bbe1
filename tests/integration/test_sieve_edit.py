# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sieve scripts on a real Dovecot: what is told of them, before and after an edit, is what leaves."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import Info, receive, sunk, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.actions import Redirect
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.edit import (
    CannotEditError,
    without,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.grammar import SieveError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve.redirects import outgoing
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._mail.sieve.scripts import (
    Chunk,
    left,
    scripts,
    written,
)

from .ports import free_port_base

OUT = "out.example"  # where no mail may go
ALLOWED = "allowed.example"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A script. ME in it stands for a local part of the case's own, INSIDE for the lab's domain."""

    text: str
    leaves: tuple[str, ...] = ()  # domains that one mail goes to, as often as they stand here
    opaque: bool = False  # it is told that some of it cannot be told
    refused: bool = False  # no server runs it: nothing leaves, and it cannot be edited
    by_hand: bool = False  # what leaves cannot be taken out
    stored: int = 0  # copies in the mailbox while the script is as it was
    stored_after: int = 1  # and after the edit


def out(text: str, *leaves: str, **more: Any) -> Case:
    """A script that sends mail to OUT, or to the domains given."""
    return Case(text=text, leaves=leaves or (OUT,), **more)


def none(text: str, **more: Any) -> Case:
    """A script that sends nothing on."""
    return Case(text=text, stored=1, **more)


def notify(method: str, *leaves: str, **more: Any) -> Case:
    """A script that notifies: the mail itself stays."""
    return out(f'require "enotify"; notify "{method}";', *leaves, stored=1, **more)


CASES = {
    # redirect
    "plain": out('redirect "ME@out.example";\n'),
    "a copy": out('require "copy"; redirect :copy "ME@out.example";', stored=1),
    "beside a wanted one": out(
        'redirect "ME@out.example"; redirect "ME@allowed.example";', OUT, ALLOWED, stored_after=0),
    "beside a folder": out(
        'require ["fileinto", "mailbox"]; redirect "ME@out.example"; fileinto :create "x";', stored=1),
    "in a block with stop": out('if header "from" "x" {} else { redirect "ME@out.example"; stop; } discard;'),
    "in another block than a discard": out('if true { redirect "ME@out.example"; stop; } else { discard; }'),
    "beside a rule for other mail": out('if header "subject" "no" { discard; stop; } redirect "ME@out.example";'),
    "beside a discard": out('redirect "ME@out.example"; discard;', by_hand=True, stored_after=0),
    "in a loop": out('require ["foreverypart", "mime"]; foreverypart { redirect "ME@out.example"; break; }'),
    "comments in it": out('redirect # a;\r\n /* b */ "ME@out.example" /* c */;'),
    # ways to write an address
    "dots and comments": out('redirect "(a(b)) .ME @ (c) out . example (d)";'),
    "a name": out('redirect "\\"a@INSIDE\\" <ME@out.example>";'),
    "stuffed": out("redirect text:\r\n.ME@out.example\r\n.\r\n;"),
    "encoded": out('require "encoded-character"; redirect "ME${unicode:40}out${hex: 2E 65}xample";'),
    "encoded without the word": out('require "encoded-character"; redirect "ME${:40}out.example";'),
    "a variable": out(
        'require "variables"; set :lower "x" "OUT"; set "x" "${X}.example"; redirect "ME@${x}";'),
    "an encoded reference": out(
        'require ["variables", "encoded-character"]; set "x" "ME@out.example"; redirect "${hex:24}{x}";'),
    "a length": out('require "variables"; set :length "n" "a\nb"; redirect "ME${n}@out.example";'),
    "an empty variable": out('require "variables"; redirect "ME${x}@out.example";'),
    "no variables": out('redirect "ME${x}@out.example";'),
    "set in a branch": out('require "variables"; if true { set "x" "ME@out.example"; } redirect "${x}";'),
    "a header": out(
        'require "variables"; if header :matches "from" "*" { set "x" "${1}"; } redirect "${x}";',
        "else.example", opaque=True, by_hand=True, stored_after=0),
    "flags": out(
        'require ["variables", "imap4flags"]; addflag "x" "ME@out.example"; redirect "${x}";',
        opaque=True, by_hand=True, stored_after=0),
    "what the server has": out(
        'require "ihave"; if ihave "copy" { redirect :copy "ME@out.example"; }', stored=1),
    # what does not run
    "behind stop in both branches": none(
        'if size :over 1 { stop; } else { stop; } redirect "ME@out.example";'),
    "behind a true branch": none('if allof (true, not false) { stop; } redirect "ME@out.example";'),
    "beside a true branch": none(
        'if anyof (false, true) {} elsif true { redirect "ME@out.example"; }'),
    "behind an error": none('require "ihave"; error "x"; redirect "ME@out.example";'),
    "a source route": none('redirect "<@INSIDE:ME@out.example>";', refused=True),
    "a trailing dot": none('redirect "ME@out.example.";', refused=True),
    "NUL": none('redirect "ME@out.example"; \0', refused=True),
    "a lone CR in a string": none('redirect "ME@out.example"; keep "\r";', refused=True),
    "elsif without if": none('redirect "ME@out.example"; elsif true {}', refused=True),
    # notify
    "notified": notify("MailTo:ME%40out.example?subject=x"),
    "notified as copies": notify("mailto:?%43c=ME@out.example%2caME@out.example", OUT, OUT),
    "notified with a name": notify("mailto:A%20%3CME@out.example%3E"),
    "notified beside a wanted one": notify(
        "mailto:ME@out.example%2CME@allowed.example?cc=aME@out.example", OUT, ALLOWED, OUT),
    "notified by a variable": out(
        'require ["enotify", "variables"]; set "m" "mailto:ME@out"; notify "${m}.example";', stored=1),
    "encoded for a URI": out(
        'require ["enotify", "variables"]; set :encodeurl "m" "ME@out.example"; notify "mailto:${m}";', stored=1),
    # the lab offers no programs
    "a program": none('require "vnd.dovecot.pipe"; pipe "x";', opaque=True, by_hand=True),
}  # fmt: skip
NUMBERS = {name: number for number, name in enumerate(CASES)}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of one mail to each case's mailbox: domains it went to, copies in the mailbox."""

    left: dict[str, Counter[str]]
    stored: dict[str, int]


def own(name: str) -> str:
    """A local part of the case's own."""
    return f"case{NUMBERS[name]:03}x"


def script_of(name: str) -> str:
    return CASES[name].text.replace("ME", own(name)).replace("INSIDE", DOMAIN)


def is_unwanted(redirect: Redirect) -> bool:
    return redirect.address.endswith(OUT) or bool(redirect.opaque)


def edited(script: bytes) -> bytes:
    """What an edit leaves: the same script, where it cannot be edited."""
    try:
        return without(script, is_unwanted)
    except (SieveError, CannotEditError):
        return script


@pytest.fixture(scope="module")
def edit_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=2 * len(CASES))
    try:
        yield lifecycle.describe(directory)
    finally:
        lifecycle.down(directory)


@pytest.fixture(scope="module")
def before_and_after(edit_lab: Info) -> tuple[Seen, Seen]:
    """One mail to each mailbox while its script is as it was, and one after the edit."""
    for name in CASES:
        _write(edit_lab, name, script_of(name).encode())
    before = _deliver(edit_lab)
    for name in CASES:
        _write(edit_lab, name, edited(script_of(name).encode()))
    return before, _deliver(edit_lab)


def _address(name: str) -> str:
    return f"user{2 * NUMBERS[name]:06d}@{DOMAIN}"  # those with even numbers are active


def _home(info: Info, name: str) -> Path:
    return Path(info["dovecot"]["homes"], DOMAIN, _address(name).partition("@")[0])


def _write(info: Info, name: str, script: bytes) -> None:
    home = _home(info, name)
    (home / "sieve").mkdir(parents=True, exist_ok=True)
    (home / "sieve" / "main.sieve").write_bytes(script)
    (home / ".dovecot.sieve").unlink(missing_ok=True)
    (home / ".dovecot.sieve").symlink_to("sieve/main.sieve")
    owner = Path(info["dovecot"]["homes"]).stat().st_uid
    for path in (home, *home.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


def _deliver(info: Info) -> Seen:
    earlier = len(sunk(info)), {name: _stored(info, name) for name in CASES}
    for name in CASES:
        receive(info, [_address(name)], sender=f"{own(name)}@else.example")
    assert wait_for(lambda: _queue_is_empty(info), seconds=60)
    gone = sunk(info)[earlier[0] :]
    return Seen(
        left={
            name: Counter(to.rpartition("@")[2] for to in gone if own(name) in to) for name in CASES
        },
        stored={name: _stored(info, name) - earlier[1][name] for name in CASES},
    )


def _stored(info: Info, name: str) -> int:
    return len(list((_home(info, name) / "Maildir").glob("**/new/*")))


def _queue_is_empty(info: Info) -> bool:
    command = ["postqueue", "-c", info["postfix"]["config"], "-j"]
    return not subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("name", CASES)
def test_what_is_told_is_what_leaves(before_and_after, name):
    case, (before, _) = CASES[name], before_and_after

    assert before.left[name] == Counter(case.leaves)
    assert before.stored[name] == case.stored
    if case.refused:
        with pytest.raises(SieveError):
            outgoing(script_of(name))
        return
    told = [redirect for redirect in outgoing(script_of(name)).redirects if redirect.reachable]
    assert bool([redirect for redirect in told if redirect.opaque]) == case.opaque
    if not case.opaque:
        assert Counter(r.address.rpartition("@")[2] for r in told) == Counter(case.leaves)


@pytest.mark.parametrize("name", CASES)
def test_after_the_edit_only_what_is_wanted_leaves_and_no_mail_is_lost(before_and_after, name):
    case, (before, after) = CASES[name], before_and_after

    if case.by_hand or case.refused:
        assert edited(script_of(name).encode()) == script_of(name).encode()
        assert (after.left[name], after.stored[name]) == (before.left[name], before.stored[name])
    else:
        assert after.left[name] == Counter(d for d in case.leaves if d == ALLOWED)
        assert after.stored[name] == case.stored_after


def test_the_edit_that_is_refused_would_lose_mail(edit_lab, before_and_after):
    name = "beside a discard"
    stored = _stored(edit_lab, name)
    _write(edit_lab, name, b" discard;")

    receive(edit_lab, [_address(name)])
    assert wait_for(lambda: _queue_is_empty(edit_lab))

    assert _stored(edit_lab, name) == stored


# --- random scripts


def _random(number: int, *, mistakes: bool) -> list[tuple[str, str]]:
    """Scripts, and what an edit leaves of each."""
    found: list[tuple[str, str]] = []

    @settings(
        max_examples=number,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(scripts(mistakes=mistakes))
    def collect(chunks: list[Chunk]) -> None:
        found.append((written(chunks), left(chunks)))

    collect()
    return found


def _compiles(info: Info, path: Path) -> bool:
    """Whether sievec takes a script, or all of a folder."""
    command = ["sievec", "-c", info["dovecot"]["config"], str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_sievec_takes_random_scripts_and_what_an_edit_leaves(edit_lab, tmp_path):
    found = _random(400, mistakes=False)
    for number, (script, expected) in enumerate(found):
        assert edited(script.encode()) == expected.encode()
        (tmp_path / f"{number}-before.sieve").write_bytes(script.encode())
        (tmp_path / f"{number}-after.sieve").write_bytes(expected.encode())

    assert len({script for script, expected in found if script != expected}) > 100
    assert _compiles(edit_lab, tmp_path)  # it stops at the first that it refuses
    assert len(list(tmp_path.glob("*.svbin"))) == 2 * len(found)


def test_sievec_takes_what_an_edit_leaves_only_where_it_took_the_script(edit_lab, tmp_path):
    found = _random(150, mistakes=True)
    before, after = tmp_path / "before.sieve", tmp_path / "after.sieve"
    taken = []
    for script, expected in found:
        before.write_bytes(script.encode())
        after.write_bytes(expected.encode())
        taken.append(_compiles(edit_lab, before))
        assert _compiles(edit_lab, after) == taken[-1], script

    assert True in taken
    assert False in taken
