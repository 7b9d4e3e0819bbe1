# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._module.policy_domains import (
    listed_domains,
    policy_domains,
)

POLICY = """
forwarding: {internal_domains: [town.example]}
free_mail: {domains: [free.example]}
service_signup: {domains: [shop.example, free.example]}
"""


def test_each_module_gets_the_domains_that_it_is_for(tmp_path):
    path = tmp_path / "policy.yml"
    path.write_text(POLICY)

    assert policy_domains(str(path)) == {"domains": ["town.example"]}
    assert listed_domains(str(path)) == {"domains": ["free.example", "shop.example"]}
