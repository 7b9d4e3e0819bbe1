# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How to reach a directory server: addresses, credentials, TLS."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from .._core.errors import DirectoryError


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to reach a directory server, and as whom."""

    uri: str  # ldap://, ldaps:// or ldapi://
    bind_dn: str = ""  # "" with no bind_pw: anonymous
    bind_pw: str = field(default="", repr=False)
    sasl_external: bool = False  # by the client certificate, or the UNIX user over ldapi://
    sasl_gssapi: bool = False  # by the Kerberos ticket of this process
    start_tls: bool = False
    validate_certs: bool = True
    ca_path: str = ""  # file or folder; "": the system's
    client_cert: str = ""
    client_key: str = ""
    connect_timeout: int = 10  # seconds
    receive_timeout: int = 60  # seconds that one message of the server may take

    def __post_init__(self) -> None:
        """Refuse what contradicts itself, as DirectoryError."""
        address = _split(self.uri)
        if min(self.connect_timeout, self.receive_timeout) < 1:
            raise DirectoryError("connect_timeout and receive_timeout have to be 1 s or more")
        if self.start_tls and address.scheme != "ldap":
            raise DirectoryError(f"start_tls is for ldap:// only: leave it out for {self.uri}")
        if bool(self.client_key) and not self.client_cert:
            raise DirectoryError("client_key needs client_cert")
        if (self.sasl_external or self.sasl_gssapi) and (self.bind_dn or self.bind_pw):
            raise DirectoryError("sasl_class takes the place of bind_dn and bind_pw")
        if self.bind_dn and not self.bind_pw:
            # RFC 4513, 5.1.2: a server takes it for anonymous and answers "success".
            raise DirectoryError(f"bind_dn {self.bind_dn} needs bind_pw")
        if self.bind_pw and not self.bind_dn:
            raise DirectoryError("bind_pw needs bind_dn")

    @property
    def address(self) -> SplitResult:
        """The parts of the URI."""
        return _split(self.uri)

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return self.start_tls or self.address.scheme in ("ldaps", "ldapi")

    @property
    def host(self) -> str:
        """The host that the certificate has to name; "" for a UNIX socket."""
        return "" if self.address.scheme == "ldapi" else self.address.hostname or ""

    def tls_context(self) -> ssl.SSLContext:
        """The TLS settings. Raises DirectoryError for a file that cannot be used."""
        context = self._trusting_context()
        if not self.validate_certs:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.client_cert:
            try:
                context.load_cert_chain(self.client_cert, self.client_key or None, password=_none)
            except OSError as error:
                files = f"client_cert {self.client_cert}, client_key {self.client_key or 'in it'}"
                raise DirectoryError(f"{files} cannot be used: {_said(error)}") from None
        return context

    def _trusting_context(self) -> ssl.SSLContext:
        """Trusts ca_path, a file or a folder, or the system's authorities where none is named."""
        if not (self.ca_path or self.start_tls or self.address.scheme == "ldaps"):
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # unused: those take long to be read
        try:
            if Path(self.ca_path or "-").is_dir():
                return ssl.create_default_context(capath=self.ca_path)
            return ssl.create_default_context(cafile=self.ca_path or None)
        except OSError as error:
            raise DirectoryError(f"ca_path {self.ca_path} cannot be used: {_said(error)}") from None


def _split(uri: str) -> SplitResult:
    """The parts of an LDAP URI. Raises DirectoryError."""
    try:
        parts = urlsplit(uri)
        named = bool(parts.hostname) and (parts.port or 1) and parts.path in ("", "/")
        usable = parts.scheme == "ldapi" or (parts.scheme in ("ldap", "ldaps") and named)
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc:
        raise DirectoryError(
            "server_uri has to be ldap://HOST, ldaps://HOST (each with :PORT where it is not the"
            " usual one) or ldapi://PATH with %2F for /, and nothing more"
        )
    return parts


def _none() -> str:
    """The password of a private key: none, so that nothing asks for it at a terminal."""
    return ""


def _said(error: OSError) -> str:
    return error.strerror or str(error)
