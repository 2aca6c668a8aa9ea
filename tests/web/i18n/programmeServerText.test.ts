import { expect, test } from 'vitest'
import { plainContract } from '../../../server/contract/enrolments.ts'
import { localTime } from '../../../server/contract/localTime.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import { customerBreach, orderBreach } from '../../../server/curtailment/lifecycle/limits.ts'
import { programmeSentence } from '../../../web/src/i18n/programmeServerText.ts'
import { serverText } from '../../../web/src/i18n/serverText.ts'

test.each([
  ['less than 90 % of its slots are known', 'dưới 90 % khoảng đo có số liệu'],
  ['already called in this time by CE-20261122-001', 'giờ này đã được gọi trong sự kiện CE-20261122-001'],
  [
    'only 3 usable non-working days in the last 45, at least 4 are needed',
    'chỉ có 3 ngày cùng loại dùng được trong 45 ngày qua, cần ít nhất 4'
  ],
  [
    'asked 700 kW (700 kW committed, draws 3531.9 kW, keeps 40 kW); expected to deliver 87.7 % of it (not measured yet), in 8 of 10 cases 371.2 kW to 840 kW',
    'yêu cầu 700 kW (cam kết 700 kW, đang dùng 3531.9 kW); dự kiến giảm được 87.7 %, 8 phần 10 khả năng từ 371.2 kW đến 840 kW'
  ],
  [
    'CE-1 cannot be sent: its end, 2026-11-23T03:20:00.000Z, has passed',
    'CE-1 không gửi được: giờ kết thúc 2026-11-23T03:20:00.000Z đã qua'
  ],
  [
    'body: terms.1.minDurationMinutes 200 is more than maxDurationMinutes 100; terms.1.season.to 02-31 is no day of the year',
    'ngắn nhất 200 phút dài hơn dài nhất 100 phút; 02-31 không phải là một ngày trong năm (tháng-ngày)'
  ],
  [
    'its meters report every 5 min; at most 30 min is asked',
    'công tơ gửi số đo mỗi 5 phút; quy định nhiều nhất 30 phút'
  ],
  ['something new', 'something new']
])('%s', (sentence, vietnamese) => {
  expect(programmeSentence(sentence)).toBe(vietnamese)
})

test('the pages say it as soon as the dictionary is there, in Vietnamese only', () => {
  expect(serverText('event day', 'vi')).toBe('ngày có sự kiện')
  expect(serverText('event day', 'en')).toBe('event day')
})

const HOUR = 3_600_000
const local = localTime('Asia/Ho_Chi_Minh')
const start = Date.parse('2026-07-06T07:00:00Z') // a Monday, 14:00 by the local clock
const call = { start, end: start + 2 * HOUR, isDrill: false }
const terms = {
  ...defaultTerms.planned,
  maxEventsPerDay: 1,
  maxEventsPerSeason: 2,
  maxHoursPerSeason: 3,
  minDurationMinutes: 60,
  maxDurationMinutes: 240
}
const consent = {
  ...{ givenBy: 'An', at: '2026-01-01T00:00:00Z', evidence: 'otp' as const },
  ...{ reference: 'HD', sha256: null }
}
const signed = { ...plainContract, consent }
const before = (hours: number) => ({ start: start - hours * HOUR, end: start - hours * HOUR + HOUR })
const breach = (
  contract: typeof signed | typeof plainContract,
  calls: readonly ReturnType<typeof before>[]
) => customerBreach(call, { kind: 'planned', terms, contract }, calls, local)

test.each([
  ['notice', orderBreach(call, terms, start - HOUR, local)],
  ['min-duration', orderBreach({ ...call, end: start + HOUR / 2 }, terms, start - 48 * HOUR, local)],
  ['max-duration', orderBreach({ ...call, end: start + 9 * HOUR }, terms, start - 48 * HOUR, local)],
  [
    'season',
    orderBreach(call, { ...terms, season: { from: '01-01', to: '02-01' } }, start - 48 * HOUR, local)
  ],
  ['no-consent', breach(plainContract, [])],
  ['not-available', breach({ ...signed, availability: [{ weekdays: [7], from: '08:00', to: '10:00' }] }, [])],
  ['blackout', breach({ ...signed, blackouts: [{ from: '2026-07-01', to: '2026-07-09', reason: '' }] }, [])],
  ['rest-days', breach({ ...signed, restDays: 2 }, [before(24)])],
  ['day-events', breach(signed, [before(5)])],
  ['season-events', breach(signed, [before(30), before(60)])],
  [
    'season-hours',
    breach(
      signed,
      [before(30)].map(one => ({ ...one, end: one.start + 2 * HOUR }))
    )
  ]
])('the limit %s is told in Vietnamese, with its numbers', (rule, found) => {
  expect(found?.rule).toBe(rule)
  const text = `${rule}: KH-1 ${found?.text}`
  const alone = `${rule}: ${found?.text}`
  const isOfOrder = ['notice', 'min-duration', 'max-duration', 'season'].includes(rule)
  const sentence = `CE-1 cannot be sent: ${isOfOrder ? alone : text}`
  const said = programmeSentence(sentence)
  expect(said).toMatch(/^CE-1 không gửi được: /)
  expect(said).not.toMatch(/\b(the|its|is|at most|at least|programme|called|contract)\b/)
  for (const number of found?.text.match(/\d+/g) ?? []) expect(said).toContain(number)
})
