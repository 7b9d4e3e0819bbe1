# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The module browser_info: which browsers a workstation has, and what their policies say."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._browsers.products import PRODUCTS, Product
from .._browsers.settings_file import in_force
from .._core.dates import format_time
from .._core.errors import WorkstationError
from .._core.snapshot import SCHEMA
from .browser_policy import policies_of
from .runner import MailboxModule
from .snapshot_name import snapshot_name
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "name": {"type": "str"},
    "root": {"type": "path", "default": "/"},
}

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def gather(module: MailboxModule) -> dict[str, Any]:
    """Write the snapshot of this workstation and return what is in it.

    Raises WorkstationError after writing a snapshot that says what is missing.
    """
    name = snapshot_name(module.params["name"] or platform.node())
    started_at = format_time(datetime.now(timezone.utc))
    failure, browsers = "", []
    try:
        browsers = list(_seen(Path(module.params["root"])))
    except WorkstationError as error:
        failure = str(error)
    path = Path(module.params["run_dir"]) / "snapshot" / f"browsers-{name}.jsonl"
    header = {
        "record": "header", "schema": SCHEMA, "kind": "browsers", "name": name,
        "server": platform.node(), "software": ", ".join(one["title"] for one in browsers),
        "started_at": started_at, "server_time": started_at,
    }  # fmt: skip
    end = {
        "record": "end", "complete": not failure, "message": failure,
        "ended_at": format_time(datetime.now(timezone.utc)), "counts": {"browser": len(browsers)},
    }  # fmt: skip
    records = [{"record": "browser", **one} for one in browsers]
    with whole_file(path) as file:
        file.writelines(_encode(line) + "\n" for line in (header, *records, end))
    if failure:
        raise WorkstationError(failure)
    return {"changed": False, "path": str(path), "browsers": browsers}


def _seen(root: Path) -> Iterator[dict[str, Any]]:
    for product in PRODUCTS:
        if not any((root / program).exists() for program in product.programs):
            continue
        path, policies = _in_force(product, root)
        listed = policies.get(product.site_list)
        yield {
            "title": product.title,
            "file": str(path),
            "is_off": policies.get("PasswordManagerEnabled") is False,
            "sites_off": list(map(str, listed)) if isinstance(listed, list) else [],
        }


def _in_force(product: Product, root: Path) -> tuple[Path, dict[str, Any]]:
    """What the browser follows, and the folder or file that it has it from."""
    if product.reads_folder:
        folder = (root / product.file).parent
        names = sorted(folder.glob("*")) if folder.is_dir() else []
        found = {one.name: policies_of(one, product) or {} for one in names if one.is_file()}
        return folder, in_force(found)
    for name in (product.file, *product.distribution):
        policies = policies_of(root / name, product)
        if policies is not None:
            return root / name, policies
    return root / product.file, {}
