# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run folder made by hand: every status, Vietnamese names, and values that mean harm."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.plugins.module_utils import _core
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Message
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import (
    CONTROLS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import (
    findings_digest,
    is_plain_pass,
    mark_of,
)

UNITS = (
    "Hội đồng nhân dân phường",
    "Trường THCS Cẩm Bình",
    "Trường Tiểu học Cẩm Bình",
    "Công an phường",
    "Cán bộ, công chức",
)
DOMAIN = "quangninh.gov.vn"
HARMFUL = '"><script>document.title="broken"</script>'
BACKWARDS = "thu\u202egnod\u202c\u200bbi"
NAMES = (
    "nguyenvanan", "tranthioanh", "lequangbinh", "phamthihanh", "hoangminhtuan", "vuthilan",
    "dangquocson", "buithithao", "dovancuong", "ngothinga", "nguyenthibichphuong",
)  # fmt: skip
IDLE, GUESSED, OUTSIDE, OPAQUE = (
    "idle-mailbox.idle",
    "default-password.guessed",
    "external-forwarding.outside",
    "external-forwarding.opaque",
)

POLICY = """---
office: Ủy ban nhân dân phường Cẩm Bình # <script>alert(1)</script>
profile: letter
idle_mailbox:
  limit_months: 3
"""

Json = dict[str, Any]


def messages() -> dict[str, Message]:
    """Every message of the core, by its key."""
    found = {}
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, Message):
                found[value.key] = value
    return found


def _modules() -> Iterator[Any]:
    prefix = f"{_core.__name__}."
    for info in pkgutil.walk_packages(_core.__path__, prefix):
        yield importlib.import_module(info.name)
    controls = importlib.import_module(f"{prefix}controls")
    for info in pkgutil.iter_modules(controls.__path__, f"{prefix}controls."):
        yield importlib.import_module(info.name)


ENGLISH = {key: message.english for key, message in messages().items()}
_CONTROL = {control.name: control for control in CONTROLS}


def finding(
    control: str,
    subject: str,
    unit: str,
    status: str,
    message: str,
    *,
    mark: str = "",
    **more: Any,
) -> Json:
    """One line of findings.jsonl, short for a pass without a due day."""
    params = more.pop("params", {})
    print_ = sha256("\0".join((control, subject, mark)).encode()).hexdigest()[:16]
    line: Json = {
        "control": control,
        "subject": subject,
        "unit": unit,
        "status": status,
        "message": message,
        "params": params,
        "summary": ENGLISH[message].format_map(params),
        "due": None,
        "fingerprint": print_,
    }
    if status != "pass" or more.get("due"):
        known = _CONTROL[control]
        line |= {
            "severity": known.severity.value,
            "evidence": [],
            "clause": known.clause,
            "references": known.references,
            "remedy": None,
            "server": "ldap01" if (unit and known.account) or known.password_policy else "",
            "exemption": None,
            "change": "new",
        }
    return line | more


def seen(what: str, value: str = "", source: str = "directory", at: str | None = None) -> Json:
    """One piece of evidence."""
    return {"what": what, "value": value, "source": source, "at": at}


def address(name: str) -> str:
    """A mail address of the office."""
    return f"{name}@{DOMAIN}"


def findings() -> list[Json]:
    """The findings of the sample: each status, each kind of subject."""
    people = [(address(f"{name}{n}"), UNITS[(n + k) % 5]) for k, name in enumerate(NAMES)
              for n in range(1, 6)]  # fmt: skip
    lines = []
    for index, (subject, unit) in enumerate(people):
        lines += _of_account(index, subject, unit)
    return [*lines, *_of_the_rest(), *_harmful()]


def _of_account(index: int, subject: str, unit: str) -> Iterator[Json]:
    yield _password(index, subject, unit)
    yield _forwarding(index, subject, unit)
    yield _idle(index, subject, unit)
    yield _lock(index, subject, unit)


def _password(index: int, subject: str, unit: str) -> Json:
    args = ("default-password", subject, unit)
    if index % 11 == 3:
        return finding(
            *args, "fail", GUESSED, params={"scheme": "SSHA"}, severity="critical",
            remedy={"field": "must_change", "action": "must_change: no -> yes"},
            evidence=[
                seen("account made", at="2018-03-01T02:00:00Z"),
                seen("stored hash compared", "match (SSHA)"),
            ],
        )  # fmt: skip
    if index % 19 == 4:
        return finding(
            *args, "fail", "default-password.never-changed", params={"made": "2018-03-01"},
            remedy={"field": "must_change", "action": "must_change: no -> yes"},
            evidence=[seen("account made", at="2018-03-01T02:00:00Z")],
            change="unchanged",
        )  # fmt: skip
    return finding(*args, "pass", "default-password.changed", params={"changed": "2018-12-09"})


