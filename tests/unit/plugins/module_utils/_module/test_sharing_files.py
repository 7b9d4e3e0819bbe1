# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who shares an address is found by it, in every directory, and nobody else is."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import SnapshotError
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Source
from ansible_collections.civic.mailbox.plugins.module_utils._module.sharing_files import sharing_in
from ansible_collections.civic.mailbox.plugins.module_utils._module.survey import Survey

ADDRESSES = ("a@town.example", "A@Town.example", "b@town.example", "ă@x", "Ă@x")
mail = st.lists(st.sampled_from(ADDRESSES), max_size=3)
directory = st.lists(mail, max_size=5)


def snapshots(folder, directories):
    """A snapshot of each directory, of accounts that have these addresses."""
    files = {}
    for number, accounts in enumerate(directories):
        path = folder / f"accounts-ldap{number}.jsonl"
        records = [
            {"record": "header"},
            {"record": "policy", "name": "cn=default"},
            *(
                {"record": "account", "id": str(one), "dn": f"uid={one},dc={number}", "mail": mail}
                for one, mail in enumerate(accounts)
            ),
        ]
        path.write_text("".join(json.dumps(one) + "\n" for one in records))
        files[Source(name=f"ldap{number}", kind="accounts")] = path
    return files


def surveyed(files):
    survey = Survey(files)
    list(survey.forwarding())
    return survey


@given(st.lists(directory, max_size=3))
def test_everybody_with_the_address_of_another_is_found(tmp_path_factory, directories):
    files = snapshots(tmp_path_factory.mktemp("sharing"), directories)
    holders = defaultdict(list)
    for number, accounts in enumerate(directories):
        for one, addresses in enumerate(accounts):
            for address in {address.lower() for address in addresses}:
                holders[address].append((f"ldap{number}", f"uid={one},dc={number}"))
    shared = {address: who for address, who in holders.items() if len(who) > 1}

    with sharing_in(files, surveyed(files)) as sharing:
        assert bool(sharing) == bool(shared)
        for address, who in shared.items():
            assert [(source.name, one.dn) for source, one in sharing.of(address)] == who


def test_an_account_of_another_address_is_not_told(tmp_path, monkeypatch):
    files = snapshots(tmp_path, [[["a@town.example"]], [["a@town.example"], ["b@town.example"]]])

    with sharing_in(files, surveyed(files)) as sharing:
        ((_, records), _) = sharing.directories
        monkeypatch.setattr(records, "of", lambda name: [{"id": "1", "dn": "d", "mail": ["c@x"]}])

        assert [one.dn for _, one in sharing.of("a@town.example")] == ["uid=0,dc=1"]


def test_a_snapshot_that_cannot_be_read_is_named(tmp_path):
    files = snapshots(tmp_path, [[["a@town.example"]], [["a@town.example"]]])
    survey = surveyed(files)
    (tmp_path / "accounts-ldap1.jsonl").unlink()

    with pytest.raises(SnapshotError, match=r"cannot read .*accounts-ldap1\.jsonl: No such file"):
        sharing_in(files, survey).__enter__()
