# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Samba 4.17 or later as an Active Directory domain controller."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import Any

from .layout import HOST, REPOSITORY, Layout
from .population import DOMAIN, SUFFIX
from .process import Probe, run
from .server import Server, ldap_probe
from .template import render

REALM, NETBIOS_DOMAIN = DOMAIN.upper(), "QUANGNINH"
BASE = SUFFIX.replace("dc=", "DC=")
PEOPLE = f"OU=people,{BASE}"
PSO_CONTAINER = f"CN=Password Settings Container,CN=System,{BASE}"
PSO = f"CN=cong-an-phuong,{PSO_CONTAINER}"
STRICT_GROUP = f"CN=cong-an-phuong,CN=Users,{BASE}"
SCHEMA = Path(__file__).parent / "templates" / "exchange-schema.ldif"
# Each one's rights are in samba_population.py.
_NAMES = {name: name for name in ("auditor", "enforcer", "blind")} | {"admin": "Administrator"}

# A provisioned domain takes seven seconds to make and is the same each time: it is kept here.
CACHE = Path(os.environ.get("LABCACHE") or "/var/cache/civic-mailbox-lab")
_FOLDERS = "private state cache lock run/ncalrpc winbindd ntp_signd binddns sysvol netlogon log"
_PYTHON = "/usr/bin/python3"  # Debian's, for it has Samba's modules


def login(name: str) -> dict[str, str]:
    """DN and password of the administrator ("admin") or of a tool's account."""
    password = f"{name.capitalize()}-secret-7"  # as complex as the domain wants it
    return {"dn": f"CN={_NAMES[name]},CN=Users,{BASE}", "password": password}


def _prepare(layout: Layout) -> None:
    folder = _folder(layout)
    for name in _FOLDERS.split():
        (folder / name).mkdir(parents=True)
    settings = render(
        "smb.conf",
        folder=folder,
        tls=layout.directory / "tls",
        realm=REALM,
        domain=NETBIOS_DOMAIN,
    )
    (folder / "smb.conf").write_text(settings)
    _provision(folder)
    _offline(folder, "people", layout.people, layout.now.isoformat())


def _offline(folder: Path, *task: object) -> None:
    """Have samba_population.py work on the domain's database."""
    run(
        *(_PYTHON, "-m", "lab.samba_population", folder / "smb.conf", *map(str, task)),
        environment={"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
    )


def _provision(folder: Path) -> None:
    """A domain without people in `private`: LDAP needs nothing outside of that."""
    command = (
        *("samba-tool", "domain", "provision", f"--realm={REALM}", f"--domain={NETBIOS_DOMAIN}"),
        *("--host-name=DC1", f"--host-ip={HOST}", "--server-role=dc", "--dns-backend=NONE"),
        f"--adminpass={login('admin')['password']}",
    )
    made_from = repr((command, _version(), SCHEMA.read_text("utf-8")))
    kept = CACHE / f"domain-{hashlib.sha256(made_from.encode()).hexdigest()[:16]}.tar"
    if kept.is_file() and kept.stat().st_uid == os.geteuid():
        run("tar", "-xf", kept, "-C", folder / "private")
        return
    run(*command, f"--configfile={folder}/smb.conf")
    _offline(folder, "schema")
    CACHE.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    run("tar", "--sparse", "-cf", partial, "-C", folder / "private", ".")
    partial.rename(kept)  # a lab that starts beside this one sees it whole or not at all


def _folder(layout: Layout) -> Path:
    return layout.directory / "ad"


def _version() -> str:
    found = re.search(r"Version (\d+\.\d+\.\d+)", run("samba", "--version"))
    return found[1] if found else "of an unknown version"


def _command(layout: Layout) -> list[str]:
    ports = [str(layout.port(name)) for name in ("ad_ldap", "ad_ldaps")]
    return [sys.executable, "-m", "lab.samba_namespace", str(_folder(layout) / "smb.conf"), *ports]


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        "ldap": f"ldap://{HOST}:{layout.port('ad_ldap')}",
        "ldaps": f"ldaps://{HOST}:{layout.port('ad_ldaps')}",
        "suffix": BASE,
        "search_base": PEOPLE,
        "default_password_policy": BASE,
        "accounts": {name: login(name) for name in _NAMES},
    }


AD = Server(
    name="ad",
    title="Samba AD",
    packages=(
        *("samba-ad-dc", "samba-ad-provision", "python3-samba", "winbind", "samba-dsdb-modules"),
        "openssl",
    ),
    probes=(ldap_probe("ad_ldap"), Probe(port="ad_ldaps")),
    version=_version,
    prepare=_prepare,
    command=_command,
    describe=_describe,
    exported=((BASE, "sub"),),
)
