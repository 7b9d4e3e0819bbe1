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


@dataclass(frozen=True, kw_only=True, slots=True)
class Lost:
    """Changes that were made, and of which the journal has no intent: nothing tells how to undo
    them."""

    line: int  # that tells that they were made
    server: str  # as the session says; "": it does not
    change_id: str = ""  # "": the line counts more changes than those before it tell
    number: int = 1


class History:
    """What a journal tells, in its order."""

    def __init__(self, file: str = "") -> None:
        self.file = file  # for messages
        self._pending: dict[str, Intent] = {}  # by the change's id
        self._done: dict[str, Intent] = {}  # applied, and not rolled back since
        self._rolled_back: dict[str, Intent] = {}
        self._lost: dict[str, Lost] = {}  # by the change's id, or by the line
        self._line = 0
        # Of one module's work on one server, which its end counts.
        self._server, self._made, self._intended = "", 0, set[str]()
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

    def lost(self) -> list[Lost]:
        """What was made, may stand, and cannot be undone by this journal."""
        return list(self._lost.values())

    def take(self, record: Mapping[str, Any]) -> None:
        """Add the next record. Raises KeyError, TypeError, ValueError."""
        self._line += 1
        kind = record["record"]
        if record.get("mode") == "apply" and (kind == "intent" or record.get("result") == "done"):
            self.applied_at = max(self.applied_at, record["at"])
        if kind == "intent":
            intent = _intent(record)
            self._pending[intent.change.id] = intent
            self._intended.add(intent.change.id)
        elif kind == "result":
            if record["result"] == "done":
                self._made += 1
                self._look_for_intent(record["id"], record["mode"])
            self.settle(record["id"], record["mode"], record["result"])
            self._tell(record)
        elif kind == "begin":
            self._server, self._made, self._intended = record.get("server", ""), 0, set()
        elif kind == "end":
            self._count(record["counts"].get("changed", 0))
        else:
            raise ValueError(f"unknown record {kind!r}")

    def _look_for_intent(self, change_id: str, mode: str) -> None:
        """Keep what was made without an intent."""
        if mode == "rollback" and change_id in self._lost:
            del self._lost[change_id]  # it does not stand any more, whatever it was
            return
        if change_id in self._pending or change_id in self._done:
            return
        if mode == "rollback" and change_id in self._rolled_back:
            return
        self._lost[change_id] = Lost(line=self._line, server=self._server, change_id=change_id)

    def _count(self, changed: int) -> None:
        """Keep that more was made than is told. An intent whose result is missing is no loss: what
        came of it is looked up on the server."""
        missing = changed - self._made - len(self._intended & self._pending.keys())
        if missing > 0:
            self._lost[f"line {self._line}"] = Lost(
                line=self._line, server=self._server, number=missing
            )

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
    history, rest = History(file), iter(lines)
    for number, line in enumerate(rest, 1):
        try:
            history.take(json.loads(line))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            is_last = next(rest, None) is None
            raise JournalError(
                f"{file}, line {number} cannot be understood: {fault_of_line(error)}."
                f" Nothing was written. {_WAY_OUT_AT_THE_END if is_last else _WAY_OUT}"
            ) from None
    return history


# A line that is taken out may be the only one that tells how to undo a change.
_WAY_OUT = (
    "Put the line right, from a copy of the file. Do not take it out: how to undo the change that"
    " it is about would be lost"
)
# A write that broke off leaves half a line; nothing goes to a server before its line is whole.
_WAY_OUT_AT_THE_END = (
    "It is the last line: keep a copy of the file, and take the line out if it is no more than the"
    " beginning of one, which a write that broke off leaves. Else put it right, from a copy"
)


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
