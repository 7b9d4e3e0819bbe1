# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reads the same as ours: the command ldapsearch, and two other Python libraries.

Their functions run in processes of their own, python-ldap's in Debian's Python, for whose version
its package is made.
"""

from __future__ import annotations

from typing import Any

PYTHON = "/usr/bin/python3"


def ldapsearch(
    *,
    uri: str,
    ca_path: str,
    bind: dict[str, str],
    base: str,
    ldap_filter: str,
    attributes: tuple[str, ...],
    page: int,
) -> list[str]:
    """The command line."""
    return [
        *("env", f"LDAPTLS_CACERT={ca_path}", "ldapsearch", "-x", "-LLL"),
        *("-H", uri, "-b", base, "-E", f"pr={page}/noprompt"),
        *("-D", bind["dn"], "-w", bind["password"]),
        *(ldap_filter, *attributes),
    ]


def python_ldap(
    *,
    uri: str,
    ca_path: str,
    bind: dict[str, str],
    base: str,
    ldap_filter: str,
    attributes: list[str],
    page: int,
) -> None:
    """Page by page, as its documentation shows."""
    import ldap
    from ldap.controls import SimplePagedResultsControl

    ldap.set_option(ldap.OPT_X_TLS_CACERTFILE, ca_path)
    connection = ldap.initialize(uri, bytes_mode=False)
    connection.simple_bind_s(bind["dn"], bind["password"])
    control = SimplePagedResultsControl(False, size=page, cookie="")
    while True:
        asked = connection.search_ext(
            base, ldap.SCOPE_SUBTREE, ldap_filter, attributes, serverctrls=[control]
        )
        _, _, _, controls = connection.result3(asked)
        control.cookie = next(c.cookie for c in controls if c.controlType == control.controlType)
        if not control.cookie:
            return


def plain_ldap3(
    *,
    uri: str,
    ca_path: str,
    bind: dict[str, str],
    base: str,
    ldap_filter: str,
    attributes: list[str],
    page: int,
) -> None:
    """Its generator of pages, without reading the schema."""
    import ldap3

    server = ldap3.Server(uri, get_info=ldap3.NONE, tls=ldap3.Tls(ca_certs_file=ca_path))
    with ldap3.Connection(server, bind["dn"], bind["password"], check_names=False) as connection:
        found: Any = connection.extend.standard.paged_search(
            base, ldap_filter, attributes=attributes, paged_size=page, generator=True
        )
        for _ in found:
            pass
