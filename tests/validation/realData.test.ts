import { afterEach, describe, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { ESTIMATED, type QualityName, qualityBits, qualityNames } from '../../server/contract/quality.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { type DayChecks, startDayChecks } from '../../server/validation/dayChecks.ts'
import { readThresholds } from '../../server/validation/readThresholds.ts'
import { createValidator } from '../../server/validation/validator.ts'
import { needs } from '../helpers/needs.ts'
import { type MemoryStore, memoryStore } from './memoryStore.ts'
import { DAY, HOUR, MINUTE, node } from './readings.ts'
import { indianTransformer, steelPlant } from './realData.ts'

const folder = needs('shared-data')

/** The readings with what streaming found against them; each arrived right after its interval. */
function streamed(readings: readonly Reading[], nodes: readonly GridNode[], settings = '{}'): Reading[] {
  const read = readThresholds(settings)
  const validator = createValidator({ mostSources: 10, ...('thresholds' in read ? read : {}) })
  validator.setRegistry(nodes)
  return readings.map(one => {
    const batch = batchOf([one])
    validator.validate(batch, one.ts + one.intervalS * 1000 + 1000)
    return batch.reading(0)
  })
}

let running: DayChecks | null = null
afterEach(async () => {
  await running?.stop()
  running = null
})

async function dayChecked(
  readings: readonly Reading[],
  nodes: readonly GridNode[],
  zone: string,
  settings = '{}'
): Promise<MemoryStore> {
  const read = readThresholds(settings)
  const store = memoryStore()
  store.put(readings)
  const after = Math.max(...readings.map(({ ts }) => ts)) + 30 * DAY
  running = startDayChecks({
    store,
    localTime: localTime(zone),
    now: () => after,
    mostDays: 1000,
    ...('thresholds' in read ? read : {})
  })
  running.setRegistry(nodes)
  running.mark(batchOf(readings))
  await running.run()
  return store
}

function counts(readings: readonly Reading[]): Partial<Record<QualityName, number>> {
  const found: Partial<Record<QualityName, number>> = {}
  for (const { quality } of readings)
    for (const name of qualityNames(quality)) found[name] = (found[name] ?? 0) + 1
  return found
}

const having = (readings: readonly Reading[], name: QualityName) =>
  readings.filter(({ quality }) => (quality & qualityBits[name]) !== 0)

const raw = (readings: readonly Reading[]) =>
  readings.map(({ kind, id, ts, intervalS, values }) => ({ kind, id, ts, intervalS, values }))

describe.skipIf(folder === null)('a transformer in India, 2019–2020', () => {
  const readings = folder === null ? [] : indianTransformer(folder)
  const transformer = node({ kind: 'transformer', id: 'DT', ratingKva: 100, reportIntervalS: 900 })
  const found = streamed(readings, [transformer])

  it('has these faults, and nothing measured is changed', () => {
    expect(readings).toHaveLength(19_562)
    expect(counts(found)).toEqual({ gap: 82, frozen: 72, outOfRange: 47 })
    expect(raw(found)).toEqual(raw(readings))
  })

  it('its oil is said to be at 236 to 250 °C: all of these, and nothing else, are out of range', () => {
    const hot = readings.filter(({ values }) => (values.oil_c ?? 0) >= 100)
    expect(having(found, 'outOfRange').map(({ ts }) => ts)).toEqual(hot.map(({ ts }) => ts))
    expect(Math.max(...hot.map(({ values }) => values.oil_c ?? 0))).toBe(250)
  })

  it('it was silent for 33 days', () => {
    const longest = having(found, 'gap')
      .map(({ ts }) => ({
        ts,
        silentMs: ts - (readings[readings.findIndex(one => one.ts === ts) - 1]?.ts ?? ts)
      }))
      .toSorted((a, b) => b.silentMs - a.silentMs)[0]
    expect(longest).toEqual({
      ts: Date.parse('2020-01-17T14:38:00+05:30'),
      silentMs: 33 * DAY + 14 * HOUR + 38 * MINUTE
    })
    // Silent for 45 min or more, where 15 are agreed.
    const silences = readings.filter(
      ({ ts }, i) => i > 0 && ts - (readings[i - 1]?.ts ?? ts) >= 37.5 * MINUTE
    )
    expect(having(found, 'gap').map(({ ts }) => ts)).toEqual(silences.map(({ ts }) => ts))
  })

  it('its oil thermometer stood still for half a day in July, and no run of zeros lasted a day', () => {
    const july = having(found, 'frozen').filter(({ ts }) => ts < Date.parse('2019-07-08T00:00:00+05:30'))
    expect(new Set(july.map(({ values }) => values.oil_c))).toEqual(new Set([27, 28, 29]))
    expect(having(found, 'zeroRun')).toEqual([])
    // Without load from 13:15 on 5 July to 12:30 the next day, which is found where half a day is set.
    const halfDay = streamed(readings, [transformer], '{"all":{"zeroRunS":43200}}')
    const zeros = having(halfDay, 'zeroRun')
    expect(zeros[0]?.ts).toBe(Date.parse('2019-07-06T01:30:00+05:30'))
    expect(zeros.at(-1)?.ts).toBe(Date.parse('2019-07-06T12:15:00+05:30'))
    expect(zeros).toHaveLength(44)
    expect(zeros.every(({ values }) => values.kva === 0)).toBe(true)
  })

  it('its days are like those of the weeks before; only stricter limits find three', async () => {
    const store = await dayChecked(found, [transformer], '+05:30')
    expect(store.of('DT')).toEqual(found)
    const strict = await dayChecked(
      found,
      [transformer],
      '+05:30',
      '{"all":{"highUseShare":1.2,"lowUseShare":0.8}}'
    )
    expect(counts(strict.of('DT'))).toEqual({ ...counts(found), lowUse: 3 })
  })
})

describe.skipIf(folder === null)('a steel plant in Korea, 2018', () => {
  const readings = folder === null ? [] : steelPlant(folder)
  const plant = node({
    kind: 'meteringPoint',
    id: 'P',
    meter: 'M1',
    customerId: 'C',
    capacityKw: 700,
    reportIntervalS: 900
  })
  const found = streamed(readings, [plant])

  it('is sound: of 35,040 readings less than 0.05 % are suspected while they stream by', () => {
    expect(readings).toHaveLength(35_040)
    expect(counts(found)).toEqual({ frozen: 11 })
    expect(having(found, 'frozen').length / readings.length).toBeLessThan(0.0005)
    expect(raw(found)).toEqual(raw(readings))
  })

  it('and less than 0.2 % by day: two spikes, and days that differ from those of the weeks before', async () => {
    const store = await dayChecked(found, [plant], '+09:00')
    const after = store.of('M1')
    expect(counts(after)).toEqual({ frozen: 11, spike: 2, highUse: 16, lowUse: 38 })
    expect(raw(after)).toEqual(raw(readings))
  })

  it('what is missing of it is estimated; by its register to the kWh', async () => {
    // From 09:00 to 15:00 on every other Wednesday, ten of them.
    const first = Date.parse('2018-05-02T09:00:00+09:00')
    const isTaken = (ts: number) =>
      ts >= first && ts < first + 20 * 7 * DAY && (ts - first) % (14 * DAY) < 6 * HOUR
    const missing = readings.filter(({ ts }) => isTaken(ts))
    const kept = readings.filter(({ ts }) => !isTaken(ts))
    const store = await dayChecked(kept, [plant], '+09:00')
    const estimates = store.of('M1').filter(({ quality }) => (quality & ESTIMATED) !== 0)
    expect(estimates.map(({ ts }) => ts)).toEqual(missing.map(({ ts }) => ts))
    const kwhOf = (some: readonly Reading[]) =>
      some.reduce((sum, { values }) => sum + (values.kw ?? 0) / 4, 0)
    expect(kwhOf(estimates)).toBeCloseTo(kwhOf(missing), 0)
    const withoutRegister = await dayChecked(
      kept.map(({ values: { kw = 0 }, ...one }) => ({ ...one, values: { kw } })),
      [plant],
      '+09:00'
    )
    const unscaled = withoutRegister.of('M1').filter(({ quality }) => (quality & ESTIMATED) !== 0)
    const errorKw = (some: readonly Reading[]) =>
      some.reduce(
        (sum, { values }, i) => sum + Math.abs((values.kw ?? 0) - (missing[i]?.values.kw ?? 0)),
        0
      ) / some.length
    // Of 227 kW on average: the register brings the estimates nearer to what was used.
    expect(errorKw(estimates)).toBeLessThan(66)
    expect(errorKw(unscaled)).toBeGreaterThan(90)
  })
})
