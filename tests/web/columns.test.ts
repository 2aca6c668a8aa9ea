import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoadColumns } from '../../server/contract/grid.ts'
import type { ParticipantPerformance, Performance } from '../../server/contract/performance.ts'
import {
  breakGaps,
  highest,
  joinByTime,
  lastKnown,
  loadLines,
  performanceLines,
  readingLines,
  withForecast,
  yRange
} from '../../web/src/columns.ts'

const MINUTE = 60_000

describe('gaps', () => {
  test('a missing stretch becomes an unknown row; a short delay does not', () => {
    const broken = breakGaps([0, 10, 20, 60, 80], [[1, 2, 3, 4, 5]], 10)
    expect(broken.t).toEqual([0, 10, 20, 30, 60, 80])
    expect(broken.columns[0]).toEqual([1, 2, 3, null, 4, 5])
  })
  test('no value is lost or moved, and time stays ascending and unique', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(steps, gaps => {
        const t = gaps.map((_, i) => gaps.slice(0, i).reduce((sum, gap) => sum + gap, 0))
        const values = t.map((_, i) => i)
        const broken = breakGaps(t, [values], 10)
        const kept = broken.t.filter((_, i) => broken.columns[0]?.[i] !== null)
        expect(kept).toEqual(t)
        expect(broken.columns[0]?.filter(value => value !== null)).toEqual(values)
        expect(broken.t.every((at, i) => i === 0 || at > (broken.t[i - 1] ?? at))).toBe(true)
      }),
      { seed: 1 }
    )
  })
})

describe('a load', () => {
  const columns: LoadColumns = {
    node: 'E01',
    windowMs: MINUTE,
    t: [0, MINUTE],
    kw: [10, null],
    min: [9, null],
    max: [12, null],
    reported: [1, 0],
    expected: [1, 1]
  }
  test('ends in what the stream says now', () => {
    const lines = loadLines(columns, { t: 100_000, kw: 14 })
    expect(lines.t).toEqual([0, MINUTE, 100_000])
    expect(lines.kw).toEqual([10, null, 14])
    expect(lines.max).toEqual([12, null, 14])
  })
  test('does not double the newest window', () => {
    expect(loadLines(columns, { t: MINUTE, kw: 14 }).t).toEqual([0, MINUTE])
    expect(loadLines(columns, null).kw).toEqual([10, null])
  })
})

test('readings: extremes where they were put together, else the value itself', () => {
  const raw = { kind: 'meter', id: 'M', windowMs: null, t: [0, 1], columns: { kw: [1, 2] }, flags: [] }
  expect(readingLines(raw, 'kw')).toMatchObject({ value: [1, 2], min: [1, 2], max: [1, 2] })
  const put = { ...raw, windowMs: 1, columns: { kw: [1, 2], kw_min: [0, 1], kw_max: [5, 6] } }
  expect(readingLines(put, 'kw')).toMatchObject({ value: [1, 2], min: [0, 1], max: [5, 6] })
  expect(readingLines(raw, 'v').value).toEqual([null, null])
})

test('two series over one time line', () => {
  expect(joinByTime({ t: [1, 3], value: [10, 30] }, { t: [2, 3], value: [200, 300] })).toEqual({
    t: [1, 2, 3],
    a: [10, null, 30],
    b: [null, 200, 300]
  })
})

