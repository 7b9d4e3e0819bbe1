# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a change was left or failed is told in Vietnamese where the words are ours."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils import _core
from ansible_collections.civic.mailbox.plugins.module_utils._directory.result_codes import way_out
from ansible_collections.civic.mailbox.plugins.module_utils._report.messages.catalogue import (
    language,
)

UTILS = Path(_core.__path__[0]).parent
VI, EN = language("vi"), language("en")
WRITERS = (
    *("_directory/writing.py", "_directory/sending.py", "_core/later_sign_ins.py"),
    *("_mail/forward_writing.py", "_mail/place_writing.py", "_mail/places.py"),
    *("_mail/target_lists.py", "_mail/sender_table.py", "_module/enforcement.py"),
    *("_module/safeguards.py", "_module/rollback.py", "_module/reopen.py"),
    "_module/sieve_script.py",
)
# Functions that return why.
TELLING = {
    "_directory/sending.py": {"unread", "not_in_schema"},
    "_directory/dialects/openldap.py": {"_lock_obstacle", "_must_change_obstacle"},
    "_directory/dialects/ds389.py": {"_must_change_obstacle"},
    "_core/exemptions.py": {"exempt_by"},
    "_module/safeguards.py": {"_exempt", "_reopened", "_unwarned"},
    "_module/rollback.py": {"_hollowing"},
}
# A change's own reason, and what begins as one of the cases below.
NOT_THESE = {"", " ", "undoes run {}", "the server answered {}", "{}: {}", "{}"}
CASES = [
    # of the journal                                                        on the page
    ("lock is locked",                                                      "Hộp thư: đã là khóa"),
    ("lock is locked now, and was active. Audit again",
     "Hộp thư: nay là khóa, trước là đang mở. Hãy rà soát lại"),
    ("signed in since the audit: pwdLastSuccess was not set and is 2019-01-07T01:00:00Z now. Left as it is",
     "có đăng nhập từ sau lần rà soát: pwdLastSuccess trước là chưa đặt, nay là 2019-01-07T01:00:00Z. Để nguyên"),
    ("exempt until 2019-06-30, approved by Chủ tịch: nghỉ: thai sản",
     "miễn trừ đến 30/06/2019, người phê duyệt: Chủ tịch; lý do: nghỉ: thai sản"),
    ("cannot be changed safely, so do it by hand: a comment stands among the targets",
     "không thể sửa một cách an toàn, hãy sửa bằng tay: có chú thích xen giữa các địa chỉ đích"),
    ('the server answered busy (51) "wait: a little": it is busy: run it again later',
     'máy chủ trả lời busy (51) "wait: a little": máy chủ đang bận: hãy chạy lại sau'),
    ("the server answered other (80)",                                      "máy chủ trả lời other (80)"),
    ("left locked, for a new password could not be asked for before: it was not written",
     "vẫn khóa vì chưa buộc được đổi mật khẩu trước khi mở: chưa được ghi"),
    ("no right {0} {w} </script>",                                          "no right {0} {w} </script>"),
    ("connection refused",                                                  "connection refused"),
]  # fmt: skip
MOVED = ("signed in", "a new password was set",
         "the record of sign-ins was cleared, as by a reset of the password,")  # fmt: skip


@pytest.mark.parametrize(("told", "shown"), CASES)
def test_our_words_are_translated_and_those_of_servers_stay(told, shown):
    assert VI.reason(told) == shown
    assert EN.reason(told) == told


@pytest.mark.parametrize("what", MOVED)
def test_what_happened_since_the_audit_is_translated(what):
    reason = f"{what} since the audit: a was b and is c now. Left as it is"

    assert VI.reason(reason).endswith("từ sau lần rà soát: a trước là b, nay là c. Để nguyên")


def template(node: ast.expr, constants: dict[str, str]) -> str | None:
    """The text with {} for each value in it; None: it cannot be told here."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{[a-z_]+\}", "{}", node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (template(part, constants) for part in node.values)
        text = "".join("{}" if part is None else part for part in parts)
        return text.replace("{}{}", "{}")
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        return constants.get(node.value.id)
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return template(node.func.value, constants)
    return None


def reasons(path: Path, telling: set[str]) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    constants = {
        name.id: text
        for node in tree.body if isinstance(node, ast.Assign)
        for name in node.targets if isinstance(name, ast.Name)
        if (text := template(node.value, {})) is not None
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Skip", "Outcome"):
            told = [one.value for one in node.keywords if one.arg == "reason"]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotEditableError":
            told = node.args
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
            told = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name in telling:
            told = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
        else:
            continue
        yield from filter(None, (template(one, constants) for one in told))


FOUND = sorted({
    reason
    for file in {*WRITERS, *TELLING}
    for reason in reasons(UTILS / file, TELLING.get(file, set()))
} - NOT_THESE)  # fmt: skip


def test_there_are_reasons():
    assert len(FOUND) > 40


@pytest.mark.parametrize("reason", FOUND)
def test_each_reason_of_those_who_write_is_translated(reason):
    told = reason.replace("{}", "lock")

    assert VI.reason(told) != told


def test_nothing_is_translated_that_nobody_says():
    texts = {way_out(code) for code in range(200)}
    for path in UTILS.rglob("*.py"):
        if "_report" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant | ast.JoinedStr):
                    texts.add(template(node, {}) or "")
    left = {english.replace("{w}", "{}") for english in VI.reasons} - texts

    assert {one for one in left if " since the audit: {} was" not in one} == {
        # Put together where they are said.
        *('the server answered {} "{}": {}', 'the server answered {} "{}"'),
        "the server answered {}: {}",
        "cannot be changed safely, so do it by hand: {}",
    }
