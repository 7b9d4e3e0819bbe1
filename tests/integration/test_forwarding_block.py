# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""forwarding_block on a real Dovecot and Postfix: what leaves before stays after, and nothing else does.

Every case is a mailbox with a script of its own, which gets mail from each kind of sender; what
reaches the sink, and what lies in the mailbox, is told by the case's name in addresses and subjects.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from email.utils import make_msgid
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST

from .redirecting_lab import (
    INSIDE,
    MARK,
    OUT,
    PARTNER,
    SENDERS,
    MailLab,
    Seen,
    recipients,
    redirecting_lab,
)

# --- what scripts send; {me} is an outside address of the case

REDIRECTS = {
    "redirect": 'redirect "{me}";',
    "copy": 'require "copy"; redirect :copy "{me}"; keep;',
    "filed": 'require ["copy", "fileinto", "mailbox"];'
    ' redirect :copy "{me}"; fileinto :create "Archive";',
    "discarded": 'redirect "{me}"; discard;',
    "two": 'redirect "{me}"; redirect "two-{me}";',
    "nested": 'if size :over 1 {{ if not header :is "x" "y" {{ redirect "{me}"; }} }}',
    "dynamic": 'require "variables"; if header :matches "X-To" "*" {{ redirect "${{1}}"; }}',
    "percent": 'redirect "percent%' + OUT + "@" + MAIL_HOST + '";',
    "bang": 'redirect "' + OUT + "!bang@" + MAIL_HOST + '";',
    "quoted": 'redirect "\\"quoted@' + DOMAIN + '\\"@' + OUT + '";',
    "subdomain": 'redirect "subdomain@' + DOMAIN + "." + OUT + '";',
    "below": 'redirect "below@home.' + DOMAIN + '";',
    "notify": 'require "enotify"; notify "mailto:{me}"; keep;',
    "notify-from": 'require "enotify"; notify :from "' + INSIDE + '" "mailto:{me}"; keep;',
    "notify-cc": 'require "enotify"; notify "mailto:' + INSIDE + '?cc={me}"; keep;',
}
# How often the message lies in the mailbox; where a script files and redirects it, twice: what the
# script files is kept, and the message in INBOX as well.
KEPT = Counter(dict.fromkeys(REDIRECTS, 1)) | Counter(filed=2)
OTHERS = ("vacation", "reject", "to-inside", "to-partner", "to-both")


def of_case(name: str, messages: list[dict[str, Any]]) -> set[str]:
    """The outside recipients that the case's script has named."""
    return {one for one in recipients(messages) if re.match(rf'"?(?:two-)?{name}@', one)}


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailLab]:
    with redirecting_lab(tmp_path_factory.mktemp("lab") / "lab", [*REDIRECTS, *OTHERS]) as lab:
        for name, script in REDIRECTS.items():
            lab.write_script(name, script.format(me=f"{name}@{OUT}"))
        yield lab


@pytest.fixture
def blocked(mail: MailLab) -> MailLab:
    """The lab with the block in force."""
    mail.block()
    return mail


@pytest.fixture
def free(mail: MailLab) -> MailLab:
    """The lab without the block."""
    mail.be_free()
    return mail


@pytest.fixture(scope="module")
def seen(mail: MailLab) -> dict[tuple[str, str], Seen]:
    """(stage, kind of sender) -> what came of a message to each case."""
    found = {}
    for stage in ("before", "blocked", "after"):
        mail.block() if stage == "blocked" else mail.unblock()
        for kind, sender in SENDERS.items():
            subject = f"{stage} {kind}"
            found[stage, kind] = mail.round(subject, sender, list(REDIRECTS))
    return found


# --- what leaves, and what does not


@pytest.mark.parametrize("kind", SENDERS)
@pytest.mark.parametrize("name", REDIRECTS)
def test_what_leaves_without_the_block_stays_with_it_and_is_kept(seen, name, kind):
    assert of_case(name, seen["before", kind].left), "the case shows nothing"
    assert of_case(name, seen["blocked", kind].left) == set()
    assert seen["blocked", kind].kept[name] == KEPT[name]
    assert of_case(name, seen["after", kind].left) == of_case(name, seen["before", kind].left)


@pytest.mark.parametrize("kind", SENDERS)
def test_nothing_at_all_leaves_by_the_cases_and_nobody_gets_a_bounce(seen, kind):
    assert seen["blocked", kind].left == []


# --- what still leaves


@pytest.fixture(params=["before", "blocked"])
def either(request: pytest.FixtureRequest, mail: MailLab) -> MailLab:
    """The lab without the block, then with it."""
    mail.block() if request.param == "blocked" else mail.unblock()
    return mail


VACATIONS = {
    "plain": 'require "vacation"; vacation :days 1 "Away.";',
    "from an outside address": f'require "vacation"; vacation :from "vacation@{OUT}" "Away.";',
    "from a name": f'require "vacation"; vacation :from "Office <{INSIDE}>" :subject "x" "Away.";',
}


