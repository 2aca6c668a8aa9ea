import { expect, test } from 'vitest'
import { createFleet } from '../../../simulators/fleet.ts'
import { createModel } from '../../../simulators/load/model.ts'
import type { Source } from '../../../simulators/publish/source.ts'
import { createRegion, createRegionModel } from '../../../simulators/region.ts'

const HOUR = 3_600_000
const anchor = Date.parse('2026-06-10T04:00:00Z')
const region = createRegion(1)
const model = createRegionModel(region, anchor, 9 * HOUR)
const fleet = createFleet(region.sites, model, () => 0)
const bySource = new Map(fleet.map(source => [source.key, source]))

function source(key: string): Source {
  const found = bySource.get(key)
  if (found === undefined) throw new Error(`no source ${key}`)
  return found
}
const kwOf = (items: readonly object[]) =>
  items.reduce((sum, item) => sum + ('kw' in item && typeof item.kw === 'number' ? item.kw : Number.NaN), 0)

test('a second model, asked in another order, has the same curve', () => {
  const again = createRegionModel(createRegion(1), anchor, 9 * HOUR)
  const moments = [17, -3, 400, 0.01, -44 * 24].map(hours => anchor + hours * HOUR)
  const read = (of: typeof model) => (t: number) => [
    of.substationKw('E71', t),
    of.consumers.get('KH-E7101')?.(t),
    of.weather.get('W-TAYHA')?.temperatureC(t)
  ]
  expect(moments.toReversed().map(read(again)).toReversed()).toEqual(moments.map(read(model)))
  const other = createRegionModel(createRegion(2), anchor, 9 * HOUR)
  expect(other.substationKw('E71', anchor)).not.toBe(model.substationKw('E71', anchor))
})

test('a transformer carries its households and more, and all but one stay well below their rating', () => {
  for (const transformer of region.sites.transformers) {
    for (let hour = -24; hour < 24; hour += 1) {
      const from = anchor + hour * HOUR
      const own = kwOf(source(`transformer/${transformer.id}`).mean(from, HOUR / 2))
      const homes = source(`concentrator/${transformer.concentratorId}`).mean(from, HOUR / 2)
      expect(homes.length).toBe(transformer.households.length)
      expect(own).toBeGreaterThan(kwOf(homes))
      if (transformer.consumers.length > 0) continue
      expect(own / 0.95).toBeLessThan(0.86 * transformer.ratingKva)
    }
  }
})

test('an interval of the past is the mean of the live curve', () => {
  for (const key of ['meter/M-KH-E7101', 'transformer/T-E72-473-02', 'weather/W-DONGSON']) {
    const { sample, mean, pastStepMs } = source(key)
    const member = key.startsWith('weather') ? 'temp_c' : 'kw'
    const read = (items: readonly object[]) =>
      Number(Object.entries(items[0] ?? {}).find(([name]) => name === member)?.[1])
    const from = anchor - 3 * HOUR
    const samples = Array.from({ length: 120 }, (_, index) =>
      read(sample(from + ((index + 0.5) * pastStepMs) / 120))
    )
    const live = samples.reduce((sum, value) => sum + value, 0) / samples.length
    expect(Math.abs(read(mean(from, pastStepMs)) / live - 1)).toBeLessThan(0.02)
  }
})

test('a hotter day asks for more, everywhere', () => {
  const cool = createModel(region.sites, anchor, 9 * HOUR, 0.8)
  const hot = createModel(region.sites, anchor, 9 * HOUR, 1.2)
  for (const { id } of region.sites.feeders) {
    expect(hot.feederKw(id, anchor)).toBeGreaterThan(cool.feederKw(id, anchor))
  }
})

test('weekends and nights are quieter than a working afternoon', () => {
  const afternoon = model.substationKw('E71', anchor + 2 * HOUR)
  expect(model.substationKw('E71', anchor + (2 + 3 * 24) * HOUR)).toBeLessThan(0.97 * afternoon)
  expect(model.substationKw('E71', anchor + 14 * HOUR)).toBeLessThan(0.8 * afternoon)
})

test('oil is warmer than the air and below its limit', () => {
  for (const { id } of region.sites.transformers) {
    const load = model.transformers.get(id)
    for (let hour = -24; hour < 24; hour += 3) {
      const t = anchor + hour * HOUR
      expect(load?.oilC(t)).toBeGreaterThan(load?.ambientC(t) ?? Number.NaN)
      expect(load?.oilC(t)).toBeLessThan(105)
    }
  }
})
