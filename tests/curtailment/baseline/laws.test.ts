import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baselineMethodNames } from '../../../server/contract/baselines.ts'
import { addDays, localTime, weekday } from '../../../server/contract/localTime.ts'
import { readBaseline } from '../../../server/curtailment/baseline/engine.ts'
import { dayLoads, daySpan } from '../../../server/curtailment/slots/dayLoads.ts'
import type { MeterHistory } from '../../../server/curtailment/slots/slots.ts'
import { additive, multiplicative } from '../methods.ts'
import { type Case, historyOf, inputOf, settled } from './site.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const HOUR_MS = 3_600_000
/** A Thursday. */
const DAY = '2026-06-25'
const start = localTime(ZONE).dayStart(DAY) + 14 * HOUR_MS
const event = { start, end: start + 2 * HOUR_MS, zone: ZONE, notifiedAt: start - HOUR_MS }
const ownDayMethods = ['same-day', 'meter-before-after', 'firm-service-level']
const adjustments = [null, multiplicative, additive, { ...additive, cap: 0.1 }]

const profile = fc.array(fc.integer({ min: 50, max: 2000 }), { minLength: 24, maxLength: 24 })
const method = fc.constantFrom(...baselineMethodNames)
const adjustment = fc.constantFrom(...adjustments)
const repeatable = { seed: 20_265, numRuns: 60 }

/** Not two days alike: by hour, date and weekday. */
const restless = (hours: readonly number[]) => (hour: number, date: string) =>
  (hours[Math.floor(hour)] ?? 0) * (1 + ((Number(date.slice(-2)) * 7 + weekday(date)) % 11) / 20)
const outdoors = (hour: number, date: string) => 25 + 8 * Math.sin(hour / 4) + (Number(date.slice(-2)) % 6)

const load = (kw: (hour: number, date: string) => number | null) => historyOf(ZONE, DAY, kw, { days: 60 })
const temperature = load(outdoors)
const settle = (history: MeterHistory, other: Partial<Case>) =>
  settled({ ...event, history, temperature, firmServiceLevelKw: 10, days: 60, ...other })

