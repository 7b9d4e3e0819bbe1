# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timezone
from string import Template

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core import journal
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    JournalError,
    MailboxError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_notices import (
    ENGLISH,
    PLACEHOLDERS,
    VIETNAMESE,
    WORDINGS,
    NoticeRecord,
    Untold,
    Wording,
    mail_text,
    read_notices,
    removed,
    switched_off,
    untold,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_register import (
    RESULTS,
    to_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_wording import reworded
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change

NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)
AT = "2019-01-08T01:00:00Z"
ADDRESS = "nguyenthithanhhuyen@cambinh.quangninh.gov.vn"
OFFICE = "Ủy ban nhân dân phường Cẩm Bình"
CONTACT = "Bộ phận CNTT, 0203 3835 687"
EACH = [pytest.param(wording, id=wording.language) for wording in WORDINGS]


def change(identifier: str = "c1", **known) -> Change:
    whole = {
        "id": identifier, "control": "external-forwarding", "subject": ADDRESS, "unit": "Registry",
        "server": "mail1", "target": "/h/sieve/main.sieve", "field": "forwards",
        "before": ("me@freemail.example",), "after": (), "reason": "", "undo": "", "fingerprint": "f",
        "channel": "sieve", "source": "Sieve script 'main', line 3",
    }  # fmt: skip
    return Change(**whole | known)


# What is told of


def intent(one: Change, mode: str = "apply") -> str:
    return journal.intent_line(at=AT, mode=mode, change=one, before={}, after={})


def done(one: Change, mode: str = "apply", result: str = "done") -> str:
    return journal.result_line(at=AT, mode=mode, change_id=one.id, result=result, reason="")


ONE, TWO = change(), change("c2")
LOCK = change("c3", field="lock", control="idle-mailbox")
LOCKED_TOO = change("c6", field="lock")  # if the control ever did
ASKED = change("c4", control="")  # by the module, without an audit
OTHERS = change("c5", subject="chief@town.example")
JOURNALS = [
    # what happened                      the journals                                                        told of
    ("nothing",                          [[]],                                                               []),
    ("taken away",                       [[intent(ONE), done(ONE)]],                                         ["c1"]),
    ("about to be",                      [[intent(ONE)]],                                                    []),
    ("left",                             [[intent(ONE), done(ONE, result="skipped")]],                       []),
    ("put back",                         [[intent(ONE), done(ONE), intent(ONE, "rollback"), done(ONE, "rollback")]], []),
    ("about to be put back",             [[intent(ONE), done(ONE), intent(ONE, "rollback")]],                []),
    ("not put back",                     [[intent(ONE), done(ONE), intent(ONE, "rollback"), done(ONE, "rollback", "skipped")]], ["c1"]),
    ("one of two put back",              [[intent(ONE), done(ONE), intent(TWO), done(TWO), intent(ONE, "rollback"), done(ONE, "rollback")]], ["c2"]),
    ("by two servers",                   [[intent(ONE), done(ONE)], [intent(TWO), done(TWO)]],               ["c1", "c2"]),
    ("a lock",                           [[intent(LOCK), done(LOCK)]],                                       []),
    ("a lock for the same control",      [[intent(LOCKED_TOO), done(LOCKED_TOO)]],                           []),
    ("not by an audit's finding",        [[intent(ASKED), done(ASKED)]],                                     []),
    ("somebody else's",                  [[intent(OTHERS), done(OTHERS)]],                                   []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("journals", "ids"), [pytest.param(*case, id=name) for name, *case in JOURNALS]
)
def test_what_was_switched_off_and_stands(journals, ids):
    found = switched_off(journal.read_journal("journal.jsonl", lines) for lines in journals)

    assert [one.id for one in found.get(ADDRESS, [])] == ids


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        pytest.param([b"main"], [], True, id="switched off"),
        pytest.param([b"main"], [b"main"], False, id="edited"),
        pytest.param(None, None, False, id="edited, in a file"),
    ],
)
def test_who_lost_all_rules_for_one_is_told_so(before, after, whole):
    values = [{} if one is None else {"active": one} for one in (before, after)]
    written = dict(zip(("before", "after"), values, strict=True))
    line = journal.intent_line(at=AT, mode="apply", change=ONE, **written)
    found = switched_off([journal.read_journal("journal.jsonl", [line, done(ONE)])])

    _, text = mail_text(ADDRESS, found[ADDRESS], WORDINGS, office=OFFICE, contact=CONTACT)

    assert ("so ALL the Sieve rules of the mailbox are switched off" in text) == whole
    assert ("TOÀN BỘ quy tắc lọc thư Sieve của hộp thư đã bị tắt" in text) == whole
    assert "Sieve script 'main', line 3" in text


