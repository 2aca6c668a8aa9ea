import { describe, expect, it } from 'vitest'
import { addDays, localTime, weekday } from '../../../server/contract/localTime.ts'
import { defaultBaseline } from '../../../server/contract/programmeDefaults.ts'
import { dayMatching } from '../../../server/curtailment/baseline/methods.ts'
import { multiplicative } from '../methods.ts'
import { type Case, historyOf, settled } from './site.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const HOUR = 3_600_000
/** A Tuesday. */
const DAY = '2026-06-02'
const local = localTime(ZONE)
const start = local.dayStart(DAY) + 14 * HOUR
const event = { start, end: start + 2 * HOUR, zone: ZONE }
const daily = (hour: number) => 1000 + 300 * Math.sin((hour / 24) * 2 * Math.PI)
const history = (kw: (hour: number, date: string) => number | null) => historyOf(ZONE, DAY, kw)
const settle = (kw: (hour: number, date: string) => number | null, other: Partial<Case> = {}) =>
  settled({ ...event, history: history(kw), ...other })

describe('the days of a type', () => {
  it.each([
    ['10of10', 'working', 10, 5],
    ['10of10', 'non-working', 10, 4],
    ['high4of5', 'working', 5, 5],
    ['high4of5', 'non-working', 3, 3],
    ['high15of20', 'working', 20, 20]
  ] as const)('%s on a %s day: %i days, at least %i', (name, type, days, minDays) => {
    expect(dayMatching(name, type)).toMatchObject({ days, minDays })
  })

  it('weekend events are compared with weekends, work days of the site included as such', () => {
    const saturday = local.dayStart('2026-06-06') + 14 * HOUR
    const wanted = {
      zone: ZONE,
      start: saturday,
      end: saturday + 2 * HOUR,
      history: historyOf(ZONE, '2026-06-06', daily)
    }
    const days = (workDays: number[]) => settled({ ...wanted, workDays }).explanation.daysUsed.map(weekday)
    expect(new Set(days([1, 2, 3, 4, 5]))).toEqual(new Set([0, 6]))
    expect(new Set(days([1, 2, 3, 4, 5, 6]))).toEqual(new Set([1, 2, 3, 4, 5, 6]))
  })
})

describe('which days serve', () => {
  it('causes are told for each that does not', () => {
    const { daysUsed, daysRejected } = settle(daily, {
      daysOff: ['2026-05-20'],
      calls: [
        { start: local.dayStart('2026-05-28') + 9 * HOUR, end: local.dayStart('2026-05-28') + 10 * HOUR }
      ],
      excludedDays: new Map([['2026-05-27', 'outage']])
    }).explanation
    expect(daysUsed).toEqual(
      ['06-01', '05-29', '05-26', '05-25', '05-22', '05-21', '05-19', '05-18', '05-15', '05-14'].map(
        date => `2026-${date}`
      )
    )
    expect(daysRejected.filter(({ cause }) => cause !== 'other-day-type')).toEqual([
      { day: '2026-05-28', cause: 'event', reason: 'event day' },
      { day: '2026-05-27', cause: 'excluded', reason: 'outage' },
      { day: '2026-05-20', cause: 'holiday', reason: 'holiday' }
    ])
    expect(daysRejected[0]).toEqual({ day: '2026-05-31', cause: 'other-day-type', reason: 'non-working day' })
  })

  it('no day before the enrolment', () => {
    const { explanation } = settle(daily, { notBefore: '2026-05-26' })
    expect(explanation.daysUsed.at(-1)).toBe('2026-05-26')
    expect(explanation.daysRejected.at(-1)).toMatchObject({ day: '2026-05-25', cause: 'not-enrolled' })
  })

  it('no further back than 45 days', () => {
    const old = settle((hour, date) => (date < '2026-04-18' || date === DAY ? daily(hour) : null))
    expect(old.isMeasurable).toBe(false)
    const last = settle((hour, date) => (date < '2026-04-24' || date === DAY ? daily(hour) : null))
    expect(last.explanation.note).toBe('only 4 usable working days in the last 45, at least 5 are needed')
  })
})

describe('the fallback order', () => {
  const young = (days: number) => (hour: number, date: string) =>
    date >= addDays(DAY, -days) ? daily(hour) : null
  const rule = { adjustment: multiplicative, fallback: defaultBaseline.fallback }

  it('is not asked while the method gives a baseline', () => {
    expect(settle(daily, rule).explanation).toMatchObject({ method: '10of10', insteadOf: [] })
  })

  it('names what was tried before it and why that gave nothing', () => {
    // Thursday, Friday and Monday are there.
    const { explanation, isSettled, eventKw, actualKw } = settle(young(5), rule)
    expect(explanation.method).toBe('mid6of10')
    expect(explanation.insteadOf).toEqual([
      { method: '10of10', reason: 'only 3 usable working days in the last 45, at least 5 are needed' },
      { method: 'high4of5', reason: 'only 3 usable working days in the last 45, at least 5 are needed' }
    ])
    expect(eventKw).toEqual(actualKw.map(kw => expect.closeTo(kw ?? NaN, 9)))
    expect(isSettled).toBe(false)
  })

  it('a middle method of its own asks for all its days', () => {
    expect(settle(young(5), { method: 'mid6of10' }).isMeasurable).toBe(false)
  })

  it('ends with the firm service level where one is contracted, else with nothing', () => {
    const contracted = settle(young(1), { ...rule, firmServiceLevelKw: 400 })
    expect(contracted.explanation.method).toBe('firm-service-level')
    const { explanation, isMeasurable, baselineKw } = settle(young(1), rule)
    expect(isMeasurable).toBe(false)
    expect(baselineKw.every(kw => kw === null)).toBe(true)
    expect(explanation).toMatchObject({
      method: 'firm-service-level',
      note: 'no firm service level is contracted',
      dataHash: null
    })
    expect(explanation.insteadOf.map(({ method }) => method)).toEqual(['10of10', 'high4of5', 'mid6of10'])
  })
})