def _forwarding(index: int, subject: str, unit: str) -> Json:
    args = ("external-forwarding", subject, unit)
    if index % 17 == 5:
        source = f"sieve: /var/vmail/{subject}/.dovecot.sieve, line 3"
        target = f"hop.thu.rieng{index}@mail.example.com"
        return finding(
            *args, "fail", OUTSIDE, params={"address": target, "sources": source}, mark=target,
            remedy={"field": "forwards", "action": f"forwards: {target} -> none"},
            evidence=[seen("forward", target, source)],
        )  # fmt: skip
    if index == 20:
        return finding(
            *args, "manual", OPAQUE, params={"sources": ".forward, line 1"},
            severity="medium", evidence=[seen("forward", "|/usr/bin/vacation", ".forward")],
        )  # fmt: skip
    if index == 30:
        return finding(
            *args, "exempt", OUTSIDE,
            params={"address": "luutru@archive.example", "sources": "mailForwardingAddress"},
            evidence=[seen("forward", "luutru@archive.example", "mailForwardingAddress")],
            exemption={
                "reason": "Chuyển tiếp sang kho lưu trữ điện tử của tỉnh",
                "approver": "Chủ tịch UBND phường, Công văn 15/UBND",
                "expires": "2019-06-30",
            },
            change="unchanged",
        )  # fmt: skip
    return finding(*args, "pass", "external-forwarding.none")


def _idle(index: int, subject: str, unit: str) -> Json:
    args = ("idle-mailbox", subject, unit)
    if index % 13 == 6:
        return finding(
            *args, "fail", IDLE, params={"last": "2018-07-04", "months": 3},
            remedy={"field": "lock", "action": "lock: active -> locked"},
            evidence=[
                seen(
                    "last sign-in", "up to 14 days late", "lastLogonTimestamp",
                    "2018-06-20T00:00:00Z",
                ),
                seen("last sign-in (imap)", "", "dovecot", "2018-07-04T01:22:00Z"),
            ],
            change="unchanged" if index % 2 else "new",
        )  # fmt: skip
    if index % 14 == 7:
        return finding(
            *args, "unknown", "idle-mailbox.no-record", params={"sources": "pwdLastSuccess"},
            evidence=[seen("account made", at="2017-05-05T00:00:00Z")], change="unchanged",
        )  # fmt: skip
    if index % 16 == 8:
        return finding(
            *args, "pass", "idle-mailbox.soon", due="2019-01-21",
            params={"last": "2018-10-20", "months": 3, "due": "2019-01-21"},
            evidence=[seen("last sign-in", "", "pwdLastSuccess", "2018-10-20T03:00:00Z")],
        )  # fmt: skip
    return finding(*args, "pass", "idle-mailbox.in-use", params={"last": "2019-01-07", "months": 3})


def _lock(index: int, subject: str, unit: str) -> Json:
    args = ("locked-mailbox", subject, unit)
    if index % 9 == 2:
        return finding(
            *args, "manual", "locked-mailbox.administrator", params={"last": "none on record"},
            mark="administrator", evidence=[seen("locked", "administrator")], change="unchanged",
        )  # fmt: skip
    if index == 25:
        return finding(
            *args, "manual", "locked-mailbox.failures", params={"at": "2019-01-07"},
            mark="failures", evidence=[seen("locked", "failures", at="2019-01-07T09:30:00Z")],
        )  # fmt: skip
    return finding(*args, "pass", "locked-mailbox.open")


