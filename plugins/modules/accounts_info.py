#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: accounts_info
short_description: Read every account of a directory into a snapshot
version_added: 0.1.0
description:
  - Reads the accounts and password policies of a directory server in one call and writes them to
    C(snapshot/accounts-NAME.jsonl) of the run folder, for M(civic.mailbox.assess).
  - Asks only. Nothing is written to the server, and nobody is signed in but the account that reads.
  - What could not be read or understood is told in the snapshot, by field and unit, so that it is
    never taken for absent.
  - When reading fails the snapshot is written all the same, marked as not complete, and the module
    fails with one message that says what to do.
  - C(docs/openldap.md) of the collection has the rights that the account which reads needs, and
    what servers were seen to do.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.directory
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    details: Does the same in check mode, since it changes nothing but the run folder.
  diff_mode:
    support: none
options:
  run_dir:
    description:
      - Folder of the run. C(snapshot/accounts-NAME.jsonl) is written in it, readable to its owner
        only.
      - While many accounts are read, C(progress/accounts-NAME) tells how far it is.
    type: path
    required: true
  name:
    description: Name of the snapshot, usually C(inventory_hostname). By default the host of
      O(server_uri).
    type: str
  search_base:
    description: DN below which the accounts are.
    type: str
    required: true
  filter:
    description:
      - LDAP filter (RFC 4515) that an account matches.
      - By default that of the dialect, for OpenLDAP V((|(objectClass=inetOrgPerson\)(mail=*\)\)).
        It leaves out the accounts of tools, which are no persons and have no address.
    type: str
  unit_from:
    description:
      - How the unit of an account is found.
      - V(dn) takes the nearest part of the account's DN, above its own, that is named by
        O(unit_attribute), as C(ou=Police).
      - V(attribute) takes the first value of O(unit_attribute) in the account.
      - V(jmespath) asks O(unit_query).
    type: str
    choices: [dn, attribute, jmespath]
    default: dn
  unit_attribute:
    description: The attribute that names the unit, in the DN or in the account.
    type: str
    default: ou
  unit_query:
    description:
      - JMESPath over an account, which has C(dn) as text and each attribute that the query names,
        spelled as the query spells it, as a list of texts. It has to give a text, or nothing.
      - Slower than the other ways, by some seconds for a hundred thousand accounts.
    type: str
  parts:
    description:
      - Parts of the directory to read, and nothing else, as the inventory plugin
        P(civic.mailbox.units#inventory) gives them. They are written to C(parts/) of the run folder
        in place of C(snapshot/), for M(civic.mailbox.accounts_merge).
      - With O(unit_from=dn) each is what lies below a DN. Otherwise each is the accounts of a unit,
        and the whole directory is read to find them, once for all parts of a call.
      - A part that cannot be read leaves the others be. RV(parts) tells of it, and the module does
        not fail.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the part.
        type: str
        required: true
      key:
        description: DN or unit. The part that is the rest has O(search_base), or an empty text.
        type: str
        required: true
      without:
        description: Keys of the parts that read what lies within this one.
        type: list
        elements: str
        default: []
  forward_attributes:
    description:
      - Attributes that forward mail, besides those that the module knows, each value of which is an
        address.
      - One that the server's schema lacks is told, and forwards then count as not read.
      - >-
        With OpenLDAP it knows C(mailRoutingAddress), C(mailForwardingAddress), C(maildrop),
        C(mgrpRFC822MailMember), C(zimbraMailForwardingAddress) and
        C(zimbraPrefMailForwardingAddress).
    type: list
    elements: str
    default: []
  contact_attributes:
    description:
      - Attributes that hold further mail addresses of people, besides those that the module knows.
        In texts of any form the addresses are looked for.
      - Only the domains are written, unless O(contact_addresses) says otherwise.
      - >-
        It knows C(mozillaSecondEmail) with OpenLDAP, 389-DS and FreeIPA, C(otherMailbox) with
        Active Directory, C(zimbraPrefNewMailNotificationAddress) with Zimbra.
      - One that the server's schema lacks is told, and contacts then count as not read.
    type: list
    elements: str
    default: []
  recovery_attributes:
    description:
      - The same of addresses by way of which a forgotten password is set anew, as
        C(zimbraPrefPasswordRecoveryAddress), which it knows with Zimbra.
    type: list
    elements: str
    default: []
  contact_addresses:
    description:
      - Whether to write these addresses themselves. They are private ones, and the domain is enough
        to judge by.
    type: bool
    default: false
  replicas:
    description:
      - Other servers of the same directory, by their URIs as in O(server_uri), to be read with the
        same credentials for what each server keeps for itself. Of several times of one account the
        latest counts.
      - With Active Directory these are the other domain controllers, for C(lastLogon). When all of
        a domain were read, the last sign-in is exact; else C(lastLogonTimestamp) lags up to 14 days
        behind, and an account within those days of the limit is unknown.
    type: list
    elements: str
    default: []
  page_size:
    description:
      - Accounts that are asked for at once (RFC 2696). V(0) asks for all in one go.
      - Pages are dear for OpenLDAP where O(search_base) holds a small part of a large directory.
    type: int
    default: 1000
  dialect:
    description: Family of the server. V(auto) finds it by the root DSE.
    type: str
    choices: [auto, active_directory, ds389, freeipa, openldap, zimbra]
    default: auto
  default_password_policy:
    description:
      - DN of the password policy of accounts that name none.
      - By default what C(cn=config) of the server says, where the account that reads may see it. If
        that is not so, the policy of these accounts counts as not read.
    type: str
  password_candidates:
    description:
      - Passwords that the office has handed out, or that are easily guessed. The stored hash of
        each account is compared with them, which no server notices. C({login}) stands for the
        account's login.
      - Needs the right to read C(userPassword). No hash and no candidate is written anywhere.
      - Ansible masks these words in everything it shows, so leave out words that say nothing.
      - Schemes SSHA, SHA, SMD5, MD5, SSHA256, SSHA512, CRYPT, PBKDF2, ARGON2 and clear text. Needs
        the Python library libpass, for ARGON2 argon2-cffi, for bcrypt bcrypt.
    type: list
    elements: str
    default: []
  hash_time_budget:
    description:
      - Seconds after which no more hashes are compared. What is left counts as not tried.
    type: int
    default: 300
  incremental_dir:
    description:
      - Folder in which it is remembered how to read next time only what changed. The lines of all
        other accounts are then taken from the last snapshot, which has to stay where it is. What is
        written is a whole snapshot all the same. Without this option all accounts are read.
      - All are read as well, and RV(incremental.reason) says why, where it is not certain that the
        result would be the same; with O(password_candidates) and O(replicas), and from Zimbra and
        FreeIPA, always.
      - A change of the server's access rules changes no entry. Some accounts that did not change
        are read again in each run, which shows a rule that concerns many; for all others
        O(full_every_runs) and O(full_every_days) are there.
      - Where what is to be remembered cannot be written, as on a full disk, that is a warning; the
        next run then reads all.
      - C(docs/incremental.md) of the collection says what each server tells, and what it needs.
    type: path
  full_every_runs:
    description: With O(incremental_dir), of so many runs one reads all accounts.
    type: int
    default: 7
  full_every_days:
    description: With O(incremental_dir), all accounts are read when the last time lies so many days
      back.
    type: int
    default: 7
seealso:
  - module: civic.mailbox.assess
  - module: civic.mailbox.mail_info
"""

EXAMPLES = r"""
- name: Read the accounts of the town's directory
  civic.mailbox.accounts_info:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=auditor,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_auditor_password }}"
    search_base: ou=people,dc=town,dc=example
    default_password_policy: cn=default,ou=policies,dc=town,dc=example
    run_dir: reports/2019-01-08

