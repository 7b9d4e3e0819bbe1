# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A connection to a directory server. Nothing else imports ldap3.

ldap3 connects, binds and builds requests; its answers are left aside, for they are slow: what the
server sends after the bind is decoded by ber.py, straight from the socket. ldap3's defaults are no
good for us and are set here, once: errors are raised, certificates are checked, referrals are not
followed (ldap3 would take the password along), nothing is read unasked, every wait has an end.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from types import TracebackType
from typing import Any

from .._core.errors import DirectoryError
from . import ber
from .access import Access
from .ber import Names
from .pipeline import WINDOW, Pipeline, Request, Wire, Written
from .ranges import whole
from .requests import Modification, modify_request, read_request
from .result_codes import NO_SUCH_OBJECT, SUCCESS, name_of, way_out
from .sign_in_refusals import meaning
from .tls import TlsSocket
from .unreachable import reason

try:
    import ldap3
    from ldap3.core.exceptions import LDAPExceptionError, LDAPOperationResult
    from ldap3.operation.compare import compare_operation
    from ldap3.operation.search import search_operation
    from ldap3.protocol.convert import build_controls_list
    from ldap3.protocol.rfc2696 import paged_search_control
    from ldap3.protocol.rfc4511 import (
        ExtendedRequest,
        LDAPMessage,
        MessageID,
        ProtocolOp,
        RequestName,
    )
    from pyasn1.codec.ber import encoder
    from pyasn1.error import PyAsn1Error

    HAS_LDAP3 = True
except ImportError:
    HAS_LDAP3 = False
HAS_GSSAPI = find_spec("gssapi") is not None  # ldap3 imports it when it binds

BASE, SUBTREE = "BASE", "SUBTREE"
ANY = "(objectClass=*)"
_PIECE = 1 << 18  # bytes asked from the socket at once
_START_TLS = "asking for StartTLS"
_WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3"  # RFC 4532, 2.1
_NOTICE_OF_DISCONNECTION = "1.3.6.1.4.1.1466.20036"  # RFC 4511, 4.4.1

Entry = tuple[bytes, dict[str, list[bytes]]]  # DN, and values by the names that were asked for
Control = tuple[str, bool, bytes]  # RFC 4511, 4.1.11: OID, whether it is critical, value


