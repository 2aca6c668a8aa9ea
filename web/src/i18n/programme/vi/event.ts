import type { AnswerReason } from '../../../../../server/contract/events.ts'
import type { LivePerformance } from '../../../../../server/contract/performance.ts'

export const event = {
  live: 'Đang giảm',
  asked: 'đang yêu cầu',
  target: 'mục tiêu của kế hoạch',
  now: 'đang giảm',
  atEnd: 'dự báo cả sự kiện',
  known: (known: string, all: string) => `${known}/${all} khách hàng có số đo`,
  unknown: (count: string, kw: string) =>
    `${count} khách hàng chưa rõ (được gọi ${kw}): không nằm trong tổng`,
  shortfall: (kw: string) => `Thiếu ${kw} so với yêu cầu.`,
  onTarget: 'Đạt yêu cầu.',
  byParticipant: 'Ai đang thiếu',
  missing: 'thiếu',
  present: 'phụ tải',
  states: {
    'not-started': 'chưa bắt đầu',
    delivering: 'đang giảm đủ',
    short: 'chưa giảm đủ',
    unknown: 'chưa rõ',
    'opted-out': 'không tham gia',
    released: 'đã trả tải'
  } satisfies Record<LivePerformance['participants'][number]['state'], string>,
  callMore: (count: string) => `Gọi thêm ${count} khách hàng…`,
  callMoreTitle: 'Gọi thêm khách hàng?',
  callMoreWhat: (missing: string) =>
    `Còn thiếu ${missing}. Các khách hàng này nhận thông báo ngay và tham gia từ đầu khoảng tiếp theo.`,
  callMoreSum: (customers: string, kw: string) => `${customers} khách hàng · ${kw}`,
  chooseAll: 'Chọn tất cả',
  callMoreNotEnough: 'Gọi tất cả vẫn chưa đủ.',
  callMoreNow: 'Gọi thêm',
  changeEnd: 'Đổi giờ kết thúc…',
  changeEndTitle: 'Đổi giờ kết thúc?',
  changeEndWhat: 'Mọi khách hàng đang tham gia nhận phiên bản mới của thông báo.',
  changeEndNow: 'Đổi giờ',
  newEnd: 'Kết thúc lúc',
  group: (group: string) => `nhóm ${group}`,
  releasedAt: (time: string) => `đã trả tải ${time}`,
  superseded: 'chuyển sang',
  accepted: 'nhận',
  committed: 'cam kết',
  whoSilent: (count: string) => `Chưa trả lời: ${count}`,
  allAnswered: 'Mọi khách hàng đã trả lời.',
  answersLog: 'Mọi câu trả lời',
  noAnswers: 'Chưa ai trả lời.',
  chooseReason: 'Chọn lý do',
  ownReason: 'Lý do, theo lời của quý khách',
  reasons: {
    production: 'kế hoạch sản xuất',
    safety: 'an toàn',
    equipment: 'thiết bị không cho phép',
    maintenance: 'đang bảo trì',
    staff: 'thiếu nhân lực',
    'order-deadline': 'hạn giao hàng',
    'already-reduced': 'đã giảm từ trước',
    economic: 'chi phí',
    other: 'lý do khác'
  } satisfies Record<AnswerReason, string>
}
