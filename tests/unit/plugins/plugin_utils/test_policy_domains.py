# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.civic.mailbox.plugins.plugin_utils.policy_domains import (
    PolicyDomainsAction,
)


class Refused(Exception):
    """What a file that cannot be followed raises."""


def domains_of(path: str) -> list[str]:
    if path == "bad.yml":
        raise Refused("bad.yml, line 1: nonsense")
    return [f"from.{path}"]


class Action(PolicyDomainsAction):
    """One whose module gives back what it is called with."""

    domains_of = domains_of
    refusal = Refused

    def __init__(self, arguments: dict) -> None:
        self._task = SimpleNamespace(args=arguments, async_val=0, check_mode=False)
        self._supports_check_mode = self._supports_async = True

    def _execute_module(self, module_args=None, **_):
        return module_args


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        pytest.param({"policy_file": "p.yml"}, {"domains": ["from.p.yml"]}, id="of the file"),
        pytest.param(
            {"policy_file": "bad.yml", "domains": ["a.example"]},
            {"policy_file": "bad.yml", "domains": ["a.example"]},
            id="stated: the module says what goes with what",
        ),
        pytest.param({"name": "x"}, {"name": "x"}, id="neither"),
    ],
)
def test_the_module_gets_domains_in_place_of_a_file_that_it_cannot_see(monkeypatch, given, passed):
    monkeypatch.setattr("ansible.plugins.action.ActionBase.run", lambda *_: {})

    assert Action(given).run() == passed


def test_a_file_that_cannot_be_followed_is_told(monkeypatch):
    monkeypatch.setattr("ansible.plugins.action.ActionBase.run", lambda *_: {})

    with pytest.raises(AnsibleActionFail, match=r"bad\.yml, line 1: nonsense"):
        Action({"policy_file": "bad.yml"}).run()
