# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Units of a real directory as hosts; what is read in parts is what one reading gives."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.parts import Part
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import Wanted
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import (
    gather as gather_all,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.part_reading import Division
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn
from ansible_collections.civic.mailbox.plugins.module_utils._module.units_inventory import (
    UnitsError,
    unit_hosts,
)
from ansible_collections.civic.mailbox.plugins.modules import accounts_info, accounts_merge

from .module_run import Ran, run_module
from .ports import free_port_base
from .slapd import ADMIN, PASSWORD, PEOPLE, SUFFIX, Entries, odd_slapd

ROOT = Path(__file__).parents[2]
OFFICE = f"ou=UBND phường,{PEOPLE}"
POLICE = f"ou=Công an,{PEOPLE}"
COMMA = rf"ou=Cán bộ\2C công chức,{PEOPLE}"
TEMPLATE = f"ou={{{{ 7*7 }}}},{PEOPLE}"


def unit(dn: str, name: str) -> Entries:
    return {dn: {"objectClass": "organizationalUnit", "ou": name}}


def people(*homes: str) -> Entries:
    """An account in each of these places; its unit also stands in departmentNumber."""
    found: dict[str, Any] = {}
    for number, home in enumerate(homes):
        uid = f"u{number}"
        found[f"uid={uid},{home}"] = {
            "objectClass": "inetOrgPerson", "uid": uid, "cn": uid, "sn": uid,
            "mail": f"{uid}@town.example",
            **({"departmentNumber": home.partition(",")[0]} if number % 3 else {}),
        }  # fmt: skip
    return found


ENTRIES: Entries = {
    **unit(OFFICE, "UBND phường"),
    **unit(f"ou=Tổ 1,{OFFICE}", "Tổ 1"),
    **unit(POLICE, "Công an"),
    **unit(f"ou=Tổ 1,{POLICE}", "Tổ 1"),
    **unit(COMMA, "Cán bộ, công chức"),
    **unit(TEMPLATE, "{{ 7*7 }}"),
    # A unit that has an address is an account as well.
    f"ou=Mail,{PEOPLE}": {
        "objectClass": ["organizationalUnit", "extensibleObject"], "ou": "Mail",
        "mail": "office@town.example",
    },
    f"cn=users,{OFFICE}": {"objectClass": "namedObject", "cn": "users"},
    **people(
        OFFICE, OFFICE, f"ou=Tổ 1,{OFFICE}", f"cn=users,{OFFICE}", POLICE, f"ou=Tổ 1,{POLICE}",
        f"ou=Tổ 1,{POLICE}", COMMA, COMMA, TEMPLATE, PEOPLE, SUFFIX, f"ou=Mail,{PEOPLE}",
    ),
}  # fmt: skip
HOSTS = {
    "d._rest", "d.people", "d.odd", "d.ubnd-phuong", "d.to-1.ubnd-phuong", "d.cong-an",
    "d.to-1.cong-an", "d.can-bo-cong-chuc", "d.7-7", "d.mail",
}  # fmt: skip
DN = {"unit_from": "dn", "unit_attribute": "ou"}
ATTRIBUTE = {"unit_from": "attribute", "unit_attribute": "departmentNumber"}
QUERY = {"unit_from": "jmespath", "unit_query": "departmentNumber[0] || sn[0]"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with odd_slapd(tmp_path_factory.mktemp("odd"), free_port_base(), ENTRIES) as uri:
        yield uri


def options(server: str, **given: Any) -> dict[str, Any]:
    """What the plugin has by itself, and these."""
    return {
        "directory": "d", "server_uri": server, "bind_dn": None, "bind_pw": None,
        "sasl_class": None, "start_tls": False, "validate_certs": True, "ca_path": None,
        "client_cert": None, "client_key": None, "connect_timeout": 10, "receive_timeout": 60,
        "search_base": SUFFIX, "filter": None, "unit_query": None, "unit_attribute": "ou",
        "unit_filter": "(objectClass=organizationalUnit)", "count_accounts": False,
        "page_size": 1000, "dialect": "auto",
    } | given  # fmt: skip


def gather(server: str, folder: Path, **given: Any) -> Ran:
    return run_module(
        accounts_info.main,
        {"server_uri": server, "search_base": SUFFIX, "name": "d", "run_dir": str(folder), **given},
    )


def merge(folder: Path) -> Ran:
    return run_module(accounts_merge.main, {"run_dir": str(folder), "name": "d"})


def snapshot(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "snapshot/accounts-d.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def said(folder: Path) -> list[str]:
    """What a snapshot says, without when it was made, in a fixed order."""
    times = ("started_at", "ended_at", "server_time", "clock_ahead")
    lines = ({k: v for k, v in line.items() if k not in times} for line in snapshot(folder))
    return sorted(json.dumps(line, sort_keys=True, ensure_ascii=False) for line in lines)


def parts(hosts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [variables["mailbox_part"] for variables in hosts.values()]


@pytest.mark.parametrize("slices", [1, 3])
@pytest.mark.parametrize("rule", [DN, ATTRIBUTE, QUERY], ids=lambda rule: rule["unit_from"])
def test_parts_together_are_the_directory(server, tmp_path, rule, slices):
    hosts = unit_hosts(options(server, **rule))
    for number in range(slices):
        share = parts(hosts)[number::slices]
        result = gather(server, tmp_path / "sliced", parts=share, **rule).result
        assert {state["message"] for state in result["parts"].values()} == {""}
    assert gather(server, tmp_path / "whole", **rule).status == 0

    assert merge(tmp_path / "sliced").result["total"] == 14
    assert said(tmp_path / "sliced") == said(tmp_path / "whole")


def test_units_are_named_and_say_what_they_are(server):
    hosts = unit_hosts(options(server, **DN))

    assert hosts.keys() == HOSTS
    assert hosts["d.can-bo-cong-chuc"]["unit_name"] == "Cán bộ, công chức"
    assert hosts["d.ubnd-phuong"]["mailbox_part"] == {
        "name": "d.ubnd-phuong", "key": OFFICE, "without": [f"ou=Tổ 1,{OFFICE}"],
    }  # fmt: skip
    assert hosts["d._rest"]["mailbox_part"]["without"] == [PEOPLE]
    assert "unit_accounts" not in hosts["d._rest"]


def test_units_are_counted_and_those_without_accounts_left_to_the_rest(server, tmp_path):
    hosts = unit_hosts(options(server, **DN, count_accounts=True))

    counts = {name: variables["unit_accounts"] for name, variables in hosts.items()}
    assert counts == {
        "d._rest": 1, "d.people": 1, "d.ubnd-phuong": 3, "d.to-1.ubnd-phuong": 1, "d.cong-an": 1,
        "d.to-1.cong-an": 2, "d.can-bo-cong-chuc": 2, "d.7-7": 1, "d.mail": 2,
    }  # fmt: skip
    assert gather(server, tmp_path, parts=parts(hosts), **DN).status == 0
    assert merge(tmp_path).result["total"] == 14


def test_values_are_counted(server):
    hosts = unit_hosts(options(server, **ATTRIBUTE))

    assert hosts["d._rest"]["unit_accounts"] == 6
    assert hosts["d.ou-to-1"]["unit_name"] == "ou=Tổ 1"


def test_a_missing_slice_is_named_and_its_accounts_are_not(server, tmp_path):
    shares = parts(unit_hosts(options(server, **DN)))
    read = [one for one in shares if one["key"] not in (POLICE, COMMA)]
    assert gather(server, tmp_path, parts=read, **DN).status == 0

    ran = merge(tmp_path)

    assert ran.status != 0
    assert f"2 of {len(HOSTS)} parts of the directory were not read: {COMMA}; {POLICE}." in (
        ran.message
    )
    end = snapshot(tmp_path)[-1]
    assert (end["record"], end["complete"]) == ("end", False)
    assert end["counts"]["account"] == 11


def test_without_a_part_there_is_a_way_out(tmp_path):
    assert "civic.mailbox.gather" in merge(tmp_path).message


def test_a_hash_makes_no_unit(server):
    rule = {"unit_from": "attribute", "unit_attribute": "userPassword"}

    with pytest.raises(UnitsError, match="holds passwords"):
        unit_hosts(options(server, **rule))


# Units that come and go between the inventory and the reading


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[str]:
    with odd_slapd(tmp_path / "odd", free_port_base(), ENTRIES) as uri:
        yield uri


def change(server: str, changes: str) -> None:
    subprocess.run(
        ["ldapmodify", "-x", "-H", server, "-D", ADMIN, "-w", PASSWORD],
        input=changes, text=True, check=True, capture_output=True,
    )  # fmt: skip


def test_a_unit_that_came_later_is_read_with_what_is_around_it(changing, tmp_path):
    hosts = unit_hosts(options(changing, **DN))
    change(
        changing,
        f"dn: ou=New,{PEOPLE}\nchangetype: add\nobjectClass: organizationalUnit\nou: New\n\n"
        f"dn: uid=new,ou=New,{PEOPLE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: new\ncn: n\nsn: n\n",
    )
    assert gather(changing, tmp_path, parts=parts(hosts), **DN).status == 0

    assert merge(tmp_path).result["total"] == 15
    assert "New" in {line.get("unit") for line in snapshot(tmp_path)}


def test_an_account_that_was_moved_between_two_slices_counts_once(changing, tmp_path):
    hosts = unit_hosts(options(changing, **DN))
    first = [one for one in parts(hosts) if one["key"] == OFFICE]
    assert gather(changing, tmp_path, parts=first, **DN).status == 0
    change(
        changing,
        f"dn: uid=u0,{OFFICE}\nchangetype: modrdn\nnewrdn: uid=u0\ndeleteoldrdn: 0\nnewsuperior: {POLICE}\n",
    )
    rest = [one for one in parts(hosts) if one["key"] != OFFICE]
    assert gather(changing, tmp_path, parts=rest, **DN).status == 0

    assert merge(tmp_path).result["total"] == 14


@pytest.mark.parametrize("rule", [DN, ATTRIBUTE], ids=lambda rule: rule["unit_from"])
def test_an_account_that_was_deleted_before_its_part_was_read_again_is_gone(
    changing, tmp_path, rule
):
    """Also where the slices were dealt out otherwise then."""
    shares = parts(unit_hosts(options(changing, **rule)))
    police = next(one for one in shares if one["key"] in (POLICE, "ou=Công an"))
    assert gather(changing, tmp_path, parts=shares, **rule).status == 0
    change(changing, f"dn: uid=u4,{POLICE}\nchangetype: delete\n")
    time.sleep(1)  # which reading is the newer one is told by whole seconds
    again = gather(changing, tmp_path, parts=[police, shares[-1]], **rule)
    assert again.status == 0

    assert merge(tmp_path).result["total"] == 13


def test_a_unit_that_is_gone_leaves_the_others_be(changing, tmp_path):
    hosts = unit_hosts(options(changing, **DN))
    change(changing, f"dn: ou=Odd,{PEOPLE}\nchangetype: delete\n")

    result = gather(changing, tmp_path, parts=parts(hosts), **DN).result
    ran = merge(tmp_path)

    assert "noSuchObject" in result["parts"]["d.odd"]["message"]
    assert f"ou=Odd,{PEOPLE} (" in ran.message
    assert "14 accounts" in ran.message


def test_small_parts_are_not_read_in_pages_where_these_are_dear(server, monkeypatch):
    asked: dict[str, int] = {}
    search = Directory.search

    def noted(self: Directory, base: str, *rest: Any, page_size: int = 0, **more: Any) -> Any:
        asked[base] = page_size
        return search(self, base, *rest, page_size=page_size, **more)

    monkeypatch.setattr(Directory, "search", noted)
    hosts = unit_hosts(options(server, **DN))
    division = Division(
        search_base=SUFFIX,
        by_subtree=True,
        rule="",
        parts=tuple(Part(**one) for one in parts(hosts)),
    )
    wanted = Wanted(name="d", search_base=SUFFIX, unit=from_dn("ou"), division=division)
    asked.clear()
    gather_all(
        Access(uri=server),
        wanted,
        write=id,
        progress=id,
        clock=lambda: datetime.now(timezone.utc),
    )

    assert (asked[SUFFIX], asked[OFFICE], asked[POLICE]) == (1000, 0, 0)


# The plugin, as Ansible calls it


def inventory(
    folder: Path, *, password: str = PASSWORD, **settings: Any
) -> tuple[dict[str, Any], str]:
    """What ansible-inventory shows of a file with these settings, and what it said."""
    file = folder / "d.units.yml"
    shared = {"plugin": "civic.mailbox.units", "directory": "d", "search_base": SUFFIX}
    file.write_text(json.dumps({**shared, "bind_dn": ADMIN, **settings}))
    done = subprocess.run(
        ["ansible-inventory", "-i", file, "--list"],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={**os.environ, "MAILBOX_BIND_PW": password, "ANSIBLE_NOCOLOR": "1"},
    )  # fmt: skip
    assert password not in done.stdout + done.stderr
    return json.loads(done.stdout or "{}"), done.stderr


@pytest.mark.ansible
def test_ansible_has_the_units_as_hosts_and_keeps_them(changing, tmp_path):
    settings = {
        "server_uri": changing, "cache": True, "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"), "compose": {"shown": "unit_name | upper"},
        "groups": {"towns": "unit_name is match('UBND')"},
        "keyed_groups": [{"key": "mailbox_unit_from", "prefix": "by"}],
    }  # fmt: skip
    shown, said = inventory(tmp_path, **settings)
    change(changing, f"dn: ou=Odd,{PEOPLE}\nchangetype: delete\n")
    again, _ = inventory(tmp_path, **settings)

    assert "WARN" not in said, said
    assert {*shown["units_of_d"]["hosts"]} == HOSTS
    assert shown["units"]["children"] == ["units_of_d"]
    assert shown["towns"]["hosts"] == ["d.ubnd-phuong"]
    assert {*shown["by_dn"]["hosts"]} == HOSTS
    variables = shown["_meta"]["hostvars"]["d.7-7"]
    # By this sign no template in it is carried out.
    assert variables["unit_name"] == {"__ansible_unsafe": "{{ 7*7 }}"}
    assert "49" not in json.dumps(variables["shown"])
    assert variables["mailbox_server_uri"] == changing
    assert again == shown, "not from the cache"
    assert PASSWORD not in "".join(path.read_text() for path in (tmp_path / "cache").iterdir())


CACHED = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile"}
OTHER = [
    ({"unit_filter": "(ou=UBND*)"},               {"d._rest", "d.ubnd-phuong"}),
    ({"search_base": POLICE},                     {"d._rest", "d.to-1"}),
    ({"directory": "e", "unit_filter": "(ou=x)"}, {"e._rest"}),
]  # fmt: skip


@pytest.mark.ansible
@pytest.mark.parametrize(("other", "hosts"), OTHER, ids=["unit_filter", "search_base", "directory"])
def test_what_another_question_gave_is_no_answer_from_the_cache(server, tmp_path, other, hosts):
    settings = {"server_uri": server, **CACHED, "cache_connection": str(tmp_path / "cache")}
    first, _ = inventory(tmp_path, **settings)
    shown, said = inventory(tmp_path, **settings, **other)

    assert {*first["_meta"]["hostvars"]} == HOSTS
    assert {*shown["_meta"]["hostvars"]} == hosts, said
    variables = shown["_meta"]["hostvars"][min(hosts)]
    assert variables["mailbox_search_base"] == other.get("search_base", SUFFIX)


@pytest.mark.ansible
def test_what_is_wrong_is_told_with_the_file_and_without_the_password(server, tmp_path):
    shown, said = inventory(tmp_path, server_uri=server, password="wrong-secret")

    assert "_meta" not in shown or not shown["_meta"]["hostvars"]
    assert "d.units.yml" in said
    assert "invalidCredentials" in said
    assert "Traceback" not in said
