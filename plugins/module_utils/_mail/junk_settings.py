# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What Dovecot 2.3 and 2.4 do with junk, by their settings: folders, learning, quotas.

The two write the same things in different ways. Both are read into one form, which the audit judges
and the role writes what is missing of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from .._core.spam_handling import USES, SeenFolder, SeenSpamHandling
from .command import is_installed
from .dovecot import Dovecot
from .settings import Block

FILTERS = {"rspamd": "rspamc", "SpamAssassin": "sa-learn"}  # what learns for it
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_INTERVAL = re.compile(r"(\d+)\s*([a-z]*)")
_PERCENT = re.compile(r"storage=(\d+)%%?\s")
_ANY = ("", "*")


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """A namespace of the user's own mail; the name is "" where it has none."""

    name: str
    prefix: str  # of the names of its folders


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder that the settings name."""

    name: str  # without the namespace's prefix
    uses: tuple[str, ...]  # of USES
    seconds: int  # after which messages are deleted; 0: never
    scripts: tuple[str, ...]  # of the administrator, for what is copied there
    in_namespace: bool = True  # Dovecot 2.4 can have the folder by itself


@dataclass(frozen=True, kw_only=True)
class Root:
    """A quota; `warnings` are percents of it."""

    name: str
    warnings: tuple[int, ...]
    prefix: str = ""  # of its settings in 2.3, as "quota2"


@dataclass(frozen=True, kw_only=True)
class Junk:
    """What a Dovecot's configuration says of all that."""

    is_old: bool  # 2.3
    inbox: Namespace | None  # None: none is configured, so there is Dovecot's own
    folders: tuple[Folder, ...]
    plugin: Mapping[str, str]  # 2.3: what plugin {} says
    loads_imap_sieve: bool  # in IMAP
    runs_scripts: bool  # and Sieve knows what it is for
    pipe_folder: str  # where programs that scripts may run are
    roots: tuple[Root, ...]

    @property
    def prefix(self) -> str:
        """What IMAP puts before a folder's name."""
        return self.inbox.prefix if self.inbox else ""

    def seen(self) -> SeenSpamHandling:
        """What the audit judges."""
        return SeenSpamHandling(
            folders=tuple(
                SeenFolder(
                    name=f"{self.prefix}{folder.name}",
                    use=use,
                    seconds=folder.seconds,
                    learns=self.learns(folder) if use == "junk" else False,
                )
                for folder in self.folders
                for use in folder.uses
            ),
            filters=installed_filters(),
            quotas=tuple(root.name for root in self.roots),
            warnings=tuple(percent for root in self.roots for percent in root.warnings),
        )

    def learns(self, folder: Folder) -> bool:
        """Whether a script that is there gets what is moved into the folder."""
        return self.runs_scripts and any(Path(path).exists() for path in folder.scripts)


def installed_filters() -> tuple[str, ...]:
    """The spam filters whose learning program is on this host."""
    return tuple(name for name, program in FILTERS.items() if is_installed(program))


def read_junk(dovecot: Dovecot) -> Junk:
    """What the configuration says. Raises MailHostError."""
    plugins = dovecot.plugins("imap")
    if dovecot.version().startswith("2.3."):
        return of_old(dovecot.settings("namespace", "plugin"), plugins)
    return of_new(dovecot.settings(), plugins)


# --- Dovecot 2.3


def of_old(printed: Block, plugins: frozenset[str]) -> Junk:
    """By what doveconf of 2.3 prints, and the plugins that IMAP has."""
    plugin = next((block.values for block in printed.of_kind("plugin")), {})
    inbox = _inbox(printed)
    prefix = unquoted(inbox.values.get("prefix", "")) if inbox else ""
    rules = list(_rules(plugin))
    folders = tuple(
        _folder(block, _scripts_for(f"{prefix}{unquoted(block.name)}", rules))
        for block in (inbox.of_kind("mailbox") if inbox else ())
    )
    sieve_plugins = plugin.get("sieve_plugins", "").split()
    return Junk(
        is_old=True,
        inbox=Namespace(name=unquoted(inbox.name), prefix=prefix) if inbox else None,
        folders=folders,
        plugin=plugin,
        loads_imap_sieve="imap_sieve" in plugins,
        runs_scripts="imap_sieve" in plugins and "sieve_imapsieve" in sieve_plugins,
        pipe_folder=plugin.get("sieve_pipe_bin_dir", ""),
        roots=tuple(_old_roots(plugin)) if "quota" in plugins else (),
    )


