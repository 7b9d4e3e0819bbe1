# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The settings of Dovecot that have it handle junk.

Only what its own configuration does not do already is written; where that says something else than
the policy, nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from .._core.errors import MailHostError
from .._core.spam_handling import USES, SpamHandlingPolicy
from .junk_programs import QUOTA_WARNING, REPORT_HAM, REPORT_SPAM, quoted
from .junk_settings import Folder, Junk, Root

FILE = "civic_mailbox_spam_handling.conf"
OWNER = "civic.mailbox.spam_handling"
_SERVICE = "civic-mailbox-quota-warning"
_NAME = "civic_mailbox"  # of sections of ours
_HEADER = f"# Made by the Ansible module {OWNER}: change it with that module, not\n# by hand.\n"
_DAY = 24 * 60 * 60
_SPECIAL = {"junk": r"\Junk", "trash": r"\Trash"}


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What has to be said of one folder."""

    folder: Folder
    is_new: bool  # the configuration does not name it
    use: str  # that it has to be marked with; "": it is
    days: int  # after which messages are to be deleted; 0: that is said, or not asked for


@dataclass(frozen=True, kw_only=True)
class JunkBlock:
    """All that has to be written."""

    junk: Junk
    additions: tuple[Addition, ...]
    learning: tuple[Folder, ...]  # folders for junk from which a filter is to learn
    others: tuple[str, ...]  # folders into which what leaves those is moved, and is no ham
    warned: tuple[Root, ...]  # quotas whose owners are to be told
    percent: int  # of those quotas

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be."""
        return not (self.additions or self.learning or self.warned)

    def text(self, *, scripts: Path, warning_user: str) -> str:
        """The file that Dovecot includes; `scripts` has what junk_programs.py writes."""
        parts = [*self._folders(scripts)]
        if self.learning:
            parts += self._learning(scripts)
        if self.warned:
            parts += self._warnings(scripts, warning_user)
        return _HEADER + "".join(parts)

    def _folders(self, scripts: Path) -> Iterator[str]:
        """Their sections, in that of the namespace where they are."""
        known = {one.folder.name: one for one in self.additions}
        learning = {} if self.junk.is_old else {one.name: one for one in self.learning}
        inside: list[list[str]] = []
        outside: list[list[str]] = []
        for name in dict.fromkeys((*known, *learning)):
            lines = list(_said_of(known[name])) if name in known else []
            folder = known[name].folder if name in known else learning[name]
            if name in learning:
                lines += _script("report_spam", "copy append", scripts / REPORT_SPAM)
            section = [f"mailbox {quoted(name)} {{", *_indented(lines), "}"]
            (inside if folder.in_namespace else outside).append(section)
        if inside:
            inbox = self.junk.inbox
            yield _section(
                f"namespace {quoted(inbox.name) if inbox else 'inbox'}",
                [*([] if inbox else ["inbox = yes"]), *(line for one in inside for line in one)],
            )
        yield from ("".join(f"{line}\n" for line in one) for one in outside)

    def _learning(self, scripts: Path) -> Iterator[str]:
        if not self.junk.is_old:
            yield from self._learning_of_new(scripts)
            return
        plugin = self.junk.plugin
        settings = {
            "sieve_plugins": _with(
                plugin.get("sieve_plugins", ""), "sieve_imapsieve", "sieve_extprograms"
            ),
            "sieve_global_extensions": _with(
                plugin.get("sieve_global_extensions", ""), "+vnd.dovecot.pipe"
            ),
        }
        if not self.junk.pipe_folder:
            settings["sieve_pipe_bin_dir"] = str(scripts)
        free = (n for n in count(1) if f"imapsieve_mailbox{n}_name" not in plugin)
        for folder in self.learning:
            name = f"{self.junk.prefix}{folder.name}"
            into, out_of = (f"imapsieve_mailbox{next(free)}_" for _ in range(2))
            settings |= {
                f"{into}name": name,
                f"{into}causes": "COPY APPEND",
                f"{into}before": f"file:{scripts / REPORT_SPAM}",
                f"{out_of}name": "*",
                f"{out_of}from": name,
                f"{out_of}causes": "COPY",
                f"{out_of}before": f"file:{scripts / REPORT_HAM}",
            }
        yield _section("plugin", [f"{name} = {value}" for name, value in settings.items()])
        if not self.junk.loads_imap_sieve:
            yield _section("protocol imap", ["mail_plugins = $mail_plugins imap_sieve"])

    def _learning_of_new(self, scripts: Path) -> Iterator[str]:
        for folder in self.learning:
            yield _section(
                f"imapsieve_from {quoted(self.junk.prefix + folder.name)}",
                _script("report_ham", "copy", scripts / REPORT_HAM),
            )
        yield _section("sieve_plugins", ["sieve_imapsieve = yes", "sieve_extprograms = yes"])
        yield _section("sieve_global_extensions", ["vnd.dovecot.pipe = yes"])
        if not self.junk.pipe_folder:
            yield f"sieve_pipe_bin_dir = {scripts}\n"
        yield _section("protocol imap", ["mail_plugins {", "  imap_sieve = yes", "}"])

    def _warnings(self, scripts: Path, user: str) -> Iterator[str]:
        told = f"{_SERVICE} {self.percent}"
        if self.junk.is_old:
            plugin = self.junk.plugin
            yield _section(
                "plugin",
                [
                    f"{_free_warning(plugin, root.prefix)} = storage={self.percent}%% {told} %u"
                    for root in self.warned
                ],
            )
        else:
            for root in self.warned:
                lines = [
                    f"warning {_NAME} {{",
                    f"  quota_storage_percentage = {self.percent}",
                    f"  execute {_SERVICE} {{",
                    f"    args = {self.percent} %{{user}}",
                    "  }",
                    "}",
                ]
                yield _section(f"quota {quoted(root.name)}", lines)
        listener = [f"user = {user}", "mode = 0600"] if user else ["mode = 0666"]
        lines = [
            f"executable = script {scripts / QUOTA_WARNING}",
            f"unix_listener {_SERVICE} {{",
            *_indented(listener),
            "}",
        ]
        yield _section(f"service {_SERVICE}", lines)


