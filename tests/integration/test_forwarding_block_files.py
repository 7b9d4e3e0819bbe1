# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What forwarding_block writes, shows, checks, and puts back; the role."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import dovecot, process
from ansible_collections.civic.mailbox.lab.clients import (
    await_dovecot,
    reload_postfix,
    rewrite,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST
from ansible_collections.civic.mailbox.plugins.module_utils._module import forwarding_block

from .ports import free_port_base
from .redirecting_lab import (
    FILES,
    MARK,
    OUT,
    PARTNER,
    ROOT,
    MailLab,
    appended,
    changed,
    recipients,
    redirecting_lab,
)


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailLab]:
    with redirecting_lab(tmp_path_factory.mktemp("lab") / "lab", ["redirect"]) as lab:
        lab.write_script("redirect", f'redirect "redirect@{OUT}";')
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


# --- how the files are changed


def test_it_changes_once_shows_it_before_and_takes_it_back_to_the_byte(free):
    main = free.folder / "postfix/main.cf"
    odd = "# ends without a line's end\nforward_path =\n  $home/.forward,\n# between\n\t$home/.more"
    original = main.read_text()
    rewrite(main, re.sub("^forward_path.*\n", "", original, flags=re.M) + odd)
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
        rewrite(main, original)


def test_no_other_line_of_a_file_is_shown(free):
    config = Path(free.info["dovecot"]["config"])
    text = config.read_text()
    rewrite(config, f"{text}# the password is hunter2\n")
    try:
        ran = free.run(check=True)
        assert "civic_mailbox_forwarding_block.conf" in ran.output
        assert "hunter2" not in ran.output
    finally:
        rewrite(config, text)


def test_what_others_write_beside_it_stays_and_the_include_stays_last(free):
    config = Path(free.info["dovecot"]["config"])
    before = config.read_text()
    free.block()
    rewrite(config, f"{config.read_text()}# by hand\n")
    assert free.block()["files"] == [str(config)]
    assert config.read_text().startswith(f"{before}# by hand\n#")
    free.unblock()
    assert config.read_text() == f"{before}# by hand\n"
    rewrite(config, before)


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
    port = free_port_base()
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
def test_what_fails_its_check_is_put_back(free, monkeypatch, file, text, said):
    monkeypatch.setattr(forwarding_block, "_ANSWERS_WITHIN", 6)  # seconds
    with appended(free.folder / file, text.format(sink=free.info["ports"]["sink"])):
        before = free.texts()
        ran = free.run(dot_forward=False)
        assert ran.status == 1
        assert said in ran.message
        assert free.texts() == before
    subject = f"put back {said}"
    reload_postfix(free.info)
    await_dovecot(free.info)
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


@pytest.mark.ansible
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


@pytest.mark.ansible
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
