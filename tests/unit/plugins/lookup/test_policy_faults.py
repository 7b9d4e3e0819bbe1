# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.lookup.policy_faults import LookupModule


def test_each_file_has_its_fault_or_none(tmp_path):
    good, bad = tmp_path / "good.yml", tmp_path / "bad.yml"
    good.write_text("forwarding: {internal_domains: [town.example]}\n")
    bad.write_text("forwarding: {internal_domain: [town.example]}\n")

    none, told, gone = LookupModule().run([str(good), str(bad), str(tmp_path / "gone.yml")])

    assert none == ""
    assert "bad.yml" in told
    assert "internal_domain" in told
    assert "gone.yml" in gone
