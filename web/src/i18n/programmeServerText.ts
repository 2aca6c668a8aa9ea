import { learn, translated } from './serverText.ts'

/** What the server says of the programme, in Vietnamese: whole sentences. */
const sentences: readonly [RegExp, string][] = [
  // Baselines: days, methods, adjustment.
  [
    /^(\d+) of (\d+) same-type days, same-day factor ±(\d+) %$/,
    '$1 trong $2 ngày cùng loại, hệ số cùng ngày ±$3 %'
  ],
  [/^holiday$/, 'ngày lễ'],
  [/^event day$/, 'ngày có sự kiện'],
  [/^less than (\d+) % of its slots are known$/, 'dưới $1 % khoảng đo có số liệu'],
  [/^less than (\d+) % of its temperature is known$/, 'dưới $1 % nhiệt độ có số liệu'],
  [/^less than (\d+) % of its .+ is known$/, 'dưới $1 % số liệu có được'],
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
  [
    /^not adjusted: the method rests on the day itself$/,
    'không hiệu chỉnh: phương pháp dựa trên chính ngày đó'
  ],
  [/^not adjusted: there is no adjustment window$/, 'không hiệu chỉnh: không có khung giờ so sánh'],
  [/^no outdoor temperature is known$/, 'không có số liệu nhiệt độ ngoài trời'],
  [
    /^the temperature is missing in (\d+) of (\d+) slots of the event$/,
    'thiếu nhiệt độ ở $1/$2 khoảng của sự kiện'
  ],
  [
    /^a line on temperature for each slot: too few days for one by time of week$/,
    'hồi quy theo nhiệt độ cho từng khoảng: chưa đủ ngày để theo giờ trong tuần'
  ],
  [/^no firm service level is contracted$/, 'hợp đồng không có mức phụ tải cam kết'],
  [
    /^another call fell into the hours before or after the event$/,
    'một sự kiện khác rơi vào các giờ trước hoặc sau sự kiện'
  ],
  [/^another call fell into the hour before the (?:notice|event)$/, 'một sự kiện khác rơi vào giờ trước đó'],
  [
    /^the three hours from 4 h to 1 h before the event are not known$/,
    'không có số liệu ba giờ từ 4 đến 1 giờ trước sự kiện'
  ],
  [
    /^only the hours before the event: those after it are not known$/,
    'chỉ dùng các giờ trước sự kiện: các giờ sau chưa có số liệu'
  ],
  [
    /^less than (\d+) h of the event's own day are known to compare by$/,
    'chưa đủ $1 giờ trong ngày của sự kiện để so sánh'
  ],
  // The plan: why somebody is called, or is not.
  [
    /^asked ([\d.]+ kW) \((.+) committed, draws ([\d.]+ kW)(?:, keeps ([\d.]+ kW))?\); expected to deliver ([\d.]+ %) of it \((?:by (\d+) measured events?|not measured yet)\), in 8 of 10 cases (\S+ kW) to (\S+ kW)$/,
    'yêu cầu $1 (cam kết $2, đang dùng $3); dự kiến giảm được $5, 8 phần 10 khả năng từ $7 đến $8'
  ],
  [
    /^the target of (\S+ kW) is reached without it with (\S+ %) by (\d+) others; (\S+ kW) would be expected of it$/,
    'đã đạt mục tiêu $1 với xác suất $2 nhờ $3 khách hàng khác; dự kiến khách hàng này giảm $4'
  ],
  [/^its meter has no fresh reading$/, 'công tơ không có số đo mới'],
  [/^it draws no load at present: (\S+ kW)$/, 'hiện không tiêu thụ điện: $1'],
  [/^it is foretold to draw no load in this time: (\S+ kW)$/, 'dự báo không tiêu thụ điện vào giờ này: $1'],
  [/^it draws (\S+ kW) and keeps (\S+ kW)$/, 'đang dùng $1 và phải giữ $2'],
  [
    /^nothing is to be expected of it: it committed (\S+ kW), (\S+ kW) of it can be asked$/,
    'không thể trông đợi giảm được gì: cam kết $1, có thể yêu cầu $2'
  ],
  [
    /^it is already called in this time by (\S+), of priority (\d+)$/,
    'đã được gọi trong giờ này bởi $1, ưu tiên $2'
  ],
  [/^it is enrolled in programme (\S+), not in (\S+)$/, 'thuộc chương trình $1, không phải $2'],
  [/^its metering point has no meter$/, 'điểm đo không có công tơ'],
  // Orders and commands.
  [/^its start, (\S+), is no time within a year of now$/, 'giờ bắt đầu $1 phải trong vòng một năm'],
  [/^its end, (\S+), has passed$/, 'giờ kết thúc $1 đã qua'],
  [/^there is no programme yet$/, 'chưa có chương trình nào'],
  [/^already called in this time: (.+)$/, 'đã được gọi trong giờ này: $1'],
  [/^already called in this time by (.+)$/, 'giờ này đã được gọi trong sự kiện $1'],
  [/^named more than once: (.+)$/, 'có tên nhiều lần: $1'],
  [/^not enrolled below (\S+) in programme (\S+): (.+)$/, 'chưa có hợp đồng $2 bên dưới $1: $3'],
  [/^without a meter, so not to be measured: (.+)$/, 'không có công tơ nên không đo được: $1'],
  [
    /^release group (\d+) would come back at (\S+), before one whole settlement slot is over: a step of (\d+) min is too long for so many groups$/,
    'nhóm $1 sẽ trả tải lúc $2, trước khi hết một khoảng thanh toán: $3 phút giữa hai nhóm là quá dài cho ngần ấy nhóm'
  ],
  [
    /^(\S+) was changed by somebody else in this moment; look at it again$/,
    '$1 vừa được người khác thay đổi; hãy xem lại'
  ],
  [
    /^(\S+) asks ([\d.]+) kW in sum, above ([\d.]+) kW: a second person has to approve it first$/,
    '$1 yêu cầu tổng cộng $2 kW, trên $3 kW: cần người thứ hai duyệt trước'
  ],
  [
    /^(\S+) would ask ([\d.]+) kW in sum, above ([\d.]+) kW: draft an event of its own for the others, which a second person approves$/,
    '$1 sẽ yêu cầu tổng cộng $2 kW, trên $3 kW: gọi ít khách hàng hơn, hoặc lập sự kiện riêng cho số còn lại và nhờ người thứ hai duyệt'
  ],
  [
    /^(\S+) cannot be approved by who drafted it: a second person has to$/,
    '$1 không thể do người soạn duyệt: cần người thứ hai'
  ],
  [
    /^(\S+) cannot be approved: who drafted it is not known; make a new draft$/,
    '$1 không thể duyệt: không rõ ai đã soạn; hãy soạn lại'
  ],
  [/^(\S+) is \w+: only a draft can be approved$/, '$1: chỉ bản nháp mới duyệt được'],
  [
    /^(\S+) is \w+: only a draft or an approved event can be sent$/,
    '$1: chỉ bản nháp hay bản đã duyệt mới gửi được'
  ],
  [/^(\S+) is \w+: only .+ can be cancelled$/, '$1: không còn huỷ được nữa'],
  [/^(\S+) is \w+: only .+ can be completed$/, '$1: không kết thúc hay chốt được ở trạng thái này'],
  [
    /^(\S+) is \w+: only a notified, a standby or an active event can be changed$/,
    '$1: chỉ đổi được sự kiện đã thông báo hoặc đang diễn ra'
  ],
  [/^(\S+) cannot be closed before its end, (\S+)$/, '$1 chưa chốt được trước giờ kết thúc $2'],
  [
    /^(\S+) cannot be closed yet: readings that came in before its end are not stored$/,
    '$1 chưa chốt được: số đo đến trước giờ kết thúc chưa lưu xong'
  ],
  [
    /^(\S+) cannot end at (\S+): its first whole slot from now ends at (\S+)$/,
    '$1 không thể kết thúc lúc $2: khoảng trọn vẹn đầu tiên từ bây giờ kết thúc lúc $3'
  ],
  [
    /^(\S+) cannot ask others of who has started or is let go: (.+)$/,
    '$1 không thể đổi yêu cầu của khách hàng đã bắt đầu hoặc đã trả tải: $2'
  ],
  [/^(\S+) is like that already: nothing would change$/, '$1 đã như vậy rồi: không có gì thay đổi'],
  [/^(\S+) leaves no whole settlement slot for (.+)$/, '$1 không còn khoảng thanh toán trọn vẹn cho $2'],
  // Answers.
  [/^customer (\S+) does not take part in (\S+)$/, 'khách hàng $1 không tham gia $2'],
  [/^(\S+) is \w+: nobody has been notified$/, '$1 chưa được thông báo cho ai'],
  [/^(\S+) is cancelled$/, '$1 đã bị huỷ'],
  [/^(\S+) has given way to (\S+): answer that one$/, '$1 đã nhường cho $2: hãy trả lời sự kiện ấy'],
  [/^the answer to (\S+) came after its end, (\S+)$/, 'trả lời $1 đến sau giờ kết thúc $2'],
  [
    /^version (\d+) of (\S+) is not one of its notices: they are (\d+) to (\d+)$/,
    'thông báo đã đổi (phiên bản $4 của $2): hãy xem lại rồi trả lời'
  ],
  // Results, thanks, services.
  [/^(\S+) has no (?:kept )?result yet(?:: a report rests on one)?$/, '$1 chưa có kết quả'],
  [/^(\S+) is \w+: thanks follow when its result is final$/, '$1: cảm ơn sau khi chốt kết quả'],
  [
    /^reward (\S+) is not \w+ any more: look at it again$/,
    'dịch vụ $1 vừa được người khác thay đổi: hãy xem lại'
  ],
  [/^reward (\S+) is \w+, not to be \w+: book a day first$/, 'dịch vụ $1 chưa hẹn ngày: hãy hẹn ngày trước'],
  [/^reward (\S+) is \w+, not to be \w+$/, 'dịch vụ $1 không còn đổi như vậy được'],
  [/^booking needs the day: plannedFor$/, 'cần ghi ngày hẹn'],
  // Register.
  [/^customer (\S+) is unknown$/, 'không có khách hàng $1'],
  [/^finding (\S+) is unknown$/, 'không có cảnh báo $1'],
  [/^finding (\S+) is of kind (\S+): it advises no service$/, 'cảnh báo $1 không khuyến nghị dịch vụ nào'],
  [
    /^finding (\S+) is about (\S+), which is none of customer (\S+)$/,
    'cảnh báo $1 nói về $2, không thuộc khách hàng $3'
  ],
  [/^programme (\S+) is unknown$/, 'không có chương trình $1'],
  [
    /^the settlement interval of (\S+) stays while events are open: (.+)$/,
    'khoảng thanh toán của $1 không đổi được khi còn sự kiện chưa xong: $2'
  ],
  [
    /^the terms of (\S+) stay on the days of events that are not final: (.+)$/,
    'quy định của $1 không đổi được cho những ngày có sự kiện chưa chốt kết quả: $2'
  ],
  [
    /^enrolments lack what the kind (\S+) asks for: (.+)$/,
    'các hợp đồng còn thiếu điều loại này yêu cầu: $2'
  ],
  [/^programme (\S+) is there already$/, 'đã có chương trình $1'],
  [/^no metering point: (.+)$/, 'không có điểm đo: $1'],
  [/^metering point (\S+) is unknown$/, 'không có điểm đo $1'],
  [/^metering point (\S+) is named twice$/, 'điểm đo $1 được ghi hai lần'],
  [/^metering point (\S+) belongs to (\S+), not to (\S+)$/, 'điểm đo $1 là của $2, không phải của $3'],
  [
    /^metering point (\S+) is enrolled in programme (\S+) already$/,
    'điểm đo $1 đã có hợp đồng trong chương trình $2'
  ],
  [/^enrolment (\S+) has metering points of another company$/, 'hợp đồng $1 có điểm đo của công ty khác'],
  [/^there is no enrolment (\S+)$/, 'không có hợp đồng $1 hoặc hợp đồng đã kết thúc'],
  [/^there is no curtailment event (\S+)$/, 'không có sự kiện $1'],
  [/^there is no customer (\S+)$/, 'không có khách hàng $1'],
  [/^there is no holiday (\S+)$/, 'không có ngày nghỉ $1'],
  [/^there is no node (\S+)$/, 'không có nút lưới $1'],
  [/^there is no programme (\S+)$/, 'không có chương trình $1'],
  [/^there is no reward (\S+)$/, 'không có dịch vụ $1']
]

