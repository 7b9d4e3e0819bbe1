# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a server, host or workstation is called in a run folder."""

from __future__ import annotations

from .._core.errors import MailboxError

OPTION = "option name (in the roles the host's name in the inventory)"


def snapshot_name(name: str, option: str = OPTION) -> str:
    """The name, which becomes part of file names. Raises MailboxError."""
    if "/" in name or name.startswith(".") or not name.isprintable():
        raise MailboxError(
            f"{option}: {name!r} cannot be part of a file name: leave out slashes, signs that"
            " cannot be seen, and a dot at its beginning"
        )
    return name