describe('a measured event', () => {
  const t = [0, 1, 2, 3].map(i => i * MINUTE)
  const columns = {
    requestedKw: 30,
    baselineKw: [100, 100, 110, null],
    meteredKw: [101, 80, 70, null],
    deliveredKw: [null, 20, 40, null]
  }
  const performance = {
    intervalMinutes: 1,
    start: new Date(MINUTE).toISOString(),
    end: new Date(3 * MINUTE).toISOString(),
    t,
    participants: [],
    total: { ...columns, unknown: [0, 0, 0, 1], deliveredKwh: 1, averageKw: 30, ratio: 1 }
  } as unknown as Performance

  test('the target stands inside the event only, and the last slot has an end', () => {
    const lines = performanceLines(performance, null)
    expect(lines.t).toEqual([...t, 4 * MINUTE])
    expect(lines.target).toEqual([null, 70, 80, null, null])
    expect(lines.delivered).toEqual([null, 20, 40, null, null])
  })
  test('a slot with more unknown than usual is unknown, and the baseline goes on ahead', () => {
    const known = { baselineKw: [50, 50, 50, 60], meteredKw: [50, 30, null, null], requestedKw: 15 }
    const sparse = {
      ...performance,
      participants: [known, known, { ...known, meteredKw: [null, null, null, null] }],
      total: {
        requestedKw: 45,
        baselineKw: [100, 100, 50, null],
        meteredKw: [100, 60, 30, null],
        deliveredKw: [null, 40, 20, null],
        unknown: [1, 1, 2, 3]
      }
    } as unknown as Performance
    const lines = performanceLines(sparse, null)
    expect(lines.metered).toEqual([100, 60, null, null, null])
    expect(lines.baseline).toEqual([100, 100, null, 120, null])
    expect(lines.delivered).toEqual([null, 40, null, null, null])
  })
  test('one participant instead of all', () => {
    const one = { ...columns, requestedKw: 10 } as unknown as ParticipantPerformance
    expect(performanceLines(performance, one).target).toEqual([null, 90, 100, null, null])
  })
})

test('highest and last known', () => {
  const [t, values] = [
    [0, 1, 2, 3],
    [5, 9, null, 7]
  ]
  expect(highest(t, values, 0, 10)).toEqual({ t: 1, value: 9 })
  expect(highest(t, values, 2, 10)).toEqual({ t: 3, value: 7 })
  expect(highest(t, [null, null, null, null], 0, 10)).toBeNull()
  expect(lastKnown(t, values, 2)).toEqual({ t: 1, value: 9 })
  expect(lastKnown(t, values, -1)).toBeNull()
})

describe('axis of a chart', () => {
  test('holds everything that is drawn, and a limit within sight', () => {
    const [low, high] = yRange(76, 129, { limits: [137], fromZero: true })
    expect(low).toBeLessThan(76)
    expect(high).toBeGreaterThan(137)
  })
  test('a far limit does not flatten the load', () => {
    expect(yRange(10, 20, { limits: [1000], fromZero: true })[1]).toBeLessThan(25)
  })
  test('reaches zero where it is near', () => {
    expect(yRange(1, 20, { limits: [], fromZero: true })[0]).toBe(0)
    expect(yRange(1, 20, { limits: [], fromZero: false })[0]).toBeLessThan(1)
  })
  test('never collapses', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), value => {
        const [low, high] = yRange(value, value, { limits: [], fromZero: true })
        expect(high).toBeGreaterThan(low)
      }),
      { seed: 2 }
    )
    expect(yRange(null, null, { limits: [5], fromZero: true })).toEqual([0, 1])
  })
})

describe('a load and what is foretold behind it', () => {
  const load = { t: [0, 10, 35], kw: [1, 2, 3], min: [1, 2, 3], max: [1, 2, 3] }
  const ahead = { t: [0, 30, 60, 90], p10Kw: [7, 8, 9, 10], p50Kw: [17, 18, 19, 20], p90Kw: [27, 28, 29, 30] }
  test('the forecast begins where the load ends, in the middle of its step', () => {
    const both = withForecast(load, ahead)
    expect(both.t).toEqual([0, 10, 35, 36, 60, 90])
    expect(both.kw).toEqual([1, 2, 3, null, null, null])
    expect(both.foretold).toEqual([null, null, null, 18, 19, 20])
    expect(both.min).toEqual([1, 2, 3, 8, 9, 10])
    expect(both.max).toEqual([1, 2, 3, 28, 29, 30])
  })
  test('before any load it stands alone; a forecast that is over is not drawn', () => {
    expect(withForecast({ t: [], kw: [], min: [], max: [] }, ahead).t).toEqual(ahead.t)
    expect(withForecast({ ...load, t: [100, 110, 120] }, ahead).foretold).toBeNull()
    expect(withForecast(load, null).foretold).toBeNull()
  })
})
