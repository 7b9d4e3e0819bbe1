# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""outbound_limits on a real Postfix: what is taken before, refused with the limits, and taken after."""

from __future__ import annotations

import itertools
import json
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, process
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    reload_postfix,
    rewrite,
    trust,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.population import DOMAIN
from ansible_collections.civic.mailbox.plugins.modules import mail_info, outbound_limits

from .module_run import Ran, die_at, run_module
from .ports import free_port_base

SENDER, PASSWORD = f"active@{DOMAIN}", "Pw-active-7!"
RECORD = "civic_mailbox_outbound_limits.json"
ASKED = {"messages": 2, "recipients": 5, "sign_ins": 0}
UNIT = "anvil_rate_time_unit"


class LimitedLab:
    """A lab of its own, its submission, and the module."""

    def __init__(self, info: Info) -> None:
        self.info = info
        self.folder = Path(info["postfix"]["config"])
        self.service = f"{info['host']}:{info['ports']['submission']}/inet"

    def run(self, *, check: bool = False, prepare: Any = int, **options: Any) -> Ran:
        stated = {} if options.get("state") == "absent" else ASKED
        given = {"postfix_config": str(self.folder), "dovecot": False, **stated, **options}
        given |= {"_ansible_check_mode": check, "_ansible_diff": True}
        ran = run_module(outbound_limits.main, given, prepare=prepare)
        assert "Traceback" not in ran.output
        return ran

    def set(self, **options: Any) -> dict[str, Any]:
        ran = self.run(**options)
        assert ran.status == 0, ran.output
        return ran.result

    def unset(self) -> dict[str, Any]:
        return self.set(state="absent")

    def texts(self) -> dict[str, str]:
        """Every file of Postfix's configuration, but for what is no text."""
        files = [one for one in sorted(self.folder.iterdir()) if one.suffix in (".cf", ".json")]
        return {one.name: one.read_text() for one in files}

    def own(self, pattern: str) -> dict[str, str]:
        """What services of master.cf have of their own."""
        lines = process.run("postconf", "-c", str(self.folder), "-P", pattern).splitlines()
        return {
            name.strip(): value.strip() for name, _, value in (one.partition("=") for one in lines)
        }

    def refused(self, messages: int, recipients: int = 1) -> tuple[str, int, str] | None:
        """The first command that is not taken, how many of its kind came before, and the answer."""
        seen = {"MAIL": 0, "RCPT": 0}
        port = self.info["ports"]["submission"]
        with smtplib.SMTP("localhost", port, timeout=20) as client:
            client.starttls(context=trust(self.info))
            client.login(SENDER, PASSWORD)
            for _ in range(messages):
                for command in ("MAIL", *(["RCPT"] * recipients)):
                    code, answer = (
                        client.mail(SENDER) if command == "MAIL" else client.rcpt("x@else.example")
                    )
                    if code != 250:
                        return command, seen[command], f"{code} {answer.decode()}"
                    seen[command] += 1
                client.rset()
        return None

    def soon(self, messages: int, recipients: int = 1) -> tuple[str, int, str] | None:
        """The same once Postfix has followed a reload: an smtpd from before counts nothing."""
        return wait_for(lambda: self.refused(messages, recipients))

    def is_free(self) -> bool:
        return wait_for(lambda: self.refused(4, 3) is None)

    @contextmanager
    def changed(self, *edits: tuple[str, str], reload: bool = False) -> Iterator[None]:
        """master.cf with each first text in place of the second, and at the end as it was."""
        path = self.folder / "master.cf"
        before = path.read_text()
        text = before
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        rewrite(path, text)
        try:
            if reload:
                reload_postfix(self.info)
            yield
        finally:
            (self.folder / RECORD).unlink(missing_ok=True)
            rewrite(path, before)
            reload_postfix(self.info)

    def submission(self) -> list[dict[str, Any]]:
        """What mail_info tells of it."""
        ran = run_module(
            mail_info.main,
            {
                "run_dir": str(self.folder.parent / "seen"),
                "name": "lab",
                "parts": ["submission"],
                "dovecot": False,
                "postfix_config": str(self.folder),
            },
        )
        assert ran.status == 0, ran.output
        lines = Path(ran.result["path"]).read_text().splitlines()
        (record,) = [one for one in map(json.loads, lines) if one["record"] == "submission"]
        return record["services"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LimitedLab]:
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        yield LimitedLab(lifecycle.describe(directory))
    finally:
        lifecycle.down(directory)


