# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of a dialect refuses to contradict itself."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import TEXT, TIME
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import (
    Dialect,
    Field,
    Marker,
    ServerFacts,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.openldap import (
    OPENLDAP,
)

ROWS = {
    "id", "login", "mail", "name", "created_at", "password_changed_at", "must_change", "lock",
    "sign_ins", "password_policy", "forwards", "contacts", "password_check",
}  # fmt: skip


def dialect(*rows: Field, lacks: set[str]) -> Dialect:
    return Dialect(
        name="test",
        title="Test",
        marker=Marker(attribute="objectClass", value="test"),
        root_dse=(),
        account_filter="(mail=*)",
        fields=rows,
        lacks=frozenset(lacks),
        describe=lambda directory, root, base: ServerFacts(software="test", time=None),
        read_policies=OPENLDAP.read_policies,
        judge_lock=OPENLDAP.judge_lock,
        judge_must_change=OPENLDAP.judge_must_change,
    )


LOGIN = Field("login", "uid", TEXT)
OTHERS = ROWS - {"login"}
CONTRADICTIONS = [
    # what is wrong                     the rows                          what it lacks       said
    ("a field that Account has not",    [Field("shoe_size", "s", TEXT)],  ROWS,               "shoe_size"),
    ("lacking what Account has not",    [LOGIN],                          OTHERS | {"x"},     "x"),
    ("a field that nothing fills",      [LOGIN],                          OTHERS - {"mail"},  "mail"),
    ("a row that is lacking as well",   [LOGIN],                          ROWS,               "login"),
    ("two rows for one value",          [LOGIN, Field("login", "cn", TEXT)], OTHERS,          "login"),
    ("the same row twice",              [Field("sign_ins", "t", TIME), Field("sign_ins", "T", TIME)],
                                                                          ROWS - {"sign_ins"}, "sign_ins"),
    ("a time where a text belongs",     [Field("login", "uid", TIME)],    OTHERS,             "login"),
    ("a text where a time belongs",     [Field("created_at", "c", TEXT)], ROWS - {"created_at"}, "created_at"),
    ("a row for what comes by itself",  [Field("dn", "entryDN", TEXT)],   ROWS,               "dn"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "lacks", "said"), [pytest.param(*case, id=name) for name, *case in CONTRADICTIONS]
)
def test_a_table_that_contradicts_itself_is_refused(rows, lacks, said):
    with pytest.raises(ValueError, match=rf"dialect test: .*\b{said}\b"):
        dialect(*rows, lacks=lacks)


def test_a_table_that_does_not_is_accepted():
    made = dialect(
        LOGIN,
        Field("sign_ins", "a", TIME),
        Field("sign_ins", "b", TIME),
        lacks=OTHERS - {"sign_ins"},
    )

    assert made.attributes("sign_ins") == ["a", "b"]
    assert made.attributes("mail") == []


MARKED = [
    ("the value",           {"objectClass": [b"top", b"OpenLDAProotDSE"]}, True),
    ("in another case",     {"objectClass": [b"openldaprootdse"]},         True),
    ("another value",       {"objectClass": [b"top"]},                     False),
    ("nothing to be seen",  {},                                            False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("root", "expected"), [pytest.param(*case, id=name) for name, *case in MARKED]
)
def test_a_marker_is_a_value_of_the_root_dse(root, expected):
    assert OPENLDAP.marker.marks(root) is expected