- name: The same by a client certificate, looking for default passwords
  civic.mailbox.accounts_info:
    server_uri: ldap://ldap.town.example
    start_tls: true
    ca_path: /etc/ssl/town-ca.pem
    sasl_class: external
    client_cert: /etc/ssl/auditor.pem
    client_key: /etc/ssl/auditor.key
    search_base: dc=town,dc=example
    unit_from: attribute
    unit_attribute: departmentNumber
    password_candidates: "{{ vault_default_passwords + ['{login}@2019'] }}"
    run_dir: reports/2019-01-08

- name: Take the first word of the department as the unit
  civic.mailbox.accounts_info:
    server_uri: ldapi://%2Frun%2Fslapd%2Fldapi
    sasl_class: external
    search_base: dc=town,dc=example
    unit_from: jmespath
    unit_query: "departmentNumber[0] || ou[0]"
    run_dir: reports/2019-01-08

- name: Read only what changed since the last run, and everything once a week
  civic.mailbox.accounts_info:
    server_uri: ldaps://ldap.town.example
    bind_dn: cn=auditor,ou=services,dc=town,dc=example
    bind_pw: "{{ vault_auditor_password }}"
    search_base: ou=people,dc=town,dc=example
    incremental_dir: reports/.incremental
    run_dir: reports/2019-01-09
