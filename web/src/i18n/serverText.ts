import type { Language } from '../format.ts'

/** The server explains itself in plain English; these are its standing sentences in Vietnamese. */
const vietnamese: readonly [RegExp, string][] = [
  [
    /^(\d+) of (\d+) same-type days, same-day factor ±(\d+) %$/,
    '$1 trong $2 ngày cùng loại, hệ số cùng ngày ±$3 %'
  ],
  [/^holiday$/, 'ngày lễ'],
  [/^event day$/, 'ngày có sự kiện'],
  [/^less than (\d+) % of its slots are known$/, 'dưới $1 % khoảng đo có số liệu'],
  [
    /^low usage: ([\d.]+) kW is below ([\d.]+) kW \((\d+) % of the mean\)$/,
    'tải thấp: $1 kW dưới ngưỡng $2 kW ($3 % của trung bình)'
  ],
  [
    /^only (\d+) usable (?:non-)?working days in the last (\d+), at least (\d+) are needed$/,
    'chỉ có $1 ngày cùng loại dùng được trong $2 ngày qua, cần ít nhất $3'
  ],
  [
    /^not adjusted: less than (\d+) % of the adjustment window is known$/,
    'không nhân hệ số: dưới $1 % khung giờ so sánh có số liệu'
  ],
  [
    /^not adjusted: the earlier days have no load in the adjustment window$/,
    'không nhân hệ số: các ngày trước không có tải trong khung giờ so sánh'
  ],
  [
    /^not adjusted: another call fell into the adjustment window$/,
    'không nhân hệ số: một sự kiện khác rơi vào khung giờ so sánh'
  ],
  [/^the target is reached without it$/, 'đủ mục tiêu mà không cần'],
  [/^its meter has no fresh reading$/, 'công tơ không có số đo mới'],
  [/^it draws no load at present$/, 'hiện không dùng điện'],
  [/^nothing is to be expected of it$/, 'dự kiến không giảm được'],
  [/^too many requests: come back in (\d+) s$/, 'quá nhiều yêu cầu: thử lại sau $1 giây'],
  [/^its metering point has no meter$/, 'điểm đo không có công tơ'],
  [/^already called in this time by (.+)$/, 'giờ này đã được gọi trong sự kiện $1'],
  [
    /^(\S+) asks ([\d.]+) kW in sum, above ([\d.]+) kW: a second person has to approve it first$/,
    '$1 yêu cầu tổng cộng $2 kW, trên $3 kW: cần người thứ hai duyệt trước'
  ],
  [
    /^(\S+) cannot be approved by who drafted it: a second person has to$/,
    '$1 không thể do người soạn duyệt: cần người thứ hai'
  ],
  [
    /^(\S+) cannot be approved: who drafted it is not known; make a new draft$/,
    '$1 không thể duyệt: không rõ ai đã soạn; hãy soạn lại'
  ],
  [/^(\S+) is approved: only a draft can be approved$/, '$1 đã được duyệt rồi']
]

/** The first of `sentences` that fits, with what it names; what is not known stands as it came. */
export function translated(sentence: string, sentences: readonly [RegExp, string][]): string {
  for (const [pattern, words] of sentences) {
    if (pattern.test(sentence)) return sentence.replace(pattern, words)
  }
  return sentence
}

/** A sentence of the server in the language of the page. */
export const serverText = (sentence: string, language: Language) =>
  language === 'en' ? sentence : translated(sentence, vietnamese)
