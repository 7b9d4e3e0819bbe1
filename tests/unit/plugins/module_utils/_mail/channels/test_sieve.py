# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.sieve import (
    GlobalScripts,
    of_mailbox,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve_storage import StoredScript

NO_GLOBAL = GlobalScripts(folder=None)
REDIRECT = b'redirect "a@out.example";\n'
INCLUDE_OTHER = b'include "other";\n'


def stored(name, text, *, active=False):
    return StoredScript(name=name, active=active, text=text)


def told(scripts, global_scripts=NO_GLOBAL):
    """Forwards as (address, source, active); problems as their message."""
    return [
        (r["address"], r["source"], r["active"]) if r["record"] == "forward" else r["message"]
        for r in of_mailbox("clerk@in.example", scripts, global_scripts)
    ]


ACTIVE = [
    ("the active script", [stored("main", REDIRECT, active=True)], [True]),
    ("another script", [stored("main", b"keep;", active=True), stored("old", REDIRECT)], [False]),
    ("out of reach", [stored("main", b"stop;" + REDIRECT, active=True)], [False]),
    ("included", [stored("main", INCLUDE_OTHER, active=True), stored("other", REDIRECT)], [True]),
    (
        "included by an inactive one",
        [stored("main", INCLUDE_OTHER), stored("other", REDIRECT)],
        [False],
    ),
    (
        "included by an included one",
        [
            stored("main", b'include "between";', active=True),
            stored("between", INCLUDE_OTHER),
            stored("other", REDIRECT),
        ],
        [True],
    ),
    (
        "included in a circle",
        [
            stored("main", INCLUDE_OTHER, active=True),
            stored("other", b'include "main";' + REDIRECT),
        ],
        [True],
    ),
    ("includes what is not there", [stored("main", INCLUDE_OTHER, active=True)], []),
]


@pytest.mark.parametrize(("scripts", "active"), [pytest.param(*c, id=n) for n, *c in ACTIVE])
def test_a_forward_is_as_active_as_its_script(scripts, active):
    found = told(scripts)

    assert [is_active for _, _, is_active in found] == active
    assert all(address == "a@out.example" for address, _, _ in found)


def test_a_forward_names_script_and_line():
    assert told([stored("my script", b"\n" + REDIRECT, active=True)]) == [
        ("a@out.example", "Sieve script 'my script', line 2", True)
    ]


def test_a_script_that_cannot_be_understood_is_a_problem_without_its_text():
    (message,) = told([stored("main", b'redirect "a@out.example"', active=True)])

    assert message.startswith("clerk@in.example: Sieve script 'main' cannot be understood, line 1:")
    assert "out.example" not in message


def test_a_script_that_cannot_be_read_is_a_problem():
    script = StoredScript(name="main", active=True, problem="/x/main.sieve: Permission denied")

    (message,) = told([script])

    assert "cannot read Sieve script 'main': /x/main.sieve: Permission denied" in message


def test_a_script_that_is_no_utf8_is_read_nevertheless():
    assert told([stored("main", b"# \xff\n" + REDIRECT, active=True)])[0][0] == "a@out.example"


def test_a_global_script_is_told_of_who_includes_it(tmp_path):
    (tmp_path / "all.sieve").write_bytes(REDIRECT)
    main = stored("main", b'include :global "all";', active=True)

    assert told([main], GlobalScripts(folder=tmp_path)) == [
        ("a@out.example", "global Sieve script 'all', line 1", True)
    ]


def test_what_a_global_script_includes_is_followed(tmp_path):
    (tmp_path / "all.sieve").write_bytes(b'require "include"; include :global "more";')
    (tmp_path / "more.sieve").write_bytes(b'require "include"; include "own";' + REDIRECT)
    main = stored("main", b'require "include"; include :global "all";', active=True)

    found = told([main, stored("own", REDIRECT)], GlobalScripts(folder=tmp_path))

    assert sorted(found) == [
        ("a@out.example", "Sieve script 'own', line 1", True),
        ("a@out.example", "global Sieve script 'more', line 1", True),
    ]


def test_a_script_that_the_administrators_include_is_in_force():
    scripts = [stored("main", b"keep;", active=True), stored("own", REDIRECT)]

    found = told(scripts, GlobalScripts(folder=None, started=frozenset({"own"})))

    assert found == [("a@out.example", "Sieve script 'own', line 1", True)]


@pytest.mark.parametrize(
    ("include", "problems"),
    [
        pytest.param('include :global "none";', 1, id="it has to be there"),
        pytest.param('include :global :optional "none";', 0, id="it may be missing"),
    ],
)
def test_a_global_script_that_is_not_found_is_a_problem(tmp_path, include, problems):
    main = stored("main", include.encode(), active=True)

    found = told([main], GlobalScripts(folder=tmp_path))

    assert len(found) == problems
    assert all("is not found" in message for message in found)


def test_a_name_that_leads_out_of_the_folder_of_global_scripts_is_not_followed(tmp_path):
    (tmp_path / "global").mkdir()
    (tmp_path / "other.sieve").write_bytes(REDIRECT)
    main = stored("main", b'include :global "../other";', active=True)

    (message,) = told([main], GlobalScripts(folder=tmp_path / "global"))

    assert "is not found" in message


def test_a_variable_that_names_the_script_is_opaque():
    main = stored("main", b'require "variables";\ninclude "${x}";', active=True)

    assert told([main]) == [("", "Sieve script 'main', line 2", True)]


OLD_NOTIFY = b'require "notify";\nnotify :options "a@out.example";'


@pytest.mark.parametrize(
    ("off", "active"),
    [
        pytest.param({"notify"}, False, id="it is off"),
        pytest.param(set(), True, id="it was switched on"),
    ],
)
def test_a_script_that_requires_what_the_server_does_not_offer_is_not_in_force(off, active):
    scripts = GlobalScripts(folder=None, off=frozenset(off))

    assert told([stored("main", OLD_NOTIFY, active=True)], scripts) == [
        ("a@out.example", "Sieve script 'main', line 2", active)
    ]


def test_the_sender_of_automatic_answers_is_told_with_its_reason():
    text = b'require "vacation"; vacation :from "a@out.example" "x";'

    (found,) = of_mailbox("clerk@in.example", [stored("main", text, active=True)], NO_GLOBAL)

    assert (found["address"], found["active"]) == ("a@out.example", True)
    assert "automatic answers" in found["opaque"]
