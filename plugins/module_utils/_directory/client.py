# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""An open connection to a directory server, and what is asked by it.

opening.py connects and binds, by ldap3. All that the server sends after that is decoded straight
from the socket, by ber.py, entries.py and answers.py: ldap3 is slow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TypeVar

from .._core.errors import DirectoryError
from . import answers, ber, requests
from .access import Access
from .complaints import Complaints
from .entries import Names, entry
from .filters import encoded
from .opening import Opened
from .pipeline import WINDOW, Pipeline, Request, Wire, Written
from .ranges import whole
from .requests import Control, Modification, modify_request, read_request
from .result_codes import NO_SUCH_OBJECT, SUCCESS

BASE, SUBTREE = requests.BASE, requests.SUBTREE
ANY = "(objectClass=*)"
_PIECE = 1 << 18  # bytes asked from the socket at once

Entry = tuple[bytes, dict[str, list[bytes]]]  # DN, and values by the names that were asked for
_Piece = tuple[bytes, Sequence[tuple[int, int]]]  # a buffer, and where entries lie in it
_T = TypeVar("_T")


class Directory:
    """An open connection; a context manager that closes it."""

    def __init__(self, access: Access) -> None:
        """Connect, protect and bind. Raises DirectoryError."""
        self.uri = access.uri
        self.references: list[str] = []  # URIs of parts that the server holds elsewhere
        self._access = access
        self._complaints = Complaints(access)
        self._beside: Directory | None = None  # to the same server, while this one reads
        self._left: set[int] = set()  # requests whose answers nobody waits for any more
        self._connection = Opened(access)
        self._stream = ber.Stream(self._receive)

    def __enter__(self) -> Directory:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._beside:
            self._beside._connection.close()
        self._connection.close()

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

        The next page is asked for before the last one is given out, so that both sides work. Until
        the last entry is given out, nothing else may be asked of this connection, unless the
        iterator is closed: then the server is told to stop.
        """
        names = Names(attributes)
        request = requests.search(base, scope, encoded(ldap_filter), attributes)
        number = self._ask(request, [*controls, *_page(page_size)])
        try:
            while True:
                page: list[_Piece] = []
                held = 0
                for piece in self._pieces(number):
                    if isinstance(piece, answers.Result):
                        result = piece
                        break
                    page.append(piece)
                    held += len(piece[1])
                    if held > page_size:  # no pages, or not heeded: hold nothing back
                        yield from self._entries(page, names)
                        page.clear()
                more = result.code == SUCCESS and result.cookie
                number = self._ask(request, [*controls, *_page(page_size, more)]) if more else 0
                yield from self._entries(page, names)
                if not more:
                    self._complaints.check(result, f"reading {base or 'the root DSE'}")
                    return
        except GeneratorExit:
            self._abandon(number)
            raise

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
        wanted = requests.search(base, scope, encoded(ldap_filter), attributes)
        number = self._ask(wanted, [control])
        tag = 0
        try:
            while tag != ber.SEARCH_DONE:
                message = self._next((number,))
                tag = message.tag
                if tag == ber.SEARCH_REFERENCE:
                    self.references.extend(self._decoded(answers.references, message))
                    continue
                if tag == ber.SEARCH_DONE:
                    result = self._decoded(answers.result, message)
                    self._complaints.check(result, f"asking for changes of {base}")
                yield message
        except GeneratorExit:
            if tag != ber.SEARCH_DONE:
                self._abandon(number)
            raise

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
        identity = self.identity()
        return identity[3:] if identity.startswith("dn:") else self._access.bind_dn

    def identity(self) -> str:
        """As whom we are bound in the server's words, "dn:..." or "u:..." (RFC 4532).

        "": as nobody, or it does not tell. Raises DirectoryError.
        """
        message = self._next((self._ask(requests.who_am_i()),))
        if message.tag != ber.EXTENDED_RESPONSE:
            raise self._unexpected(message, "Who am I")
        return self._decoded(answers.response_value, message).decode("utf-8", "backslashreplace")

    def compare(self, questions: Sequence[tuple[bytes, str, str]]) -> list[int]:
        """The result codes of compare requests (DN, attribute, value), in their order."""
        codes: list[int] = []
        for first in range(0, len(questions), WINDOW):
            asked = questions[first : first + WINDOW]
            codes += self._compared([self._ask(requests.compare(*question)) for question in asked])
        return codes

    def read(
        self,
        dns: Iterable[str],
        attributes: Sequence[str],
        window: int = WINDOW,
        *,
        ldap_filter: str = ANY,
    ) -> Iterator[dict[str, list[bytes]] | None]:
        """The attributes of each entry, in the order of the DNs; None: no such entry is seen, or
        the filter leaves it out.

        The DNs are taken as they are needed; until the last answer is given out, nothing else may
        be asked of this connection. Raises RefusedError.
        """
        names = Names(attributes)
        for found in self._read(dns, names, window, encoded(ldap_filter)):
            if found is None:
                yield None
                continue
            dn_and_values = self._decoded(whole, found, self._part) if names.in_parts else found
            yield dn_and_values[1]

    def _read(
        self, dns: Iterable[str], names: Names, window: int, sent: bytes
    ) -> Iterator[Entry | None]:
        """Each entry as it came: an attribute may have a part of its values."""

        def requests() -> Iterator[Request]:
            for index, dn in enumerate(dns):
                number = self._connection.number()
                data = read_request(number, dn, names.asked, sent)
                yield Request(index=index, number=number, data=data, dn=dn)

        found: dict[int, Entry | None] = {}
        first = 0
        for request, result, _ in self._pipelined(requests(), ber.SEARCH_DONE, window):
            if result.code != NO_SUCH_OBJECT:
                self._complaints.check(result, f"reading {request.dn}")
            found[request.index] = self._entry(request.entry, names) if request.entry else None
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
                number = self._connection.number()
                if wanted.read_back not in known:
                    known[wanted.read_back] = Names(wanted.read_back)
                asked[number] = known[wanted.read_back]
                data = modify_request(number, wanted)
                yield Request(index=index, number=number, data=data, dn=wanted.dn)

        for request, result, answer in self._pipelined(requests(), ber.MODIFY_RESPONSE, window):
            values = self._decoded(answers.post_read, answer, asked.pop(request.number))
            said = result.message or ", ".join(result.referrals)
            yield Written(index=request.index, code=result.code, message=said, values=values)

    def _pipelined(
        self, requests: Iterable[Request], answer: int, window: int
    ) -> Iterator[tuple[Request, answers.Result, ber.Message]]:
        wire = Wire(send=self._send, receive=self._next)
        pipeline = Pipeline(wire, requests, answer=answer, window=window)
        try:
            yield from pipeline.answers()
        except ber.MalformedError as error:
            raise self._complaints.nonsense(str(error)) from None
        finally:
            self._left.update(pipeline.unanswered)

    def _compared(self, sent: Sequence[int]) -> list[int]:
        """The codes of the requests sent; a server may answer them in any order."""
        codes: dict[int, int] = {}
        while len(codes) < len(sent):
            message = self._next(set(sent) - codes.keys())
            if message.tag != ber.COMPARE_RESPONSE:
                raise self._unexpected(message, "a compare")
            codes[message.id] = self._decoded(answers.result, message).code
        return [codes[number] for number in sent]

    def _ask(self, operation: bytes, controls: Sequence[Control] = ()) -> int:
        """Send a request; the number that its answers bear."""
        number = self._connection.number()
        self._send(requests.message(number, operation, controls))
        return number

    def _send(self, data: bytes) -> None:
        try:
            self._connection.socket.sendall(data)
        except OSError as error:
            raise self._complaints.broken(error, "asking") from None

    def _abandon(self, number: int) -> None:
        """Tell the server that no more answers to a search are wanted; those on the way come."""
        if number:
            self._left.add(number)
            with suppress(DirectoryError):  # whoever asks next is told that it ended
                self._ask(requests.abandon(number))

    def _pieces(self, number: int) -> Iterator[_Piece | answers.Result]:
        """The entries in answer to a search, and at last its result."""
        while True:
            buffer, places = self._arrived(lambda: self._stream.entries(number))
            if places:
                yield buffer, places
                continue
            message = self._next((number,))
            if message.tag == ber.SEARCH_DONE:
                yield self._decoded(answers.result, message)
                return
            if message.tag == ber.SEARCH_ENTRY:  # its number is written in another way
                yield message.buffer, ((message.start, message.end),)
            elif message.tag == ber.SEARCH_REFERENCE:
                self.references.extend(self._decoded(answers.references, message))
            elif message.tag != ber.INTERMEDIATE_RESPONSE:
                raise self._unexpected(message, "a search")

    def _receive(self) -> bytes:
        return self._connection.socket.recv(_PIECE)

    def _next(self, expected: Collection[int]) -> ber.Message:
        """The next message, which has to bear one of those numbers."""
        while True:
            message = self._arrived(self._stream.message)
            if message.id in expected:
                return message
            if message.id == 0:
                self._decoded(self._complaints.heed, message)
            elif message.id not in self._left:
                raise self._complaints.nonsense(
                    f"an answer to request {message.id}, which was not asked"
                )
            elif message.tag not in ber.NOT_THE_LAST:
                self._left.remove(message.id)

    def _arrived(self, take: Callable[[], _T]) -> _T:
        """What is taken from the stream; so long as a message takes, and no longer."""
        self._connection.socket.answer_begins()
        try:
            return take()
        except ber.TruncatedError as error:
            raise self._complaints.ended(str(error)) from None
        except ber.MalformedError as error:
            raise self._complaints.nonsense(str(error)) from None
        except OSError as error:
            raise self._complaints.broken(error, "waiting for an answer") from None

    def _entries(self, page: Iterable[_Piece], names: Names) -> Iterator[Entry]:
        decode = entry
        try:
            for buffer, places in page:
                for start, end in places:
                    found = decode(buffer, start, end, names)
                    yield whole(found, self._part) if names.in_parts else found
        except ber.MalformedError as error:
            raise self._complaints.nonsense(str(error)) from None

    def _entry(self, message: ber.Message, names: Names) -> Entry:
        return self._decoded(entry, message.buffer, message.start, message.end, names)

    def _part(self, dn: str, asked: str) -> dict[str, list[bytes]]:
        """A part of an attribute's values, by a connection of its own: this one may be reading."""
        if self._beside is None:
            self._beside = Directory(self._access)
        (found,) = self._beside._read((dn,), Names((asked,)), 1, encoded(ANY))
        if found is None:
            raise self._complaints.refused(NO_SUCH_OBJECT, "", f"reading the rest of {dn}")
        return found[1]

    def _decoded(self, decode: Callable[..., _T], *what: object) -> _T:
        try:
            return decode(*what)
        except ber.MalformedError as error:
            raise self._complaints.nonsense(str(error)) from None

    def _unexpected(self, message: ber.Message, question: str) -> DirectoryError:
        return self._complaints.nonsense(f"an answer of kind 0x{message.tag:02x} to {question}")


def _page(size: int, cookie: bytes = b"") -> list[Control]:
    return [requests.paged(size, cookie)] if size else []
