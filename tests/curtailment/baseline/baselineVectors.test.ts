import { describe, expect, it } from 'vitest'
import { addDays } from '../../../server/contract/localTime.ts'
import type { BaselineMethod } from '../../../server/curtailment/baseline/baselineMethods.ts'
import { dayType } from '../../../server/curtailment/calendar/dayTypes.ts'
import {
  additive,
  highFiveOfTen,
  highFourOfFive,
  midSixOfTen,
  multiplicative,
  tenOfTenPlain
} from '../methods.ts'
import { inEvent, meanOf, settle } from '../settle.ts'

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

const settleWith = (method: BaselineMethod) =>
  settle({ history: vectors(), start: at(EVENT_DAY, 18), end: at(EVENT_DAY, 20), method, requestedKw: 1500 })

const methods = [
  {
    method: tenOfTenPlain,
    raw: 5045,
    rawKwh: 1790,
    factor: 666 / 605,
    mult: 5553.669,
    average: 1403.669,
    kwh: 2807.339
  },
  {
    method: highFiveOfTen,
    raw: 5160,
    rawKwh: 2020,
    factor: 2997 / 2780,
    mult: 5562.777,
    average: 1412.777,
    kwh: 2825.554
  },
  {
    method: midSixOfTen,
    raw: 5041.667,
    rawKwh: 1783.333,
    factor: 17982 / 16325,
    mult: 5553.4,
    average: 1403.4,
    kwh: 2806.799
  },
  { method: highFourOfFive, raw: 5150, rawKwh: 2000, factor: 27 / 25, mult: 5562, average: 1412, kwh: 2824 }
].map(vector => ({ ...vector, name: vector.method.name }))

describe.each(methods)('golden vector $name', ({ method, raw, rawKwh, factor, mult, average, kwh }) => {
  it('unadjusted', async () => {
    const result = await settleWith(method)
    for (const kw of inEvent(result, result.baselineKw)) expect(kw).toBeCloseTo(raw, 3)
    expect(result.deliveredKwh).toBeCloseTo(rawKwh, 3)
    expect(result.baseline?.factor).toBeNull()
  })

  it('with the multiplicative same-day factor', async () => {
    const result = await settleWith({ ...method, adjustment: multiplicative })
    expect(result.baseline?.factor).toBeCloseTo(factor, 12)
    expect(result.baseline?.factorCapped).toBe(false)
    for (const kw of inEvent(result, result.baselineKw)) expect(kw).toBeCloseTo(mult, 3)
    expect(result.averageKw).toBeCloseTo(average, 3)
    expect(result.deliveredKwh).toBeCloseTo(kwh, 3)
  })

  it('with the additive same-day offset', async () => {
    const result = await settleWith({ ...method, adjustment: additive })
    expect(inEvent(result, result.deliveredKw)).toEqual(
      [1294, 1494, 1544, 1444].map(kw => expect.closeTo(kw, 6))
    )
    expect(result.averageKw).toBeCloseTo(1444, 6)
    expect(result.deliveredKwh).toBeCloseTo(2888, 6)
  })
})

describe('10 of 10', () => {
  it('slot by slot, and its share of the commitment', async () => {
    const plain = await settleWith(tenOfTenPlain)
    expect(inEvent(plain, plain.deliveredKw)).toEqual([745, 945, 995, 895])
    const result = await settleWith({ ...tenOfTenPlain, adjustment: multiplicative })
    expect(inEvent(result, result.deliveredKw)).toEqual(
      [1253.67, 1453.67, 1503.67, 1403.67].map(kw => expect.closeTo(kw, 2))
    )
    expect(result.ratio).toBeCloseTo(0.93578, 5)
  })

  it('leaves the day of low usage out, refills with the eleventh, and says so', async () => {
    const { baseline } = await settleWith(tenOfTenPlain)
    expect(baseline?.daysUsed).toHaveLength(10)
    expect(baseline?.daysUsed.at(-1)).toBe('2026-06-11')
    expect(baseline?.daysRejected).toEqual([
      { day: '2026-06-17', reason: 'low usage: 1100.0 kW is below 1163.8 kW (25 % of the mean)' }
    ])
  })
})

it('NYISO: High 5 of 10 compares the morning with all ten days', async () => {
  const method = { ...highFiveOfTen, adjustment: { ...multiplicative, basis: 'passed' as const } }
  const result = await settleWith(method)
  expect(result.baseline?.factor).toBeCloseTo(666 / 605, 12)
  expect(meanOf(inEvent(result, result.baselineKw))).toBeCloseTo(5680.264, 3)
  expect(result.averageKw).toBeCloseTo(1530.264, 3)
  expect(result.deliveredKwh).toBeCloseTo(3060.529, 3)
})

it('ten days of 1,800 Wh, morning 600 against 630: plus five per cent', async () => {
  const rows: [number, number][] = []
  for (let back = 0; back < 20; back++) {
    const date = addDays(EVENT_DAY, -back)
    for (let hour = 0; hour < 24; hour++)
      rows.unshift([at(date, 23 - hour), 23 - hour < 18 ? (back === 0 ? 630 : 600) : 1800])
  }
  const result = await settle({
    history: { t: rows.map(([t]) => t), intervalS: rows.map(() => 3600), kw: rows.map(([, kw]) => kw) },
    start: at(EVENT_DAY, 18),
    end: at(EVENT_DAY, 20)
  })
  expect(result.baseline?.factor).toBeCloseTo(1.05, 12)
  expect(meanOf(inEvent(result, result.baselineKw))).toBeCloseTo(1890, 9)
})
