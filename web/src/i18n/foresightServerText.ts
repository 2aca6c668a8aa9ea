import { learn, translated } from './serverText.ts'

const DATE = '(\\d{4})-(\\d\\d)-(\\d\\d)'
const dated = (pattern: string) => new RegExp(`^${pattern.replaceAll('DATE', DATE)}$`)

/** What the server says of forecasts, weather, transformers and replays, in Vietnamese: whole sentences. */
export const foresightSentences: readonly [RegExp, string][] = [
  // Why a node has no forecast.
  [/^no load is known(?: yet)?$/, 'chưa có số liệu phụ tải'],
  [/^less than two weeks of load are known$/, 'mới có chưa đến hai tuần số liệu phụ tải'],
  [/^only (\d+) days of load are known$/, 'chỉ có $1 ngày có số liệu phụ tải'],
  [/^nothing can be said$/, 'chưa đủ căn cứ để dự báo'],
  [/^nothing has been issued for it yet$/, 'chưa có lần dự báo nào cho nút này'],
  [/^a household is not forecast$/, 'hộ sinh hoạt không được dự báo riêng'],
  [/^nothing is kept that was issued by then$/, 'không lưu dự báo nào phát hành đến lúc đó'],
  // Trouble of the forecast run.
  [
    /^the last run did not succeed for all nodes; it is tried again$/,
    'lần tính vừa rồi chưa xong cho mọi nút; sẽ tính lại'
  ],
  [
    /^(\d+) nodes could not be computed, the first of them ([^;]+)$/,
    '$1 nút không tính được, nút đầu tiên là $2'
  ],
  [/^(\d+) nodes are beyond the (\d+) that are forecast$/, '$1 nút vượt quá $2 nút được dự báo'],
  [/^the forecast worker ended early$/, 'tiến trình dự báo dừng giữa chừng'],
  // Trouble of the weather source.
  [/^its answer is not JSON$/, 'nguồn thời tiết trả lời không phải JSON'],
  [/^its answer is not a JSON object$/, 'nguồn thời tiết trả lời sai dạng JSON'],
  [/^its answer has no hourly values$/, 'câu trả lời không có số liệu theo giờ'],
  [/^its hourly values lack time or temperature_2m$/, 'số liệu theo giờ thiếu thời gian hoặc nhiệt độ'],
  [/^its hourly columns are not of equal length$/, 'các cột số liệu theo giờ dài ngắn khác nhau'],
  [
    /^none of its hourly values is a temperature at a time$/,
    'số liệu theo giờ không có nhiệt độ nào dùng được'
  ],
  [/^its hourly values are all past$/, 'số liệu theo giờ đều đã qua'],
  [/^\w+: its temperatures are in (.+), °C is needed$/, 'nhiệt độ tính bằng $1, cần °C'],
  [/^\w+: its humidity is in (.+), % is needed$/, 'độ ẩm tính bằng $1, cần %'],
  [/^it refuses connections$/, 'nguồn thời tiết từ chối kết nối'],
  [/^its host is unknown$/, 'không tìm thấy máy chủ của nguồn thời tiết'],
  [/^its host cannot be looked up now$/, 'hiện không tra được địa chỉ máy chủ của nguồn thời tiết'],
  [/^it broke the connection$/, 'nguồn thời tiết ngắt kết nối'],
  [/^its host cannot be reached$/, 'không tới được máy chủ của nguồn thời tiết'],
  [/^the network cannot be reached$/, 'không có mạng'],
  [/^its host does not answer$/, 'máy chủ của nguồn thời tiết không trả lời'],
  [/^it did not answer within ([\d.]+) s$/, 'nguồn thời tiết không trả lời trong $1 giây'],
  [/^no connection \((.+)\)$/, 'không kết nối được ($1)'],
  [/^its answer is larger than (\d+) KiB$/, 'câu trả lời lớn hơn $1 KiB'],
  [/^it cannot be asked$/, 'không hỏi được nguồn thời tiết'],
  [
    /^it leads elsewhere \((\d+)\), which is not followed: set WEATHER_URL to there$/,
    'nguồn thời tiết chuyển sang địa chỉ khác ($1): đặt WEATHER_URL thành địa chỉ đó'
  ],
  // What is wrong with a measured oil temperature.
  [/^its values were marked as wrong$/, 'số đo bị đánh dấu sai'],
  [/^it shows what no oil can have$/, 'cảm biến báo nhiệt độ mà dầu không thể có'],
  [/^it shows less than the air around it$/, 'cảm biến báo thấp hơn không khí xung quanh'],
  [/^it is too far from the computed temperature$/, 'số đo lệch quá xa nhiệt độ tính toán'],
  [/^it shows the same again and again$/, 'số đo đứng yên, không thay đổi'],
  [/^it jumps faster than oil can$/, 'số đo nhảy nhanh hơn mức dầu có thể thay đổi'],
  [
    /^the oil is hotter than usual, the more the higher the load$/,
    'dầu nóng hơn bình thường, tải càng cao càng lệch nhiều'
  ],
  [
    /^it shows too much, by the same at every load$/,
    'cảm biến báo cao hơn thực tế, mức lệch như nhau ở mọi tải'
  ],
  [/^it shows too little$/, 'cảm biến báo thấp hơn thực tế'],
  // Why no curtailment is enough.
  [/^no curtailment is enough: the limit is passed already$/, 'giảm tải cũng không đủ: đã vượt giới hạn'],
  [
    /^no curtailment is enough: the limit is passed after it as well$/,
    'giảm tải cũng không đủ: sau đó vẫn vượt giới hạn'
  ],
  [
    /^no curtailment is enough: the limit is passed even without load$/,
    'giảm tải cũng không đủ: không tải vẫn vượt giới hạn'
  ],
  // Why a day is not replayed, or not so.
  [dated('(\\S+) is no day of the calendar'), 'không có ngày $1'],
  [
    dated('DATE lies ahead: a day can be replayed once it is over; today is DATE'),
    'ngày $3/$2/$1 chưa tới: chỉ diễn lại được ngày đã qua; hôm nay là $6/$5/$4'
  ],
  [
    dated('DATE is today: a day can be replayed once it is over, from DATE on'),
    'ngày $3/$2/$1 là hôm nay: chỉ diễn lại được ngày đã qua, từ $6/$5/$4'
  ],
  [
    /^nothing is registered yet: there is no grid to replay$/,
    'lưới chưa được khai báo: chưa có gì để diễn lại'
  ],
  [
    dated('nothing is stored of DATE, nor of any other day'),
    'không lưu số đo nào của ngày $3/$2/$1, cũng như của ngày nào khác'
  ],
  [
    dated('nothing is stored of DATE: readings begin on DATE'),
    'không lưu số đo nào của ngày $3/$2/$1: số đo bắt đầu từ $6/$5/$4'
  ],
  [
    dated('nothing is stored of DATE: there is a gap, though readings begin on DATE'),
    'không lưu số đo nào của ngày $3/$2/$1: bị khuyết, dù số đo bắt đầu từ $6/$5/$4'
  ],
  [/^heatThresholdsC must not fall from one to the next$/, 'ba ngưỡng nắng nóng phải theo thứ tự tăng dần'],
  [
    /^heatClearShare \((\S+)\) must be below heatRaiseShare \((\S+)\)$/,
    'mức hết đỉnh nắng nóng ($1) phải dưới mức bắt đầu ($2)'
  ],
  [
    /^overloadClearShare \((\S+)\) must be below overloadRaiseShare \((\S+)\)$/,
    'mức hết quá tải ($1) phải dưới mức bắt đầu ($2)'
  ],
  [
    /^(\d+) replays are running: end or pause one of them, or wait until one is done$/,
    'đang chạy $1 lần diễn lại: kết thúc hoặc tạm dừng một lần, hoặc chờ một lần chạy xong'
  ],
  [
    /^runTo must lie after the replay's clock, (\S+), and not after (\S+): it is (\S+)$/,
    'giờ chạy tới phải sau đồng hồ của lần diễn lại ($1) và không quá $2; đang ghi $3'
  ],
  [
    /^(\S+) is of (\S+), (\S+) of (\S+): compare two replays of one day$/,
    'hai lần diễn lại khác ngày ($2 và $4): chỉ so được cùng một ngày'
  ],
  [
    /^replay (\S+) is of (.+): who started it may change it$/,
    'lần diễn lại này của $2: chỉ người mở mới đổi được'
  ],
  [/^there is no replay (\S+)$/, 'lần diễn lại $1 không còn'],
  [/^the server is stopping$/, 'máy chủ đang dừng'],
  [/^its thread has ended$/, 'tiến trình diễn lại đã dừng'],
  [
    /^nothing was kept of that day, and a replay fits no more than (\d+) nodes itself$/,
    'không lưu dự báo nào của ngày đó, và mỗi lần diễn lại chỉ tự tính nhiều nhất $1 nút'
  ],
  [/^nothing was issued by this moment of the day$/, 'đến giờ này trong ngày chưa có dự báo nào'],
  [
    /^in a replay only nodes with a capacity are foretold, the largest (\d+) of them$/,
    'khi diễn lại chỉ dự báo các nút có công suất, $1 nút lớn nhất'
  ],
  // The store behind all of it.
  [/^the readings thread is gone(?:: .+)?$/, 'tiến trình số đo đã dừng, đang mở lại'],
  [/^the store is stopped$/, 'kho đang dừng'],
  [/^(\d+) questions already wait$/, 'đã có $1 câu hỏi đang chờ']
]

