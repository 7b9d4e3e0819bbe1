# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The module outbound_limits: has Postfix limit what one address sends, and takes that back."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .._core.errors import MailboxError, MailHostError
from .._core.outbound_limits import (
    FEWEST_RECIPIENTS,
    LIMITS,
    Limit,
    OutboundLimits,
    SubmissionService,
    network,
)
from .._mail.config_text import differing
from .._mail.exclusive import alone
from .._mail.lookup_table import words
from .._mail.master_cf import with_options, without_options
from .._mail.postfix import Postfix
from .._mail.submission_services import (
    COUNTER,
    EXCEPTIONS,
    RATES,
    TIME_UNIT,
    Smtpd,
    smtpd_services,
    submission_services,
    time_unit,
)
from . import mail_host_options
from .file_edit import FileEdit, text_of
from .mail_host_options import explained, find_host
from .runner import MailboxModule
from .spool import whole_file

_DEFAULT = OutboundLimits()
_NUMBERS = ("per_minutes", *(limit.name for limit in LIMITS))
ARGUMENTS: dict[str, Any] = {
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
    **{name: {"type": "int", "default": getattr(_DEFAULT, name)} for name in _NUMBERS},
    "exempt": {"type": "list", "elements": "str"},
    "policy_file": {"type": "path"},
    "beside_policy_service": {"type": "bool", "default": False},
    **mail_host_options.ARGUMENTS,
}
RESTRICTIONS: dict[str, Any] = {
    "mutually_exclusive": [("policy_file", name) for name in (*_NUMBERS, "exempt")],
}

_RECORD = "civic_mailbox_outbound_limits.json"
_SCHEMA = 1

