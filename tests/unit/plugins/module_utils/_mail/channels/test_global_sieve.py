# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.global_sieve import told
from ansible_collections.civic.mailbox.plugins.module_utils._mail.global_scripts import (
    GlobalScript,
    started_scripts,
)

REDIRECT = b'redirect "a@out.example";\n'


def script(name: str, text: bytes, *, is_library: bool = False, problem: str = "") -> GlobalScript:
    return GlobalScript(
        mail="@*",
        setting="sieve_global" if is_library else "sieve_before",
        path=f"/sieve/{name}.sieve",
        is_library=is_library,
        text=text,
        problem=problem,
    )


def include(name: str) -> bytes:
    return f'require "include";\ninclude :global "{name}";\n'.encode()


SCRIPTS = [
    # what the case shows, the scripts, whether each forward is in force
    ("one that runs for all", [script("all", REDIRECT)], [True]),
    ("out of reach", [script("all", b"stop;\n" + REDIRECT)], [False]),
    ("one that nothing includes", [script("other", REDIRECT, is_library=True)], [False]),
    ("one that is included",
     [script("all", include("other")), script("other", REDIRECT, is_library=True)], [True]),
    ("one that an included one includes",
     [script("all", include("b")), script("b", include("c"), is_library=True),
      script("c", REDIRECT, is_library=True)], [True]),
    ("a circle", [script("all", include("b")), script("b", include("b") + REDIRECT,
     is_library=True)], [True]),
    ("included by what nothing includes",
     [script("b", include("c"), is_library=True), script("c", REDIRECT, is_library=True)],
     [False]),
    ("another of that name, which runs for all",
     [script("b", REDIRECT), script("b", REDIRECT, is_library=True)], [True, False]),
    ("nothing", [script("all", b"keep;\n")], []),
]  # fmt: skip


@pytest.mark.parametrize(("scripts", "active"), [pytest.param(*c, id=n) for n, *c in SCRIPTS])
def test_a_forward_is_in_force_where_its_script_runs(scripts, active):
    found = list(told(scripts))

    assert [record["active"] for record in found] == active
    assert {record["address"] for record in found} <= {"a@out.example"}


def test_a_forward_names_script_setting_and_line():
    (record,) = told([script("all", b"\n" + REDIRECT)])

    assert record["mail"] == "@*"
    assert record["source"] == "global Sieve script /sieve/all.sieve (sieve_before), line 2"
    assert (record["channel"], record["place"]) == ("global_sieve", "")


UNREAD = [
    ("a mistake", script("all", b'redirect "a@out.example"'), "it cannot be understood, line 1"),
    ("no right to read it", script("all", b"", problem="it cannot be read: no"), "cannot be read"),
    ("a variable for a script", script("all", b'require ["include", "variables"];\n'
     b'if header :matches "x" "*" { include :global "${1}"; }'), "a variable"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "reason"), [pytest.param(*c, id=n) for n, *c in UNREAD])
def test_what_cannot_be_read_is_for_a_person_to_judge(found, reason):
    (record,) = told([found])

    assert record["address"] == ""
    assert reason in record["opaque"]
    assert "out.example" not in record["opaque"]


def test_the_administrators_scripts_start_scripts_of_users():
    text = b'require "include";\ninclude "own"; include :personal "more"; include :global "x";'

    assert started_scripts([script("all", text)]) == {"own", "more"}
    assert started_scripts([script("all", text, is_library=True)]) == set()
    assert started_scripts([script("all", b"include")]) == set()
