# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The texts of the page and of the terminal summary in Vietnamese, part by part."""

from __future__ import annotations

from ...texts import Texts

TEXTS = Texts(
    title="Báo cáo rà soát hộp thư điện tử công vụ",
    office="Hộp thư điện tử công vụ",
    skip="Đến danh sách kết quả",
    run="Lần rà soát",
    as_of="Thời điểm",
    no_unit="(không thuộc đơn vị nào)",
    none="không có",
    # the parts
    parts="Các phần của báo cáo",
    part_leadership="Dành cho lãnh đạo",
    part_leadership_note="Tình hình chung, theo từng đơn vị và so với lần rà soát trước.",
    part_contact="Dành cho đầu mối công nghệ thông tin",
    part_contact_note=(
        "Từng nội dung của công văn: kết quả, căn cứ, cách xử lý và những thay đổi sẽ được thực "
        "hiện."
    ),
    part_auditor="Dành cho người kiểm tra",
    part_auditor_note="Báo cáo dựa trên những gì, còn thiếu gì và cách kiểm chứng.",
    not_recorded="Phiên bản thực hiện lần rà soát này không ghi lại.",
    as_table="Xem dạng bảng",
    and_more="và {number} lần khác",
    # the sentences for the leadership
    lead_fix="Trong số {mailboxes} hộp thư, có {fix} hộp thư cần xử lý và {order} hộp thư đạt.",
    lead_fix_one="Trong số {mailboxes} hộp thư, có 1 hộp thư cần xử lý và {order} hộp thư đạt.",
    lead_fix_none="Trong số {mailboxes} hộp thư, không phát hiện hộp thư nào cần xử lý.",
    lead_others=(
        "Ngoài ra cần xử lý {others} đối tượng khác (chính sách mật khẩu, đơn vị, địa chỉ không "
        "thuộc đơn vị nào, máy trạm, máy chủ thư)."
    ),
    lead_judge="Có {judge} kết quả cần người có trách nhiệm xem xét.",
    lead_unknown="Có {unknown} kết quả chưa đủ căn cứ để kết luận.",
    lead_nothing_else="Không có kết quả nào phải chờ xem xét hoặc chưa rõ.",
    lead_incomplete=(
        "Báo cáo chưa đầy đủ: không đọc được toàn bộ dữ liệu từ {servers}. Phần còn thiếu được "
        "tính là chưa rõ, không bao giờ tính là đạt."
    ),
    lead_journal=(
        "Nhật ký thực hiện của lần rà soát này bị hỏng hoặc thiếu: có thể không biết hết những gì "
        "đã thực hiện và không hoàn tác được tất cả."
    ),
    # the tiles
    tile_mailboxes="Hộp thư",
    tile_order="Đạt",
    tile_fix="Cần xử lý",
    tile_judge="Cần xem xét",
    tile_unknown="Chưa rõ",
    tile_since="Mới so với lần trước",
    tile_first_run="So với lần trước",
    tile_first_run_note="lần đầu rà soát, chưa có gì để so sánh",
    tile_not_compared="không so sánh được với lần trước: xem phần chính sách áp dụng",
    note_mailboxes="thuộc {units} đơn vị",
    note_order="ngoài ra được miễn trừ: {exempt}",
    note_findings="hộp thư; số kết quả: {findings}",
    note_since_none="không có thay đổi khác",
    # the charts
    charts="Biểu đồ",
    idle_ages="Thời gian từ lần đăng nhập cuối",
    idle_ages_told="{past} hộp thư đang mở có lần đăng nhập cuối cách đây hơn {months} tháng.",
    idle_ages_note=(
        "Theo ghi nhận mới nhất của mọi máy chủ; việc ghi nhận có thể trễ. Hộp thư không có ghi "
        "nhận dùng được thì coi là chưa rõ, không coi là bỏ không."
    ),
    since_sign_in="Đăng nhập lần cuối",
    open_mailboxes="Đang mở",
    locked_mailboxes="Bị quản trị viên khóa",
    months_below="trong vòng {to} tháng",
    months_between="cách đây {since} đến {to} tháng",
    months_above="cách đây hơn {since} tháng",
    months_axis="số tháng từ lần đăng nhập cuối; ?: không có ghi nhận",
    no_record="không có ghi nhận dùng được",
    limit_at="giới hạn: {months} tháng",
    use="Tình hình sử dụng theo đơn vị",
    use_note=(
        "Là hộp thư đang mở có đăng nhập hoặc có gửi thư. Số lần đăng nhập và số thư gửi lấy từ "
        "nhật ký thư, trong số ngày mà nhật ký được cộng."
    ),
    use_days="Có sử dụng trong {days} ngày",
    use_share="Tỷ lệ",
    use_undecided="chưa rõ {number} hộp thư",
    use_before="Các lần rà soát",
    use_first="chưa có lần trước",
    use_signed_in="Số lần đăng nhập",
    use_sent="Số thư gửi",
    trend="Qua các lần rà soát",
    trend_told=(
        "{runs} lần rà soát. Số hộp thư cần xử lý: lần đầu {first}, lần này {last}. Số hộp thư "
        "chưa rõ: lần đầu {first_unknown}, lần này {last_unknown}."
    ),
    trend_incomplete="!: không đọc được đầy đủ mọi máy chủ.",
    trend_none="Chưa có lần rà soát nào khác để so sánh: đường biểu diễn có từ lần thứ hai.",
    trend_more="Số lần rà soát cũ hơn không hiển thị: {number}.",
    # by control
    controls="Theo từng nội dung của công văn",
    controls_note="Tính cả những kết quả đạt yêu cầu.",
    control="Nội dung rà soát",
    why="Lý do",
    log_span="Nhật ký thư của {host}: từ {first} đến {last}",
    log_lacks="không có gì từ {since} đến {until}: {why}",
    planned_changes="Thay đổi dự kiến",
    unchecked="Nội dung của công văn chưa được kiểm tra trong lần rà soát này",
    references="Tài liệu đối chiếu",
    references_note=(
        "Đọc từ bản gốc của đơn vị ban hành: CIS Controls v8.0, NIST SP 800-53 r5, CISA SCuBA "
        "(tháng 8/2026) và dự thảo NIST SP 800-63B-4. Đọc qua danh mục của bên khác: ISO/IEC "
        "27001:2022 và số mục bản chính thức của 800-63B-4. Viện dẫn có nghĩa là tiêu chuẩn nói "
        "về cùng vấn đề; nếu tiêu chuẩn yêu cầu cao hơn hoặc ngược lại thì có ghi kèm. Dấu gạch "
        "ngang: không có mục tương ứng."
    ),
    other_references="Khác",
    # by unit
    units="Theo đơn vị",
    units_note=(
        "Mỗi hộp thư tính một lần, theo kết quả xấu nhất. Chọn một số để xem các kết quả đó."
    ),
    units_cut=(
        "{shown} đơn vị có nhiều việc cần xử lý nhất trong tổng số {total} đơn vị. Tệp "
        "summary.json có đủ các đơn vị."
    ),
    unit="Đơn vị",
    not_applicable="không áp dụng",
    matrix="Kết quả theo đơn vị và nội dung",
    matrix_note="Mỗi ô là số kết quả. Chọn một số để xem các kết quả đó.",
    # the findings
    findings="Kết quả chi tiết",
    findings_none="Không có kết quả nào cần xử lý, cần xem xét hoặc chưa rõ.",
    findings_note=(
        "Theo từng nội dung của công văn, việc nghiêm trọng xếp trước. Chọn một dòng để xem căn cứ "
        "và thay đổi. Kết quả đạt chỉ được đếm, không liệt kê."
    ),
    findings_cut=(
        "Trang này liệt kê {shown} kết quả nghiêm trọng nhất trong tổng số {total}. Danh sách "
        "đầy đủ nằm trong tệp findings.csv, cùng thư mục với tệp này."
    ),
    status="Kết quả",
    subject="Hộp thư, đối tượng",
    what="Nội dung phát hiện",
    remedy="Cách xử lý",
    details="Căn cứ và chi tiết",
    evidence="Căn cứ",
    evidence_cut="và {number} mục khác: xem findings.jsonl",
    no_evidence="Không có gì thêm ngoài nội dung trên.",
    planned="Thay đổi sẽ được thực hiện",
    no_change="Không có: việc này do con người xử lý.",
    exempted="Được miễn trừ: {reason}. Người phê duyệt: {approver}; đến hết ngày {expires}.",
    action="Thay đổi",
    clause="Công văn",
    link="Liên kết đến kết quả này",
    filters="Lọc kết quả",
    any="Tất cả",
    change="So với lần trước",
    search="Tìm kiếm",
    search_hint="Địa chỉ, tên, từ khóa",
    severity="Mức độ",
    sort="Sắp xếp theo",
    sort_clause="Nội dung của công văn",
    sort_status="Mức nghiêm trọng",
    with_details="Hiện căn cứ trong danh sách",
    print="In",
    reset="Hiện tất cả",
    shown="Đang hiện {shown} trên {total}",
    nothing_shown="Không có kết quả nào phù hợp với bộ lọc.",
    not_on_page=(
        "Kết quả {id} không có trên trang này. Hãy tra trong tệp findings.csv, cùng thư mục với "
        "tệp này."
    ),
    filtered="Đã lọc:",
    without_script=(
        "Không có JavaScript nên không tìm kiếm và không lọc được: chỉ liệt kê {shown} kết quả "
        "nghiêm trọng nhất trên {total}. Tệp findings.csv cùng thư mục có đầy đủ."
    ),
    pages="Các trang của danh sách",
    page_before="Các dòng trước",
    page_after="Các dòng sau",
    rows_of="Dòng {from} đến {to} trên {total}",
    previous_one="Trước",
    next_one="Sau",
    close="Đóng",
    position="{at} trên {total}",
    # warnings
    soon="Sắp không đạt",
    soon_note="Hôm nay vẫn đạt; nếu không có hành động thì không đạt từ ngày ghi dưới đây.",
    due="Không đạt từ ngày",
    # the plan
    plan="Các thay đổi dự kiến",
    plan_note=(
        "Những thay đổi sẽ được thực hiện khi cho áp dụng. Lần rà soát này chưa thay đổi gì. Mỗi "
        "thay đổi đều được kiểm tra lại trước khi thực hiện và có thể hoàn tác."
    ),
    plan_none="Không có thay đổi nào được dự kiến.",
    plan_cut=(
        "Trang này liệt kê {shown} thay đổi đầu tiên trong tổng số {total}. Toàn bộ kế hoạch nằm "
        "trong tệp plan.jsonl."
    ),
    place="Ghi vào",
    before="trước",
    after="sau",
    reason="Lý do",
    # what was gone
    gone="Kết quả lần trước nay không còn",
    gone_note="So với lần rà soát {previous}.",
    gone_none="Mọi kết quả của lần trước đều còn.",
    decided_note=(
        "Lần trước chưa rõ, lần này đã đánh giá được: đạt, hoặc có kết quả cụ thể trong danh sách. "
        "Đây không phải là kết quả khắc phục."
    ),
    resolved_note="Đã đánh giá lại với đầy đủ dữ liệu và đạt yêu cầu.",
    not_assessed_note="Lần này không đánh giá được, nên chưa biết đã khắc phục hay chưa.",
    previous_status="Kết quả lần trước",
    rows_cut="Liệt kê {shown} trên tổng số {total}.",
    # coverage
    coverage="Phạm vi dữ liệu",
    coverage_whole="Dữ liệu của mọi máy chủ đều đầy đủ.",
    coverage_part=(
        "Không đọc được đầy đủ {number} trên {total} máy chủ. Kết quả dựa vào đó chưa thể kết luận."
    ),
    coverage_incremental="Riêng {servers} chỉ đọc phần thay đổi từ lần trước.",
    server="Máy chủ",
    software="Phần mềm",
    kind="Loại",
    read_at="Thời điểm đọc",
    accounts="Tài khoản",
    read_whole="Đầy đủ",
    read_part="Chưa đầy đủ",
    read_changes=(
        "Chỉ đọc phần thay đổi từ {since}: đọc {changed} tài khoản, {gone} tài khoản không còn. "
        "Lần đọc toàn bộ gần nhất: {full_at}."
    ),
    no_answer="Không trả lời",
    unread="Không đọc được",
    # exemptions
    exemptions="Các trường hợp miễn trừ",
    exemptions_note=(
        "Gồm cả các tên miền của đơn vị phối hợp được phép nhận thư chuyển tiếp. Trường hợp đã hết "
        "hạn thì không còn hiệu lực."
    ),
    exemptions_none=(
        "Chính sách không có trường hợp miễn trừ nào và không có tên miền của đơn vị phối hợp nào."
    ),
    select="Phạm vi",
    approver="Người phê duyệt",
    expires="Đến hết ngày",
    expired="Đã hết hạn",
    in_force="Còn hiệu lực",
    matched="Số kết quả áp dụng",
    # the policy
    policy="Chính sách áp dụng",
    profile="Bộ yêu cầu",
    policy_file="Tệp chính sách",
    time_zone="Múi giờ",
    previous="So sánh với lần rà soát",
    no_previous="không có: đây là lần đầu",
    letter=(
        "Công văn số 06/UBND ngày 08/01/2019 của Ủy ban nhân dân phường Cẩm Bình về việc tăng "
        "cường sử dụng hộp thư điện tử công vụ."
    ),
    settings="Giá trị có hiệu lực",
    settings_note=(
        "Gồm cả giá trị mặc định khi tệp chính sách không nêu. Dấu gạch ngang: không yêu cầu."
    ),
    setting="Mục",
    value="Giá trị",
    policy_text="Tệp chính sách như đã đọc: {file}",
    policy_text_cut="Phần còn lại xem trong tệp policy.yml cùng thư mục.",
    no_policy_text="Lần rà soát này không lưu bản sao tệp chính sách.",
    # the journal
    journal="Nhật ký thực hiện",
    journal_note=(
        "Đọc từ {files}. Mỗi thay đổi được ghi vào nhật ký trước khi gửi đến máy chủ, kết quả "
        "được ghi sau đó."
    ),
    journal_none="Lần rà soát này chưa thực hiện và chưa hoàn tác thay đổi nào: không có nhật ký.",
    journal_damaged=(
        "Không hiểu được dòng này của nhật ký nên các dòng sau đó không được đọc: {where}"
    ),
    journal_line="{file}, dòng {line}",
    journal_lost=(
        "Có thay đổi đã thực hiện mà nhật ký thiếu dòng ghi trước khi thực hiện (intent), nên "
        "không có gì cho biết cách hoàn tác:"
    ),
    journal_lost_change="{where}: {subject} ({field}), {server}, mã thay đổi {id}",
    journal_lost_unnamed="{where}: mã thay đổi {id}, {server}",
    journal_lost_count="{where}: đếm nhiều hơn {number} thay đổi so với số được ghi, {server}",
    journal_lost_more="và {number} dòng khác",
    journal_lost_way_out=(
        "Lấy các dòng bị thiếu từ bản sao của tệp, đặt lại vào đúng chỗ (với journal-<host>.jsonl: "
        "trên chính máy chủ đó), rồi chạy civic.mailbox.rollback. Nếu không có bản sao, tự hoàn "
        "tác các thay đổi này theo nội dung trong kế hoạch, với hộp thư bị khóa thì cả trên các "
        "máy chủ thư, rồi ghi nhận vào nhật ký (docs/enforcement.md, mục Damaged)."
    ),
    journal_unclear=(
        "Số thay đổi chưa rõ đã thực hiện hay hoàn tác hay chưa: {number}. Lần chạy bị ngắt trước "
        "khi ghi kết quả. Chạy lại đúng lệnh đó: trước hết chương trình kiểm tra trên máy chủ."
    ),
    journal_changes="Kết quả của từng thay đổi",
    sessions="Ai đã thực hiện trên máy chủ nào",
    began="Bắt đầu",
    mode="Loại",
    module="Mô-đun",
    operator="Người thực hiện",
    results="Kết quả",
    result="Kết quả",
    at="Thời điểm",
    nothing_written="không ghi nhận gì",
    not_ended="Không ghi nhận lúc kết thúc: bị ngắt giữa chừng hoặc còn đang thực hiện.",
    # the hash
    integrity="Tính toàn vẹn",
    integrity_none="Lần rà soát này không có danh sách mã băm.",
    integrity_hash="Mã SHA-256 của tệp {file} cùng thư mục:",
    integrity_check=(
        "Lệnh thứ nhất phải cho ra đúng mã trên; lệnh thứ hai cho biết từng tệp có còn nguyên "
        "hay không. Chạy cả hai trong thư mục chứa trang này:"
    ),
    integrity_proves=(
        "Nếu cả hai đều khớp, các tệp này đúng từng byte là các tệp dùng để lập trang này. Giá "
        "trị của điều đó phụ thuộc vào cách lưu giữ mã này: trên bản giấy đã ký, hoặc ở nơi khác "
        "thư mục này."
    ),
    integrity_not=(
        "Mã không chứng minh ai lập các tệp, lập khi nào, cũng không chứng minh máy chủ đã trả "
        "lời đúng; người ghi được vào thư mục có thể lập lại cả tệp, danh sách và trang này. Bản "
        "thân trang này không có trong danh sách."
    ),
    integrity_journal=(
        "Nhật ký dài thêm khi kế hoạch được thực hiện hoặc hoàn tác về sau; khi đó phải lập lại "
        "báo cáo."
    ),
    footer=(
        "Lập bởi civic.mailbox từ dữ liệu của lần rà soát {run}. Việc lập báo cáo không làm thay "
        "đổi máy chủ nào."
    ),
    # the difference of two runs
    diff_title="Thay đổi giữa hai lần rà soát",
    diff_compared="Lần rà soát {run}, so với {previous}.",
    diff_baseline="mốc so sánh ({run})",
    diff_accepted="Được {by} chấp nhận làm mốc so sánh, {at}: {reason}",
    diff_unread=(
        "! Chưa đọc được đầy đủ từ {servers}; phần còn thiếu được tính là không đánh giá được."
    ),
    diff_none="Không có thay đổi.",
    diff_before="Trước",
    diff_after="Nay",
    # the terminal
    report_at="Báo cáo",
    worst="Nghiêm trọng nhất",
    since="So với {previous}",
)
