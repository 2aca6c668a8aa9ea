import type { Cooling } from '../../../../../server/contract/registry.ts'
import type {
  AmbientOrigin,
  LoadingRegime,
  LoadOrigin,
  OilVerdict
} from '../../../../../server/contract/transformers.ts'

export const transformers = {
  name: 'Máy biến áp',
  load: 'Mức tải',
  topOil: 'Dầu lớp trên',
  hotSpot: 'Điểm nóng',
  ageing: 'Tốc độ già hóa',
  ageingOf: (rate: string) => `${rate} lần`,
  next: 'Điểm nóng cao nhất 24 giờ tới',
  relief: 'Cần giảm',
  reliefNone: 'không cần',
  reliefNotEnough: 'giảm tải cũng không đủ',
  reliefWindow: (kw: string, window: string) => `${kw}, ${window}`,
  life: 'Tuổi thọ đã dùng năm nay',
  lifeDays: (days: string) => `${days} ngày`,
  today: (days: string) => `hôm nay ${days} ngày`,
  known: (hours: string) => `trong ${hours} giờ có số liệu`,
  oil: 'Nhiệt độ dầu đo được',
  verdicts: {
    healthy: 'khớp với mô hình',
    learning: 'đang học',
    'cooling-fault': 'nghi lỗi làm mát',
    'sensor-fault': 'nghi lỗi cảm biến',
    'not-measured': 'không đo'
  } satisfies Record<OilVerdict, string>,
  drift: (kelvin: string) => `lệch ${kelvin}`,
  since: (when: string) => `từ ${when}`,
  advice: {
    'transformer-test': 'nên thí nghiệm máy biến áp',
    'substation-cleaning': 'nên vệ sinh trạm'
  },
  offer: 'Tặng dịch vụ này',
  offered: 'Đã ghi vào dịch vụ tri ân.',
  offerTo: 'Cho khách hàng',
  offerNobody: 'Không có khách hàng nào để tặng dịch vụ.',
  from: { measured: 'đo được', computed: 'tính theo mô hình', none: 'không biết' },
  loadFrom: {
    kva: 'theo kVA đo được',
    'kw-kvar': 'theo kW và kvar đo được',
    kw: 'theo kW đo được',
    'roll-up': 'cộng từ các điểm đo bên dưới',
    none: 'không có số liệu'
  } satisfies Record<LoadOrigin, string>,
  powerFactor: (value: string) => `giả định cos φ ${value}`,
  ambientFrom: {
    own: 'cảm biến tại máy',
    station: 'trạm thời tiết',
    none: 'không có số liệu'
  } satisfies Record<AmbientOrigin, string>,
  byModel: (temperature: string) => `mô hình ${temperature}`,
  notTaken: (temperature: string, why: string) => `cảm biến báo ${temperature}, không dùng: ${why}`,
  oilFaults: {
    marked: 'bị đánh dấu sai',
    'out-of-range': 'ngoài khoảng có thể',
    'below-ambient': 'thấp hơn không khí xung quanh',
    'far-from-computed': 'lệch quá xa mô hình',
    frozen: 'đứng yên',
    jump: 'nhảy quá nhanh'
  } as Record<string, string>,
  winding: (temperature: string) => `cuộn dây đo được ${temperature}`,
  cooling: 'Làm mát',
  coolings: {
    distribution: 'phân phối, dầu và không khí tự nhiên',
    ONAN: 'ONAN, dầu và không khí tự nhiên',
    ONAF: 'ONAF, quạt gió',
    OF: 'OF, dầu cưỡng bức',
    OD: 'OD, dầu cưỡng bức có hướng'
  } satisfies Record<Cooling, string>,
  assumed: 'suy từ công suất',
  rating: 'Công suất định mức',
  noRating: 'chưa khai báo công suất định mức: không tính được nhiệt độ',
  ambient: 'Nhiệt độ môi trường',
  limits: 'Giới hạn vận hành (IEC 60076-7)',
  regime: 'Chế độ',
  regimes: {
    'normal-cyclic': 'chu kỳ bình thường',
    'long-emergency': 'sự cố dài hạn',
    'short-emergency': 'sự cố ngắn hạn'
  } satisfies Record<LoadingRegime, string>,
  minutesLeft: 'Còn được',
  never: 'không giới hạn',
  passed: 'đã vượt',
  chart: 'Nhiệt độ, 48 giờ qua và 24 giờ tới',
  measured: 'Dầu đo được, không dùng',
  computed: 'Dầu lớp trên',
  foretold: 'dự báo',
  loadChart: 'Mức tải, % định mức',
  days: 'Tuổi thọ đã dùng theo ngày',
  day: 'Ngày',
  maxHotSpot: 'Điểm nóng cao nhất',
  lifeUsed: 'Đã dùng (ngày)',
  knownHours: 'Giờ có số liệu',
  noDays: 'Chưa có ngày nào trọn vẹn.',
  plan: 'Lập kế hoạch giảm tải',
  none: 'Không có máy biến áp nào trong lưới.',
  summary: (hotSpot: string, when: string) => `Điểm nóng cao nhất ${hotSpot} (${when}).`
}
