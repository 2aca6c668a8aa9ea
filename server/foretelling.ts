import type { Span } from './curtailment/baseline/input.ts'
import { wasCalled } from './curtailment/lifecycle/lifecycle.ts'
import { createAssessing } from './curtailment/plan/assessing.ts'
import { startAssessing } from './curtailment/plan/assessingRun.ts'
import type { Assessing, HalfHourLoad } from './curtailment/plan/assessmentNeeds.ts'
import { createPlanning, type Planning } from './curtailment/plan/planning.ts'
import { daysOff, historyOf, stations } from './measuring.ts'
import type { StoreReads } from './readingsThread.ts'
import type { Records } from './records/openRecords.ts'
import type { Register } from './register.ts'

/** The known minutes of a half-hour, at least, to count as known. */
const MIN_MINUTES = 27
/** Calls of one customer that are looked at, newest first. */
const MAX_CALLS = 200

export interface ForetellingNeeds {
  records: Records
  register: Register
  store: StoreReads
  presentKw(nodeId: string): number | null
  /** The readings store is behind: it has better to do. */
  isBehind(): boolean
  onFault(what: string, error: unknown): void
  now(): number
  timeZone: string
}

/** Loads to come: customers assessed in the background, plans on request. */
export function startForetelling(needs: ForetellingNeeds): {
  assessing: Assessing
  planning: Planning
  stop(): Promise<void>
} {
  const { records, register, store, now, timeZone } = needs
  const inForce = { list: async () => register.state.enrolments }
  const registry = { nodes: () => register.state.nodes }
  const stationAt = stations(registry.nodes)
  const history = historyOf(store)
  const assessing = createAssessing({
    enrolments: inForce,
    programmes: records.programmes,
    registry,
    assessments: records.assessments,
    halfHours: (node, from, to) => halfHours(store, node, from, to),
    async temperature(meteringPointId, from, to) {
      const station = stationAt(meteringPointId)
      return station === null ? null : history('weather', station, from, to)
    },
    calls: (customerId, from) => calls(records, customerId, from),
    daysOff: (from, to) => daysOff(records, from, to),
    ...{ now, timeZone }
  })
  const planning = createPlanning({
    events: records.events,
    customers: { list: async () => register.state.customers },
    enrolments: inForce,
    programmes: records.programmes,
    registry,
    deliveries: records.deliveries,
    presentKw: needs.presentKw,
    foretelling: assessing.foretelling,
    ...{ now, timeZone }
  })
  const run = startAssessing({ step: assessing.step, isBusy: needs.isBehind, onFault: needs.onFault, now })
  return { assessing, planning, stop: run.stop }
}

/** A node's half-hours in [from, to), epoch ms; unknown where too few of its minutes are known. */
export async function halfHours(
  store: Pick<StoreReads, 'queryLoad'>,
  node: string,
  from: number,
  to: number
): Promise<HalfHourLoad> {
  const { t, kw, known } = await store.queryLoad({ node, from, to, stepS: 1800 })
  return { t, kw: kw.map((value, i) => ((known[i] ?? 0) >= MIN_MINUTES ? value : null)) }
}

async function calls({ events }: Pick<Records, 'events'>, customerId: string, from: number): Promise<Span[]> {
  const found: Span[] = []
  for (const event of await events.list({ customerId, limit: MAX_CALLS })) {
    if (Date.parse(event.end) < from || !wasCalled(event)) continue
    for (const one of event.participants) {
      if (one.customerId !== customerId) continue
      const start = Date.parse(one.start)
      found.push({ start, end: Math.max(Date.parse(one.end), start + 1) })
    }
  }
  return found
}
