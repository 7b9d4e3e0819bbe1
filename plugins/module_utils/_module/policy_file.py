# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy file: YAML to data, with the line of each key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

try:
    import yaml

    HAS_YAML = True
except ImportError:
    HAS_YAML = False

from .._core.controls.catalogue import CONTROLS
from .._core.errors import PolicyError
from .._core.policy import Policy, read_policy
from .._core.section import KeyPath, Located

_DEEPEST = 4  # exemptions, its index, key; and one to spare
# What PyYAML's constructors let through of a value that is not of the kind it looks like.
_NO_VALUE = (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError)


def load_policy(path: Path) -> Policy:
    """The policy of a file. Raises PolicyError naming file, line and key of every mistake."""
    return policy_of(policy_text(path), path)


def policy_faults(path: str) -> str:
    """Why the policy of a file cannot be followed; empty where it can."""
    try:
        load_policy(Path(path))
    except PolicyError as error:
        return str(error)
    return ""


def policy_text(path: Path) -> str:
    """The text of a policy file. Raises PolicyError when it cannot be read."""
    return _text(path, "policy file")


def policy_of(text: str, path: Path) -> Policy:
    """The policy that the text of the file `path` states. Raises what load_policy() does."""
    return read_policy(_located(text, str(path)), tuple(control.name for control in CONTROLS))


def load_located(path: Path, kind: str) -> Located:
    """What a YAML file holds, and where; `kind` is for messages. Raises PolicyError."""
    return _located(_text(path, kind), str(path))


def _text(path: Path, kind: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"cannot read the {kind} {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: not UTF-8 text at byte {error.start}: save it so") from error


def _located(text: str, file: str) -> Located:
    if not HAS_YAML:
        raise PolicyError(f"reading {file} needs PyYAML on the control node: pip install pyyaml")
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        lines = dict(_lines(loader, node, (), file)) if node else {}
        data = loader.construct_document(node) if node else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise PolicyError(
            f"{file}, line {line}: not YAML: {error.problem or error.context}"
        ) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PolicyError(f"{file}, line {line}: not YAML: {error.reason}") from error
    except _NO_VALUE as error:
        raise PolicyError(f"{file}: not YAML: {error}") from error
    except RecursionError as error:
        raise PolicyError(f"{file}: its values are nested too deeply") from error
    return Located(file=file, data=data, lines=lines)


def _lines(
    loader: yaml.SafeLoader, node: yaml.Node, path: KeyPath, file: str
) -> Iterator[tuple[KeyPath, int]]:
    """Each path of keys and its line, as deep as a policy goes: an alias can stand in itself."""
    line = node.start_mark.line + 1
    yield path, line
    if isinstance(node, yaml.ScalarNode):
        _check(loader, node, f"{file}, line {line}, {'.'.join(map(str, path))}")
    elif len(path) == _DEEPEST:
        return
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _lines(loader, item, (*path, index), file)
    else:
        seen: dict[str, int] = {}
        for key_node, value in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            key, line = key_node.value, key_node.start_mark.line + 1
            if key in seen:
                raise PolicyError(f"{file}, line {line}: {key} stands in line {seen[key]} already")
            seen[key] = line
            yield from _lines(loader, value, (*path, key), file)
            yield (*path, key), line


def _check(loader: yaml.SafeLoader, node: yaml.ScalarNode, where: str) -> None:
    """PyYAML takes 2026-02-30 for a day, and falls over it."""
    try:
        loader.construct_object(node)
    except _NO_VALUE as error:
        raise PolicyError(
            f"{where}: {node.value[:60]!r} is no value of its kind: {error}"
        ) from error
