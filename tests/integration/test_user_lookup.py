# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the user database's socket tells of users is what `doveadm user` tells, in every database."""

from __future__ import annotations

import select
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import NoReturn

import pytest

from ansible_collections.civic.mailbox.lab import dovecot as lab_dovecot
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.dovecot import Dovecot
from ansible_collections.civic.mailbox.plugins.module_utils._mail.home_rules import HomeRules
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user import User
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user_lookup import (
    UserLookup,
    by_doveadm,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.userdb_socket import UserdbSocket

IS_2_4 = not lab_dovecot._version().startswith("2.3")
BASE_2_3 = """\
passdb {
  driver = static
  args = nopassword=y
}
mail_location = maildir:~/Maildir
"""
BASE_2_4 = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
passdb static {
  password = none
}
mail_driver = maildir
mail_path = ~/Maildir
"""
COMMON = """\
protocols =
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
mail_uid = 5000
mail_gid = 5000
first_valid_uid = 1000
last_valid_uid = 60000
"""
FILE_2_3 = "userdb {\n  driver = passwd-file\n  args = @folder@/users\n}\n"
FILE_2_4 = "userdb passwd-file {\n  passwd_file_path = @folder@/users\n}\n"
STATIC_2_3 = (
    "userdb {\n  driver = static\n  args = uid=5000 gid=5000 @field@ allow_all_users=yes\n}\n"
)
STATIC_2_4 = (
    "userdb static {\n  allow_all_users = yes\n  fields {\n    uid = 5000\n    gid = 5000\n"
    "    @field@\n  }\n}\n"
)
PASSWD_2_3 = "userdb {\n  driver = passwd\n}\n"
PASSWD_2_4 = "userdb passwd {\n}\n"
SQL_2_3 = "userdb {\n  driver = sql\n  args = @folder@/sql.conf\n}\n"
SQL_CONF = """\
driver = sqlite
connect = {folder}/users.db
user_query = select home, 5000 as uid, 5000 as gid from users where name = '%u'
iterate_query = select name as user from users
"""
SQL_2_4 = """\
sql_driver = sqlite
sqlite_path = @folder@/users.db
userdb sql {
  query = select home, 5000 as uid, 5000 as gid from users where name = '%{user}'
  iterate_query = select name as user from users
}
"""
FILE, STATIC = (FILE_2_4, STATIC_2_4) if IS_2_4 else (FILE_2_3, STATIC_2_3)
PASSWD, SQL = (PASSWD_2_4, SQL_2_4) if IS_2_4 else (PASSWD_2_3, SQL_2_3)
USER, LOCAL, DOMAIN = (
    ("%{user}", "%{user | username}", "%{user | domain}") if IS_2_4 else ("%u", "%n", "%d")
)

# Lines of a passwd-file without the name: user and group id, home, fields. The first ones are what
# the database's own answer is enough for.
ENOUGH = {
    "plain@town.example": "5000:5000::/mail/plain",
    "no-home@town.example": "5000:5000::",
    "no-ids@town.example": ":::/mail/no-ids",
    "nothing@town.example": ":::",
    "other-ids@town.example": "1000:60000::/mail/other",
    "slash@town.example": "5000:5000::/mail//slash/",
    "dots@town.example": "5000:5000::/mail/./dots/../dots",
    "no-domain": "5000:5000::/mail/no-domain",
    "no-domain-or-home": "5000:5000::",
    "quota@town.example": "5000:5000::/mail/quota::userdb_quota_rule=*:bytes=1M",
    "sieve@town.example": "5000:5000::/mail/sieve::userdb_sieve_before=/a userdb_sieve_after=/b",
    "in-plugin@town.example": "5000:5000::/mail/p::userdb_plugin/sieve=file:~/s;active=~/a",
    "of-2.4@town.example": "5000:5000::/mail/x::userdb_sieve_script/x/path=/c userdb_sieve_script=x",
    "mail@town.example": "5000:5000::/mail/mail::userdb_mail=mbox:~/mail",
    "long@town.example": f"5000:5000::/mail/{'x' * 2000}",
}  # fmt: skip
NOT_ENOUGH = {
    "low@town.example": "999:5000::/mail/low",
    "high@town.example": "60001:5000::/mail/high",
    "relative@town.example": "5000:5000::mail/relative",
    "percent@town.example": "5000:5000::/mail/%u/%%d",
    "renamed@town.example": "5000:5000::/mail/renamed::userdb_user=other@town.example",
    "chroot@town.example": "5000:5000::/mail/chroot::userdb_chroot=/chroot",
    "setting@town.example": "5000:5000::::userdb_mail_home=/mail/setting",
    "refused@town.example": "5000:5000::/mail/refused::userdb_first_valid_uid=no",
    "nice@town.example": "5000:5000::/mail/nice::userdb_nice=x",
    "two@at@town.example": "5000:5000::",
    "chữ@town.example": "5000:5000::/mail/chữ",
    "too-long@town.example": f"5000:5000::/mail/{'x' * 9000}",
}
ODD = [
    "",
    "gone@town.example",
    f"{'n' * 1100}@town.example",
    "tab\t@town.example",
    "UPPER@TOWN.EXAMPLE",
]
MAIL_HOME = f"mail_home = /srv/{DOMAIN}/{LOCAL}\n"


@dataclass(frozen=True)
class Host:
    """A Dovecot of its own, with nothing but its users."""

    folder: Path
    dovecot: Dovecot

    @property
    def database(self) -> UserdbSocket:
        return UserdbSocket(path=f"{self.folder}/run/auth-userdb", timeout=20)

    def lookup(self, database: UserdbSocket | None = None) -> UserLookup:
        return UserLookup(
            doveadm=self.dovecot.doveadm, database=database or self.database, rules=self.rules
        )

    @property
    def rules(self) -> HomeRules | None:
        return HomeRules.of(self.dovecot._home_settings())

    def by_socket(self, names: Sequence[str]) -> list[str]:
        """Those for whom doveadm is not needed."""
        assert self.rules
        entries = self.database.entries(names)
        return [name for name in entries if self.rules.user(name, entries[name])]


@contextmanager
def running(folder: Path, settings: str) -> Iterator[Host]:
    for name in ("run", "state"):
        (folder / name).mkdir(exist_ok=True)
    config = folder / "dovecot.conf"
    base = BASE_2_4 if IS_2_4 else BASE_2_3
    own = settings.replace("@folder@", str(folder))
    config.write_text(base + COMMON.format(folder=folder) + own)
    with (folder / "output").open("wb") as output:
        started = subprocess.Popen(
            ["dovecot", "-F", "-c", config], stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        _wait_for(folder / "run/auth-userdb")
        yield Host(folder=folder, dovecot=Dovecot(config=str(config), timeout=20))
    finally:
        started.terminate()
        started.wait(20)


def _wait_for(path: Path) -> None:
    ends = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < ends, (path.parents[1] / "output").read_text()
        time.sleep(0.02)


def _write_users(folder: Path, lines: dict[str, str]) -> None:
    (folder / "users").write_text("".join(f"{name}::{line}\n" for name, line in lines.items()))


def _told(users: Callable[[], Iterator[User]]) -> list[User] | str:
    try:
        return list(users())
    except MailHostError:
        return "refused"


def _same(host: Host, names: Sequence[str]) -> None:
    """One by one, for whom doveadm fails at it says nothing of the others."""
    for name in names:
        expected = _told(lambda name=name: by_doveadm(host.dovecot.doveadm, [name]))
        assert _told(lambda name=name: host.dovecot.homes([name])) == expected, name


def _same_at_once(host: Host, names: Sequence[str]) -> None:
    each = [user for name in names for user in by_doveadm(host.dovecot.doveadm, [name])]
    assert list(host.dovecot.homes(names)) == each


# --- databases


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


@contextmanager
def open_folder() -> Iterator[Path]:
    """One that Dovecot's own user may enter: pytest's folders are closed to others."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def files() -> Iterator[Host]:
    with open_folder() as folder:
        _write_users(folder, ENOUGH | NOT_ENOUGH)
        with running(folder, FILE + MAIL_HOME) as host:
            yield host


@pytest.mark.parametrize("name", [*ENOUGH, *NOT_ENOUGH, *ODD])
def test_a_user_of_a_file_is_told_as_doveadm_tells_him(files, name):
    _same(files, [name])


@pytest.mark.parametrize("name", ENOUGH)
def test_of_the_usual_ones_doveadm_tells_the_home(files, name):
    (user,) = by_doveadm(files.dovecot.doveadm, [name])

    assert user.exists
    assert user.home.startswith(("/mail/", "/srv/"))


def test_the_database_itself_is_enough_for_the_usual_fields(files):
    told = files.by_socket([*ENOUGH, *NOT_ENOUGH])

    assert set(told) == {*ENOUGH}


def test_many_users_are_told_in_their_order(files):
    usual = [name for name in ENOUGH if "sieve" not in ENOUGH[name]]

    _same_at_once(files, [*usual[3:], "gone@town.example", *usual[:3]])


def test_settings_of_sieve_are_each_users_own(files):
    users = {user.name: user for user in files.dovecot.homes([*ENOUGH])}

    assert users["sieve@town.example"].own_settings == (
        ("sieve_before", "/a"),
        ("sieve_after", "/b"),
    )
    own = {name for name, user in users.items() if user.sieve_settings}
    assert own == {name for name in ENOUGH if "sieve" in ENOUGH[name]}


@pytest.mark.parametrize(
    ("field", "enough"),
    [
        (f"home = /srv/{USER}", True),
        ("", True),
        ("home = relative", False),
        ("chroot = /srv", False),
    ],
)
def test_users_of_a_static_database(folder, field, enough):
    given = field if IS_2_4 else field.replace(" = ", "=")
    names = ["clerk@town.example", "clerk", "Clerk@Town.Example"]
    with running(folder, STATIC.replace("@field@", given) + MAIL_HOME) as host:
        _same(host, names)
        assert host.by_socket(names[:2]) == (names[:2] if enough else [])


def test_users_of_the_system(folder):
    with running(folder, PASSWD + "first_valid_uid = 1\nlast_valid_uid = 0\n") as host:
        names = [*host.dovecot.users(), "root", "nobody-here"]
        _same(host, names)
        assert len(host.by_socket(names)) > 5


def test_users_of_sql(folder):
    with closing(sqlite3.connect(folder / "users.db")) as connection, connection:
        connection.execute("create table users (name text, home text)")
        rows = [(f"user{number}@town.example", f"/mail/{number}") for number in range(3000)]
        connection.executemany("insert into users values (?, ?)", rows)
    (folder / "users.db").chmod(0o644)
    (folder / "sql.conf").write_text(SQL_CONF.format(folder=folder))
    with running(folder, SQL) as host:
        names = sorted(name for name, _ in rows)
        assert sorted(host.dovecot.users()) == names
        expected = UserLookup(doveadm=host.dovecot.doveadm, database=host.database, rules=None)
        assert list(host.dovecot.homes(names)) == list(expected.users(names))
        assert len(host.by_socket(names)) == len(names)


def test_users_of_a_directory(lab):
    dovecot = Dovecot(config=lab["dovecot"]["config"], timeout=60)
    names = [*dovecot.users(), "gone@town.example"]
    settings = dovecot._home_settings()
    rules = HomeRules.of(settings)
    assert rules
    database = UserdbSocket(path=f"{settings['base_dir']}/auth-userdb", timeout=20)

    assert list(dovecot.homes(names)) == list(by_doveadm(dovecot.doveadm, names))
    entries = database.entries(names)
    # One is listed in capitals, and called otherwise when looked up.
    assert len(names) - 1 == sum(bool(rules.user(name, entries[name])) for name in names)


# --- settings

HOMES = (
    ["/srv/%{user | lower}", "/srv/%{user | domain | lower}/%{user}", "/srv/%{user | upper}", ""]
    if IS_2_4
    else ["/srv/%Lu", "/srv/%Ld/%Ln", "/srv/%1n/%u", "/srv/%%/%{user}", "/srv/%s/%u", ""]
)


@pytest.mark.parametrize("home", HOMES)
def test_homes_of_the_settings(folder, home):
    _write_users(folder, dict.fromkeys(("Clerk@Town.Example", "clerk"), "5000:5000::"))
    with running(folder, f"{FILE}auth_username_format =\nmail_home = {home}\n") as host:
        _same(host, ["Clerk@Town.Example", "clerk", "gone"])


@pytest.mark.parametrize(
    "settings",
    [
        "valid_chroot_dirs = /mail\n",
        "mail_chroot = /mail/.\n",
        "mail_uid = 999\n",
        "mail_uid = nobody-here\n",
        "mail_uid = daemon\nfirst_valid_uid = 1\n",
        "mail_gid = 0\n",
        "mail_gid = daemon\n",
        "first_valid_gid = 5001\n",
        "last_valid_gid = 4999\n",
        "protocol doveadm {\n  mail_home = /doveadm/x\n}\n",
        f"protocol doveadm {{\n  {MAIL_HOME}}}\n",
    ],
)
def test_settings_that_decide_beside_the_database(folder, settings):
    _write_users(folder, ENOUGH)
    with running(folder, FILE + MAIL_HOME + settings) as host:
        _same(host, ["plain@town.example", "no-home@town.example", "no-ids@town.example"])


# --- a socket that is of no use


@contextmanager
def cut_off(target: str, path: Path, *, after: int) -> Iterator[UserdbSocket]:
    """A socket that hands on so many bytes of each connection's answers."""

    def serve(connection: socket.socket) -> None:
        with connection, socket.socket(socket.AF_UNIX) as real, suppress(OSError):
            real.connect(target)
            left = after
            while left and (ready := select.select([connection, real], [], [], 20)[0]):
                if connection in ready:
                    real.sendall(connection.recv(1 << 16))
                if real in ready:
                    answer = real.recv(left)
                    connection.sendall(answer)
                    left -= len(answer)

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def accept() -> None:
            with suppress(OSError):
                while True:
                    Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()

        Thread(target=accept, daemon=True).start()
        yield UserdbSocket(path=str(path), timeout=20)
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def many() -> Iterator[Host]:
    with open_folder() as folder:
        lines = {f"user{n}@town.example": f"5000:5000::/mail/{n}" for n in range(2500)}
        _write_users(folder, lines)
        with running(folder, FILE) as host:
            yield host


@pytest.mark.parametrize("after", [0, 5, 300, 1500, 30_000])
def test_whoever_a_broken_connection_does_not_tell_of_doveadm_does(many, after):
    names = [f"user{n}@town.example" for n in range(2500)]
    with cut_off(many.database.path, many.folder / f"cut{after}", after=after) as database:
        users = list(many.lookup(database).users(names))

    assert users == [User(name=name, home=f"/mail/{n}") for n, name in enumerate(names)]
    assert users == list(many.lookup().users(names))


def test_without_the_socket_doveadm_is_asked(files):
    names = ["plain@town.example", "gone@town.example", "no-home@town.example"]
    nowhere = UserdbSocket(path=f"{files.folder}/none", timeout=20)

    assert list(files.lookup(nowhere).users(names)) == [
        user for name in names for user in by_doveadm(files.dovecot.doveadm, [name])
    ]


def test_of_the_usual_users_no_program_is_asked(many):
    names = [f"user{n}@town.example" for n in range(2500)]

    def doveadm(*_arguments: str, ok: Sequence[int]) -> NoReturn:
        raise AssertionError(ok)

    lookup = replace(many.lookup(), doveadm=doveadm)
    assert [user.name for user in lookup.users(names)] == names


def test_without_a_dovecot_that_runs_the_message_says_so(files, folder):
    text = (files.folder / "dovecot.conf").read_text()
    (folder / "dovecot.conf").write_text(text.replace(str(files.folder), str(folder)))
    stopped = Dovecot(config=f"{folder}/dovecot.conf", timeout=20)

    with pytest.raises(MailHostError, match="auth-userdb"):
        list(stopped.homes(["plain@town.example"]))
