# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The listener of redirected mail, asked what it takes. No message is sent."""

from __future__ import annotations

import smtplib
import socket
import time
from contextlib import suppress

from .._core.errors import MailHostError
from .redirect_block import HOST, REFUSAL, RedirectBlock

_NAME = "localhost"  # EHLO; the host's own would be looked up


def is_free(port: int) -> bool:
    """Whether a server can listen there: Postfix ends, with all its services, where it cannot."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def require_in_force(block: RedirectBlock, *, within: float) -> None:
    """Ask until the listener answers as it must. Raises MailHostError after so many seconds.

    For a moment after a reload it is not there yet, or there as it was before.
    """
    deadline = time.monotonic() + within
    while problem := _problem(block):
        if time.monotonic() > deadline:
            raise MailHostError(problem)
        time.sleep(0.1)


def _problem(block: RedirectBlock) -> str:
    for sender, recipient, is_refused in block.probes():
        try:
            answer = _answer(block.port, sender, recipient)
        except smtplib.SMTPResponseException as error:
            answer = _told(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            return f"Postfix does not serve {block.listener}: {error}"
        if (REFUSAL in answer) != is_refused:
            return (
                f"Postfix says at {block.listener} of mail from <{sender}> to <{recipient}>:"
                f" {answer}; see what else its main.cf says of smtpd"
            )
    return ""


def _answer(port: int, sender: str, recipient: str) -> str:
    """What is said to the recipient, or else to the sender."""
    with smtplib.SMTP(HOST, port, local_hostname=_NAME, timeout=10) as client:
        client.ehlo()
        status, said = client.mail(sender)
        if status < 400:
            status, said = client.rcpt(recipient)
        with suppress(smtplib.SMTPException):
            client.rset()
    return _told(status, said)


def _told(status: int, said: bytes | str) -> str:
    text = said if isinstance(said, str) else said.decode("ascii", "replace")
    return f"{status} {text}"
