# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a browser is told to let through: our own style and script, and nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.page.head import head

STYLE, SCRIPT = "\np{content:'<'}\n", "alert(1)"


def policy_of(html: str) -> dict[str, str]:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert found, html
    pairs = (one.strip().partition(" ") for one in unescape(found[1]).split(";"))
    return {name: value for name, _, value in pairs}


def hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("script", ["", SCRIPT])
def test_style_and_script_are_known_by_their_hashes_alone(script):
    policy = policy_of(head("Title", STYLE, script))

    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == hashed(STYLE)
    assert policy.get("script-src") == (hashed(script) if script else None)
    assert (policy["base-uri"], policy["form-action"]) == ("'none'", "'none'")
    assert policy["require-trusted-types-for"] == "'script'"


def test_the_style_stands_as_it_was_hashed_and_a_title_is_text():
    html = head("</title><script>", STYLE)

    assert f"<style>{STYLE}</style>" in html
    assert "<script" not in html
