# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which dialect a server speaks, and that the module offers all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import Marker
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects import catalogue


def test_the_root_dse_tells_the_dialect():
    found = catalogue.dialect_of(
        {"objectClass": [b"top", b"OpenLDAProotDSE"]}, "s", lambda marker: not marker.confirmed
    )

    assert found.name == "openldap"


def test_a_second_look_tells_a_family_within_the_family():
    root = {"objectClass": [b"OpenLDAProotDSE"]}

    assert catalogue.dialect_of(root, "s", lambda marker: True).name == "zimbra"


def test_a_server_that_answers_like_two_is_named_with_the_way_out(monkeypatch):
    other = replace(
        catalogue.named("openldap"), title="Other", marker=Marker(attribute="vendor", value="o")
    )
    monkeypatch.setattr(catalogue, "DIALECTS", (*catalogue.DIALECTS, other))
    root = {"objectClass": [b"OpenLDAProotDSE"], "vendor": [b"O"]}

    with pytest.raises(
        DirectoryError, match=r"ldap://h answers like Zimbra and Other: set dialect"
    ):
        catalogue.dialect_of(root, "ldap://h", lambda marker: True)


def test_a_server_that_does_not_tell_is_named_with_the_way_out():
    with pytest.raises(DirectoryError, match=r"ldap://h does not tell .*: top.*set dialect"):
        catalogue.dialect_of({"objectClass": [b"top"]}, "ldap://h", lambda marker: True)
    with pytest.raises(DirectoryError, match="nothing"):
        catalogue.dialect_of({}, "ldap://h", lambda marker: True)


def test_names_are_unique_and_lead_to_their_dialect():
    names = catalogue.names()

    assert len(set(names)) == len(names) > 0
    assert [catalogue.named(name).name for name in names] == list(names)


def test_what_tells_the_dialect_is_asked_for():
    markers = {dialect.marker.attribute for dialect in catalogue.DIALECTS}

    assert markers <= set(catalogue.root_attributes())
