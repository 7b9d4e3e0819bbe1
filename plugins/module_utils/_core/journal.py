# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The journal of a run: what was to be written, what came of it, and what takes it back.

JSON lines, only ever added to:

    {"record": "begin", "at", "mode": "apply" | "rollback", "run_id", "module", "server",
     "operator"}
    {"record": "intent", "at", "mode", "change": a plan's Change, "before": {attribute: [value]},
     "after": {attribute: [value]}}           before the server gets it; `before` is the undo
    {"record": "result", "at", "mode", "id": the change's, "result": "done" | "skipped" | "failed",
     "reason"}                                after the server acknowledged it, or instead
    {"record": "end", "at", "mode", "counts": {...}}

A value that is not UTF-8 stands as {"base64": ...}. What holds passwords is refused.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import JournalError, fault_of_line
from .plan import Change, change_of, content_of

SECRET = frozenset({"userpassword", "pwdhistory", "unicodepwd", "authpassword", "krbprincipalkey"})
MODES = ("apply", "rollback")
RESULTS = ("done", "skipped", "failed")

Raw = Mapping[str, list[bytes]]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """A change that was about to be written."""

    change: Change
    mode: str
    before: Raw
    after: Raw
    at: str  # as the file has it


class History:
    """What a journal tells, in its order."""

    def __init__(self) -> None:
        self._pending: dict[str, Intent] = {}  # by the change's id
        self._done: dict[str, Intent] = {}  # applied, and not rolled back since
        self._rolled_back: dict[str, Intent] = {}
        self.left: dict[str, str] = {}  # change id -> why it was not made when it was tried last
        self.applied_at = ""  # when a change was last made, or about to be; "": never

    def pending(self) -> list[Intent]:
        """What was about to be written when a run was broken off."""
        return list(self._pending.values())

    def done(self) -> list[Intent]:
        """What stands as this run wrote it, in the order in which it was written."""
        return list(self._done.values())

    def rolled_back(self) -> list[Intent]:
        """What was taken back."""
        return list(self._rolled_back.values())

    def take(self, record: Mapping[str, Any]) -> None:
        """Add the next record. Raises KeyError, TypeError, ValueError."""
        kind = record["record"]
        if record.get("mode") == "apply" and (kind == "intent" or record.get("result") == "done"):
            self.applied_at = max(self.applied_at, record["at"])
        if kind == "intent":
            intent = _intent(record)
            self._pending[intent.change.id] = intent
        elif kind == "result":
            self.settle(record["id"], record["mode"], record["result"])
            self._tell(record)
        elif kind not in ("begin", "end"):
            raise ValueError(f"unknown record {kind!r}")

    def _tell(self, record: Mapping[str, Any]) -> None:
        if record["mode"] != "apply":
            return
        if record["result"] == "done":
            self.left.pop(record["id"], None)
        else:
            self.left[record["id"]] = record["reason"]

    def settle(self, change_id: str, mode: str, result: str) -> None:
        """Add what came of a change. Raises ValueError."""
        if mode not in MODES or result not in RESULTS:
            raise ValueError(f"unknown result {mode} {result}")
        intent = self._pending.pop(change_id, None)
        if mode == "rollback" and intent is None:  # somebody else had taken it back
            intent = self._done.get(change_id)
        if intent is None or result != "done":
            return
        if mode == "apply":
            self._done[change_id] = intent
            self._rolled_back.pop(change_id, None)
        else:
            self._done.pop(change_id, None)
            self._rolled_back[change_id] = intent


def read_journal(file: str, lines: Iterable[str]) -> History:
    """What the lines tell; `file` is for messages. Raises JournalError for a line that is none."""
    history = History()
    for number, line in enumerate(lines, 1):
        try:
            history.take(json.loads(line))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JournalError(
                f"{file}, line {number} cannot be understood: {fault_of_line(error)}."
                " Nothing was written. Keep the file, and put the line right or take it out by hand"
            ) from None
    return history


def begin_line(**content: str) -> str:
    """The line that begins a module's work: at, mode, run_id, module, server, operator, ..."""
    return _encode({"record": "begin", **content})


def intent_line(*, at: str, mode: str, change: Change, before: Raw, after: Raw) -> str:
    """The line of a change that is about to be written. Raises JournalError for a secret."""
    secret = sorted(name for name in {*before, *after} if name.lower() in SECRET)
    if secret:
        raise JournalError(f"{', '.join(secret)} holds passwords and is never written by a journal")
    return _encode(
        {
            "record": "intent",
            "at": at,
            "mode": mode,
            "change": content_of(change),
            "before": _written(before),
            "after": _written(after),
        }
    )


def result_line(*, at: str, mode: str, change_id: str, result: str, reason: str) -> str:
    """The line on what came of a change."""
    return _encode(
        {
            "record": "result",
            "at": at,
            "mode": mode,
            "id": change_id,
            "result": result,
            "reason": reason,
        }
    )


def end_line(*, at: str, mode: str, counts: Mapping[str, int]) -> str:
    """The line that ends a module's work."""
    return _encode({"record": "end", "at": at, "mode": mode, "counts": counts})


def _written(raw: Raw) -> dict[str, list[str | dict[str, str]]]:
    return {name: [_value(value) for value in values] for name, values in raw.items()}


def _value(value: bytes) -> str | dict[str, str]:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode()}


def _intent(record: Mapping[str, Any]) -> Intent:
    if record["mode"] not in MODES:
        raise ValueError(f"unknown mode {record['mode']}")
    return Intent(
        change=change_of(record["change"]),
        mode=record["mode"],
        before=_raw(record["before"]),
        after=_raw(record["after"]),
        at=record["at"],
    )


def _raw(written: Mapping[str, Any]) -> dict[str, list[bytes]]:
    if not all(isinstance(values, list) for values in written.values()):
        raise ValueError("values that are no list")
    return {name: [_bytes(value) for value in values] for name, values in written.items()}


def _bytes(value: str | Mapping[str, str]) -> bytes:
    return value.encode() if isinstance(value, str) else b64decode(value["base64"], validate=True)
