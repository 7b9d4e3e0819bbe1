#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: browser_policy
short_description: Have a workstation's browsers keep no passwords
version_added: 0.1.0
description:
  - Writes managed policies that switch the password manager of Chromium, Google Chrome, Microsoft
    Edge, Firefox and Firefox ESR off on Linux, so that it neither offers to save a password nor
    imports or syncs passwords.
  - Other policies stay as they are. Chromium, Chrome and Edge get a file of their own, whose name
    comes after all usual ones. Firefox has one file for everybody; its other keys stay to the byte.
  - What stood there before is kept in O(state_dir), and O(state=absent) puts it back.
  - Passwords that were saved before stay in the profiles, and are not looked at. Chromium, Chrome
    and Edge go on to fill them in; Firefox does not.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Shows the policies that go and come, and no other policy of a file.
author: The civic.mailbox contributors (@civic)
extends_documentation_fragment:
  - civic.mailbox.attributes
  - civic.mailbox.attributes.actiongroup_all
requirements:
  - root on the workstation
options:
  state:
    description: Whether the policies are to be there.
    type: str
    choices:
      present: The browsers keep no passwords.
      absent: The files are as they were before, but for what others have changed in them since.
    default: present
  sites:
    description:
      - Where they keep none. With O(state=present), one of O(sites) and O(policy_file) is required.
    type: str
    choices:
      all: At no site at all.
      official: Not at O(official_sites); at others, the user decides.
  official_sites:
    description:
      - Sites where officials sign in, each as V(mail.town.example), or as an origin
        V(https://mail.town.example:8443).
      - A plain name covers its subdomains. An origin covers that scheme and port only.
    type: list
    elements: str
  policy_file:
    description:
      - The policy, a YAML file on the control node. Its section C(browser_passwords) has O(sites)
        and O(official_sites).
    type: path
  browsers:
    description:
      - The browsers, installed or not. V(firefox) is Firefox ESR, too.
      - An empty list changes nothing, and returns RV(registry) all the same.
    type: list
    elements: str
    choices: [chromium, chrome, edge, firefox]
    default: [chromium, chrome, edge, firefox]
  root:
    description: Folder that all paths are below, for an image that is not running.
    type: path
    default: /
  state_dir:
    description: Folder, below O(root), for what was there before. Only root can read it.
    type: path
    default: /var/lib/civic-mailbox
notes:
  - A running Chromium, Chrome or Edge follows at once, Firefox when it is started again.
  - Browsers from Flatpak or Snap may read their policies elsewhere.
"""

EXAMPLES = r"""
- name: Have no browser keep a password
  civic.mailbox.browser_policy:
    sites: all
  become: true

- name: Have no browser keep the password of the webmail, as the policy says
  civic.mailbox.browser_policy:
    policy_file: "{{ playbook_dir }}/policy.yml"
  become: true

- name: Put back what was there before
  civic.mailbox.browser_policy:
    state: absent
  become: true
"""

RETURN = r"""
files:
  description: The files that were changed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/etc/chromium/policies/managed/zz-civic-mailbox-passwords.json]
policies:
  description: Browser to policies that are asked for; empty with O(state=absent).
  returned: success
  type: dict
  sample: {"firefox": {"OfferToSaveLogins": false, "PasswordManagerEnabled": false}}
contradictions:
  description: What other files of the same folder say about these policies.
  returned: success
  type: list
  elements: dict
  contains:
    browser:
      description: One of O(browsers).
      type: str
    file:
      description: The other file.
      type: str
    own_file:
      description: The file of this module.
      type: str
    policy:
      description: Name of the policy.
      type: str
    wins:
      description: Whether the other file wins, since its name comes later.
      type: bool
problems:
  description: What has to be known, and is no failure.
  returned: success
  type: list
  elements: str
  sample: ["/etc/firefox/policies/policies.json: OfferToSaveLogins was changed since, and stays"]
registry:
  description: The same policies as values of the Windows registry, of all browsers.
  returned: success
  type: list
  elements: dict
  contains:
    browser:
      description: One of O(browsers).
      type: str
    path:
      description: The key.
      type: str
    name:
      description: Name of the value.
      type: str
    type:
      description: V(dword) or V(string).
      type: str
    data:
      description: The value.
      type: raw
"""

from ..module_utils._module.browser_policy import ARGUMENTS, RESTRICTIONS, follow
from ..module_utils._module.runner import MailboxModule


def main():
    MailboxModule(ARGUMENTS, **RESTRICTIONS).run(follow)


if __name__ == "__main__":
    main()
