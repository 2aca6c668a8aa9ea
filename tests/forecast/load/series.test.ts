import { describe, expect, it } from 'vitest'
import { meanBetween } from '../../../server/forecast/load/series.ts'

describe('the mean of a stretch', () => {
  const series = { startMs: 0, stepMs: 10, values: Float64Array.of(1, 3, NaN, 7) }
  it.each<[number, number, number]>([
    [0, 20, 2],
    [10, 20, 3],
    [0, 40, 11 / 3],
    [20, 10, NaN],
    [40, 20, NaN]
  ])('from %d over %d is that of what is known: %d', (from, length, mean) => {
    expect(meanBetween(series, from, length)).toEqual(mean)
  })
})