/** And the parts that longer sentences are made of. */
const parts: readonly [RegExp, string][] = [
  [/^body: /, ''],
  [/^(\S+) cannot be sent: /, '$1 không gửi được: '],
  [/^(\S+) cannot be changed: /, '$1 không đổi được: '],
  [/^(\S+) cannot be approved: /, '$1 không duyệt được: '],
  [/its end, (\S+), has passed/g, 'giờ kết thúc $1 đã qua'],
  [
    /no whole settlement slot is left before its end, (\S+)/g,
    'không còn khoảng thanh toán trọn vẹn trước giờ kết thúc $1'
  ],
  [
    /no longer enrolled as it was drafted: (.+); make a new draft/g,
    'hợp đồng đã đổi từ khi soạn: $1; hãy soạn lại'
  ],
  [/(\S+) is called in this time by (\S+)/g, '$1 đã được gọi trong giờ này bởi $2'],
  // Limits of terms and contracts, each behind the name of its rule.
  [
    /(?:notice: )?notice of (\d+) min, the programme asks for at least (\d+) min/g,
    'báo trước $1 phút, chương trình quy định ít nhất $2 phút'
  ],
  [
    /(?:min-duration: )?([\d.]+) min long, the programme asks for at least (\d+) min/g,
    'kéo dài $1 phút, chương trình quy định ít nhất $2 phút'
  ],
  [
    /(?:max-duration: )?([\d.]+) min long, the programme allows at most (\d+) min/g,
    'kéo dài $1 phút, chương trình cho phép nhiều nhất $2 phút'
  ],
  [
    /(?:season: )?on (\S+), the programme's season is (\S+) to (\S+)/g,
    'ngày $1 ngoài mùa của chương trình ($2 – $3)'
  ],
  [
    /(?:no-consent: )?(\S+) has not consented to be called in a programme of the kind \S+?(?=,|;|$| and \d)/g,
    '$1 chưa có văn bản đồng ý cho loại chương trình này'
  ],
  [
    /(?:not-available: )?(\S+) cannot be called at these hours by its contract/g,
    '$1 không được gọi vào giờ này theo hợp đồng'
  ],
  [/(?:blackout: )?(\S+) is not called on (\S+) by its contract/g, '$1 không được gọi ngày $2 theo hợp đồng'],
  [
    /(?:rest-days: )?(\S+) rests (\d+) days? after a call by its contract, and is called on (\S+?)(?=,|$| )/g,
    '$1 được nghỉ $2 ngày sau mỗi lần gọi, và được gọi ngày $3'
  ],
  [
    /(?:day-events: )?(\S+) is called (\d+) times that day, at most (\d+)/g,
    '$1 được gọi $2 lần trong ngày, nhiều nhất $3'
  ],
  [
    /(?:season-events: )?(\S+) is called (\d+) times this season, at most (\d+) by (?:the programme|its contract)/g,
    '$1 được gọi $2 lần trong mùa, nhiều nhất $3'
  ],
  [
    /(?:season-hours: )?(\S+) would come to ([\d.]+) h this season, at most ([\d.]+) h by the programme/g,
    '$1 sẽ thành $2 giờ trong mùa, nhiều nhất $3 giờ'
  ],
  [/ and (\d+) more/g, ' và $1 nữa'],
  // Contracts and terms that do not hold together.
  [/contract\.availability\.\d+: from (\S+) must be before to ([\d:]+)/g, 'giờ được gọi: $1 phải trước $2'],
  [/contract\.availability\.\d+\.weekdays: one is given twice/g, 'giờ được gọi: một thứ được ghi hai lần'],
  [
    /contract\.blackouts\.\d+: from (\S+) must not be after to ([\d-]+)/g,
    'ngày không gọi: $1 phải không sau $2'
  ],
  [
    /contract\.committedShare needs committedKw: the most that a share of the load comes to/g,
    'cam kết theo tỷ lệ cần ghi cả kW: mức nhiều nhất của tỷ lệ ấy'
  ],
  [
    /contract\.firmServiceLevelKw is needed in a programme of the kind firm-service-level/g,
    'chương trình này cần ghi mức phụ tải cam kết'
  ],
  [/terms\.\d+\.from (\S+) is given twice/g, 'ngày áp dụng $1 được ghi hai lần'],
  [
    /terms\.\d+\.minDurationMinutes (\d+) is more than maxDurationMinutes (\d+)/g,
    'ngắn nhất $1 phút dài hơn dài nhất $2 phút'
  ],
  [
    /terms\.\d+\.season\.(?:from|to) (\S+) is no day of the year/g,
    '$1 không phải là một ngày trong năm (tháng-ngày)'
  ],
  [/terms\.\d+\.baseline\.fallback: (\S+) is named twice/g, 'phương pháp thay thế $1 được ghi hai lần'],
  // Eligibility.
  [
    /only (\d+) days were measured, too few to tell a year from/g,
    'mới đo $1 ngày, chưa đủ để suy ra một năm'
  ],
  [/([\d,]+) kWh a year, extrapolated from (\d+) measured days/g, '$1 kWh một năm, suy ra từ $2 ngày đo'],
  [/([\d,]+) kWh a year, measured/g, '$1 kWh một năm, đo được'],
  [/no least energy is asked/g, 'không quy định mức ít nhất'],
  [/at least ([\d,]+) kWh is asked/g, 'quy định ít nhất $1 kWh'],
  [/^without a meter: /, 'không có công tơ: '],
  [/its meters report every (\S+) min/g, 'công tơ gửi số đo mỗi $1 phút'],
  [/no report interval is registered/g, 'chưa đăng ký chu kỳ gửi số đo'],
  [/(\S+ %) of the last week's half-hours came in/g, 'tuần qua nhận được $1 số khoảng nửa giờ'],
  [/no interval is asked/g, 'không quy định chu kỳ'],
  [/at most (\d+) min is asked/g, 'quy định nhiều nhất $1 phút'],
  [
    /an RRMSE of at most (\S+ %) is asked, with a bias within (\S+ %)/g,
    'quy định RRMSE nhiều nhất $1, độ lệch trong $2'
  ],
  [
    /too little history: no method could be tried on more than (\d+) days/g,
    'chưa đủ lịch sử: chưa phương pháp nào thử được quá $1 ngày'
  ],
  [/class (\w): every method is biased beyond the limit/g, 'hạng $1: mọi phương pháp đều lệch quá mức'],
  [
    /class (\w): (\S+) errs by (\S+ %) over (\d+) days, bias (\S+ %)/g,
    'hạng $1: phương pháp $2 sai số $3 trên $4 ngày, độ lệch $5'
  ],
  [/a firm service level needs no forecast/g, 'mức phụ tải cam kết không cần dự báo'],
  // Signs, and what a firm level is compared with.
  [/what counts is staying at or under ([\d.]+) kW/g, 'chỉ tính việc giữ phụ tải không quá $1 kW'],
  [/compared with the hour before the notice/g, 'so với giờ trước thông báo'],
  [/compared with the hour before the event/g, 'so với giờ trước sự kiện'],
  [/the hour before the (?:notice|event) is not known/g, 'không có số liệu giờ trước đó'],
  [
    /the load before the event would have given the factor ([\d.]+); the rule allows ([\d.]+)/g,
    'tải trước sự kiện cho hệ số $1; quy tắc cho phép $2'
  ],
  [
    /the load before the event would have moved the baseline by (\S+ kW); the rule does not allow as much/g,
    'tải trước sự kiện sẽ dịch đường cơ sở $1; quy tắc không cho phép chừng ấy'
  ],
  [
    /in the adjustment window, (\S+) to (\S+), it drew (.+); in the hours before it (.+): the adjustment rests on a rise of just these hours/g,
    'trong khung giờ so sánh $1 – $2 đã dùng $3; các giờ trước đó $4: hiệu chỉnh dựa đúng vào phần tăng ấy'
  ],
  [
    /from (\S+) until its start, after the notice at (\S+), it drew (.+); in the hours before (.+)/g,
    'từ $1 đến giờ bắt đầu, sau thông báo lúc $2, đã dùng $3; các giờ trước đó $4'
  ],
  [
    /([\d.]+ kW), (\d+ %) more than ([\d.]+ kW) on the days of its baseline/g,
    '$1, nhiều hơn $2 so với $3 của những ngày cơ sở'
  ],
  [
    /([\d.]+ kW), (\d+ %) less than ([\d.]+ kW) on the days of its baseline/g,
    '$1, ít hơn $2 so với $3 của những ngày cơ sở'
  ],
  [/mostly (\d+ %) more than on those days/g, 'thường nhiều hơn $1 so với những ngày ấy'],
  [/mostly (\d+ %) less than on those days/g, 'thường ít hơn $1 so với những ngày ấy']
]

/** One sentence of the server about the programme; what is not known stands as it came. */
export function programmeSentence(sentence: string): string {
  const whole = translated(sentence, sentences)
  if (whole !== sentence) return whole
  return parts.reduce((said, [pattern, words]) => said.replace(pattern, words), sentence)
}

learn(programmeSentence)
