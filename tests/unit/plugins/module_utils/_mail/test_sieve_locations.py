# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.settings import read_settings
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve_locations import locations
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user import User

CLERK = User(name="clerk@in.example", home="/home/clerk")
SETTINGS = [
    # what the case shows            settings                              setting, kind, path
    ("2.3: before and after", "plugin {\n sieve_before = /a\n sieve_after2 = /b.sieve\n}",
     [("sieve_before", "before", "/a"), ("sieve_after2", "after", "/b.sieve")]),
    ("2.3: a type and options", "plugin {\n sieve_before = file:/a;name=x\n}",
     [("sieve_before", "before", "/a")]),
    ("2.3: no file", "plugin {\n sieve_default = dict:proxy::sieve;name=x\n}",
     [("sieve_default", "default", "dict:proxy::sieve")]),
    ("2.3: below the home", "plugin {\n sieve_default = ~/a\n sieve_after = b\n}",
     [("sieve_default", "default", "%h/a"), ("sieve_after", "after", "%h/b")]),
    ("2.3: what is discarded", "plugin {\n sieve_discard = /a\n}",
     [("sieve_discard", "discard", "/a")]),
    ("2.3: those for include", "plugin {\n sieve_global = /a\n sieve_global_dir = /b\n}",
     [("sieve_global", "global", "/a"), ("sieve_global_dir", "global", "/b")]),
    ("2.3: the old name of the default", "plugin {\n sieve_global_path = /a\n}",
     [("sieve_global_path", "default", "/a")]),
    ("2.3: imapsieve", "plugin {\n imapsieve_mailbox12_before = file:/a\n"
     " imapsieve_mailbox12_name = Junk\n}", [("imapsieve_mailbox12_before", "before", "/a")]),
    ("2.3: in a protocol", "protocol lmtp {\n plugin {\n sieve_before = /a\n }\n}",
     [("sieve_before", "before", "/a")]),
    ("2.3: the user's own, and other settings", "plugin {\n sieve = file:~/sieve\n"
     " sieve_before_x = /a\n sieve_extensions = +x\n}", []),
    ("2.4: before", "sieve_script all {\n type = before\n path = /a\n}",
     [("sieve_script all", "before", "/a")]),
    ("2.4: no file", "sieve_script all {\n type = after\n driver = dict\n}",
     [("sieve_script all", "after", "dict:")]),
    ("2.4: the user's own", "sieve_script personal {\n path = ~/sieve\n}\n"
     "sieve_script x {\n type = personal\n path = /a\n}", []),
    ("2.4: imapsieve", "namespace inbox {\n mailbox Junk {\n sieve_script spam {\n type = before\n"
     " cause = copy\n path = /a\n }\n }\n}", [("sieve_script spam", "before", "/a")]),
    ("none", "protocols = imap", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in SETTINGS])
def test_settings_name_scripts(text, expected):
    found = locations(read_settings(text), [CLERK])

    assert [(place.setting, place.kind, place.path) for place in found] == expected


RELEASE_2_4 = "dovecot_config_version = 2.4.0\n"
CONFIGURED = (
    f"{RELEASE_2_4}sieve_script personal {{\n path = ~/sieve\n}}\n"
    "sieve_script all {\n type = before\n path = /all\n}\n"
)
OWN = [
    # what the case shows     settings     the user's own        setting, kind, path
    ("2.3", "", {"sieve_before": "~/x.sieve", "sieve": "file:~/y"},
     [("sieve_before", "before", "/home/clerk/x.sieve")]),
    ("2.3: in the list of plugins", "", {"plugin/sieve_after": "/x"},
     [("plugin/sieve_after", "after", "/x")]),
    ("2.3: names of 2.4", "", {"sieve_script+": "x", "sieve_script/x/type": "before",
     "sieve_script/x/path": "/x"}, []),
    ("2.4: one more", CONFIGURED, {"sieve_script+": "x", "sieve_script/x/type": "before",
     "sieve_script/x/path": "x.sieve", "sieve_script/all/type": "after"},
     [("sieve_script all", "after", "/all"), ("sieve_script x", "before", "/home/clerk/x.sieve")]),
    ("2.4: two more", RELEASE_2_4, {"sieve_script/x/type": "before", "sieve_script/x/path": "/x",
     "sieve_script/y/type": "after", "sieve_script/y/path": "/y", "sieve_script+": "x,y"},
     [("sieve_script x", "before", "/x"), ("sieve_script y", "after", "/y")]),
    ("2.4: in place of all others", CONFIGURED, {"sieve_script": "x", "sieve_script/x/path": "/x",
     "sieve_script/x/type": "before", "sieve_script/all/path": "/y"},
     [("sieve_script x", "before", "/x")]),
    ("2.4: another file", CONFIGURED, {"sieve_script/all/path": "/x"},
     [("sieve_script all", "before", "/x")]),
    ("2.4: in no list", CONFIGURED, {"sieve_script/x/type": "before", "sieve_script/x/path": "/x"},
     []),
    ("2.4: the user writes it", CONFIGURED, {"sieve_script/personal/path": "/x"}, []),
    ("2.4: names of 2.3", CONFIGURED, {"sieve_before": "/x", "plugin/sieve_before": "/x"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "own", "expected"), [pytest.param(*c, id=n) for n, *c in OWN])
def test_the_user_database_gives_scripts_to_single_users(text, own, expected):
    user = replace(CLERK, own_settings=tuple(own.items()))

    found = [place for place in locations(read_settings(text), [user]) if place.user]

    assert [(place.setting, place.kind, place.of(user)) for place in found] == expected


VARIABLES = [
    ("/a", True, set(), "/a"),
    ("/%d/a", True, {"domain"}, "/in.example/a"),
    ("%h/a", True, {"home"}, "/home/clerk/a"),
    ("/%{user | domain}/a", True, {"domain"}, "/in.example/a"),
    ("/%{nothing}/a", True, {"nothing"}, ""),
    ("dict:x", False, set(), "dict:x"),
]


@pytest.mark.parametrize(("path", "is_file", "variables", "of_clerk"), VARIABLES)
def test_a_path_can_depend_on_the_user(path, is_file, variables, of_clerk):
    text = f"sieve_script x {{\n type = before\n path = {path}\n}}"
    if not is_file:
        text = f"plugin {{\n sieve_before = {path}\n}}"

    (found,) = locations(read_settings(text), [])

    assert (found.is_file, set(found.variables)) == (is_file, variables)
    assert found.of(CLERK) == of_clerk
