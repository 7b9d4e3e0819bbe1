# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Notices through the lab's Postfix into the very mailboxes whose forwards were switched off."""

from __future__ import annotations

import email
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, process
from ansible_collections.civic.mailbox.lab.clients import Info, sunk, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN, OUTSIDE
from ansible_collections.civic.mailbox.plugins.module_utils._core import journal
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.modules import forwarding_notice

from .module_run import Prepare, Ran, die_at, run_module
from .ports import free_port_base
from .test_enforce import Office

AT = "2026-11-25T01:00:00Z"
SENDER = f"it@{DOMAIN}"
POLICY = """\
office: Ủy ban nhân dân phường Cẩm Bình
forwarding:
  internal_domains: [quangninh.gov.vn, halong.quangninh.gov.vn, mail.quangninh.gov.vn]
  tell_owners: true
"""
OWNERS = ("soon-75", "idle-95", "active")


def change(uid: str, **known: Any) -> Change:
    whole = {
        "id": f"{uid}-1", "control": "external-forwarding", "subject": f"{uid}@{DOMAIN}",
        "unit": "Công an phường", "server": "lab-mail", "target": "/h/.forward", "field": "forwards",
        "before": (f"{uid}@{OUTSIDE}",), "after": (), "reason": "", "undo": "", "fingerprint": "f",
        "channel": "dot_forward", "source": "/h/.forward, line 1",
    }  # fmt: skip
    return Change(**whole | known)


def intent(one: Change, mode: str = "apply") -> str:
    return journal.intent_line(at=AT, mode=mode, change=one, before={}, after={})


def done(one: Change, mode: str = "apply") -> str:
    return journal.result_line(at=AT, mode=mode, change_id=one.id, result="done", reason="")


class Mailroom:
    """A run folder with journals, the module over it, and what arrives."""

    def __init__(self, lab: Info, folder: Path) -> None:
        self.lab, self.run_dir = lab, folder / "reports" / "first"
        self.run_dir.mkdir(parents=True)
        self.policy_file = folder / "policy.yml"
        self.policy_file.write_text(POLICY, encoding="utf-8")
        self.register = self.run_dir.parent / "forwarding-notices.jsonl"
        self.contact = f"Bộ phận CNTT, {folder}"  # tells this test's mails from others'

    def keep(self, *lines: str, name: str = "journal.jsonl") -> None:
        with (self.run_dir / name).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    def switch_off(self, *changes: Change, name: str = "journal.jsonl") -> None:
        for one in changes:
            self.keep(intent(one), done(one), name=name)

    def tell(self, *, prepare: Prepare = int, **options: Any) -> Ran:
        given = {
            "run_dir": str(self.run_dir),
            "policy_file": str(self.policy_file),
            "host": "127.0.0.1",
            "port": self.lab["ports"]["smtp"],
            "secure": "never",
            "sender": SENDER,
            "contact": self.contact,
            "per_minute": 60000,
            **options,
        }
        ran = run_module(forwarding_notice.main, given, prepare=prepare)
        assert "Traceback" not in ran.output
        return ran

    def told(self, **options: Any) -> dict[str, Any]:
        ran = self.tell(**options)
        assert ran.status == 0, ran.output
        return ran.result

    def settle(self) -> None:
        """Until every mail that came in is where it goes."""
        config = self.lab["postfix"]["config"]
        assert wait_for(lambda: "is empty" in process.run("postqueue", "-c", config, "-p"), 60)

    def mails(self, uid: str) -> list[EmailMessage]:
        """What has arrived of this test in the mailbox."""
        self.settle()
        return [
            one
            for one in mails_in(self.lab, uid)
            if f"CNTT, {self.run_dir.parent.parent}" in text_of(one)
        ]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))  # letters of other tests have attachments
    return body.get_content().replace("\r\n", "\n") if body else ""


def mails_in(lab: Info, uid: str) -> Iterator[EmailMessage]:
    folder = Path(lab["dovecot"]["homes"]) / DOMAIN / uid / "Maildir"
    for path in (*folder.glob("new/*"), *folder.glob("cur/*")):
        one = email.message_from_bytes(path.read_bytes(), policy=default)
        if one["Auto-Submitted"] == "auto-generated":
            yield one


@pytest.fixture
def mailroom(lab: Info, tmp_path: Path) -> Mailroom:
    return Mailroom(lab, tmp_path)


def recipients(shown: Iterable[dict[str, Any]]) -> list[str]:
    return [one["subject"].partition("@")[0] for one in shown]


