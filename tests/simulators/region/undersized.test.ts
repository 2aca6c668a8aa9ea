import { describe, expect, test } from 'vitest'
import { createFleet } from '../../../simulators/fleet.ts'
import { createRegion, createRegionModel } from '../../../simulators/region.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const OFFSET = 7 * HOUR

describe.each([1, 2, 3])('seed %d: the transformer that has grown too small', seed => {
  const region = createRegion(seed)
  const anchor = Date.parse('2026-06-10T13:00:00+07:00')
  const model = createRegionModel(region, anchor, OFFSET)
  const [transformer] = region.sites.transformers.filter(({ consumers }) => consumers.length > 0)
  if (transformer === undefined) throw new Error('none')
  const load = (of: typeof model) => {
    const found = of.transformers.get(transformer.id)
    if (found === undefined) throw new Error('no load')
    return found
  }
  const afternoon = (day: number, of: (t: number) => number) =>
    Math.max(...Array.from({ length: 16 }, (_, i) => of(anchor + day * 24 * HOUR + (i + 2) * 15 * MINUTE)))
  const pu = (t: number) => {
    const { kw, kvar } = load(model).power(t)
    return Math.hypot(kw, kvar) / transformer.ratingKva
  }
  /** IEC 60076-7, ONAN: the hot spot in balance with the oil. */
  const hotSpotC = (t: number) => load(model).oilC(t) + 26 * pu(t) ** 1.3

  test('passes its normal cyclic hot spot on the hot afternoon and the next, and not on a usual day', () => {
    expect(transformer.cooling).toBe('ONAN')
    expect(afternoon(0, hotSpotC)).toBeGreaterThan(120)
    expect(afternoon(1, hotSpotC)).toBeGreaterThan(122)
    expect(afternoon(0, pu)).toBeLessThan(1.2)
    for (const day of [-2, -1]) expect(afternoon(day, hotSpotC)).toBeLessThan(119)
  })

  test('is within its rating until its consumers are back from lunch, so that its overload is foretold first', () => {
    const within = (from: number, to: number) =>
      Array.from({ length: 10 }, (_, i) => pu(anchor + (from + ((to - from) * i) / 9) * MINUTE))
    expect(Math.max(...within(0, 30))).toBeLessThan(0.99)
    expect(Math.min(...within(55, 180))).toBeGreaterThan(1.02)
  })

  test('is within its limits with what the consumers below it have committed', () => {
    const committed = new Map(transformer.consumers.map(one => [one.customerId, one.committedKw ?? 0]))
    const from = anchor + 30 * MINUTE
    const relieved = createRegionModel(region, anchor, OFFSET, (id, _, t) =>
      t >= from ? -(committed.get(id) ?? 0) : 0
    )
    const at = anchor + 3 * HOUR
    const { kw, kvar } = load(relieved).power(at)
    expect(kw).toBeLessThan(load(model).power(at).kw - 350)
    expect(load(relieved).oilC(at)).toBeLessThan(load(model).oilC(at) - 4)
    expect(load(relieved).oilC(at) + 26 * (Math.hypot(kw, kvar) / transformer.ratingKva) ** 1.3).toBeLessThan(
      116
    )
  })

  test('its own readings hold its consumers, so that its feeder counts them once', () => {
    const t = anchor + HOUR
    const kw = (key: string) => {
      const source = createFleet(region.sites, model, () => 0).find(one => one.key === key)
      const [item] = source?.sample(t) ?? []
      return item !== undefined && 'kw' in item ? Number(item.kw) : Number.NaN
    }
    const below = transformer.consumers.reduce((sum, { meterId }) => sum + kw(`meter/${meterId}`), 0)
    expect(below).toBeGreaterThan(1_500)
    expect(kw(`transformer/${transformer.id}`)).toBeGreaterThan(below)
    const { sites } = region
    const { feederId } = transformer
    const feeder = [
      ...sites.transformers.filter(one => one.feederId === feederId).map(({ id }) => `transformer/${id}`),
      ...sites.consumers
        .filter(one => one.feederId === feederId && one.transformerId === null)
        .map(({ meterId }) => `meter/${meterId}`)
    ]
    const sum = feeder.reduce((total, key) => total + kw(key), 0)
    expect(Math.abs(model.feederKw(feederId, t) - sum)).toBeLessThan(1)
  })
})
