import type { MqttRefusal } from '../../../../server/contract/mqttRefusals.ts'
import type { QualityName } from '../../../../server/contract/quality.ts'
import type { IngestState, SourceState } from '../../../../server/contract/sources.ts'

export const data = {
  data: {
    title: 'Dữ liệu',
    ingest: 'Thu nhận',
    broker: 'Máy chủ MQTT',
    brokerKinds: { 'built-in': 'có sẵn', external: 'bên ngoài' },
    brokerStates: {
      listening: 'đang nghe',
      connecting: 'đang kết nối',
      subscribed: 'đã đăng ký nhận'
    } satisfies Record<IngestState['broker']['state'], string>,
    rate: 'Số đo mỗi giây',
    readings: 'Số đo',
    messages: 'bản tin',
    sinceStart: 'từ khi máy chủ khởi động',
    unknownMembers: 'trường lạ bị bỏ qua',
    store: 'Kho số liệu',
    storeKinds: { sqlite: 'SQLite', influx1: 'InfluxDB 1', influx2: 'InfluxDB 2' },
    nothingStored: 'kho chưa có gì',
    deadLettersNote: 'từ trước tới nay',
    storeStates: {
      following: 'theo kịp',
      retrying: 'đang thử lại',
      paused: 'tạm dừng'
    } satisfies Record<IngestState['store']['state'], string>,
    behind: 'Chưa vào kho',
    storedUpTo: (age: string) => `đã lưu tới bản tin ${age}`,
    log: 'Nhật ký thu nhận',
    logOk: 'đang ghi',
    logBlocked: 'ngừng nhận',
    commits: (half: string, most: string) => `ghi bền trong ${half} ms (một nửa), ${most} ms (99 %)`,
    connections: (subscribed: string, wanted: string) => `${subscribed}/${wanted} kết nối`,
    throttled: (seen: string) =>
      `máy chủ MQTT chỉ gửi ${seen} bản tin mỗi lượt rồi chờ xác nhận: tăng max_inflight_messages của nó`,
    anonymous:
      'Ai tới được máy chủ MQTT này đều gửi được số liệu mà không cần mật khẩu (MQTT_ANONYMOUS). Chỉ để dùng thử; khi vận hành, cấp mã cho từng thiết bị và đặt MQTT_ANONYMOUS=false.',
    refused: 'Máy chủ MQTT đã từ chối',
    refusedNone: 'chưa từ chối ai',
    refusals: {
      credential: 'sai hoặc thiếu mật khẩu',
      certificate: 'chứng thư không hợp lệ',
      'client-id': 'mượn tên của thiết bị khác',
      publish: 'gửi vào chủ đề của thiết bị khác',
      subscribe: 'đăng ký nhận cái không phải của mình',
      connections: 'quá nhiều kết nối cùng lúc'
    } satisfies Record<MqttRefusal, string>,
    slowPath: 'bản tin viết khác thường',
    storedPerS: (rate: string) => `${rate} dòng/s`,
    validation: 'Kiểm tra số liệu',
    validated: (sources: string) => `${sources} nguồn được so với các số trước`,
    unremembered: (count: string) => `${count} số đo của nguồn vượt giới hạn chỉ được xét riêng`,
    deadLetters: 'Bản tin không đọc được',
    deadLettersTotal: (count: string) => `${count} từ trước tới nay`,
    noDeadLetters: 'Chưa có bản tin nào không đọc được.',
    reason: 'Lý do',
    topic: 'Chủ đề',
    payload: 'Nội dung',
    cut: (bytes: string) => `đã cắt, cả bản tin ${bytes}`,
    sources: 'Nguồn số liệu',
    states: {
      fresh: 'đúng hẹn',
      late: 'trễ',
      silent: 'im lặng',
      never: 'chưa từng gửi'
    } satisfies Record<SourceState, string>,
    unassigned: 'chưa gán',
    unassignedNote: 'Số liệu được lưu nhưng không tính vào nút nào: mã này không có trong danh mục lưới.',
    noSources: 'Chưa có nguồn nào.',
    noMatch: 'Không nguồn nào khớp.',
    filter: 'Lọc theo trạng thái',
    filterKind: 'Loại',
    id: 'Mã',
    node: 'Nút',
    newest: 'Số mới nhất',
    arrived: 'Tới lúc',
    every: 'Mỗi',
    online: 'trực tuyến',
    offline: 'ngoại tuyến',
    demo: 'Bản trình diễn: công tơ, máy biến áp và trạm thời tiết của vùng mô phỏng do máy mô phỏng gửi qua MQTT; mọi nguồn khác ở đây là thật.'
  },
  source: {
    readings: 'Số đo',
    latest: 'Số đo mới nhất',
    none: 'Chưa có số đo nào trong khoảng này.',
    field: 'Đại lượng',
    flagNames: {
      gap: 'thiếu số trước đó',
      duplicate: 'cùng lúc, khác số',
      spike: 'vọt lên',
      highUse: 'dùng nhiều hơn ngày tương tự',
      lowUse: 'dùng ít hơn ngày tương tự',
      negative: 'âm',
      zeroRun: 'bằng không kéo dài',
      frozen: 'đứng im',
      registerDecrease: 'chỉ số giảm',
      registerRollover: 'chỉ số quay vòng',
      clockSkew: 'đồng hồ lệch',
      sumCheck: 'tổng không khớp cấp trên',
      outOfRange: 'ngoài giới hạn',
      registerMismatch: 'không khớp chỉ số',
      estimatedLinear: 'ước lượng: nội suy',
      estimatedLikeDays: 'ước lượng: ngày tương tự'
    } satisfies Record<QualityName, string>,
    quantities: {
      kw: 'công suất tác dụng',
      kvar: 'công suất phản kháng',
      kva: 'công suất biểu kiến',
      v: 'điện áp',
      a: 'dòng điện',
      pf: 'hệ số công suất',
      kwh: 'chỉ số điện năng',
      oil_c: 'nhiệt độ dầu',
      winding_c: 'nhiệt độ cuộn dây',
      ambient_c: 'nhiệt độ môi trường',
      tap: 'nấc phân áp',
      temp_c: 'nhiệt độ',
      humidity_pct: 'độ ẩm',
      q: 'cờ chất lượng'
    } as Record<string, string>
  }
}
