# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lab that forwards in every place that can be written, and the module forwarding."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.lab import dovecot, process
from ansible_collections.civic.mailbox.lab.clients import (
    reload_dovecot,
    reload_postfix,
    rewrite,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST
from ansible_collections.civic.mailbox.plugins.modules import forwarding

from .module_run import Ran, run_module
from .redirecting_lab import OUT, MailLab, redirecting_lab

ALL = [DOMAIN, f"halong.{DOMAIN}", MAIL_HOST]  # the office's domains
ME = f"me@{OUT}"
KEPT = f"active@{DOMAIN}"
RULES = 'require ["fileinto", "mailbox"];\r\n# rules of mine\r\n'
RULES += 'if header :contains "subject" "Đơn" { fileinto :create "Đơn thư"; }\r\n'
OWN_SETTINGS = "of-the-user-database"  # the user whose scripts only doveadm can tell


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script before and after; None: it is left as it is."""

    before: str
    after: str | None = None
    leaves: bool = True  # whether mail goes outside before
    leaves_after: bool = False


SCRIPTS = {
    "plain": Script(
        before=f'{RULES}redirect "{ME}"; # home\r\nkeep;\r\n',
        after=f"{RULES} # home\r\nkeep;\r\n",
    ),
    "several": Script(
        before=(
            f'require "copy";\nif true {{\n\tredirect :copy "{ME}";\n'
            f'\tredirect :copy "{KEPT}";\n  redirect :copy "Two@FreeMail.Example";\n}}\n'
        ),
        after=f'require "copy";\nif true {{\n\t\n\tredirect :copy "{KEPT}";\n  \n}}\n',
    ),
    "compiled": Script(before=f'redirect "{ME}";\n', after="\n"),
    OWN_SETTINGS: Script(
        before=f'# tiếng Việt\r\nredirect "{ME}";\r\nkeep;\r\n',
        after="# tiếng Việt\r\n\r\nkeep;\r\n",
    ),
    "includes-its-own": Script(
        before=f'require "include";\ninclude :personal "other";\nredirect "{ME}";\n',
        after='require "include";\ninclude :personal "other";\n\n',
    ),
    "by-hand": Script(before=f'redirect "{ME}"; discard;\n', leaves_after=True),
    "inside": Script(before=f'redirect "{KEPT}";\n', leaves=False),
}
ALIASES = f"""\
# of the town
postmaster: root
al-out: al-out@{OUT}
al-both: {KEPT},
    al-both@{OUT},
  {KEPT}
uucp:\tuucp@{OUT}
proxy: proxy@{OUT}
  , more@{OUT}
# as it was asked for
man: "man@{OUT}"
al-list: :include:{{folder}}/members
al-lost: :include:{{folder}}/lost
lp: lp@{OUT}"""
ALIASES_AFTER = f"""\
# of the town
postmaster: root
al-out: al-out@{OUT}
al-both: {KEPT},
  {KEPT}
# as it was asked for
al-list: :include:{{folder}}/members
al-lost: :include:{{folder}}/lost
"""
VIRTUAL = f"""\
v-out@{DOMAIN} v-out@{OUT}
soon-75@{DOMAIN} soon-75@{OUT}
Idle-95@{DOMAIN}\tidle-95@{OUT}, {KEPT}
idle-200@{DOMAIN} idle-200@{OUT}
v-in@{DOMAIN} {KEPT}
"""
VIRTUAL_AFTER = f"""\
v-out@{DOMAIN} v-out@{OUT}
Idle-95@{DOMAIN}\t{KEPT}
v-in@{DOMAIN} {KEPT}
"""
# What is written in the Postfix folder: before and after.
TABLES = {
    "aliases": (ALIASES, ALIASES_AFTER),
    "virtual": (VIRTUAL, VIRTUAL_AFTER),
    "recipient_bcc": (
        f"never-old@{DOMAIN} copy@{OUT}\nnobody-here@{DOMAIN} a@{DOMAIN}, b@{OUT}\n",
        "",
    ),
    "sender_bcc": (
        f"# c\nboss@{DOMAIN} from-boss@{OUT}\nchair@{DOMAIN} {KEPT}\n",
        f"# c\nchair@{DOMAIN} {KEPT}\n",
    ),
    "canonical": (
        f"never-new@{DOMAIN} rewritten@{OUT}\nno@{DOMAIN} no@{OUT}\n",
        f"no@{DOMAIN} no@{OUT}\n",
    ),
    "members": (f"# who gets it\n{KEPT}, list@{OUT}\nlast@{OUT}\n", f"# who gets it\n{KEPT}\n"),
    "lost": (f"lost@{OUT}\n", None),
}
SETTINGS = {
    "recipient_bcc_maps": "recipient_bcc",
    "sender_bcc_maps": "sender_bcc",
    "recipient_canonical_maps": "canonical",
}
FORWARDS = {
    # user: before, after; those of "backup" and "games" lie in folders of root's
    "games": (f"games@{OUT}\n", ""),
    "backup": (f"\\backup, backup@{OUT}\n", "\\backup\n"),
    "irc": (
        f"# mine\n\\irc,\n  irc@{OUT}, {KEPT}\nmore@{OUT}\n",
        f"# mine\n\\irc, {KEPT}\n",
    ),
    "list": (f"\\list list@{OUT}\n", None),
    "news": ('"|/usr/bin/true"\n', None),
}
# Subjects whose forwards are left, and the reason.
LEFT = {
    f"al-out@{MAIL_HOST}": "nobody would be left to get the mail to",
    f"al-lost@{MAIL_HOST}": "nobody would be left on the list",
    f"v-out@{DOMAIN}": "nobody would be left to get the mail to",
    f"no@{DOMAIN}": "nobody would be left to get the mail to",
    f"list@{MAIL_HOST}": "no comma",
    "by-hand": "loses the mail",
}


class ForwardingLab:
    """The lab, what stands in its places, and the module."""

    def __init__(self, mail: MailLab) -> None:
        self.mail, self.info = mail, mail.info
        self.postfix = Path(mail.info["postfix"]["config"])
        self.homes = Path(mail.info["directory"], "home")  # of local users
        self.kind = process.run("postconf", "-d", "-h", "default_database_type").strip()

    def run(self, *, how: dict[str, Any] | None = None, check: bool = False, **options: Any) -> Ran:
        """Run the module; `how` is run_module's."""
        given = {
            "name": "mail1",
            "dovecot_config": self.info["dovecot"]["config"],
            "postfix_config": str(self.postfix),
            "_ansible_check_mode": check,
            "_ansible_diff": True,
            **options,
        }
        ran = run_module(forwarding.main, given, **(how or {}))
        assert "Traceback" not in ran.output
        return ran

    def take_away(self, run_dir: Path, **options: Any) -> Ran:
        return self.run(run_dir=str(run_dir), internal_domains=ALL, **options)

    def restore(self, run_dir: Path, **options: Any) -> Ran:
        return self.run(run_dir=str(run_dir), state="restored", **options)

    def script(self, name: str) -> Path:
        return self.mail.home(name) / "sieve/main.sieve"

    def file(self, name: str) -> Path:
        """A file of TABLES, or a local user's .forward."""
        return self.homes / name / ".forward" if name in FORWARDS else self.postfix / name

    def rows(self, name: str) -> list[str]:
        """What Postfix finds in a table."""
        listed = process.run("postmap", "-c", self.postfix, "-s", f"{self.kind}:{self.file(name)}")
        return sorted(line for line in listed.splitlines() if not line.startswith("YP_"))

    def texts(self) -> dict[str, str]:
        """Each planted place by its name, and what is written there."""
        known = {name: self.file(name) for name in (*TABLES, *FORWARDS)}
        known |= {name: self.script(name) for name in SCRIPTS}
        return {name: path.read_bytes().decode() for name, path in known.items()}

    def state(self) -> dict[str, object]:
        """Every place there is, with owner, group, mode and content, and what Postfix finds."""
        homes = Path(self.info["dovecot"]["homes"])
        paths = [
            *homes.rglob("*.sieve"),
            *(path for path in self.homes.rglob("*") if path.is_file()),
            *(self.file(name) for name in TABLES),
        ]
        found: dict[str, object] = {str(path): _state(path) for path in paths}
        return found | {f"rows of {name}": self.rows(name) for name in _made()}

    def texts_after(self) -> dict[str, str]:
        """What texts() gives once everything is taken away."""
        before = self.texts()
        after = {name: script.after for name, script in SCRIPTS.items()}
        after |= {name: text for name, (_, text) in (TABLES | FORWARDS).items()}
        after["aliases"] = ALIASES_AFTER.format(folder=self.postfix)
        return {name: before[name] if text is None else text for name, text in after.items()}


def _made() -> list[str]:
    return ["aliases", "virtual", *SETTINGS.values()]


def _state(path: Path) -> tuple[object, ...]:
    found = path.lstat()
    text = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
    return found.st_uid, found.st_gid, stat.filemode(found.st_mode), text


@contextmanager
def forwarding_lab(directory: Path) -> Iterator[ForwardingLab]:
    """A lab of a test file's own, with all of this planted."""
    with redirecting_lab(directory, SCRIPTS) as mail:
        lab = ForwardingLab(mail)
        _plant_tables(lab)
        _plant_forwards(lab)
        _plant_scripts(lab)
        yield lab


def _plant_tables(lab: ForwardingLab) -> None:
    for name, (text, _) in TABLES.items():
        lab.file(name).write_text(text.format(folder=lab.postfix))
    lab.file("virtual").chmod(0o640)
    settings = [f"{k} = {lab.kind}:{lab.postfix}/{name}" for k, name in SETTINGS.items()]
    process.run("postconf", "-c", lab.postfix, "-e", *settings)
    for name in _made():
        program = "postalias" if name == "aliases" else "postmap"
        process.run(program, "-c", lab.postfix, f"{lab.kind}:{lab.file(name)}")
    reload_postfix(lab.info)


def _plant_forwards(lab: ForwardingLab) -> None:
    for user, (text, _) in FORWARDS.items():
        path, owner = lab.file(user), pwd.getpwnam(user)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        os.chown(path, owner.pw_uid, owner.pw_gid)
        if user not in ("games", "backup"):
            os.chown(path.parent, owner.pw_uid, owner.pw_gid)


def _plant_scripts(lab: ForwardingLab) -> None:
    user = lab.mail.users[OWN_SETTINGS]
    _give_own_settings(lab, user)
    for name, script in SCRIPTS.items():
        if name != OWN_SETTINGS:
            lab.mail.write_script(name, script.before)
    other = lab.script("includes-its-own").with_name("other.sieve")
    other.write_text("keep;\n")
    os.chown(other, dovecot.UID, dovecot.UID)
    config = lab.info["dovecot"]["config"]
    words = ["doveadm", "-c", config, "sieve", "put", "-a", "-u", user, "main"]
    text = SCRIPTS[OWN_SETTINGS].before.encode()
    # Dovecot has just been reloaded, and for a moment takes nothing.
    assert wait_for(lambda: subprocess.run(words, input=text, check=False).returncode == 0)


def _give_own_settings(lab: ForwardingLab, user: str) -> None:
    """The user database gives this user, and nobody else, the settings of all: so only Dovecot can
    tell where his scripts lie."""
    config = Path(lab.info["dovecot"]["config"])
    file = config.with_name("own")
    if lab.info["dovecot"]["version"].startswith("2.3"):
        settings = ["sieve=file:~/sieve;active=~/.dovecot.sieve"]
        block = f"userdb {{\n  driver = passwd-file\n  args = {file}\n"
    else:
        personal = "sieve_script/personal"
        settings = [f"{personal}/path=~/sieve", f"{personal}/active_path=~/.dovecot.sieve"]
        block = f"userdb passwd-file {{\n  passwd_file_path = {file}\n"
    file.write_text(f"{user}::::::: {' '.join(f'userdb_{one}' for one in settings)}\n")
    block += "  result_success = continue-ok\n}\n"
    rewrite(config, config.read_text().replace("userdb ", f"{block}userdb ", 1))
    reload_dovecot(lab.info)
