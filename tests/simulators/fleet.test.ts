import { expect, test } from 'vitest'
import { createFleet } from '../../simulators/fleet.ts'
import { itemsOf } from '../../simulators/publish/past.ts'
import { createRegion, createRegionModel } from '../../simulators/region.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const anchor = Date.parse('2026-06-10T06:00:00Z')
const region = createRegion(1)
const model = createRegionModel(region, anchor, 7 * HOUR)

test('the past of a large consumer is told without gap or overlap, by the minute around the end of lunch', () => {
  const source = createFleet(region.sites, model, () => 0).find(({ key }) => key.startsWith('meter/'))
  if (source === undefined) throw new Error('no large consumer')
  const from = anchor - 6 * HOUR - DAY
  const items = itemsOf({ source, from, to: from + DAY, as: 'means' }) as { ts: number; interval: number }[]
  let t = from
  for (const { ts, interval } of items) {
    expect(ts).toBe(t)
    t += interval * 1000
  }
  expect(t).toBe(from + DAY)
  const afterLunch = items.filter(({ ts }) => ts >= anchor - DAY && ts < anchor - DAY + 15 * MINUTE)
  expect(afterLunch.map(({ interval }) => interval)).toEqual(Array(15).fill(60))
  expect(items.length).toBeLessThan(320)
})

test('the past has the forecasts as they were issued every six hours, a week ahead each', () => {
  const source = createFleet(region.sites, model, () => 0).find(({ key }) => key.startsWith('forecast/'))
  if (source === undefined) throw new Error('no forecasts')
  const from = Math.floor(anchor / DAY) * DAY - 3 * DAY
  const items = itemsOf({ source, from, to: from + DAY, as: 'means' }) as {
    ts: number
    issued: number
    temp_c: number
    humidity_pct: number
  }[]
  const byIssue = Map.groupBy(items, ({ issued }) => issued)
  expect([...byIssue.keys()]).toEqual([0, 6, 12, 18].map(hour => from + hour * HOUR))
  for (const [issued, steps] of byIssue) {
    expect(steps.map(({ ts }) => ts)).toEqual(Array.from({ length: 168 }, (_, i) => issued + i * HOUR))
    for (const { temp_c, humidity_pct } of steps) {
      expect(Math.abs(temp_c - 32)).toBeLessThan(12)
      expect(Math.abs(humidity_pct - 65)).toBeLessThan(40)
    }
  }
  expect(Buffer.byteLength(JSON.stringify(items)) / 2).toBeLessThan(64 * 1024)
})

test('a large consumer is told by the half-hour before the 46 days that baselines look back, without a gap', () => {
  const source = createFleet(region.sites, model, () => 0).find(({ key }) => key.startsWith('meter/'))
  if (source === undefined) throw new Error('no large consumer')
  expect(source.pastDepthMs).toBeGreaterThanOrEqual(57 * DAY)
  const from = Math.floor(anchor / DAY) * DAY - 50 * DAY
  const items = itemsOf({ source, from, to: from + DAY, as: 'means' }) as { ts: number; interval: number }[]
  expect(items.map(({ ts }) => ts)).toEqual(Array.from({ length: 48 }, (_, i) => from + i * 30 * MINUTE))
  expect(items.every(({ interval }) => interval === 1800)).toBe(true)
  const fine = { source, from: from + 5 * DAY, to: from + 6 * DAY, as: 'means' } as const
  expect(itemsOf(fine).length).toBeGreaterThan(280)
})
