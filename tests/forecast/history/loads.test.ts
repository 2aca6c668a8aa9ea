import { expect, it } from 'vitest'
import { halfHourMeans } from '../../../server/forecast/history/halfHourMeans.ts'
import { HALF_HOUR_MS } from '../../../server/forecast/history/history.ts'
import { knownLoads } from '../../../server/forecast/history/knownLoads.ts'
import { type Called, withoutCurtailment } from '../../../server/forecast/history/withoutCurtailment.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const means = (
  t: number[],
  values: (number | null)[],
  intervalS: number[] = t.map(() => 0),
  gap = 3 * HOUR
) => [...halfHourMeans({ t, values, intervalS }, 0, 4, gap)].map(value => Math.round(value * 1000) / 1000)

it('moments run straight from one to the next, over a gap of three hours at most', () => {
  expect(means([0, HOUR, 2 * HOUR], [10, 20, 20])).toEqual([12.5, 17.5, 20, 20])
  expect(means([0, 2 * HOUR], [10, 14])).toEqual([10.5, 11.5, 12.5, 13.5])
  expect(means([0, 2 * HOUR], [10, 14], [0, 0], HOUR)).toEqual([NaN, NaN, NaN, NaN])
  expect(means([0, HOUR, 2 * HOUR], [10, null, 14])).toEqual([10.5, 11.5, 12.5, 13.5])
})

it('means hold over their interval; less than half a half-hour is unknown', () => {
  expect(means([0, HOUR], [10, 20], [3600, 3600])).toEqual([10, 10, 20, 20])
  expect(means([0, 15 * MINUTE, 30 * MINUTE], [10, 20, 30], [900, 900, 600])).toEqual([15, NaN, NaN, NaN])
  expect(means([-HOUR], [10], [5400])).toEqual([10, NaN, NaN, NaN])
})

const rows = (more: Partial<Parameters<typeof knownLoads>[0]>) => ({
  ...{ t: [0, 1, 2], kw: [1, 2, 3], known: [30, 30, 30], reported: [10, 10, 10], expected: [10, 10, 10] },
  ...more
})
it.each([
  ['all there', {}, [1, 2, 3]],
  ['fewer than 27 minutes', { known: [26, 27, 0] }, [null, 2, null]],
  ['meters are missing from the sum', { reported: [10, 9, 8] }, [1, 2, null]],
  ['meters that never speak take nothing', { reported: [6, 6, 5] }, [1, 2, null]],
  ['nobody known by number', { reported: [0, 0, 0], expected: [0, 0, 0] }, [1, 2, 3]]
])('a half-hour: %s', (_, more, loads) => {
  expect(knownLoads(rows(more))).toEqual(loads)
})

const called = (more: Partial<Called>): Called => ({
  ...{ start: HALF_HOUR_MS, end: 3 * HALF_HOUR_MS, deliveredKw: 30, requestedKw: 30 },
  ...more
})
const after = (calls: Called[]) => {
  const values = Float64Array.of(100, 70, 70, 100, NaN)
  withoutCurtailment(values, 0, calls)
  return [...values]
}
it('what was delivered is added back, over its part of each half-hour, of all that were called', () => {
  expect(after([called({})])).toEqual([100, 100, 100, 100, NaN])
  expect(after([called({ start: 1.5 * HALF_HOUR_MS })])).toEqual([100, 85, 100, 100, NaN])
  expect(after([called({ deliveredKw: 10 }), called({ deliveredKw: -5 })])).toEqual([100, 75, 75, 100, NaN])
  expect(after([called({ start: -9e9, end: 9e9, deliveredKw: 1 })])).toEqual([101, 71, 71, 101, NaN])
})
it('without a result the half-hours are unknown, where what was asked for is more than little', () => {
  expect(after([called({ deliveredKw: null })])).toEqual([100, NaN, NaN, 100, NaN])
  expect(after([called({ deliveredKw: null, requestedKw: 1 })])).toEqual([100, 70, 70, 100, NaN])
  const two = [called({ deliveredKw: null, requestedKw: 1 }), called({ deliveredKw: null, requestedKw: 1 })]
  expect(after(two)).toEqual([100, NaN, NaN, 100, NaN])
})
