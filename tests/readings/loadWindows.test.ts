import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halfHourRow } from '../../server/grid/halfHours.ts'
import { appendLoad, emptyLoad } from '../../server/readings/loadSteps.ts'
import { createLoadWindows, readLoadWindows } from '../../server/readings/loadWindows.ts'
import type { LoadQuery, LoadRow, LoadSteps } from '../../server/readings/store.ts'
import { DAY, MINUTE, NOON } from './readings.ts'

const HALF_HOUR = 30 * MINUTE
const known = (values: readonly (number | null)[]): number[] => values.filter(value => value !== null)

type Minute = [minute: number, kw: number | null, reported: number, expected: number]

function minutesOf(minutes: readonly Minute[]): LoadSteps {
  const steps = emptyLoad()
  for (const [minute, kw, reported, expected] of minutes)
    appendLoad(
      steps,
      { t: NOON + minute * MINUTE, kw, kwMin: null, kwMax: null, known: null, reported, expected },
      60
    )
  return steps
}

function windowsOf(minutes: readonly Minute[], options: { from: number; to: number; points: number }) {
  const windows = createLoadWindows(options)
  windows.add(minutesOf(minutes))
  return windows.columns()
}

describe('windows out of minutes', () => {
  it('show every minute while there is room, and break at a missing one', () => {
    const minutes: Minute[] = [
      [0, 10, 3, 3],
      [1, null, 0, 3],
      [3, 13, 2, 3]
    ]
    expect(windowsOf(minutes, { from: NOON, to: NOON + 4 * MINUTE, points: 100 })).toEqual({
      windowMs: MINUTE,
      t: [0, 1, 2, 3].map(minute => NOON + minute * MINUTE),
      kw: [10, null, null, 13],
      min: [10, null, null, 13],
      max: [10, null, null, 13],
      reported: [3, 0, 0, 2],
      expected: [3, 3, 0, 3]
    })
  })

  it('take the mean of the known minutes, their extremes, and do not hide the incomplete one', () => {
    const minutes: Minute[] = [
      [0, 10, 3, 3],
      [1, 20, 1, 3],
      [2, null, 0, 3],
      [3, -6, 3, 4],
      [4, 5, 3, 4]
    ]
    expect(windowsOf(minutes, { from: NOON, to: NOON + 10 * MINUTE, points: 2 })).toEqual({
      windowMs: 5 * MINUTE,
      t: [NOON, NOON + 5 * MINUTE],
      kw: [29 / 4, null],
      min: [-6, null],
      max: [20, null],
      reported: [0, 0],
      expected: [4, 0]
    })
  })

  const minute = fc.record({
    offset: fc.integer({ min: 0, max: 999 }),
    kw: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }))
  })
  const ascending = fc
    .uniqueArray(minute, { selector: ({ offset }) => offset, minLength: 1, maxLength: 300 })
    .map(rows => rows.sort((a, b) => a.offset - b.offset))

  it('never lose an extreme, keep the mean between them and the energy whole', () => {
    fc.assert(
      fc.property(ascending, fc.integer({ min: 1, max: 300 }), (rows, points) => {
        const windows = windowsOf(
          rows.map(({ offset, kw }): Minute => [offset, kw, kw === null ? 0 : 1, 1]),
          { from: NOON, to: NOON + 1000 * MINUTE, points }
        )
        const values = known(rows.map(({ kw }) => kw))
        expect(windows.t.length).toBeLessThanOrEqual(points)
        expect(Math.max(...known(windows.max))).toBe(Math.max(...values))
        expect(Math.min(...known(windows.min))).toBe(Math.min(...values))
        const counts = new Array<number>(windows.t.length).fill(0)
        for (const { offset, kw } of rows) {
          const at = Math.floor((NOON + offset * MINUTE - (windows.t[0] ?? 0)) / windows.windowMs)
          if (kw === null) continue
          counts[at] = (counts[at] ?? 0) + 1
          expect(windows.min[at]).toBeLessThanOrEqual(kw)
          expect(windows.max[at]).toBeGreaterThanOrEqual(kw)
        }
        let sum = 0
        for (const [at, mean] of windows.kw.entries()) {
          expect(mean === null).toBe(counts[at] === 0)
          if (mean === null) continue
          sum += mean * (counts[at] ?? 0)
          expect(mean).toBeGreaterThanOrEqual(windows.min[at] ?? Number.NaN)
          expect(mean).toBeLessThanOrEqual(windows.max[at] ?? Number.NaN)
        }
        expect(Math.abs(sum - values.reduce((a, b) => a + b, 0))).toBeLessThan(1e-3)
      }),
      { seed: 5 }
    )
  })
})

