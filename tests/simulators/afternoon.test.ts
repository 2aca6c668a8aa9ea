import { describe, expect, test } from 'vitest'
import { createFleet } from '../../simulators/fleet.ts'
import { curtailmentKw } from '../../simulators/participants/curtailment.ts'
import { createProfiles } from '../../simulators/participants/profile.ts'
import { respond } from '../../simulators/participants/response.ts'
import { nextReport } from '../../simulators/publish/past.ts'
import { createRegion, createRegionModel, type Region } from '../../simulators/region.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const HOLD_MS = 20 * SECOND

/** The load of the hot substation as a server sees it: each device's last report, held until its next one. */
function reportedShare(region: Region, anchor: number, fromMs: number, toMs: number) {
  const { sites, capacityKw } = region
  const model = createRegionModel(region, anchor, 9 * HOUR)
  const feeders = new Set(sites.feeders.filter(feeder => feeder.substationId === 'E71').map(({ id }) => id))
  const keys = new Set([
    ...sites.consumers
      .filter(({ feederId, transformerId }) => feeders.has(feederId) && transformerId === null)
      .map(({ meterId }) => `meter/${meterId}`),
    ...sites.transformers.filter(({ feederId }) => feeders.has(feederId)).map(({ id }) => `transformer/${id}`)
  ])
  const devices = createFleet(sites, model, () => 0)
    .filter(({ key }) => keys.has(key))
    .map(device => ({ device, next: nextReport(device, anchor + fromMs - device.cadenceMs), kw: 0 }))
  const shares: { afterMs: number; share: number }[] = []
  for (let afterMs = fromMs; afterMs <= toMs; afterMs += SECOND) {
    for (const entry of devices) {
      if (entry.next > anchor + afterMs) continue
      const [item] = entry.device.sample(entry.next)
      entry.kw = item !== undefined && 'kw' in item ? Number(item.kw) : Number.NaN
      entry.next += entry.device.cadenceMs
    }
    const kw = devices.reduce((sum, entry) => sum + entry.kw, 0)
    shares.push({ afterMs, share: kw / (capacityKw.get('E71') ?? Number.NaN) })
  }
  return shares
}

describe.each([1, 2, 3])('seed %d', seed => {
  const region = createRegion(seed)

  // Monday to Sunday, and first starts at different distances to 13:00.
  test.each([0, 1, 2, 3, 4, 5, 6])(
    'the heat peak comes 60 to 150 s after the first start, on weekday %d',
    weekday => {
      const anchor = Date.parse('2026-06-08T03:35:11Z') + weekday * (24 * HOUR + 7 * MINUTE)
      const shares = reportedShare(region, anchor, -10 * SECOND, 40 * MINUTE)
      const first = shares.findIndex((_, index) =>
        shares.slice(index, index + 21).every(({ share }) => share >= 0.9)
      )
      const findingAfter = (shares[first]?.afterMs ?? Number.NaN) + HOLD_MS
      expect(findingAfter).toBeGreaterThanOrEqual(60 * SECOND)
      expect(findingAfter).toBeLessThanOrEqual(150 * SECOND)
      expect(shares[0]?.share).toBeLessThan(0.87)
      const later = shares.filter(({ afterMs }) => afterMs > 3 * MINUTE)
      expect(Math.min(...later.map(({ share }) => share))).toBeGreaterThan(0.91)
      expect(Math.max(...later.map(({ share }) => share))).toBeLessThan(1)
      // A climb, not a jump: no second adds more than half a per cent.
      const steps = shares.slice(1).map(({ share }, index) => share - (shares[index]?.share ?? share))
      expect(Math.max(...steps)).toBeLessThan(0.006)
    }
  )

  test('everything else stays below 90 % on that day and the day before', () => {
    const anchor = Date.parse('2026-06-10T04:00:00Z')
    const model = createRegionModel(region, anchor, 9 * HOUR)
    for (let t = anchor - 24 * HOUR; t < anchor + 12 * HOUR; t += 20 * MINUTE) {
      const share = (id: string, kw: number) => kw / (region.capacityKw.get(id) ?? Number.NaN)
      const [hot, other] = [model.substationKw('E71', t), model.substationKw('E72', t)]
      expect(share('E72', other)).toBeLessThan(0.85)
      expect(share('NPC', hot + other)).toBeLessThan(0.9)
      for (const { id } of region.sites.feeders) expect(share(id, model.feederKw(id, t))).toBeLessThan(0.9)
      if (t < anchor) expect(share('E71', hot)).toBeLessThan(0.9)
    }
  })

  test('an event by the enrolled consumers brings the load visibly below', () => {
    const anchor = Date.parse('2026-06-10T04:00:00Z')
    const model = createRegionModel(region, anchor, 9 * HOUR)
    const start = anchor + 5 * MINUTE
    const notice = {
      event: 'CE-20260610-001',
      version: 1,
      state: 'notified',
      start: new Date(start).toISOString(),
      end: new Date(start + 10 * MINUTE).toISOString(),
      reason: '',
      voluntary: true
    } as const
    const feeders = new Set(
      region.sites.feeders.filter(({ substationId }) => substationId === 'E71').map(({ id }) => id)
    )
    const profiles = new Map(
      createProfiles(seed, region.sites.consumers).map(profile => [profile.customerId, profile])
    )
    const held = start + 6 * MINUTE
    let change = 0
    for (const { customerId, committedKw, feederId } of region.sites.consumers) {
      const profile = profiles.get(customerId)
      if (committedKw === null || profile === undefined || !feeders.has(feederId)) continue
      const { deliveredKw } = respond(profile, { ...notice, requestedKw: committedKw })
      const baseKw = model.consumers.get(customerId)?.(held) ?? 0
      change += curtailmentKw(profile, { start, end: start + 10 * MINUTE, deliveredKw }, baseKw, held)
    }
    const capacity = region.capacityKw.get('E71') ?? Number.NaN
    expect(change / capacity).toBeLessThan(-0.06)
    expect((model.substationKw('E71', held) + change) / capacity).toBeLessThan(0.9)
  })
})
