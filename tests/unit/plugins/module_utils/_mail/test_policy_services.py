# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.outbound_limits import (
    PolicyService,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail import policy_services
from ansible_collections.civic.mailbox.plugins.module_utils._mail.policy_services import (
    services_asked,
)

NOBODY = "inet:127.0.0.1:1"  # no program of a machine listens there
SPAWNED = {
    "policyd-spf": "spawn user=nobody argv=/usr/bin/policyd-spf",
    "limits": "spawn argv=/opt/x",
}
ASKED = [
    # what the case shows           restrictions                                             address, program, whether it counts senders
    ("none",                        ["permit_mynetworks, reject"],                           []),
    ("by the port",                 ["check_policy_service inet:127.0.0.1:10040, permit"],   [("inet:127.0.0.1:10040", "postfwd", True)]),
    ("with its own time limits",    ["check_policy_service { inet:[::1]:10031, timeout=9s, default_action=DUNNO }"],
                                                                                             [("inet:[::1]:10031", "policyd (cluebringer)", True)]),
    ("by the socket's name",        ["CHECK_POLICY_SERVICE unix:ratelimit/policy"],          [("unix:ratelimit/policy", "policyd-rate-limit", True)]),
    ("one that Postfix starts",     ["check_policy_service unix:private/policyd-spf"],       [("unix:private/policyd-spf", "an SPF checker", False)]),
    ("one that is not known",       [f"check_policy_service {NOBODY}"],                      [(NOBODY, "", None)]),
    ("started, and not known",      ["check_policy_service unix:private/limits"],            [("unix:private/limits", "", None)]),
    ("twice, told once",            [f"check_policy_service {NOBODY}"] * 2,                  [(NOBODY, "", None)]),
    ("nothing after the word",      ["check_policy_service"],                                []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("restrictions", "asked"), [pytest.param(*case, id=name) for name, *case in ASKED]
)
def test_the_program_is_told_by_what_it_is_started_with_or_by_its_usual_place(restrictions, asked):
    found = services_asked(restrictions, SPAWNED, Path("/nowhere"))

    assert list(found) == [
        PolicyService(address=address, program=program, counts_senders=counts)
        for address, program, counts in asked
    ]


def test_another_program_at_the_usual_port_of_one_is_not_taken_for_it(monkeypatch):
    monkeypatch.setattr(policy_services, "_listening", lambda *_: "/usr/bin/something")

    (found,) = services_asked(["check_policy_service inet:127.0.0.1:10040"], {}, Path("/nowhere"))

    assert (found.program, found.counts_senders) == ("", None)
