# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: units
short_description: The units of a directory as hosts, so that forks and job slices read it in parts
version_added: 0.1.0
author: The civic.mailbox contributors (@civic)
description:
  - Makes a host of each unit of a directory, and one more, C(DIRECTORY._rest), of the accounts that
    are in none of these. Together they are the whole directory, whatever else there is in it. The
    playbook C(civic.mailbox.gather) reads each host's accounts.
  - Is read from a file whose name ends with C(units.yml) or C(units.yaml).
  - A host is named after its unit in plain letters, as C(ldap1.ubnd-phuong-cam-binh). Two units of
    one name are told apart by the names of what is around them. C(unit_name) is the name as it
    stands in the directory.
  - C(docs/scaling.md) of the collection has the whole way, C(docs/awx.md) that with AWX.
extends_documentation_fragment:
  - civic.mailbox.directory
  - constructed
  - inventory_cache
options:
  plugin:
    description: Says that the file is for this plugin.
    type: str
    required: true
    choices: [civic.mailbox.units]
  directory:
    description: Name of the directory, that of its host in the group C(directories).
    type: str
    required: true
  bind_dn:
    description:
      - DN to bind as. Read rights are enough.
      - Without it and without O(sasl_class) the bind is anonymous.
    type: str
    env:
      - name: MAILBOX_BIND_DN
  bind_pw:
    description:
      - Password of O(bind_dn), encrypted by C(ansible-vault encrypt_string), or from the
        environment.
      - No variable of a host and no cache has it. Who reads a unit takes it from the environment as
        well, or from C(mailbox_bind_pw), as C(group_vars) have it.
    type: str
    env:
      - name: MAILBOX_BIND_PW
  search_base:
    description: DN below which the accounts are.
    type: str
    required: true
  filter:
    description: LDAP filter that an account matches. By default that of the dialect, see
      O(civic.mailbox.accounts_info#module:filter).
    type: str
  unit_from:
    description:
      - What makes the units.
      - V(dn) makes a host of each entry that matches O(unit_filter). What lies in a unit within
        another one belongs to the inner one only.
      - V(attribute) and V(jmespath) make a host of each value that accounts have, see
        O(civic.mailbox.accounts_info#module:unit_from). All accounts are read for that. Reading a
        part reads them all as well, so that few large slices are better than many small ones.
    type: str
    choices: [dn, attribute, jmespath]
    default: dn
  unit_attribute:
    description: The attribute that names the unit of an account, in its DN or in the account.
    type: str
    default: ou
  unit_query:
    description: JMESPath that gives the unit of an account, see
      O(civic.mailbox.accounts_info#module:unit_query).
    type: str
  unit_filter:
    description:
      - LDAP filter of the entries that are units, for O(unit_from=dn).
      - What it leaves out is no gap. Accounts there are read with the unit around them, or with the
        rest.
    type: str
    default: (objectClass=organizationalUnit)
  count_accounts:
    description:
      - For O(unit_from=dn). Counts the accounts of each unit, as C(unit_accounts), and makes no
        host of a unit that has none. The names of all accounts are read for that. With the other
        ways they are counted anyway.
    type: bool
    default: false
  page_size:
    description: Entries that are asked for at once. V(0) asks for all in one go.
    type: int
    default: 1000
  dialect:
    description: Family of the server. V(auto) finds it by the root DSE.
    type: str
    choices: [auto, active_directory, ds389, freeipa, openldap, zimbra]
    default: auto
notes:
  - Each host is in the group C(units) and in C(units_of_DIRECTORY).
  - What a cache has counts for the options that it was read with. With others the directory is read
    again.
  - A directory that cannot be read leaves Ansible without these hosts and with a warning.
    C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true) makes that an error.
seealso:
  - module: civic.mailbox.accounts_info
  - module: civic.mailbox.accounts_merge
"""

EXAMPLES = r"""
# inventory/office/ldap1.units.yml: each folder of the tree is a unit
plugin: civic.mailbox.units
directory: ldap1
server_uri: ldaps://ldap.town.example
bind_dn: cn=auditor,ou=services,dc=town,dc=example
search_base: ou=people,dc=town,dc=example
# MAILBOX_BIND_PW has the password
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/civic.mailbox
cache_timeout: 3600
---
# Units are values of an attribute; large ones are a group of their own.
plugin: civic.mailbox.units
directory: dc1
server_uri: ldaps://dc1.town.example
bind_dn: auditor@town.example
search_base: DC=town,DC=example
unit_from: attribute
unit_attribute: department
groups:
  large: unit_accounts > 500
"""

import re

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._module.units_inventory import (
    UnitsError,
    clear_text_warnings,
    question,
    unit_hosts,
)

GROUP = "units"
ENDS = ("units.yml", "units.yaml")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Units of a directory as hosts."""

    NAME = "civic.mailbox.units"

    def verify_file(self, path):
        """Whether the file is named as ours are."""
        return super().verify_file(path) and path.endswith(ENDS)

    def parse(self, inventory, loader, path, cache=True):
        """Read the directory, or the cache, and make the hosts."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            hosts = self._hosts(path, cache)
        except UnitsError as error:
            raise AnsibleParserError(f"{path}: {error}") from None
        self._populate(hosts)

    def _hosts(self, path, cache):
        self.load_cache_plugin()
        options = self.get_options()
        key = f"{self.get_cache_key(path)}_{question(options)}"
        uses_cache = self.get_option("cache")
        if uses_cache and cache:
            try:
                return self._cache[key]
            except KeyError:
                pass  # not there, or too old
        for warning in clear_text_warnings(options):
            self.display.warning(warning)
        hosts = unit_hosts(options)
        if uses_cache:
            self._cache[key] = hosts
        return hosts

    def _populate(self, hosts):
        strict = self.get_option("strict")
        own_group = f"{GROUP}_of_" + re.sub(
            r"\W", "_", self.get_option("directory"), flags=re.ASCII
        )
        self.inventory.add_group(GROUP)
        self.inventory.add_group(own_group)
        self.inventory.add_child(GROUP, own_group)
        for host, read in sorted(hosts.items()):  # a cache keeps no order
            variables = _as_data(read)
            self.inventory.add_host(host, group=own_group)
            for name, value in variables.items():
                self.inventory.set_variable(host, name, value)
            self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
            self._add_host_to_composed_groups(
                self.get_option("groups"), variables, host, strict=strict
            )
            self._add_host_to_keyed_groups(
                self.get_option("keyed_groups"), variables, host, strict=strict
            )


def _as_data(value):
    """The value, so that no template in a unit's name is ever carried out.

    Only where there may be one, for ansible-inventory shows others what is wrapped as a dictionary.
    """
    if isinstance(value, dict):
        return {key: _as_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_data(item) for item in value]
    return wrap_var(value) if isinstance(value, str) and "{" in value else value
