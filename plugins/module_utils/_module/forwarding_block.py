# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The module forwarding_block: has a mail host keep redirected mail in, and takes that back."""

from __future__ import annotations

import platform
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

from .._core.addresses import ascii_domain
from .._core.errors import MailboxError, MailHostError
from .._mail.config_text import (
    differing,
    with_block,
    with_parameter,
    without_block,
    without_parameter,
)
from .._mail.dovecot import Dovecot
from .._mail.exclusive import alone
from .._mail.mail_host import MailHost
from .._mail.postfix import Postfix
from .._mail.redirect_block import (
    FILE,
    LDA_SETTINGS,
    PROTOCOLS,
    RECIPIENTS,
    SENDERS,
    RedirectBlock,
)
from .._mail.redirect_probe import is_free, require_in_force
from . import mail_host_options
from .file_edit import FileEdit, copied, text_of
from .mail_host_options import explained, find_host
from .runner import MailboxModule

ARGUMENTS: dict[str, Any] = {
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
    "domains": {"type": "list", "elements": "str"},
    "policy_file": {"type": "path"},
    "sender": {"type": "str"},
    "port": {"type": "int", "default": 10587},
    "dot_forward": {"type": "bool", "default": True},
    **mail_host_options.ARGUMENTS,
}
RESTRICTIONS: dict[str, Any] = {
    "required_if": [
        ("state", "present", ["sender"]),
        ("state", "present", ["domains", "policy_file"], True),
    ],
    "mutually_exclusive": [("domains", "policy_file")],
}

