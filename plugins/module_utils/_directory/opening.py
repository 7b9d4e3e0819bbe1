# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Connecting to a directory server and binding to it. ldap3 does it, and no more than that.

ldap3's defaults are no good for us and are set here, once: errors are raised, certificates are
checked, referrals are not followed (ldap3 would take the password along), nothing is read unasked,
every wait has an end.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from .._core.errors import DirectoryError
from .access import Access
from .complaints import Complaints
from .result_codes import name_of
from .timed_socket import TimedSocket
from .tls import TlsSocket

try:
    import ldap3
    from ldap3.core.exceptions import LDAPExceptionError, LDAPOperationResult

    HAS_LDAP3 = True
except ImportError:
    HAS_LDAP3 = False
HAS_GSSAPI = find_spec("gssapi") is not None  # ldap3 imports it when it binds

_START_TLS = "asking for StartTLS"


class Opened:
    """A connection that is bound: its socket, and the numbers of its requests."""

    def __init__(self, access: Access) -> None:
        """Connect, protect and bind. Raises DirectoryError."""
        if not HAS_LDAP3:
            raise DirectoryError("the Python library ldap3 is missing: install it for this Python")
        if access.sasl_gssapi and not HAS_GSSAPI:
            raise DirectoryError(
                "sasl_class gssapi needs the Python library gssapi: install it for this Python,"
                " with the system's Kerberos library, or bind by bind_dn and bind_pw"
            )
        self._access = access
        self._complaints = Complaints(access)
        self._tls = _Tls(access.tls_context(), access.host, access.receive_timeout)
        self._connection = self._bound()
        self.socket: TimedSocket | TlsSocket = self._connection.socket

    def number(self) -> int:
        """A number that no request of this connection had."""
        number: int = self._connection.server.next_message_id()
        return number

    def close(self) -> None:
        """Take leave of the server."""
        _close(self._connection)

    def _bound(self) -> Any:
        """An ldap3 connection that is bound."""
        connection = self._new_connection()
        doing = "connecting"
        try:
            connection.open(read_server_info=False)
            self._tls.time(connection)
            if self._access.start_tls:
                doing = _START_TLS
                connection.start_tls(read_server_info=False)
            doing = f"binding as {self._access.bind_dn}" if self._access.bind_dn else "binding"
            connection.bind(read_server_info=False)
        except Exception as error:
            _close(connection)
            raise self._not_open(error, doing) from None
        return connection

    def _new_connection(self) -> Any:
        return ldap3.Connection(
            self._server(),
            **_credentials(self._access),
            version=3,
            auto_referrals=False,
            raise_exceptions=True,
            check_names=False,
            receive_timeout=self._access.receive_timeout,
        )

    def _not_open(self, error: Exception, doing: str) -> DirectoryError:
        if isinstance(error, LDAPOperationResult):
            if doing == _START_TLS:
                return DirectoryError(
                    f"{self._access.uri} refuses StartTLS with {name_of(error.result)}: give it a"
                    " certificate, or use ldaps://"
                )
            return self._complaints.refused(error.result, error.message or "", doing)
        if isinstance(error, (LDAPExceptionError, OSError)):
            return self._complaints.unreachable(self._tls.failure or error, doing)
        # ldap3's decoder raises whatever a wrong byte leads it to.
        return self._complaints.nonsense(f"an answer that ends in {type(error).__name__}")

    def _server(self) -> Any:
        address = self._access.address
        return ldap3.Server(
            self._access.uri
            if address.scheme == "ldapi"
            else f"{address.scheme}://{address.netloc}",
            get_info=ldap3.NONE,
            tls=self._tls,
            connect_timeout=self._access.connect_timeout,
        )


class _Tls(ldap3.Tls if HAS_LDAP3 else object):  # type: ignore[misc]
    """TLS by our own socket; ldap3 calls wrap_socket for ldaps:// and StartTLS alike."""

    def __init__(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context
        self._host = host
        self._seconds = seconds  # for an answer
        self.failure: OSError | None = None  # ldap3 keeps its text only

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Put the TLS socket in the place of the raw one."""
        self.time(connection)
        try:
            connection.socket = TlsSocket(connection.socket, self._context, self._host)
        except OSError as error:
            self.failure = error
            raise

    def time(self, connection: Any) -> None:
        """Put a timed socket in the place of the raw one that ldap3 has opened."""
        if type(connection.socket) is socket.socket:
            connection.socket = TimedSocket(connection.socket, self._seconds)


def _close(connection: Any) -> None:
    """Take leave of the server, if it is still there, and give the socket back in any case."""
    with suppress(LDAPExceptionError, OSError):
        connection.unbind()
    if connection.socket:
        connection.socket.close()


def _credentials(access: Access) -> dict[str, Any]:
    """ldap3's settings for the bind."""
    if access.sasl_external:
        # Empty, not left out: a server would ask back, and ldap3 would take that for a success.
        external = {"sasl_mechanism": ldap3.EXTERNAL, "sasl_credentials": ""}
        return {"authentication": ldap3.SASL, **external}
    if access.sasl_gssapi:
        # The ticket of this process; the service is ldap at the host of server_uri.
        return {"authentication": ldap3.SASL, "sasl_mechanism": ldap3.KERBEROS}
    if access.bind_dn:
        # As bytes: ldap3 would change a text by SASLprep, which the OpenLDAP tools do not.
        password = access.bind_pw.encode()
        return {"user": access.bind_dn, "password": password, "authentication": ldap3.SIMPLE}
    return {"authentication": ldap3.ANONYMOUS}
