import type { ForecastPeak } from '../../server/contract/forecasts.ts'
import type { EnrolledConsumer, ForecastAhead } from '../../server/rules/snapshot.ts'
import { ruleNode, t0 } from './snapshots.ts'

export const HOUR_S = 3600
export const TODAY = '2026-05-20'
export const TOMORROW = '2026-05-21'

/** One day ahead: half past two in the afternoon, 10,250 kW expected of a capacity of 10,000, at 38.9 °C. */
export function peak(probability: number | null, rest: Partial<ForecastPeak> = {}): ForecastPeak {
  return {
    day: TOMORROW,
    at: '2026-05-21T07:30:00.000Z',
    p10Kw: 9600,
    p50Kw: 10_250,
    p90Kw: 10_900,
    probabilityAboveCapacity: probability,
    maxTemperatureC: 38.9,
    maxHeatIndexC: 47.2,
    ...rest
  }
}

/** What was issued so many seconds after t0. */
export function issue(nodeId: string, issuedS: number, ...peaks: ForecastPeak[]): ForecastAhead {
  return { nodeId, nodeName: nodeId, issuedAt: t0 + issuedS * 1000, capacityKw: 10_000, peaks }
}

/** A feeder F under a substation S, with three plants below it and one beside. */
export const nodes = [
  ruleNode({ id: 'S', kind: 'substation', capacityKw: 60_000 }),
  ruleNode({ id: 'F', parent: 'S', capacityKw: 10_000 }),
  ruleNode({ id: 'P1', kind: 'meteringPoint', parent: 'F', loadKw: 700 }),
  ruleNode({ id: 'P2', kind: 'meteringPoint', parent: 'F', loadKw: 900 }),
  ruleNode({ id: 'P3', kind: 'meteringPoint', parent: 'F', loadKw: 300 }),
  ruleNode({ id: 'P4', kind: 'meteringPoint', parent: 'S', loadKw: 300 })
]

export const enrolled: EnrolledConsumer[] = [
  ['P1', 400],
  ['P2', 600],
  ['P3', 200],
  ['P4', 900]
].map(([point, committedKw]) => ({
  customerId: `C-${point}`,
  name: `Plant ${point}`,
  meteringPointId: String(point),
  committedKw: Number(committedKw)
}))
