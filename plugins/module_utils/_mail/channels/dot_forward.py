# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Local users' .forward files (local(8)), where Postfix's forward_path says they lie."""

from __future__ import annotations

import glob
import pwd
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..channel import Channel
from ..mail_host import MailHost
from ..records import Record, problem
from ..routes import Routes
from ..user_files import Owner

_NAME = "dot_forward"
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|\((\w+)\)|(\w+))")
_ANY = "\0"  # in place of an address extension


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    templates = [t for t in re.split(r"[\s,]+", host.postfix.raw("forward_path")) if t]
    delimiters = host.postfix.raw("recipient_delimiter")
    routes = Routes(channel=_NAME, postfix=host.postfix)
    for template in templates:
        if not is_understood(template):
            message = f"forward_path: {template} has a variable that is not understood"
            yield problem("forwards", message)
    for user in pwd.getpwall():
        mail = host.address(user.pw_name)
        domain = mail.rpartition("@")[2]
        paths = [p for t in templates for p in files_of(t, user, domain, delimiters)]
        for path in dict.fromkeys(paths):
            yield from routes.of_file(mail, path, Owner(uid=user.pw_uid, gid=user.pw_gid))


def is_understood(template: str) -> bool:
    """Whether each variable of a path in forward_path is one that is known here."""
    return "$" not in _expand(template, {"user": "", "local": "", "home": "", "domain": ""})


def files_of(
    template: str, user: pwd.struct_passwd, domain: str, delimiters: str
) -> Iterator[Path]:
    """The files of one user that a path of forward_path names, with every extension there is."""
    name = user.pw_name
    values = {"user": name, "local": name, "home": user.pw_dir, "domain": domain}
    path = _expand(template, values)
    if "$" in path or not path.startswith("/"):
        return
    plain, _, rest = path.partition(_ANY)
    yield Path(plain + rest)
    if _ANY in path:
        for delimiter in delimiters:
            pattern = f"{glob.escape(plain + delimiter)}*{glob.escape(rest)}"
            yield from map(Path, sorted(glob.glob(pattern)))


def _expand(template: str, values: Mapping[str, str]) -> str:
    """The template with the variables that are known. A delimiter goes with its extension."""
    known = {**values, "recipient_delimiter": "", "extension": _ANY}

    def value(match: re.Match[str]) -> str:
        return known.get(match[1] or match[2] or match[3], match[0])

    return _VARIABLE.sub(value, template)


DOT_FORWARD = Channel(name=_NAME, read=_read)
