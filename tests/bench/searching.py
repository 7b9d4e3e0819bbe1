# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading by ours, in a process of its own, which imports no more than that needs."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory

if TYPE_CHECKING:
    from typing import Unpack

    from .asked import Asked


def access(uri: str, ca_path: str, bind: dict[str, str]) -> Access:
    """How ours reaches the lab's directory."""
    return Access(uri=uri, bind_dn=bind["dn"], bind_pw=bind["password"], ca_path=ca_path)


def search(**asked: Unpack[Asked]) -> None:
    """Read as the modules do."""
    what = (asked["base"], asked["ldap_filter"], asked["attributes"])
    with Directory(access(asked["uri"], asked["ca_path"], asked["bind"])) as directory:
        deque(directory.search(*what, page_size=asked["page"]), maxlen=0)
