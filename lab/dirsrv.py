# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An instance of 389 Directory Server 2.3 or later, made without dscreate and without systemd.

The package's templates are filled in, the entries are imported before the first start: an import
alone may write createTimestamp.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from . import population
from .layout import HOST, Layout
from .ldif import classes, entry
from .population import SUFFIX
from .process import run

PACKAGES = ("389-ds-base", "libnss3-tools", "openssl")
MANAGER = "cn=Directory Manager"  # above access rules and password policies
ACCOUNT_POLICY = "cn=Account Policy Plugin,cn=plugins,cn=config"
# Of an account, in its entry; in pages, those of all go before one of its own that is for no pages.
LIMITS = (
    *("nsSizeLimit", "nsLookThroughLimit", "nsPagedSizeLimit", "nsPagedLookThroughLimit"),
    "nsTimeLimit",
)

DATA = Path("/usr/share/dirsrv/data")  # templates, and schemas that are not loaded by default
_CONFIG = Path("/etc/dirsrv/config")
_USER_SCHEMA = Path("/etc/dirsrv/schema/99user.ldif")
_MIB = 1 << 20

# DN in the configuration -> attribute -> the values that replace those of the template.
Settings = Mapping[str, Mapping[str, object]]


def prepare(
    layout: Layout,
    name: str,
    password: str,
    settings: Settings,
    entries: Iterable[str],
    schema: Sequence[Path] = (),
) -> None:
    """Make the instance `name` (a server's name): its listeners are NAME_ldap and NAME_ldaps.

    `password` is MANAGER's; `schema` are files beside those of the package.
    """
    base = folder(layout, name)
    for path in ("config/schema", "lock", "tmp", "ldif", "bak", "run", "log", "db"):
        (base / path).mkdir(parents=True)
    for name_of_file in ("certmap.conf", "slapd-collations.conf"):
        shutil.copy(_CONFIG / name_of_file, base / "config")
    for file in (_USER_SCHEMA, *schema):
        shutil.copy(file, base / "config/schema")
    _certificates(layout.directory / "tls", base)
    configuration = _template(layout, name, password)
    for dn, values in [*_own_settings(layout, name).items(), *settings.items()]:
        configuration = _set(configuration, dn, values)
    (base / "config/dse.ldif").write_text("\n\n".join(configuration) + "\n", encoding="utf-8")
    source = base / "ldif/entries.ldif"
    with source.open("w", encoding="utf-8") as file:
        file.writelines(entries)
    run("ns-slapd", "ldif2db", "-D", base / "config", "-n", "userRoot", "-i", source)
    source.unlink()


def command(layout: Layout, name: str) -> list[str]:
    """What runs the instance in the foreground (-d keeps it there)."""
    base = folder(layout, name)
    return ["ns-slapd", "-D", str(base / "config"), "-i", str(base / "run/own.pid"), "-d", "0"]


def folder(layout: Layout, name: str) -> Path:
    """Where all that the instance writes lies."""
    return layout.directory / name


def uri(layout: Layout, name: str, scheme: str) -> str:
    """Its address for "ldap" (with StartTLS) or "ldaps"."""
    return f"{scheme}://{HOST}:{layout.port(f'{name}_{scheme}')}"


def allow(title: str, target: str, rights: str, dns: Iterable[str], also: str = "") -> str:
    """An access rule (aci) that gives these accounts, or "self", rights on a target."""
    who = " or ".join(f'userdn="ldap:///{dn}"' for dn in dns)
    place = f"({also})" if also else ""
    return f'{place}({target})(version 3.0; acl "{title}"; allow ({rights}) ({who});)'


def unit(name: str, parent: str) -> str:
    """An organizational unit, as LDIF."""
    dn = f"ou={population.escape(name)},{parent}"
    return entry(dn, [*classes("organizationalUnit"), ("ou", name)])


def reader(account: Mapping[str, str]) -> str:
    """An account of a tool (its DN and password), without limits, as LDIF."""
    return entry(
        account["dn"],
        [
            *classes("organizationalRole", "simpleSecurityObject"),
            ("cn", account["dn"].partition(",")[0].removeprefix("cn=")),
            ("userPassword", population.ssha(account["password"])),
            *((limit, -1) for limit in LIMITS),
        ],
    )


def unique_id(dn: str) -> str:
    """An entry's nsUniqueId: the same in each lab, as it is on each server of one directory."""
    digits = uuid.uuid5(uuid.NAMESPACE_X500, dn).hex
    return "-".join(digits[first : first + 8] for first in range(0, 32, 8))


