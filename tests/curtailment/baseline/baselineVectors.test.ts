import { describe, expect, it } from 'vitest'
import type { BaselineMethodName } from '../../../server/contract/baselines.ts'
import { addDays } from '../../../server/contract/localTime.ts'
import { dayType } from '../../../server/curtailment/calendar/dayTypes.ts'
import { additive, multiplicative } from '../methods.ts'
import { type Case, meanOf, settled } from './site.ts'

// Golden vectors of the domain reference, 3.4: event 18:00-20:00 in four half hours, load constant within a day's event.
const EVENT_DAY = '2026-06-26'
const U = [5200, 5000, 5100, 4800, 5300, 4900, 1100, 5050, 5150, 4950, 5000]
const PRE = [5600, 5400, 5500, 5200, 5700, 5300, 1200, 5450, 5550, 5350, 5400]
const ACTUAL = [4300, 4100, 4050, 4150]

const at = (date: string, hour: number) => Date.parse(date) + hour * 3_600_000

/** The vectors laid over the last eleven working days, as half-hour means. */
function vectors() {
  const rows: [number, number][] = []
  const day = (date: string, pre: number, event: readonly number[]) => {
    for (let i = 0; i < 6; i++) rows.push([at(date, 14 + i / 2), pre])
    for (const [i, kw] of event.entries()) rows.push([at(date, 18 + i / 2), kw])
  }
  day(EVENT_DAY, 5994, ACTUAL)
  let date = EVENT_DAY
  for (const [i, kw] of U.entries()) {
    do date = addDays(date, -1)
    while (dayType(date, new Set()) !== 'working')
    day(date, PRE[i] ?? 0, [kw, kw, kw, kw])
  }
  rows.sort(([a], [b]) => a - b)
  return { t: rows.map(([t]) => t), intervalS: rows.map(() => 1800), kw: rows.map(([, kw]) => kw) }
}

const settledBy = (method: BaselineMethodName, other: Partial<Case> = {}) =>
  settled({ history: vectors(), start: at(EVENT_DAY, 18), end: at(EVENT_DAY, 20), method, ...other })

const methods = [
  { name: '10of10', raw: 5045, rawKwh: 1790, factor: 666 / 605, mult: 5553.669, kwh: 2807.339 },
  { name: 'high5of10', raw: 5160, rawKwh: 2020, factor: 2997 / 2780, mult: 5562.777, kwh: 2825.554 },
  { name: 'mid6of10', raw: 5041.667, rawKwh: 1783.333, factor: 17982 / 16325, mult: 5553.4, kwh: 2806.799 },
  { name: 'high4of5', raw: 5150, rawKwh: 2000, factor: 27 / 25, mult: 5562, kwh: 2824 }
] as const

describe.each(methods)('golden vector $name', ({ name, raw, rawKwh, factor, mult, kwh }) => {
  it('unadjusted', () => {
    const result = settledBy(name)
    for (const kw of result.eventKw) expect(kw).toBeCloseTo(raw, 3)
    expect(result.deliveredKwh).toBeCloseTo(rawKwh, 3)
    expect(result.explanation).toMatchObject({ factor: null, adjustmentFrom: null, note: null })
  })

  it('with the multiplicative same-day factor', () => {
    const result = settledBy(name, { adjustment: multiplicative })
    expect(result.explanation.factor).toBeCloseTo(factor, 12)
    expect(result.explanation.factorCapped).toBe(false)
    for (const kw of result.eventKw) expect(kw).toBeCloseTo(mult, 3)
    expect(result.deliveredKwh).toBeCloseTo(kwh, 3)
  })

  it('with the additive same-day offset', () => {
    const result = settledBy(name, { adjustment: additive })
    expect(result.eventKw).toEqual(ACTUAL.map(() => expect.closeTo(5594, 6)))
    expect(result.deliveredKwh).toBeCloseTo(2888, 6)
  })
})

it('High 5 of 10 and its offset: 434 kW', () => {
  expect(settledBy('high5of10', { adjustment: additive }).explanation.offsetKw).toBeCloseTo(434, 9)
})

it('10 of 10 leaves the day of low usage out, refills with the eleventh, and says so', () => {
  const { daysUsed, daysRejected } = settledBy('10of10').explanation
  expect(daysUsed).toHaveLength(10)
  expect(daysUsed.at(-1)).toBe('2026-06-11')
  expect(daysRejected.filter(({ cause }) => cause !== 'other-day-type')).toEqual([
    {
      day: '2026-06-17',
      cause: 'low-usage',
      reason: 'low usage: 1100.0 kW is below 1163.8 kW (25 % of the mean)'
    }
  ])
})

it('NYISO: High 5 of 10 compares the morning with all ten days', () => {
  const result = settledBy('high5of10', { adjustment: { ...multiplicative, basis: 'passed' } })
  expect(result.explanation.factor).toBeCloseTo(666 / 605, 12)
  expect(meanOf(result.eventKw)).toBeCloseTo(5680.264, 3)
  expect(result.deliveredKwh).toBeCloseTo(3060.529, 3)
})

it('ten days of 1,800 Wh, morning 600 against 630: plus five per cent', () => {
  const rows: [number, number][] = []
  for (let back = 0; back < 20; back++) {
    const date = addDays(EVENT_DAY, -back)
    for (let hour = 0; hour < 24; hour++)
      rows.unshift([at(date, 23 - hour), 23 - hour < 18 ? (back === 0 ? 630 : 600) : 1800])
  }
  const history = {
    t: rows.map(([t]) => t),
    intervalS: rows.map(() => 3600),
    kw: rows.map(([, kw]) => kw)
  }
  const result = settledBy('10of10', { history, adjustment: multiplicative })
  expect(result.explanation.factor).toBeCloseTo(1.05, 12)
  expect(meanOf(result.eventKw)).toBeCloseTo(1890, 9)
})
