# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The arrows between the layers of docs/architecture.md, read from the syntax of every plugin.

Imports inside functions and below TYPE_CHECKING count: ansible-core packs those too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
FILES = sorted(PurePosixPath(path.relative_to(PLUGINS)) for path in PLUGINS.rglob("*.py"))
COLLECTION = "ansible_collections.civic.mailbox.plugins."

# What each folder of plugins/ may import from plugins/; one that is not named here may import none.
ARROWS = {
    "module_utils/_core": ("module_utils/_core",),
    "module_utils/_directory": ("module_utils/_core", "module_utils/_directory"),
    "module_utils/_browsers": ("module_utils/_core", "module_utils/_browsers"),
    "module_utils/_mail": ("module_utils/_core", "module_utils/_mail"),
    "module_utils/_report": ("module_utils/_core", "module_utils/_report"),
    "module_utils/_module": ("module_utils",),
    "modules": ("module_utils/_module",),
    "action": ("module_utils/_module", "plugin_utils"),
    "plugin_utils": ("plugin_utils",),
    "inventory": ("module_utils/_module",),
    "lookup": ("module_utils/_module",),
    "filter": ("module_utils/_core", "module_utils/_module"),
}
# Who may import what does not come with Python: the beginnings of paths.
OUTSIDE = {
    "ansible": (
        "module_utils/_module/",
        "action/",
        "plugin_utils/",
        "inventory/",
        "filter/",
        "lookup/",
    ),
    "docx": ("module_utils/_report/notice/docx.py",),
    "argon2": ("module_utils/_directory/passwords",),
    "jmespath": ("module_utils/_core/",),
    "ldap3": ("module_utils/_directory/filters.py", "module_utils/_directory/opening.py"),
    "libpass": ("module_utils/_directory/passwords",),
    "passlib": ("module_utils/_directory/passwords",),
    "pyasn1": ("module_utils/_directory/filters.py",),
    "yaml": ("module_utils/_module/",),
}
# A pure function reads no clock, environment, file or socket, and writes to none.
IMPURE_MODULES = {
    "asyncio", "ctypes", "getpass", "glob", "importlib", "io", "locale", "logging",
    "multiprocessing", "os", "pathlib", "platform", "random", "secrets", "select", "shutil",
    "signal", "socket", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "traceback",
    "urllib", "uuid",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "now", "today", "utcnow"}


def imported(source: str, path: PurePosixPath) -> Iterator[str]:
    """What a file of plugins/ imports: "plugins/..." for our own, else the dotted name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (_named(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (_named(f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = [*path.parts[: -node.level], *(node.module or "").split(".")]
            start = "/".join(part for part in parts if part)
            yield from (f"plugins/{start}/{alias.name}" for alias in node.names)


def _named(dotted: str) -> str:
    if dotted.startswith(COLLECTION):
        return "plugins/" + dotted.removeprefix(COLLECTION).replace(".", "/")
    return dotted


def called(source: str) -> Iterator[str]:
    """The bare names of what is called: `now` for `datetime.now(zone)`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr


def wrong_arrows(source: str, path: PurePosixPath) -> list[str]:
    """The imports of a file that point where they may not."""
    return [name for name in imported(source, path) if not _may_import(path, name)]


def _may_import(path: PurePosixPath, name: str) -> bool:
    if name.startswith("plugins/"):
        return any(
            name.removeprefix("plugins/").startswith(target + "/")
            for folder, targets in ARROWS.items()
            for target in targets
            if str(path).startswith(folder + "/")
        )
    package = name.partition(".")[0]
    return package in sys.stdlib_module_names or str(path).startswith(OUTSIDE.get(package, ()))


OPENING = "module_utils/_directory/opening.py"
CORE, CLIENT = "module_utils/_core/plan.py", "module_utils/_directory/client.py"
GATHER, MODULE = "module_utils/_directory/gather.py", "modules/assess.py"
RIGHT = [
    ("a sibling",                    CORE,   "from .account import Account"),
    ("the standard library",         CORE,   "import os.path"),
    ("jmespath in the core",         CORE,   "import jmespath"),
    ("the layer below",              GATHER, "from .._core import plan"),
    ("from a folder further down",   "module_utils/_core/controls/a.py", "from ..plan import Plan"),
    ("ldap3 in the opening",         OPENING, "from ldap3.core import x"),
    ("Ansible in _module",           "module_utils/_module/a.py", "import ansible.errors"),
    ("a module that calls _module",  MODULE, "from ..module_utils._module.a import b"),
]  # fmt: skip
WRONG = [
    ("jmespath elsewhere",           GATHER, "import jmespath"),
    ("upwards",                      CORE,   "from .._directory.x import y"),
    ("upwards by the package",       CORE,   "from .. import _module"),
    ("upwards by the full name",     CORE,   f"import {COLLECTION}module_utils._mail.x"),
    ("inside a function",            CORE,   "def f():\n  import ldap3"),
    ("for types only",               CORE,   "if TYPE_CHECKING:\n  import yaml"),
    ("ldap3 beside the client",      GATHER, "from ldap3 import Server"),
    ("Ansible below _module",        CLIENT, "import ansible.errors"),
    ("a module past _module",        MODULE, "from ..module_utils._core.a import b"),
    ("sideways",                     "module_utils/_mail/a.py", "from .._directory.x import y"),
    ("a report that asks a server",  "module_utils/_report/a.py", "from .._mail.x import y"),
    ("a folder that nobody named",   "module_utils/_new/a.py", "from .._core.a import b"),
    ("a package that nobody named",  CORE,   "import requests"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "source"), [pytest.param(*case, id=name) for name, *case in RIGHT]
)
def test_a_right_arrow_is_let_be(path, source):
    assert wrong_arrows(source, PurePosixPath(path)) == []


@pytest.mark.parametrize(
    ("path", "source"), [pytest.param(*case, id=name) for name, *case in WRONG]
)
def test_a_wrong_arrow_is_seen(path, source):
    assert wrong_arrows(source, PurePosixPath(path)) != []


def test_there_are_plugins_to_walk():
    assert {path.parts[0] for path in FILES} >= {"modules", "module_utils"}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_arrow_points_the_wrong_way(path):
    assert wrong_arrows((PLUGINS / path).read_text("utf-8"), path) == []


@pytest.mark.parametrize(
    "path", [path for path in FILES if str(path).startswith("module_utils/_core/")], ids=str
)
def test_the_core_is_pure(path):
    source = (PLUGINS / path).read_text("utf-8")

    assert {name.partition(".")[0] for name in imported(source, path)}.isdisjoint(IMPURE_MODULES)
    assert set(called(source)).isdisjoint(IMPURE_CALLS)
