# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module reads before it asks a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import JournalError
from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_requests import (
    read_requests,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.policy_file import (
    load_located,
    load_policy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.reopen import run_folder

EXAMPLE = Path(__file__).parents[5] / "inventory" / "example"


def test_the_examples_go_together():
    policy = load_policy(EXAMPLE / "policy.yml")

    (request,) = read_requests(load_located(EXAMPLE / "requests.yml", "file of requests"))

    approvers = policy.reopening.named(request.approved_by)
    assert [one.may_approve(request.unit) for one in approvers] == [True]


@pytest.mark.parametrize("run", ["none", "first-reopen", "../first", ".", "first/.."])
def test_a_run_that_is_no_audit_is_refused(tmp_path, run):
    for name in ("first", "first-reopen"):
        (tmp_path / name).mkdir()

    assert run_folder(tmp_path, "first") == tmp_path / "first"
    with pytest.raises(JournalError):
        run_folder(tmp_path, run)
