import { describe, expect, test } from 'vitest'
import { forecastLines } from '../../../web/src/views/foresight/forecastScene.ts'

const MINUTE = 60_000
const forecast = {
  stepS: 1800,
  t: [0, 30 * MINUTE],
  p10Kw: [9, 19],
  p50Kw: [10, 20],
  p90Kw: [11, 21]
}

describe('a load beside its forecast', () => {
  test('a step holds over its whole length, also where the load is told by the minute', () => {
    const load = { t: [10 * MINUTE, 29 * MINUTE, 31 * MINUTE], kw: [1, 2, 3], windowMs: MINUTE }
    const lines = forecastLines(load, forecast)
    expect(lines.t).toEqual([0, 10, 29, 30, 31, 32, 60].map(minute => minute * MINUTE))
    expect(lines.p50).toEqual([10, 10, 10, 20, 20, 20, null])
    expect(lines.actual).toEqual([null, 1, 2, null, 3, null, null])
  })
  test('nothing is foretold before the first step, behind the last, and in a hole between two', () => {
    const holed = { ...forecast, t: [30 * MINUTE, 120 * MINUTE] }
    const load = { t: [0, 60 * MINUTE, 90 * MINUTE, 150 * MINUTE], kw: [1, 1, 1, 1], windowMs: 30 * MINUTE }
    const { t, p90 } = forecastLines(load, holed)
    expect(t.filter((_, i) => p90[i] === null)).toEqual([0, 60, 90, 150, 180].map(minute => minute * MINUTE))
  })
  test('without a forecast there is the load alone', () => {
    expect(forecastLines({ t: [0], kw: [5], windowMs: MINUTE }, null).p50).toEqual([null, null])
  })
})
