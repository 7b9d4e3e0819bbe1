# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What Active Directory means when it refuses a bind: the code is in the text of its answer.

"80090308: LdapErr: DSID-0C090549, comment: AcceptSecurityContext error, data 52e, v4563": the
number after "data" is a Windows error in hexadecimal ([MS-ERREF], 2.2); Samba writes the same.
"""

from __future__ import annotations

import re

_DATA = re.compile(r"\bdata ([0-9a-f]+)\b", re.IGNORECASE)

_MEANINGS = {
    "525": "no account has this name: correct bind_dn (a DN, or NAME@DOMAIN)",
    "52e": "bind_pw is not the password of bind_dn",
    "530": "this account may not sign in at this hour: change its logon hours",
    "531": "this account may not sign in from this computer: change its logon workstations",
    "532": "the password of bind_dn has expired: set a new one",
    "533": "the account of bind_dn is disabled: enable it, or bind as another one",
    "701": "the account of bind_dn has expired: set a later date in it",
    "773": "bind_dn has to set a new password before it can sign in: set one",
    "775": "the account of bind_dn is locked after too many wrong passwords: unlock it",
}
_CHANNEL_BINDING = (
    "the domain controller wants the bind tied to its TLS channel (LdapEnforceChannelBinding 2),"
    " which ldap3 cannot do for SASL: bind by bind_dn and bind_pw over ldaps://"
)
_SIGNING = "the domain controller wants binds signed or protected: use ldaps:// or start_tls: true"
# Beginnings of the text, whatever the result code.
_TEXTS = {"80090346": _CHANNEL_BINDING, "00002028": _SIGNING}


def meaning(text: str) -> str:
    """What the text of the answer says and what to do, or "" where it is none of these."""
    for number, said in _TEXTS.items():
        if number in text:
            return said
    found = _DATA.search(text)
    return _MEANINGS.get(found[1].lower(), "") if found else ""