Record = dict[str, dict[str, list[str]]]  # service -> setting -> the values that it may have of us


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What earlier runs have put into master.cf, and whether they came to their end."""

    options: Record
    is_finished: bool = True


def follow(module: MailboxModule) -> dict[str, Any]:
    """Do what the options ask for; tell what came of it."""
    try:
        return _follow(module)
    except MailboxError as error:
        raise MailHostError(explained(error)) from error


def _follow(module: MailboxModule) -> dict[str, Any]:
    params = module.params
    postfix = find_host(params, platform.node()).postfix
    if postfix is None:
        raise MailHostError("there is no Postfix here, whose limits could be set")
    wanted = None if params["state"] == "absent" else _wanted(params)
    problems: list[str] = []
    master = postfix.folder / "master.cf"
    with alone(postfix.folder):
        kept = _kept(postfix.folder / _RECORD)
        text = text_of(master)
        if text is None:
            raise MailHostError(f"{master} is not there")
        theirs = without_options(text, kept.options)
        options: dict[str, dict[str, str]] = {}
        if wanted is None:
            problems += _changed_since(postfix, text, kept)
        else:
            with _as_if(postfix, theirs) as untouched:
                options = _options(untouched, wanted, params["beside_policy_service"], problems)
        is_known = kept == _Kept(options=_record(options))
        is_there = is_known and not any(_amiss(postfix, options))
        # Where it is all there it stays as it is, also where postconf has written it anew.
        after = text if is_there else with_options(theirs, options)
        edit = FileEdit(path=master, before=text, after=after)
        is_changed = edit.is_needed or not is_known
        if is_changed and not module.check_mode:
            problems += _put_in_force(postfix, edit, kept, options)
    return {
        "changed": is_changed,
        "files": [str(master)] if edit.is_needed else [],
        "services": options,
        "problems": problems,
        **({"diff": [_diff(edit)] if edit.is_needed else []} if module._diff else {}),  # pylint: disable=protected-access
    }


def _wanted(params: Mapping[str, Any]) -> OutboundLimits:
    if params["policy_file"]:
        raise MailboxError("policy_file is for the control node: say what it says in the options")
    for name in _NUMBERS:
        if params[name] < (name == "per_minutes"):
            raise MailboxError(f"{name}: {params[name]} is no limit; 0 asks for none")
    if 0 < params["recipients_per_message"] < FEWEST_RECIPIENTS:
        raise MailboxError(
            f"recipients_per_message: a mail server has to take {FEWEST_RECIPIENTS} (RFC 5321)"
        )
    return OutboundLimits(
        **{name: params[name] for name in _NUMBERS}, exempt=tuple(_networks(params["exempt"] or ()))
    )


def _networks(given: Sequence[str]) -> Iterator[str]:
    for written in given:
        found = network(written)
        if found is None:
            raise MailboxError(f"exempt: {written!r} is no network: write 192.0.2.0/24")
        yield found


@contextmanager
def _as_if(postfix: Postfix, master: str) -> Iterator[Postfix]:
    """Postfix as it would be with another master.cf, to be asked and not to be run."""
    with TemporaryDirectory(prefix="civic-mailbox-") as name:
        folder = Path(name)
        (folder / "main.cf").symlink_to((postfix.folder / "main.cf").resolve())
        (folder / "master.cf").write_text(
            master, encoding="utf-8", errors="surrogateescape", newline=""
        )
        yield replace(postfix, config=name)


def _options(
    postfix: Postfix, wanted: OutboundLimits, beside: bool, problems: list[str]
) -> dict[str, dict[str, str]]:
    """What the services of master.cf are to have of their own, where what they have is not enough.

    `beside`: also where a program limits each sender. What has to be known goes to `problems`.
    """
    every = smtpd_services(postfix)
    services = list(submission_services(postfix, every))
    if not services:
        problems.append("no service of master.cf has users sign in, so there is nothing to limit")
    options = {}
    for one in services:
        if told := _why_left(one, beside):
            problems.append(told)
            continue
        problems += _unknown(one)
        settings = {limit.setting: str(wanted.asked[limit]) for limit in _missed(one, wanted)}
        settings |= _exceptions(postfix, one, wanted.exempt)
        if settings:
            options[one.name] = settings
    return {**options, **_unit(postfix, wanted, every, options)}


def _missed(one: SubmissionService, wanted: OutboundLimits) -> Iterator[Limit]:
    return wanted.missed(one.limits, one.seconds)


def _why_left(one: SubmissionService, beside: bool) -> str:
    if one.takes_mail_from_outside:
        return (
            f"{one.name} has users sign in beside the mail that comes in from outside, which a"
            " limit would hold up: none is set there. Have users sign in at port 587 alone, and set"
            " smtpd_sasl_auth_enable to no at this one"
        )
    if one.counting_services and not beside:
        asked = " and ".join(f"{s.program} ({s.address})" for s in one.counting_services)
        return (
            f"{one.name} asks {asked}, whose own rules limit each sender: they are not looked at,"
            " and nothing is set there. To have Postfix's limits beside them, say so with"
            " beside_policy_service"
        )
    return ""


def _unknown(one: SubmissionService) -> Iterator[str]:
    for service in one.asks:
        if service.counts_senders is None:
            yield f"{one.name} asks {service.address}, and what that does is not known: it stays"


def _exceptions(postfix: Postfix, one: SubmissionService, exempt: Sequence[str]) -> dict[str, str]:
    """The setting that names all networks without limits, if one is missing in it."""
    missing = [name for name in map(_as_listed, exempt) if name not in one.exempt]
    if not missing:
        return {}
    own = postfix.service_parameters(f"{one.name}/{EXCEPTIONS}")
    listed = ",".join(words(own.get(f"{one.name}/{EXCEPTIONS}") or postfix.raw(EXCEPTIONS)))
    if any(map(str.isspace, listed)):  # in master.cf it would end there
        listed = ",".join(one.exempt)
    return {EXCEPTIONS: ",".join(filter(None, (listed, *missing)))}


def _as_listed(network_name: str) -> str:
    """A network as Postfix's lists have it."""
    address, _, length = network_name.partition("/")
    return f"[{address}]/{length}" if ":" in address else network_name


