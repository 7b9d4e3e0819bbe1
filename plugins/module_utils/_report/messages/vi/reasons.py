# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""In Vietnamese: why a journal says that a change was left as it is, or failed.

{} is a value, {w} a word as the files have it. The first one that fits counts. What a server said
itself, and what only one kind of directory knows, stays as it is.
"""

from __future__ import annotations

_AGAIN = "Hãy rà soát lại"
_SINCE = "từ sau lần rà soát: {0} trước là {1}, nay là {2}. Để nguyên"
_READ_POLICY = "hãy cấp quyền đọc chính sách đó"

REASONS = {
    # of directories
    "it is not there any more: deleted, renamed or moved since the audit. Audit again": (
        f"không còn ở đó: đã bị xóa, đổi tên hoặc di chuyển từ sau lần rà soát. {_AGAIN}"
    ),
    "changed in the moment of writing: left as it is. Audit again": (
        f"bị thay đổi đúng lúc đang ghi: để nguyên. {_AGAIN}"
    ),
    "another entry has this name now. Audit again": f"nay mục khác mang tên này. {_AGAIN}",
    "{} does not stand in the entry itself: a role or a class of service gives it, and it can be"
    " changed there only": (
        "{0} không nằm trong chính mục đó mà do vai trò (role) hoặc lớp dịch vụ (class of service) "
        "cấp, nên chỉ sửa được ở đó"
    ),
    "signed in since the audit: the last time was {} and is {} now ({}). Left as it is": (
        "có đăng nhập từ sau lần rà soát: lần cuối trước là {0}, nay là {1} ({2}). Để nguyên"
    ),
    "signed in since the audit: {} was {} and is {} now. Left as it is": f"có đăng nhập {_SINCE}",
    "a new password was set since the audit: {} was {} and is {} now. Left as it is": (
        f"đã đặt mật khẩu mới {_SINCE}"
    ),
    "the record of sign-ins was cleared, as by a reset of the password, since the audit: {} was {}"
    " and is {} now. Left as it is": (
        f"ghi nhận về đăng nhập đã bị xóa, như khi đặt lại mật khẩu, {_SINCE}"
    ),
    "whether somebody signed in since the audit cannot be told: {}": (
        "không biết được có ai đăng nhập từ sau lần rà soát hay không: {0}"
    ),
    "it forwards there no more": "không còn chuyển tiếp đến đó",
    "it is as it was before": "đã như trước khi thay đổi",
    "it is as it should be": "đã đúng yêu cầu",
    "it was not written": "chưa được ghi",
    "changed since the run, and left as it is: {}": (
        "đã bị thay đổi từ sau lần thực hiện, để nguyên: {0}"
    ),
    "changed since the run, and left as it is": "đã bị thay đổi từ sau lần thực hiện, để nguyên",
    "the server took it and does not show it: {}. Look at its log and its overlays": (
        "máy chủ đã nhận nhưng không hiển thị lại: {0}. Hãy xem nhật ký và các overlay của máy chủ"
    ),
    "{} may not be read, so a change since the audit would not be seen: give the account that binds"
    " the right to read it": (
        "không được đọc {0} nên không thấy được thay đổi từ sau lần rà soát: hãy cấp quyền đọc cho "
        "tài khoản dùng để kết nối"
    ),
    "{} is not in the schema of this server, so nothing can be written to it: it came with a later"
    " version, or with a schema that is not loaded": (
        "{0} không có trong lược đồ (schema) của máy chủ này nên không ghi được: có từ phiên bản "
        "sau, hoặc thuộc lược đồ chưa được nạp"
    ),
    "whether a lock has any effect is not known, for its password policy is not shown: give read"
    " rights on it, or state default_password_policy": (
        "không rõ việc khóa có tác dụng hay không vì không xem được chính sách mật khẩu: "
        f"{_READ_POLICY}, hoặc nêu default_password_policy"
    ),
    "a lock would have no effect, for {} has pwdLockout FALSE: set lockout_threshold in that policy"
    " first": (
        "việc khóa sẽ không có tác dụng vì {0} có pwdLockout FALSE: trước hết hãy đặt "
        "lockout_threshold trong chính sách đó"
    ),
    "whether a forced change has any effect is not known, for its password policy is not shown:"
    " give read rights on it, or state default_password_policy": (
        "không rõ việc buộc đổi mật khẩu có tác dụng hay không vì không xem được chính sách mật "
        f"khẩu: {_READ_POLICY}, hoặc nêu default_password_policy"
    ),
    "whether a forced change has any effect is not known, for its password policy is not shown:"
    " give read rights on it": (
        "không rõ việc buộc đổi mật khẩu có tác dụng hay không vì không xem được chính sách mật "
        f"khẩu: {_READ_POLICY}"
    ),
    "a forced change would have no effect, for {} has pwdMustChange FALSE: set"
    " must_change_after_reset in that policy first": (
        "việc buộc đổi mật khẩu sẽ không có tác dụng vì {0} có pwdMustChange FALSE: trước hết hãy "
        "đặt must_change_after_reset trong chính sách đó"
    ),
    "a forced change would have no effect, for {} has not passwordMustChange on: set"
    " must_change_after_reset in that policy first": (
        "việc buộc đổi mật khẩu sẽ không có tác dụng vì {0} chưa bật passwordMustChange: trước hết "
        "hãy đặt must_change_after_reset trong chính sách đó"
    ),
    # of mail hosts
    "it is not there any more. Audit again": f"không còn ở đó. {_AGAIN}",
    "it is in force": "đã có hiệu lực",
    "no script of this mailbox runs any more": "không còn tập lệnh nào của hộp thư này chạy",
    "it does not run any more, so nothing is switched off for it. Audit again": (
        f"tập lệnh không còn chạy nên không tắt gì. {_AGAIN}"
    ),
    "cannot be changed safely, so do it by hand: {}": (
        "không thể sửa một cách an toàn, hãy sửa bằng tay: {0}"
    ),
    "{}; and one of the administrator's scripts runs it": (
        "{0}; và một tập lệnh của quản trị viên chạy tập lệnh này"
    ),
    "sievec refuses what would be left of it": "sievec không chấp nhận phần còn lại của tập lệnh",
    "a comment stands among the targets": "có chú thích xen giữa các địa chỉ đích",
    "what is left would pass for a comment": "phần còn lại sẽ bị coi là chú thích",
    "the address stands among others with no comma between them": (
        "địa chỉ đứng giữa các địa chỉ khác mà không có dấu phẩy"
    ),
    "what is active is no link to a stored script": (
        "tập lệnh đang dùng không phải là liên kết đến một tập lệnh đã lưu"
    ),
    "nobody would be left on the list: name who gets the mail": (
        "danh sách sẽ không còn ai: hãy nêu người nhận thư"
    ),
    "nobody would be left to get the mail to {}: name one": (
        "sẽ không còn ai nhận thư gửi đến {0}: hãy nêu một người"
    ),
    "it holds what is no text in UTF-8": "có nội dung không phải văn bản UTF-8",
    "{} was not made by this module: move it away": (
        "{0} không do công cụ này lập: hãy chuyển đi nơi khác"
    ),
    # of runs
    "after a run was broken off": "sau khi lần chạy bị ngắt giữa chừng",
    "made by this run, and taken back since by somebody: left as it is. Audit again": (
        f"lần này đã thực hiện, sau đó có người đổi lại: để nguyên. {_AGAIN}"
    ),
    "undone by a rollback of this run, and left so: audit again to make it anew": (
        "đã được hoàn tác và giữ như vậy: muốn thực hiện lại thì rà soát lại"
    ),
    "exempt until {}, approved by {}: {}": "miễn trừ đến {0}, người phê duyệt: {1}; lý do: {2}",
    "where it forwards to is allowed by now (forwarding in the policy): audit again": (
        "nơi nhận chuyển tiếp nay đã được phép (mục forwarding của chính sách): hãy rà soát lại"
    ),
    "reopened on {} after approval: its owner can sign in until {}": (
        "đã mở lại ngày {0} theo phê duyệt: chủ hộp thư được đăng nhập đến {1}"
    ),
    "not warned yet, and a lock needs a warning {} days before it (enforcement.warn_first_days):"
    " run civic.mailbox.warn": (
        "chưa được báo trước, mà khóa thì phải báo trước {0} ngày (enforcement.warn_first_days): "
        "hãy chạy civic.mailbox.warn"
    ),
    "warned on {}: to be locked from {} on": "đã báo trước ngày {0}: khóa từ {1}",
    "this is the account that the enforcement itself binds as": (
        "đây chính là tài khoản dùng để thực hiện"
    ),
    "no administrator would be left unlocked (enforcement.administrators)": (
        "sẽ không còn quản trị viên nào không bị khóa (enforcement.administrators)"
    ),
    "without it what this run did to accounts ({}) would have no effect: {}. Undo that with it, by"
    " the controls that did it and without accounts": (
        "thiếu thay đổi này thì những gì lần này đã làm với các tài khoản ({0}) sẽ mất tác dụng: "
        "{1}. Hãy hoàn tác cả các thay đổi đó, theo các nội dung kiểm tra đã thực hiện và không "
        "chọn tài khoản"
    ),
    "left locked, for a new password could not be asked for before: {}": (
        "vẫn khóa vì chưa buộc được đổi mật khẩu trước khi mở: {0}"
    ),
    # what an LDAP server answered, and what to do then
    'the server answered {} "{}": {}': 'máy chủ trả lời {0} "{1}": {2}',
    'the server answered {} "{}"': 'máy chủ trả lời {0} "{1}"',
    "the server answered {}: {}": "máy chủ trả lời {0}: {1}",
    "the server answered {}": "máy chủ trả lời {0}",
    "give the account that binds the right to write {}": (
        "hãy cấp cho tài khoản dùng để kết nối quyền ghi {0}"
    ),
    "its rules do not allow this value: look at its password policies and constraints": (
        "quy tắc của máy chủ không cho phép giá trị này: hãy xem chính sách mật khẩu và ràng buộc"
    ),
    "it is busy: run it again later": "máy chủ đang bận: hãy chạy lại sau",
    "it is shutting down or not ready: run it again later": (
        "máy chủ đang dừng hoặc chưa sẵn sàng: hãy chạy lại sau"
    ),
    "it does not do this: is it a copy that takes no writes? Name the one that does": (
        "máy chủ không làm việc này: có phải bản sao không nhận ghi? Hãy chỉ ra máy chủ nhận ghi"
    ),
    "the entry's object classes do not allow this attribute: add the class that does": (
        "lớp đối tượng của mục không cho phép thuộc tính này: hãy thêm lớp cho phép"
    ),
    # begin with a value, so that much would fit
    "{} has {} rows": "{0} có {1} dòng",
    "{} has no setting for {w}": "{0} không có thiết lập cho {1}",
    "{w} is {} now, and was {}. Audit again": f"{{0}}: nay là {{1}}, trước là {{2}}. {_AGAIN}",
    "{w} is {}": "{0}: đã là {1}",
}
