import type { WeatherStation } from '../../../../../server/contract/weather.ts'

export const weather = {
  station: 'Trạm',
  now: 'Hiện tại',
  humidity: 'Độ ẩm',
  heatIndex: 'Cảm giác',
  today: 'Hôm nay, cao nhất',
  tomorrow: 'Ngày mai, cao nhất',
  forecast: 'Dự báo',
  nodes: 'Số nút dùng',
  observed: (when: string) => `đo lúc ${when}`,
  issued: (when: string) => `lúc ${when}`,
  until: (when: string) => `đến ${when}`,
  noForecast: 'không có dự báo',
  from: { mqtt: 'qua MQTT', fetched: 'lấy qua HTTP', none: 'không có nguồn' } satisfies Record<
    WeatherStation['from'],
    string
  >,
  none: 'Chưa có trạm thời tiết nào.',
  chart: (station: string) => `Nhiệt độ tại ${station}`,
  observedLine: 'đo được',
  forecastLine: 'dự báo',
  heatIndexLine: 'cảm giác',
  heatIndexAhead: 'cảm giác, dự báo',
  chooseOne: 'Chọn trạm để xem biểu đồ'
}
