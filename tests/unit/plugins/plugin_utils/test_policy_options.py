# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.civic.mailbox.plugins.plugin_utils.policy_options import (
    PolicyOptionsAction,
)

pytestmark = pytest.mark.ansible


class Refused(Exception):
    """What a file that cannot be followed raises."""


def options_of(path: str) -> dict[str, object]:
    if path == "bad.yml":
        raise Refused("bad.yml, line 1: nonsense")
    return {"domains": [f"from.{path}"], "most": 0}


class Action(PolicyOptionsAction):
    """One whose module gives back what it is called with."""

    options_of = options_of
    refusal = Refused

    def __init__(self, arguments: dict) -> None:
        self._task = SimpleNamespace(args=arguments, async_val=0, check_mode=False)
        self._supports_check_mode = self._supports_async = True

    def _execute_module(self, module_args=None, **_):
        return module_args


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        pytest.param(
            {"policy_file": "p.yml", "name": "x"},
            {"domains": ["from.p.yml"], "most": 0, "name": "x"},
            id="of the file",
        ),
        pytest.param(
            {"policy_file": "p.yml", "most": 0},
            {"policy_file": "p.yml", "most": 0},
            id="stated beside it: the module refuses both",
        ),
        pytest.param({"name": "x"}, {"name": "x"}, id="neither"),
    ],
)
def test_the_module_gets_options_in_place_of_a_file_that_it_cannot_see(monkeypatch, given, passed):
    monkeypatch.setattr("ansible.plugins.action.ActionBase.run", lambda *_: {})

    assert Action(given).run() == passed


def test_a_file_that_cannot_be_followed_is_told(monkeypatch):
    monkeypatch.setattr("ansible.plugins.action.ActionBase.run", lambda *_: {})

    with pytest.raises(AnsibleActionFail, match=r"bad\.yml, line 1: nonsense"):
        Action({"policy_file": "bad.yml"}).run()