def test_each_owner_gets_one_mail_for_all_that_the_run_switched_off(mailroom):
    script = {"channel": "sieve", "source": "Sieve script 'main', line 3", "id": "soon-75-2"}
    mailroom.switch_off(change("idle-95"))
    mailroom.switch_off(
        change("soon-75"),
        change("soon-75", before=(f"other@{OUTSIDE}",), **script),
        name="journal-lab-mail.jsonl",
    )

    checked = mailroom.told(_ansible_check_mode=True, _ansible_diff=True)
    assert (checked["changed"], checked["counts"]) == (True, {"sent": 2})
    assert not mailroom.register.exists()
    assert mailroom.mails("soon-75") == []

    sent = mailroom.told()
    assert (sent["changed"], sent["counts"]) == (True, {"sent": 2})
    assert sent["mails"] == checked["mails"]
    (mail,) = mailroom.mails("soon-75")
    text = text_of(mail)
    assert mail["Subject"].startswith("Thông báo: đã tắt chuyển tiếp thư ra ngoài")
    assert f"- đến soon-75@{OUTSIDE}\n  (tệp /h/.forward, dòng 1)\n" in text
    assert f"- to other@{OUTSIDE}\n  (Sieve script 'main', line 3)\n" in text
    assert "idle-95" not in text
    shown = next(one["after"] for one in checked["diff"] if "soon-75" in one["after_header"])
    assert shown == f"{mail['Subject']}\n\n{text}"

    again = mailroom.told()
    assert (again["changed"], again["counts"]) == (False, {"already": 2})
    assert len(mailroom.mails("soon-75")) == 1


def test_of_what_a_run_switches_off_later_only_that_is_told(mailroom):
    mailroom.switch_off(change("soon-75"), change("idle-95"))
    mailroom.told()
    mailroom.switch_off(change("soon-75", id="soon-75-2", before=(f"second@{OUTSIDE}",)))

    result = mailroom.told()

    assert result["counts"] == {"sent": 1, "already": 1}
    texts = [text_of(mail) for mail in mailroom.mails("soon-75")]
    assert Counter("second@" in text for text in texts) == {False: 1, True: 1}
    assert [text for text in texts if "second@" in text and f"soon-75@{OUTSIDE}" in text] == []


def test_a_forward_that_somebody_set_anew_is_told_of_in_the_next_run(mailroom, lab, tmp_path):
    mailroom.switch_off(change("soon-75"))
    mailroom.told()
    later = mailroom.run_dir.parent / "second"
    later.mkdir()
    (later / "journal.jsonl").write_text(
        f"{intent(change('soon-75'))}\n{done(change('soon-75'))}\n"
    )

    assert mailroom.told(run_dir=str(later))["counts"] == {"sent": 1}


def test_what_was_put_back_or_is_not_known_to_stand_is_not_told(mailroom):
    back, broken, off = (change(uid) for uid in OWNERS)
    mailroom.switch_off(back, broken, off)
    mailroom.keep(intent(back, "rollback"), done(back, "rollback"), intent(broken, "rollback"))

    result = mailroom.told()

    assert recipients(result["mails"]) == [OWNERS[2]]
    assert result["counts"] == {"sent": 1}
    (warning,) = result["warnings"]
    assert "1 changes of run first were broken off" in str(warning)
    assert "civic.mailbox.enforce or rollback" in str(warning)


def test_nobody_is_told_unless_the_policy_asks_for_it(mailroom):
    mailroom.switch_off(change("soon-75"))
    mailroom.policy_file.write_text(POLICY.replace("true", "false"), encoding="utf-8")

    result = mailroom.told()

    assert (result["changed"], result["total"]) == (False, 0)
    assert "set forwarding.tell_owners: true in" in str(result["warnings"])
    assert mailroom.mails("soon-75") == []


def test_a_run_without_a_journal_is_named_with_the_way_out(mailroom):
    ran = mailroom.tell()

    assert ran.result["failed"]
    assert f"{mailroom.run_dir} has no journal" in ran.message
    assert "civic.mailbox.enforce" in ran.message


def test_who_cannot_get_a_mail_is_told_and_the_others_go_on(mailroom):
    mailroom.switch_off(
        change("nobody-here"),
        change("x", id="x1", subject="@*"),
        change("y", id="y1", subject="uid=y,dc=x"),
        change("idle-95"),
    )

    result = mailroom.told()

    assert result["counts"] == {"refused": 3, "sent": 1}
    reasons = {left["subject"]: left["reason"] for left in result["left"]}
    assert "550" in reasons[f"nobody-here@{DOMAIN}"]
    assert "for many addresses" in reasons["@*"]
    assert "no mail address" in reasons["uid=y,dc=x"]


def test_too_many_are_not_sent_at_all(mailroom):
    mailroom.switch_off(*map(change, OWNERS))

    ran = mailroom.tell(max_mails=2)

    assert ran.result["failed"]
    assert "3 mails would be sent, and max_mails is 2. None was sent" in ran.message
    assert "-e mailbox_max_mails=3" in ran.message
    assert mailroom.register.read_text() == ""
    assert mailroom.mails("soon-75") == []


