# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For whom a record of sign-ins vouches."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    LDAP,
    MAIL,
    Run,
    records,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    noon,
    recorded_since,
    sign_in,
)


def test_a_witness_of_another_directory_vouches_for_nobody_here():
    silent = account(sign_ins=(), created_at=noon("2018-01-01"))
    here = replace(LDAP, newest_sign_in={})
    there = replace(LDAP, name="ldap2")

    run = Run(
        silent, ldap=here, others=[(there, records())], idle=recorded_since(pwdLastSuccess="2018-01-01")
    )  # fmt: skip

    assert run.status("idle-mailbox") == "unknown"
    assert (
        Run(silent, idle=recorded_since(pwdLastSuccess="2018-01-01")).status("idle-mailbox")
        == "fail"
    )


def test_a_mail_hosts_witness_vouches_only_for_accounts_with_an_address():
    host = replace(MAIL, newest_sign_in={"dovecot": NOW})
    stated = {"idle": recorded_since(dovecot="2018-01-01")}
    silent = {"sign_ins": (), "ldap": replace(LDAP, newest_sign_in={})}

    def status(mail: tuple[str, ...]) -> str:
        run = Run(account(sign_ins=(), mail=mail), ldap=silent["ldap"], hosts=(host,), **stated)
        return run.status("idle-mailbox")

    assert status(("clerk@town.example",)) == "fail"
    assert status(()) == "unknown"


def test_of_two_mail_hosts_the_one_that_stopped_recording_counts():
    hosts = (
        replace(MAIL, newest_sign_in={"dovecot": NOW}),
        replace(MAIL, name="mail2", newest_sign_in={"dovecot": noon("2018-05-01")}),
    )
    idle = account(sign_ins=(sign_in("2018-09-01", "dovecot"),))

    assert Run(idle, hosts=hosts[:1]).status("idle-mailbox") == "fail"
    assert Run(idle, hosts=hosts).status("idle-mailbox") == "unknown"
