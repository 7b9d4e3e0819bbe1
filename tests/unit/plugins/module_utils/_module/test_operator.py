# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._module.operator import operator

NAMES = ("SUDO_USER", "LOGNAME", "USER", "LNAME", "USERNAME")


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ({"SUDO_USER": "lan", "LOGNAME": "root"}, "lan"),
        ({"LOGNAME": "mai"}, "mai"),
        ({}, "uid 54321"),
    ],
)
def test_the_operator_has_a_name_in_a_container_too(monkeypatch, known, name):
    for one in NAMES:
        monkeypatch.delenv(one, raising=False)
    for one, value in known.items():
        monkeypatch.setenv(one, value)
    monkeypatch.setattr(os, "getuid", lambda: 54321)  # no user has it

    assert operator() == name
