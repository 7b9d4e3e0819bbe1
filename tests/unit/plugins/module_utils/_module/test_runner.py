# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest
from ansible.module_utils import basic

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._module.guard import MASK
from ansible_collections.civic.mailbox.plugins.module_utils._module.runner import MailboxModule

pytestmark = pytest.mark.ansible

# ansible-core 2.19 and later: where warnings go. 2.18 has a part of it.
_INTERNAL = "ansible.module_utils._internal"
SPEC = {"bind_pw": {"type": "str", "no_log": True}}


@pytest.fixture
def run(monkeypatch, capsys):
    """The result of a module whose work is the given function, its exit status, and its output."""

    def _run(work, **options):
        given = json.dumps({"ANSIBLE_MODULE_ARGS": {"bind_pw": "s3cret", **options}})
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", given.encode())
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        if find_spec(_INTERNAL):  # tests of action plugins, in this very process, made it true
            monkeypatch.setattr(f"{_INTERNAL}.is_controller", False, raising=False)
        with pytest.raises(SystemExit) as end:
            MailboxModule(SPEC).run(work)
        output = capsys.readouterr().out
        return json.loads(output), end.value.code, output

    return _run


def fail(error):
    def work(module):
        raise error

    return work


def test_the_result_of_the_work_is_the_modules(run):
    result, status, _ = run(lambda module: {"changed": False, "accounts": 3})

    assert (result["changed"], result["accounts"], status) == (False, 3, 0)


def test_check_mode_is_supported_by_every_module(run):
    result, status, _ = run(lambda module: {"check": module.check_mode}, _ansible_check_mode=True)

    assert (result["check"], status) == (True, 0)


def test_an_error_for_the_operator_is_the_message_and_no_traceback(run):
    result, status, output = run(fail(MailboxError("ldap1: wrong password; check bind_pw")))

    assert (result["failed"], status) == (True, 1)
    assert result["msg"] == "ldap1: wrong password; check bind_pw"
    assert "Traceback" not in output


def test_any_other_error_asks_to_be_reported(run):
    result, status, _ = run(fail(KeyError("x")))

    assert (result["failed"], status) == (True, 1)
    assert result["msg"] == "Unexpected error, please report it: KeyError('x')"


HASH = "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"
OUTPUTS = [
    ("a result", lambda module: {"text": f"s3cret {HASH}", "list": [f"ldap://a:{'p'}w@b"]}),
    ("a message", fail(MailboxError(f"s3cret {HASH} ldap://a:pw@b"))),
    ("an unexpected error", fail(ValueError(f"s3cret {HASH} ldap://a:pw@b"))),
    ("a warning", lambda module: module.warn_clean(f"s3cret {HASH} ldap://a:pw@b") or {}),
]


@pytest.mark.parametrize("work", [pytest.param(work, id=name) for name, work in OUTPUTS])
def test_no_way_out_shows_a_secret(run, work):
    output = run(work)[2]

    assert MASK in output
    for secret in ("s3cret", "0c0blFTXXNuAMHECS4uxrj3ZieMoWImr", ":pw@"):
        assert secret not in output
