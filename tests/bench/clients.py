# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reads the same as ours: the command ldapsearch, and two other Python libraries.

Their functions run in processes of their own, python-ldap's in Debian's Python, for whose version
its package is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Unpack

    from .asked import Asked

PYTHON = "/usr/bin/python3"


def ldapsearch(**asked: Unpack[Asked]) -> list[str]:
    """The command line."""
    return [
        *("env", f"LDAPTLS_CACERT={asked['ca_path']}", "ldapsearch", "-x", "-LLL"),
        *("-H", asked["uri"], "-b", asked["base"], "-E", f"pr={asked['page']}/noprompt"),
        *("-D", asked["bind"]["dn"], "-w", asked["bind"]["password"]),
        *(asked["ldap_filter"], *asked["attributes"]),
    ]


def python_ldap(**asked: Unpack[Asked]) -> None:
    """Page by page, as its documentation shows."""
    import ldap
    from ldap.controls import SimplePagedResultsControl

    ldap.set_option(ldap.OPT_X_TLS_CACERTFILE, asked["ca_path"])
    connection = ldap.initialize(asked["uri"], bytes_mode=False)
    connection.simple_bind_s(asked["bind"]["dn"], asked["bind"]["password"])
    what = (asked["base"], ldap.SCOPE_SUBTREE, asked["ldap_filter"], asked["attributes"])
    control = SimplePagedResultsControl(False, size=asked["page"], cookie="")
    while True:
        number = connection.search_ext(*what, serverctrls=[control])
        _, _, _, controls = connection.result3(number)
        control.cookie = next(c.cookie for c in controls if c.controlType == control.controlType)
        if not control.cookie:
            return


def plain_ldap3(**asked: Unpack[Asked]) -> None:
    """Its generator of pages, without reading the schema."""
    import ldap3

    tls = ldap3.Tls(ca_certs_file=asked["ca_path"])
    server = ldap3.Server(asked["uri"], get_info=ldap3.NONE, tls=tls)
    account = (asked["bind"]["dn"], asked["bind"]["password"])
    with ldap3.Connection(server, *account, check_names=False) as connection:
        found: Any = connection.extend.standard.paged_search(
            asked["base"],
            asked["ldap_filter"],
            attributes=asked["attributes"],
            paged_size=asked["page"],
            generator=True,
        )
        for _ in found:
            pass
