# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._module import (
    browser_info,
    log_info,
    mail_info,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.snapshot_name import (
    snapshot_name,
)


@pytest.mark.parametrize("name", ["ldap1", "ldap.town.example", "Máy chủ 1", "fe80::1"])
def test_what_can_be_part_of_a_file_name_is_a_name(name):
    assert snapshot_name(name) == name


@pytest.mark.parametrize("name", ["a/b", "../a", ".a", "a\nb", "a\x00"])
def test_what_cannot_is_refused_by_the_option_that_it_came_from(name):
    with pytest.raises(MailboxError) as raised:
        snapshot_name(name, "option directory")

    assert str(raised.value).startswith(f"option directory: {name!r} cannot be part of a file name")


@pytest.mark.parametrize("gather", [mail_info.gather, log_info.gather_logs, browser_info.gather])
def test_the_modules_of_hosts_say_the_option_and_where_it_comes_from(gather):
    with pytest.raises(
        MailboxError, match=r"^option name \(in the roles the host's name .*\): 'a/b'"
    ):
        gather(SimpleNamespace(params={"name": "a/b"}))
