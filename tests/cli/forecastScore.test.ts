import { describe, expect, it } from 'vitest'
import { testRows } from '../../server/cli/forecastDays.ts'
import { sameAsBefore } from '../../server/cli/forecastNaive.ts'
import { scaleOf, scoreOf } from '../../server/cli/forecastScore.ts'
import { localTime } from '../../server/contract/localTime.ts'

const HOUR = 3_600_000
const start = Date.parse('2026-03-01T00:00:00Z')
const utc = localTime('UTC')
const dates = (count: number) =>
  Array.from({ length: count }, (_, i) => new Date(start + i * 24 * HOUR).toISOString().slice(0, 10))
const hourly = (values: number[]) => ({ startMs: start, stepMs: HOUR, values: Float64Array.from(values) })
/** So many days of 100 kW with a peak of 200 + 10·day kW at noon. */
const days = (count: number) =>
  Array.from({ length: count * 24 }, (_, i) => (i % 24 === 12 ? 200 + 10 * Math.floor(i / 24) : 100))

describe('the score', () => {
  const actual = days(20)
  const rows = testRows(hourly(actual), utc, dates(20))
  const highest = dates(20).map((_, day) => (day < 10 ? 30 + day : 20))

  it('of the load itself is without error, and catches every peak', () => {
    const kw = Float64Array.from(actual)
    const scale = scaleOf(rows, kw, highest)
    const score = scoreOf(scale, { p50Kw: kw, range: { p10Kw: kw, p90Kw: kw } })
    expect(score).toEqual({
      ...{ scoredIntervals: 480, mapePercent: 0, maeKw: 0, maePercentOfMean: 0 },
      ...{ hottestDaysMapePercent: 0, hottestDaysPeakMapePercent: 0, peakDaysCaught: 10 },
      ...{ coveragePercent: 100, hottestTenthCoveragePercent: 100 }
    })
  })

  it('by hand: 10 % too much everywhere, twice as much on the hottest days, a peak at another hour', () => {
    const kw = Float64Array.from(actual, value => value * 1.1)
    const scale = scaleOf(rows, Float64Array.from(actual), highest)
    expect(scale.hottest).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(scale.hottestTenth).toEqual([9, 8])
    expect(scale.peaks).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10])
    for (let i = 0; i < 240; i++) kw[i] = (actual[i] ?? 0) * 1.2
    // Noon and one o'clock change places: the error is larger, that of the peak is not.
    for (let day = 0; day < 20; day++) {
      const noon = kw[day * 24 + 12] ?? 0
      kw[day * 24 + 12] = kw[day * 24 + 13] ?? 0
      kw[day * 24 + 13] = noon
    }
    const score = scoreOf(scale, { p50Kw: kw, range: null })
    expect(score.hottestDaysPeakMapePercent).toBeCloseTo(20, 9)
    // The tenth is forecast higher than the eleventh.
    expect(score.peakDaysCaught).toBe(9)
    expect(score.mapePercent).toBeGreaterThan(15)
    expect([score.coveragePercent, score.hottestTenthCoveragePercent]).toEqual([null, null])
  })

  it('counts what lies in the range, its ends included, over all and over the hottest tenth', () => {
    const load = Float64Array.from(actual)
    const scale = scaleOf(rows, load, highest)
    const p10Kw = load.map((kw, i) => (i % 24 < 6 ? kw + 1 : kw))
    const p90Kw = load.map((kw, i) => (i >= 9 * 24 && i < 10 * 24 ? kw - 1 : kw))
    const score = scoreOf(scale, { p50Kw: load, range: { p10Kw, p90Kw } })
    expect(score.coveragePercent).toBeCloseTo((100 * (480 - 120 - 18)) / 480, 9)
    expect(score.hottestTenthCoveragePercent).toBeCloseTo((100 * 18) / 48, 9)
  })

  it('leaves out unknown loads; nothing known is null, a load of zero has no MAPE', () => {
    const half = Float64Array.from(actual, (kw, i) => (i % 2 === 0 ? kw : NaN))
    const kw = Float64Array.from(actual, (value, i) => (i % 2 === 0 ? value : 1e9))
    expect(scoreOf(scaleOf(rows, half, null), { p50Kw: kw, range: null })).toMatchObject({
      ...{ scoredIntervals: 240, mapePercent: 0, peakDaysCaught: 10, hottestDaysMapePercent: null }
    })
    const none = new Float64Array(480).fill(NaN)
    expect(scoreOf(scaleOf(rows, none, highest), { p50Kw: kw, range: null })).toMatchObject({
      ...{ scoredIntervals: 0, mapePercent: null, maeKw: null, hottestDaysPeakMapePercent: null }
    })
    const zero = Float64Array.from(actual, (value, i) => (i === 5 ? 0 : value))
    const score = scoreOf(scaleOf(rows, zero, highest), { p50Kw: Float64Array.from(actual), range: null })
    expect(score).toMatchObject({ mapePercent: null, maeKw: 100 / 480 })
  })
})

describe('yesterday and last week', () => {
  const load = hourly(Array.from({ length: 21 * 24 }, (_, i) => i))
  const last = { ...testRows(load, utc, ['2026-03-15', '2026-03-16']) }

  it('are the load so many days before', () => {
    const [yesterday, lastWeek] = [sameAsBefore(load, last, 1), sameAsBefore(load, last, 7)]
    expect([...yesterday.p50Kw]).toEqual([...last.t].map(t => (t - start) / HOUR - 24))
    expect([...lastWeek.p50Kw]).toEqual([...last.t].map(t => (t - start) / HOUR - 168))
  })

  it('where that is not known, the one before it; before the file nothing', () => {
    const gappy = { ...load, values: load.values.map((kw, i) => (i >= 13 * 24 && i < 14 * 24 ? NaN : kw)) }
    const [first] = sameAsBefore(gappy, last, 1).p50Kw
    expect(first).toBe(12 * 24)
    const early = testRows(load, utc, ['2026-03-03'])
    expect(sameAsBefore(load, early, 7).p50Kw.every(Number.isNaN)).toBe(true)
  })

  it('on a day of 25 hours the last one is taken from two days before: its yesterday is today', () => {
    const time = localTime('Europe/Dublin')
    const autumn = { ...load, startMs: Date.parse('2010-10-20T00:00:00+01:00') }
    const rows = testRows(autumn, time, ['2010-10-31'])
    expect(rows.t).toHaveLength(25)
    const { p50Kw } = sameAsBefore(autumn, rows, 1)
    expect([p50Kw[23], p50Kw[24]]).toEqual([11 * 24 - 1, 11 * 24 - 24])
  })
})
