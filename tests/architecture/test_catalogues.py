# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A file that its catalogue forgot would silently never run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MODULE_UTILS = ROOT / "plugins" / "module_utils"
CATALOGUES = sorted(MODULE_UTILS.rglob("catalogue.py"))
CONTROLS = MODULE_UTILS / "_core" / "controls"


def siblings(folder: Path) -> set[str]:
    """The code files of a folder, by name, without what holds them together; folders that have
    a catalogue of their own by that."""
    files = {path.stem for path in folder.glob("*.py")} - {"catalogue", "__init__"}
    return files | {f"{path.parent.name}.catalogue" for path in folder.glob("*/catalogue.py")}


def forgotten(source: str, files: set[str]) -> set[str]:
    """The files that a catalogue does not import, or whose imports it does not list."""
    tree = ast.parse(source)
    names = {
        node.module: {alias.asname or alias.name for alias in node.names}
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
    }
    listed = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return {file for file in files if not names.get(file, set()) & listed}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("from .a import A\nALL = (A,)", set(), id="imported and listed"),
        pytest.param("from .a import A\nALL = ()", {"a"}, id="imported, not listed"),
        pytest.param("ALL = ()", {"a"}, id="not imported"),
        pytest.param("from ..a import A\nALL = (A,)", {"a"}, id="another file of that name"),
    ],
)
def test_a_forgotten_line_is_seen(source, expected):
    assert forgotten(source, {"a"}) == expected


def test_the_controls_have_a_catalogue():
    assert CONTROLS / "catalogue.py" in CATALOGUES


@pytest.mark.parametrize(
    "catalogue", CATALOGUES, ids=lambda path: str(path.relative_to(MODULE_UTILS))
)
def test_each_catalogue_lists_each_file_beside_it(catalogue):
    files = siblings(catalogue.parent)

    assert files, "a catalogue of nothing"
    assert forgotten(catalogue.read_text("utf-8"), files) == set()


@pytest.mark.parametrize("control", sorted(siblings(CONTROLS)))
def test_each_control_has_a_test(control):
    tests = ROOT / "tests" / "unit" / "plugins" / "module_utils" / "_core" / "controls"

    assert (tests / f"test_{control}.py").is_file()


def test_the_action_group_lists_each_module():
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))

    assert runtime["action_groups"]["all"] == sorted(siblings(ROOT / "plugins" / "modules"))
