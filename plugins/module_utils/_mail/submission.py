# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sending mail through a mail server, one connection for all (RFC 5321, RFC 6409)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from .._core.errors import MailHostError

PORTS = {"starttls": 587, "always": 465, "never": 25}
_CLOSING = 421  # the server ends the connection (RFC 5321, 3.8)


class RefusedError(Exception):
    """The server does not take this mail, for sure; the text is its answer."""


class LostError(Exception):
    """The connection broke; the text says how."""


@dataclass(frozen=True, kw_only=True)
class Relay:
    """A mail server that sends on what it is given, and how to talk to it."""

    host: str
    port: int
    secure: str  # a key of PORTS
    username: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    timeout: float = 20  # seconds to wait for an answer
    ehlohost: str | None = None

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"


class Submission:
    """A connection to a mail server; it is made anew once when the server ends it between mails."""

    def __init__(self, relay: Relay) -> None:
        """Raises MailHostError when nothing can be sent by this server."""
        self._relay = relay
        self._client = _connected(relay)

    def close(self) -> None:
        """Take leave, if the server is still there."""
        with suppress(smtplib.SMTPException, OSError):
            self._client.quit()

    @property
    def takes_unicode(self) -> bool:
        """Whether addresses may have other letters than those of ASCII (RFC 6531)."""
        return self._client.has_extn("smtputf8")

    def send(
        self, sender: str, recipient: str, mail: bytes, about_to_send: Callable[[], object]
    ) -> str:
        """Hand one mail in; gives the server's answer.

        `about_to_send` is called when all that is left is the text of the mail. Raises RefusedError
        when the server took it for sure not, LostError when that is not known, and
        MailHostError when there is no use in going on; the last never after `about_to_send`.
        """
        try:
            self._address(sender, recipient)
        except LostError:  # many servers take only so many mails in one connection
            self.close()
            self._client = _connected(self._relay)
            try:
                self._address(sender, recipient)
            except LostError as error:
                raise MailHostError(f"{self._relay} ends the connection: {error}") from error
        about_to_send()
        try:
            code, answer = self._client.data(mail)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, _bytes(error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self._client.close()
            raise LostError(str(error)) from error
        if code != 250:
            self._reset()
            raise RefusedError(_answer(code, answer))
        return _answer(code, answer)

    def _address(self, sender: str, recipient: str) -> None:
        options = ["SMTPUTF8", "BODY=8BITMIME"] if not recipient.isascii() else []
        try:
            code, answer = self._client.mail(sender, options)
            if code == 250:
                code, answer = self._client.rcpt(recipient)
                if code not in (250, 251, _CLOSING):
                    self._reset()
                    raise RefusedError(_answer(code, answer))
            elif code != _CLOSING:
                raise MailHostError(
                    f"{self._relay} takes no mail from {sender}: {_answer(code, answer)}. Check"
                    " sender, and username where the server asks who is there"
                )
        except (smtplib.SMTPException, OSError) as error:
            raise LostError(str(error)) from error
        if code == _CLOSING:
            raise LostError(_answer(code, answer))

    def _reset(self) -> None:
        with suppress(smtplib.SMTPException, OSError):  # the next mail will notice
            self._client.rset()


def _connected(relay: Relay) -> smtplib.SMTP:
    try:
        client = _opened(relay)
        try:
            client.ehlo_or_helo_if_needed()
            if relay.secure == "starttls":
                client.starttls(context=relay.context)
                client.ehlo()
            if relay.username:
                client.login(relay.username, relay.password)
        except BaseException:
            client.close()
            raise
    except smtplib.SMTPAuthenticationError as error:
        answer = _answer(error.smtp_code, _bytes(error.smtp_error))
        raise MailHostError(
            f"{relay} refuses username {relay.username} with this password: {answer}"
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise MailHostError(f"{relay} cannot do it: {error} Check port, secure, username") from None
    except ssl.SSLCertVerificationError as error:
        raise MailHostError(
            f"the certificate of {relay} cannot be trusted: {error.verify_message}. Check host and"
            " ca_path"
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailHostError(
            f"cannot send by {relay}: {getattr(error, 'strerror', None) or error}. Check host, port"
            " and secure, and whether the mail server runs"
        ) from error
    return client


def _opened(relay: Relay) -> smtplib.SMTP:
    if relay.secure == "always":
        return smtplib.SMTP_SSL(
            relay.host,
            relay.port,
            local_hostname=relay.ehlohost,
            timeout=relay.timeout,
            context=relay.context,
        )
    return smtplib.SMTP(
        relay.host, relay.port, local_hostname=relay.ehlohost, timeout=relay.timeout
    )


def _answer(code: int, text: bytes) -> str:
    """The server's answer on one line."""
    return f"{code} {' '.join(text.decode('utf-8', 'replace').split())}"


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