/** A store that holds these minutes, and the half-hours that a test lets it have; it notes what it is asked. */
function storeOf(minutes: readonly Minute[], hasHalfHour: (t: number) => boolean) {
  const steps = minutesOf(minutes)
  const halfHours = new Map<number, LoadRow>()
  for (const t of new Set(steps.t.map(each => Math.floor(each / HALF_HOUR) * HALF_HOUR))) {
    if (!hasHalfHour(t)) continue
    const first = steps.t.indexOf(t)
    const kw = Float64Array.from(steps.kw, value => value ?? Number.NaN)
    const counts = {
      reported: Uint32Array.from(steps.reported),
      expected: Uint32Array.from(steps.expected)
    }
    halfHours.set(t, halfHourRow('F', t, { kw, counts }, first))
  }
  const asked: LoadQuery[] = []
  return {
    asked,
    async queryLoad(query: LoadQuery): Promise<LoadSteps> {
      asked.push(query)
      const isIn = (t: number) => t >= query.from && t < query.to
      if (query.stepS === 60) return minutesOf(minutes.filter(([minute]) => isIn(NOON + minute * MINUTE)))
      const found = emptyLoad()
      for (const [t, row] of halfHours) {
        const { kw, kwMin = null, kwMax = null, known = null, reported, expected } = row
        if (isIn(t)) appendLoad(found, { t, kw, kwMin, kwMax, known, reported, expected }, 1800)
      }
      return found
    }
  }
}

describe('windows of half an hour and more', () => {
  it('are read from the half-hours alone where all are there', async () => {
    const minutes = Array.from({ length: 40 * 24 * 60 }, (_, i): Minute => [i, i % 7, 1, 1])
    const store = storeOf(minutes, () => true)
    const windows = await readLoadWindows(store, 'F', { from: NOON, to: NOON + 40 * DAY, points: 1440 })
    expect(windows).toMatchObject({ node: 'F', windowMs: 60 * MINUTE })
    expect(windows.kw).toHaveLength(960)
    expect(new Set(store.asked.map(({ stepS }) => stepS))).toEqual(new Set([1800]))
  })

  it('have the running half-hour and the cut ones from their minutes, and what was never rolled up', async () => {
    const minutes = Array.from({ length: 48 * 60 }, (_, i): Minute => [i, i, 1, 1])
    const store = storeOf(minutes, t => t >= NOON + 6 * HALF_HOUR)
    const range = { from: NOON + 10 * MINUTE, to: NOON + 47 * 60 * MINUTE + 7 * MINUTE }
    const windows = await readLoadWindows(store, 'F', { ...range, points: 10 })
    expect(windows.min[0]).toBe(10)
    expect(windows.max.at(-1)).toBe(47 * 60 + 6)
    expect(store.asked.filter(({ stepS }) => stepS === 60).map(({ from, to }) => [from, to])).toEqual([
      [NOON + 10 * MINUTE, NOON + 6 * HALF_HOUR],
      [NOON + 47 * 60 * MINUTE, range.to]
    ])
  })

  it('are those of the minutes, whichever half-hours there are', async () => {
    const kw = fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 4 })
    const halfHour = fc.record({
      isThere: fc.boolean(),
      isRolledUp: fc.boolean(),
      kw: fc.array(kw, { minLength: 30, maxLength: 30 })
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(halfHour, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: -100, max: 600 }),
        fc.integer({ min: 1, max: 1200 }),
        fc.integer({ min: 1, max: 12 }),
        async (halfHours, first, length, points) => {
          const minutes = halfHours.flatMap(({ isThere, kw }, h) =>
            isThere ? kw.map((value, i): Minute => [30 * h + i, value, value === null ? 0 : 1, 1]) : []
          )
          const options = { from: NOON + first * MINUTE, to: NOON + (first + length) * MINUTE, points }
          const isRolledUp = (t: number) => halfHours[(t - NOON) / HALF_HOUR]?.isRolledUp ?? false
          const mixed = await readLoadWindows(storeOf(minutes, isRolledUp), 'F', options)
          const { kw: means, ...plain } = windowsOf(
            minutes.filter(([minute]) => minute >= first && minute < first + length),
            options
          )
          expect(mixed).toMatchObject(plain)
          for (const [i, mean] of means.entries()) {
            if (mean === null) expect(mixed.kw[i]).toBeNull()
            else expect(mixed.kw[i]).toBeCloseTo(mean, 6)
          }
        }
      ),
      { seed: 7, numRuns: 200 }
    )
  })
})