# Who was told


def record(result: str, *ids: str, run: str = "run", mail: str = "<1@a>", to: str = ADDRESS):
    return NoticeRecord(
        subject=to, sent_at=NOW, run_id=run, operator="root", message_id=mail, result=result,
        changes=ids,
    )  # fmt: skip


# Of two changes of the run, by what the register has: which are new, and whether one is uncertain.
REGISTERS = [
    # what happened                       the register                                                            new           uncertain
    ("nothing",                           [],                                                                     ["c1", "c2"], False),
    ("both told",                         [record("intended", "c1", "c2"), record("sent", "c1", "c2")],           [],           False),
    ("one told",                          [record("sent", "c1")],                                                 ["c2"],       False),
    ("each told by a mail of its own",    [record("sent", "c1"), record("sent", "c2", mail="<2@a>")],             [],           False),
    ("refused",                           [record("intended", "c1", "c2"), record("refused", "c1", "c2")],        ["c1", "c2"], False),
    ("refused, then sent",                [record("refused", "c1", "c2"), record("sent", "c1", "c2", mail="<2@a>")], [],        False),
    ("broken off",                        [record("intended", "c1", "c2")],                                       [],           True),
    ("broken off with one of them",       [record("intended", "c1")],                                             ["c2"],       True),
    ("broken off, then sent by hand's leave", [record("intended", "c1"), record("sent", "c1", "c2", mail="<2@a>")], [],         False),
    ("told in another run",               [record("sent", "c1", "c2", run="earlier")],                            ["c1", "c2"], False),
    ("broken off in another run",         [record("intended", "c1", "c2", run="earlier")],                        ["c1", "c2"], False),
    ("told to somebody else",             [record("sent", "c1", "c2", to="chief@town.example")],                  ["c1", "c2"], False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "new", "uncertain"), [pytest.param(*case, id=name) for name, *case in REGISTERS]
)
def test_who_is_left_to_tell(records, new, uncertain):
    register = read_notices("notices.jsonl", map(to_line, records))

    found = untold([ONE, TWO], register, "run")

    assert found == Untold(
        new=tuple(one for one in (ONE, TWO) if one.id in new), is_uncertain=uncertain
    )


# In each round a run of the module tells what is left, if more was switched off meanwhile, too.
ROUNDS = st.lists(st.tuples(st.sets(st.sampled_from("abcd")), st.sampled_from(RESULTS)))


@given(ROUNDS)
def test_nobody_is_told_twice_and_all_is_told_or_uncertain(rounds):
    lines: list[str] = []
    standing: set[str] = set()
    arrived: list[str] = []  # told of by mails that arrived, or may have
    for number, (more, result) in enumerate(rounds):
        standing |= more
        register = read_notices("notices.jsonl", lines)
        left = untold([change(one) for one in sorted(standing)], register, "run")
        new = [one.id for one in left.new]
        assert sorted([*new, *arrived]) == sorted(standing)
        if new:
            for step in dict.fromkeys(("intended", result)):
                lines.append(to_line(record(step, *new, mail=f"<{number}@a>")))
            if result != "refused":
                arrived += new


LINE = to_line(record("sent", "c1"))


def line(**values: object) -> str:
    return json.dumps({**json.loads(LINE), **values})


@given(st.lists(st.text()), st.sampled_from(RESULTS))
def test_what_is_written_is_read_again(ids, result):
    one = record(result, *ids)

    assert list(read_notices("notices.jsonl", [to_line(one)]).mails_to(ADDRESS)) == [one]


