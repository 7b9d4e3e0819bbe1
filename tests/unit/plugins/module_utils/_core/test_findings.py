# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from datetime import date

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Evidence,
    Message,
    Remedy,
    Severity,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.idle_mailbox import (
    IDLE_MAILBOX,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.exemptions import Exemption
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import (
    Finding,
    Subject,
    content_of,
    fingerprint,
    render,
    to_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import changes_for
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
)

SENTENCE = Message("idle-mailbox.idle", "Last sign-in on {last}")


def finding(status: Status = Status.FAIL, **changed) -> Finding:
    verdict = Verdict(
        status=status, message=SENTENCE, params={"last": "2018-09-01"},
        evidence=(Evidence(what="last sign-in", value="", source="dovecot", at=NOW),),
        remedies=(Remedy(field="lock", before=("active",), after=("locked",)),),
        **{name: changed.pop(name) for name in ("due", "mark", "severity", "silent_on") if name in changed},
    )  # fmt: skip
    further = {name: changed.pop(name) for name in ("exemption", "complete") if name in changed}
    about = {
        "name": "clerk@town.example", "unit": "Registry", "dn": "uid=clerk", "server": "ldap1",
    } | changed  # fmt: skip
    return Finding(
        control=IDLE_MAILBOX, about=Subject(**about), status=status, verdict=verdict, **further
    )


def line(found: Finding, change: str = "new") -> dict:
    return json.loads(to_line(found, change))


def test_a_finding_is_one_line_with_all_that_is_known_of_it():
    assert line(finding(account=account(login="an"))) == {
        "control": "idle-mailbox", "subject": "clerk@town.example", "unit": "Registry",
        "status": "fail", "message": "idle-mailbox.idle", "params": {"last": "2018-09-01"},
        "summary": "Last sign-in on 2018-09-01", "due": None,
        "fingerprint": fingerprint("idle-mailbox", "clerk@town.example", ""),
        "severity": "high", "server": "ldap1", "clause": IDLE_MAILBOX.clause,
        "references": list(IDLE_MAILBOX.references), "exemption": None, "change": "new",
        "evidence": [
            {"what": "last sign-in", "value": "", "source": "dovecot", "at": "2019-01-08T01:00:00Z"}
        ],
        "remedy": {"field": "lock", "action": "lock: active -> locked"},
        "facts": {
            "mail": "clerk@town.example", "addresses": ["clerk@town.example"], "login": "an",
            "name": account().name, "unit": "Registry", "dn": account().dn,
        },
    }  # fmt: skip


def test_the_line_of_a_pass_is_short():
    assert set(line(finding(Status.PASS))) == {
        "control", "subject", "unit", "status", "message", "params", "summary", "due", "fingerprint",
    }  # fmt: skip


PASSES = [
    ("plain", {}),
    ("of one of several directories", {"place": 'ldap "2"'}),
    ("that rests on less than everything", {"complete": False}),
    ("silent on a message", {"silent_on": ("a.b", "c.d")}),
    ("with all of that", {"place": "p", "complete": False, "silent_on": ("a.b",)}),
    ("with a mark", {"mark": "me@home.example"}),
    ("of an odd subject", {"name": 'uid="a\\,b"\n,dc=x\u2028', "unit": ""}),
    ("of a unit with quotes", {"unit": 'Văn thư "1"\t'}),
]


@pytest.mark.parametrize("known", [pytest.param(known, id=name) for name, known in PASSES])
def test_the_quick_line_of_a_pass_is_the_one_that_every_finding_has(known):
    found = finding(Status.PASS, **known)
    slow = json.dumps(content_of(found, ""), ensure_ascii=False, separators=(",", ":"))

    assert to_line(found, "") == to_line(found, "") == slow


def test_a_line_names_what_its_verdict_knows_nothing_of():
    assert line(finding(Status.PASS, silent_on=("a.b",)))["silent_on"] == ["a.b"]


def test_the_line_of_a_warning_is_whole():
    warning = line(finding(Status.PASS, due=date(2019, 3, 1)))

    assert (warning["due"], len(warning["evidence"])) == ("2019-03-01", 1)


def test_letters_stay_as_they_are_and_a_line_is_one_line():
    text = to_line(finding(unit="Văn thư\n\u2028"), "")

    assert "Văn thư" in text
    assert "\n" not in text


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.FAIL])
def test_only_a_failure_is_changed(status):
    assert finding(status).remedies == ()
    assert list(changes_for(finding(status))) == []
    assert line(finding(status)).get("remedy") is None


def test_an_exemption_is_shown_with_who_why_and_until_when():
    exemption = Exemption(
        control="idle-mailbox", select="unit", reason="maternity leave", approver="the chairman",
        expires=date(2019, 12, 31), expression=jmespath.compile("unit"),
    )  # fmt: skip

    assert line(finding(Status.EXEMPT, exemption=exemption))["exemption"] == {
        "reason": "maternity leave", "approver": "the chairman", "expires": "2019-12-31",
    }  # fmt: skip


def test_a_verdicts_own_severity_goes_before_the_controls():
    assert finding(severity=Severity.LOW).severity is Severity.LOW
    assert finding().severity is IDLE_MAILBOX.severity


def test_a_fingerprint_never_changes_from_one_version_to_the_next():
    assert fingerprint("idle-mailbox", "clerk@town.example", "") == "0135dee865045a03"


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_characters="\0", codec="utf-8"))] * 3),
        unique=True,
    )
)
def test_other_parts_give_other_fingerprints(parts):
    assert len({fingerprint(*three) for three in parts}) == len(parts)


@given(st.text())
def test_a_parameter_is_never_looked_into(value):
    assert render("{a}, {b}", {"a": value, "b": "{a}", "c": 1}) == f"{value}, {{a}}"
