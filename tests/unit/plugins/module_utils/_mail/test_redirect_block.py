# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tables as Postfix reads them (regexp_table(5)): first match, whatever the case."""

from __future__ import annotations

import re

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.redirect_block import (
    REFUSAL,
    RedirectBlock,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.settings import read_settings

BLOCK = RedirectBlock(
    domains=("town.example", "xn--n-2ga.example"), sender="no+reply.1@town.example", port=10587
)


def found(text: str, key: str) -> str:
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    pairs = (re.fullmatch(r"/(.*)/ (.*)", row) for row in rows)
    return next((pair[2] for pair in pairs if pair and re.search(pair[1], key, re.I)), "")


RECIPIENTS = [
    # what the case shows              address                              may it get redirected mail
    ("a domain of the list",           "a@town.example",                    True),
    ("whatever its case",              "A@Town.EXAMPLE",                    True),
    ("in the form of DNS",             "a@xn--n-2ga.example",               True),
    ("a subaddress",                   "a+b@town.example",                  True),
    ("another domain",                 "a@home.example",                    False),
    ("a subdomain is another one",     "a@mail.town.example",               False),
    ("so is one that ends alike",      "a@mytown.example",                  False),
    ("and one that begins alike",      "a@town.example.evil.example",       False),
    ("and one that looks alike",       "a@townxexample",                    False),
    ("a relay by %",                   "a%evil.example@town.example",       False),
    ("a relay by !",                   "evil.example!a@town.example",       False),
    ("an address in quotes",           "a@evil.example@town.example",       False),
    ("the list's address in quotes",   "a@town.example@evil.example",       False),
    ("no domain",                      "a",                                 False),
    ("no local part",                  "@town.example",                     False),
    ("the null address",               "<>",                                False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "is_allowed"), [pytest.param(*case, id=name) for name, *case in RECIPIENTS]
)
def test_only_addresses_of_the_domains_get_redirected_mail(address, is_allowed):
    assert found(BLOCK.recipients_text(), address) == ("OK" if is_allowed else "")


SENDERS = [
    ("a user, for a vacation reply",   "a@town.example",                    True),
    ("the mark",                       "no+reply.1@town.example",           False),
    ("whatever its case",              "No+Reply.1@Town.Example",           False),
    ("another that looks like it",     "nooreply.1@town.example",           True),
    ("the null sender",                "<>",                                False),
    ("an outside sender",              "a@home.example",                    False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sender", "is_allowed"), [pytest.param(*case, id=name) for name, *case in SENDERS]
)
def test_only_inside_senders_but_the_mark_send_to_outside(sender, is_allowed):
    said = found(BLOCK.senders_text(), sender)

    assert said == ("OK" if is_allowed else f"554 5.7.1 {REFUSAL}")


@pytest.mark.parametrize("extensions", [None, "", "+vnd.dovecot.report"])
def test_dovecot_reads_what_is_written(extensions):
    read = read_settings(BLOCK.dovecot_text(extensions=extensions))

    values = {name: value.strip('"') for name, value in read.values.items()} | {
        f"{block.kind}/{name}": value.strip('"')
        for block in read.blocks
        if block.kind != "protocol"
        for name, value in block.values.items()
    }
    assert values == BLOCK.dovecot_settings(extensions=extensions)


EXTENSIONS = [
    ("none set",             "",                            "-reject"),
    ("some more",            "+vnd.dovecot.report",         "+vnd.dovecot.report -reject"),
    ("a list that has it",   "fileinto reject copy",        "fileinto copy -reject"),
    ("added by a sign",      "+reject +editheader",         "+editheader -reject"),
    ("already without",      "-reject -enotify",            "-enotify -reject"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(*case, id=name) for name, *case in EXTENSIONS]
)
def test_reject_alone_is_taken_out_of_the_extensions(before, after):
    assert BLOCK.dovecot_settings(extensions=before)["plugin/sieve_extensions"] == after


def test_no_probe_asks_in_the_name_of_the_mark_what_must_pass():
    block = RedirectBlock(domains=("town.example",), sender="someone@town.example", port=1)

    refused = [sender for sender, _, is_refused in block.probes() if is_refused]
    allowed = [
        sender for sender, to, is_refused in block.probes() if not is_refused and "outside" in to
    ]
    assert block.sender in refused
    assert allowed
    assert block.sender not in allowed
