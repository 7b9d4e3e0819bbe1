# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mail of listed senders in the playbooks: left where it cannot be, tagged, and let through again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle

from .ports import free_port_base
from .test_enforce import ROOT, Office

pytestmark = pytest.mark.ansible


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a lab of its own."""
    lifecycle.up(tmp_path / "lab", port_base=free_port_base(), people=0)
    try:
        yield Office(lifecycle.describe(tmp_path / "lab"), tmp_path / "reports")
    finally:
        lifecycle.down(tmp_path / "lab")


def test_mail_of_listed_senders_is_left_tagged_and_let_through_again(office, tmp_path):
    policy = tmp_path / "policy.yml"
    stated = (ROOT / "inventory" / "lab" / "policy.yml").read_text("utf-8")
    asked = "service_signup:\n  listed_senders: tag\n"
    policy.write_text(stated.replace("service_signup:\n", asked), encoding="utf-8")
    known = {"mailbox_policy_file": str(policy)}
    assert office.play("audit", mailbox_run_id="listed", **known).status == 0
    known |= {"enforce_run": "listed", "enforce_controls": "service-signup", "enforce_apply": True}
    folder = Path(office.lab["postfix"]["config"])
    main, table = folder / "main.cf", folder / "civic_mailbox_listed_senders"
    before = main.read_bytes()

    table.write_text("shop.example REJECT\n")
    left = office.play("enforce", **known)
    assert left.status == 0, left.output
    assert "Listed senders left as they were, with the reason above: 1." in left.text
    assert main.read_bytes() == before
    table.unlink()
    applied = office.play("enforce", **known)
    assert applied.status == 0, applied.output
    assert "Changes made: 1." in applied.text
    assert b"check_sender_access" in main.read_bytes()
    undone = office.play("rollback", rollback_run="listed")

    assert undone.status == 0, undone.output
    assert (main.read_bytes(), table.exists()) == (before, False)
