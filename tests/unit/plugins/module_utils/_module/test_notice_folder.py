# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folder of letters: exchanged as a whole, and nothing that somebody made by hand is lost."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._module.notice_folder import (
    NoticeFolder,
    notice_folder,
    read_index,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.index import (
    Index,
    UnitLine,
    as_json,
)


def write(
    run: Path, files: dict[str, str], *, writes: bool = True, overwrite: bool = False
) -> bool:
    """Write files of the unit A, as the module does."""
    with notice_folder(run, writes=writes) as folder:
        return put(folder, files, overwrite=overwrite)


def put(folder: NoticeFolder, files: dict[str, str], *, overwrite: bool) -> bool:
    digests = {name: folder.add(f"a/{name}", text.encode()) for name, text in files.items()}
    line = UnitLine(unit="A", folder="a", to="A", counts={}, files=digests)
    index = Index(run_id="r", office="", deadline=date.min, incomplete=(), units=(line,))
    folder.add("index.json", as_json(index).encode())
    folder.add("index.html", b"page")
    return folder.exchange(overwrite=overwrite)


def there(run: Path) -> dict[str, str]:
    folder = run / "notices" / "a"
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_files_are_written_and_the_same_again_are_no_change(tmp_path):
    assert write(tmp_path, {"l.html": "1"})
    assert there(tmp_path) == {"l.html": "1"}
    assert not write(tmp_path, {"l.html": "1"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notices"]


def test_only_the_owner_can_read_them(tmp_path):
    write(tmp_path, {"l.html": "1"})

    folder = tmp_path / "notices"
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))} == {0}


def test_others_take_their_place_and_those_that_are_no_more_go(tmp_path):
    write(tmp_path, {"l.html": "1", "l.docx": "2"})

    assert write(tmp_path, {"l.html": "3"})
    assert there(tmp_path) == {"l.html": "3"}


def test_check_mode_tells_the_same_and_writes_nothing(tmp_path):
    assert write(tmp_path, {"l.html": "1"}, writes=False)
    assert list(tmp_path.iterdir()) == []
    write(tmp_path, {"l.html": "1"})
    assert not write(tmp_path, {"l.html": "1"}, writes=False)
    assert write(tmp_path, {"l.html": "2"}, writes=False)
    assert there(tmp_path) == {"l.html": "1"}


BY_HAND = [
    ("changed, and written anew", {"l.html": "2"}),
    ("changed, and written as before", {"l.html": "1"}),
    ("changed, and not written any more", {"l.docx": "1"}),
]


@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in BY_HAND])
def test_what_somebody_has_changed_is_never_lost_without_a_word(tmp_path, files, writes):
    write(tmp_path, {"l.html": "1"})
    (tmp_path / "notices" / "a" / "l.html").write_text("by hand")

    with pytest.raises(
        MailboxError, match=r"has changed a/l\.html .* notices_overwrite_changed=true"
    ):
        write(tmp_path, files, writes=writes)
    assert there(tmp_path) == {"l.html": "by hand"}
    assert write(tmp_path, files, overwrite=True)
    assert there(tmp_path) == files


def test_what_was_put_beside_a_letter_stays(tmp_path):
    write(tmp_path, {"l.html": "1"})
    (tmp_path / "notices" / "a" / "signed.pdf").write_text("seal")

    assert not write(tmp_path, {"l.html": "1"})
    assert write(tmp_path, {"l.html": "2"})
    assert there(tmp_path) == {"l.html": "2", "signed.pdf": "seal"}


def test_what_lies_there_unknown_is_not_written_over(tmp_path):
    write(tmp_path, {"l.html": "1"})
    (tmp_path / "notices" / "a" / "l.docx").write_text("mine")

    with pytest.raises(MailboxError, match=r"a/l\.docx"):
        write(tmp_path, {"l.html": "1", "l.docx": "2"})


def test_a_run_that_was_broken_off_leaves_the_old_letters_and_is_put_right(tmp_path):
    write(tmp_path, {"l.html": "1"})
    (tmp_path / ".notices.new").mkdir()
    (tmp_path / "notices").rename(tmp_path / ".notices.old")

    assert not write(tmp_path, {"l.html": "1"})
    assert there(tmp_path) == {"l.html": "1"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notices"]


def test_one_that_fails_leaves_nothing_behind(tmp_path):
    write(tmp_path, {"l.html": "1"})
    with suppress(ZeroDivisionError), notice_folder(tmp_path, writes=True) as folder:
        folder.add("a/l.html", b"2")
        raise ZeroDivisionError
    assert there(tmp_path) == {"l.html": "1"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notices"]


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(
        MailboxError, match=r"cannot write .*file.*\.notices\.new.*Not a directory.*right to write"
    ):
        write(tmp_path / "file", {"l.html": "1"})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 9}'])
def test_a_list_that_cannot_be_read_is_told(tmp_path, text):
    write(tmp_path, {"l.html": "1"})
    (tmp_path / "notices" / "index.json").write_text(text)

    with pytest.raises(
        MailboxError, match=r"index\.json is not as civic\.mailbox\.notices writes it"
    ):
        read_index(tmp_path)


def test_without_letters_the_way_to_them_is_told(tmp_path):
    with pytest.raises(MailboxError, match="Write the letters first"):
        read_index(tmp_path)
