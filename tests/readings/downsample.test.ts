import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downsampleSeries } from '../../server/readings/downsample.ts'
import type { Series } from '../../server/readings/store.ts'
import { HOUR, MINUTE, NOON } from './readings.ts'

const known = (values: readonly (number | null)[]): number[] => values.filter(value => value !== null)

describe('downsampleSeries', () => {
  const series = (rows: readonly [t: number, intervalS: number, kw: number | null][]): Series => ({
    t: rows.map(([t]) => t),
    intervalS: rows.map(([, intervalS]) => intervalS),
    quality: rows.map(() => 0),
    columns: { kw: rows.map(([, , kw]) => kw) }
  })
  const range = { from: NOON, to: NOON + HOUR }

  it('leaves readings alone while there are few', () => {
    const few = series([
      [NOON, 0, 1],
      [NOON + 1, 300, null]
    ])
    expect(downsampleSeries(few, { ...range, points: 2 })).toEqual({
      windowMs: null,
      t: few.t,
      columns: { interval_s: [0, 300], quality: [0, 0], kw: [1, null] }
    })
  })

  it('weighs an interval by its length and spreads it over the windows it touches', () => {
    const rows = series([
      [NOON, 900, 8],
      [NOON + 15 * MINUTE, 1800, 2],
      [NOON + 45 * MINUTE, 300, null],
      [NOON + 50 * MINUTE, 60, 5]
    ])
    expect(downsampleSeries(rows, { ...range, points: 3 })).toEqual({
      windowMs: 30 * MINUTE,
      t: [NOON, NOON + 30 * MINUTE],
      columns: { kw: [5, (2 * 15 + 5) / 16], kw_min: [2, 2], kw_max: [8, 5] }
    })
  })

  it('holds an instantaneous value until the next one, but not beyond its window', () => {
    const rows = series([
      [NOON, 0, 10],
      [NOON + 20 * MINUTE, 0, 40],
      [NOON + 21 * MINUTE, 0, 0],
      [NOON + 30 * MINUTE, 0, 7]
    ])
    const { columns } = downsampleSeries(rows, { from: NOON, to: NOON + 90 * MINUTE, points: 3 })
    expect(columns).toEqual({
      kw: [(20 * 10 + 40) / 30, 7, null],
      kw_min: [0, 7, null],
      kw_max: [40, 7, null]
    })
  })

  it('never loses an extreme, and keeps energy whole where intervals follow one another', () => {
    const lengths = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 900 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      { minLength: 2, maxLength: 200 }
    )
    fc.assert(
      fc.property(lengths, fc.nat(199), (intervals, most) => {
        let t = NOON
        const rows = intervals.map(([intervalS, kw]): [number, number, number] => {
          const from = t
          t += intervalS * 1000
          return [from, intervalS, kw]
        })
        const points = Math.min(most, rows.length - 1)
        const { t: starts, windowMs, columns } = downsampleSeries(series(rows), { from: NOON, to: t, points })
        const values = intervals.map(([, kw]) => kw)
        expect(Math.max(...known(columns.kw_max ?? []))).toBe(Math.max(...values))
        expect(Math.min(...known(columns.kw_min ?? []))).toBe(Math.min(...values))
        const sum = starts.reduce((total, start, index) => {
          const covered = Math.min(start + (windowMs ?? 0), t) - Math.max(start, NOON)
          return total + (columns.kw?.[index] ?? 0) * covered
        }, 0)
        const expected = intervals.reduce((total, [intervalS, kw]) => total + intervalS * 1000 * kw, 0)
        expect(Math.abs(sum - expected) / 3.6e6).toBeLessThan(1e-3)
      }),
      { seed: 11 }
    )
  })
})
