import type { ForecastBasis, ForecastFlag, ForecastKind } from '../../../../../server/contract/forecasts.ts'
import type { ForesightPage } from '../../../routes.ts'

export const forecasts = {
  title: 'Dự báo',
  tabs: {
    forecasts: 'Phụ tải',
    transformers: 'Máy biến áp',
    weather: 'Thời tiết',
    replays: 'Diễn lại ngày cũ'
  } satisfies Record<ForesightPage, string>,
  pageTitle: {
    forecasts: 'Dự báo phụ tải',
    transformers: 'Máy biến áp',
    weather: 'Thời tiết',
    replays: 'Diễn lại ngày cũ'
  } satisfies Record<ForesightPage, string>,
  fitted: (when: string, seconds: string) => `mô hình tính lại lúc ${when}, mất ${seconds}`,
  neverFitted: 'mô hình chưa được tính lần nào',
  running: 'đang tính',
  issued: (when: string) => `dự báo lúc ${when}`,
  counts: (known: string, all: string) => `${known}/${all} nút có dự báo`,
  day: 'Ngày',
  node: 'Nút',
  peak: 'Đỉnh dự báo',
  range: 'Khoảng P10–P90',
  peakAt: 'Lúc',
  ofCapacity: 'So với công suất',
  probability: 'Xác suất vượt công suất',
  temperature: 'Nhiệt độ cao nhất',
  heatIndex: (value: string) => `cảm giác ${value}`,
  none: 'Chưa có nút nào để dự báo: lưới chưa được khai báo.',
  notYet: 'Chưa tính xong dự báo lần đầu; thường mất vài phút sau khi máy chủ khởi động.',
  noneForDay: 'Ngày này chưa được dự báo.',
  without: 'Chưa dự báo được',
  showAll: 'Xem tất cả',
  noForecast: (reason: string) => `Chưa có dự báo: ${reason}`,
  load: 'Phụ tải đo được',
  p50: 'Dự báo (P50)',
  low: 'P10',
  high: 'P90',
  chart: 'Phụ tải và dự báo',
  chartSummary: (peak: string, when: string, low: string, high: string) =>
    `Đỉnh dự báo ${peak} (${when}), trong khoảng ${low} đến ${high} với xác suất 80 %.`,
  chartTemperature: 'Nhiệt độ dùng để dự báo',
  capacity: (value: string) => `công suất ${value}`,
  peaks: 'Đỉnh các ngày tới',
  plan: 'Lập kế hoạch giảm tải',
  everywhere: (said: string) => `Mọi nút: ${said}.`,
  basis: {
    full: 'mô hình đầy đủ, từ hai năm số liệu trở lên',
    'no-trend': 'mô hình không xu thế, dưới hai năm số liệu',
    'like-days': 'trung bình các ngày giống nhau, số liệu còn ngắn'
  } satisfies Record<ForecastBasis, string>,
  kinds: { 'day-ahead': 'ngày tới, lúc nửa đêm', intraday: 'trong ngày' } satisfies Record<
    ForecastKind,
    string
  >,
  flags: {
    'above-highest': 'cao hơn 1,3 lần phụ tải lớn nhất từng đo: cần người xem lại',
    saturated: 'nhiệt độ dự báo vượt khoảng đã từng gặp: độ tin cậy thấp hơn',
    'no-weather': 'không có dự báo thời tiết: lấy nhiệt độ ba ngày qua',
    old: 'dự báo đã cũ hơn ba giờ, chưa có bản mới: không theo phụ tải mới nhất'
  } satisfies Record<ForecastFlag, string>,
  trained: (days: string, until: string) => `${days} ngày số liệu, đến ${until}`,
  highestEver: (value: string) => `phụ tải lớn nhất từng đo ${value}`,
  weatherIssued: (station: string, when: string) => `thời tiết ${station}, dự báo lúc ${when}`,
  weatherMissing: 'không có dự báo thời tiết',
  accuracy: 'Độ chính xác các ngày đã qua',
  accuracyHow: 'Dự báo ngày tới đúng như đã phát hành, so với phụ tải đo được.',
  accuracyNone: 'Chưa có ngày nào vừa được dự báo từ nửa đêm vừa đo xong.',
  mape: 'Sai số trung bình',
  peakError: 'Sai số đỉnh',
  coverage: 'Nằm trong P10–P90',
  yesterday: 'Nếu lấy hôm trước',
  lastWeek: 'Nếu lấy tuần trước',
  steps: 'Số nửa giờ',
  mean: 'Cả kỳ'
}
