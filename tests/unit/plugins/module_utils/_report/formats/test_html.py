# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""report.html, as far as it can be told without a browser."""

from __future__ import annotations

import io
import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from unicodedata import normalize

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import (
    CONTROLS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report import planned as planned_module
from ansible_collections.civic.mailbox.plugins.module_utils._report import report as report_module
from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.html import HTML
from ansible_collections.civic.mailbox.plugins.module_utils._report.messages.catalogue import (
    language,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.page import data, units
from ansible_collections.civic.mailbox.plugins.module_utils._report.page import (
    findings as findings_module,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import (
    HARMFUL,
    finding,
    findings,
    gone,
    incremental_source,
    journal,
    silent_workstation,
    write_lines,
    write_run,
)

VOID = {"meta", "input", "wbr"}


class Page(HTMLParser):
    """The page's elements and its text, and whether each element was ended."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open, self.elements, self.text = [], [], ""
        self.feed(markup)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data + "\n"

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def targets(self):
        return {attributes["href"] for attributes in self.all("a") + self.all("use")}

    def anchors(self):
        return {f"#{attributes['id']}" for _, attributes in self.elements if "id" in attributes}


def given_of(text):
    """What the script is given."""
    (content,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text)
    return json.loads(content)


def rows_of(text):
    """The findings that the script is given, each as a dict with its texts."""
    given = given_of(text)
    return [
        {
            name: given["texts"][cell] if isinstance(cell, int) else cell
            for name, cell in zip(given["columns"], cells, strict=True)
        }
        for cells in given["rows"]
    ]


def written(folder, code="vi", **options):
    file = io.StringIO(newline="")
    HTML.write(make_report(RunFolder(folder), code=code, **options), file)
    return file.getvalue()


def write_summary(folder, now, **other):
    states = {"fail": 4, "manual": 1, "unknown": 2, "exempt": 0, "pass": 50}
    content = {"schema": 1, "now": now, "accounts": 57, "complete": False, "mailboxes": states}
    content |= other
    (folder / "summary.json").write_text(json.dumps(content))


@pytest.fixture(params=["vi", "en"])
def code(request):
    return request.param


@pytest.fixture
def page(tmp_path, code):
    return Page(written(write_run(tmp_path / "run"), code))


def test_it_is_well_formed_and_says_its_language(page, code):
    assert page.all("html") == [{"lang": code}]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_each_link_leads_somewhere_on_the_page(page):
    assert len(page.targets()) > 20
    assert page.targets() <= page.anchors()


def test_nothing_can_be_fetched_or_sent(tmp_path):
    text = written(write_run(tmp_path / "run"))
    page = Page(text)

    policy = next(
        meta["content"] for meta in page.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )  # fmt: skip
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = b64encode(sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    attributes = {name for _, found in page.elements for name in found}
    assert not attributes & {"src", "style", "action", "onclick", "srcset"}
    assert page.all("script") == [{"type": "application/json", "id": "data"}, {}]


@pytest.mark.parametrize(
    "value",
    ["</script>", "</SCRIPT x>", "<!--<script>", "<!-- ", "]]>", "\u2028alert(1)\u2029", "&lt;",
     "\\u003c/script>", "__proto__", "constructor", "\u202e", '"', "\\", "{shown}", "${1}"],
)  # fmt: skip
def test_no_value_ends_the_data_or_becomes_markup(tmp_path, value):
    known = finding("idle-mailbox", f"{value}@x.example", value, "fail", "idle-mailbox.no-creation")
    lines = [
        known | dict.fromkeys(("control", "severity", "change", "fingerprint", "place"), value)
    ]
    plain = [known | {"subject": "a@x.example", "unit": "U"}]

    text = written(write_run(tmp_path / "run", lines, units={value: {value: {value: 1}}}))

    (row,) = rows_of(text)
    assert [len(given_of(text)[name]) for name in ("statuses", "controls", "changes")] == [1, 1, 1]
    assert row["control"] in given_of(text)["controls"]
    assert row["change"] in given_of(text)["changes"]
    assert value.isprintable() is (value in row["subject"])
    tags = [tag for tag, _ in Page(text).elements]
    expected = [tag for tag, _ in Page(written(write_run(tmp_path / "plain", plain))).elements]
    for tag in ("script", "style", "b", "form", "section", "noscript"):
        assert tags.count(tag) == expected.count(tag)
    for sign in ("\u2028", "\u2029", "\u202e"):
        assert sign not in text


def test_values_that_mean_harm_are_text(page):
    assert HARMFUL.partition("@")[0] in page.text.replace("\n", "")
    assert "‹U+202E›" in page.text
    assert "\u202e" not in page.text


def test_what_the_reader_has_to_know_of_the_reading_is_told_in_the_language(page, code):
    told = {
        "en": "2 accounts have several mail addresses, as <b>a@b.c</b>",
        "vi": "2 tài khoản có nhiều địa chỉ thư, ví dụ <b>a@b.c</b>",
    }
    assert told[code] in page.text


def test_a_workstation_that_is_off_is_told_of_and_no_alarm(tmp_path, code):
    page = Page(written(write_run(tmp_path / "run", sources=[silent_workstation()]), code))

    assert {"en": "No answer", "vi": "Không trả lời"}[code] in page.text
    assert {"en": "not complete", "vi": "chưa đầy đủ"}[code] not in page.text
    assert "Connection timed out" in page.text


def test_each_finding_that_is_no_pass_is_given_to_the_script_in_the_letters_order(tmp_path, code):
    rows = rows_of(written(write_run(tmp_path / "run"), code))
    expected = {line["fingerprint"]: line for line in findings() if line["status"] != "pass"}

    assert {row["id"]: row["status"] for row in rows} == {
        id_: line["status"] for id_, line in expected.items()
    }
    order = [control.name for control in CONTROLS]
    places = [order.index(row["control"]) for row in rows]
    assert places == sorted(places)


def test_a_finding_has_its_evidence_its_change_and_who_accepted_it(tmp_path):
    rows = {row["id"]: row for row in rows_of(written(write_run(tmp_path / "run"), "en"))}
    lines = {line["fingerprint"]: line for line in findings()}

    for id_, row in rows.items():
        assert len(row["evidence"]) == len(lines[id_]["evidence"])
        assert len(row["planned"]) == bool(lines[id_]["remedy"])
        accepted = lines[id_]["exemption"]
        assert (accepted["approver"] in row["exempted"]) if accepted else row["exempted"] == ""


def test_a_long_reason_leaves_room_for_who_approved_it_and_until_when(tmp_path):
    accepted = {"reason": "x" * 5000, "approver": "The chairman", "expires": "2019-06-30"}
    line = finding(
        "idle-mailbox", "a@x.example", "U", "exempt", "idle-mailbox.no-creation",
        exemption=accepted,
    )  # fmt: skip

    text = written(write_run(tmp_path / "run", [line]), "en")

    (row,) = rows_of(text)
    for told in (row["exempted"], Page(text).text):
        assert "Approved by The chairman, until 2019-06-30" in told
        assert "x" * 401 not in told


def test_without_javascript_the_worst_are_there_with_what_is_missing(page, code):
    told = {"en": "the worst 35 of 35 findings", "vi": "chỉ liệt kê 35 kết quả nghiêm trọng nhất"}
    expected = {line["fingerprint"] for line in findings() if line["status"] != "pass"}

    assert told[code] in page.text
    assert {a.get("id") for a in page.all("span")} >= expected
    assert "hop.thu.rieng5@mail.example.com" in page.text.replace("\n", "")


def test_a_unit_written_with_combining_letters_is_the_same_unit(tmp_path):
    unit = "Trường Tiểu học"
    lines = [
        finding("idle-mailbox", f"{n}@x.example", normalize(form, unit), "fail",
                "idle-mailbox.no-creation")
        for n, form in enumerate(["NFC", "NFD"])
    ]  # fmt: skip

    text = written(
        write_run(
            tmp_path / "run", lines,
            accounts_by_unit={normalize("NFC", unit): 2, normalize("NFD", unit): 3}, accounts=5,
        )
    )  # fmt: skip

    assert {row["unit"] for row in rows_of(text)} == {unit}
    names = [a["data-unit"] for a in Page(text).all("a") if "data-unit" in a]
    assert set(names) == {unit}
    assert [a for a in Page(text).all("option") if a["value"] == unit] == [{"value": unit}]


def test_what_a_newer_version_calls_otherwise_is_shown_and_never_in_order(tmp_path):
    odd = finding("idle-mailbox", "a@x.example", "U", "fail", "idle-mailbox.no-creation")
    odd |= {"control": "moon-phase", "status": "postponed", "severity": "odd", "change": "moved"}
    run = write_run(
        tmp_path / "run", [odd], accounts=1, accounts_by_unit={"U": 1},
        comparison={"new": 0, "moved": 1},
    )  # fmt: skip

    text = written(run, "en")

    (row,) = rows_of(text)
    assert (row["control"], row["status"], row["change"]) == ("moon-phase", "postponed", "moved")
    page = Page(text)
    assert page.text.count("postponed") >= 3
    assert "None of the 1 mailboxes was found to need action" in page.text
    assert "Findings that could not be decided for lack of evidence: 1" in page.text
    looks = [a["class"] for a in page.all("span") if "badge" in a.get("class", "")]
    assert "badge s-postponed" not in looks


def test_the_auditor_finds_policy_references_journal_and_hash(tmp_path, code):
    run = write_run(tmp_path / "run")
    write_lines(run / "journal.jsonl", journal(findings()))
    (run / "SHA256SUMS").write_text("x\n")

    page = Page(written(run, code))

    assert "limit_months: 3" in page.text
    assert "# <script>alert(1)</script>" in page.text
    assert "idle_mailbox.limit_months" in page.text
    for reference in ("A.5.17, A.8.5", "AC-2(3)(d)", "MS.EXO.1.1v2", "6.1, 6.2, 17.2, 17.3"):
        assert reference in page.text
    assert "an.nguyen" in page.text
    assert {"en": "undone", "vi": "đã hoàn tác"}[code] in page.text
    assert sha256(b"x\n").hexdigest() in page.text
    assert {"en": "No browser remembers", "vi": "Trình duyệt không lưu"}[code] in page.text


def test_the_auditor_reads_which_changes_the_journal_cannot_undo(tmp_path, code):
    run = write_run(tmp_path / "run")
    made = [one for one in journal(findings()) if one["mode"] == "apply"]
    first, counted = made[1]["change"], {**made[-1], "counts": {"changed": 3}}
    write_lines(run / "journal.jsonl", [made[0], *made[2:-1], counted])

    page = Page(written(run, code))

    field = {"en": "Must change the password", "vi": "Phải đổi mật khẩu"}[code]
    line, change = {"en": ("line", "change"), "vi": ("dòng", "mã thay đổi")}[code]
    told = f"{first['subject']} ({field}), ldap01, {change} {first['id']}"
    assert f"journal.jsonl, {line} 2: {told}" in page.text
    counts = {"en": "counts 1 more than are told", "vi": "đếm nhiều hơn 1 thay đổi"}[code]
    assert f"journal.jsonl, {line} 8: {counts}" in page.text
    assert "civic.mailbox.rollback" in page.text
    assert {"en": "damaged or not whole", "vi": "bị hỏng hoặc thiếu"}[code] in page.text


def test_the_auditor_reads_in_the_pages_language_why_a_change_was_left(tmp_path, code):
    run = write_run(tmp_path / "run")
    told = [
        {**one, "reason": "lock is locked now, and was active. Audit again"}
        if one.get("result") == "skipped" else one
        for one in journal(findings())
    ]  # fmt: skip
    write_lines(run / "journal.jsonl", told)

    text = Page(written(run, code)).text

    reason = {
        "en": "lock is locked now, and was active. Audit again",
        "vi": "Hộp thư: nay là khóa, trước là đang mở. Hãy rà soát lại",
    }[code]
    assert reason in text
    assert "no right" in text  # a server's own words


def test_the_auditor_reads_of_how_many_changes_nothing_is_known(tmp_path, code):
    run = write_run(tmp_path / "run")
    whole = list(journal(findings()))
    told = {"en": "made or undone: 1", "vi": "hoàn tác hay chưa: 1"}[code]

    write_lines(run / "journal.jsonl", whole)
    assert told in Page(written(run, code)).text

    write_lines(run / "journal.jsonl", whole[:-1])
    text = Page(written(run, code)).text
    assert told not in text
    assert {"en": "not whole", "vi": "bị hỏng hoặc thiếu"}[code] not in text


def test_a_run_of_an_older_version_says_what_it_did_not_record(tmp_path, code):
    run = write_run(tmp_path / "run", idle_ages=None, settings=None, policy_sha256=None)
    (run / "policy.yml").unlink()

    page = Page(written(run, code))

    told = {"en": "Not recorded by the version", "vi": "Phiên bản thực hiện lần rà soát này không"}
    assert page.text.count(told[code]) == 3
    assert {"en": "no copy of the policy", "vi": "không lưu bản sao"}[code] in page.text


def test_each_chart_has_a_name_what_it_shows_and_a_table(tmp_path, code):
    run = write_run(tmp_path / "run")
    earlier = write_run(tmp_path / "before")
    write_summary(earlier, "2018-12-08T01:00:00Z")
    (write_run(tmp_path / "broken") / "summary.json").write_text("{")

    page = Page(written(run, code))

    charts = [a for a in page.all("svg") if a.get("role") == "img"]
    ids = {f"#{a['aria-labelledby']}" for a in charts} | {
        f"#{a['aria-describedby']}" for a in charts
    }
    assert len(charts) == 2
    assert len(ids) == 4
    assert ids <= page.anchors()
    assert len([a for a in page.all("table") if "small" in a["class"]]) == 2
    assert {"en": "broken: its summary.json is damaged", "vi": "summary.json bị hỏng"}[code] in (
        page.text
    )


def test_the_chart_of_the_runs_says_what_was_unknown_beside_what_is_to_fix(tmp_path):
    failing = finding("idle-mailbox", "a@x.example", "", "fail", "idle-mailbox.no-creation")
    run = write_run(tmp_path / "run", [failing | {"server": "ldap01"}])
    write_summary(
        write_run(tmp_path / "before"), "2018-12-08T01:00:00Z",
        mailboxes={"fail": 2, "manual": 0, "unknown": 7, "exempt": 0, "pass": 0},
    )  # fmt: skip

    assert (
        "Mailboxes to fix: 2 in the first, 1 in this one. Unknown: 7 in the first, 0 in this one."
    ) in Page(written(run, "en")).text


def changed(n: int, **more):
    params = {"changed": "2018-12-09"}
    message = "default-password.changed" if more else "default-password.compared"
    subject = f"a{n}@x.example"
    return finding("default-password", subject, "A", "pass", message, params=params) | more


BY_DATES = {"silent_on": ["default-password.guessed"]}


@pytest.mark.parametrize(
    ("code", "told", "short"),
    [
        ("en", "Accounts in order by their dates alone: 2 of 3.", "Default passwords: "),
        (
            "vi",
            "đạt chỉ căn cứ thời điểm đổi mật khẩu: 2 trên 3.",
            "Mật khẩu mặc định: Số tài khoản ",
        ),
    ],
)
def test_of_how_many_accounts_only_dates_are_known_is_said(tmp_path, code, told, short):
    never = finding("default-password", "b@x.example", "A", "fail", "default-password.never-changed",
                    params={"made": "2018-03-01"}) | BY_DATES  # fmt: skip
    lines = [changed(1, **BY_DATES), changed(2, **BY_DATES), changed(3), never]

    page = Page(written(write_run(tmp_path / "run", lines), code))

    controls, coverage = page.text.index(told), page.text.rindex(told)
    assert controls < coverage
    assert short + told.removeprefix("Số tài khoản ") in page.text


@pytest.mark.parametrize("code", ["en", "vi"])
def test_no_limit_is_said_where_the_stored_passwords_were_compared(tmp_path, code):
    other = finding("service-signup", "a1@x.example", "A", "pass", "service-signup.none")
    lines = [changed(1), changed(2), other | {"silent_on": ["service-signup.quota"]}]

    page = Page(written(write_run(tmp_path / "run", lines), code))

    assert {"en": "dates alone", "vi": "chỉ căn cứ thời điểm đổi"}[code] not in page.text


LOG = {
    "name": "mail01", "kind": "log", "server": "vm", "software": "", "complete": True,
    "message": "", "accounts": 0, "read_at": "2019-01-08T00:59:12Z", "unread": [],
    "coverage": {
        "first": "2018-12-01T01:00:00Z", "last": "2019-01-07T01:00:00Z",
        "missing": [
            {"since": "2018-12-09T01:00:00Z", "until": "2018-12-10T01:00:00Z", "why": "file"},
            {"since": "2018-12-20T01:00:00Z", "until": "2018-12-24T01:00:00Z", "why": "silence"},
            *({"since": "2018-12-26T01:00:00Z", "until": "2018-12-27T01:00:00Z", "why": "file"},) * 4,
        ],
        "failures": [f"{HARMFUL}.gz cannot be read"],
    },
}  # fmt: skip


def test_what_a_log_tells_of_and_what_is_missing_in_it(tmp_path, code):
    lines = [finding("outbound-spam", "a@b.example", "", "pass", "outbound-spam.within")]

    page = Page(written(write_run(tmp_path / "run", lines, sources=[LOG]), code))

    said = {
        "en": ("Mail log of mail01: 2018-12-01 08:00 to 2019-01-07 08:00",
               "nothing from 2018-12-09 08:00 to 2018-12-10 08:00: a file is missing",
               "nothing from 2018-12-20 08:00 to 2018-12-24 08:00: nothing was written",
               "and 1 more", "mail that left by way of another server is not in them"),
        "vi": ("Nhật ký thư của mail01: từ 01/12/2018 08:00 đến 07/01/2019 08:00",
               "không có gì từ 09/12/2018 08:00 đến 10/12/2018 08:00: thiếu tệp nhật ký",
               "không có gì từ 20/12/2018 08:00 đến 24/12/2018 08:00: không ghi gì",
               "và 1 lần khác", "thư gửi qua máy chủ khác không có trong đó"),
    }  # fmt: skip
    for text in said[code][:4]:
        assert page.text.count(text) == 2, "with the control, and with what was read"
    assert said[code][4] in page.text
    assert language(code).texts.coverage_whole not in page.text
    assert f"{HARMFUL}.gz cannot be read" in page.text


def test_it_is_said_since_when_only_what_changed_was_read(tmp_path, code):
    page = Page(written(write_run(tmp_path / "run", sources=[incremental_source()]), code))

    row, summary = {
        "en": ("Only what changed since 2019-01-07 08:00 was read (accounts read: 1,204, gone: 1). "
               "All were read last at 2019-01-04 08:00.",
               "Of ldap01 only what changed since the last run was read."),
        "vi": ("Chỉ đọc phần thay đổi từ 07/01/2019 08:00: đọc 1.204 tài khoản, 1 tài khoản không "
               "còn. Lần đọc toàn bộ gần nhất: 04/01/2019 08:00.",
               "Riêng ldap01 chỉ đọc phần thay đổi từ lần trước."),
    }[code]  # fmt: skip
    assert page.text.count(row) == page.text.count(summary) == 1
    assert language(code).texts.coverage_whole in page.text


def test_units_are_shown_with_their_use_now_and_in_the_runs_before(tmp_path, code):
    now = {
        "Registry": {"used": 6, "unused": 3, "undecided": 1, "signed_in": 1234, "sent": 77},
        HARMFUL: {"used": 1, "unused": 0, "undecided": 0},
        "Closed": {"used": 0, "unused": 0, "undecided": 0},
    }
    run = write_run(tmp_path / "run", use_by_unit=now, sources=[LOG])
    before = {"Registry": {"used": 9, "unused": 1, "undecided": 0}}
    for number, told in enumerate(({}, {"use_by_unit": before}, {"use_by_unit": {}})):
        folder = write_run(tmp_path / f"before-{number}")
        write_summary(folder, f"2018-12-0{number + 1}T01:00:00Z", **told)

    page = Page(written(run, code))

    text = page.text[page.text.index(language(code).texts.use_note) :]
    for said in ("90% → 60%", "60%", "100%", "1,234" if code == "en" else "1.234", HARMFUL):
        assert said in text
    assert text.index("Registry") < text.index(HARMFUL) < text.index("Closed")
    assert [one["class"] for one in page.all("svg")].count("spark") == 1


def test_each_column_head_and_row_head_has_its_scope(page):
    heads = page.all("th")

    assert len(heads) > 60
    assert {head["scope"] for head in heads} == {"col", "row"}


def test_the_leadership_reads_first_what_is_missing(page):
    assert page.text.index("mail02") < page.text.index("61") < page.text.index("idle-mailbox")


def test_what_is_cut_says_how_many_and_where_all_are(tmp_path, monkeypatch):
    monkeypatch.setattr(report_module, "ROWS_SHOWN", 8)
    monkeypatch.setattr(planned_module, "FIRST", 3)
    monkeypatch.setattr(units, "UNITS_SHOWN", 2)
    monkeypatch.setattr(findings_module, "WITHOUT_SCRIPT", 4)

    text = written(write_run(tmp_path / "run"), "en")
    page = Page(text)

    assert len(rows_of(text)) == 8
    assert "The worst 8 of 35 findings are shown" in page.text
    assert "the worst 4 of 35 findings are listed" in page.text
    assert "findings.csv" in page.text
    assert "The first 3 of 17 changes are shown" in page.text
    assert "The 2 units with the most to fix, of 6" in page.text


def test_a_run_without_findings_or_a_previous_run(tmp_path, code):
    run = write_run(
        tmp_path / "run", [], comparison=None, previous=None, exemptions=[], accounts=3,
    )  # fmt: skip

    page = Page(written(run, code))

    assert "data" not in [a.get("id") for a in page.all("script")]
    assert "#gone" not in page.anchors()
    assert page.targets() <= page.anchors()


def test_an_earlier_run_that_cannot_be_compared_with_is_no_first_run(tmp_path):
    reason = "run 7: findings.jsonl, line 3 is damaged"
    run = write_run(tmp_path / "run", comparison=None, previous=None, not_compared=reason)

    text = Page(written(run, "en")).text

    assert "the last run cannot be compared with" in text
    assert reason in text
    assert "first run" not in text


def test_each_word_of_a_comparison_is_said_and_what_is_resolved_comes_last(tmp_path):
    words = ["resolved", "decided", "not_assessed", "a word of a newer version"]
    run = write_run(tmp_path / "run", comparison=dict.fromkeys([*words, "unchanged"], 3))
    (known, *_) = gone()
    write_lines(run / "gone.jsonl", [known | {"change": word} for word in words])

    text = Page(written(run, "en")).text

    called = {word: language("en").word(lambda names: names.changes, word) for word in words}
    for name in called.values():
        assert f"{name.lower()} 3" in text
    places = {word: text.index(f"{name} (1)") for word, name in called.items()}
    assert max(places, key=places.__getitem__) == "resolved"
    assert "Nothing was put right for that." in text


def test_the_title_can_be_given(tmp_path):
    page = Page(written(write_run(tmp_path / "run"), title="Quý <I>"))

    assert "Quý <I>" in page.text


def test_the_unit_with_the_most_to_fix_comes_first_and_what_has_none_last(tmp_path):
    spread = ["A", "B", "B", "", "", ""]
    lines = [
        finding("idle-mailbox", f"{n}@x.example", unit, "fail", "idle-mailbox.no-creation")
        for n, unit in enumerate(spread)
    ]

    page = Page(written(write_run(tmp_path / "run", lines, accounts_by_unit={})))

    names = [
        a["data-unit"] for a in page.all("a") if a.keys() == {"href", "data-filter", "data-unit"}
    ]
    assert names == ["B", "A", "B", "A", "-"]  # of mailboxes, then of all findings


def test_expired_exemptions_come_first_and_say_so(tmp_path):
    text = Page(written(write_run(tmp_path / "run"), "en")).text

    assert text.index("Expired\n") < text.index("In force\n")


def test_the_page_stays_small_whatever_the_findings_hold(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "BYTES", 30_000)
    long = "ế" * 10_000
    lines = [
        finding(
            control, f"{n}@x.example", "U", "fail", "idle-mailbox.no-creation",
            evidence=[{"what": f"{n}{long}", "value": f"{long}{n}", "source": "x", "at": None}] * 99,
        )
        for n in range(60) for control in ("idle-mailbox", "external-forwarding")
    ]  # fmt: skip

    text = written(write_run(tmp_path / "run", lines), "en")

    rows = rows_of(text)
    assert 10 < len(rows) < 60
    assert f"The worst {len(rows)} of 120 findings are shown" in Page(text).text
    assert {row["control"] for row in rows} == {"idle-mailbox", "external-forwarding"}
    assert {len(row["evidence"]) for row in rows} == {data.EVIDENCE_SHOWN + 1}
