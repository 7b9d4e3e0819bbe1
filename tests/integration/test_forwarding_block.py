# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""forwarding_block on a real Dovecot and Postfix: what leaves before stays after, and nothing else does.

Every case is a mailbox with a script of its own, which gets mail from each kind of sender; what
reaches the sink, and what lies in the mailbox, is told by the case's name in addresses and subjects.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ansible_collections.civic.mailbox.lab import dovecot, lifecycle, process, sink
from ansible_collections.civic.mailbox.lab.clients import Info, trust, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST
from ansible_collections.civic.mailbox.plugins.modules import forwarding_block

from .conftest import free_port_base
from .module_run import Ran, run_module

ROOT = Path(__file__).parents[2]
OUT = "freemail.example"
PARTNER = "province.example"
MARK = f"bounces@{DOMAIN}"  # the sender given to the module
INSIDE = f"user000000@{DOMAIN}"  # has no script
INSIDE_PASSWORD = "Pw-user000000-7!"
SENDERS = {"outside": "somebody@else.example", "inside": INSIDE, "null": ""}
FILES = ("postfix/main.cf", "postfix/master.cf", "dovecot/dovecot.conf")

Options = dict[str, Any]

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
# A mailbox for each, and for the other tests.
USERS = {
    name: f"user{number:06d}@{DOMAIN}"
    for number, name in enumerate(
        [*REDIRECTS, "vacation", "reject", "to-inside", "to-partner", "to-both"], start=1
    )
}


class Seen(NamedTuple):
    """What one round of messages led to."""

    left: list[dict[str, Any]]  # messages in the sink
    kept: Counter[str]  # case -> messages of the round in its mailbox, whatever the folder


class MailLab:
    """The lab, its mailboxes, and the module."""

    def __init__(self, info: Info, port: int) -> None:
        self.info, self.port = info, port
        self.folder = Path(info["directory"])
        self.is_blocked = False

    def run(self, *, check: bool = False, **options: Any) -> Ran:
        given = {
            "domains": [DOMAIN, MAIL_HOST, PARTNER],
            "sender": MARK,
            "port": self.port,
            "dovecot_config": self.info["dovecot"]["config"],
            "postfix_config": self.info["postfix"]["config"],
            "_ansible_check_mode": check,
            "_ansible_diff": True,
            **options,
        }
        given = {name: value for name, value in given.items() if value is not None}
        ran = run_module(forwarding_block.main, given)
        assert "Traceback" not in ran.output
        return ran

    def block(self, **options: Any) -> Options:
        ran = self.run(**options)
        assert ran.status == 0, ran.output
        self.is_blocked = options.get("state") != "absent"
        return ran.result

    def unblock(self) -> Options:
        return self.block(state="absent")

    def home(self, name: str) -> Path:
        local_part, _, domain = USERS[name].partition("@")
        return Path(self.info["dovecot"]["homes"], domain, local_part)

    def write_script(self, name: str, text: str) -> None:
        home = self.home(name)
        (home / "sieve").mkdir(parents=True, exist_ok=True)
        (home / "sieve/main.sieve").write_text(text)
        if not (home / ".dovecot.sieve").is_symlink():
            (home / ".dovecot.sieve").symlink_to("sieve/main.sieve")
        for path in (home.parent, home, *home.rglob("*")):
            os.chown(path, dovecot.UID, dovecot.UID, follow_symlinks=False)

    def send(self, subject: str, sender: str, recipients: dict[str, str]) -> None:
        """One message to each, over SMTP from outside: its own Message-ID, since Sieve redirects no
        message twice, and its recipient in To, for else there is no vacation reply."""
        with smtplib.SMTP(self.info["host"], self.info["ports"]["smtp"], timeout=20) as client:
            for name, address in recipients.items():
                message = EmailMessage()
                message["From"] = sender or f"MAILER-DAEMON@{OUT}"
                message["To"] = address
                message["Subject"] = subject
                message["Message-ID"] = make_msgid(domain="else.example")
                message["X-To"] = f"{name}@{OUT}"
                message.set_content("Hello.\n")
                client.send_message(message, sender, [address])

    def submit(self, *recipients: str) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = INSIDE, "x@y.example", "submitted"
        with smtplib.SMTP("localhost", self.info["ports"]["submission"], timeout=20) as client:
            client.starttls(context=trust(self.info))
            client.login(INSIDE, INSIDE_PASSWORD)
            client.send_message(message, INSIDE, recipients)

    def caught(self) -> list[dict[str, Any]]:
        return sink.messages(Path(self.info["sink"]["folder"]))

    def settle(self) -> None:
        """Until every message that came in has gone where it goes."""
        config = self.info["postfix"]["config"]
        assert wait_for(lambda: "is empty" in process.run("postqueue", "-c", config, "-p"), 60)

    def subjects(self, home: Path) -> list[str]:
        files = [*home.glob("Maildir/**/cur/*"), *home.glob("Maildir/**/new/*")]
        messages = (message_from_bytes(path.read_bytes()) for path in files)
        return [str(message["Subject"]) for message in messages]

    def round(self, subject: str, sender: str, names: list[str]) -> Seen:
        before = len(self.caught())
        self.send(subject, sender, {name: USERS[name] for name in names})
        self.settle()
        kept = Counter({name: self.subjects(self.home(name)).count(subject) for name in names})
        return Seen(left=self.caught()[before:], kept=kept)

    def texts(self) -> dict[str, bytes]:
        """Every file of the servers' configuration."""
        folders = (self.folder / "postfix", self.folder / "dovecot")
        return {
            str(path): path.read_bytes()
            for folder in folders
            for path in sorted(folder.iterdir())
            if path.is_file()
        }


