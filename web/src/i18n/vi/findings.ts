import type { FindingKind } from '../../../../server/contract/findings.ts'

export const findings = {
  findings: {
    title: 'Cảnh báo',
    none: 'Không có cảnh báo nào đang mở.',
    noneEver: 'Chưa từng có cảnh báo nào.',
    calm: 'Không có đỉnh nắng nóng hay quá tải nào đang mở.',
    counts: (open: string, acknowledged: string) => `${open} chưa ghi nhận · ${acknowledged} đã ghi nhận`,
    acknowledge: 'Ghi nhận',
    acknowledgeWhat: 'Ghi nhận cảnh báo',
    acknowledged: (time: string, by: string) => `ghi nhận ${time}, ${by}`,
    raised: (time: string) => `từ ${time}`,
    cleared: (time: string) => `đã hết ${time}`,
    makeEvent: 'Lập kế hoạch giảm tải',
    flagged: 'Khách hàng lớn được gắn cờ',
    nobodyFlagged: 'Không có khách hàng đã đăng ký nào bên dưới.',
    canReduce: (count: string, kw: string) => `${count} khách hàng đã đăng ký cam kết giảm ${kw}.`,
    priority: 'Mức',
    priorities: ['', 'hành động ngay', 'hành động sớm', 'để biết'],
    state: 'Trạng thái',
    filterOpen: 'Đang mở',
    filterAll: 'Tất cả',
    kinds: {
      'heat-peak': 'Đỉnh nắng nóng',
      overload: 'Quá tải',
      'silent-meter': 'Mất tín hiệu'
    } satisfies Record<FindingKind, string>,
    atNode: (kind: string, node: string) => `${kind} tại ${node}`,
    grades: { 35: 'nắng nóng', 37: 'nắng nóng gay gắt', 39: 'nắng nóng đặc biệt gay gắt' } as Record<
      number,
      string
    >,
    heat: (temperature: string, isForecast: boolean, grade: string) =>
      `${isForecast ? 'dự báo hôm nay' : 'hôm nay'} ${temperature}${grade ? ` (${grade})` : ''}`,
    share: (share: string, load: string, limit: string) => `tải ${share} công suất (${load} / ${limit})`,
    partial: (reported: string, expected: string) => `mới có ${reported}/${expected} điểm đo`,
    underAgain: (share: string) => `lại dưới ${share}, tự hết nếu giữ được như vậy`,
    cannotJudge: 'không đánh giá được tải: không nơi nào gửi số liệu',
    threshold: (share: string) => `ngưỡng ${share}`,
    loadOf: (load: string, limit: string, loading: string) => `${load} trên ${limit}, mức tải ${loading}`,
    silentSince: (time: string, duration: string) => `không có số liệu từ ${time} (${duration})`,
    neverReported: 'chưa từng gửi số liệu',
    silentMany: (count: string, of: string) => `${count} trong ${of} điểm đo im lặng`,
    everySeconds: (interval: string) => `lẽ ra gửi mỗi ${interval}`
  }
}