NONSENSE = [
    # what is wrong                 the line
    ("no JSON",                     "nonsense"),
    ("a list",                      "[]"),
    ("without changes",             json.dumps({k: v for k, v in json.loads(LINE).items() if k != "changes"})),
    ("changes that are a text",     line(changes="c1")),
    ("changes that are numbers",    line(changes=[1])),
    ("an unknown result",           line(result="perhaps")),
    ("a time without a zone",       line(sent_at="2019-01-08T01:00:00")),
    ("a warning's",                 line(due="2019-01-22")),
]  # fmt: skip


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in NONSENSE])
def test_a_line_that_is_none_is_named_and_the_file_is_to_be_kept(line):
    with pytest.raises(JournalError, match=r"/r/n\.jsonl, line 2 cannot .*Keep the file"):
        read_notices("/r/n.jsonl", [LINE, line])


# What it says


def text_of(*wordings: Wording, changes: list[Change] | None = None) -> tuple[str, str]:
    return mail_text(
        ADDRESS, [ONE] if changes is None else changes, wordings, office=OFFICE, contact=CONTACT
    )


REMOVED = [
    # what the change does            before                                  after              taken away
    ("all of one",                    ("a@x.example",),                       (),                ["a@x.example"]),
    ("one of two",                    ("a@x.example", "b@town.example"),      ("b@town.example",), ["a@x.example"]),
    ("the same twice, once by letters", ("A@x.example", "b@town.example", "a@x.example"), ("b@town.example",), ["A@x.example", "a@x.example"]),
    ("the same twice",                ("a@x.example", "a@x.example"),         (),                ["a@x.example"]),
    ("what stays in other letters",   ("A@x.example", "b@x.example"),         ("a@x.example",),  ["b@x.example"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "targets"), [pytest.param(*case, id=name) for name, *case in REMOVED]
)
def test_what_a_change_takes_away(before, after, targets):
    assert removed(change(before=before, after=after)) == targets


FILE = {"channel": "dot_forward", "source": "/h/huyen/.forward, line 2"}
RULES = [
    # where it was                the change                                                in English                                            in Vietnamese
    ("a script",                  change(),                                                 "(Sieve script 'main', line 3)",                      "(kịch bản lọc thư Sieve 'main', dòng 3)"),
    ("twice in a script",         change(source="Sieve script 'a', line 3, Sieve script 'a', line 9"), "(Sieve script 'a', line 3, Sieve script 'a', line 9)", "(kịch bản lọc thư Sieve 'a', dòng 3, kịch bản lọc thư Sieve 'a', dòng 9)"),
    ("a file",                    change(**FILE),                                           "(file /h/huyen/.forward, line 2)",                   "(tệp /h/huyen/.forward, dòng 2)"),
    ("an attribute",              change(channel="directory", source="mailForwardingAddress"), "(your entry in the directory, attribute mailForwardingAddress)", "(thông tin tài khoản trong thư mục, thuộc tính mailForwardingAddress)"),
    ("an alias",                  change(channel="alias", source="hash:/etc/aliases"),      "(table hash:/etc/aliases of the mail server)",       "(bảng hash:/etc/aliases của máy chủ thư)"),
    ("a channel of tomorrow",     change(channel="new", source="somewhere"),                "(somewhere)",                                        "(somewhere)"),
    ("a plan that told no place", change(source="", channel="new", target="/h/rule"),       "(/h/rule)",                                          "(/h/rule)"),
    ("a name of two lines",       change(source="Sieve script 'a\r\nb\u202e', line 3"),     "(Sieve script 'a b ', line 3)",                      "(kịch bản lọc thư Sieve 'a b ', dòng 3)"),
    ("a name with a placeholder", change(source="Sieve script '${to}', line 3"),            "(Sieve script '${to}', line 3)",                     "(kịch bản lọc thư Sieve '${to}', dòng 3)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "english", "vietnamese"), [pytest.param(*case, id=name) for name, *case in RULES]
)
def test_where_it_was_is_said_in_both_languages(one, english, vietnamese):
    assert f"\n- to me@freemail.example\n  {english}\n" in text_of(ENGLISH, changes=[one])[1]
    assert f"\n- đến me@freemail.example\n  {vietnamese}\n" in text_of(VIETNAMESE, changes=[one])[1]


def test_each_that_was_switched_off_is_named_once_and_none_that_stays():
    two = change(before=("a@x.example", "b@town.example", "c@x.example"), after=("b@town.example",))

    _, body = text_of(ENGLISH, changes=[two, change(**FILE), change(**FILE)])

    assert body.count("\n- to ") == 3
    assert "- to a@x.example\n" in body
    assert "- to c@x.example\n" in body
    assert "b@town.example" not in body


def test_an_address_of_two_lines_is_one_line():
    _, body = text_of(ENGLISH, changes=[change(before=('"a\r\nb"@x.example',))])

    assert '- to "a b"@x.example\n' in body


@pytest.mark.parametrize("wording", EACH)
def test_every_placeholder_is_filled_and_no_line_is_longer_than_78_letters(wording):
    subject, body = text_of(wording)

    assert "$" not in subject + body
    for value in (ADDRESS, OFFICE, CONTACT, "me@freemail.example"):
        assert value in body
    assert ADDRESS in subject
    assert [line for line in body.splitlines() if len(line) > 78] == []


@pytest.mark.parametrize("wording", EACH)
def test_each_wording_uses_every_placeholder_there_is(wording):
    assert set(Template(wording.subject + wording.body).get_identifiers()) == set(PLACEHOLDERS)
    assert set(Template(wording.rule).get_identifiers()) == {"to", "where"}


PROMISES = [
    (VIETNAMESE, ["mục 2, ý thứ ba", "ngoài hệ thống", "giữ lại\ntrong hộp thư", "vẫn như trước", "không bao giờ hỏi mật khẩu", "xin liên hệ"]),
    (ENGLISH,    ["clause 2, 3rd point", "outside the system", "stays in the\nmailbox", "as they were", "never asks for a password", "contact"]),
]  # fmt: skip


@pytest.mark.parametrize(("wording", "promised"), PROMISES)
def test_it_says_why_what_stays_and_whom_to_ask_and_links_to_nothing(wording, promised):
    subject, body = text_of(wording)

    assert [words for words in promised if words not in body] == []
    assert [sign for sign in ("http", "www.", "://", "<a") if sign in subject + body] == []


def test_in_both_languages_one_comes_after_the_other():
    subject, body = text_of(*WORDINGS)
    parts = [text_of(wording) for wording in WORDINGS]

    assert subject == f"{parts[0][0]} / {parts[1][0]}"
    assert body == f"{parts[0][1]}\n{'-' * 60}\n\n{parts[1][1]}"


def test_each_language_has_its_own_of_everything():
    for item in fields(Wording):
        if item.name not in ("source", "lines_above"):
            assert getattr(VIETNAMESE, item.name) != getattr(ENGLISH, item.name)
    assert VIETNAMESE.places.keys() == ENGLISH.places.keys()


def test_an_office_has_its_own_words():
    own = reworded(ENGLISH, "About ${address}\n\nOff:\n${rules}\n", "own.txt")

    assert text_of(own) == (
        f"About {ADDRESS}",
        "Off:\n- to me@freemail.example\n  (Sieve script 'main', line 3)\n",
    )
    assert replace(own, subject=ENGLISH.subject, body=ENGLISH.body, source="") == ENGLISH


@pytest.mark.parametrize("name", ["due", "unit", "to", "where"])
def test_what_nothing_fills_is_refused_with_those_that_there_are(name):
    with pytest.raises(MailboxError) as refused:
        reworded(ENGLISH, f"Off\n${{{name}}}", "/etc/own.txt")

    assert str(refused.value).startswith(f"/etc/own.txt, line 2: ${{{name}}} is no placeholder")
    assert [name for name in PLACEHOLDERS if f"${{{name}}}" not in str(refused.value)] == []