_UNFINISHED = "civic_mailbox_forwarding_block.unfinished"
_ANSWERS_WITHIN = 15  # seconds after a reload
_NAME = re.compile(r"[a-z0-9._+-]+")
_SIEVE_PLUGINS = {"sieve", "imap_sieve"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be blocked; nothing of it where the block is to be taken away."""

    redirects: RedirectBlock | None = None
    dot_forward: bool = True  # whether ~/.forward works


class Stage(Protocol):
    """One server's part: its files, and what must be true of them."""

    name: ClassVar[str]
    edits: list[FileEdit]

    @abstractmethod
    def check(self) -> None:
        """Look for mistakes and for what is in force now. Raises MailHostError."""

    @abstractmethod
    def reload(self) -> bool:
        """Put the files in force; False where the server does not run."""

    @abstractmethod
    def prove(self) -> None:
        """Ask the running server. Raises MailHostError."""


@dataclass(kw_only=True)
class PostfixStage:
    """The listener and its tables, and forward_path."""

    name: ClassVar[str] = "Postfix"
    postfix: Postfix
    wanted: Wanted
    edits: list[FileEdit] = field(init=False)

    def __post_init__(self) -> None:
        folder, block = self.postfix.folder, self.wanted.redirects
        self.edits = [
            _whole(folder / RECIPIENTS, block.recipients_text() if block else None),
            _whole(folder / SENDERS, block.senders_text() if block else None),
            _changed(folder / "master.cf", self._master),
            _changed(folder / "main.cf", self._main),
        ]

    def _master(self, text: str) -> str:
        if block := self.wanted.redirects:
            return with_block(text, block.service(str(self.postfix.folder)))
        return without_block(text)

    def _main(self, text: str) -> str:
        before = with_parameter(without_block(text))
        if self.wanted.dot_forward:
            return before
        return with_block(without_parameter(before, "forward_path"), ["forward_path ="])

    def check(self) -> None:
        self.postfix.check()
        if block := self.wanted.redirects:
            found = self.postfix.service_parameters(f"{block.listener}/inet/*")
            for name, value in block.service_settings(str(self.postfix.folder)).items():
                if found.get(f"{block.listener}/inet/{name}") != value:
                    raise MailHostError(
                        f"{self.postfix.folder}/master.cf: {name} of {block.listener} is not what"
                        " was written: another service has this name; choose another port"
                    )
        if not self.wanted.dot_forward:
            own = self.postfix.service_parameters("*/*/forward_path")
            if self.postfix.raw("forward_path") or own:
                raise MailHostError(
                    f"forward_path is still set: see {self.postfix.folder}/main.cf and"
                    f" {', '.join(own) or 'what comes after'} in master.cf"
                )

    def reload(self) -> bool:
        self.postfix.reload()
        return self.postfix.is_running()

    def prove(self) -> None:
        if self.wanted.redirects and self.postfix.is_running():
            require_in_force(self.wanted.redirects, within=_ANSWERS_WITHIN)


@dataclass(kw_only=True)
class DovecotStage:
    """The file of our own, and the line that includes it."""

    name: ClassVar[str] = "Dovecot"
    dovecot: Dovecot
    wanted: Wanted
    edits: list[FileEdit] = field(init=False)
    _settings: Mapping[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.dovecot.settings()  # mistakes that were there before are told before all else
        file = self.dovecot.file
        own = file.with_name(FILE)
        if block := self.wanted.redirects:
            extensions = self._extensions(file)
            self._settings = block.dovecot_settings(extensions=extensions)
            self.edits = [
                _whole(own, block.dovecot_text(extensions=extensions)),
                _changed(file, lambda text: with_block(text, [f"!include {own}"])),
            ]
        else:
            self.edits = [_whole(own, None), _changed(file, without_block)]

    def _extensions(self, file: Path) -> str | None:
        """What sieve_extensions of Dovecot 2.3 is without the block; None: it is 2.4 or later."""
        if not self.dovecot.version().startswith("2.3."):
            return None
        with copied(_changed(file, without_block)) as copy:
            return replace(self.dovecot, config=str(copy)).setting("plugin/sieve_extensions")

    def check(self) -> None:
        self.dovecot.settings()
        for protocol in PROTOCOLS if self._settings else ():
            wanted = {**self._settings, **(LDA_SETTINGS if protocol == "lda" else {})}
            found = self.dovecot.in_protocol(protocol, wanted)
            for name, value in wanted.items():
                if found.get(name) != value:
                    raise MailHostError(
                        f"Dovecot has {name} = {found.get(name, '')} for {protocol} and not"
                        f" {value}: take that setting out of its configuration"
                    )

    def reload(self) -> bool:
        return self.dovecot.reload()

    def prove(self) -> None:
        """Nothing tells what a running Dovecot has read but what it does with mail."""


def follow(module: MailboxModule) -> dict[str, Any]:
    """Do what the options ask for; tell what came of it."""
    try:
        return _follow(module)
    except MailboxError as error:
        raise MailHostError(explained(error)) from error


def _follow(module: MailboxModule) -> dict[str, Any]:
    host = find_host(module.params, platform.node())
    if host.postfix is None:
        raise MailHostError(
            "there is no Postfix here, and the block needs one beside Dovecot: run this where"
            " Dovecot's mail is handed to a Postfix on the same host"
        )
    problems: list[str] = []
    wanted = _wanted(module.params, host, problems)
    with alone(host.postfix.folder):
        stages = _stages(host.postfix, host.dovecot, wanted)
        edits = [edit for stage in stages for edit in stage.edits if edit.is_needed]
        unfinished = host.postfix.folder / _UNFINISHED
        is_changed = bool(edits) or unfinished.exists()
        if not is_changed:
            for stage in stages:
                stage.check()
                stage.prove()
        elif not module.check_mode:
            problems += _put_in_force(stages, unfinished)
    block = wanted.redirects
    return {
        "changed": is_changed,
        "listener": block.listener if block else "",
        "sender": block.sender if block else "",
        "domains": list(block.domains) if block else [],
        "files": [str(edit.path) for edit in edits],
        "problems": problems,
        **({"diff": [_diff(edit) for edit in edits]} if module._diff else {}),  # pylint: disable=protected-access
    }


def _wanted(params: dict[str, Any], host: MailHost, problems: list[str]) -> Wanted:
    if params["state"] == "absent":
        return Wanted()
    domains = tuple(dict.fromkeys(_domains(params["domains"] or [])))
    if not domains:
        raise MailboxError("domains: name one at least; a policy_file is for the control node")
    sender = params["sender"].lower()
    name, _, domain = sender.rpartition("@")
    if not _NAME.fullmatch(name) or domain not in domains:
        raise MailboxError(f"sender: {sender} is no plain address of one of the domains")
    if not 1 <= params["port"] <= 65535:
        raise MailboxError("port: from 1 to 65535, please")
    block = RedirectBlock(domains=domains, sender=sender, port=params["port"])
    if reason := _why_no_sieve(host):
        problems.append(reason)
        return Wanted(dot_forward=params["dot_forward"])
    return Wanted(redirects=block, dot_forward=params["dot_forward"])


def _domains(given: Sequence[str]) -> Iterator[str]:
    for written in given:
        name = ascii_domain(written)
        if name is None:
            raise MailboxError(f"domains: {written!r} is no domain name")
        yield name


def _why_no_sieve(host: MailHost) -> str:
    if host.dovecot is None:
        return "No Dovecot here: no Sieve scripts to be blocked"
    if any(_SIEVE_PLUGINS & host.dovecot.plugins(protocol) for protocol in PROTOCOLS):
        return ""
    return "Dovecot runs no Sieve scripts here: nothing of them to be blocked"


def _stages(postfix: Postfix, dovecot: Dovecot | None, wanted: Wanted) -> list[Stage]:
    """In the order of their going into force: Dovecot hands mail only to a listener that is."""
    if block := wanted.redirects:
        is_known = postfix.service_parameters(f"{block.listener}/inet/*")
        if not (is_known or is_free(block.port)):
            raise MailHostError(f"{block.listener} is taken by another server: choose another port")
    stages: list[Stage] = [PostfixStage(postfix=postfix, wanted=wanted)]
    if dovecot:
        stages.append(DovecotStage(dovecot=dovecot, wanted=wanted))
    if not block:
        stages.reverse()
        for stage in stages:
            stage.edits.reverse()
    return stages


def _put_in_force(stages: Sequence[Stage], unfinished: Path) -> list[str]:
    """Write, check, reload and look, server by server; all as it was before where that fails.

    While the file `unfinished` is there, the servers may not have read what their files say.
    """
    problems = []
    begun: list[Stage] = []
    try:
        unfinished.touch()
        for stage in stages:
            begun.append(stage)
            if not _advance(stage):
                problems.append(f"{stage.name} does not run now")
        unfinished.unlink()
    except OSError as error:
        raise MailHostError(f"cannot write {unfinished}: {error.strerror}") from error
    except MailboxError as error:
        _put_back(begun)
        unfinished.unlink()
        raise MailHostError(f"{error}. All files are as they were before") from error
    return problems


def _advance(stage: Stage) -> bool:
    for edit in stage.edits:
        edit.apply()
    stage.check()
    is_running = stage.reload()
    stage.prove()
    return is_running


def _put_back(stages: Sequence[Stage]) -> None:
    for stage in reversed(stages):
        for edit in reversed(stage.edits):
            edit.undo()
        stage.reload()


def _whole(path: Path, text: str | None) -> FileEdit:
    return FileEdit(path=path, before=text_of(path), after=text)


def _changed(path: Path, change: Callable[[str], str]) -> FileEdit:
    before = text_of(path)
    if before is None:
        raise MailHostError(f"{path} is not there")
    try:
        return FileEdit(path=path, before=before, after=change(before))
    except MailHostError as error:
        raise MailHostError(f"{path}: {error}") from error


def _diff(edit: FileEdit) -> dict[str, str]:
    before, after = differing(edit.before or "", edit.after or "")
    header = str(edit.path)
    return {"before_header": header, "after_header": header, "before": before, "after": after}
