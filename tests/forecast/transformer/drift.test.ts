import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import type { Cooling } from '../../../server/contract/registry.ts'
import { advanceDrift, type DriftState, driftOf } from '../../../server/forecast/transformer/drift.ts'
import {
  advanceTransformer,
  type TransformerState,
  viewOf
} from '../../../server/forecast/transformer/live.ts'
import { plateOf } from '../../../server/forecast/transformer/plate.ts'
import { needs } from '../../helpers/needs.ts'
import { type Told, watched } from './simulated.ts'

const sharedData = needs('shared-data')
const kinds: Cooling[] = ['distribution', 'ONAN', 'ONAF', 'OF']
const kindOf = (seed: number) => kinds[seed % kinds.length] ?? 'ONAN'
const faultAfter = (told: readonly Told[], day: number) =>
  told.find(({ day: at, verdict }) => at > day && verdict !== 'healthy' && verdict !== 'learning')

describe('a healthy transformer', () => {
  it('is never called faulty, though its constants are not those of its plate', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const told = watched(seed, 60, kindOf(seed))
      expect(told.map(({ verdict }) => verdict)).toEqual(['learning', 'healthy'])
      expect(told[1]?.day).toBeLessThan(10)
    }
  })
})

describe('a cooling that fails', () => {
  it('is found within three weeks when the rise grows by 40 %, with since when and how much', () => {
    for (let seed = 100; seed < 106; seed++) {
      const riseFactor = (day: number) => (day < 30 ? 1 : Math.min(1.4, 1 + (day - 30) / 25))
      const found = faultAfter(watched(seed, 60, kindOf(seed), { riseFactor }), 0)
      expect(found).toMatchObject({ verdict: 'cooling-fault', reason: 'hot-in-proportion' })
      expect(found?.day).toBeGreaterThan(30)
      expect(found?.day).toBeLessThan(51)
      expect(found?.excessK).toBeGreaterThan(3)
      expect((found?.since ?? '') > '2026-03-30').toBe(true)
      expect(found?.recommendedService).toBe(
        (found?.excessK ?? 0) < 10 ? 'substation-cleaning' : 'transformer-test'
      )
    }
  })

  it('and is healthy again some days after it was cleaned', () => {
    const riseFactor = (day: number) => (day >= 30 && day < 45 ? 1.5 : 1)
    const told = watched(7, 70, 'ONAN', { riseFactor })
    expect(told.map(({ verdict }) => verdict)).toEqual(['learning', 'healthy', 'cooling-fault', 'healthy'])
    expect(told[3]?.day).toBeGreaterThan(45)
    expect(told[3]?.day).toBeLessThan(52)
  })
})

describe('a sensor that fails', () => {
  it.each<[string, (day: number, oilC: number, random: () => number) => number | null, string]>([
    ['stands still', (day, oilC) => (day < 20 ? oilC : 55.3), 'frozen'],
    ['spikes to 250', (day, oilC, random) => (day > 20 && random() < 0.05 ? 250 : oilC), 'out-of-range'],
    ['is cut off', (day, oilC) => (day < 20 ? oilC : 0), 'below-ambient'],
    ['jumps about', (day, oilC, random) => (day < 20 ? oilC : oilC + 40 * random() - 20), 'jump'],
    ['reads 12 K too low', (day, oilC) => (day < 20 ? oilC : oilC - 12), 'reads-low']
  ])('%s', (_, sensor, reason) => {
    for (let seed = 200; seed < 203; seed++) {
      const found = faultAfter(watched(seed, 35, kindOf(seed), { sensor }), 20)
      expect(found).toMatchObject({ verdict: 'sensor-fault', reason, recommendedService: 'transformer-test' })
      expect(found?.day).toBeLessThan(28)
    }
  })

  it('reads too high by the same at every load: mostly told from the cooling, never called healthy', () => {
    const sensor = (day: number, oilC: number) => (day < 20 ? oilC : oilC + 15)
    const seeds = [200, 201, 202, 203, 204, 205, 206, 207]
    const found = seeds.map(seed => faultAfter(watched(seed, 35, kindOf(seed), { sensor }), 20))
    expect(found.every(one => one !== undefined)).toBe(true)
    expect(found.filter(one => one?.reason === 'offset').length).toBeGreaterThanOrEqual(5)
  })

  it('says nothing any more', () => {
    const told = watched(9, 35, 'ONAN', { sensor: (day, oilC) => (day < 20 ? oilC : null) })
    expect(told.at(-1)).toMatchObject({ verdict: 'not-measured', recommendedService: null })
  })
})