def test_what_is_taken_before_is_refused_past_the_limits_and_taken_after(lab):
    before = lab.texts()
    assert lab.refused(4, 3) is None

    shown = lab.run(check=True).result
    assert lab.texts() == before
    done = lab.set()
    assert [done[part] for part in ("changed", "files", "services", "diff")] == [
        shown[part] for part in ("changed", "files", "services", "diff")
    ]
    assert done["services"] == {
        lab.service: {
            "smtpd_client_message_rate_limit": "2",
            "smtpd_client_recipient_rate_limit": "5",
        },
        "anvil/unix": {UNIT: "3600s"},
    }
    assert set(lab.texts()) - set(before) == {RECORD}

    assert lab.soon(3) == ("MAIL", 2, "450 4.7.1 Error: too much mail from 127.0.0.1")
    log = Path(lab.info["postfix"]["log"])
    told = f"Message delivery request rate limit exceeded: 3 from localhost[127.0.0.1] for service {lab.service[:-5]}"
    assert wait_for(lambda: told in log.read_text())
    assert lab.set()["changed"] is False
    assert lab.run(check=True).result["changed"] is False

    lab.set(messages=0)
    assert lab.soon(1, 6) == ("RCPT", 5, "450 4.7.1 Error: too many recipients from 127.0.0.1")

    lab.set(exempt=["127.0.0.0/8", "2001:db8::/48"])
    assert lab.is_free()
    lab.set(exempt=["192.0.2.0/24"])
    assert lab.soon(3), "the addresses of another network are none of theirs"

    shown = lab.run(check=True, state="absent").result
    undone = lab.unset()
    assert (undone["changed"], undone["diff"]) == (True, shown["diff"])
    assert lab.texts() == before
    assert lab.is_free()
    assert lab.unset()["changed"] is False


def test_mail_info_tells_what_holds_and_what_does_not(lab):
    (none,) = lab.submission()
    lab.set(exempt=["192.0.2.7"])
    (limited,) = lab.submission()
    lab.unset()

    assert none["name"] == limited["name"] == lab.service
    assert (none["seconds"], none["limits"]["messages"], none["exempt"]) == (60, 0, [])
    assert (limited["seconds"], limited["exempt"]) == (3600, ["192.0.2.7/32"])
    assert limited["limits"] == {
        "messages": 2,
        "recipients": 5,
        "sign_ins": 0,
        "connections": 0,
        "recipients_per_message": 1000,
    }


AUTH = "-o smtpd_sasl_auth_enable=yes"


def test_limits_that_are_as_strict_stay_and_looser_ones_come_back(lab):
    theirs = f"{AUTH}\n  -o smtpd_client_message_rate_limit=1\n  -o smtpd_client_recipient_rate_limit=900"
    with lab.changed((AUTH, theirs)):
        before = lab.texts()
        done = lab.set(per_minutes=1)
        assert done["services"] == {lab.service: {"smtpd_client_recipient_rate_limit": "5"}}
        recipients = f"{lab.service}/smtpd_client_recipient_rate_limit"
        assert lab.own(recipients) == {recipients: "5"}
        lab.unset()
        assert lab.texts() == before
        assert lab.set(per_minutes=1, recipients=0)["changed"] is False