def version() -> str:
    """The version of the package's server."""
    said = run("sh", "-c", "ns-slapd -v || :")  # it ends with 1, having told
    found = re.search(r"389-Directory/(\d+\.\d+\.\d+)", said)
    return found[1] if found else "of an unknown version"


def _certificates(tls: Path, base: Path) -> None:
    """The NSS database that the server reads, without a password."""
    database, bundle = f"sql:{base / 'config'}", base / "tmp/server.p12"
    run(
        *("openssl", "pkcs12", "-export", "-name", "Server-Cert", "-passout", "pass:lab"),
        *("-inkey", tls / "server.key", "-in", tls / "server.pem", "-out", bundle),
    )
    run("certutil", "-N", "-d", database, "--empty-password")
    run("certutil", "-A", "-d", database, "-n", "lab-ca", "-t", "CT,,", "-i", tls / "ca.pem")
    run("pk12util", "-i", bundle, "-d", database, "-W", "lab")
    bundle.unlink()


def _template(layout: Layout, name: str, password: str) -> list[str]:
    """The entries of the package's configuration, filled in."""
    base = folder(layout, name)
    values = {
        "schema_dir": base / "config/schema",
        "cert_dir": base / "config",
        "config_dir": base / "config",
        "inst_dir": base / "config",
        "lock_dir": base / "lock",
        "tmp_dir": base / "tmp",
        "ldif_dir": base / "ldif",
        "bak_dir": base / "bak",
        "run_dir": base / "run",
        "log_dir": base / "log",
        "db_dir": base / "db",
        "db_home_dir": base / "db",
        "db_lib": "mdb" if int(version().split(".")[0]) >= 3 else "bdb",  # each one's default
        "fqdn": "localhost",
        "ds_port": layout.port(f"{name}_ldap"),
        "ds_user": pwd.getpwuid(os.getuid()).pw_name,
        "rootdn": MANAGER,
        "ds_passwd": population.ssha(password),
        "ldapi_enabled": "off",
        "ldapi": base / "run/ldapi",
        "ldapi_autobind": "off",
        "ds_suffix": SUFFIX,
        "ds_bename": "userRoot",
    }
    files = (DATA / "template-dse.ldif", DATA / "template-suffix-db.ldif")
    text = "\n\n".join(file.read_text(encoding="utf-8") for file in files)
    text = re.sub(r"(?m)^#.*\n", "", text)
    text = re.sub(r"%(\w+)%", lambda match: str(values[match[1]]), text)
    return [block.strip("\n") for block in re.split(r"\n\s*\n", text) if block.strip()]


def _own_settings(layout: Layout, name: str) -> Settings:
    return {
        "cn=config": {
            "nsslapd-listenhost": HOST,
            "nsslapd-securelistenhost": HOST,
            "nsslapd-security": "on",
            "nsslapd-secureport": layout.port(f"{name}_ldaps"),
            "nsslapd-allow-anonymous-access": "rootdse",
        },
        # By default an import reserves 40 % of the memory; on 2.3 the first one takes five times as
        # long without a size for the cache of entries.
        "cn=config,cn=ldbm database,cn=plugins,cn=config": {
            "nsslapd-import-cache-autosize": 0,
            "nsslapd-import-cachesize": 64 * _MIB,
        },
        "cn=userRoot,cn=ldbm database,cn=plugins,cn=config": {
            "nsslapd-cachememsize": 256 * _MIB,
            "nsslapd-dncachememsize": 64 * _MIB,
        },
    }


def _set(blocks: list[str], dn: str, values: Mapping[str, object]) -> list[str]:
    """The entries with one's attributes replaced; a sequence stands for several values.

    An entry that the template lacks is added with these values.
    """
    first = f"dn: {dn}".strip()
    named = [block.splitlines()[0].lower() == first.lower() for block in blocks]
    if not any(named):
        return [*blocks, _replaced(first, values)]
    return [
        _replaced(block, values) if is_it else block
        for block, is_it in zip(blocks, named, strict=True)
    ]


def _replaced(block: str, values: Mapping[str, object]) -> str:
    names = {name.lower() for name in values}
    unfolded = block.replace("\n ", "")
    kept = [line for line in unfolded.splitlines() if line.partition(":")[0].lower() not in names]
    added = [
        f"{name}: {value}"
        for name, given in values.items()
        for value in (given if isinstance(given, list | tuple) else [given])
    ]
    return "\n".join([*kept, *added])
