import type { PlanReason } from '../../../../../server/contract/plans.ts'

export const plan = {
  programme: 'Chương trình',
  probability: 'Chắc chắn đạt',
  isDrill: 'Diễn tập: thông báo ghi rõ diễn tập, không tính vào kết quả',
  groups: 'Số nhóm trả tải',
  groupStep: 'Giữa hai nhóm, phút',
  oneGroup: 'cùng lúc',
  title: 'Kế hoạch',
  expected: 'dự kiến giảm',
  range: (low: string, high: string) => `8 phần 10 khả năng nằm trong ${low} – ${high}`,
  reached: (probability: string) => `Đạt mục tiêu với xác suất ${probability}.`,
  short: (kw: string, probability: string) => `Còn thiếu ${kw} để đạt mục tiêu với xác suất ${probability}.`,
  smallest: 'Số khách hàng ít nhất, đã chứng minh.',
  nearSmallest: (count: string) => `Nhiều hơn mức ít nhất không quá ${count} khách hàng.`,
  common: (share: string, days: string) =>
    `Sai số chung của các khách hàng: ${share} phụ tải cơ sở, đo trên ${days} ngày không có sự kiện.`,
  commonAssumed: (share: string) =>
    `Sai số chung của các khách hàng: giả định ${share} phụ tải cơ sở, vì chưa đủ ngày để đo.`,
  changed: 'Danh sách đã sửa bằng tay: xác suất chỉ đúng với đề xuất ban đầu.',
  missing: 'Có thể tìm thêm ở đâu',
  missingOf: (customers: string, kw: string) => `${customers} khách hàng, ${kw}`,
  available: 'Có thể giảm',
  season: 'Mùa này',
  seasonOf: (events: string, hours: string) => `${events} lần, ${hours} giờ`,
  band: (p10: string, p50: string, p90: string) => `10 %: ${p10} · 50 %: ${p50} · 90 %: ${p90}`,
  why: 'Vì sao?',
  reasons: {
    called: 'được gọi',
    'target-reached': 'mục tiêu đã đạt, không cần thêm',
    'already-called': 'đã được gọi trong thời gian này',
    'no-meter': 'điểm đo không có công tơ',
    'no-reading': 'công tơ không có số đo mới',
    'no-load': 'hiện không tiêu thụ điện',
    'at-minimum-load': 'đã ở mức phụ tải tối thiểu',
    'nothing-expected': 'không thể trông đợi giảm được gì',
    'not-available': 'hợp đồng không cho gọi vào giờ này',
    blackout: 'ngày không gọi theo hợp đồng',
    'rest-days': 'đang trong ngày nghỉ giữa hai lần gọi',
    'season-events': 'đã đủ số lần gọi của mùa',
    'season-hours': 'sẽ vượt số giờ của mùa',
    'day-events': 'đã đủ số lần gọi trong ngày',
    'other-programme': 'thuộc chương trình khác',
    'no-consent': 'chưa có văn bản đồng ý'
  } satisfies Record<PlanReason, string>
}