@contextmanager
def changed(path: Path, change: Callable[[str], str]) -> Iterator[None]:
    """A file that somebody changes by hand, and in the end back."""
    before = path.read_text()
    path.write_text(change(before))
    try:
        yield
    finally:
        path.write_text(before)


def appended(path: Path, text: str) -> AbstractContextManager[None]:
    return changed(path, lambda before: before + text)


def recipients(messages: list[dict[str, Any]]) -> set[str]:
    return {recipient for message in messages for recipient in message["recipients"]}


def of_case(name: str, messages: list[dict[str, Any]]) -> set[str]:
    """The outside recipients that the case's script has named."""
    return {one for one in recipients(messages) if re.match(rf'"?(?:two-)?{name}@', one)}


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailLab]:
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=60)
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        _add_alias(directory, "v-nobody", f"reject@{OUT}")
        lab = MailLab(lifecycle.describe(directory), port)
        for name, script in REDIRECTS.items():
            lab.write_script(name, script.format(me=f"{name}@{OUT}"))
        yield lab
    finally:
        lifecycle.down(directory)


def _add_alias(directory: Path, name: str, target: str) -> None:
    info = lifecycle.describe(directory)
    table = Path(info["postfix"]["config"], "virtual")
    with table.open("a") as file:
        file.write(f"{name}@{DOMAIN} {target}\n")
    kind = process.run("postconf", "-d", "-h", "default_database_type").strip()
    process.run("postmap", "-c", info["postfix"]["config"], f"{kind}:{table}")


@pytest.fixture
def blocked(mail: MailLab) -> MailLab:
    """The lab with the block in force."""
    mail.block()
    return mail


@pytest.fixture
def free(mail: MailLab) -> MailLab:
    """The lab without the block."""
    mail.unblock()
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
    assert seen.left[0]["sender"] == (USERS["vacation"] if either.is_blocked else "")


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


@pytest.mark.skipif(not dovecot._version().startswith("2.3"), reason="a list of yes and no in 2.4")
def test_extensions_that_were_set_stay(free):
    before, after = "fileinto vacation reject copy", "fileinto vacation copy -reject"
    config = free.info["dovecot"]["config"]

    def extensions() -> str:
        return process.run("doveconf", "-c", config, "-h", "plugin/sieve_extensions").strip()

    setting = f"plugin {{\n  sieve_extensions = {before}\n}}\n"
    with appended(Path(config), setting):
        free.block()
        assert extensions() == after
        free.unblock()
        assert extensions() == before
    free.block()
    with changed(Path(config), lambda text: setting + text):
        assert free.block()["changed"]
        assert extensions() == after
    free.unblock()


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


