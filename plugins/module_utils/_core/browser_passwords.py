# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy's section "browser_passwords": at which sites browsers may not keep passwords."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .addresses import ascii_domain
from .section import Section

SITES = ("all", "official")

_WRITTEN = re.compile(r"(?:(https?)://)?([^/:@\s]+)(?::([0-9]{1,5}))?/?")


@dataclass(frozen=True, kw_only=True)
class OfficialSite:
    """A site where officials sign in: a host name, or an origin as https://mail.town.example."""

    host: str  # lower-case ASCII
    scheme: str = "https"
    port: str = ""
    has_scheme: bool = False  # whether it was written as an origin

    @property
    def origin(self) -> str:
        """With scheme, and port if there is one."""
        return f"{self.scheme}://{self.host}{':' + self.port if self.port else ''}"


@dataclass(frozen=True, kw_only=True)
class BrowserPasswords:
    """At all sites, or at the official ones only."""

    sites: str = "all"  # of SITES
    official_sites: tuple[OfficialSite, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeenBrowser:
    """A browser that a workstation has, and what its policies say, all files together."""

    title: str
    file: str  # where the policies stand that count
    is_off: bool  # the password manager, at all sites
    sites_off: tuple[str, ...] = ()  # the entries of the list of sites where it is off

    def keeps_none(self, wanted: BrowserPasswords) -> bool:
        """Whether it keeps no password where the office does not want one kept."""
        if self.is_off:
            return True
        return wanted.sites == "official" and all(
            site.origin in self.sites_off or (not site.has_scheme and site.host in self.sites_off)
            for site in wanted.official_sites
        )


def official_site(written: str) -> OfficialSite | None:
    """The site that a text names; None where it names none."""
    found = _WRITTEN.fullmatch(written.strip())
    host = (
        "localhost"
        if found and found[2] == "localhost"
        else ascii_domain(found[2])
        if found
        else None
    )
    if not found or not host or (found[3] and not (found[1] and 0 < int(found[3]) < 65536)):
        return None
    return OfficialSite(
        host=host, scheme=found[1] or "https", port=found[3] or "", has_scheme=bool(found[1])
    )


def read_browser_passwords(section: Section) -> BrowserPasswords:
    """What the section states; its mistakes are noted in it."""
    sites = section.choice("sites", SITES, default="all")
    official = []
    for written in section.texts("official_sites", required=sites == "official"):
        site = official_site(written)
        if site is None:
            section.mistake(
                "official_sites",
                f"{written!r} is no site: write mail.town.example, or https://mail.town.example:8443",
            )
        else:
            official.append(site)
    section.finish()
    return BrowserPasswords(sites=sites, official_sites=tuple(official))
