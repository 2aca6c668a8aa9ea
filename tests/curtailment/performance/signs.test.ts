import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BaselineExplanation } from '../../../server/contract/baselines.ts'
import { signsOf } from '../../../server/curtailment/performance/signs.ts'
import { explained } from '../samples.ts'
import { halfHours } from './columns.ts'

/** A day from midnight to 16:00; the event starts at 14:00, the adjustment window is 10:00 to 13:00. */
const slots = halfHours(32)
const dayStart = slots[0]?.start ?? NaN
const clock = (hours: number) => dayStart + hours * 3_600_000
const iso = (hours: number) => new Date(clock(hours)).toISOString()
const days = slots.map((_, i) => 1000 + 200 * Math.sin((i / 48) * 2 * Math.PI))
/** The load of the day: that of the days before, times what `times` says of the hour. */
const load = (times: (hour: number) => number) => days.map((kw, i) => kw * times(i / 2))

function watched(
  meteredKw: readonly (number | null)[],
  {
    explanation = {},
    notifiedAt = clock(9)
  }: { explanation?: Partial<BaselineExplanation>; notifiedAt?: number | null } = {}
) {
  return signsOf({
    ...{ slots, unadjustedKw: days, meteredKw, start: clock(14), notifiedAt, dayStart },
    explanation: explained({ adjustmentFrom: iso(10), adjustmentTo: iso(13), ...explanation })
  })
}
const names = (signs: ReturnType<typeof watched>) => signs.map(({ sign }) => sign)
const yesterday = dayStart - 5 * 3_600_000

describe('what is no sign', () => {
  it.each([
    { name: 'a day like the others', meteredKw: load(() => 1) },
    { name: 'a hot day as a whole', meteredKw: load(() => 1.18) },
    { name: 'a quiet day as a whole', meteredKw: load(() => 0.7) },
    { name: 'coming down before the start', meteredKw: load(hour => (hour >= 13 ? 0.6 : 1)) },
    { name: 'a day that grows hot slowly', meteredKw: load(hour => 1 + 0.01 * hour) },
    { name: 'silence before the window', meteredKw: load(() => 1.3).map((kw, i) => (i < 20 ? null : kw)) }
  ])('$name', ({ meteredKw }) => {
    expect(watched(meteredKw)).toEqual([])
    expect(watched(meteredKw, { notifiedAt: yesterday })).toEqual([])
  })

  it('is the chance of an ordinary load', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        fc.array(fc.double({ min: -0.04, max: 0.04, noNaN: true }), { minLength: 32, maxLength: 32 }),
        (level, noise) => {
          const meteredKw = days.map((kw, i) => kw * level * (1 + (noise[i] ?? 0)))
          expect(names(watched(meteredKw))).not.toContain('pre-event-inflation')
          expect(names(watched(meteredKw))).not.toContain('rise-after-notice')
        }
      ),
      { seed: 5, numRuns: 200 }
    )
  })
})

describe('pre-event inflation', () => {
  it('is a load that is high just in the adjustment window, said with its numbers', () => {
    const signs = watched(
      load(hour => (hour >= 10 && hour < 13 ? 1.15 : 1)),
      { notifiedAt: yesterday }
    )
    expect(names(signs)).toContain('pre-event-inflation')
    const text = signs.find(({ sign }) => sign === 'pre-event-inflation')?.text
    expect(text).toMatch(/it drew [\d.]+ kW, 15 % more than [\d.]+ kW on the days of its baseline/)
    expect(text).toContain(iso(10))
  })

  it('needs an adjustment to profit from', () => {
    const inflated = load(hour => (hour >= 10 && hour < 13 ? 1.15 : 1))
    const explanation = { adjustmentFrom: null, adjustmentTo: null }
    expect(names(watched(inflated, { explanation, notifiedAt: null }))).toEqual([])
  })
})

describe('a rise after the notice', () => {
  it('is seen from the notice to the start', () => {
    const signs = watched(load(hour => (hour >= 9 && hour < 14 ? 1.2 : 1)))
    expect(signs.find(({ sign }) => sign === 'rise-after-notice')?.text).toMatch(
      /after the notice at 2026-06-02T09:00:00.000Z, it drew [\d.]+ kW, 20 % more/
    )
  })

  it('after a notice on the day before is seen in the last hours', () => {
    const signs = watched(
      load(hour => (hour >= 11 ? 1.2 : 1)),
      { notifiedAt: yesterday }
    )
    expect(names(signs)).toContain('rise-after-notice')
  })

  it('before any notice is none', () => {
    const meteredKw = load(hour => (hour >= 13 ? 1.3 : 1))
    expect(names(watched(meteredKw, { notifiedAt: null }))).not.toContain('rise-after-notice')
  })
})

describe('a factor at the cap', () => {
  it('is said with both factors', () => {
    const explanation = { factor: 1.2, factorUncapped: 1.3456, factorCapped: true }
    expect(
      watched(
        load(() => 1),
        { explanation }
      )
    ).toEqual([
      {
        sign: 'factor-at-cap',
        text: 'the load before the event would have given the factor 1.346; the rule allows 1.200'
      }
    ])
  })

  it('is none within the rule', () => {
    const explanation = { factor: 1.19, factorUncapped: 1.19, factorCapped: false }
    expect(
      watched(
        load(() => 1),
        { explanation }
      )
    ).toEqual([])
  })
})
