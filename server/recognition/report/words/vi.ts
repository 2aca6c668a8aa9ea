import type { BaselineMethodName, dayRejections } from '../../../contract/baselines.ts'
import type { EventState } from '../../../contract/events.ts'
import type { RewardKind, RewardState } from '../../../contract/rewards.ts'

/** Vietnamese of the printed documents: the source. */
export const vi = {
  page: 'Trang {page} / {pages}',
  unknown: 'chưa rõ',
  drill: 'DIỄN TẬP – không tính vào bất kỳ tổng nào',
  provisional: 'KẾT QUẢ TẠM TÍNH – số liệu còn có thể thay đổi',
  voluntary: 'Tham gia là tự nguyện.',
  methods: {
    '10of10': 'trung bình 10/10 ngày',
    high4of5: 'trung bình 4 ngày cao nhất trong 5 ngày',
    high5of10: 'trung bình 5 ngày cao nhất trong 10 ngày',
    mid6of10: 'trung bình 6 ngày giữa trong 10 ngày',
    mid8of10: 'trung bình 8 ngày giữa trong 10 ngày',
    high15of20: 'trung bình 15 ngày cao nhất trong 20 ngày',
    'same-day': 'cùng ngày, 3 giờ trước và 2 giờ sau',
    'match-day': 'trung bình các ngày giống nhất',
    weather: 'hồi quy theo giờ trong tuần và nhiệt độ',
    'firm-service-level': 'mức phụ tải cam kết',
    'meter-before-after': 'số đo ngay trước và ngay sau'
  } satisfies Record<BaselineMethodName, string>,
  causes: {
    holiday: 'ngày nghỉ lễ',
    event: 'ngày có sự kiện',
    gaps: 'thiếu số đo',
    'low-usage': 'tiêu thụ thấp',
    'other-day-type': 'khác loại ngày',
    excluded: 'bị loại theo yêu cầu',
    'not-enrolled': 'ngoài hợp đồng',
    'not-picked': 'không được chọn'
  } satisfies Record<(typeof dayRejections)[number], string>,
  states: {
    draft: 'bản thảo',
    approved: 'đã duyệt',
    notified: 'đã thông báo',
    standby: 'chuẩn bị',
    active: 'đang diễn ra',
    ended: 'đã kết thúc',
    provisional: 'tạm tính',
    final: 'đã chốt',
    cancelled: 'đã huỷ'
  } satisfies Record<EventState, string>,
  rewardKinds: {
    'transformer-test': 'thí nghiệm máy biến áp',
    'substation-cleaning': 'vệ sinh trạm biến áp',
    'meter-installation': 'lắp công tơ miễn phí',
    other: 'dịch vụ khác'
  } satisfies Record<RewardKind, string>,
  rewardStates: {
    offered: 'đã tặng, chưa hẹn ngày',
    booked: 'đã hẹn',
    done: 'đã thực hiện',
    declined: 'khách hàng không nhận'
  } satisfies Record<RewardState, string>,
  curve: {
    baseline: 'đường cơ sở',
    metered: 'phụ tải đo được',
    target: 'mức đề nghị',
    delivered: 'phần đã giảm',
    alt: (baseline: string, metered: string, window: string) =>
      `Biểu đồ phụ tải trong sự kiện ${window}: đường cơ sở trung bình ${baseline}, phụ tải đo được trung bình ${metered}.`
  },
  event: {
    title: (id: string) => `Báo cáo sự kiện điều chỉnh phụ tải ${id}`,
    over: (id: string, programme: string) => `Điều chỉnh phụ tải · ${programme} · ${id}`,
    thanksAll: (count: string) => `Cảm ơn ${count} khách hàng`,
    thanksOne: (name: string) => `Cảm ơn ${name}`,
    plain: (place: string) => `Sự kiện điều chỉnh phụ tải, ${place}`,
    delivered: (power: string, window: string, place: string) =>
      `đã giảm trung bình ${power} trong thời gian ${window} tại ${place}. Lưới điện được giữ an toàn trong giờ căng thẳng nhờ sự hợp tác này.`,
    noDelivery: (window: string, place: string) =>
      `Sự kiện ${window} tại ${place}. Không ghi nhận công suất đã giảm.`,
    unmeasured: (window: string, place: string) =>
      `Sự kiện ${window} tại ${place}. Kết quả không đo được; không ghi nhận kW nào, lời cảm ơn vẫn còn nguyên.`,
    figures: {
      average: 'trung bình đã giảm',
      energy: 'điện năng đã giảm',
      ratio: 'so với đề nghị',
      customers: 'khách hàng',
      measured: (count: string) => `${count} khách hàng đo được`,
      sustained: 'giảm ít nhất',
      asked: (power: string) => `đề nghị ${power}`,
      uncertainty: (power: string) => `± ${power}, độ lệch chuẩn`,
      chance: 'chưa phân biệt được với ngẫu nhiên'
    },
    chart: 'Phụ tải trong sự kiện',
    table: 'Từng khách hàng',
    columns: ['Khách hàng', 'Thời gian', 'Đề nghị, kW', 'Trung bình, kW', 'Điện năng, kWh', 'Tỷ lệ'],
    total: 'Tổng',
    more: (shown: string, all: string) =>
      `${shown} khách hàng giảm nhiều nhất trong ${all}; bảng thanh toán CSV có đủ tất cả.`,
    slots: 'Từng khoảng thanh toán',
    slotColumns: ['Bắt đầu', 'Đường cơ sở, kW', 'Đo được, kW', 'Đã giảm, kW'],
    how: 'Đã đo như thế nào',
    facts: {
      window: 'Thời gian',
      reason: 'Lý do',
      place: 'Khu vực',
      method: 'Đường cơ sở',
      insteadOf: 'Thay cho',
      days: 'Ngày được dùng',
      rejected: 'Ngày bị loại',
      adjustment: 'Hiệu chỉnh cùng ngày',
      interval: 'Khoảng thanh toán',
      committed: 'Cam kết',
      answer: 'Trả lời',
      credit: 'Ghi nhận',
      rebound: 'Tăng bù sau giờ',
      signs: 'Cần xem trước khi ký',
      point: 'Điểm đo, công tơ',
      dataHash: 'Dấu vân tay số liệu'
    },
    factor: (factor: string, from: string, to: string) => `hệ số ${factor} theo phụ tải ${from} – ${to}`,
    capped: (uncapped: string) => ` (chạm giới hạn, tính ra ${uncapped})`,
    offset: (power: string, from: string, to: string) => `cộng ${power} theo phụ tải ${from} – ${to}`,
    noAdjustment: 'không hiệu chỉnh',
    methodCount: (method: string, count: string) => `${method}: ${count} khách hàng`,
    noBaseline: (count: string) => `không có đường cơ sở: ${count} khách hàng`,
    answers: { accept: 'đồng ý', decline: 'từ chối', 'opt-out': 'rút lui', acknowledge: 'đã xem' },
    noAnswer: 'không trả lời',
    committed: (committed: string, accepted: string | null) =>
      accepted === null ? committed : `${committed}; nhận lời ${accepted}`,
    owed: 'Quà dịch vụ tri ân',
    noReward: 'Chưa có dịch vụ nào được tặng cho sự kiện này.',
    reward: (kind: string, state: string, day: string | null) =>
      `${kind}: ${state}${day === null ? '' : `, ngày ${day}`}`,
    rewardCount: (kind: string, state: string, count: string) => `${kind}: ${count} ${state}`,
    thanked: (count: string, all: string) => `Đã gửi lời cảm ơn tới ${count}/${all} khách hàng.`,
    thankedOne: (by: string, day: string, note: string) =>
      `${by} đã gửi lời cảm ơn ngày ${day}${note === '' ? '.' : `: “${note}”`}`
  },
  season: {
    title: (year: string) => `Báo cáo mùa điều chỉnh phụ tải ${year}`,
    over: (from: string, to: string) => `Điều chỉnh phụ tải · ${from} – ${to}`,
    headline: (energy: string) => `Cùng nhau đã giảm ${energy}`,
    none: 'Chưa có sự kiện nào được chốt kết quả',
    lead: (customers: string, events: string) =>
      `Cảm ơn ${customers} khách hàng đã cùng giữ lưới điện an toàn trong ${events} sự kiện.`,
    leadNone: 'Khi có sự kiện được chốt kết quả, các tổng số sẽ đứng ở đây.',
    figures: {
      energy: 'điện năng đã giảm',
      coincident: 'cao nhất cùng lúc',
      ratio: 'so với đề nghị',
      events: 'sự kiện',
      calls: (calls: string, measured: string) => `${measured}/${calls} lượt đo được`
    },
    companies: 'Các tổng công ty',
    columns: [
      'Công ty',
      'Sự kiện',
      'Khách hàng',
      'Lượt gọi',
      'Đề nghị, MWh',
      'Đã giảm, MWh',
      'Tỷ lệ',
      'Cao nhất cùng lúc, MW',
      'Đã cảm ơn'
    ],
    total: 'Tổng',
    noCompany: 'Không rõ công ty',
    bars: 'điện năng đã giảm',
    barsAlt: (rows: string) => `Biểu đồ điện năng đã giảm theo công ty: ${rows}.`,
    answers: 'Trả lời và quà dịch vụ',
    answerColumns: [
      'Công ty',
      'Đồng ý',
      'Từ chối',
      'Rút lui',
      'Im lặng',
      'Đã tặng',
      'Đã hẹn',
      'Đã làm',
      'Không nhận'
    ],
    customers: 'Khách hàng đóng góp nhiều nhất',
    customerColumns: ['Khách hàng', 'Công ty', 'Sự kiện', 'Đã giảm, kWh', 'Tỷ lệ', 'Đã cảm ơn'],
    more: (shown: string, all: string) => `${shown} trong ${all} khách hàng.`,
    drills: (events: string, calls: string, answered: string) =>
      `Diễn tập, không tính vào tổng nào: ${events} lần, ${calls} lượt gọi, ${answered} lượt trả lời.`,
    open: (count: string) => `${count} sự kiện chưa chốt kết quả và chưa nằm trong các tổng.`,
    how: 'Các tổng được tính như thế nào',
    method:
      'Điện năng là tổng của mọi lượt gọi đo được trong các kết quả đã chốt, kể cả lượt từ chối hay giảm ít. Cao nhất cùng lúc là tổng lớn nhất của cùng một khoảng thanh toán, không phải tổng các giá trị lớn nhất. Tỷ lệ là phần đã giảm trên phần đề nghị của các lượt đo được. Khách hàng thuộc công ty phía trên điểm đo.',
    credit: (amount: string) => `Tiền thưởng theo quy tắc của chương trình: ${amount}.`
  },
  record: {
    title: (id: string, year: string | null) =>
      `Hồ sơ điều chỉnh phụ tải ${id}${year === null ? '' : `, ${year}`}`,
    over: (id: string, period: string) => `Hồ sơ điều chỉnh phụ tải · ${id} · ${period}`,
    allYears: 'tất cả các năm',
    headline: (name: string) => `Cảm ơn ${name}`,
    lead: (events: string, energy: string) =>
      `đã tham gia ${events} sự kiện và giảm ${energy}. Mỗi con số dưới đây dẫn về kết quả đã chốt và số đo của công tơ.`,
    leadNone: 'Chưa có sự kiện nào được chốt kết quả trong thời gian này.',
    figures: {
      energy: 'điện năng đã giảm',
      ratio: 'tỷ lệ trung bình',
      events: 'sự kiện',
      thanks: 'lời cảm ơn',
      drills: (count: string) => `${count} lần diễn tập tính riêng`,
      credit: (amount: string) => `tiền thưởng ${amount}`
    },
    chart: 'Trung bình đã giảm ở từng sự kiện',
    bars: 'trung bình đã giảm',
    mark: 'đề nghị',
    barsAlt: (rows: string) => `Biểu đồ công suất trung bình đã giảm theo sự kiện: ${rows}.`,
    table: 'Các sự kiện',
    columns: ['Sự kiện', 'Thời gian', 'Trả lời', 'Đề nghị, kW', 'Đã giảm, kW', 'kWh', 'Tỷ lệ', 'Bản kết quả'],
    drills: 'Diễn tập, không tính vào tổng nào',
    enrolments: 'Hợp đồng tham gia',
    enrolment: (id: string, point: string, power: string, since: string, until: string | null) =>
      `${id}: ${power} tại ${point}, từ ${since}${until === null ? '' : ` đến ${until}`}`,
    rewards: 'Quà dịch vụ tri ân',
    noReward: 'Chưa có dịch vụ nào được tặng.',
    notCounted: 'không tham gia'
  },
  signatures: {
    caption: 'Hai bên đã xem và xác nhận các số liệu trên.',
    company: 'Đại diện công ty điện lực',
    customer: 'Đại diện khách hàng',
    operator: 'Người lập báo cáo',
    hint: 'chữ ký, họ tên, ngày'
  },
  proof: {
    heading: 'Để kiểm tra',
    text: 'Các số liệu trên lấy từ kết quả đã lưu dưới đây. Cùng bản kết quả, cùng mã SHA-256 thì số liệu không thay đổi; ai cũng có thể tính lại từ số đo (mục “Tính lại” của sự kiện).',
    kinds: { provisional: 'tạm tính', final: 'đã chốt' },
    result: (event: string, version: string, kind: string, at: string) =>
      `${event} · bản kết quả ${version} (${kind}) · tính lúc ${at}`,
    foot: (what: string, as: string) => `Gridload · ${what} · số liệu đến ${as}`
  }
}

/** What a printed document says, in one language. */
export type PrintedWords = typeof vi