# --- how the files are changed


def test_it_changes_once_shows_it_before_and_takes_it_back_to_the_byte(free):
    main = free.folder / "postfix/main.cf"
    odd = "# ends without a line's end\nforward_path =\n  $home/.forward,\n# between\n\t$home/.more"
    original = main.read_text()
    main.write_text(re.sub("^forward_path.*\n", "", original, flags=re.M) + odd)
    before = free.texts()
    try:
        shown = free.run(check=True, dot_forward=False).result
        assert free.texts() == before
        done = free.block(dot_forward=False)
        parts = ("changed", "diff", "files", "listener", "sender", "domains", "problems")
        assert [done[part] for part in parts] == [shown[part] for part in parts]
        assert done["changed"]
        assert free.block(dot_forward=False)["changed"] is False
        assert free.run(check=True, dot_forward=False).result["changed"] is False
        added = set(free.texts()) - set(before)
        assert set(done["files"]) == added | {str(free.folder / name) for name in FILES}
        shown = free.run(check=True, state="absent").result
        undone = free.unblock()
        assert (undone["changed"], undone["diff"]) == (True, shown["diff"])
        assert free.texts() == before
        assert free.unblock()["changed"] is False
    finally:
        main.write_text(original)


def test_no_other_line_of_a_file_is_shown(free):
    config = Path(free.info["dovecot"]["config"])
    text = config.read_text()
    config.write_text(f"{text}# the password is hunter2\n")
    try:
        ran = free.run(check=True)
        assert "civic_mailbox_forwarding_block.conf" in ran.output
        assert "hunter2" not in ran.output
    finally:
        config.write_text(text)


def test_what_others_write_beside_it_stays_and_the_include_stays_last(free):
    config = Path(free.info["dovecot"]["config"])
    before = config.read_text()
    free.block()
    with config.open("a") as file:
        file.write("# by hand\n")
    assert free.block()["files"] == [str(config)]
    assert config.read_text().startswith(f"{before}# by hand\n#")
    free.unblock()
    assert config.read_text() == f"{before}# by hand\n"
    config.write_text(before)


def test_rights_of_files_and_links_stay(free):
    config = Path(free.info["dovecot"]["config"])
    real = config.with_name("real.conf")
    shutil.move(config, real)
    config.symlink_to(real.name)
    os.chown(real, 0, dovecot.UID)
    real.chmod(0o640)
    try:
        free.block()
        assert config.is_symlink()
        assert (real.stat().st_mode & 0o7777, real.stat().st_gid) == (0o640, dovecot.UID)
        free.unblock()
    finally:
        config.unlink()
        shutil.move(real, config)


def test_another_port_moves_the_listener(blocked):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert blocked.block(port=port)["listener"] == f"127.0.0.1:{port}"
    assert blocked.block(port=port)["changed"] is False
    assert wait_for(lambda: not _answers(blocked.port))
    seen = blocked.round("moved", "somebody@else.example", ["redirect"])
    assert (seen.left, seen.kept["redirect"]) == ([], 1)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def test_a_run_that_was_broken_off_is_finished(blocked):
    mark = blocked.folder / "postfix/civic_mailbox_forwarding_block.unfinished"
    mark.touch()
    assert blocked.run(check=True).result["changed"]
    assert mark.exists()
    assert blocked.block()["changed"]
    assert not mark.exists()


# --- what is refused, and put back


OBSTACLES = {
    "a protocol with a listener of its own": (
        "dovecot/dovecot.conf",
        "protocol lmtp {{\n  submission_host = 127.0.0.1:{sink}\n}}\n",
        "submission_host",
    ),
    "a configuration that Dovecot refuses": (
        "dovecot/dovecot.conf",
        "no_such_setting = yes\n",
        "no_such_setting",
    ),
    "a milter that refuses all": (
        "postfix/main.cf",
        "smtpd_milters = inet:127.0.0.1:1\nmilter_default_action = reject\n",
        "at 127.0.0.1:",
    ),
    "a mark that was lost": (
        "postfix/master.cf",
        "# END civic.mailbox.forwarding_block\n",
        "is missing",
    ),
}


