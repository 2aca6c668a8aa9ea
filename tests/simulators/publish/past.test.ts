import { describe, expect, test } from 'vitest'
import { type Coverage, covering } from '../../../simulators/publish/coverage.ts'
import { itemsOf, missingChunks, nextReport } from '../../../simulators/publish/past.ts'
import { exampleSource } from './exampleSource.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const now = Date.parse('2026-06-10T06:07:20Z')
const meter = exampleSource('M-1', { rank: 1 })
const weather = exampleSource('W-1', { rank: 0 })
const concentrator = exampleSource('DCU-1', {
  rank: 2,
  intervalDelayMs: 5_000,
  cadenceMs: 5 * MINUTE,
  phaseMs: 0
})
const none = () => []

describe('missingChunks', () => {
  const chunks = missingChunks([meter, concentrator, weather], none, now)

  test('covers all of the past, each moment once', () => {
    for (const source of [meter, weather]) {
      let covered: Coverage = []
      let length = 0
      for (const { from, to } of chunks.filter(chunk => chunk.source === source)) {
        covered = covering(covered, from, to)
        length += to - from
      }
      const [[from, to] = [0, 0]] = covered
      expect(covered.length).toBe(1)
      expect(length).toBe(to - from)
      expect(from).toBe(Date.parse('2026-06-05T06:05:00Z'))
      expect(to).toBe(now)
    }
  })

  test('newest day first, within it by rank', () => {
    const ages = chunks.map(({ to }) => Math.max(0, Math.floor((now - to) / DAY)))
    expect(ages).toEqual(ages.toSorted((a, b) => a - b))
    const newest = chunks.filter((_, index) => ages[index] === 0).map(({ source }) => source.rank)
    expect(newest).toEqual(newest.toSorted((a, b) => a - b))
    expect(new Set(newest).size).toBe(3)
  })

  test('whole steps are means, the rest up to now is samples as live would have sent them', () => {
    const samples = chunks.filter(chunk => chunk.as === 'samples')
    expect(samples.map(({ source }) => source.key).sort()).toEqual(['M-1', 'W-1'])
    expect(samples.every(({ from, to }) => from === Date.parse('2026-06-10T06:05:00Z') && to === now)).toBe(
      true
    )
    const stamps = samples.filter(({ source }) => source === meter).flatMap(itemsOf)
    expect(stamps).toEqual(
      [5_000, 20_000, 35_000, 50_000, 65_000, 80_000, 95_000, 110_000, 125_000]
        .map(ms => ({
          ts: Date.parse('2026-06-10T06:05:00Z') + ms,
          kw: 1
        }))
        .filter(({ ts }) => ts < now)
    )
  })

  test('a household has no samples: only intervals that are over and reported', () => {
    const last = chunks.filter(({ source }) => source === concentrator).map(({ to }) => to)
    expect(Math.max(...last)).toBe(Date.parse('2026-06-10T06:05:00Z'))
  })

  test('no sample of the past has the time of an interval', () => {
    const items = chunks.filter(({ source }) => source === meter).flatMap(itemsOf) as { ts: number }[]
    expect(new Set(items.map(({ ts }) => ts)).size).toBe(items.length)
  })
})

test('with everything covered but a break, only the break is missing', () => {
  const broke = Date.parse('2026-06-10T03:12:00Z')
  const back = Date.parse('2026-06-10T03:41:30Z')
  const coverage: Coverage = [
    [now - 10 * DAY, broke],
    [back, now]
  ]
  const chunks = missingChunks([meter], () => coverage, now)
  expect(
    chunks.map(({ from, to, as }) => [as, from, to]).toSorted((a, b) => Number(a[1]) - Number(b[1]))
  ).toEqual([
    ['samples', broke, Date.parse('2026-06-10T03:15:00Z')],
    ['means', Date.parse('2026-06-10T03:15:00Z'), Date.parse('2026-06-10T03:40:00Z')],
    ['samples', Date.parse('2026-06-10T03:40:00Z'), back]
  ])
})

test('nextReport keeps the phase', () => {
  expect(nextReport(meter, 0)).toBe(5_000)
  expect(nextReport(meter, 5_000)).toBe(5_000)
  expect(nextReport(meter, 5_001)).toBe(20_000)
})
