# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writing to a directory by a plan: what ENFORCEMENT_ARGUMENTS has besides PLAN_ARGUMENTS."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the server in plan and journals, which is that of its snapshot, usually
        C(inventory_hostname). By default the host of O(server_uri).
    type: str
  search_base:
    description: DN below which the accounts are.
    type: str
    required: true
  dialect:
    description: Family of the server. V(auto) finds it by the root DSE.
    type: str
    choices: [auto, active_directory, ds389, freeipa, openldap, zimbra]
    default: auto
  default_password_policy:
    description:
      - DN of the password policy of accounts that name none, where the server's C(cn=config) may
        not be read. It is looked at to see whether a lock, or a forced new password, would have
        any effect.
    type: str
"""