class RefusedError(DirectoryError):
    """The server answered with a result code that is not success."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class _Tls(ldap3.Tls if HAS_LDAP3 else object):  # type: ignore[misc]
    """TLS by our own socket; ldap3 calls wrap_socket for ldaps:// and StartTLS alike."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context
        self._host = host
        self.failure: OSError | None = None  # ldap3 keeps its text only

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Put the TLS socket in the place of the raw one."""
        try:
            connection.socket = TlsSocket(connection.socket, self._context, self._host)
        except OSError as error:
            self.failure = error
            raise


class Directory:
    """An open connection; a context manager that closes it."""

    def __init__(self, access: Access) -> None:
        """Connect, protect and bind. Raises DirectoryError."""
        if not HAS_LDAP3:
            raise DirectoryError("the Python library ldap3 is missing: install it for this Python")
        if access.sasl_gssapi and not HAS_GSSAPI:
            raise DirectoryError(
                "sasl_class gssapi needs the Python library gssapi: install it for this Python,"
                " with the system's Kerberos library, or bind by bind_dn and bind_pw"
            )
        self.uri = access.uri
        self.references: list[str] = []  # URIs of parts that the server holds elsewhere
        self._access = access
        self._beside: Directory | None = None  # to the same server, while this one reads
        self._tls = _Tls(access.tls_context(), access.host)
        self._connection = self._open()
        self._messages = ber.messages(self._receive)

    def __enter__(self) -> Directory:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._beside:
            _close(self._beside._connection)
        _close(self._connection)

    def search(
        self,
        base: str,
        ldap_filter: str = ANY,
        attributes: Sequence[str] = ("1.1",),
        *,
        scope: str = SUBTREE,
        page_size: int = 0,
        controls: Sequence[Control] = (),
    ) -> Iterator[Entry]:
        """The entries, as they arrive. Raises RefusedError when the server breaks off.

        The next page is asked for before the last one is given out, so that both sides work.
        """
        names = Names(attributes)
        request = self._search_request(base, ldap_filter, attributes, scope)
        expected = self._send("searchRequest", request, [*controls, *_page(page_size)])
        while True:
            page: list[ber.Message] = []
            for message in self._answers(expected):
                page.append(message)
                if len(page) > page_size + 1:  # no pages, or not heeded: hold nothing back
                    yield from self._entries(page[:-1], names)
                    page = page[-1:]
            result = self._decoded(ber.result, page.pop())
            more = result.code == SUCCESS and result.cookie
            if more:
                paged = [*controls, *_page(page_size, more)]
                expected = self._send("searchRequest", request, paged)
            yield from self._entries(page, names)
            if not more:
                self._check(result, f"reading {base or 'the root DSE'}")
                return

    def exchange(
        self,
        base: str,
        ldap_filter: str,
        attributes: Sequence[str],
        control: Control,
        *,
        scope: str = SUBTREE,
    ) -> Iterator[ber.Message]:
        """Every answer to a search as it comes, also those in between (RFC 4511, 4.13).

        The last one is a SearchResultDone that says success; raises RefusedError for any other.
        """
        request = self._search_request(base, ldap_filter, attributes, scope)
        number = self._send("searchRequest", request, [control])
        while True:
            message = self._next((number,))
            if message.tag == ber.SEARCH_REFERENCE:
                self.references.extend(self._decoded(ber.references, message))
                continue
            if message.tag == ber.SEARCH_DONE:
                self._check(self._decoded(ber.result, message), f"asking for changes of {base}")
            yield message
            if message.tag == ber.SEARCH_DONE:
                return

    def find(
        self,
        base: str,
        ldap_filter: str,
        attributes: Sequence[str],
        *,
        scope: str = SUBTREE,
    ) -> list[Entry]:
        """The entries of a small search, all at once. Raises RefusedError."""
        return list(self.search(base, ldap_filter, attributes, scope=scope))

    def bound_as(self) -> str:
        """DN of the account that we are bound as, spelled as the server spells names, which bind_dn
        may not (RFC 4532); "": it has none. Raises DirectoryError."""
        request = ExtendedRequest()
        request["requestName"] = RequestName(_WHO_AM_I)
        message = self._next((self._send("extendedReq", request),))
        if message.tag != ber.EXTENDED_RESPONSE:
            raise self._nonsense(f"an answer of kind 0x{message.tag:02x} to Who am I")
        identity = self._decoded(ber.response_value, message).decode("utf-8", "backslashreplace")
        return identity[3:] if identity.startswith("dn:") else self._access.bind_dn

    def compare(self, questions: Sequence[tuple[bytes, str, str]]) -> list[int]:
        """The result codes of compare requests (DN, attribute, value), in their order."""
        codes: list[int] = []
        for first in range(0, len(questions), WINDOW):
            sent = [
                self._send("compareRequest", compare_operation(*question, True))
                for question in questions[first : first + WINDOW]
            ]
            codes += self._compared(sent)
        return codes

    def read(
        self, dns: Iterable[str], attributes: Sequence[str], window: int = WINDOW
    ) -> Iterator[dict[str, list[bytes]] | None]:
        """The attributes of each entry, in the order of the DNs; None: no such entry is seen.

        The DNs are taken as they are needed; until the last answer is given out, nothing else may
        be asked of this connection. Raises RefusedError.
        """
        names = Names(attributes)

        def requests() -> Iterator[Request]:
            for index, dn in enumerate(dns):
                number = self._number()
                data = read_request(number, dn, names.asked)
                yield Request(index=index, number=number, data=data, dn=dn)

        found: dict[int, dict[str, list[bytes]] | None] = {}
        first = 0
        for request, result, _ in self._pipelined(requests(), ber.SEARCH_DONE, window):
            if result.code != NO_SUCH_OBJECT:
                self._check(result, f"reading {request.dn}")
            entry = request.entry
            found[request.index] = self._decoded(ber.entry, entry, names)[1] if entry else None
            while first in found:
                yield found.pop(first)
                first += 1

    def modify(
        self, modifications: Iterable[Modification], window: int = WINDOW
    ) -> Iterator[Written]:
        """What the server answered to each modification, as it comes, in any order.

        Those of one DN are made in their order. They are taken as they are needed; until the last
        answer is given out, nothing else may be asked of this connection. Raises DirectoryError
        when it ends: what was given out holds, of the others it is not known.
        """
        known: dict[tuple[str, ...], Names] = {}
        asked: dict[int, Names] = {}

        def requests() -> Iterator[Request]:
            for index, wanted in enumerate(modifications):
                number = self._number()
                if wanted.read_back not in known:
                    known[wanted.read_back] = Names(wanted.read_back)
                asked[number] = known[wanted.read_back]
                data = modify_request(number, wanted)
                yield Request(index=index, number=number, data=data, dn=wanted.dn)

        for request, result, answer in self._pipelined(requests(), ber.MODIFY_RESPONSE, window):
            values = self._decoded(ber.post_read, answer, asked.pop(request.number))
            said = result.message or ", ".join(result.referrals)
            yield Written(index=request.index, code=result.code, message=said, values=values)

    def _pipelined(
        self, requests: Iterable[Request], answer: int, window: int
    ) -> Iterator[tuple[Request, ber.Result, ber.Message]]:
        wire = Wire(send=self._send_bytes, receive=self._next)
        try:
            yield from Pipeline(wire, requests, answer=answer, window=window).answers()
        except ber.MalformedError as error:
            raise self._nonsense(str(error)) from None

    def _number(self) -> int:
        number: int = self._connection.server.next_message_id()
        return number

    def _compared(self, sent: Sequence[int]) -> list[int]:
        """The codes of the requests sent; a server may answer them in any order."""
        answers: dict[int, int] = {}
        while len(answers) < len(sent):
            message = self._next(set(sent) - answers.keys())
            if message.tag != ber.COMPARE_RESPONSE:
                raise self._nonsense(f"an answer of kind 0x{message.tag:02x} to a compare")
            answers[message.id] = self._decoded(ber.result, message).code
        return [answers[number] for number in sent]

    def _open(self) -> Any:
        """An ldap3 connection that is bound."""
        connection = self._new_connection()
        doing = "connecting"
        try:
            connection.open(read_server_info=False)
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
                    f"{self.uri} refuses StartTLS with {name_of(error.result)}: give it a"
                    " certificate, or use ldaps://"
                )
            return self._refused(error.result, error.message or "", doing)
        if isinstance(error, (LDAPExceptionError, OSError)):
            return self._unreachable(self._tls.failure or error, doing)
        # ldap3's decoder raises whatever a wrong byte leads it to.
        return self._nonsense(f"an answer that ends in {type(error).__name__}")

    def _server(self) -> Any:
        address = self._access.address
        return ldap3.Server(
            self.uri if address.scheme == "ldapi" else f"{address.scheme}://{address.netloc}",
            get_info=ldap3.NONE,
            tls=self._tls,
            connect_timeout=self._access.connect_timeout,
        )

    def _search_request(
        self, base: str, ldap_filter: str, attributes: Sequence[str], scope: str
    ) -> Any:
        try:
            return search_operation(
                search_base=base,
                search_filter=ldap_filter,
                search_scope=scope,
                dereference_aliases=ldap3.DEREF_NEVER,
                attributes=list(attributes),
                size_limit=0,
                time_limit=0,
                types_only=False,
                auto_escape=True,
                auto_encode=True,
            )
        except (LDAPExceptionError, PyAsn1Error, ValueError) as error:
            raise DirectoryError(f"{ldap_filter} is no LDAP filter (RFC 4515): {error}") from None

    def _send(self, kind: str, request: Any, controls: Any = None) -> int:
        """Send a request; the number that its answers bear."""
        number = self._number()
        message = LDAPMessage()
        message["messageID"] = MessageID(number)
        message["protocolOp"] = ProtocolOp().setComponentByName(kind, request)
        if controls:
            message["controls"] = build_controls_list(controls)
        self._send_bytes(encoder.encode(message))
        return number

    def _send_bytes(self, data: bytes) -> None:
        try:
            self._connection.socket.sendall(data)
        except OSError as error:
            raise self._broken(error, "asking") from None

    def _answers(self, expected: int) -> Iterator[ber.Message]:
        """The entries in answer to a search request, and at last its SearchResultDone."""
        while True:
            message = self._next((expected,))
            if message.tag in (ber.SEARCH_ENTRY, ber.SEARCH_DONE):
                yield message
                if message.tag == ber.SEARCH_DONE:
                    return
            elif message.tag == ber.SEARCH_REFERENCE:
                self.references.extend(self._decoded(ber.references, message))
            elif message.tag != ber.INTERMEDIATE_RESPONSE:
                raise self._nonsense(f"an answer of kind 0x{message.tag:02x} to a search")

    def _receive(self) -> bytes:
        data: bytes = self._connection.socket.recv(_PIECE)
        return data

    def _next(self, expected: Collection[int]) -> ber.Message:
        """The next message, which has to bear one of those numbers."""
        try:
            message = next(self._messages)
        except ber.TruncatedError as error:
            raise self._ended(str(error)) from None
        except ber.MalformedError as error:
            raise self._nonsense(str(error)) from None
        except OSError as error:
            raise self._broken(error, "waiting for an answer") from None
        if message.id == 0:
            raise self._disconnected(message)
        if message.id not in expected:
            raise self._nonsense(f"an answer to request {message.id}, which was not asked")
        return message

    def _entries(self, page: Iterable[ber.Message], names: Names) -> Iterator[Entry]:
        try:
            for message in page:
                entry = ber.entry(message, names)
                yield whole(entry, self._part) if names.in_parts else entry
        except ber.MalformedError as error:
            raise self._nonsense(str(error)) from None

    def _part(self, dn: str, asked: str) -> dict[str, list[bytes]]:
        """A part of an attribute's values, by a connection of its own: this one may be reading."""
        if self._beside is None:
            self._beside = Directory(self._access)
        return self._beside._one(dn, asked)

    def _one(self, dn: str, asked: str) -> dict[str, list[bytes]]:
        request = self._search_request(dn, ANY, (asked,), BASE)
        *found, done = self._answers(self._send("searchRequest", request))
        self._check(self._decoded(ber.result, done), f"reading {asked} of {dn}")
        return self._decoded(ber.entry, found[0], Names((asked,)))[1] if found else {}

    def _decoded(self, decode: Any, message: ber.Message, *names: Names) -> Any:
        try:
            return decode(message, *names)
        except ber.MalformedError as error:
            raise self._nonsense(str(error)) from None

    def _check(self, result: ber.Result, doing: str) -> None:
        if result.code == SUCCESS:
            return
        elsewhere = f" It refers to {', '.join(result.referrals)}." if result.referrals else ""
        deepest = f" The deepest entry found is {result.matched_dn}." if result.matched_dn else ""
        raise self._refused(result.code, result.message, doing, elsewhere + deepest)

    def _refused(self, code: int, message: str, doing: str, more: str = "") -> RefusedError:
        said = f' "{message}"' if message else ""
        way = meaning(message) or way_out(code)
        advice = f"; {way}" if way else ""
        return RefusedError(
            f"{self.uri}: {doing} was answered with {name_of(code)}{said}{advice}.{more}", code
        )

    def _disconnected(self, message: ber.Message) -> DirectoryError:
        if self._decoded(ber.response_name, message) != _NOTICE_OF_DISCONNECTION:
            return self._nonsense("an unsolicited notification of an unknown kind")
        result = self._decoded(ber.result, message)
        return self._refused(result.code, result.message, "the connection, ended by the server,")

    def _nonsense(self, what: str) -> DirectoryError:
        return DirectoryError(
            f"{self.uri} sent {what}, which is no LDAP: check that server_uri names a directory"
            " server, and that nothing on the way changes what it sends."
        )

    def _ended(self, when: str) -> DirectoryError:
        return DirectoryError(
            f"{self.uri}: the connection ended {when}: the server, or something on the way"
            " to it, closed it. Look at the server's log and run it again."
        )

    def _broken(self, error: OSError, doing: str) -> DirectoryError:
        """The error for a connection that worked: port and scheme are right."""
        if isinstance(error, ConnectionError):
            return self._ended(f"while {doing}")
        return self._unreachable(error, doing)

    def _unreachable(self, error: Exception, doing: str) -> DirectoryError:
        return DirectoryError(f"{self.uri}: {doing} failed: {reason(error, self._access)}")


def _close(connection: Any) -> None:
    """Take leave of the server, if it is still there, and give the socket back in any case."""
    with suppress(LDAPExceptionError, OSError):
        connection.unbind()
    if connection.socket:
        connection.socket.close()


def _page(size: int, cookie: bytes = b"") -> list[Any]:
    """The paged results control, not critical: a server without it sends all at once."""
    return [paged_search_control(False, size, cookie)] if size else []


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
