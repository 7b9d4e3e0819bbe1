# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The module browser_policy: has a workstation's browsers keep no passwords, or takes it back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .._browsers.products import PRODUCTS, Product
from .._browsers.settings_file import (
    FileRecord,
    Outcome,
    contradictions,
    in_force,
    put_in,
    raw_values_checked,
    record_as_json,
    record_of_json,
    take_out,
)
from .._core.browser_passwords import SITES, BrowserPasswords, official_site
from .._core.errors import MailboxError, WorkstationError
from .._mail.exclusive import alone
from .file_edit import FileEdit, text_of
from .runner import MailboxModule
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
    "sites": {"type": "str", "choices": list(SITES)},
    "official_sites": {"type": "list", "elements": "str"},
    "policy_file": {"type": "path"},
    "browsers": {
        "type": "list",
        "elements": "str",
        "choices": [product.name for product in PRODUCTS],
        "default": [product.name for product in PRODUCTS],
    },
    "root": {"type": "path", "default": "/"},
    "state_dir": {"type": "path", "default": "/var/lib/civic-mailbox"},
}
RESTRICTIONS: dict[str, Any] = {
    "required_if": [
        ("state", "present", ["sites", "policy_file"], True),
        ("sites", "official", ["official_sites"]),
    ],
    "mutually_exclusive": [("sites", "policy_file")],
}

_STATE_FILE = "browser-policy.json"
_SCHEMA = 1
_WRITABLE_BY_OTHERS = 0o022


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What is done with one browser's file."""

    product: Product
    path: Path
    before: str | None
    outcome: Outcome

    @property
    def is_needed(self) -> bool:
        return self.outcome.text != self.before


def follow(module: MailboxModule) -> dict[str, Any]:
    """Do what the options ask for; tell what came of it."""
    params = module.params
    wanted = _wanted(params)
    root = Path(params["root"])
    state_file = _below(root, params["state_dir"]) / _STATE_FILE
    products = [product for product in PRODUCTS if product.name in params["browsers"]]
    problems: list[str] = []
    differing: list[dict[str, Any]] = []
    with nullcontext() if module.check_mode else _alone(state_file.parent, params["state"]):
        records = _records(state_file)
        works = []
        for product in products:
            if params["state"] == "absent":
                works += _undone(product, root, records, problems)
            else:
                works.append(_done(product, wanted, root, records, problems, differing))
        if not module.check_mode:
            write = _take_back if params["state"] == "absent" else _put_in_force
            write(works, records, state_file)
    for one in differing:
        if one["wins"]:
            module.warn_clean(
                f"{one['file']} says something else about {one['policy']} and wins over"
                f" {one['own_file']}: take it out there"
            )
    needed = [work for work in works if work.is_needed]
    return {
        "changed": bool(needed),
        "files": [str(work.path) for work in needed],
        "policies": {
            product.name: {
                one.name: one.value if isinstance(one.value, bool) else list(one.value)
                for one in product.settings(wanted)
            }
            for product in products
            if params["state"] == "present"
        },
        "contradictions": differing,
        "problems": problems,
        "registry": [value for product in PRODUCTS for value in product.registry_values(wanted)],
        **({"diff": [_diff(work) for work in needed]} if module._diff else {}),  # pylint: disable=protected-access
    }


def _wanted(params: Mapping[str, Any]) -> BrowserPasswords:
    if params["state"] == "present" and params["sites"] is None:
        raise MailboxError("sites: say all or official; a policy_file is for the control node")
    sites = []
    for written in params["official_sites"] or []:
        site = official_site(written)
        if site is None:
            raise MailboxError(
                f"official_sites: {written!r} is no site: write mail.town.example, or"
                " https://mail.town.example:8443"
            )
        sites.append(site)
    if params["sites"] == "official" and not sites:
        raise MailboxError("official_sites: name one at least")
    return BrowserPasswords(sites=params["sites"] or "all", official_sites=tuple(sites))


def _done(
    product: Product,
    wanted: BrowserPasswords,
    root: Path,
    records: Mapping[str, FileRecord],
    problems: list[str],
    differing: list[dict[str, Any]],
) -> _Work:
    path = root / product.file
    _require_safe(path, root)
    text = _text(path)
    settings = product.settings(wanted)
    others = _others(path, product) if product.reads_folder else {}
    base = None if text is not None else _distributed(product, root, problems)
    try:
        outcome = put_in(
            product, settings, text, records.get(str(path)), base=base, elsewhere=in_force(others)
        )
    except ValueError as error:
        raise _unusable(path, error) from error
    differing += [
        {
            "browser": product.name,
            "file": str(path.with_name(one.file)),
            "policy": one.policy,
            "wins": one.wins,
            "own_file": str(path),
        }
        for one in contradictions(settings, path.name, others)
    ]
    return _Work(product=product, path=path, before=text, outcome=outcome)


def _undone(
    product: Product, root: Path, records: Mapping[str, FileRecord], problems: list[str]
) -> list[_Work]:
    path = root / product.file
    record = records.get(str(path))
    if record is None:
        return []
    text = _text(path)
    try:
        outcome = take_out(product, text, record)
    except ValueError as error:
        raise _unusable(path, error) from error
    problems += [f"{path}: {name} was changed since, and stays" for name in outcome.left]
    return [_Work(product=product, path=path, before=text, outcome=outcome)]


