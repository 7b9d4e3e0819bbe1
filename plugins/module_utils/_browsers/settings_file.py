# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What becomes of a policy file: settings put in beside what is there, and taken out again.

Pure: text in, text out. What was there before is in a `FileRecord`, which outlives the run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .json_members import parsed, raw_values, with_value, without
from .products import PolicySetting, Product


@dataclass(frozen=True, kw_only=True)
class KeyRecord:
    """One policy before and after us."""

    before: str | None  # the text of its value; None: it was not there
    value: Any  # ours


@dataclass(frozen=True, kw_only=True)
class FileRecord:
    """One file before and after us."""

    before: str | None  # all of it; None: it was not there
    written: str
    keys: Mapping[str, KeyRecord]
    folders: tuple[str, ...] = ()  # made for it, outermost first
    # Whether nobody else has changed it between two of our runs, so that `before` still holds.
    is_alone: bool = True


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the file is to be, None: no file; and what is known of it from then on."""

    text: str | None
    record: FileRecord | None
    left: tuple[str, ...] = ()  # policies that somebody has changed since


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Another file of the folder that says something else, and whether it wins."""

    file: str  # its name
    policy: str
    wins: bool


def put_in(
    product: Product,
    settings: Sequence[PolicySetting],
    text: str | None,
    record: FileRecord | None,
    *,
    base: str | None = None,
    elsewhere: Mapping[str, Any] = {},
) -> Outcome:
    """The file with the settings in it.

    `base` is what a file that is not there yet starts from, `elsewhere` what the other files of the
    folder say: a list of ours would hide theirs. Raises ValueError.
    """
    folders = record.folders if record else ()
    record = record if text is not None else None
    before = text
    text = text if text is not None else base if base is not None else "{}\n"
    found = raw_values_checked(text, product)
    keys = dict(record.keys) if record else {}
    wanted = {one.name for one in settings}
    for name in [name for name in keys if name not in wanted]:
        text, _ = _put_back(text, product, name, keys.pop(name))
    for one in settings:
        value = _merged(one, found, keys.get(one.name), elsewhere)
        if one.name not in keys:
            keys[one.name] = KeyRecord(before=found.get(one.name), value=value)
        keys[one.name] = KeyRecord(before=keys[one.name].before, value=value)
        if one.name not in found or json.loads(found[one.name]) != value:
            text = with_value(text, product.member, one.name, json.dumps(value))
    first = record or FileRecord(before=before, written=text, keys={}, folders=folders)
    return Outcome(
        text=text,
        record=FileRecord(
            before=first.before,
            written=text,
            keys=keys,
            folders=first.folders,
            is_alone=first.is_alone and before in (first.before, first.written),
        ),
    )


def take_out(product: Product, text: str | None, record: FileRecord) -> Outcome:
    """The file as it was before us; what somebody has changed since stays. Raises ValueError."""
    if text is None or text == record.before:
        return Outcome(text=text, record=None)
    if record.is_alone and text == record.written:
        return Outcome(text=record.before, record=None)
    raw_values_checked(text, product)
    left = []
    for name, key in record.keys.items():
        text, is_back = _put_back(text, product, name, key)
        left += [] if is_back else [name]
    is_empty = parsed(text) in ({}, {"policies": {}})
    return Outcome(
        text=None if is_empty and record.before is None else text, record=None, left=tuple(left)
    )


def in_force(files: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the files of a Chromium's folder say together: the last name wins, policy by policy."""
    together: dict[str, Any] = {}
    for name in sorted(files, key=lambda name: name.encode("utf-8", "surrogateescape")):
        together |= files[name]
    return together


def contradictions(
    settings: Sequence[PolicySetting], own: str, others: Mapping[str, Mapping[str, Any]]
) -> list[Contradiction]:
    """The other files that state one of the policies differently; those after `own` win."""
    return [
        Contradiction(
            file=name,
            policy=one.name,
            wins=in_force({own: {one.name: 1}, name: {one.name: 2}})[one.name] == 2,
        )
        for name, policies in sorted(others.items())
        for one in settings
        if one.name in policies and not is_met(one, policies[one.name])
    ]


def is_met(setting: PolicySetting, value: Any) -> bool:
    """Whether a value that was found does what the setting asks for."""
    if isinstance(setting.value, bool):
        return value is setting.value
    return isinstance(value, list) and set(setting.value) <= {str(one) for one in value}


def raw_values_checked(text: str, product: Product) -> dict[str, str]:
    """As raw_values(), of text that may be no JSON at all."""
    parsed(text)
    return raw_values(text, product.member)


def _merged(
    setting: PolicySetting,
    found: Mapping[str, str],
    key: KeyRecord | None,
    elsewhere: Mapping[str, Any],
) -> bool | list[Any]:
    if isinstance(setting.value, bool):
        return setting.value
    here = _list(_loaded(found.get(setting.name)))
    if key:  # what only we have put in goes if it is not wanted any more
        ours = [one for one in _list(key.value) if one not in _list(_loaded(key.before))]
        here = [one for one in here if one not in ours]
    merged: list[Any] = []
    for one in (*_list(elsewhere.get(setting.name)), *here, *setting.value):
        if one not in merged:
            merged.append(one)
    return merged


def _put_back(text: str, product: Product, name: str, key: KeyRecord) -> tuple[str, bool]:
    """The text with the policy as it was, and whether it is; not where somebody changed it."""
    now = raw_values(text, product.member).get(name)
    if now == key.before:
        return text, True
    if now is None or json.loads(now) != key.value:
        return text, False
    if key.before is None:
        return without(text, product.member, name), True
    return with_value(text, product.member, name, key.before), True


def _loaded(raw: str | None) -> Any:
    return None if raw is None else json.loads(raw)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def record_as_json(record: FileRecord) -> dict[str, Any]:
    """For the state file."""
    return {
        "before": record.before,
        "written": record.written,
        "is_alone": record.is_alone,
        "folders": list(record.folders),
        "keys": {n: {"before": k.before, "value": k.value} for n, k in record.keys.items()},
    }


def record_of_json(data: Mapping[str, Any]) -> FileRecord:
    """From the state file. Raises KeyError, TypeError, AttributeError where it is not ours."""
    return FileRecord(
        before=data["before"],
        written=data["written"],
        is_alone=data["is_alone"],
        folders=tuple(data["folders"]),
        keys={
            name: KeyRecord(before=key["before"], value=key["value"])
            for name, key in data["keys"].items()
        },
    )
