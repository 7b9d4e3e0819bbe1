# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Domains that mail logs are looked through for. The policy file can name others in their place.

Source: where each provider says that its users get their addresses, or its notices come from; as of
November 2026. Nobody is judged by them alone: to write to such a domain, or to get mail from one,
is no offence.
"""

from __future__ import annotations

from collections.abc import Mapping

# Anybody gets a mailbox there, without anybody's leave and mostly without paying.
FREE_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com",
        "yahoo.com", "yahoo.com.vn", "ymail.com", "rocketmail.com", "aol.com",
        "outlook.com", "outlook.com.vn", "hotmail.com", "live.com", "msn.com",
        "icloud.com", "me.com", "mac.com",
        "proton.me", "protonmail.com", "pm.me",
        "tuta.com", "tutanota.com", "tutamail.com",
        "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com",
        "zohomail.com",
        "yandex.com", "yandex.ru", "ya.ru",
        "mail.ru", "inbox.ru", "list.ru", "bk.ru",
        "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com",
        "naver.com", "hanmail.net", "daum.net",
    }
)  # fmt: skip

# What an official address is not to be registered with -> where the mail about it comes from.
SERVICES: Mapping[str, frozenset[str]] = {
    "social": frozenset(
        {
            "facebookmail.com", "facebook.com", "instagram.com", "threads.net",
            "x.com", "twitter.com", "tiktok.com", "linkedin.com", "pinterest.com",
            "zalo.me", "zaloapp.com", "telegram.org", "discord.com", "youtube.com",
        }
    ),
    "shop": frozenset(
        {
            "shopee.vn", "shopee.com", "lazada.vn", "lazada.com", "tiki.vn", "sendo.vn",
            "amazon.com", "ebay.com", "aliexpress.com", "alibaba.com", "temu.com", "shein.com",
        }
    ),
    "forum": frozenset(
        {
            "voz.vn", "tinhte.vn", "webtretho.com", "otofun.net", "lamchame.com",
            "redditmail.com", "reddit.com", "quora.com", "medium.com",
        }
    ),
}  # fmt: skip


def listed(domain: str, domains: frozenset[str]) -> str:
    """Which of the domains this one is, or lies below; "" for none of them."""
    while domain:
        if domain in domains:
            return domain
        domain = domain.partition(".")[2]
    return ""
