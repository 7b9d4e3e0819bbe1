# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `ansible-galaxy collection build` packs, and that it installs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .test_imports import OUTSIDE

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
# The parts that run or explain the product; lab, tests and tools of the clone stay out.
PARTS = {"changelogs", "docs", "inventory", "meta", "playbooks", "plugins", "roles"}
FILES = {"CHANGELOG.md", "LICENSE", "README.md", "README.vi.md", "ee-requirements.txt"}
# Names of an office's inventories, near the one of the example.
OFFICE = (
    "office", "lab", "old office", "e", "ex", "exa", "exam", "examp", "exampl", "example2",
    "example.old", "examples", "exam board", "Example", "elsewhere", "xexample", ".office",
)  # fmt: skip
MADE_BY_THE_BUILD = {"MANIFEST.json", "FILES.json"}


@pytest.fixture(scope="module")
def tarball(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    run("ansible-galaxy", "collection", "build", "--output-path", folder, cwd=ROOT)
    (path,) = folder.glob("civic-mailbox-*.tar.gz")
    return path


@pytest.fixture
def office(tmp_path) -> Path:
    """A clone in which an office has inventories and a secret of its own."""
    for name in ("galaxy.yml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "inventory" / "example", tmp_path / "inventory" / "example")
    for name in OFFICE:
        folder = tmp_path / "inventory" / name / "group_vars"
        folder.mkdir(parents=True)
        (folder / "all.yml").write_text("vault_mailbox_bind_pw: secret\n")
    for name in ("inventory/hosts.yml", "inventory/example.yml", ".vault_pass"):
        (tmp_path / name).write_text("secret\n")
    return tmp_path


def run(tool: str, *arguments: object, cwd: Path, **environment: str) -> str:
    command = [str(BIN / tool), *map(str, arguments)]
    result = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def packed(tarball: Path) -> set[str]:
    with tarfile.open(tarball) as archive:
        return {member.name for member in archive if member.isfile()} - MADE_BY_THE_BUILD


def test_only_the_product_is_packed(tarball):
    tops = {name.partition("/")[0] for name in packed(tarball)}

    assert tops <= PARTS | FILES
    assert not any(name.startswith("inventory/lab/") for name in packed(tarball))
    assert tops >= {"plugins", "roles", "playbooks", "meta", "LICENSE", "README.md"}


def test_of_inventories_only_the_example_is_packed(office):
    run("ansible-galaxy", "collection", "build", "--output-path", office / "built", cwd=office)
    (path,) = (office / "built").glob("*.tar.gz")
    example = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "inventory" / "example").rglob("*")
        if file.is_file()
    }

    assert packed(path) == {"README.md", "LICENSE", *example}


def test_git_leaves_the_inventory_of_the_office_alone():
    command = ["git", "check-ignore", "--quiet", "inventory/office/hosts.yml"]

    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_only_files_of_the_repository_are_packed(tarball):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert packed(tarball) - set(listed.split("\0")) == set()


def test_the_image_takes_this_package(tarball):
    image = yaml.safe_load((ROOT / "execution-environment.yml").read_text("utf-8"))

    assert [file["src"] for file in image["additional_build_files"]] == [tarball.name]
    assert [entry["name"] for entry in image["dependencies"]["galaxy"]["collections"]] == [
        f"/build/{tarball.name}"
    ]


def test_an_image_gets_what_the_package_imports(tarball):
    """As ansible-builder finds it: in files that the package's own definition names."""
    with tarfile.open(tarball) as archive:
        said = yaml.safe_load(content(archive, "meta/execution-environment.yml"))
        (file,) = said["dependencies"].values()
        asked = requirements(content(archive, file))

    providers = packages_distributions()
    outside = {providers.get(module, [module])[0] for module in OUTSIDE if module != "ansible"}
    assert set(map(canonicalize_name, outside)) <= asked.keys()


def test_an_image_may_get_what_was_tested():
    """What it asks for allows the versions that the tests run with."""
    image = yaml.safe_load((ROOT / "execution-environment.yml").read_text("utf-8"))
    tools = (
        image["dependencies"][name]["package_pip"] for name in ("ansible_core", "ansible_runner")
    )
    asked = requirements("\n".join(tools)) | requirements(
        (ROOT / "ee-requirements.txt").read_text()
    )

    tested = {
        name: str(specifier).removeprefix("==")
        for name, specifier in requirements((ROOT / "requirements.lock").read_text("utf-8")).items()
    }
    assert {name for name in asked if not asked[name].contains(tested[name])} == set()


def content(archive: tarfile.TarFile, name: str) -> str:
    """The text of a file that is packed."""
    file = archive.extractfile(name)
    assert file is not None
    return file.read().decode()


def requirements(text: str) -> dict[str, SpecifierSet]:
    """The versions that each distribution in a file of requirements may have, for this Python."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    found = [Requirement(line) for line in lines if line]
    here = [one for one in found if one.marker is None or one.marker.evaluate()]
    return {canonicalize_name(one.name): one.specifier for one in here}


def test_the_package_installs_and_shows_its_modules(tarball, tmp_path):
    where = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path), "ANSIBLE_HOME": str(tmp_path / "home")}
    run("ansible-galaxy", "collection", "install", tarball, "-p", tmp_path, cwd=tmp_path, **where)
    listed = run("ansible-doc", "--list", "civic.mailbox", cwd=tmp_path, **where)

    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))
    shown = {line.split()[0] for line in listed.splitlines()}
    assert shown == {f"civic.mailbox.{name}" for name in runtime["action_groups"]["all"]}