@pytest.mark.parametrize(("file", "text", "said"), OBSTACLES.values(), ids=OBSTACLES)
def test_what_fails_its_check_is_put_back(free, file, text, said):
    with appended(free.folder / file, text.format(sink=free.info["ports"]["sink"])):
        before = free.texts()
        ran = free.run(dot_forward=False)
        assert ran.status == 1
        assert said in ran.message
        assert free.texts() == before
    subject = f"put back {said}"
    process.run("postfix", "-c", free.info["postfix"]["config"], "reload")
    seen = free.round(subject, "somebody@else.example", ["redirect"])
    assert recipients(seen.left) == {f"redirect@{OUT}"}
    assert free.unblock()["changed"] is False


def test_a_setting_that_undoes_the_block_later_is_told(blocked):
    config = Path(blocked.info["dovecot"]["config"])
    text = f"protocol lmtp {{\n  submission_host = 127.0.0.1:{blocked.info['ports']['smtp']}\n}}\n"
    with changed(config, lambda before: before.replace("# BEGIN", f"{text}# BEGIN")):
        ran = blocked.run()
        assert ran.status == 1
        assert "submission_host" in ran.message
        assert "lmtp" in ran.message


def test_a_port_that_is_taken_stops_it_before_postfix_would_end(free):
    before = free.texts()
    ran = free.run(port=free.info["ports"]["sink"])
    assert (ran.status, free.texts()) == (1, before)
    assert f"127.0.0.1:{free.info['ports']['sink']} is taken" in ran.message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"domains": []}, "domains"),
        ({"domains": None}, "domains, policy_file"),
        ({"sender": None}, "sender"),
        ({"domains": ["*"]}, "domains: '*'"),
        ({"sender": f"a b@{DOMAIN}"}, "sender"),
        ({"sender": f"me@{OUT}"}, "sender"),
        ({"port": 0}, "port"),
        ({"postfix": False}, "needs one beside Dovecot"),
    ],
    ids=str,
)
def test_mistakes_are_named(free, options, said):
    before = free.texts()
    ran = free.run(**options)
    assert ran.status == 1
    assert said in ran.message
    assert free.texts() == before


# --- the role


POLICY = f"""
forwarding:
  internal_domains: [{DOMAIN}, {MAIL_HOST}]
  partner_domains:
    - {{domain: {PARTNER}, reason: r, approver: a, expires: 2999-12-31}}
    - {{domain: {OUT}, reason: r, approver: a, expires: 2020-12-31}}
"""


def test_the_role_takes_the_domains_of_today_from_the_policy_and_puts_all_back(free, tmp_path):
    (tmp_path / "policy.yml").write_text(POLICY)
    before = free.texts()

    def play(*arguments: str, **variables: Any) -> str:
        given = {
            "mailbox_policy_file": "policy.yml",
            "forwarding_block_sender": MARK,
            "forwarding_block_port": free.port,
            **variables,
        }
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("ansible-playbook")),
                *("-i", str(ROOT / "inventory/lab"), "civic.mailbox.forwarding_block"),
                *("-e", json.dumps(given), *arguments),
            ],
            cwd=tmp_path,
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
                "CIVIC_LAB": str(free.folder),
                "PWD": str(tmp_path),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "civic_mailbox_redirect_senders" in play("--check", "--diff")
    assert free.texts() == before
    assert "changed=1" in play()
    table = (free.folder / "postfix/civic_mailbox_redirect_recipients").read_text()
    assert re.findall(r"\+@(\S+)\$/ OK", table) == [
        re.escape(domain) for domain in (MAIL_HOST, DOMAIN, PARTNER)
    ]
    assert "changed=0" in play()
    assert "changed=1" in play(forwarding_block_state="absent", forwarding_block_sender="")
    assert free.texts() == before