def _unit(
    postfix: Postfix,
    wanted: OutboundLimits,
    every: Sequence[Smtpd],
    options: Mapping[str, Mapping[str, str]],
) -> dict[str, dict[str, str]]:
    """The time that rates are to be counted in, which is one for all services."""
    if not any(name in RATES for settings in options.values() for name in settings):
        return {}
    if "anvil" not in postfix.programs:
        raise MailHostError("master.cf has no service anvil, which counts: put its line back")
    seconds = time_unit(postfix)
    if seconds == wanted.seconds:
        return {}
    for one in every:
        for name in RATES:
            if one.number(name) and name not in options.get(one.name, {}):
                raise MailHostError(
                    f"{one.name} has {name} = {one.number(name)} in {TIME_UNIT} = {seconds}s, and"
                    f" would have it in {wanted.seconds}s, since that time is one for all services:"
                    f" set per_minutes to {seconds // 60 or 1}, or take that limit out"
                )
    return {COUNTER: {TIME_UNIT: f"{wanted.seconds}s"}}


def _put_in_force(
    postfix: Postfix,
    edit: FileEdit,
    kept: _Kept,
    options: Mapping[str, Mapping[str, str]],
) -> list[str]:
    """Write, check and reload; all as it was before where that fails."""
    file = postfix.folder / _RECORD
    wanted = _record(options)
    try:
        # Before the file, so that whatever happens it is known what of it is ours.
        _keep(file, _Kept(options=_both(kept.options, wanted), is_finished=False))
        edit.apply()
        postfix.check()
        if amiss := next(_amiss(postfix, options), ""):
            raise MailHostError(amiss)
        postfix.reload()
    except MailboxError as error:
        edit.undo()
        with suppress(MailboxError):  # what went wrong before is what to tell
            postfix.reload()
        _keep(file, kept)
        raise MailHostError(f"{error}. {edit.path} is as it was before") from error
    _keep(file, _Kept(options=wanted))
    return [] if postfix.is_running() else ["Postfix does not run now"]


def _amiss(postfix: Postfix, options: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What Postfix does not read in master.cf as it is to be."""
    for service, settings in options.items():
        found = postfix.service_parameters(f"{service}/*")
        for name, value in settings.items():
            seen = found.get(f"{service}/{name}")
            if seen != value:
                yield f"{postfix.folder}/master.cf: {name} of {service} is {seen}, not {value}"


def _record(options: Mapping[str, Mapping[str, str]]) -> Record:
    return {
        service: {name: [value] for name, value in settings.items()}
        for service, settings in options.items()
    }


def _changed_since(postfix: Postfix, text: str, kept: _Kept) -> Iterator[str]:
    """What is not as an earlier run has left it, and so stays."""
    for service, settings in kept.options.items() if kept.is_finished else ():
        for name, values in settings.items():
            is_ours = without_options(text, {service: {name: values}}) != text
            if not is_ours and postfix.service_parameters(f"{service}/{name}"):
                yield f"{name} of {service} was changed since, and stays"


def _both(one: Record, other: Record) -> Record:
    return {
        service: {
            name: [*one.get(service, {}).get(name, ()), *other.get(service, {}).get(name, ())]
            for name in (one.get(service, {}) | other.get(service, {}))
        }
        for service in (one | other)
    }


def _kept(file: Path) -> _Kept:
    text = text_of(file)
    if text is None:
        return _Kept(options={})
    try:
        data = json.loads(text)
        if data["schema"] != _SCHEMA:
            raise ValueError(f"schema {data['schema']} is of another version")
        options = {
            str(service): {str(name): list(map(str, values)) for name, values in settings.items()}
            for service, settings in data["options"].items()
        }
        return _Kept(options=options, is_finished=bool(data["finished"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MailHostError(
            f"{file}, which says what of master.cf is to be taken out again, cannot be read: put it"
            " back from a backup, or take the limits out by hand and delete it"
        ) from error


def _keep(file: Path, kept: _Kept) -> None:
    if not kept.options and kept.is_finished:
        with suppress(FileNotFoundError):
            file.unlink()
        return
    data = {"schema": _SCHEMA, "finished": kept.is_finished, "options": kept.options}
    with whole_file(file) as written:
        written.write(json.dumps(data, indent=1) + "\n")


def _diff(edit: FileEdit) -> dict[str, str]:
    before, after = differing(edit.before or "", edit.after or "")
    header = str(edit.path)
    return {"before_header": header, "after_header": header, "before": before, "after": after}
