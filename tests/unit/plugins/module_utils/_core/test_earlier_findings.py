# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.earlier_findings import (
    Earlier,
    EarlierFindings,
    no_passes,
)

CLERK = {
    "control": "idle-mailbox", "subject": "clerk@town.example", "status": "fail", "message": "m",
    "severity": "high", "server": "ldap1", "place": "ldap1", "fingerprint": "c1",
}  # fmt: skip
DESK = CLERK | {"subject": "desk@town.example", "fingerprint": "d1"}
KEPT = Earlier(
    status="fail", severity="high", control="idle-mailbox", message="m", server="ldap1",
    place="ldap1",
)  # fmt: skip


def found(*findings):
    earlier = EarlierFindings()
    for finding in findings:
        earlier.add(finding)
    return earlier


def test_each_is_found_by_its_fingerprint():
    earlier = found(CLERK, DESK | {"status": "manual"})

    assert len(earlier) == 2
    assert earlier.of("c1") == KEPT
    assert earlier.of("d1").status == "manual"
    assert earlier.of("e1") is None


def test_what_they_have_in_common_is_kept_once():
    earlier = found(CLERK, DESK)

    assert earlier.of("c1") is earlier.of("d1")


def test_it_is_known_what_they_are_on():
    whereabouts = found(CLERK).whereabouts

    assert ("idle-mailbox", "clerk@town.example", "ldap1") in whereabouts
    assert ("idle-mailbox", "clerk@town.example", "") not in whereabouts
    assert ("locked-mailbox", "clerk@town.example", "ldap1") not in whereabouts


@pytest.mark.parametrize("name", ["server", "place", "severity", "message"])
def test_a_finding_without_what_older_runs_did_not_write_is_read(name):
    older = {key: value for key, value in CLERK.items() if key != name}

    for finding in (older, CLERK | {name: None}):
        assert getattr(found(finding).of("c1"), name) == ""


def lines(*findings):
    return [json.dumps(finding, separators=(",", ":")) for finding in findings]


def test_passes_are_passed_over():
    text = lines(CLERK, DESK | {"status": "pass"})

    assert list(no_passes(text)) == [(text[0], CLERK)]


def test_a_subject_that_is_named_as_a_pass_is_none():
    sly = CLERK | {"subject": '"status":"pass"'}

    assert [finding for _, finding in no_passes(lines(sly))] == [sly]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "1",
        '{"fingerprint": "1", "status": "fail"}',
        '{"fingerprint": "1", "status": ["fail"], "control": "c", "subject": "s"}',
        '{"fingerprint": "1", "status": "fail", "control": "c", "subject": "s", "silent_on": "m"}',
    ],
)
def test_a_line_that_is_no_finding_is_refused(line):
    with pytest.raises(ValueError, match=r"."):
        list(no_passes([line]))