@pytest.mark.parametrize("script", VACATIONS.values(), ids=VACATIONS)
def test_a_vacation_reply_goes_to_the_sender_and_to_nobody_else(either, script):
    either.write_script("vacation", script)
    sender = f"{make_msgid(domain='x')[1:-3].replace('.', '')}@else.example"  # answered once each
    seen = either.round(f"vacation {sender}", sender, ["vacation"])
    assert recipients(seen.left) == {sender}
    assert "Away." in seen.left[0]["text"]
    assert seen.kept["vacation"] == 1
    assert seen.left[0]["sender"] == (either.users["vacation"] if either.is_blocked else "")


def test_a_vacation_reply_that_nobody_takes_comes_back_and_starts_no_loop(blocked):
    blocked.write_script("vacation", VACATIONS["plain"])
    before = blocked.subjects(blocked.home("vacation"))
    seen = blocked.round("vacation loop", f"reject{os.getpid()}@else.example", ["vacation"])
    assert seen.left == []
    after = Counter(blocked.subjects(blocked.home("vacation"))) - Counter(before)
    assert sorted(after.values()) == [1, 1]
    assert "Undelivered Mail Returned to Sender" in after


def test_ordinary_mail_to_outside_goes_and_its_bounce_comes_back(either):
    home = either.home("vacation").with_name("user000000")
    before = len(either.caught())
    bounces = either.subjects(home).count("Undelivered Mail Returned to Sender")
    either.submit(f"friend@{OUT}", f"reject@{OUT}")
    either.settle()
    assert recipients(either.caught()[before:]) == {f"friend@{OUT}"}
    assert either.caught()[-1]["sender"] == INSIDE
    after = either.subjects(home).count("Undelivered Mail Returned to Sender")
    assert after == bounces + 1


def test_mail_that_a_script_rejects_is_bounced_without_the_block_and_kept_with_it(mail):
    """Dovecot takes the refusal of its bounce for done: the mail would be lost."""
    mail.unblock()
    mail.write_script("reject", 'require "reject"; reject "No.";')
    before = mail.round("rejected before", "somebody@else.example", ["reject"])
    assert recipients(before.left) == {"somebody@else.example"}
    assert before.kept["reject"] == 0
    mail.block()
    blocked = mail.round("rejected with it", "somebody@else.example", ["reject"])
    assert (blocked.left, blocked.kept["reject"]) == ([], 1)


def test_a_bounce_to_an_outside_sender_goes(either):
    """Of mail that an alias sends on to where nobody takes it."""
    before = len(either.caught())
    either.send("bounced", "somebody@else.example", {"x": f"v-nobody@{DOMAIN}"})
    either.settle()
    assert [(one["sender"], one["recipients"]) for one in either.caught()[before:]] == [
        ("", ["somebody@else.example"])
    ]


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
def test_redirects_to_the_domains_go_on_with_the_sender_that_was_given(blocked, sender):
    blocked.write_script("to-inside", f'redirect "{INSIDE}";')
    blocked.write_script("to-partner", f'redirect "desk@{PARTNER}";')
    subject = f"allowed {len(blocked.caught())}"
    seen = blocked.round(subject, sender, ["to-inside", "to-partner"])
    # A bounce stays without a sender (RFC 5321, 4.5.5), or there would be loops.
    assert [(one["sender"], one["recipients"]) for one in seen.left] == [
        (sender and MARK, [f"desk@{PARTNER}"])
    ]
    inside = blocked.home("vacation").with_name("user000000")
    assert blocked.subjects(inside).count(subject) == 1
    assert seen.kept.total() == 0


def test_of_a_redirect_to_inside_and_outside_only_the_one_to_inside_goes(blocked):
    blocked.write_script("to-both", f'redirect "{INSIDE}"; redirect "to-both@{OUT}";')
    seen = blocked.round("to both", "somebody@else.example", ["to-both"])
    inside = blocked.home("vacation").with_name("user000000")
    assert seen.left == []
    assert blocked.subjects(inside).count("to both") == 1
    assert seen.kept["to-both"] == 1


def test_without_dot_forward_no_file_of_that_name_works_and_aliases_still_do(free):
    users = {name: f"{name}@{MAIL_HOST}" for name in ("games", "backup", "al-out")}
    spool = free.folder / "spool/games"

    def leaves() -> set[str]:
        before = len(free.caught())
        free.send("local", "somebody@else.example", users)
        free.settle()
        return recipients(free.caught()[before:])

    assert leaves() == {f"games@{OUT}", f"backup@{OUT}", f"al-out@{OUT}"}
    try:
        free.block(dot_forward=False)
        assert leaves() == {f"al-out@{OUT}"}
        assert len(list(spool.glob("new/*"))) == 1
        free.block(dot_forward=True)
        assert leaves() == {f"games@{OUT}", f"backup@{OUT}", f"al-out@{OUT}"}
    finally:
        free.unblock()
