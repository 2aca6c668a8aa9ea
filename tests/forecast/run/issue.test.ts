import { expect, it } from 'vitest'
import type { LoadForecast } from '../../../server/forecast/load/types.ts'
import { flagsAt, type IssueFacts, issueOf } from '../../../server/forecast/run/issue.ts'

const HOUR = 3_600_000
const origin = Date.parse('2026-06-19T17:00:00Z')
const peak = (p50Kw: number) => ({
  ...{ date: '2026-06-20', at: origin, p10Kw: p50Kw - 1, p50Kw, p90Kw: p50Kw + 1 },
  quantilesKw: Float64Array.of(90, 95, 105, 110)
})
const ahead = (p50Kw: number[], change: Partial<LoadForecast> = {}): LoadForecast => ({
  ...{ basis: 'full', origin, startMs: origin, stepMs: HOUR / 2, peaks: [peak(100)] },
  p10Kw: Float64Array.from(p50Kw, kw => kw - 1),
  p50Kw: Float64Array.from(p50Kw),
  p90Kw: Float64Array.from(p50Kw, kw => kw + 1),
  saturated: new Uint8Array(p50Kw.length),
  aboveEverSeen: new Uint8Array(p50Kw.length),
  ...change
})
const facts = (change: Partial<IssueFacts> = {}): IssueFacts => ({
  ...{ nodeId: 'F1', capacityKw: 100, kind: 'intraday', issuedAt: origin, station: null, weather: null },
  ...{ highestEverKw: 120, trainedDays: 30, trainedUntil: origin },
  date: t => new Date(t + 7 * HOUR).toISOString().slice(0, 10),
  heatIndexC: () => null,
  ...change
})

it('says how likely the capacity is passed, and nothing of it where none is known', () => {
  const [known] = issueOf(ahead([99, 100]), facts()).peaks
  expect(known?.probabilityAboveCapacity).toBe(0.5)
  const [unknown] = issueOf(ahead([99, 100]), facts({ capacityKw: null })).peaks
  expect(unknown?.probabilityAboveCapacity).toBeNull()
})

it('flags what must be known to trust it', () => {
  const told = ahead([99, 200], { aboveEverSeen: Uint8Array.of(0, 1), saturated: Uint8Array.of(1, 0) })
  expect(issueOf(told, facts()).flags).toEqual(['above-highest', 'saturated', 'no-weather'])
})

it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a load of %s, which would be kept as 0', kw => {
  expect(() => issueOf(ahead([99, kw]), facts())).toThrow(RangeError)
  expect(() => issueOf(ahead([99, 1], { p90Kw: Float64Array.of(kw, 2) }), facts())).toThrow(RangeError)
})

it('is old after three hours without a newer one', () => {
  const issue = { issuedAt: new Date(origin).toISOString(), flags: ['saturated' as const] }
  expect(flagsAt(issue, origin + 3 * HOUR)).toEqual(['saturated'])
  expect(flagsAt(issue, origin + 3 * HOUR + 1)).toEqual(['saturated', 'old'])
})
