# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who forwards and who shares an address, found without parsing, is whom parsing finds."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Source
from ansible_collections.civic.mailbox.plugins.module_utils._module.snapshot_file import records_of
from ansible_collections.civic.mailbox.plugins.module_utils._module.survey import Survey

# Texts that look like parts of a record, and what JSON writes otherwise than it stands there.
ODD = ('"mail":["a@town.example"]', '"forwards"', '{"record":"account"', "[", "]", "\\", '"', "\n")
text = st.lists(st.sampled_from((*ODD, "a", "Ă", "ă", "İ")), max_size=4).map("".join)
address = st.one_of(st.sampled_from(("a@town.example", "A@town.example", "ă@x", "Ă@x")), text)
account = st.fixed_dictionaries(
    {"dn": text, "unit": text, "id": text, "mail": st.lists(address, max_size=3), "name": text},
    optional={"forwards": st.just([{"address": "me@home.example", "channel": "d", "source": "s"}])},
)
style = st.fixed_dictionaries(
    {"ensure_ascii": st.booleans(), "separators": st.sampled_from(((",", ":"), (", ", ": ")))}
)


def surveyed(tmp_path, accounts: list[dict[str, Any]], style: dict[str, Any]) -> tuple[Any, Any]:
    path = tmp_path / "accounts-ldap1.jsonl"
    records = [{"record": "header"}, *({"record": "account", **one} for one in accounts)]
    path.write_text("".join(json.dumps(one, **style) + "\n" for one in records))
    survey = Survey({Source(name="ldap1", kind="accounts"): path})
    forwarding = [one.dn for one in survey.forwarding()]
    shares_nothing = survey.shares_nothing()
    if shares_nothing is None:
        return forwarding, []
    sharing = [one["dn"] for one in records_of(path, skip=shares_nothing)]
    return forwarding, sharing


@given(st.lists(account, max_size=6), style)
def test_finds_whom_parsing_finds(tmp_path_factory, accounts, style):
    mail = [{one.lower() for one in account["mail"]} for account in accounts]
    times = Counter(address for addresses in mail for address in addresses)
    assert surveyed(tmp_path_factory.mktemp("survey"), accounts, style) == (
        [
            a["dn"]
            for a, own in zip(accounts, mail, strict=True)
            if len(own) != 1 or "forwards" in a
        ],
        [a["dn"] for a, own in zip(accounts, mail, strict=True) if any(times[o] > 1 for o in own)],
    )


@pytest.mark.parametrize("dn", ["uid=a,ou=[old]", 'uid=a,ou="x"', "uid=a\\,b"])
def test_no_dn_hides_an_address(tmp_path, dn):
    accounts = [{"id": str(n), "dn": dn, "mail": ["a@town.example"]} for n in range(2)]
    assert surveyed(tmp_path, accounts, {}) == ([], [dn, dn])