def test_a_limit_that_would_be_counted_in_another_time_stops_it(lab):
    smtp = f"{lab.info['host']}:{lab.info['ports']['smtp']} inet n - n - - smtpd"
    with lab.changed((smtp, f"{smtp}\n  -o smtpd_client_connection_rate_limit=30")):
        before = lab.texts()
        ran = lab.run()
        assert ran.status == 1
        assert "smtpd_client_connection_rate_limit = 30" in ran.message
        assert "set per_minutes to 1" in ran.message
        assert lab.texts() == before
        assert lab.set(per_minutes=1)["changed"]


def test_what_others_do_to_the_file_stays_and_what_is_ours_goes(lab):
    config = str(lab.folder)
    with lab.changed():
        lab.set()
        # postconf writes the whole entry anew, and so the lines of ours
        process.run("postconf", "-c", config, "-P", f"{lab.service}/smtpd_tls_loglevel=1")
        assert lab.set()["changed"] is False
        process.run(
            "postconf", "-c", config, "-P", f"{lab.service}/smtpd_client_message_rate_limit=9"
        )
        undone = lab.unset()
        name = "smtpd_client_message_rate_limit"
        assert undone["problems"] == [f"{name} of {lab.service} was changed since, and stays"]
        own = lab.own(f"{lab.service}/*")
        assert own[f"{lab.service}/{name}"] == "9"
        assert own[f"{lab.service}/smtpd_tls_loglevel"] == "1"
        assert f"{lab.service}/smtpd_client_recipient_rate_limit" not in own
        assert UNIT not in lab.texts()["master.cf"]
        again = lab.unset()
        assert (again["changed"], again["problems"]) == (False, [])


def test_lines_that_somebody_took_out_by_hand_are_ours_no_more(lab):
    with lab.changed():
        before = (lab.folder / "master.cf").read_text()
        lab.set()
        rewrite(lab.folder / "master.cf", before)
        assert lab.unset()["changed"]
        assert RECORD not in lab.texts()
        assert lab.unset()["changed"] is False


def test_a_chain_of_values_in_main_cf_stays_and_what_it_comes_to_counts(lab):
    main = lab.folder / "main.cf"
    before = main.read_text()
    chain = "per_address = 3\nsmtpd_client_message_rate_limit = ${per_address?{$per_address}:{7}}\n"
    rewrite(main, before + chain)
    try:
        (seen,) = lab.submission()
        assert seen["limits"]["messages"] == 3
        with lab.changed():
            lab.set(per_minutes=1)
            assert main.read_text() == before + chain
            assert lab.submission()[0]["limits"]["messages"] == 2
    finally:
        rewrite(main, before)


def test_what_postfix_refuses_is_put_back_and_told(lab, tmp_path):
    """In a folder of its own: programs of a Postfix that runs would end with such a main.cf."""
    for name in ("main.cf", "master.cf"):
        (tmp_path / name).write_text((lab.folder / name).read_text())
    with (tmp_path / "main.cf").open("a") as main:
        main.write("compatibility_level = nonsense\n")
    before = {one.name: one.read_text() for one in tmp_path.iterdir()}
    ran = lab.run(postfix_config=str(tmp_path))
    assert ran.status == 1
    assert "check failed" in ran.message
    assert f"{tmp_path}/master.cf is as it was before" in ran.message
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("anvil unix - - n - 1 anvil\n", ""), "no service anvil"),
        (("\npickup unix", "\nnonsense\npickup unix"), "master.cf"),
    ],
    ids=["nobody to count", "a line that is none"],
)
def test_a_master_cf_that_cannot_carry_limits_is_left(lab, edit, said):
    with lab.changed(edit):
        before = lab.texts()
        ran = lab.run()
        assert (ran.status, lab.texts()) == (1, before)
        assert said in ran.message


