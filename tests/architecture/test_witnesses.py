# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every source of sign-ins can be named in the policy file."""

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import WITNESSES
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.catalogue import (
    DIALECTS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.last_login import SOURCE


def test_every_witness_is_known_to_the_policy_and_no_other():
    of_directories = {
        field.attribute
        for dialect in DIALECTS
        for field in dialect.fields
        if field.name == "sign_ins"
    }
    assert of_directories
    assert of_directories | {SOURCE} == set(WITNESSES)
