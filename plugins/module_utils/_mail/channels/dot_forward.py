# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Local users' .forward files (local(8)), where Postfix's forward_path says they lie."""

from __future__ import annotations

import pwd
import re
from collections.abc import Iterator
from pathlib import Path

from ..channel import Channel
from ..mail_host import MailHost
from ..records import Record, problem
from ..routes import Routes

_NAME = "dot_forward"
# Both stand for nothing in mail without an extension; with one, for any.
_EXTENSION = re.compile(r"\$(?:\{extension\}|\(extension\)|extension\b)")
_DELIMITER = re.compile(
    r"\$(?:\{recipient_delimiter\}|\(recipient_delimiter\)|recipient_delimiter\b)"
)
_NAME_OF = re.compile(r"\$(?:\{(\w+)\}|\((\w+)\)|(\w+))")


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    templates = re.split(r"[\s,]+", host.postfix.raw("forward_path"))
    delimiters = host.postfix.raw("recipient_delimiter")
    routes = Routes(channel=_NAME, postfix=host.postfix)
    understood = []
    for template in filter(None, templates):
        if _path(template, user="", home="", domain="") is None:
            message = f"forward_path: {template} has a variable that is not understood"
            yield problem("forwards", message)
        else:
            understood.append(template)
    for user in pwd.getpwall():
        mail = host.address(user.pw_name)
        paths = [
            path
            for template in understood
            for path in _paths(template, user, mail.rpartition("@")[2], delimiters)
        ]
        for path in dict.fromkeys(paths):
            yield from routes.of_file(mail, path)


def _paths(template: str, user: pwd.struct_passwd, domain: str, delimiters: str) -> Iterator[Path]:
    """The files of one user that a template names."""
    path = _path(template, user=user.pw_name, home=user.pw_dir, domain=domain)
    if path and path.startswith("/"):
        yield from _files(path, delimiters)


def _path(template: str, *, user: str, home: str, domain: str) -> str | None:
    """The template for one user, with * in place of an extension; None: not understood."""
    values = {"user": user, "local": user, "home": home, "domain": domain}
    marked = _EXTENSION.sub("*", template)
    marked = _DELIMITER.sub("", marked)
    named = {next(filter(None, names)) for names in _NAME_OF.findall(marked)}
    if named - values.keys():
        return None
    return _NAME_OF.sub(lambda match: values[next(filter(None, match.groups()))], marked)


def _files(path: str, delimiters: str) -> Iterator[Path]:
    if "*" not in path:
        yield Path(path)
        return
    plain = Path(path.replace("*", ""))
    yield plain
    for delimiter in delimiters:
        yield from sorted(plain.parent.glob(f"{plain.name}{delimiter}*"))


DOT_FORWARD = Channel(name=_NAME, server="postfix", read=_read)