def test_where_nobody_signs_in_or_the_world_sends_nothing_is_set_and_that_is_told(lab):
    with lab.changed((AUTH, "")):
        done = lab.set()
        assert done["changed"] is False
        assert "nothing to limit" in done["problems"][0]
    port = f"{lab.service[:-5]} inet n"
    with lab.changed((port, "127.0.0.1:smtp inet n")):
        done = lab.set()
        assert (done["changed"], len(done["problems"])) == (False, 1)
        assert done["problems"][0].startswith("127.0.0.1:smtp/inet has users sign in beside")


@contextmanager
def postfwd(port: int, folder: Path) -> Iterator[None]:
    """A real postfwd that lets each sender have three recipients."""
    folder.chmod(0o777)
    pid = folder / "postfwd.pid"
    process.run(
        *("postfwd1", "--daemon", "--nodns", "--interface", "127.0.0.1", "--port", str(port)),
        *("--user", "nobody", "--group", "nogroup", "--pidfile", str(pid)),
        *("--rule", "id=R1; action=rate(sasl_username/3/3600/450 4.7.1 too many for you)"),
    )
    try:
        yield
    finally:
        process.run("kill", pid.read_text().strip())


def test_a_policy_service_that_limits_each_sender_is_told_and_left_to_its_rules(
    lab, tmp_path_factory
):
    port = free_port_base()
    address = f"inet:127.0.0.1:{port}"
    rules = (
        f"{AUTH}\n  -o {{ smtpd_recipient_restrictions = check_policy_service {address}, permit }}"
    )
    asked = {"address": address, "program": "postfwd", "counts_senders": True}
    with (
        postfwd(port, tmp_path_factory.mktemp("postfwd")),
        lab.changed((AUTH, rules), reload=True),
    ):
        before = lab.texts()
        assert lab.soon(4) == (
            "RCPT",
            3,
            "450 4.7.1 <x@else.example>: Recipient address rejected: too many for you",
        )
        (seen,) = lab.submission()
        assert seen["asks"] == [asked]
        done = lab.set()
        assert done["changed"] is False
        assert f"{lab.service} asks postfwd ({address})" in done["problems"][0]
        assert lab.set(beside_policy_service=True)["changed"]
        lab.unset()
        assert lab.texts() == before
    with lab.changed((AUTH, rules)):
        done = lab.set()  # nobody answers there: limits are set, and the service is named
        assert done["changed"]
        assert f"asks {address}, and what that does is not known" in done["problems"][0]


def test_a_run_that_is_killed_is_finished_or_taken_back_by_the_next(lab):
    before = lab.texts()
    wanted = lab.set()["services"]
    set_texts = lab.texts()
    killed = 0
    for step in itertools.count(1, 9):
        # From limits to other ones: then values of both runs may stand there.
        if lab.run(messages=7, prepare=die_at(step, on_files=True)).status == 0:
            break
        killed += 1
        if step % 2:
            assert lab.set()["services"] == wanted
            assert lab.texts() == set_texts
        else:
            lab.unset()
            assert lab.texts() == before
            lab.set()
    lab.unset()
    assert lab.texts() == before
    assert killed > 2


@pytest.mark.ansible
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"messages": -1}, "messages: -1"),
        ({"per_minutes": 0}, "per_minutes: 0"),
        ({"recipients_per_message": 99}, "recipients_per_message"),
        ({"exempt": ["relay"]}, "exempt: 'relay'"),
        ({"policy_file": "/etc/policy.yml"}, "policy_file"),
        ({"postfix": False, "postfix_config": None, "dovecot": None}, "no Postfix"),
    ],
    ids=str,
)
def test_mistakes_are_named(lab, options, said):
    before = lab.texts()
    ran = lab.run(**options)
    assert (ran.status, lab.texts()) == (1, before)
    assert said in ran.message


def test_a_record_that_cannot_be_read_stops_it(lab):
    (lab.folder / RECORD).write_text('{"schema": 2}')
    try:
        ran = lab.run(state="absent")
        assert ran.status == 1
        assert re.search(f"{RECORD}.*from a backup", ran.message)
    finally:
        (lab.folder / RECORD).unlink()