describe('methods of the own day', () => {
  /** 13 kW at 13 h, and so on. */
  const clock = (hour: number) => Math.floor(hour)

  it('same day: three hours before and two after, an hour apart (PJM: event HE13-17, HE9-11 and HE19-20)', () => {
    const noon = local.dayStart(DAY) + 12 * HOUR
    const wanted = { start: noon, end: noon + 5 * HOUR, method: 'same-day' as const }
    const { eventKw, explanation } = settle(clock, wanted)
    expect(eventKw).toEqual(Array(10).fill((8 + 9 + 10 + 18 + 19) / 5))
    expect(explanation).toMatchObject({ daysUsed: [DAY], note: null })
    const running = settle((hour, date) => (date >= DAY && hour > 17 ? null : clock(hour)), wanted)
    expect(running.eventKw[0]).toBe(9)
    expect(running.explanation.note).toContain('only the hours before')
    expect(running.isSettled).toBe(false)
  })

  it('meter before and after: the hour before the start, or before a notice of the same day', () => {
    const notified = (notifiedAt: number | null) =>
      settle(clock, { method: 'meter-before-after', notifiedAt }).eventKw
    expect(notified(null)).toEqual([13, 13, 13, 13])
    expect(notified(start - 24 * HOUR)).toEqual([13, 13, 13, 13])
    expect(notified(start - 3 * HOUR)).toEqual([10, 10, 10, 10])
    expect(notified(start - 2.75 * HOUR)).toEqual([10, 10, 10, 10])
  })

  it('firm service level: compared with the hour before, judged by what was contracted', () => {
    const { eventKw, explanation } = settle(clock, { method: 'firm-service-level', firmServiceLevelKw: 7 })
    expect(eventKw).toEqual([13, 13, 13, 13])
    expect(explanation.note).toContain('staying at or under 7 kW')
  })

  it('give nothing where another call fell into their hours, and are never adjusted', () => {
    const calls = [{ start: start - 1.5 * HOUR, end: start - 0.5 * HOUR }]
    for (const method of ['same-day', 'meter-before-after'] as const) {
      expect(settle(clock, { method, calls }).explanation.note).toContain('another call')
      const { explanation } = settle(clock, { method, adjustment: multiplicative })
      expect(explanation).toMatchObject({ factor: null, adjustmentFrom: null })
    }
  })
})

describe('match day', () => {
  it('takes the three days most alike in the hours without event', () => {
    const alike = ['2026-05-28', '2026-05-19', '2026-05-06']
    const kw = (hour: number, date: string) => {
      const inEvent = hour >= 13 && hour < 17
      const day = Number(date.slice(-2)) % 7
      if (date === DAY) return inEvent ? 1 : 500
      if (alike.includes(date)) return inEvent ? 800 : 501
      return inEvent ? 300 : 550 + day
    }
    const { explanation, eventKw } = settle(kw, { method: 'match-day' })
    expect(explanation.daysUsed).toEqual(alike)
    expect(eventKw).toEqual([800, 800, 800, 800])
    expect(explanation.daysRejected.find(({ day }) => day === '2026-06-01')).toMatchObject({
      cause: 'not-picked',
      reason: expect.stringContaining('not one of the 3 most alike')
    })
  })

  it('leaves the hour before and after the event out, and hours of other calls', () => {
    const odd = ['2026-05-28', '2026-05-27', '2026-05-26']
    const kw = (hour: number, date: string) => {
      if (date === DAY) return hour >= 13 && hour < 17 ? 0 : hour < 2 ? 0 : 500
      return odd.includes(date) ? 500 : hour >= 13 && hour < 17 ? 100 : 505
    }
    const calls = [{ start: local.dayStart(DAY), end: local.dayStart(DAY) + 2 * HOUR }]
    expect(settle(kw, { method: 'match-day', calls }).explanation.daysUsed).toEqual(odd)
  })
})

it('on a day of a clock change the wall clock rules', () => {
  const zone = 'Australia/Melbourne'
  const melbourne = localTime(zone)
  // Clocks went back on 6 April 2014, a Sunday: 2-3 h was there twice.
  const kw = (hour: number) => 100 + Math.floor(hour)
  const night = melbourne.dayStart('2014-04-06') + HOUR
  const wanted = { zone, parameters: { minDays: 1 }, minutes: 60 }
  const repeated = settled({
    ...wanted,
    history: historyOf(zone, '2014-04-06', kw),
    start: night,
    end: night + 4 * HOUR
  })
  expect(repeated.eventKw).toEqual([101, 102, 102, 103])
  expect(repeated.actualKw).toEqual([101, 102, 102, 103])
})
