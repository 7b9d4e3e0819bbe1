# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The module spam_handling: has a mail host handle junk as the policy says, and takes that back."""

from __future__ import annotations

import pwd
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .._core.errors import MailboxError, MailHostError
from .._core.spam_handling import LEAST_PERCENT, SpamHandlingPolicy
from .._mail.command import find_program, is_installed
from .._mail.config_text import differing, with_block, without_block
from .._mail.dovecot import Dovecot
from .._mail.exclusive import alone
from .._mail.junk_block import FILE, OWNER, JunkBlock, needed
from .._mail.junk_programs import (
    LEARN_HAM,
    LEARN_SPAM,
    QUOTA_WARNING,
    REPORT_HAM,
    REPORT_SPAM,
    learn,
    quota_warning,
    report_ham,
    report_spam,
)
from .._mail.junk_settings import FILTERS, Junk, installed_filters, read_junk
from .file_edit import FileEdit, copied, text_of
from .mail_host_options import explained
from .runner import MailboxModule

_DEFAULT = SpamHandlingPolicy()
_BY_CHOICE = {name.lower(): name for name in FILTERS}
ARGUMENTS: dict[str, Any] = {
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
    "policy_file": {"type": "path"},
    "report_spam": {"type": "bool", "default": _DEFAULT.report_spam},
    "junk_days": {"type": "int", "default": _DEFAULT.junk_days},
    "trash_days": {"type": "int", "default": _DEFAULT.trash_days},
    "quota_warning_percent": {"type": "int", "default": _DEFAULT.quota_warning_percent},
    "filter": {"type": "str", "default": "auto", "choices": ["auto", *_BY_CHOICE]},
    "filter_arguments": {"type": "list", "elements": "str", "default": []},
    "junk_folder": {"type": "str", "default": "Junk"},
    "trash_folder": {"type": "str", "default": "Trash"},
    "dovecot_config": {"type": "path"},
    "timeout": {"type": "int", "default": 60},
}