def needed(
    junk: Junk, policy: SpamHandlingPolicy, names: Mapping[str, str], *, learns: bool
) -> JunkBlock:
    """What the policy asks for and the configuration does not say.

    `names` are those of folders for the uses that none is marked with; `learns`: there is a filter
    to learn. Raises MailHostError where the configuration says something else.
    """
    additions = list(_additions(junk, policy, names, learns=learns))
    if junk.inbox and not junk.inbox.name and any(one.folder.in_namespace for one in additions):
        raise MailHostError(
            "the namespace with inbox = yes has no name, so nothing can be added to it from another"
            " file: write 'namespace inbox {' there"
        )
    if conflicts := [one for one in map(_conflict, additions) if one]:
        raise MailHostError("; ".join(conflicts))
    marked = {one.folder.name for one in additions if one.use == "junk"}
    folders = {folder.name: folder for folder in (*junk.folders, *(a.folder for a in additions))}
    learning = tuple(
        folder
        for folder in folders.values()
        if learns and ("junk" in folder.uses or folder.name in marked) and not folder.scripts
    )
    marked |= {one.folder.name for one in additions if one.use == "trash"}
    percent = policy.quota_warning_percent
    return JunkBlock(
        junk=junk,
        additions=tuple(one for one in additions if one.use or one.days),
        learning=learning,
        others=tuple(
            f"{junk.prefix}{folder.name}"
            for folder in folders.values()
            if folder.uses or folder.name in marked
        ),
        warned=tuple(
            root for root in junk.roots if percent and not any(w <= percent for w in root.warnings)
        ),
        percent=percent,
    )


def _additions(
    junk: Junk, policy: SpamHandlingPolicy, names: Mapping[str, str], *, learns: bool
) -> Iterator[Addition]:
    for use in USES:
        days = policy.days(use)
        if not (days or (use == "junk" and learns)):
            continue
        marked = [folder for folder in junk.folders if use in folder.uses]
        for folder in marked:
            yield Addition(
                folder=folder, is_new=False, use="", days=0 if _is_soon(folder, days) else days
            )
        if not marked:
            found = next((one for one in junk.folders if one.name == names[use]), None)
            new = Folder(name=names[use], uses=(), seconds=0, scripts=())
            folder = found or new
            yield Addition(
                folder=folder,
                is_new=not found,
                use=use,
                days=0 if _is_soon(folder, days) else days,
            )


def _is_soon(folder: Folder, days: int) -> bool:
    return not days or 0 < folder.seconds <= days * _DAY


def _conflict(one: Addition) -> str:
    if not (one.days and one.folder.seconds):
        return ""
    return (
        f"Dovecot's own configuration has autoexpunge = {one.folder.seconds // _DAY} days for"
        f" {one.folder.name}, and the policy asks for {one.days} days: change it there, or in the"
        " policy"
    )


def _said_of(one: Addition) -> Iterator[str]:
    if one.use:
        yield f"special_use = {_SPECIAL[one.use]}"
    if one.is_new:
        yield "auto = subscribe"
    if one.days:
        yield f"autoexpunge = {one.days} days"


def _script(name: str, causes: str, path: Path) -> list[str]:
    return [
        f"sieve_script {_NAME}_{name} {{",
        "  type = before",
        f"  cause = {causes}",
        f"  path = {path}",
        "}",
    ]


def _with(list_: str, *names: str) -> str:
    """A list of names with these in it."""
    return " ".join(dict.fromkeys((*list_.split(), *names)))


def _free_warning(plugin: Mapping[str, str], prefix: str) -> str:
    names = (f"{prefix}_warning{number if number > 1 else ''}" for number in count(1))
    return next(name for name in names if name not in plugin)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _section(name: str, lines: Iterable[str]) -> str:
    return f"{name} {{\n" + "".join(f"{line}\n" for line in _indented(lines)) + "}\n"