def _of_the_rest() -> Iterator[Json]:
    policy = "cn=default,ou=policies,dc=quangninh,dc=gov,dc=vn"
    yield finding(
        "password-policy", policy, "", "fail", "password-policy.min-length",
        params={"found": 8, "wanted": 9}, mark="min_length",
        remedy={"field": "min_length", "action": "min_length: 8 -> 9"},
        evidence=[seen("min_length", "8", policy)],
    )  # fmt: skip
    yield finding(
        "password-policy", policy, "", "fail", "password-policy.classes",
        params={"missing": "digits, letters, specials"}, mark="classes",
        evidence=[seen("classes", "none", policy)],
    )  # fmt: skip
    for index, unit in enumerate(UNITS):
        params = {"used": 3 + 2 * index, "open": 11, "undecided": 0, "days": 30,
                  "share": 100 * (3 + 2 * index) // 11, "wanted": 50}  # fmt: skip
        good = params["share"] >= 50
        yield finding(
            "regular-use", unit, unit, "pass" if good else "fail",
            "regular-use.used" if good else "regular-use.seldom", params=params,
        )  # fmt: skip
    yield finding(
        "external-forwarding", "mail02", "", "error", "assessment.not-read",
        params={"server": "mail02", "reason": "connection refused on port 24"},
        change="not_assessed",
    )  # fmt: skip


def _harmful() -> Iterator[Json]:
    yield finding(
        "external-forwarding", f"{HARMFUL}@{DOMAIN}", UNITS[4], "fail", OUTSIDE,
        params={"address": f"{BACKWARDS}@evil.example", "sources": "<b>alias</b> & \u0007"},
        mark=BACKWARDS,
        remedy={"field": "forwards", "action": f"forwards: {BACKWARDS} -> none"},
        evidence=[seen("forward", f"{{0}} %s {HARMFUL}", "=HYPERLINK(\"http://evil.example\")")],
    )  # fmt: skip
    yield finding(
        "external-forwarding", "=cmd|' /C calc'!A0", "", "fail", OUTSIDE,
        params={"address": "+1@evil.example", "sources": "virtual, line 9"}, mark="+1",
        evidence=[seen("forward", "\ud800 half a letter", "virtual, line 9")],
    )  # fmt: skip


def changes(lines: Iterable[Json]) -> Iterator[Json]:
    """The plan for the failing findings."""
    values = {"must_change": (["no"], ["yes"]), "lock": (["active"], ["locked"])}
    for line in lines:
        if not line.get("remedy") or line["status"] != "fail":
            continue
        field = line["remedy"]["field"]
        before, after = values.get(field, (["8"], ["9"]))
        if field == "forwards":
            before, after = [line["params"]["address"], address("van-thu")], [address("van-thu")]
        yield {
            "id": line["fingerprint"],
            "control": line["control"],
            "subject": line["subject"],
            "unit": line["unit"],
            "server": "ldap01",
            "target": f"uid={line['subject'].partition('@')[0]},ou=people,dc=quangninh",
            "field": field,
            "before": before,
            "after": after,
            "reason": line["summary"],
            "undo": f"{field}: {', '.join(before)}",
            "fingerprint": line["fingerprint"],
        }


def gone() -> list[Json]:
    """What the previous run found and this one does not."""
    resolved = finding(
        "idle-mailbox", address("nguyencongbinh.cp"), UNITS[3], "fail", IDLE,
        params={"last": "2018-05-02", "months": 3}, change="resolved",
    )  # fmt: skip
    vanished = finding(
        "external-forwarding", address("cbvhcambinh.cp"), UNITS[4], "fail", OUTSIDE,
        params={"address": "x@mail.example.com", "sources": ".forward"}, change="not_assessed",
    )  # fmt: skip
    return [resolved, vanished]


def assessment(lines: Iterable[Json], **other: Any) -> Json:
    """assessment.json for the findings."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    units: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for line in lines:
        counts[line["control"]][line["status"]] += 1
        units[line["unit"]][line["control"]][line["status"]] += 1
    return {
        "run_id": "20190108T010000Z",
        "now": "2019-01-08T01:00:00Z",
        "time_zone": "Asia/Ho_Chi_Minh",
        "profile": "letter",
        "policy_file": "policy.yml",
        "office": "Ủy ban nhân dân phường Cẩm Bình",
        "previous": "20181208T010000Z",
        "accounts": 61,
        "accounts_by_unit": {**dict.fromkeys(UNITS[:4], 11), UNITS[4]: 12, "": 5},
        "idle_ages": {
            "edges_months": [1, 2, 3, 6, 12, 24],
            "limit_months": 3,
            "open": [30, 6, 4, 3, 2, 0, 0],
            "locked": [0, 0, 0, 2, 3, 1, 0],
            "no_record": {"open": 10, "locked": 0},
        },
        "policy_sha256": "5" * 64,
        "settings": {
            "password": {"min_length": 9, "classes": ["digits", "letters"], "blocklist": False},
            "idle_mailbox": {
                "limit_months": 3,
                "sign_ins_recorded_since": {"dovecot": "2018-01-01"},
            },
            "default_password": {"lock_from": None},
        },
        "sources": [_source("ldap01"), _source("mail01", kind="mail"), _broken_source()],
        "statuses": sum(counts.values(), Counter()),
        "counts": counts,
        "units": units,
        "exemptions": _exemptions(),
        "notes": ["2 accounts have several mail addresses, as <b>a@b.c</b>: their findings go on"],
        "comparison": {"new": 14, "resolved": 1, "unchanged": 17, "not_assessed": 2},
        **other,
    }


def _source(name: str, kind: str = "accounts") -> Json:
    directory = kind == "accounts"
    return {
        "name": name,
        "kind": kind,
        "server": f"ldaps://{name}.{DOMAIN}" if directory else f"{name}.{DOMAIN}",
        "software": "OpenLDAP 2.5.13" if directory else "Dovecot 2.3.19, Postfix 3.7.11",
        "complete": True,
        "message": "",
        "accounts": 61 if directory else 0,
        "read_at": "2019-01-08T00:59:12Z",
        "unread": [],
    }


def incremental_source(name: str = "ldap01") -> Json:
    """A directory of which only what changed was read."""
    read = {"since": "2019-01-07T01:00:00Z", "full_at": "2019-01-04T01:00:00Z"}
    return {**_source(name), "incremental": {**read, "changed": 1204, "gone": 1}}


def _broken_source() -> Json:
    return {
        **_source("mail02", kind="mail"),
        "software": "",
        "complete": False,
        "message": "connection refused on port 24: is Dovecot running?",
        "read_at": None,
        "unread": [{"field": "sign_ins", "unit": None, "reason": "no last_login map"}],
    }


def silent_workstation() -> Json:
    """One that was switched off."""
    return {
        **_source("pc1", kind="browsers"),
        "software": "",
        "complete": False,
        "answered": False,
        "message": "connect to host pc1 port 22: Connection timed out",
        "read_at": None,
    }


def _exemptions() -> list[Json]:
    return [
        {
            "control": "external-forwarding",
            "select": f"mail == 'luutru@{DOMAIN}'",
            "reason": "Chuyển tiếp sang kho lưu trữ điện tử của tỉnh",
            "approver": "Chủ tịch UBND phường, Công văn 15/UBND",
            "expires": "2019-06-30",
            "expired": False,
            "matched": 1,
        },
        {
            "control": "idle-mailbox",
            "select": "unit == 'Công an phường'",
            "reason": "Nghỉ thai sản <theo Quyết định 12>",
            "approver": "Trưởng Công an phường",
            "expires": "2018-12-31",
            "expired": True,
            "matched": 1,
        },
    ]


def write_run(folder: Path, lines: list[Json] | None = None, **other: Any) -> Path:
    """Write a whole run folder; `other` replaces keys of assessment.json."""
    lines = findings() if lines is None else lines
    folder.mkdir(parents=True)
    write_lines(folder / "findings.jsonl", lines)
    other = {"findings_digest": digest_of(folder / "findings.jsonl"), **other}
    write_lines(folder / "gone.jsonl", gone())
    write_lines(folder / "plan.jsonl", changes(lines))
    write_lines(folder / "assessment.json", [assessment(lines, **other)])
    (folder / "policy.yml").write_text(POLICY, encoding="utf-8")
    return folder


def digest_of(path: Path) -> str:
    """What assessment.json has of these findings."""
    lines = path.read_bytes().splitlines(keepends=True)
    return findings_digest(sum(mark_of(line) for line in lines if not is_plain_pass(line)))


def journal(lines: Iterable[Json]) -> Iterator[Json]:
    """What an enforcement wrote: made, failed, left; then one taken back, and one broken off."""
    told = {"at": "2019-01-08T03:00:00Z", "mode": "apply"}
    where = {"module": "civic.mailbox.account", "server": "ldap01", "operator": "an.nguyen"}
    results = ("done", "failed", "skipped", "done")
    yield {"record": "begin", **told, "run_id": "20190108T010000Z", **where}
    planned = list(changes(lines))
    for change, result in zip(planned, results, strict=False):
        intent = {"record": "intent", **told, "change": change, "before": {}, "after": {}}
        if result != "skipped":
            yield intent
        reason = {"failed": f"no right {HARMFUL}", "skipped": "signed in since"}.get(result, "")
        yield {"record": "result", **told, "id": change["id"], "result": result, "reason": reason}
    yield {"record": "end", **told, "counts": {"changed": 2, "failed": 1}}
    back = {"at": "2019-01-08T04:00:00Z", "mode": "rollback"}
    yield {"record": "begin", **back, "run_id": "20190108T010000Z", **where}
    for change in (planned[0], planned[4]):
        turned = change | {"before": change["after"], "after": change["before"]}
        yield {"record": "intent", **back, "change": turned, "before": {}, "after": {}}
        if change is planned[0]:
            yield {"record": "result", **back, "id": change["id"], "result": "done", "reason": ""}


def write_lines(path: Path, lines: Iterable[Json]) -> None:
    """Write JSON lines as the assessment does; a lone surrogate stays escaped, as in real files."""
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
            file.write(text.replace("\ud800", "\\ud800") + "\n")