def _put_in_force(
    works: Sequence[_Work], records: Mapping[str, FileRecord], state_file: Path
) -> None:
    """The record before the files, so that what was there is known whatever happens."""
    kept = dict(records)
    for work in works:
        record = work.outcome.record
        if record and not record.folders:
            missing = [one for one in work.path.parents if not one.exists()]
            record = replace(record, folders=tuple(map(str, reversed(missing))))
        if record:
            kept[str(work.path)] = record
    if kept != records:
        _keep(state_file, kept)
    for work in works:
        _write(work)


def _take_back(works: Sequence[_Work], records: Mapping[str, FileRecord], state_file: Path) -> None:
    """The files before the record, so that an undo that was broken off can be done again."""
    kept = dict(records)
    for work in works:
        _write(work)
        record = kept.pop(str(work.path))
        if work.outcome.text is None:
            for folder in reversed(record.folders):
                with suppress(OSError):  # others have put something there
                    Path(folder).rmdir()
    if works:
        _keep(state_file, kept)


def _write(work: _Work) -> None:
    edit = FileEdit(path=work.path, before=work.before, after=work.outcome.text)
    if not edit.is_needed:
        return
    try:
        if edit.after is not None:
            _make_folders(work.path.parent)
        edit.apply()
    except OSError as error:
        raise WorkstationError(f"cannot make {error.filename}: {error.strerror}") from error
    except MailboxError as error:
        raise WorkstationError(f"{error}; this needs root") from error


def _make_folders(folder: Path) -> None:
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir()
        missing.chmod(0o755)  # every user's browser reads there, whatever our umask is


def _others(path: Path, product: Product) -> dict[str, dict[str, Any]]:
    """What the other files of the folder say: Chromium reads all, whatever they are called."""
    try:
        names = sorted(one.name for one in path.parent.iterdir() if one.is_file())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WorkstationError(f"cannot read {path.parent}: {error.strerror}") from error
    others = {}
    for name in names:
        other = path.with_name(name)
        if name == path.name or name.startswith(f".{path.name}."):
            continue
        others[name] = policies_of(other, product) or {}
    return others


def policies_of(path: Path, product: Product) -> dict[str, Any] | None:
    """The policies of one file; None where it is not there. Raises WorkstationError."""
    text = _text(path)
    if text is None:
        return None
    try:
        values = raw_values_checked(text, product)
    except ValueError as error:
        raise _unusable(path, error) from error
    return {key: json.loads(raw) for key, raw in values.items()}


def _distributed(product: Product, root: Path, problems: list[str]) -> str | None:
    """What the browser reads as long as the file is not there, and would not any more."""
    found: dict[str, Path] = {}
    for name in product.distribution:
        text = _text(root / name)
        if text is not None:
            found.setdefault(text, root / name)
    if len(found) > 1:
        raise WorkstationError(
            f"{' and '.join(map(str, found.values()))} differ, and would both be hidden by"
            f" {root / product.file}: write what is to hold into that file, then run this again"
        )
    for text, path in found.items():
        problems.append(f"{root / product.file} hides {path}, and so starts with what it says")
        return text
    return None


def _require_safe(path: Path, root: Path) -> None:
    """Nobody but root may write there, or whoever can switches the policy off again."""
    inside = [one for one in path.parents if one != root and root in one.parents]
    for one in (path, *inside):
        try:
            found = one.stat()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise WorkstationError(f"cannot read {one}: {error.strerror}") from error
        if found.st_uid != 0 or found.st_mode & _WRITABLE_BY_OTHERS:
            raise WorkstationError(
                f"{one} can be changed by others than root, who could switch the policy off:"
                f" chown root: {one}; chmod go-w {one}"
            )


def _text(path: Path) -> str | None:
    try:
        return text_of(path)
    except MailboxError as error:
        raise WorkstationError(str(error)) from error


def _unusable(path: Path, error: ValueError) -> WorkstationError:
    return WorkstationError(
        f"{path}: {error}. Nothing was written: put it right, or move it out of its folder"
    )


def _records(state_file: Path) -> dict[str, FileRecord]:
    """What earlier runs have done, by file."""
    text = _text(state_file)
    if text is None:
        return {}
    try:
        data = json.loads(text)
        if data["schema"] != _SCHEMA:
            raise ValueError(f"schema {data['schema']} is of another version")
        return {path: record_of_json(record) for path, record in data["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkstationError(
            f"{state_file}, which says what was there before, cannot be read: put it back from a"
            " backup; without it nothing can be undone. To start anew, move it away"
        ) from error


def _keep(state_file: Path, records: Mapping[str, FileRecord]) -> None:
    if not records:
        with suppress(FileNotFoundError):
            state_file.unlink()
        return
    data = {"schema": _SCHEMA, "files": {p: record_as_json(r) for p, r in records.items()}}
    with whole_file(state_file) as file:
        file.write(json.dumps(data, indent=1, ensure_ascii=True) + "\n")


def _alone(folder: Path, state: str) -> Any:
    if state == "absent" and not folder.exists():
        return nullcontext()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WorkstationError(
            f"cannot make {folder}: {error.strerror}; this needs root"
        ) from error
    return alone(folder)


def _below(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _diff(work: _Work) -> dict[str, Any]:
    """The policies of ours, and no other: theirs may hold what is not to be shown."""
    return {
        "before_header": str(work.path),
        "after_header": str(work.path),
        "before": _shown(work.before, work.outcome.text, work.product),
        "after": _shown(work.outcome.text, work.before, work.product),
    }


def _shown(text: str | None, other: str | None, product: Product) -> dict[str, Any]:
    """The policies of a text that the other has not, or otherwise."""
    values = raw_values_checked(text, product) if text else {}
    there = raw_values_checked(other, product) if other else {}
    return {key: json.loads(raw) for key, raw in values.items() if there.get(key) != raw}
