# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dovecot 2.3 or 2.4: IMAP, LMTP, ManageSieve, sign-in through the lab's OpenLDAP, last_login."""

from __future__ import annotations

import os
import pwd
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from . import openldap
from .layout import HOST, Layout
from .population import DOMAIN, MAIL_HOST, PEOPLE, Person, people
from .process import Probe, run
from .server import Server
from .template import render

QUOTA_KIB = 1024  # of each mailbox
UID = 5000  # of every mailbox; it needs no account
# A sign-in is kept for user, service and who really signed in: a master user's is told apart.
_TABLE = """
create table last_login (
    username text, service text, auth_user text, at integer,
    primary key (username, service, auth_user)
)
"""


def _prepare(layout: Layout) -> None:
    folder = _folder(layout)
    for path in (folder, folder / "state", _homes(layout)):
        path.mkdir()
    _own(_homes(layout), UID)
    accounts = list(people(layout.people, layout.now))
    _write_last_logins(_database(layout), accounts)
    for person in accounts:
        _write_scripts(_homes(layout), person)
        _write_mail(_homes(layout), person)
    _write_configuration(layout)


def _write_configuration(layout: Layout) -> None:
    folder = _folder(layout)
    account = openldap.login("mailhost")
    values = {
        "host": HOST,
        "folder": folder,
        "log": layout.log("dovecot"),
        "tls": layout.directory / "tls",
        "uid": UID,
        "homes": _homes(layout),
        "domain": DOMAIN,
        "mail_host": MAIL_HOST,
        "database": _database(layout),
        "quota_kib": QUOTA_KIB,
        "ldap": f"ldap://{HOST}:{layout.port('ldap')}",
        "search_base": PEOPLE,
        "bind_dn": account["dn"],
        "bind_password": account["password"],
        **{name: layout.port(name) for name in ("imap", "imaps", "sieve", "lmtp", "sieve_out")},
    }
    if _release() >= (2, 4):
        files = {"dovecot.conf": "dovecot-2.4.conf"}
    else:
        files = {
            "dovecot.conf": "dovecot-2.3.conf",
            "ldap.conf.ext": "dovecot-2.3-ldap.conf.ext",
            "last-login.sql": "dovecot-2.3-last-login.sql",
        }
    for name, template in files.items():
        # Dovecot's own user reads the one, and only root is to read the passwords in the others.
        (folder / name).touch(mode=0o644 if name == "last-login.sql" else 0o600)
        (folder / name).write_text(render(template, **values))


def _write_last_logins(database: Path, accounts: list[Person]) -> None:
    """Sign-ins over IMAP that Dovecot alone has seen."""
    rows = [
        (person.subject, "imap", person.subject, int(at.timestamp()))
        for person in accounts
        if (at := person.ago(person.state.signed_in_dovecot))
    ]
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(_TABLE)
        connection.executemany("insert into last_login values (?, ?, ?, ?)", rows)
    user = pwd.getpwnam("dovecot")
    for path in (database.parent, database):
        os.chown(path, user.pw_uid, user.pw_gid)


def _write_scripts(homes: Path, person: Person) -> None:
    """Scripts as ManageSieve stores them: sieve/NAME.sieve, .dovecot.sieve links to the active."""
    if not person.state.scripts:
        return
    home = _home(homes, person)
    (home / "sieve").mkdir(parents=True)
    for script in person.state.scripts:
        path = home / "sieve" / f"{script.name}.sieve"
        path.write_text(script.text, encoding="utf-8")
        if script.active:
            (home / ".dovecot.sieve").symlink_to(path.relative_to(home))
    _own_home(home)


def _write_mail(homes: Path, person: Person) -> None:
    """A message that fills so much of the quota."""
    if not person.state.filled_percent:
        return
    home = _home(homes, person)
    folder = home / "Maildir" / "cur"
    folder.mkdir(parents=True)
    line = f"{'x' * 62}\r\n"  # 64 bytes
    body = line * (QUOTA_KIB * 1024 // 64 * person.state.filled_percent // 100)
    (folder / "1.lab:2,S").write_text(
        f"Subject: Photos\r\n\r\n{body}", encoding="utf-8", newline=""
    )
    _own_home(home)


def _home(homes: Path, person: Person) -> Path:
    local_part, _, domain = person.subject.partition("@")
    return homes / domain / local_part


def _own_home(home: Path) -> None:
    for path in (home.parent, home, *home.rglob("*")):
        _own(path, UID)


def _own(path: Path, uid: int) -> None:
    os.chown(path, uid, uid, follow_symlinks=False)


def _folder(layout: Layout) -> Path:
    return layout.directory / "dovecot"


def _homes(layout: Layout) -> Path:
    return layout.directory / "mail"


def _database(layout: Layout) -> Path:
    return _folder(layout) / "last-login" / "db"


def _version() -> str:
    return run("dovecot", "--version").split()[0]


def _release() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", _version())[:2])


def _command(layout: Layout) -> list[str]:
    return ["dovecot", "-F", "-c", str(_folder(layout) / "dovecot.conf")]


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        "config": str(_folder(layout) / "dovecot.conf"),
        "homes": str(_homes(layout)),
        "last_login": str(_database(layout)),
        "log": str(layout.log("dovecot")),
    }


DOVECOT = Server(
    name="dovecot",
    title="Dovecot",
    packages=(
        "dovecot-imapd",
        "dovecot-lmtpd",
        "dovecot-managesieved",
        "dovecot-sieve",
        "dovecot-ldap",
        "dovecot-sqlite",
    ),
    probes=(
        Probe(port="imap", expect=b"* OK"),
        Probe(port="imaps"),
        Probe(port="sieve", expect=b'"'),
        Probe(port="lmtp", expect=b"220"),
    ),
    version=_version,
    prepare=_prepare,
    command=_command,
    describe=_describe,
)
