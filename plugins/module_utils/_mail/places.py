# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Where a mail host keeps forwards that can be taken away: files, scripts, rows of tables.

To add a channel that can be written: a line in place_of(), and its place where none fits.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .._core.errors import MailHostError
from .._core.plan import Change
from .._core.step import ACTIVE, CONTENT, LINE, ROW, Values
from .file_text import bytes_of, text_of
from .lookup_table import Table
from .mail_host import MailHost
from .place import Place
from .postfix import Postfix
from .scripts import DoveadmScripts, ScriptPlace
from .sieve.edit import CannotEditError, without
from .sieve.grammar import SieveError
from .sieve_storage import SUFFIX, StoredScript, compiled, scripts_in
from .target_lists import (
    NotEditableError,
    list_without,
    row_of,
    row_without,
    value_of,
    with_row,
)
from .targets import targets
from .user_files import (
    ChangedSinceError,
    Owner,
    check_replaceable,
    clear_part,
    read_regular,
    replace_link,
    replace_regular,
    target_of,
)

_SPARES_ITS_ADDRESS = frozenset({"recipient_bcc", "sender_bcc"})  # mail arrives without the row
_HAS_ONE_TARGET = _SPARES_ITS_ADDRESS | {"canonical"}  # whatever stands between commas
_MOST_ROWS = 256 << 20  # bytes of a table's text
_UNREADABLE = "\N{REPLACEMENT CHARACTER}".encode()  # what doveadm's answer has for other bytes

Unwanted = Callable[[str], bool]  # of an address, in lower case


class ForwardPlace(Place, Protocol):
    """A place that forwards mail. Raises NotEditableError as well."""

    def without(self, values: Values, is_unwanted: Unwanted) -> Values:
        """What is to stand there once the unwanted targets are gone."""


def place_of(host: MailHost, change: Change) -> ForwardPlace:
    """The place of a change. Raises MailHostError for one that is none of this host's."""
    target, channel = change.target, change.channel
    if channel == "sieve" and host.dovecot:
        if target.startswith("/"):
            return SieveFile(Path(target), host)
        user, _, name = target.removeprefix("sieve:").rpartition("/")
        return StoredSieve(DoveadmScripts(host.dovecot, user), name)
    if channel == "sieve" or not host.postfix:
        raise MailHostError(f"{target} cannot be written here: {channel} needs its own server")
    if target.startswith("/"):
        return TargetFile(Path(target), host.postfix, may_end_empty=channel == "dot_forward")
    table, _, key = target.partition(" ")
    kind, _, name = table.partition(":")
    if not (name.startswith("/") and key):
        raise MailHostError(f"{target} is no place that {channel} is read from. Audit again")
    return TableRow(
        host=host,
        postfix=host.postfix,
        table=Table(type=kind, name=name),
        key=key,
        channel=channel,
    )


@dataclass(frozen=True)
class _File:
    """A file that its folder's owner may write."""

    path: Path

    def read(self) -> Values:
        try:
            with Owner.of(self.path.parent).rights():
                check_replaceable(self.path)
                return {CONTENT: [read_regular(self.path)]}
        except FileNotFoundError:
            return {}

    def write(self, before: Values, after: Values) -> None:
        with Owner.of(self.path.parent).rights():
            replace_regular(self.path, before[CONTENT][0], after[CONTENT][0])

    def finish(self) -> None:
        """Nothing: who reads the file reads it anew."""

    def clear(self) -> None:
        clear_part(self.path)


@dataclass(frozen=True)
class SieveFile(_File):
    """A Sieve script in its file, and the link to the one of its user that is active."""

    host: MailHost

    def read(self) -> Values:
        """The script, and where the link leads; nothing for no link."""
        values = super().read()
        link = self.host.active_links.get(self.path.parent)
        return {**values, ACTIVE: target_of(link) if link else []} if values else {}

    def without(self, values: Values, is_unwanted: Unwanted) -> Values:
        return {CONTENT: [_script_without(values[CONTENT][0], is_unwanted)]}

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(SUFFIX)

    @property
    def switch(self) -> object:
        """The same for all scripts that are switched off by the same write."""
        return self.path.parent

    def scripts(self) -> list[StoredScript]:
        """All scripts of its user."""
        return scripts_in(self.path.parent, self.host.active_links[self.path.parent])

    def deactivated(self, values: Values) -> Values:
        """What is to stand there so that no script is active. Raises NotEditableError."""
        link = self.host.active_links.get(self.path.parent)
        if link is None or (not values[ACTIVE] and os.path.lexists(link)):
            raise NotEditableError("what is active is no link to a stored script")
        return {**values, ACTIVE: []}

    def write(self, before: Values, after: Values) -> None:
        if after[CONTENT] != before[CONTENT]:
            super().write(before, after)
        elif super().read().get(CONTENT) != before[CONTENT]:
            raise ChangedSinceError
        if ACTIVE in after:
            link = self.host.active_links[self.path.parent]
            with Owner.of(link.parent).rights():
                replace_link(link, before[ACTIVE], after[ACTIVE])

    def finish(self) -> None:
        """Delete what Dovecot compiled of the script: by the file's time it may pass for new."""
        link = self.host.active_links.get(self.path.parent)
        for path in (self.path, link) if link else (self.path,):
            with Owner.of(path.parent).rights():
                compiled(path).unlink(missing_ok=True)


