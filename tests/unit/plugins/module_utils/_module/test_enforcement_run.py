# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An error of a server is told together with what stands."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    DirectoryError,
    MailboxError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.enforcement_run import (
    held_journal,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.journal_file import NAME

from .test_journal_file import done, intent


@pytest.mark.parametrize("end", ["", "."])
def test_what_stands_is_told_in_a_sentence_of_its_own(tmp_path, end):
    (tmp_path / NAME).write_text(f"{intent('a')}\n{done('a')}\n", encoding="utf-8")

    with (
        pytest.raises(MailboxError, match=r"^check the host\. What was changed before stands, "),
        held_journal(SimpleNamespace(check_mode=False), tmp_path),
    ):
        raise DirectoryError(f"check the host{end}")
