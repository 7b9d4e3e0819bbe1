# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""spam_handling on a real Dovecot: what users do with junk, and what then happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.civic.mailbox.lab.clients import wait_for

from .junk_lab import QUOTA, USER, JunkLab, Learned, junk_lab


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JunkLab]:
    with junk_lab(tmp_path_factory.mktemp("junk")) as lab:
        yield lab


def test_end_to_end(mail: JunkLab) -> None:
    with mail.config.open("a") as file:
        file.write(QUOTA)
    mail.append("INBOX", "prize")
    mail.append("INBOX", "before")
    print(mail.set())
    print(mail.set()["changed"])
    print(mail.files().keys())
    mail.move("prize", "INBOX", "Junk")
    print(mail.learned())
    mail.append("Junk", "appended")
    print(mail.learned())
    mail.move("prize", "Junk", "INBOX")
    print(mail.learned())
    mail.move("appended", "Junk", "Trash")
    print("trash", mail.learned())
    mail.append("Junk", "old", days_ago=31)
    mail.append("Junk", "new", days_ago=29)
    print(mail.subjects("Junk"), mail.subjects("Junk"))
    mail.append("INBOX", "big", size=185000)
    print(wait_for(lambda: len(mail.subjects("INBOX")) > 3, 3))
    print(mail.subjects("INBOX"))
    print(mail.folders())
    import subprocess

    print(
        subprocess.run(
            ["tail", "-60", mail.info["dovecot"]["log"]], capture_output=True, text=True
        ).stdout
    )
    assert 0
