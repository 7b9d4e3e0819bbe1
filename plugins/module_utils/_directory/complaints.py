# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What goes wrong between us and a directory server: errors that name it, and a way out."""

from __future__ import annotations

from .._core.errors import DirectoryError
from . import answers, ber
from .access import Access
from .result_codes import SUCCESS, name_of, way_out
from .sign_in_refusals import meaning
from .unreachable import reason

_NOTICE_OF_DISCONNECTION = "1.3.6.1.4.1.1466.20036"  # RFC 4511, 4.4.1


class RefusedError(DirectoryError):
    """The server answered with a result code that is not success."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Complaints:
    """Of one server."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def check(self, result: answers.Result, doing: str) -> None:
        """Raise what a result comes to that is not success."""
        if result.code == SUCCESS:
            return
        elsewhere = f" It refers to {', '.join(result.referrals)}." if result.referrals else ""
        deepest = f" The deepest entry found is {result.matched_dn}." if result.matched_dn else ""
        raise self.refused(result.code, result.message, doing, elsewhere + deepest)

    def refused(self, code: int, message: str, doing: str, more: str = "") -> RefusedError:
        """It answered with this code."""
        said = f' "{" ".join(message.split())}"' if message else ""  # Samba's have line ends
        way = meaning(message) or way_out(code)
        advice = f"; {way}" if way else ""
        return RefusedError(
            f"{self._access.uri}: {doing} was answered with {name_of(code)}{said}{advice}.{more}",
            code,
        )

    def heed(self, notification: ber.Message) -> None:
        """It said something without being asked: raise what ends the connection, pass over all
        else (RFC 4511, 4.4). Raises MalformedError, too."""
        if notification.tag != ber.EXTENDED_RESPONSE:
            raise self.nonsense("an answer to request 0, which was not asked")
        if answers.response_name(notification) == _NOTICE_OF_DISCONNECTION:
            result = answers.result(notification)
            raise self.refused(result.code, result.message, "the connection, ended by the server,")

    def nonsense(self, what: str) -> DirectoryError:
        """It, or something on the way, sent what cannot be."""
        return DirectoryError(
            f"{self._access.uri} sent {what}, which is no LDAP: check that server_uri names a"
            " directory server, and that nothing on the way changes what it sends."
        )

    def ended(self, when: str) -> DirectoryError:
        """The connection is no more."""
        return DirectoryError(
            f"{self._access.uri}: the connection ended {when}: the server, or something on the way"
            " to it, closed it. Look at the server's log and run it again. 389-DS closes it when"
            " the time limit of a search in pages is over (nsTimeLimit of the account that binds)."
        )

    def broken(self, error: OSError, doing: str) -> DirectoryError:
        """The connection worked before: port and scheme are right."""
        if isinstance(error, ConnectionError):
            return self.ended(f"while {doing}")
        return self.unreachable(error, doing)

    def unreachable(self, error: Exception, doing: str) -> DirectoryError:
        """It could not be asked."""
        return DirectoryError(f"{self._access.uri}: {doing} failed: {reason(error, self._access)}")