describe('laws of baselines, by every method', () => {
  it('a load that repeats itself without curtailment settles to zero', () => {
    fc.assert(
      fc.property(profile, method, adjustment, (hours, by, rule) => {
        // Methods of the event's own day foresee no daily rhythm: for them the load stays as it is.
        const [still = 0] = hours
        const isOwnDay = ownDayMethods.includes(by)
        const history = load(hour => (isOwnDay ? still : (hours[Math.floor(hour)] ?? 0)))
        const result = settle(history, { method: by, adjustment: rule })
        expect(result.isMeasurable).toBe(true)
        expect(result.explanation.method).toBe(by)
        for (const [i, kw] of result.eventKw.entries()) {
          expect(kw, `${by}, slot ${i}`).toBeCloseTo(result.actualKw[i] ?? NaN, 7)
        }
        expect(result.deliveredKwh).toBeCloseTo(0, 6)
      }),
      repeatable
    )
  })

  it('what is cut is what is settled', () => {
    fc.assert(
      fc.property(profile, method, fc.integer({ min: 1, max: 40 }), (hours, by, cutKw) => {
        const [still = 0] = hours
        const isOwnDay = ownDayMethods.includes(by)
        const history = load((hour, date) => {
          const kw = isOwnDay ? still : (hours[Math.floor(hour)] ?? 0)
          return date === DAY && hour >= 14 && hour < 16 ? kw - cutKw : kw
        })
        expect(settle(history, { method: by }).deliveredKwh).toBeCloseTo(2 * cutKw, 6)
      }),
      repeatable
    )
  })

  it('a load so many times as large has a baseline so many times as large', () => {
    fc.assert(
      fc.property(
        profile,
        method,
        adjustment,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (hours, by, rule, scale) => {
          const kw = restless(hours)
          const one = settle(load(kw), { method: by, adjustment: rule })
          const scaled = settle(
            load((hour, date) => scale * kw(hour, date)),
            { method: by, adjustment: rule }
          )
          for (const [i, expected] of one.baselineKw.entries()) {
            const found = scaled.baselineKw[i] ?? NaN
            expect(Math.abs(found - scale * (expected ?? NaN))).toBeLessThan(1e-6 * scale * 2000)
          }
          expect(scaled.explanation.daysUsed).toEqual(one.explanation.daysUsed)
        }
      ),
      repeatable
    )
  })

  it('the order of readings and repeated ones change no digit and not the hash', () => {
    fc.assert(
      fc.property(profile, method, adjustment, fc.integer(), (hours, by, rule, seed) => {
        const whole = load(restless(hours))
        const straight = settle(whole, { method: by, adjustment: rule })
        const mixed = settle(shuffledTwice(whole, seed), {
          method: by,
          adjustment: rule,
          temperature: shuffledTwice(temperature, seed + 1)
        })
        expect(mixed.baselineKw).toEqual(straight.baselineKw)
        expect(mixed.explanation).toEqual(straight.explanation)
        expect(straight.explanation.dataHash).toMatch(/^[0-9a-f]{64}$/)
      }),
      { ...repeatable, numRuns: 25 }
    )
  })

  it('read in parts or laid out at once, it comes to the same digits and the same hash', async () => {
    const holes = fc.array(fc.integer({ min: 1, max: 45 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(profile, method, adjustment, holes, async (hours, by, rule, missing) => {
        const gone = new Set(missing.map(back => addDays(DAY, -back)))
        const kw = restless(hours)
        const history = load((hour, date) => (gone.has(date) ? null : kw(hour, date)))
        const wanted: Case = { ...event, history, temperature, method: by, adjustment: rule, days: 370 }
        const whole = settled({ ...wanted, fallback: ['high4of5', 'mid6of10'] })
        const {
          load: _load,
          temperature: _temperature,
          ...input
        } = inputOf({
          ...wanted,
          fallback: ['high4of5', 'mid6of10']
        })
        const part = (readings: MeterHistory) => async (range: { from: string; to: string }) =>
          dayLoads(readings, daySpan(input.window.grid, range.from, range.to))
        const parts = await readBaseline(input, { load: part(history), temperature: part(temperature) })
        expect(parts.baselineKw).toEqual(whole.baselineKw)
        expect(parts.explanation).toEqual(whole.explanation)
      }),
      { ...repeatable, numRuns: 25 }
    )
  })

  it('every earlier day looked at is used or rejected with a reason, each once', () => {
    fc.assert(
      fc.property(
        profile,
        method,
        fc.array(fc.integer({ min: 1, max: 45 }), { maxLength: 20 }),
        (hours, by, missing) => {
          // The weather regression speaks of the days of its months only.
          if (ownDayMethods.includes(by) || by === 'weather') return
          const gone = new Set(missing.map(back => addDays(DAY, -back)))
          const kw = restless(hours)
          const history = load((hour, date) => (gone.has(date) ? null : kw(hour, date)))
          const { daysUsed, daysRejected } = settle(history, { method: by }).explanation
          const spoken = [...daysUsed, ...daysRejected.map(({ day }) => day)].sort().reverse()
          const backTo = spoken.length
          expect(backTo).toBeGreaterThan(0)
          expect(spoken).toEqual(Array.from({ length: backTo }, (_, i) => addDays(DAY, -1 - i)))
        }
      ),
      repeatable
    )
  })
})

/** Every reading twice, in another order. */
function shuffledTwice({ t, intervalS, kw }: MeterHistory, seed: number): MeterHistory {
  const places = [...t.keys(), ...t.keys()]
  const rank = places.map((_, i) => ((i + 1) * 7919 + seed * 31) % 10_007)
  const order = places.map((_, i) => i).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0))
  const taken = order.map(i => places[i] ?? 0)
  return {
    t: taken.map(i => t[i] ?? 0),
    intervalS: taken.map(i => intervalS[i] ?? 0),
    kw: taken.map(i => kw[i] ?? null)
  }
}
