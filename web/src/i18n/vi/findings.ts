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
      'heat-peak-ahead': 'Sắp có đỉnh nắng nóng',
      overload: 'Quá tải',
      'silent-meter': 'Mất tín hiệu',
      'transformer-limit': 'Máy biến áp vượt giới hạn nhiệt',
      'transformer-cooling': 'Làm mát máy biến áp kém',
      'oil-sensor': 'Lỗi cảm biến nhiệt độ dầu'
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
    everySeconds: (interval: string) => `lẽ ra gửi mỗi ${interval}`,
    ahead: {
      /** An overload without heat has another name. */
      overload: 'Sắp quá tải',
      peak: (when: string, load: string, low: string, high: string) =>
        `${when} khoảng ${load} (từ ${low} đến ${high})`,
      probability: (share: string, capacity: string) => `xác suất vượt công suất ${capacity} là ${share}`,
      heat: (temperature: string, heatIndex: string | null) =>
        heatIndex === null ? `cao nhất ${temperature}` : `cao nhất ${temperature}, cảm giác như ${heatIndex}`,
      covered: (needed: string, all: string, excess: string) =>
        `${needed} trong ${all} khách hàng đã đăng ký đủ bù phần vượt ${excess}`,
      notCovered: (all: string, cover: string, excess: string) =>
        `${all} khách hàng đã đăng ký chỉ bù được ${cover} trong phần vượt ${excess}`,
      nobody: (excess: string) => `không có khách hàng đã đăng ký nào để bù phần vượt ${excess}`,
      stale: (issued: string) => `dự báo đã cũ, phát hành ${issued}`,
      issued: (issued: string) => `dự báo phát hành ${issued}`,
      withdrawn: 'đã rút lại vì dự báo thay đổi',
      was: (what: string, before: string, now: string) => `${what} ${before} → ${now}`,
      what: { probability: 'xác suất', temperature: 'nhiệt độ cao nhất', peak: 'đỉnh tải' },
      past: 'thời điểm dự báo đã qua'
    },
    transformer: {
      regimes: ['chu kỳ bình thường', 'sự cố dài hạn', 'sự cố ngắn hạn'],
      passed: (regime: string) => `vượt giới hạn ${regime}`,
      foretold: (regime: string) => `trong 24 giờ tới sẽ vượt giới hạn ${regime}`,
      hotSpot: (temperature: string, limit: string) => `điểm nóng ${temperature} (giới hạn ${limit})`,
      hotSpotAt: (temperature: string, when: string, limit: string) =>
        `điểm nóng ${temperature} lúc ${when} (giới hạn ${limit})`,
      topOil: (temperature: string, limit: string) => `dầu lớp trên ${temperature} (giới hạn ${limit})`,
      load: (share: string, limit: string) => `tải ${share} định mức (giới hạn ${limit})`,
      minutesLeft: (duration: string) => `với tải hiện tại còn ${duration} là chạm giới hạn kế tiếp`,
      relief: (kw: string, window: string) => `cần giảm ${kw} trong ${window}`,
      noReliefIsEnough: 'không mức giảm tải nào đủ để giữ trong giới hạn',
      cooling: (drift: string) => `dầu nóng hơn tính toán ${drift}`,
      sensor: (drift: string) => `nhiệt độ dầu đo được lệch ${drift} so với tính toán`,
      oil: (measured: string, computed: string) => `đo ${measured}, tính ${computed}`,
      since: (day: string) => `từ ${day}`,
      advice: ['nên thí nghiệm máy biến áp', 'nên vệ sinh trạm biến áp']
    }
  }
}
