# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._mail.settings import read_settings

PRINTED = """\
# 2.4.1: /etc/dovecot/dovecot.conf
protocols = imap lmtp
empty =
sieve_script personal {
  driver = file
  path = ~/sieve
}
last_login {
  dict proxy {
    name = lastlogin
  }
}
equation = a = b
"""


def test_values_and_blocks_are_read():
    settings = read_settings(PRINTED)

    assert settings.values == {"protocols": "imap lmtp", "empty": "", "equation": "a = b"}
    (script,) = settings.of_kind("sieve_script")
    assert (script.name, script.values) == ("personal", {"driver": "file", "path": "~/sieve"})
    (last_login,) = settings.of_kind("last_login")
    assert [(b.kind, b.name, b.values) for b in last_login.blocks] == [
        ("dict", "proxy", {"name": "lastlogin"})
    ]
