# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What result codes are taken to mean."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.result_codes import (
    INVALID_CREDENTIALS,
    way_out,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.guard import clean


@pytest.mark.parametrize("password", ["wrong", "secret", "changeme", "admin"])
def test_a_password_that_is_a_word_leaves_the_way_out_readable(password):
    """The guard masks it wherever it stands, in our own words too."""
    told = way_out(INVALID_CREDENTIALS)

    assert clean(told, frozenset({password})) == told
