# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The browsers whose password manager can be switched off, and where each reads its policies.

Sources: Chromium's policy definitions and config_dir_policy_loader.cc; "Microsoft Edge - Policies"
and the release notes of Edge 99; Mozilla's policy-templates and Policies.sys.mjs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .._core.browser_passwords import BrowserPasswords, OfficialSite

# Chromium and its kin read every file of the folder; the last name, by its bytes, wins.
OWN_FILE = "zz-civic-mailbox-passwords.json"
# A value of a list in the registry has a number for a name: one that nobody counts up to; but
# Firefox (WindowsGPOParser) takes a key for a list only if its first value is 1.
_FIRST_NUMBER, _FIRST_OF_FIREFOX = 19610, 1


@dataclass(frozen=True, kw_only=True)
class PolicySetting:
    """One policy, and the first version of the browser that follows it."""

    name: str
    value: bool | tuple[str, ...]  # a list is added to what stands there, and takes nothing away
    since: str


@dataclass(frozen=True, kw_only=True)
class Product:
    """A browser, with the settings for all sites; for official sites it is one list."""

    name: str
    title: str
    file: str  # below /
    member: tuple[str, ...]  # path of the object that holds the policies in the file
    programs: tuple[str, ...]  # below /: one of them is there where it is installed
    registry: str  # key below HKEY_LOCAL_MACHINE
    all_sites: tuple[PolicySetting, ...]
    site_list: str
    site_list_since: str
    reads_folder: bool = True  # False: this one file, and no other
    distribution: tuple[str, ...] = ()  # files that count only while `file` is not there

    def settings(self, wanted: BrowserPasswords) -> tuple[PolicySetting, ...]:
        """What has to be set for this choice."""
        if wanted.sites == "all":
            return self.all_sites
        sites = tuple(map(self._entry, wanted.official_sites))
        return (PolicySetting(name=self.site_list, value=sites, since=self.site_list_since),)

    def _entry(self, site: OfficialSite) -> str:
        # Chromium: a bare name covers its subdomains and both schemes. Firefox takes origins only.
        return site.origin if site.has_scheme or not self.reads_folder else site.host

    def registry_values(self, wanted: BrowserPasswords) -> list[Mapping[str, str | int]]:
        """The same for Windows: values, each with the key that it stands in."""
        values: list[Mapping[str, str | int]] = []
        first = _FIRST_NUMBER if self.reads_folder else _FIRST_OF_FIREFOX
        for one in self.settings(wanted):
            if isinstance(one.value, bool):
                at = {"browser": self.name, "path": f"HKLM:\\{self.registry}", "name": one.name}
                values.append({**at, "type": "dword", "data": int(one.value)})
            else:
                at = {"browser": self.name, "path": f"HKLM:\\{self.registry}\\{one.name}"}
                values += [
                    {**at, "name": str(number), "type": "string", "data": entry}
                    for number, entry in enumerate(one.value, start=first)
                ]
        return values


_CHROME = (
    PolicySetting(name="PasswordManagerEnabled", value=False, since="8"),
    PolicySetting(name="ImportSavedPasswords", value=False, since="15"),
    PolicySetting(name="SyncTypesListDisabled", value=("passwords",), since="79"),
    PolicySetting(name="PasswordSharingEnabled", value=False, since="120"),
)

PRODUCTS: tuple[Product, ...] = (
    Product(
        name="chromium",
        title="Chromium",
        file=f"etc/chromium/policies/managed/{OWN_FILE}",
        member=(),
        programs=("usr/bin/chromium", "usr/bin/chromium-browser"),
        registry=r"SOFTWARE\Policies\Chromium",
        all_sites=_CHROME,
        site_list="PasswordManagerBlocklist",
        site_list_since="138",
    ),
    Product(
        name="chrome",
        title="Google Chrome",
        file=f"etc/opt/chrome/policies/managed/{OWN_FILE}",
        member=(),
        programs=("usr/bin/google-chrome", "opt/google/chrome/chrome"),
        registry=r"SOFTWARE\Policies\Google\Chrome",
        all_sites=_CHROME,
        site_list="PasswordManagerBlocklist",
        site_list_since="138",
    ),
    Product(
        name="edge",
        title="Microsoft Edge",
        file=f"etc/opt/edge/policies/managed/{OWN_FILE}",
        member=(),
        programs=("usr/bin/microsoft-edge", "opt/microsoft/msedge/msedge"),
        registry=r"SOFTWARE\Policies\Microsoft\Edge",
        all_sites=(
            PolicySetting(name="PasswordManagerEnabled", value=False, since="77"),
            PolicySetting(name="ImportSavedPasswords", value=False, since="77"),
            PolicySetting(name="SyncTypesListDisabled", value=("passwords",), since="83"),
        ),
        site_list="PasswordManagerBlocklist",
        site_list_since="99",
    ),
    Product(
        name="firefox",
        title="Firefox, Firefox ESR",
        file="etc/firefox/policies/policies.json",
        member=("policies",),
        programs=("usr/bin/firefox-esr", "usr/bin/firefox", "opt/firefox/firefox"),
        registry=r"SOFTWARE\Policies\Mozilla\Firefox",
        all_sites=(
            PolicySetting(name="PasswordManagerEnabled", value=False, since="70, ESR 68.2"),
            PolicySetting(name="OfferToSaveLogins", value=False, since="60"),
        ),
        site_list="PasswordManagerExceptions",
        site_list_since="101",
        reads_folder=False,
        distribution=tuple(
            f"{folder}/distribution/policies.json"
            for folder in (
                "usr/lib/firefox-esr", "usr/lib/firefox", "usr/lib64/firefox", "opt/firefox",
            )
        ),
    ),
)  # fmt: skip
