# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A small slapd with what the lab's has not: no TLS, a loose schema, a default policy and a monitor
that everybody may read, parts on another server, a record of all writes (audit.ldif in its folder,
slapo-auditlog(5)). It holds the entries it is given."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, ignore_patterns
from urllib.parse import quote

from ansible_collections.civic.mailbox.lab.clients import wait_for
from ansible_collections.civic.mailbox.lab.layout import HOST
from ansible_collections.civic.mailbox.lab.process import Probe, run, spawn, stop

from .ports import free_port_base

SUFFIX = "dc=odd"
PEOPLE = f"ou=people,{SUFFIX}"
DEFAULT_POLICY = f"cn=default,{SUFFIX}"
ADMIN, PASSWORD = f"cn=admin,{SUFFIX}", "admin-secret"
UNIX_ROOT = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"

# authTimestamp and mailForwardingAddress as octet strings, which may hold anything.
_SCHEMA = """
attributetype ( 1.1.2.1 NAME 'authTimestamp' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
attributetype ( 1.1.2.2 NAME 'mailForwardingAddress' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
objectclass ( 1.1.2.3 NAME 'odd' AUXILIARY MAY ( authTimestamp $ mailForwardingAddress ) )
"""
_CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/namedobject.schema
include {folder}/odd.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload auditlog
pidfile {folder}/slapd.pid
sizelimit unlimited
{everywhere}

database config
access to * by * {config}

database monitor
access to * by * {monitor}

database mdb
suffix {suffix}
directory {folder}/data
rootdn {admin}
rootpw {password}
lastbind on
{settings}
{access}
overlay ppolicy
ppolicy_default {default}
overlay auditlog
auditlog {folder}/audit.ldif
"""
_ANONYMOUS_BIND = bytes.fromhex("300c020101600702010304008000")

Entries = Mapping[str, Mapping[str, str | bytes | list[str | bytes]]]  # DN -> attributes


@contextmanager
def odd_slapd(
    folder: Path,
    port: int,
    entries: Entries,
    *,
    config: str = "read",
    monitor: str = "read",
    access: str = "",
    settings: str = "",
    everywhere: str = "",
) -> Iterator[str]:
    """Run it on this port of loopback and, in its folder, on the socket `ldapi`; its URI.

    `config` is everybody's right on cn=config, `monitor` that on cn=monitor; `access` are rules and `settings` other lines of the
    database, `everywhere` those before all databases.
    """
    (folder / "data").mkdir(parents=True)
    (folder / "odd.schema").write_text(_SCHEMA)
    (folder / "slapd.conf").write_text(
        _CONFIGURATION.format(
            folder=folder,
            suffix=SUFFIX,
            admin=ADMIN,
            password=PASSWORD,
            default=DEFAULT_POLICY,
            config=config,
            monitor=monitor,
            settings=settings,
            everywhere=everywhere,
            access=access or "access to * by * read",
        )
    )
    (folder / "entries.ldif").write_bytes(b"".join(_ldif(_BASE | dict(entries))))
    run("slapadd", "-q", "-b", SUFFIX, "-f", folder / "slapd.conf", "-l", folder / "entries.ldif")
    try:
        yield start(folder, port)
    finally:
        stop([folder / "own.pid"])


@contextmanager
def copying_slapd(
    original: str, folder: Path, own: Path, *, hands_on: bool = True
) -> Iterator[str]:
    """One that began with what another one's folder holds, and takes over its changes; its URI.

    What is written to it, as at a sign-in, it hands on, or not.
    """
    by = f'bindmethod=simple binddn="{ADMIN}" credentials="{PASSWORD}"'
    handing_on = (
        f"moduleload back_ldap\noverlay chain\nchain-uri {original}\n"
        f'chain-idassert-bind {by} mode=none\nchain-idassert-authzfrom "*"\n'
    )
    taking_over = (
        f"syncrepl rid=1 provider={original} type=refreshAndPersist {by}"
        f' searchbase="{SUFFIX}" retry="1 +"\nupdateref {original}\n'
    )
    copytree(folder, own, ignore=ignore_patterns("*.pid", "ldapi"))
    text = (own / "slapd.conf").read_text("utf-8").replace(str(folder), str(own))
    if hands_on:
        text = text.replace("database config\n", handing_on + "database config\n")
    text = text.replace("lastbind on\n", "lastbind on\n" + taking_over)
    (own / "slapd.conf").write_text(text, "utf-8")
    try:
        yield start(own, free_port_base())
    finally:
        stop([own / "own.pid"])


def start(folder: Path, port: int) -> str:
    """Start it on what its folder holds, as after a failure; its URI."""
    uri, log = f"ldap://{HOST}:{port}", folder / "slapd.log"
    listeners = f"{uri}/ {socket_uri(folder)}"
    command = ["slapd", "-f", str(folder / "slapd.conf"), "-d", "stats", "-h", listeners]
    spawn(command, folder / "own.pid", log)
    probe = Probe(port="", send=_ANONYMOUS_BIND, expect=b"\x0a\x01\x00")
    wait_for(lambda: probe.answers(port))
    return uri


def socket_uri(folder: Path) -> str:
    """The URI of its UNIX socket."""
    return f"ldapi://{quote(str(folder / 'ldapi'), safe='')}"


def person(uid: str, **attributes: str | bytes | list[str | bytes]) -> Entries:
    """An account in the unit Odd."""
    return {
        f"uid={uid},ou=Odd,{PEOPLE}": {
            "objectClass": ["inetOrgPerson", "odd"],
            "uid": uid,
            "cn": uid,
            "sn": uid,
            **attributes,
        }
    }


_BASE: dict[str, Mapping[str, str | bytes | list[str | bytes]]] = {
    SUFFIX: {"objectClass": ["dcObject", "organization"], "dc": "odd", "o": "Odd"},
    PEOPLE: {"objectClass": "organizationalUnit", "ou": "people"},
    f"ou=Odd,{PEOPLE}": {"objectClass": "organizationalUnit", "ou": "Odd"},
    DEFAULT_POLICY: {
        "objectClass": ["namedPolicy", "pwdPolicy"],
        "cn": "default",
        "pwdAttribute": "userPassword",
        "pwdLockout": "TRUE",
        "pwdMaxFailure": "5",
        "pwdLockoutDuration": "3600",
    },
}


def _ldif(entries: Entries) -> Iterator[bytes]:
    for dn, attributes in entries.items():
        yield _line("dn", dn)
        for name, given in attributes.items():
            for value in given if isinstance(given, list) else [given]:
                yield _line(name, value)
        yield b"\n"


def _line(name: str, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return f"{name}:: {base64.b64encode(data).decode()}\n".encode()