describe.skipIf(sharedData === null)('a real distribution transformer over ten months', () => {
  const file = 'distribution_transformer_monitor_india_2019_2020.csv.gz'
  const local = localTime('+05:30')

  // Its rating is not told: 160 and 250 kVA are the sizes that fit its load.
  it.each([160, 250])(
    '%i kVA: the days of spikes are a sensor fault, the gaps are gaps, the rest is healthy',
    kva => {
      const text = gunzipSync(readFileSync(join(sharedData ?? '', file))).toString()
      const [, ...rows] = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
      const plate = plateOf({ ratingKva: kva, holdMin: 60 })
      let state: TransformerState | null = null
      let drift: DriftState | null = null
      let [spikes, taken] = [0, 0]
      const told: string[] = []
      for (const row of rows) {
        const cells = row.split(',')
        const number = (i: number) => (cells[i] === undefined || cells[i] === '' ? null : Number(cells[i]))
        const at = Date.parse(`${cells[0]}:00+05:30`)
        const power = [0, 1, 2].map(phase => (number(8 + phase) ?? 240) * (number(11 + phase) ?? 0))
        const loadPu = number(11) === null ? null : power.reduce((sum, va) => sum + va, 0) / 1000 / kva
        const ambientC = number(3) === 0 ? null : number(3)
        const sample = {
          startMs: at,
          endMs: at,
          loadPu,
          ambientC,
          oilC: number(1),
          windingC: null,
          quality: 0
        }
        state = advanceTransformer(plate, state, sample, local)
        const view = viewOf(plate, state)
        drift = advanceDrift(drift, view, local)
        if ((sample.oilC ?? 0) > 100) spikes++
        if ((view.topOilC ?? 0) > 100) taken++
        const { verdict, since } = driftOf(drift)
        if (told.at(-1)?.split(' ')[0] !== verdict) told.push(`${verdict} ${since}`)
      }
      expect([spikes, taken]).toEqual([47, 0])
      expect(told.filter(one => one.includes('fault'))).toEqual(['sensor-fault 2019-08-17'])
      expect(told).toContain('not-measured 2019-12-15')
      expect(driftOf(drift as unknown as DriftState).verdict).toBe('healthy')
    }
  )
})

describe('the days it keeps', () => {
  it('stay few, and can be written down and read again', () => {
    const local = localTime('Asia/Ho_Chi_Minh')
    const view = {
      ...{ t: 0, loadPu: 0.5, ambientC: 30, topOilC: 50, topOilIs: 'measured' as const },
      ...{
        computedTopOilC: 50,
        measuredOilC: 51,
        oilFault: null,
        residualK: 1,
        hotSpotC: 60,
        ageingRate: 0.1
      },
      life: { day: null, lastDay: null, year: null, lastYear: null }
    }
    let drift: DriftState | null = null
    for (let hour = 0; hour < 24 * 100; hour++) {
      drift = advanceDrift(drift, { ...view, t: hour * 3_600_000 }, local)
      if (hour % 500 === 7) drift = JSON.parse(JSON.stringify(drift)) as DriftState
    }
    expect(drift?.days.length).toBe(14)
    expect(drift === null ? null : driftOf(drift)).toMatchObject({
      verdict: 'healthy',
      excessK: expect.closeTo(0, 1)
    })
    expect(drift === null ? null : driftOf(drift, '1970-12-01').verdict).toBe('not-measured')
  })
})
