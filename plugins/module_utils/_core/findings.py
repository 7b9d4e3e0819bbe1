# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Findings: what the assessment says of one subject and one control, one JSON line each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

from .account import Account
from .control import Control, Evidence, Param, Remedy, Severity, Status, Verdict
from .dates import format_time
from .errors import MailboxError
from .exemptions import Approval

# Of findings.jsonl and assessment.json, which has it as `schema`. 1 has no such key; 2: passes say
# when they are partial, and the controls that were assessed are named.
SCHEMA = 2

_MARK_BYTES = 16
_PASS = Status.PASS  # in Python 3.11 an attribute of Status takes as long as a call
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What findings are about; all that are about it share it."""

    name: str  # mail address, or the name of a policy, a unit or a server
    unit: str = ""
    dn: str = ""  # of the account in its directory, for the plan
    server: str = ""  # inventory name of that directory; "" for what is in none
    # Its directory, where several are read: another may have the address, or a policy of the name.
    place: str = ""
    called: str = ""  # which fact its name is (exemptions.FACTS), where it is no account
    account: Account | None = None  # where it is one
    elsewhere: tuple[Account, ...] = ()  # its owner's accounts in other directories

    @property
    def facts(self) -> dict[str, Any]:
        """What an exemption's selector sees."""
        account = self.account
        if account is None:
            return {self.called: self.name} if self.called else {}
        return {
            "mail": account.subject,
            "addresses": list(account.mail),
            "login": account.login,
            "name": account.name,
            "unit": account.unit,
            "dn": account.dn,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One verdict with its subject, and what the catalogue and the exemptions add to it."""

    control: Control
    about: Subject
    status: Status
    verdict: Verdict
    exemption: Approval | None = None
    # False: something it rests on could not be read, so it says nothing of earlier findings
    complete: bool = True

    @property
    def subject(self) -> str:
        """The subject's name."""
        return self.about.name

    @property
    def unit(self) -> str:
        """The subject's unit."""
        return self.about.unit

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.verdict.severity or self.control.severity

    @property
    def summary(self) -> str:
        """The English sentence."""
        return render(self.verdict.message.english, self.verdict.params)

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits, the same in every run for the same finding."""
        return fingerprint(self.control.name, self.subject, self.verdict.mark, self.about.place)

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """The changes that put it right: none unless it fails."""
        return self.verdict.remedies if self.status is Status.FAIL else ()


def refuse_newer(file: str, assessment: Mapping[str, Any]) -> None:
    """Raises MailboxError when an assessment.json is of a version that is not known here.

    One without a version is of the first.
    """
    schema = assessment.get("schema", 1)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise MailboxError(
            f"{file} is of version {schema}, and this release of civic.mailbox knows those up to "
            f"{SCHEMA}: install the release that wrote it, or a later one"
        )


class ReadFindings:
    """Whether a findings.jsonl is as the audit wrote it, told while its lines are read.

    A plain pass may have become another one: so many are in no list, and nothing is done by them.
    """

    def __init__(self, file: str, *, number: int, digest: str) -> None:
        """How many findings assessment.json counts; digest: "" where an older version wrote it."""
        self._file, self._number, self._digest = file, number, digest
        self._read, self._marks = 0, 0

    def take(self, line: bytes) -> bool:
        """Take the next line. Whether it is a plain pass."""
        self._read += 1
        is_plain = is_plain_pass(line)
        if not is_plain:
            self._marks += mark_of(line)
        return is_plain

    def refuse_changed(self) -> None:
        """To be called after the last line. Raises MailboxError where somebody changed the file."""
        if self._read != self._number:
            differs = f"it has {self._read} findings, and assessment.json counts {self._number}"
        elif self._digest not in ("", findings_digest(self._marks)):
            differs = "its findings are not those that the audit wrote, by findings_digest in"
            differs += " assessment.json"
        else:
            return
        raise MailboxError(
            f"{self._file} is damaged: {differs}. Restore it from a copy, or audit again"
        )


def is_plain_pass(line: bytes) -> bool:
    """Whether a line is of a pass without a due day.

    Told without decoding: nearly all lines are. A quote inside a value is escaped.
    """
    return b'"status":"pass"' in line and b'"due":null' in line


def mark_of(line: bytes) -> int:
    """A number for what a line says, for the digest."""
    return int.from_bytes(sha256(line).digest()[:_MARK_BYTES], "big")


def findings_digest(marks: int) -> str:
    """The digest of a findings.jsonl: the marks of its lines but plain passes, added up.

    In any order, so that each process that assesses some accounts can add up its own.
    """
    return f"{marks % (1 << 8 * _MARK_BYTES):0{2 * _MARK_BYTES}x}"


def fingerprint(control: str, subject: str, mark: str, place: str = "") -> str:
    """What makes a finding the same one next time, as 16 hexadecimal digits."""
    text = f"{control}\0{subject}\0{mark}\0{place}" if place else f"{control}\0{subject}\0{mark}"
    return sha256(text.encode()).hexdigest()[:16]


def render(template: str, params: Mapping[str, object]) -> str:
    """A message's sentence; parameters are text and never looked into."""
    return template.format_map(dict(params))


def to_line(finding: Finding, change: str) -> str:
    """The JSON line of a finding; that of a pass is short, since most findings are passes.

    `change` is the comparison's word (comparison.WORDS) or "". `partial` stands where something
    that it rests on could not be read, `silent_on` names messages that it could not have been.
    """
    verdict = finding.verdict
    if finding.status is _PASS and not verdict.due:
        return _pass_line(finding, verdict)
    return _encode(content_of(finding, change))


def _pass_line(finding: Finding, verdict: Verdict) -> str:
    """What content_of() says of a plain pass, as most of it is said of many others."""
    control, about = finding.control.name, finding.about
    begin, middle, end = _pass_frame(
        control,
        verdict.message.key,
        verdict.message.english,
        tuple(verdict.params.items()),
        about.place,
        finding.complete,
        verdict.silent_on,
    )
    subject, unit = encode_basestring(about.name), encode_basestring(about.unit)
    mark = fingerprint(control, about.name, verdict.mark, about.place)
    return f'{begin}{subject},"unit":{unit}{middle}{mark}{end}'


@lru_cache(maxsize=4096)
def _pass_frame(
    control: str,
    message: str,
    english: str,
    params: tuple[tuple[str, Param], ...],
    place: str,
    complete: bool,
    silent_on: tuple[str, ...],
) -> tuple[str, str, str]:
    """The text of a plain pass's line before the subject, after the unit, after the fingerprint."""
    given = dict(params)
    known = {
        "status": Status.PASS.value,
        "message": message,
        "params": given,
        "summary": render(english, given),
        "due": None,
    }
    begin = f'{{"control":{_encode(control)},"subject":'
    middle = f',{_encode(known)[1:-1]},"fingerprint":"'
    rest = _encode(_remarks(place, complete, silent_on))[1:-1]
    return begin, middle, f'",{rest}}}' if rest else '"}'


def _remarks(place: str, complete: bool, silent_on: tuple[str, ...]) -> dict[str, Any]:
    """What a line has only where there is something to say."""
    remarks: dict[str, Any] = {}
    if place:
        remarks["place"] = place
    if not complete:
        remarks["partial"] = True
    if silent_on:
        remarks["silent_on"] = silent_on
    return remarks


def content_of(finding: Finding, change: str) -> dict[str, Any]:
    """What the line of a finding says."""
    verdict = finding.verdict
    line: dict[str, Any] = {
        "control": finding.control.name,
        "subject": finding.subject,
        "unit": finding.unit,
        "status": finding.status.value,
        "message": verdict.message.key,
        "params": verdict.params,
        "summary": finding.summary,
        "due": _day(verdict.due),
        "fingerprint": finding.fingerprint,
        **_remarks(finding.about.place, finding.complete, verdict.silent_on),
    }
    if finding.status is not Status.PASS or verdict.due:
        line |= {
            "severity": finding.severity.value,
            "evidence": [_evidence(item) for item in verdict.evidence],
            "clause": finding.control.clause,
            "references": finding.control.references,
            "remedy": _remedy(finding),
            "server": finding.about.server,
            "exemption": _exemption(finding.exemption),
            "facts": finding.about.facts,
            "change": change,
        }
    return line


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "what": item.what,
        "value": item.value,
        "source": item.source,
        "at": format_time(item.at) if item.at else None,
    }


def _remedy(finding: Finding) -> dict[str, str] | None:
    if not finding.remedies:
        return None
    action = "; ".join(_action(remedy) for remedy in finding.remedies)
    return {"field": finding.remedies[0].field, "action": action}


def _action(remedy: Remedy) -> str:
    after = ", ".join(remedy.after) or "none"
    return f"{remedy.field}: {', '.join(remedy.before) or 'none'} -> {after}"


def _exemption(exemption: Approval | None) -> dict[str, str] | None:
    if exemption is None:
        return None
    return {
        "reason": exemption.reason,
        "approver": exemption.approver,
        "expires": exemption.expires.isoformat(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