@dataclass(frozen=True)
class TargetFile(_File):
    """A .forward file, or a list that :include: names."""

    postfix: Postfix
    may_end_empty: bool

    def without(self, values: Values, is_unwanted: Unwanted) -> Values:
        text = text_of(values[CONTENT][0])
        left = list_without(text, lambda value: is_unwanted(self.postfix.complete(value).lower()))
        if left != text and not left.strip() and not self.may_end_empty:
            raise NotEditableError("nobody would be left on the list: name who gets the mail")
        return {CONTENT: [bytes_of(left)]}


@dataclass(frozen=True)
class StoredSieve(ScriptPlace):
    """A Sieve script that only doveadm can reach."""

    def without(self, values: Values, is_unwanted: Unwanted) -> Values:
        if any(_UNREADABLE in text for text in values[CONTENT]):
            raise NotEditableError("it holds what is no text in UTF-8")
        return {**values, CONTENT: [_script_without(text, is_unwanted) for text in values[CONTENT]]}

    @property
    def switch(self) -> object:
        """The same for all scripts that are switched off by the same write."""
        return self.store

    def scripts(self) -> list[StoredScript]:
        """All scripts of its user. Raises MailHostError."""
        return [
            StoredScript(name=name, active=is_active, text=self.store.get(name) or b"")
            for name, is_active in self.store.scripts().items()
        ]

    def deactivated(self, values: Values) -> Values:
        """What is to stand there so that no script is active."""
        return {**values, ACTIVE: []}


@dataclass(frozen=True)
class TableRow:
    """The row of a key in the text that a table is made from."""

    host: MailHost
    postfix: Postfix
    table: Table
    key: str
    channel: str

    def read(self) -> Values:
        text = self._read()
        row = row_of(text, self.key, colon=self._is_alias)
        if row is None:
            return {ROW: []}
        return {ROW: [bytes_of(text[row.start : row.end])], LINE: [str(row.number).encode()]}

    def without(self, values: Values, is_unwanted: Unwanted) -> Values:
        if not values[ROW]:
            return values
        address = self.host.address(self.key)

        def unwanted(value: str) -> bool:
            return is_unwanted(self.postfix.complete_for(address, value).lower())

        row = text_of(values[ROW][0])
        is_single = self.channel in _HAS_ONE_TARGET
        left = row_without(row, unwanted, colon=self._is_alias, is_single=is_single)
        if not left and not self._has_a_mailbox(address):
            raise NotEditableError(f"nobody would be left to get the mail to {address}: name one")
        return {ROW: [bytes_of(left)] if left else [], LINE: values[LINE]}

    def write(self, before: Values, after: Values) -> None:
        text = self._read()
        row = row_of(text, self.key, colon=self._is_alias)
        old, new = (text_of(b"".join(values[ROW])) for values in (before, after))
        if (text[row.start : row.end] if row else "") != old:
            raise ChangedSinceError
        if row:
            written = text[: row.start] + new + text[row.end :]
        else:
            written = with_row(text, new, int(after[LINE][0])) if new else text
        path = Path(os.path.realpath(self.table.name))
        with Owner.of(path.parent).rights():
            replace_regular(path, bytes_of(text), bytes_of(written))

    def finish(self) -> None:
        """Have Postfix's table be what the text says."""
        self.postfix.make_table(self.table, aliases=self._is_alias)
        if not self.is_in_force():
            raise MailHostError(f"Postfix does not see what {self.table.name} says: see its log")

    def clear(self) -> None:
        clear_part(Path(os.path.realpath(self.table.name)))

    def is_in_force(self) -> bool:
        """Whether Postfix finds in the table what the text says."""
        row = "".join(map(text_of, self.read()[ROW]))
        said = value_of(row, colon=self._is_alias)
        found = dict(self.postfix.answers(self.table, [self.key])).get(self.key, "")
        return list(targets(said)) == list(targets(found))

    @property
    def _is_alias(self) -> bool:
        return self.channel == "alias"

    def _has_a_mailbox(self, address: str) -> bool:
        """Whether mail that no row sends on arrives somewhere."""
        return self.channel in _SPARES_ITS_ADDRESS or address in self.host.mailboxes

    def _read(self) -> str:
        return text_of(read_regular(self.table.name, most=_MOST_ROWS))


def _script_without(script: bytes, is_unwanted: Unwanted) -> bytes:
    try:
        return without(script, lambda redirect: is_unwanted(redirect.address.lower()))
    except (SieveError, CannotEditError) as error:
        raise NotEditableError(str(error)) from error
