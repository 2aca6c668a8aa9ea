import { describe, expect, it } from 'vitest'
import { localTime, weekday } from '../../../server/contract/localTime.ts'
import { fitGroups } from '../../../server/curtailment/baseline/leastSquares.ts'
import { binEnds, binParts } from '../../../server/curtailment/baseline/temperatureBins.ts'
import { multiplicative } from '../methods.ts'
import { type Case, historyOf, settled } from './site.ts'

describe('least squares with an intercept for each group', () => {
  it('finds the slopes and the groups that made the rows', () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ g: i % 3, a: Math.sin(i), b: (i * i) % 7 }))
    const y = rows.map(({ g, a, b }) => 10 * g + 2 * a - 3 * b)
    const fit = fitGroups({
      columns: 2,
      groups: 4,
      x: Float64Array.from(rows.flatMap(({ a, b }) => [a, b])),
      y: Float64Array.from(y),
      weight: new Float64Array(60).fill(1),
      group: Int32Array.from(rows, ({ g }) => g)
    })
    expect([...fit.coefficients]).toEqual([expect.closeTo(2, 10), expect.closeTo(-3, 10)])
    expect(fit.predict(2, [1, 1])).toBeCloseTo(19, 9)
    expect(fit.predict(3, [1, 1])).toBeNaN()
  })

  it('goes by the weights', () => {
    const mean = (weight: number[]) =>
      fitGroups({
        ...{ columns: 0, groups: 1, x: new Float64Array(), group: new Int32Array(2) },
        ...{ y: Float64Array.of(0, 10), weight: Float64Array.from(weight) }
      }).predict(0, [])
    expect(mean([1, 1])).toBe(5)
    expect(mean([3, 1])).toBe(2.5)
  })

  it('a column that says nothing of its own has no slope', () => {
    const rows = Array.from({ length: 20 }, (_, i) => i)
    const fit = fitGroups({
      columns: 3,
      groups: 1,
      x: Float64Array.from(rows.flatMap(i => [i, 2 * i, 7])),
      y: Float64Array.from(rows, i => 5 * i + 1),
      weight: new Float64Array(20).fill(1),
      group: new Int32Array(20)
    })
    expect([...fit.coefficients]).toEqual([expect.closeTo(5, 9), 0, 0])
    expect(fit.predict(0, [4, 8, 7])).toBeCloseTo(21, 9)
  })
})

describe('temperature bins', () => {
  it('join where less than 20 hours fall into one', () => {
    const warm = Array.from({ length: 100 }, (_, i) => 15 + i / 10)
    // 15 … 24.9 °C: ends at 18.3 and 23.9; above 23.9 there are 10 h, so that end goes.
    expect(binEnds(warm, 1).map(end => Number(end.toFixed(1)))).toEqual([18.3])
    expect(binEnds(warm, 2).map(end => Number(end.toFixed(1)))).toEqual([18.3, 23.9])
    expect(binEnds([], 1)).toEqual([])
  })

  it('share a temperature out without loss', () => {
    const parts = new Float64Array(3)
    for (const degrees of [-5, 10, 17, 25, 40]) {
      binParts([10, 20], degrees, parts)
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(degrees, 12)
    }
    expect([...parts]).toEqual([10, 10, 20])
  })
})

const ZONE = 'Asia/Ho_Chi_Minh'
const HOUR = 3_600_000
/** A Thursday, the hottest day. */
const DAY = '2026-06-25'
const start = localTime(ZONE).dayStart(DAY) + 13 * HOUR
const event = { start, end: start + 2 * HOUR, zone: ZONE, method: 'weather' as const, days: 100 }
const spread = (date: string) => (Date.parse(date) / 86_400_000) % 5
const outdoors = (hour: number, date: string) =>
  (date === DAY ? 38 : 28 + spread(date)) + 4 * Math.sin(((hour - 9) / 12) * Math.PI)
/** Works on week days; cooling above 24 °C. */
const building = (hour: number, date: string) =>
  (weekday(date) % 6 !== 0 && hour >= 7 && hour < 18 ? 500 : 100) +
  12 * Math.max(0, outdoors(hour, date) - 75 / 1.8 + 32 / 1.8)

describe('the weather regression', () => {
  const settle = (days: number, other: Partial<Case> = {}, kw = building) =>
    settled({
      ...event,
      history: historyOf(ZONE, DAY, kw, { days }),
      temperature: historyOf(ZONE, DAY, outdoors, { days }),
      ...other
    })

  it('foresees the load of a day hotter than any before, where a mean of days cannot', () => {
    const { eventKw, actualKw, explanation } = settle(60)
    for (const [i, kw] of eventKw.entries()) expect(kw).toBeCloseTo(actualKw[i] ?? NaN, 6)
    expect(explanation).toMatchObject({ method: 'weather', note: null })
    const ten = settle(60, { method: '10of10' })
    expect(ten.eventKw[0]).toBeLessThan((ten.actualKw[0] ?? NaN) - 50)
  })

  it('rests on its month and the one before, weekends too, without event days and gaps', () => {
    const calls = [{ start: start - 24 * HOUR, end: start - 22 * HOUR }]
    const gap = (hour: number, date: string) => (date === '2026-06-20' ? NaN : building(hour, date))
    const { daysUsed, daysRejected } = settle(90, { calls }, gap).explanation
    expect(daysUsed.at(0)).toBe('2026-06-23')
    expect(daysUsed.at(-1)).toBe('2026-05-01')
    expect(daysUsed).toContain('2026-06-21')
    expect(daysRejected.map(({ day, cause }) => [day, cause])).toEqual([
      ['2026-06-24', 'event'],
      ['2026-06-20', 'gaps']
    ])
  })

  it('takes a line for each slot where the weeks are too few, and says so', () => {
    const { eventKw, actualKw, explanation } = settle(16)
    expect(explanation.note).toContain('a line on temperature for each slot')
    for (const [i, kw] of eventKw.entries()) expect(kw).toBeCloseTo(actualKw[i] ?? NaN, 6)
  })

  it('gives nothing without the temperature, and says what is missing', () => {
    expect(settle(60, { temperature: null }).explanation.note).toBe('no outdoor temperature is known')
    const cold = historyOf(ZONE, DAY, (hour, date) =>
      date === DAY && hour < 13.5 ? null : outdoors(hour, date)
    )
    expect(settle(60, { temperature: cold }).explanation.note).toBe(
      'the temperature is missing in 1 of 4 slots of the event'
    )
    const fallback = settle(60, { temperature: null, fallback: ['10of10'] }).explanation
    expect(fallback).toMatchObject({
      method: '10of10',
      insteadOf: [{ method: 'weather', reason: 'no outdoor temperature is known' }]
    })
  })

  it('is adjusted like the others', () => {
    const busy = (hour: number, date: string) => building(hour, date) * (date === DAY ? 1.1 : 1)
    const { explanation } = settle(60, { adjustment: multiplicative }, busy)
    expect(explanation.factor).toBeCloseTo(1.1, 6)
  })

  it('counts a holiday as a Sunday', () => {
    const daysOff = [DAY]
    const { eventKw } = settle(60, { daysOff })
    expect(eventKw[0]).toBeLessThan(400)
  })
})
