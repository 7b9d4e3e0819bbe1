# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No transactions (RFC 5805): slapd dies of them now and then."""

from __future__ import annotations

from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"
# 1.3.6.1.1.21.1 starts one, .2 is on each operation in it, .3 ends it; as text, and in BER.
OIDS = (b"1.3.6.1.1.21.", bytes.fromhex("2b06010115"))


def test_no_code_names_a_transaction():
    files = [path for path in PLUGINS.rglob("*") if path.suffix in (".py", ".json", ".yml")]

    assert files
    assert [path for path in files if any(oid in path.read_bytes() for oid in OIDS)] == []
