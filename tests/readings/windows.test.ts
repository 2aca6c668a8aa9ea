import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowAt, windowStarts, windowsOver } from '../../server/readings/windows.ts'
import { DAY, HOUR, MINUTE, NOON } from './readings.ts'

describe('windows', () => {
  const table = [
    { from: NOON, to: NOON + HOUR, points: 60, shortest: MINUTE, length: MINUTE, count: 60 },
    { from: NOON, to: NOON + HOUR, points: 59, shortest: MINUTE, length: 2 * MINUTE, count: 30 },
    { from: NOON + 1, to: NOON + HOUR, points: 60, shortest: MINUTE, length: MINUTE, count: 60 },
    { from: NOON - 1, to: NOON + HOUR, points: 60, shortest: MINUTE, length: 2 * MINUTE, count: 31 },
    { from: NOON - DAY, to: NOON, points: 1200, shortest: MINUTE, length: 2 * MINUTE, count: 720 },
    { from: NOON - 45 * DAY, to: NOON, points: 1200, shortest: MINUTE, length: HOUR, count: 1080 },
    { from: NOON, to: NOON + 10_000, points: 10, shortest: 1000, length: 1000, count: 10 },
    { from: NOON, to: NOON, points: 10, shortest: MINUTE, length: MINUTE, count: 0 },
    { from: NOON, to: NOON - 1, points: 10, shortest: MINUTE, length: MINUTE, count: 0 }
  ]
  it.each(table)('%j', ({ shortest, length, count, ...range }) => {
    expect(windowsOver(range, shortest)).toMatchObject({ lengthMs: length, count })
  })

  it('cover the range, aligned, in no more than the asked number', () => {
    const moment = fc.integer({ min: 0, max: Date.UTC(2262, 0, 1) })
    fc.assert(
      fc.property(moment, moment, fc.integer({ min: 1, max: 5000 }), (a, b, points) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1]
        const windows = windowsOver({ from, to, points }, MINUTE)
        const starts = windowStarts(windows)
        const end = windows.start + windows.count * windows.lengthMs
        expect(windows.count).toBeLessThanOrEqual(points)
        expect(windows.start % windows.lengthMs).toBe(0)
        expect(windows.start).toBeLessThanOrEqual(from)
        expect(end).toBeGreaterThanOrEqual(to)
        expect(windowAt(windows, from)).toBe(0)
        expect(windowAt(windows, to - 1)).toBe(starts.length - 1)
      }),
      { seed: 3 }
    )
  })
})
