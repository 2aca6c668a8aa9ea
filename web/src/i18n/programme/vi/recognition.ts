import type { Forgotten, Reward } from '../../../../../server/contract/rewards.ts'

export const recognition = {
  thanks: {
    pending: 'Chưa được cảm ơn',
    nonePending: 'Mọi khách hàng tham gia đã được cảm ơn.',
    chosen: (count: string) => `Cảm ơn ${count} lượt tham gia…`,
    title: (count: string) => `Gửi lời cảm ơn cho ${count} lượt tham gia`,
    now: 'Gửi lời cảm ơn',
    reward: 'Tặng kèm dịch vụ',
    noReward: 'không kèm dịch vụ',
    done: (thanked: string, rewards: string) => `Đã cảm ơn ${thanked} lượt, tặng ${rewards} dịch vụ.`,
    refused: (count: string) => `${count} lượt không cảm ơn được:`,
    all: 'Chọn tất cả',
    event: 'Sự kiện',
    customer: 'Khách hàng',
    delivered: 'Đã giảm',
    forgotten: 'Ai bị bỏ quên',
    noneForgotten: 'Không ai bị bỏ quên.',
    why: {
      'not-thanked': 'chưa được cảm ơn',
      'reward-overdue': 'dịch vụ đã quá ngày hẹn',
      'reward-not-booked': 'dịch vụ chưa hẹn ngày'
    } satisfies Record<Forgotten['forgotten'][number]['why'], string>,
    events: 'Số lần',
    since: 'Từ'
  },
  rewards: {
    kinds: {
      'transformer-test': 'thí nghiệm máy biến áp',
      'substation-cleaning': 'vệ sinh trạm biến áp',
      'meter-installation': 'lắp công tơ miễn phí',
      other: 'dịch vụ khác'
    } satisfies Record<Reward['kind'], string>,
    states: {
      offered: 'đã tặng',
      booked: 'đã hẹn',
      done: 'đã làm',
      declined: 'khách hàng từ chối'
    } satisfies Record<Reward['state'], string>,
    kind: 'Dịch vụ',
    state: 'Tình trạng',
    any: 'tất cả',
    because: 'Vì:',
    plannedFor: 'Ngày hẹn',
    season: 'Sự kiện hoặc mùa',
    none: 'Chưa có dịch vụ nào.',
    book: 'Hẹn ngày…',
    bookTitle: 'Hẹn ngày',
    bookNow: 'Hẹn ngày này',
    done: 'Đã làm…',
    doneTitle: 'Dịch vụ đã làm?',
    doneNow: 'Đã làm',
    decline: 'Khách hàng từ chối…',
    declineTitle: 'Khách hàng từ chối dịch vụ?',
    declineNow: 'Ghi nhận',
    offer: 'Tặng dịch vụ…',
    offerTitle: 'Tặng dịch vụ',
    offerNow: 'Tặng',
    mine: 'Dịch vụ tri ân'
  },
  season: {
    year: 'Năm',
    company: 'Công ty',
    total: 'Tổng',
    events: 'Sự kiện',
    customers: 'Khách hàng',
    calls: 'Lượt gọi',
    answers: 'nhận / từ chối / rút / im lặng',
    asked: 'Đề nghị, MWh',
    delivered: 'Đã giảm, MWh',
    deliveredAll: 'Đã giảm',
    coincidentAll: 'Cao nhất cùng lúc',
    ratio: 'Tỷ lệ',
    coincident: 'Cao nhất cùng lúc, MW',
    thanked: 'Đã cảm ơn',
    rewards: 'Dịch vụ',
    credit: 'Tiền thưởng, đ',
    measured: (measured: string, calls: string) => `${measured}/${calls} lượt có kết quả`,
    drills: (events: string, calls: string) => `Diễn tập, không tính: ${events} sự kiện, ${calls} lượt gọi.`,
    open: (count: string) => `${count} sự kiện chưa chốt kết quả.`,
    best: 'Khách hàng đóng góp nhiều nhất',
    none: 'Không có sự kiện nào trong mùa này.',
    report: 'Báo cáo (PDF)',
    span: (from: string, to: string) => `${from} – ${to}`
  },
  record: {
    report: 'Hồ sơ năm (PDF)',
    contract: 'Hợp đồng',
    readings: 'Số đo',
    result: (version: string) => `bản kết quả ${version}`,
    drills: (count: string) => `Diễn tập, không tính vào tổng: ${count}.`,
    credit: 'Tiền thưởng'
  }
}
