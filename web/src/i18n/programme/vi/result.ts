import type { BaselineExplanation, BaselineMethodName } from '../../../../../server/contract/baselines.ts'
import type { GamingSign } from '../../../../../server/contract/performance.ts'

export const result = {
  uncertainty: (kw: string) => `± ${kw} (một độ lệch chuẩn)`,
  notDistinguishable: 'Chưa phân biệt được với dao động ngẫu nhiên (dưới hai độ lệch chuẩn).',
  sustained: 'giảm ít nhất',
  timeTo90: 'đạt 90 % sau',
  minutes: (minutes: string) => `${minutes} phút`,
  preload: 'tăng trước giờ',
  rebound: 'tăng bù sau giờ',
  credit: 'ghi nhận',
  vnd: (amount: string) => `${amount} đ`,
  excess: 'vượt mức cam kết',
  signs: 'Cần xem trước khi ký',
  signNames: {
    'pre-event-inflation': 'tăng tải trước sự kiện',
    'rise-after-notice': 'tăng tải sau thông báo',
    'factor-at-cap': 'hệ số chạm giới hạn'
  } satisfies Record<GamingSign['sign'], string>,
  methods: {
    '10of10': 'trung bình 10/10 ngày',
    high4of5: 'cao nhất 4/5 ngày',
    high5of10: 'cao nhất 5/10 ngày',
    mid6of10: 'giữa 6/10 ngày',
    mid8of10: 'giữa 8/10 ngày',
    high15of20: 'cao nhất 15/20 ngày',
    'same-day': 'cùng ngày 3+2 giờ',
    'match-day': 'ngày giống nhất',
    weather: 'hồi quy theo nhiệt độ',
    'firm-service-level': 'mức phụ tải cam kết',
    'meter-before-after': 'số đo trước và sau'
  } satisfies Record<BaselineMethodName, string>,
  causes: {
    holiday: 'ngày nghỉ lễ',
    event: 'ngày có sự kiện',
    gaps: 'thiếu số đo',
    'low-usage': 'tiêu thụ thấp bất thường',
    'other-day-type': 'khác loại ngày',
    excluded: 'bị loại theo yêu cầu',
    'not-enrolled': 'ngoài hợp đồng',
    'not-picked': 'không được chọn'
  } satisfies Record<BaselineExplanation['daysRejected'][number]['cause'], string>,
  insteadOf: (method: string, reason: string) => `Không dùng được ${method}: ${reason}`,
  offset: (kw: string, from: string, to: string) => `Cộng ${kw} theo phụ tải ${from} – ${to} trong ngày.`,
  hash: 'Dấu vân tay số liệu',
  compare: 'So các phương pháp',
  method: 'Phương pháp',
  meanBaseline: 'cơ sở trung bình',
  reduction: 'giảm',
  kept: 'Kết quả đã lưu',
  noneKept: 'Chưa lưu kết quả nào.',
  kinds: { provisional: 'tạm tính', final: 'chính thức' },
  keptAt: (version: string, time: string) => `bản ${version}, ${time}`,
  recompute: 'Tính lại',
  same: 'Tính lại ra đúng từng chữ số.',
  differs: (count: string) => `${count} khách hàng ra số khác:`,
  differsData: 'số đo đã đổi',
  differsDigits: 'cùng số đo, khác kết quả',
  export: 'Bảng thanh toán (CSV)',
  exportIntervals: 'Từng khoảng (CSV)',
  checksum: 'Mã kiểm tra SHA-256',
  report: 'Báo cáo (PDF)'
}