def test_an_office_has_its_own_words(mailroom, tmp_path):
    mailroom.switch_off(change("soon-75"))
    template = tmp_path / "own.txt"
    template.write_text("Off: ${address}\n\nNo more:\n${rules}\nAsk ${contact}\n", encoding="utf-8")

    mailroom.told(language="en", template_en=str(template))

    (mail,) = mailroom.mails("soon-75")
    assert mail["Subject"] == f"Off: soon-75@{DOMAIN}"
    assert text_of(mail).startswith(f"No more:\n- to soon-75@{OUTSIDE}\n  (file /h/.forward")


# A run that sends three mails takes some more steps than these (module_run.die_at).
DEATHS = [("before", step) for step in range(1, 30, 3)] + [("middle", n) for n in range(1, 21, 3)]


@pytest.mark.parametrize(("how", "step"), DEATHS)
def test_a_run_that_is_killed_anywhere_is_finished_and_nobody_gets_two(mailroom, how, step):
    mailroom.switch_off(*map(change, OWNERS))

    killed = mailroom.tell(prepare=die_at(step, how))
    assert killed.status == -signal.SIGKILL
    result = mailroom.told()

    arrived = {uid: len(mailroom.mails(uid)) for uid in OWNERS}
    uncertain = recipients(result["left"])
    counts = Counter(result["counts"])
    assert counts["sent"] + counts["already"] + counts["uncertain"] == len(OWNERS)
    assert [number for uid, number in arrived.items() if uid not in uncertain and number != 1] == []
    assert max(arrived.values()) == 1
    assert mailroom.told()["changed"] is False


def test_one_that_was_on_its_way_is_uncertain_and_is_not_sent_again(mailroom):
    mailroom.switch_off(*map(change, OWNERS))
    for step in range(1, 30):  # until one dies between an intent and its result
        mailroom.register.unlink(missing_ok=True)
        mailroom.tell(prepare=die_at(step))
        if mailroom.register.exists() and mailroom.register.read_text().count('"intended"') == 1:
            break

    result = mailroom.told()

    assert result["counts"] == {"uncertain": 1, "sent": 2}
    assert "may have arrived, and is not sent a second time" in result["left"][0]["reason"]
    assert mailroom.told()["counts"] == {"uncertain": 1, "already": 2}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a lab of its own, in which forwards are switched off."""
    directory = tmp_path / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        yield Office(lifecycle.describe(directory), tmp_path / "reports")
    finally:
        lifecycle.down(directory)


@pytest.mark.ansible
def test_the_playbook_tells_into_mailboxes_that_do_not_forward_any_more(office, tmp_path):
    policy = tmp_path / "policy.yml"
    policy.write_text(POLICY, encoding="utf-8")
    known: dict[str, Any] = {
        "mailbox_policy_file": str(policy),
        "mailbox_journal_dir": str(tmp_path / "journals"),
        "mailbox_smtp_host": "127.0.0.1",
        "mailbox_smtp_port": office.lab["ports"]["smtp"],
        "mailbox_smtp_secure": "never",
        "mailbox_mail_sender": SENDER,
        "mailbox_mail_contact": "Bộ phận CNTT",
        "mailbox_mails_per_minute": 60000,
    }

    def play(playbook: str, *arguments: str, **more: Any) -> str:
        ran = office.play(playbook, *arguments, **known, **more)
        assert ran.status == 0, ran.output
        return ran.text

    play("audit", mailbox_run_id="first")
    applied = {"enforce_run": "first", "enforce_apply": True}
    done = play("enforce", **applied, enforce_controls=["external-forwarding"])
    assert "To tell the owners: civic.mailbox.forwarding_notice" in done
    assert "-e forwarding_notice_run=first" in done
    assert "Forwards left for a person, with the reason above: 2." in done

    checked = play("forwarding_notice", "--check", "--diff")
    assert f"after: mail to sieve-outside@{DOMAIN}" in checked
    assert list(mails_in(office.lab, "sieve-outside")) == []

    play("rollback", rollback_run="first", rollback_accounts=[f"sieve-variable@{DOMAIN}"])
    left = len(sunk(office.lab))
    assert "Mails sent: 6." in play("forwarding_notice", forwarding_notice_run="first")

    Mailroom(office.lab, tmp_path / "mailroom").settle()
    for uid, where in (("sieve-outside", "'main', line 1"), ("forward-outside", "attribute mailR")):
        (mail,) = mails_in(office.lab, uid)
        text = text_of(mail)
        assert f"- to {uid}@{OUTSIDE}".lower() in text.lower()
        assert where in text
    assert list(mails_in(office.lab, "sieve-variable")) == [], "it was put back"
    assert len(sunk(office.lab)) == left, "nothing left the office"
