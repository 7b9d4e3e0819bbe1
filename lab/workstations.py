# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The workstations of the lab: folders that stand for /, with what an audit of browsers looks at.

No browser runs there: which ones are installed shows by their programs' names, and what they follow
by their managed policies. Each workstation names its findings by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .layout import Layout
from .population import Planted

CHROMIUM = "Chromium"
FIREFOX = "Firefox, Firefox ESR"

_PROGRAMS = ("usr/bin/chromium", "usr/bin/firefox-esr")
_CHROMIUM_POLICIES = "etc/chromium/policies/managed"
_FIREFOX_POLICIES = "etc/firefox/policies/policies.json"
_OFF = '{"PasswordManagerEnabled": false}\n'
_ON = '{"PasswordManagerEnabled": true}\n'
_FIREFOX_OFF = '{"policies": {"PasswordManagerEnabled": false, "OfferToSaveLogins": false}}\n'


@dataclass(frozen=True, kw_only=True)
class Workstation:
    """What stands in the policy files, and which browsers an audit finds to keep passwords."""

    files: Mapping[str, str]
    keeping: tuple[str, ...] = ()


WORKSTATIONS = {
    "lab-pc-in-order": Workstation(
        files={f"{_CHROMIUM_POLICIES}/office.json": _OFF, _FIREFOX_POLICIES: _FIREFOX_OFF}
    ),
    # The office has set other policies, which have to stay.
    "lab-pc-keeps": Workstation(
        files={
            f"{_CHROMIUM_POLICIES}/office.json": '{"HomepageLocation": "https://quangninh.gov.vn"}\n',
            _FIREFOX_POLICIES: '{"policies": {"DisableTelemetry": true}}\n',
        },
        keeping=(CHROMIUM, FIREFOX),
    ),
    # Of two files that state the same policy, Chromium follows the one whose name comes last.
    "lab-pc-contradicts": Workstation(
        files={
            f"{_CHROMIUM_POLICIES}/office.json": _OFF,
            f"{_CHROMIUM_POLICIES}/supplier.json": _ON,
            _FIREFOX_POLICIES: _FIREFOX_OFF,
        },
        keeping=(CHROMIUM,),
    ),
}


def prepare(layout: Layout) -> None:
    """Write their folders, which nobody but root may write to, whatever our umask is."""
    for name, workstation in WORKSTATIONS.items():
        root = _root(layout, name)
        for file, text in {**dict.fromkeys(_PROGRAMS, ""), **workstation.files}.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text, encoding="utf-8")
        for path in root.rglob("*"):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def describe(layout: Layout) -> dict[str, dict[str, str]]:
    """Their part of lab.json."""
    return {name: {"root": str(_root(layout, name))} for name in WORKSTATIONS}


def planted() -> list[Planted]:
    """Every finding but the passes that an audit of them must give."""
    return [
        Planted("browser-passwords", name, "fail", browser)
        for name, workstation in WORKSTATIONS.items()
        for browser in workstation.keeping
    ]


def _root(layout: Layout, name: str) -> Path:
    return layout.directory / "workstations" / name