/** And what stands before a sentence of another. */
export const foresightHeads: readonly [RegExp, string][] = [
  [/^it could not be computed: /, 'không tính được: '],
  [
    /^DATA_DIR\/forecast cannot be written, so that all is computed anew: /,
    'không ghi được DATA_DIR/forecast nên phải tính lại tất cả: '
  ],
  [/^it says: /, 'nguồn thời tiết báo: '],
  [/^what it answered cannot be kept: /, 'không lưu được câu trả lời: '],
  [/^too many requests \(429\)(?:: |$)/, 'hỏi nguồn thời tiết quá nhiều lần (429). '],
  [/^it refuses the key \((\d+)\)(?:: |$)/, 'nguồn thời tiết không nhận khoá ($1). '],
  [/^it answers (\d+)(?:: |$)/, 'nguồn thời tiết trả lời lỗi $1. '],
  [/^replay (\S+) has failed: /, 'lần diễn lại $1 bị lỗi: '],
  [/^replay (\S+) has ended: /, 'lần diễn lại $1 đã dừng: '],
  [/^the readings store: /, 'kho số đo: '],
  [/^InfluxDB does not answer: /, 'InfluxDB không trả lời: ']
]

/** One sentence of the server about what is to come; what is not known stands as it came. */
export function foresightSentence(sentence: string): string {
  const whole = translated(sentence, foresightSentences)
  if (whole !== sentence) return whole
  for (const [pattern, words] of foresightHeads) {
    const head = pattern.exec(sentence)?.[0]
    if (head === undefined) continue
    const rest = sentence.slice(head.length)
    return `${head.replace(pattern, words)}${rest === '' ? '' : foresightSentence(rest)}`.trimEnd()
  }
  const said = sentence.split('; ')
  return said.length === 1 ? sentence : said.map(foresightSentence).join('; ')
}

learn(foresightSentence)
