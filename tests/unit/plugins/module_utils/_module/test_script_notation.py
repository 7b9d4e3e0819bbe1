# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sieve scripts in attributes, as Zimbra stores them."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import ANSWERS
from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._module.script_notation import SIEVE

BILLS = """require ["fileinto", "tag", "flag"];

# Bills
if anyof (header :contains ["subject"] "bill", addressbook :in "From" "contacts") {
    redirect "bills@out.example";
    tag "money";
    stop;
}
# Switched off
disabled_if anyof (header :contains ["subject"] "old") {
    redirect "old@out.example";
}
redirect "rest@out.example";
"""


def ways(script: str) -> list[tuple[str, str, bool, str]]:
    found = SIEVE.forwards("zimbraMailSieveScript", script.encode())
    return [(way.address, way.source, way.active, way.opaque) for way in found]


def test_rules_of_zimbra_are_read_those_that_are_switched_off_too():
    assert ways(BILLS) == [
        ("bills@out.example", "zimbraMailSieveScript, line 5", True, ""),
        ("old@out.example", "zimbraMailSieveScript, line 11", False, ""),
        ("rest@out.example", "zimbraMailSieveScript, line 13", True, ""),
    ]


def test_what_cannot_be_told_is_told_as_such():
    include = 'require "include"; include "more";'
    vacation = 'require "vacation"; vacation :from "me@out.example" "away";'

    assert [opaque for *_, opaque in ways(include)] == ["it includes another script"]
    assert ways(vacation) == [("me@out.example", "zimbraMailSieveScript, line 1", True, ANSWERS)]
    assert ways("keep;") == []


@pytest.mark.parametrize("script", ['redirect "a@out.example"', 'notify "a@out.example" "s" "b";'])
def test_a_script_that_cannot_be_understood_is_unclear(script):
    with pytest.raises(UnclearError, match="line 1"):
        ways(script)


def test_only_the_unwanted_redirect_is_taken_out():
    edited = SIEVE.without(BILLS.encode(), {"bills@out.example"}.__contains__).decode()

    assert [address for address, *_ in ways(edited)] == ["old@out.example", "rest@out.example"]
    assert edited.replace(" " * 4 + "\n", "") == BILLS.replace(
        '    redirect "bills@out.example";\n', ""
    )


def test_a_script_that_held_nothing_else_goes_as_a_whole():
    assert SIEVE.without(b'redirect "a@out.example";\n', {"a@out.example"}.__contains__) == b""


def test_what_only_a_person_can_take_out_is_refused():
    script = b'redirect "a@out.example"; discard;'

    with pytest.raises(UnclearError, match="for a person"):
        SIEVE.without(script, {"a@out.example"}.__contains__)
