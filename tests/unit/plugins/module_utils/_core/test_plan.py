# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Message,
    Remedy,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.external_forwarding import (
    EXTERNAL_FORWARDING,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import Finding, Subject
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import (
    ORDER,
    Change,
    changes_for,
    to_line,
)


def finding(*remedies: Remedy) -> Finding:
    verdict = Verdict(
        status=Status.FAIL, message=Message("m", "Forwards"), mark="a@b.example", remedies=remedies
    )
    return Finding(
        control=EXTERNAL_FORWARDING, status=Status.FAIL, verdict=verdict,
        about=Subject(
            name="clerk@town.example", unit="Registry", dn="uid=clerk", server="ldap1"
        ),
    )  # fmt: skip


def remedy(target: str = "", **changed) -> Remedy:
    known = {"field": "forwards", "before": ("a@b.example", "c@d.example"), "after": ()}
    return Remedy(target=target, **known | changed)


def test_a_change_tells_where_what_why_and_how_to_take_it_back():
    found = finding(remedy())
    (change,) = changes_for(found)

    assert (change.server, change.target, change.field) == ("ldap1", "uid=clerk", "forwards")
    assert (change.before, change.after) == (("a@b.example", "c@d.example"), ())
    assert change.undo == "forwards: a@b.example, c@d.example"
    assert (change.reason, change.fingerprint) == ("Forwards", found.fingerprint)


def test_what_is_set_elsewhere_is_changed_there():
    (change,) = changes_for(finding(remedy("/etc/aliases:3", before=(), source="aliases, line 3")))

    assert (change.target, change.undo) == ("/etc/aliases:3", "forwards: none")
    assert change.source == "aliases, line 3"


def test_each_change_has_an_id_of_its_own_that_stays():
    found = finding(remedy("a"), remedy("b"), remedy("a", field="lock"))

    ids = [change.id for change in changes_for(found)]

    assert len(set(ids)) == 3
    assert ids == [change.id for change in changes_for(found)]


def test_a_line_holds_the_whole_change():
    (change,) = changes_for(finding(remedy()))

    known = json.loads(to_line(change))

    assert (
        Change(**known | {"before": tuple(known["before"]), "after": tuple(known["after"])})
        == change
    )


def test_policies_are_set_first_and_locks_last():
    assert ORDER[0] == "password-policy"
    assert ORDER[-2:] == ("idle-mailbox", "outbound-spam")
    assert set(ORDER) <= {control.name for control in CONTROLS}
