# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Misspelt options are found, and nobody else's variables are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.civic.mailbox.plugins.lookup import unknown_options
from ansible_collections.civic.mailbox.plugins.lookup.unknown_options import (
    LookupModule,
    left_by,
    told,
    unknown,
)

pytestmark = pytest.mark.ansible

ROLES = Path(__file__).parents[4] / "roles"


@cache
def names(role: str) -> unknown_options.Names:
    return LookupModule(loader=DataLoader())._names(ROLES / role)


@pytest.mark.parametrize(
    ("role", "given", "meant"),
    [
        ("enforce", "enforce_control", "enforce_controls"),
        ("enforce", "enforc_controls", "enforce_controls"),
        ("enforce", "enforcement_run", "enforce_run"),
        ("enforce", "enforce_writes", ""),  # not the operator's to set
        ("rollback", "rolback_accounts", "rollback_accounts"),
        ("rollback", "roll_back_run", "rollback_run"),
        ("notices", "notice_run", "notices_run"),
        ("warn", "warn_rum", "warn_run"),
        ("warn", "mailbox_smtp_hots", "mailbox_smtp_host"),
        ("diff", "dif_previous", "diff_previous"),
        ("baseline", "baseline_acceptedby", "baseline_accepted_by"),
        ("deliver", "delivery_what", "deliver_what"),
        ("forwarding_notice", "forward_notice_run", "forwarding_notice_run"),
        ("forwarding_block", "forwarding_block_stat", "forwarding_block_state"),
        ("browser_policy", "browser_policy_anything", ""),
        ("reopen", "reopen_request", "reopen_requests"),
        ("audit", "audit_language", ""),
        ("audit", "mailbox_polcy_file", "mailbox_policy_file"),
        ("audit", "mailbox_runid", "mailbox_run_id"),
        ("audit", "mailbox_formats", ""),
    ],
)
def test_what_was_given_and_is_no_option_is_found(role, given, meant):
    assert unknown(names(role), [], frozenset([given])) == {given: meant}


@pytest.mark.parametrize(
    ("role", "name", "wrong"),
    [
        ("warn", "warn_rum", True),
        ("audit", "mailbox_polcy_file", True),
        ("audit", "mailbox_client_id", False),
        ("audit", "mailbox_quota", False),
        ("notices", "notice_run", False),  # somebody else's, for all that is known
        ("enforce", "enforcement_window", False),
        ("enforce", "enforce_results", False),  # the role's own
        ("enforce", "warn_run", False),
        ("forwarding_block", "forwarding_notice_run", False),
        ("warn", "ansible_host", False),
    ],
)
def test_of_the_inventory_only_what_is_surely_meant_for_the_role_is_refused(role, name, wrong):
    assert bool(unknown(names(role), [name], frozenset())) is wrong


@pytest.mark.parametrize("role", sorted(path.parent.name for path in ROLES.glob("*/meta")))
def test_no_role_refuses_what_any_documents_or_what_others_call_their_own(role):
    documented = names(role).documented
    theirs = {"smtp_host", "mail_host", "policy_file", "ldap_bind_dn", "vault_mailbox_bind_pw"}

    assert unknown(names(role), documented, documented | theirs) == {}


def test_what_tasks_leave_behind_is_the_role_s_own_in_blocks_too():
    tasks = [
        {"register": "a", "vars": {"b": 1}},
        {"block": [{"ansible.builtin.set_fact": {"c": 1}}], "always": [{"register": "d"}]},
    ]

    assert set(left_by(tasks)) == {"a", "b", "c", "d"}


def test_the_message_names_what_there_is_and_what_may_be_meant():
    text = told(names("rollback"), {"rolback_run": "rollback_run"}, {})

    assert text == (
        "Nothing was done: rolback_run is no option; there are rollback_accounts, "
        "rollback_controls, rollback_run. Is rollback_run meant?"
    )
    assert told(names("rollback"), {}, {}) == ""


def play_of(hosts: dict[str, dict[str, str]]) -> dict[str, object]:
    """The variables of a lookup on the first of these hosts."""
    first = next(iter(hosts.values()))
    return {**first, "hostvars": hosts, "ansible_play_hosts_all": list(hosts)}


def test_the_variables_of_each_host_of_the_play_are_looked_at(monkeypatch):
    """The roles ask once, on the first host."""
    monkeypatch.setattr(unknown_options, "load_extra_vars", lambda loader: {})
    hosts = {"ldap1": {"mailbox_logs": "x"}, "mail1": {"mailbox_logss": "x"}}

    (text,) = LookupModule(loader=DataLoader()).run([str(ROLES / "audit")], play_of(hosts))

    assert text.startswith("Nothing was done: mailbox_logss (mail1) is no option; there are ")
    assert text.endswith("Is mailbox_logs meant?")


def test_of_many_hosts_with_the_same_mistake_some_are_named(monkeypatch):
    monkeypatch.setattr(unknown_options, "load_extra_vars", lambda loader: {})
    hosts = {f"mail{number}": {"mailbox_logss": "x"} for number in range(1, 8)}

    (text,) = LookupModule(loader=DataLoader()).run([str(ROLES / "audit")], play_of(hosts))

    assert "mailbox_logss (mail1, mail2, mail3, mail4, mail5 and 2 more) is no option" in text


def test_what_was_given_to_all_hosts_names_none(monkeypatch):
    given = {"mailbox_logss": "x"}
    monkeypatch.setattr(unknown_options, "load_extra_vars", lambda loader: given)

    (text,) = LookupModule(loader=DataLoader()).run(
        [str(ROLES / "audit")], play_of({"ldap1": given, "mail1": given})
    )

    assert "mailbox_logss is no option" in text


def test_the_lookup_asks_for_each_role_that_it_is_given(monkeypatch):
    monkeypatch.setattr(unknown_options, "load_extra_vars", lambda loader: {"notice_run": "x"})
    lookup = LookupModule(loader=DataLoader())

    notices, warn = lookup.run([str(ROLES / "notices"), str(ROLES / "warn")], {"warn_run": "x"})

    assert "Is notices_run meant?" in notices
    assert warn == ""
