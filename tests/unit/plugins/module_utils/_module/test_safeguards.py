# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import format_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PlanError
from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import (
    intent_line,
    result_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_register import to_line
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.warnings import WarningRecord
from ansible_collections.civic.mailbox.plugins.module_utils._module.enforcement_options import (
    LIMITS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.plan_file import Plan
from ansible_collections.civic.mailbox.plugins.module_utils._module.safeguards import (
    Safeguards,
    never_locked,
)

NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)
SEEN = "2018-09-01T01:00:00Z"
POLICY = """\
forwarding:
  internal_domains: [town.example]
  partner_domains:
    - {{domain: p.example, approver: Head of office, reason: r, expires: {expires}}}
enforcement: {{max_changes: 5, warn_first_days: {warn_first_days}}}
exemptions:
  - control: idle-mailbox
    select: login == 'alarm'
    reason: Read by a machine
    approver: Head of office
    expires: {expires}
"""


def change(login: str = "clerk", control: str = "idle-mailbox", **known: Any) -> Change:
    mail = f"{login}@town.example"
    content: dict[str, Any] = {
        "id": login, "control": control, "subject": mail, "unit": "Registry", "server": "ldap1",
        "target": f"uid={login},dc=town", "field": "lock", "before": ("active",),
        "after": ("locked",), "reason": "", "undo": "", "fingerprint": "",
        "seen": {"sign_ins": SEEN}, "facts": {"mail": mail, "login": login},
    }  # fmt: skip
    return Change(**content | known)


class Office:
    """A plan in a run folder, and a policy file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def safeguards(
        self, *, expires: str = "2019-12-31", warn_first_days: int = 0, **params: Any
    ) -> Safeguards:
        policy = self.folder / "policy.yml"
        policy.write_text(POLICY.format(expires=expires, warn_first_days=warn_first_days))
        known = dict.fromkeys(
            ("controls", "max_changes", "max_percent", "unit_max_changes", "unit_max_percent",
             "max_plan_age_hours")
        )  # fmt: skip
        return Safeguards({**known, "policy_file": str(policy), **params}, NOW, print)

    def plan(self, *changes: Change) -> Plan:
        return Plan(
            path=self.folder / "reports" / "run" / "plan.jsonl", digest="", made_at=NOW,
            changes=changes, servers={}, mail_hosts=frozenset(), accounts={"Registry": 1000},
        )  # fmt: skip

    def warned(self, sent_at: datetime, last_sign_in: str = SEEN) -> None:
        record = WarningRecord(
            subject="clerk@town.example", last_sign_in=last_sign_in, due=date(2019, 1, 20),
            sent_at=sent_at, run_id="run", operator="root", message_id="<1@a>", result="sent",
        )  # fmt: skip
        (self.folder / "reports").mkdir()
        (self.folder / "reports" / "warnings.jsonl").write_text(to_line(record) + "\n")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_one_that_is_exempt_by_now_is_left_with_who_and_until_when(office):
    kept, left = office.safeguards().judge(office.plan(change(), change("alarm")))

    assert [one.subject for one in kept] == ["clerk@town.example"]
    assert [(one.change.subject, one.reason) for one in left] == [
        (
            "alarm@town.example",
            "exempt until 2019-12-31, approved by Head of office: Read by a machine",
        )
    ]


def test_an_exemption_that_has_expired_protects_nobody(office):
    kept, left = office.safeguards(expires="2019-01-07").judge(office.plan(change("alarm")))

    assert (len(kept), left) == (1, [])


FORWARDS = [
    # what the case shows               targets before                after               until         it is left
    ("to a partner",                    ("x@p.example",),             (),                 "2019-01-08", True),
    ("to one that was a partner",       ("x@p.example",),             (),                 "2019-01-07", False),
    ("to elsewhere",                    ("x@home.example",),          (),                 "2019-01-08", False),
    ("to elsewhere, beside a partner",  ("x@p.example", "x@b.example"), ("x@p.example",), "2019-01-08", False),
    ("to a partner, beside elsewhere",  ("x@p.example", "x@b.example"), ("x@b.example",), "2019-01-08", True),
    ("to what is inside by now",        ("desk@town.example",),       (),                 "2019-01-08", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "until", "is_left"),
    [pytest.param(*case, id=name) for name, *case in FORWARDS],
)
def test_a_forward_that_the_policy_allows_by_now_is_left(office, before, after, until, is_left):
    planned = change(control="external-forwarding", field="forwards", before=before, after=after)

    _, left = office.safeguards(expires=until).judge(office.plan(planned))

    assert [one.reason for one in left] == (
        ["where it forwards to is allowed by now (forwarding in the policy): audit again"]
        if is_left
        else []
    )


def test_past_a_limit_there_is_nothing_to_do_and_the_way_out_is_told(office):
    plan = office.plan(*(change(f"n{number}") for number in range(6)))

    with pytest.raises(PlanError, match=r"Nothing was written.*-e enforce_max_changes=6"):
        office.safeguards().judge(plan)
    assert len(office.safeguards(max_changes=6).judge(plan)[0]) == 6


def test_what_is_exempt_or_not_chosen_does_not_count(office):
    plan = office.plan(
        *(change(f"n{number}") for number in range(5)),
        change("alarm"),
        change("other", control="default-password", field="must_change"),
    )

    kept, left = office.safeguards(controls=["idle-mailbox"]).judge(plan)

    assert (len(kept), len(left)) == (5, 1)


@pytest.mark.parametrize("value", [-1, 0, 10**12])
@pytest.mark.parametrize("option", [*LIMITS, "max_plan_age_hours"])
def test_an_option_that_is_no_limit_is_refused_and_not_passed_over(office, option, value):
    with pytest.raises(PlanError, match=rf"enforce_{option}: .* from 1 to 10000000, found {value}"):
        office.safeguards(**{option: value})


def test_a_control_that_nothing_carries_out_is_refused(office):
    with pytest.raises(PlanError, match="browser-passwords cannot be carried out; those that"):
        office.safeguards(controls=["browser-passwords"])


WARNED = [
    ("nobody warned",               None,                      SEEN,                   "not warned yet"),
    ("not long enough ago",         NOW - timedelta(days=13),  SEEN,                   "to be locked from 2019-01-09T01:00:00Z on"),
    ("long enough ago",             NOW - timedelta(days=14),  SEEN,                   ""),
    ("in an idle period before",    NOW - timedelta(days=99),  "2018-06-01T01:00:00Z", "not warned yet"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent_at", "last_sign_in", "reason"), [pytest.param(*case, id=name) for name, *case in WARNED]
)
def test_where_the_policy_asks_for_it_only_the_warned_are_locked(
    office, sent_at, last_sign_in, reason
):
    if sent_at:
        office.warned(sent_at, last_sign_in)

    kept, left = office.safeguards(warn_first_days=14).judge(office.plan(change()))

    assert len(kept) == (0 if reason else 1)
    assert all(reason in one.reason for one in left)


def _spared(changes: list[Change], bound_as: str = "", administrators: set[str] | None = None):
    spared = never_locked(changes, bound_as=bound_as, open_administrators=administrators or set())
    return [one.change.subject for one in spared]


def test_the_account_that_binds_is_never_locked_however_its_dn_is_spelled():
    assert _spared([change()], "UID=clerk, DC=town") == ["clerk@town.example"]
    assert _spared([change()], "uid=other,dc=town") == []


def test_it_may_be_unlocked():
    unlock = change(before=("locked",), after=("active",))

    assert _spared([unlock], "uid=clerk,dc=town") == []


def test_the_last_administrators_are_never_locked():
    both = {"uid=clerk,dc=town", "UID=chief, dc=town"}

    assert _spared([change()], administrators=both) == []
    assert _spared([change(), change("chief")], administrators=both) == [
        "clerk@town.example",
        "chief@town.example",
    ]
    assert _spared([change()], administrators={"uid=clerk,dc=town"}) == ["clerk@town.example"]


GIVEN_BACK = [
    # what the case shows                     days ago, change                        may be locked
    ("today",                                 0, {},                                  False),
    ("the last day to sign in",               14, {},                                 False),
    ("past it",                               15, {},                                 True),
    ("for another control",                   14, {"control": "default-password"},    False),
    ("another account",                       14, {"account_id": "other"},            True),
    ("another change of the account",         14, {"field": "must_change"},           True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ago", "known", "is_kept"), [pytest.param(*case, id=name) for name, *case in GIVEN_BACK]
)
def test_who_was_given_a_mailbox_back_since_the_audit_has_time_to_sign_in(
    office, ago, known, is_kept
):
    at = format_time(NOW - timedelta(days=ago))
    opened = change(
        account_id="5d2a", control="locked-mailbox", before=("locked",), after=("active",)
    )
    folder = office.folder / "reports" / "run-reopen"
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_text(
        intent_line(at=at, mode="apply", change=opened, before={}, after={})
        + "\n"
        + result_line(at=at, mode="apply", change_id=opened.id, result="done", reason="")
        + "\n"
    )
    asked = change(**{"account_id": "5d2a", **known})

    kept, left = office.safeguards().judge(office.plan(asked))

    assert kept == ([asked] if is_kept else [])
    assert all("after approval: its owner can sign in until 20" in skip.reason for skip in left)
