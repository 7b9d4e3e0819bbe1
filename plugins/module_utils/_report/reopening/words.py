# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The words of the consolidated report on locked mailboxes, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .consolidated import Outcome


@dataclass(frozen=True, kw_only=True)
class Words:
    """One language."""

    code: str
    nation: str  # over the right half of the first page; "": nothing stands there
    motto: str
    number: str  # to be filled in by hand, as are dateline and addressee
    dateline: str  # {place}, {year}
    to: str
    title: str
    about: str
    lead: str  # with the counts
    as_of: str  # {day}
    deadline: str  # {day}
    run: str  # {run}
    by_unit: str
    details: str
    unit: str
    total: str
    no_unit: str
    columns: Mapping[str, str]  # of the table by units, by what is counted
    address: str
    locked: str
    outcome: str
    approval: str
    since: str  # {day}
    kinds: Mapping[str, str]  # Mailbox.locked_for -> why it was locked
    by_other: str  # no journal tells of the lock
    outcomes: Mapping[Outcome, str]
    sign_in_by: str  # {day}
    not_listed: str
    approved: str  # {approver}, {day}
    asked_by: str  # {who}: {reason}
    nothing: str  # no mailbox at all
    sources: str
    made: str  # signature
    made_note: str


VIETNAMESE = Words(
    code="vi",
    nation="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto="Độc lập - Tự do - Hạnh phúc",
    number="Số: ........./BC-.........",
    dateline="{place}, ngày ...... tháng ...... năm {year}",
    to="Kính gửi: ........................................",
    title="BÁO CÁO",
    about="Kết quả kiểm tra, đề nghị mở lại hộp thư điện tử công vụ đã bị khóa",
    lead="Trong {locked} hộp thư bị khóa, các đơn vị đề nghị mở lại {asked}, được phê duyệt "
    "{approved}, đã mở lại {reopened}, không mở {refused}; đề nghị giữ khóa {keep}; chưa trả lời "
    "{silent}.",
    as_of="Số liệu tính đến ngày {day}.",
    deadline="Hạn báo cáo: ngày {day}.",
    run="Danh sách theo lần rà soát {run}.",
    by_unit="Tổng hợp theo đơn vị",
    details="Chi tiết từng đơn vị",
    unit="Đơn vị",
    total="Tổng cộng",
    no_unit="(không thuộc đơn vị nào)",
    columns={
        "locked": "Bị khóa",
        "asked": "Đề nghị mở",
        "approved": "Được phê duyệt",
        "reopened": "Đã mở lại",
        "refused": "Không mở",
        "keep": "Giữ khóa",
        "silent": "Chưa trả lời",
    },
    address="Hộp thư",
    locked="Bị khóa",
    outcome="Kết quả",
    approval="Đề nghị, phê duyệt",
    since="từ ngày {day}",
    kinds={
        "idle-mailbox": "quá thời hạn không đăng nhập",
        "default-password": "dùng mật khẩu mặc định",
        "outbound-spam": "gửi thư bất thường, nghi bị chiếm quyền",
        "failures": "máy chủ khóa do nhập sai mật khẩu nhiều lần",
    },
    by_other="khóa từ trước, không có trong nhật ký",
    outcomes={
        Outcome.REOPENED: "Đã mở lại",
        Outcome.APPROVED: "Được phê duyệt, chưa mở",
        Outcome.REFUSED: "Không mở",
        Outcome.KEEP: "Giữ khóa theo đề nghị của đơn vị",
        Outcome.SILENT: "Chưa trả lời",
    },
    sign_in_by="phải đăng nhập chậm nhất ngày {day}, nếu không sẽ bị khóa lại",
    not_listed="không có trong danh sách bị khóa",
    approved="{approver} phê duyệt ngày {day}",
    asked_by="{who}: {reason}",
    nothing="Không có hộp thư nào bị khóa.",
    sources="Căn cứ: ",
    made="NGƯỜI LẬP BÁO CÁO",
    made_note="(Ký, ghi rõ họ tên)",
)

ENGLISH = Words(
    code="en",
    nation="",
    motto="",
    number="No. .........",
    dateline="{place}, .................... {year}",
    to="To: ........................................",
    title="REPORT",
    about="Locked official mailboxes: what was checked, asked for and reopened",
    lead="Of {locked} locked mailboxes the units asked for {asked} to be reopened; {approved} were "
    "approved, {reopened} are reopened, {refused} were refused; {keep} are to stay locked; for "
    "{silent} there is no answer.",
    as_of="As of {day}.",
    deadline="Due on {day}.",
    run="The list is that of run {run}.",
    by_unit="By unit",
    details="Each unit",
    unit="Unit",
    total="Total",
    no_unit="(in no unit)",
    columns={
        "locked": "Locked",
        "asked": "Asked",
        "approved": "Approved",
        "reopened": "Reopened",
        "refused": "Refused",
        "keep": "Stay locked",
        "silent": "No answer",
    },
    address="Mailbox",
    locked="Locked",
    outcome="Outcome",
    approval="Request, approval",
    since="since {day}",
    kinds={
        "idle-mailbox": "nobody signed in",
        "default-password": "default password",
        "outbound-spam": "unusual mail was sent, perhaps by somebody else",
        "failures": "by the server, after wrong passwords",
    },
    by_other="before, or by somebody else",
    outcomes={
        Outcome.REOPENED: "Reopened",
        Outcome.APPROVED: "Approved, not opened yet",
        Outcome.REFUSED: "Refused",
        Outcome.KEEP: "Stays locked, as the unit wishes",
        Outcome.SILENT: "No answer",
    },
    sign_in_by="has to sign in by {day}, or it is locked again",
    not_listed="not on the list of the locked",
    approved="approved by {approver} on {day}",
    asked_by="{who}: {reason}",
    nothing="No mailbox is locked.",
    sources="Sources: ",
    made="Prepared by",
    made_note="(Signature and name)",
)

WORDS: Mapping[str, Words] = {one.code: one for one in (VIETNAMESE, ENGLISH)}