_FOLDER = "civic_mailbox_spam_handling"  # of scripts and programs
_UNFINISHED = f"{FILE}.unfinished"
_PROGRAM = 0o755
_LEARN = {"rspamd": ("learn_spam", "learn_ham"), "SpamAssassin": ("--spam", "--ham")}
_BINARY = ".svbin"
_PLUGINS = (
    "lib*_imap_sieve_plugin.so",
    "sieve/lib*_sieve_imapsieve_plugin.so",
    "sieve/lib*_sieve_extprograms_plugin.so",
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The files, in the order in which they are to be written."""

    edits: tuple[FileEdit, ...]
    problems: tuple[str, ...] = ()
    policy: SpamHandlingPolicy | None = None  # that must then be followed; None: no matter
    filter: str = ""  # that learns, by its name in FILTERS

    @property
    def needed(self) -> tuple[FileEdit, ...]:
        """Those that change something."""
        return tuple(edit for edit in self.edits if edit.is_needed)


def follow(module: MailboxModule) -> dict[str, Any]:
    """Do what the options ask for; tell what came of it."""
    try:
        return _follow(module)
    except MailboxError as error:
        raise MailHostError(explained(error)) from error


def _follow(module: MailboxModule) -> dict[str, Any]:
    params = module.params
    dovecot = Dovecot(config=params["dovecot_config"], timeout=params["timeout"])
    if not dovecot.is_installed():
        raise MailHostError("there is no Dovecot on this host: run this where mailboxes are")
    dovecot.settings()  # mistakes that were there before are told before all else
    file = dovecot.file
    with alone(file.parent):
        make = _present if params["state"] == "present" else _absent
        plan = make(params, dovecot, file)
        unfinished = file.with_name(_UNFINISHED)
        is_changed = bool(plan.needed) or unfinished.exists()
        problems = list(plan.problems)
        if is_changed and not module.check_mode:
            folder = file.with_name(_FOLDER)
            if not _put_in_force(plan, dovecot, folder, unfinished):
                problems.append("Dovecot does not run now")
    return {
        "changed": is_changed,
        "filter": plan.filter,
        "files": [str(edit.path) for edit in plan.needed],
        "problems": problems,
        **({"diff": [_diff(edit) for edit in plan.needed]} if module._diff else {}),  # pylint: disable=protected-access
    }


# --- what is to be there


def _present(params: Mapping[str, Any], dovecot: Dovecot, file: Path) -> Plan:
    policy = _policy(params)
    junk = _without_ours(dovecot, file)
    problems: list[str] = []
    name = _filter(params["filter"], problems) if policy.report_spam else ""
    if name:
        _require_sieve(dovecot)
    names = {"junk": params["junk_folder"], "trash": params["trash_folder"]}
    block = needed(junk, policy, names, learns=bool(name))
    user = _warning_user(dovecot)
    problems += _unwarned(block, user)
    places = _Places(scripts=file.with_name(_FOLDER), junk=junk)
    if block.is_empty:
        nothing = _nothing(file, places)
        return replace(nothing, problems=tuple(problems), policy=policy)
    own = _edit(file.with_name(FILE), block.text(scripts=places.scripts, warning_user=user))
    edits: list[FileEdit] = []
    if block.learning:
        edits += _learners(name, params["filter_arguments"], places)
        edits += _scripts(block, places)
    if block.warned:
        edits.append(_warner(block, places, dovecot, file))
    scripts = [edit for edit in edits if edit.path.suffix == ".sieve"]
    with _staged(dovecot, file, own) as staged:
        staged.settings()
        binaries = [_Binary.of(script, staged, dovecot) for script in scripts]
    kept = [*edits, *binaries]
    return Plan(
        edits=(*edits, own, _main(file, own.path), *binaries, *places.others(kept)),
        problems=tuple(problems),
        policy=policy,
        filter=name if block.learning else "",
    )


def _policy(params: Mapping[str, Any]) -> SpamHandlingPolicy:
    names = ("report_spam", "junk_days", "trash_days", "quota_warning_percent")
    policy = SpamHandlingPolicy(**{name: params[name] for name in names})
    if min(policy.junk_days, policy.trash_days) < 0:
        raise MailboxError("junk_days, trash_days: from 0 on, please")
    percent = policy.quota_warning_percent
    if percent and not LEAST_PERCENT <= percent <= 100:
        raise MailboxError(f"quota_warning_percent: 0, or from {LEAST_PERCENT} to 100, please")
    return policy


def _filter(choice: str, problems: list[str]) -> str:
    """The filter that learns; "" where there is none."""
    installed = installed_filters()
    if choice != "auto":
        name = _BY_CHOICE[choice]
        if name not in installed:
            raise MailHostError(f"filter: {FILTERS[name]} of {name} is not installed on this host")
        return name
    if not installed:
        problems.append(
            f"Neither {' nor '.join(f'{name} ({FILTERS[name]})' for name in FILTERS)} is installed"
            " on this host, so nothing learns from what users move into Junk"
        )
    return next(iter(installed), "")


def _require_sieve(dovecot: Dovecot) -> None:
    """A session would end at once where a plugin that is to be loaded is not there."""
    folder = Path(dovecot.setting("mail_plugin_dir"))
    if is_installed("sievec") and all(any(folder.glob(name)) for name in _PLUGINS):
        return
    raise MailHostError(
        "a filter is to learn from what users move into Junk, and Dovecot's Sieve is not installed:"
        " install it (Debian: dovecot-sieve), or set spam_handling.report_spam to false"
    )


def _unwarned(block: JunkBlock, user: str) -> Iterator[str]:
    if block.percent and not block.junk.roots:
        yield (
            "No quota is in force, so nobody can be warned: set one, and load the plugin quota, or"
            " set spam_handling.quota_warning_percent to 0"
        )
    if block.warned and not user:
        yield (
            "mail_uid names no account, so any process of this host can have the warning of a"
            " quota sent"
        )


def _warning_user(dovecot: Dovecot) -> str:
    """The account that mailboxes belong to; "" where there is no single one with a name."""
    stated = dovecot.setting("mail_uid")
    try:
        return pwd.getpwuid(int(stated)).pw_name if stated.isdecimal() else stated
    except KeyError:
        return ""


# --- the files


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Where scripts and programs are."""

    scripts: Path
    junk: Junk

    @property
    def programs(self) -> Path:
        """Those that scripts may run: Dovecot knows one folder for them."""
        return Path(self.junk.pipe_folder) if self.junk.pipe_folder else self.scripts

    def others(self, kept: Sequence[FileEdit] = ()) -> list[FileEdit]:
        """The removal of every file that a run can have made, but for those kept."""
        scripts = (REPORT_SPAM, REPORT_HAM)
        paths = [
            *(self.scripts / name for name in scripts),
            *((self.scripts / name).with_suffix(_BINARY) for name in scripts),
            self.scripts / QUOTA_WARNING,
            *(self.programs / name for name in (LEARN_SPAM, LEARN_HAM)),
        ]
        names = {edit.path for edit in kept}
        return [_edit(path, None) for path in paths if path not in names]


def _learners(name: str, arguments: Sequence[str], places: _Places) -> Iterator[FileEdit]:
    program = find_program(FILTERS[name]) or FILTERS[name]
    for file, word in zip((LEARN_SPAM, LEARN_HAM), _LEARN[name], strict=True):
        yield _edit(places.programs / file, learn([program, *arguments, word]), mode=_PROGRAM)


def _scripts(block: JunkBlock, places: _Places) -> Iterator[FileEdit]:
    yield _edit(places.scripts / REPORT_SPAM, report_spam())
    yield _edit(places.scripts / REPORT_HAM, report_ham(block.others))


def _warner(block: JunkBlock, places: _Places, dovecot: Dovecot, file: Path) -> FileEdit:
    postmaster = dovecot.setting("postmaster_address")
    not_enforced = (
        f"plugin/quota={block.junk.plugin['quota']}:noenforcing"
        if block.junk.is_old
        else "quota_enforce=no"
    )
    program = f"{dovecot.setting('libexec_dir')}/dovecot-lda"
    return _edit(
        places.scripts / QUOTA_WARNING,
        quota_warning(
            [program, "-c", str(file), "-o", not_enforced],
            "" if "%" in postmaster else postmaster,
        ),
        mode=_PROGRAM,
    )


@dataclass(frozen=True, kw_only=True)
class _Binary(FileEdit):
    """A compiled script: Dovecot's users may not write it, so would compile the script each time.

    It holds the path that it was compiled from, so it is made when the script is in its place.
    """

    script: Path
    dovecot: Dovecot

    @classmethod
    def of(cls, script: FileEdit, staged: Dovecot, dovecot: Dovecot) -> _Binary:
        """Of a script as it is to be. Raises MailHostError where that does not compile."""
        path = script.path.with_suffix(_BINARY)
        after = _compiled(staged, script.path) if not script.is_needed else None
        if after is None:
            with TemporaryDirectory(prefix="civic.mailbox.") as folder:
                draft = Path(folder, script.path.name)
                draft.write_text(script.after or "", encoding="utf-8")
                after = _compiled(staged, draft)
        before = text_of(path)
        return cls(path=path, before=before, after=after, script=script.path, dovecot=dovecot)

    def apply(self) -> None:
        """Compile the script. Raises MailHostError."""
        FileEdit(
            path=self.path, before=self.before, after=_compiled(self.dovecot, self.script)
        ).apply()


def _compiled(dovecot: Dovecot, script: Path) -> str:
    with TemporaryDirectory(prefix="civic.mailbox.") as folder:
        binary = Path(folder, "script").with_suffix(_BINARY)
        dovecot.compile(script, binary)
        return text_of(binary) or ""


def _nothing(file: Path, places: _Places) -> Plan:
    return Plan(edits=(_main(file, None), _edit(file.with_name(FILE), None), *places.others()))


def _absent(params: Mapping[str, Any], dovecot: Dovecot, file: Path) -> Plan:
    return _nothing(
        file, _Places(scripts=file.with_name(_FOLDER), junk=_without_ours(dovecot, file))
    )


def _without_ours(dovecot: Dovecot, file: Path) -> Junk:
    """What Dovecot's own configuration says."""
    with copied(_main(file, None)) as bare:
        return read_junk(replace(dovecot, config=str(bare)))


@contextmanager
def _staged(dovecot: Dovecot, file: Path, own: FileEdit) -> Iterator[Dovecot]:
    """A Dovecot that has it all, for its programs to look at: nothing is in force by that."""
    with copied(own) as included, copied(_main(file, included)) as main:
        yield replace(dovecot, config=str(main))


def _main(file: Path, included: Path | None) -> FileEdit:
    """Dovecot's own file, with the line that includes that one, or without."""
    before = text_of(file)
    if before is None:
        raise MailHostError(f"{file} is not there")
    try:
        after = (
            with_block(before, [f"!include {included}"], OWNER)
            if included
            else without_block(before, OWNER)
        )
    except MailHostError as error:
        raise MailHostError(f"{file}: {error}") from error
    return FileEdit(path=file, before=before, after=after)


def _edit(path: Path, text: str | None, mode: int = 0o644) -> FileEdit:
    return FileEdit(path=path, before=text_of(path), after=text, mode=mode)


# --- putting it in force


def _put_in_force(plan: Plan, dovecot: Dovecot, folder: Path, unfinished: Path) -> bool:
    """Write, check and reload; all as it was before where that fails. False: no Dovecot runs.

    While the file `unfinished` is there, Dovecot may not have read what its files say.
    """
    try:
        unfinished.touch()
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)  # Dovecot's users run what is in it, whatever our umask is
        for edit in plan.needed:
            edit.apply()
        _require_followed(plan, dovecot)
        is_running = dovecot.reload()
    except OSError as error:
        raise MailHostError(f"cannot write {error.filename}: {error.strerror}") from error
    except MailboxError as error:
        for edit in reversed(plan.needed):
            edit.undo()
        dovecot.reload()
        _tidy(folder, unfinished)
        raise MailHostError(f"{error}. All files are as they were before") from error
    _tidy(folder, unfinished)
    return is_running


def _tidy(folder: Path, unfinished: Path) -> None:
    with suppress(OSError):  # something is in it
        folder.rmdir()
    unfinished.unlink()


def _require_followed(plan: Plan, dovecot: Dovecot) -> None:
    dovecot.settings()
    if plan.policy is None:
        return
    junk = read_junk(dovecot)
    for folder in junk.seen().folders:
        if not plan.policy.is_kept_by(folder):
            raise MailHostError(
                f"Dovecot keeps messages in {folder.name} for {folder.days} days (0: for ever) in"
                " spite of what was written: see what else its configuration says of that folder"
            )
    silent = [f.name for f in junk.folders if plan.filter and "junk" in f.uses and not f.scripts]
    if silent:
        raise MailHostError(
            f"Dovecot runs no script for {silent[0]} in spite of what was written: see what else"
            " its configuration says of imapsieve"
        )


def _diff(edit: FileEdit) -> dict[str, str]:
    """Texts as lines; of a compiled script nothing."""
    is_binary = edit.path.suffix == _BINARY
    before, after = ("", "") if is_binary else differing(edit.before or "", edit.after or "")
    header = str(edit.path)
    return {"before_header": header, "after_header": header, "before": before, "after": after}
