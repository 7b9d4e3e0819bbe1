# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Postfix: submission, delivery to Dovecot by LMTP, aliases, virtual maps, local users' .forward.

It can reach nothing but the lab: other domains go to the sink, DNS is off, and its SMTP client
binds to loopback.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import Any

from . import mail_log, openldap
from .layout import HOST, Layout
from .population import ALIASES, DOMAIN, LOCAL_USERS, MAIL_HOST, PEOPLE, VIRTUAL, people
from .process import Probe, run
from .server import Server
from .template import render


def _prepare(layout: Layout) -> None:
    folder = _folder(layout)
    for path in (folder, folder / "queue", folder / "data", _homes(layout), _spool(layout)):
        path.mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    _spool(layout).chmod(0o1777)  # each local user writes a mailbox file of its own
    table = run("postconf", "-d", "-h", "default_database_type").strip()
    _write_configuration(layout, table)
    _write_forwards(_homes(layout))
    _write_maps(folder, table)
    mail_log.write(_past(layout), people(layout.people, layout.now), layout.now)
    run("postfix", "-c", folder, "check")  # makes the queue's folders


def _write_configuration(layout: Layout, table: str) -> None:
    folder = _folder(layout)
    ports = {
        name: layout.port(name) for name in ("smtp", "submission", "sieve_out", "lmtp", "sink")
    }
    main = render(
        "postfix-main.cf",
        host=HOST,
        folder=folder,
        directory=layout.directory,
        log=layout.directory / "log/postfix-mail.log",
        tls=layout.directory / "tls",
        dovecot=layout.directory / "dovecot",
        homes=_homes(layout),
        spool=_spool(layout),
        table=table,
        domain=DOMAIN,
        mail_host=MAIL_HOST,
        **ports,
    )
    (folder / "main.cf").write_text(main)
    (folder / "master.cf").write_text(render("postfix-master.cf", host=HOST, **ports))
    _write_directory_map(layout, "ldap-mailbox.cf", "mail")
    _write_directory_map(layout, "ldap-forward.cf", "mailRoutingAddress")


def _write_directory_map(layout: Layout, name: str, attribute: str) -> None:
    account = openldap.login("mailhost")
    path = _folder(layout) / name
    path.touch(mode=0o600)
    path.write_text(
        render(
            "postfix-ldap.cf",
            ldap=f"ldap://{HOST}:{layout.port('ldap')}",
            search_base=PEOPLE,
            domain=DOMAIN,
            bind_dn=account["dn"],
            bind_password=account["password"],
            attribute=attribute,
        )
    )


def _write_forwards(homes: Path) -> None:
    for name, route in LOCAL_USERS.items():
        forward = homes / name / ".forward"
        forward.parent.mkdir()
        forward.write_text(route.target)
        os.chown(forward, pwd.getpwnam(name).pw_uid, -1)


def _write_maps(folder: Path, table: str) -> None:
    aliases = [f"{name}: {route.target}\n" for name, route in ALIASES.items()]
    (folder / "aliases").write_text("".join(["postmaster: root\n", *aliases]))
    virtual = [f"{name}@{DOMAIN} {route.target}\n" for name, route in VIRTUAL.items()]
    (folder / "virtual").write_text("".join(virtual))
    run("postalias", "-c", folder, f"{table}:{folder / 'aliases'}")
    run("postmap", "-c", folder, f"{table}:{folder / 'virtual'}")


def _folder(layout: Layout) -> Path:
    return layout.directory / "postfix"


def _homes(layout: Layout) -> Path:
    return layout.directory / "home"


def _spool(layout: Layout) -> Path:
    return layout.directory / "spool"


def _past(layout: Layout) -> Path:
    return layout.directory / "log/mail.log.1"


def _version() -> str:
    return run("postconf", "-d", "-h", "mail_version").strip()


def _command(layout: Layout) -> list[str]:
    # As `postfix start-fg` runs it, without the shell that would stay around it.
    programs = run("postconf", "-d", "-h", "daemon_directory").strip()
    return [f"{programs}/master", "-c", str(_folder(layout)), "-s"]


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        "config": str(_folder(layout)),
        "log": str(layout.directory / "log/postfix-mail.log"),
        "past_log": str(_past(layout)),
    }


POSTFIX = Server(
    name="postfix",
    title="Postfix",
    packages=("postfix", "postfix-ldap"),
    probes=tuple(Probe(port=name, expect=b"220") for name in ("smtp", "submission", "sieve_out")),
    version=_version,
    prepare=_prepare,
    command=_command,
    describe=_describe,
)
