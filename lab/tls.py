# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Throw-away certificates: the lab's authority, its servers' and its clients' certificates.

Authority and certificates carry the key usages and key identifiers that RFC 5280 asks for: Python
3.13 verifies strictly.
"""

from __future__ import annotations

import socket
from pathlib import Path

from .layout import HOST
from .process import run
from .template import render

# libldap takes "localhost" in a URI for the machine's own name: the certificate names both.
_NAMES = ("localhost", socket.gethostname())
CLIENT_ORGANISATION = "lab clients"


def make(folder: Path, clients: tuple[str, ...]) -> None:
    """Make ca.pem, a stranger's other-ca.pem, server.pem and one certificate for each client.

    Each has its private key beside it, as NAME.key.
    """
    folder.mkdir(mode=0o755)
    names = ",".join([f"IP:{HOST}", *(f"DNS:{name}" for name in dict.fromkeys(_NAMES))])
    (folder / "openssl.cnf").write_text(render("openssl.cnf", names=names))
    _certificate(folder, "ca", "/CN=Lab authority", "authority")
    _certificate(folder, "other-ca", "/CN=Another authority", "authority")
    _certificate(folder, "server", "/CN=localhost", "server", issuer="ca")
    for client in clients:
        subject = f"/O={CLIENT_ORGANISATION}/CN={client}"
        _certificate(folder, client, subject, "client", issuer="ca")


def _certificate(
    folder: Path, name: str, subject: str, extensions: str, issuer: str | None = None
) -> None:
    signed = ["-CA", folder / f"{issuer}.pem", "-CAkey", folder / f"{issuer}.key"] if issuer else []
    run(
        *("openssl", "req", "-x509", "-sha256", "-days", "30", "-batch", "-noenc"),
        *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-config", folder / "openssl.cnf", "-extensions", extensions, "-subj", subject),
        *("-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"),
        *signed,
    )
    (folder / f"{name}.key").chmod(0o600)