"""

RETURN = r"""
incremental:
  description: How the snapshot came about.
  returned: success, with O(incremental_dir)
  type: dict
  contains:
    read_all:
      description: Whether all accounts were read.
      type: bool
      sample: false
    reason:
      description: Why, if they were.
      type: str
      sample: ''
    since:
      description: When the reading was that this one rests on; empty where all were read.
      type: str
      sample: '2019-01-07T18:02:03Z'
    full_at:
      description: When all accounts were read last; empty where nothing is remembered.
      type: str
      sample: '2019-01-08T01:02:03Z'
    changed:
      description: How many accounts were new, changed, or read again because time may change them.
      type: int
      sample: 104
    gone:
      description: How many were there the last time and are not any more.
      type: int
      sample: 1
path:
  description: The snapshot file, JSON lines.
  returned: success
  type: str
  sample: reports/2019-01-08/snapshot/accounts-ldap.town.example.jsonl
server:
  description: The server that was read.
  returned: success
  type: str
  sample: ldaps://ldap.town.example
dialect:
  description: The family of the server.
  returned: success
  type: str
  sample: openldap
software:
  description: The server's name for itself, with its version where the account that reads may see
    C(cn=Monitor).
  returned: success
  type: str
  sample: OpenLDAP 2.5.13
parts:
  description: For each of O(parts) how many accounts were read, and why it was not read to its end.
  returned: success, where O(parts) is given
  type: dict
  sample:
    ldap1.ubnd-phuong: {total: 42, message: ""}
total:
  description: How many accounts were read.
  returned: success
  type: int
  sample: 8
counts:
  description:
    - How many of them are locked (C(locked_by_administrator), C(locked_by_failures)), have to
      change their password (C(must_change)), have a sign-in on record (C(with_sign_in)), forward
      (C(forwarding)), hold something that could not be understood (C(with_problem)), and what
      comparing hashes gave (C(password_match), C(password_no_match), C(password_not_tried)).
    - What is zero may be left out.
  returned: success
  type: dict
  sample: {with_sign_in: 7, locked_by_administrator: 1}
accounts:
  description: The first accounts, at most ten, as they stand in the snapshot.
  returned: success
  type: list
  elements: dict
  sample:
    - dn: uid=clerk,ou=Registry,ou=people,dc=town,dc=example
      unit: Registry
      id: af39574c-7bd4-1041-8e59-07730d712f3d
      login: clerk
      mail: [clerk@town.example]
      name: An Clerk
      created_at: '2017-10-19T21:57:54Z'
      password_changed_at: '2018-10-24T21:57:54Z'
      sign_ins:
        - at: '2019-01-07T01:30:00Z'
          source: pwdLastSuccess
truncated:
  description: Whether there are more accounts than RV(accounts) shows.
  returned: success
  type: bool
  sample: false
unread:
  description: Facts that the account which reads may not see, by field and unit. No unit means all
    units.
  returned: success
  type: list
  elements: dict
  sample:
    - field: forwards
      unit: Registry
      reason: mailRoutingAddress is there and is not shown. Give the account that binds read rights
problems:
  description: What could not be read or understood beside the accounts, at most twenty.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._module.accounts_info import ARGUMENTS, RESTRICTIONS, read_accounts
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(read_accounts)


if __name__ == "__main__":
    main()