def _rules(plugin: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The rules of imap_sieve, in their order: it ends where a number is missing."""
    for number in count(1):
        start = f"imapsieve_mailbox{number}_"
        if f"{start}name" not in plugin:
            return
        yield {
            key.removeprefix(start): value for key, value in plugin.items() if key.startswith(start)
        }


def _scripts_for(folder: str, rules: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(
        _path(rule[when])
        for rule in rules
        if rule["name"] in ("*", folder)
        and rule.get("from", "") in _ANY
        and "COPY" in rule.get("causes", "COPY").upper().split()
        for when in ("before", "after")
        if when in rule
    )


def _old_roots(plugin: Mapping[str, str]) -> Iterator[Root]:
    for number in count(1):
        prefix = f"quota{number if number > 1 else ''}"
        if not plugin.get(prefix):
            return
        name = plugin[prefix].split(":")[1:2]
        warnings = [
            int(found[1])
            for key, value in plugin.items()
            if re.fullmatch(rf"{prefix}_warning\d*", key) and (found := _PERCENT.match(value))
        ]
        yield Root(name=name[0] if name else "", warnings=tuple(warnings), prefix=prefix)


# --- Dovecot 2.4


def of_new(printed: Block, plugins: frozenset[str]) -> Junk:
    """By what doveconf of 2.4 prints, and the plugins that IMAP has."""
    inbox = _inbox(printed)
    # In a namespace or by itself: what both say of a folder holds.
    folders: dict[str, Folder] = {}
    for block, inside in (
        *((block, True) for block in (inbox.of_kind("mailbox") if inbox else ())),
        *((block, False) for block in printed.of_kind("mailbox")),
    ):
        found = _folder(block, tuple(_scripts_in(block)), in_namespace=inside)
        known = folders.get(found.name)
        folders[found.name] = _joined(known, found) if known else found
    sieve_plugins = _listed(printed, "sieve_plugins")
    return Junk(
        is_old=False,
        inbox=(
            Namespace(name=unquoted(inbox.name), prefix=unquoted(inbox.values.get("prefix", "")))
            if inbox
            else None
        ),
        folders=tuple(folders.values()),
        plugin={},
        loads_imap_sieve="imap_sieve" in plugins,
        runs_scripts="imap_sieve" in plugins and "sieve_imapsieve" in sieve_plugins,
        pipe_folder=unquoted(printed.values.get("sieve_pipe_bin_dir", "")),
        roots=tuple(map(_new_root, printed.of_kind("quota"))) if "quota" in plugins else (),
    )


def _joined(one: Folder, other: Folder) -> Folder:
    return replace(
        one,
        uses=tuple(use for use in USES if use in (*one.uses, *other.uses)),
        seconds=other.seconds or one.seconds,
        scripts=(*one.scripts, *other.scripts),
    )


def _scripts_in(block: Block) -> Iterator[str]:
    for script in block.of_kind("sieve_script"):
        causes = script.values.get("cause", "").lower().split()
        if script.values.get("type") in ("before", "after") and "copy" in causes:
            yield unquoted(script.values.get("path", ""))


def _new_root(block: Block) -> Root:
    warnings = (
        warning.values
        for warning in block.of_kind("quota_warning")
        if warning.values.get("quota_threshold", "over") == "over"
    )
    shares = (values.get("quota_storage_percentage", "") for values in warnings)
    return Root(
        name=unquoted(block.name),
        warnings=tuple(int(share) for share in shares if share.isdecimal()),
    )


def _listed(printed: Block, name: str) -> frozenset[str]:
    """What a list of yes and no has, in the one or the other way of writing it."""
    named = {
        item
        for block in printed.of_kind(name)
        for item, value in block.values.items()
        if value == "yes"
    }
    return frozenset(named) | frozenset(printed.values.get(name, "").split())


# --- both


def _inbox(printed: Block) -> Block | None:
    return next(
        (one for one in printed.of_kind("namespace") if one.values.get("inbox") == "yes"), None
    )


def _folder(block: Block, scripts: tuple[str, ...], *, in_namespace: bool = True) -> Folder:
    flags = unquoted(block.values.get("special_use", "")).lower().split()
    return Folder(
        name=unquoted(block.name),
        uses=tuple(use for use in USES if f"\\{use}" in flags),
        seconds=_seconds(block.values.get("autoexpunge", "0")),
        scripts=scripts,
        in_namespace=in_namespace,
    )


def _seconds(interval: str) -> int:
    """A time as "30 days", "30d" or "12 hours"."""
    found = _INTERVAL.match(interval)
    if not found:
        return 0
    return int(found[1]) * _UNITS.get(found[2][:1] or "s", 1)


def _path(location: str) -> str:
    return location.removeprefix("file:").partition(";")[0]


def unquoted(value: str) -> str:
    """A setting's value without the quotes that doveconf puts around some."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value
