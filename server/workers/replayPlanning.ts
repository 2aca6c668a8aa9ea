import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import type { CurtailmentEvent, EventState } from '../contract/events.ts'
import type { Plan, PlanRequest } from '../contract/plans.ts'
import type { Programme } from '../contract/programmes.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Span } from '../curtailment/baseline/input.ts'
import { wasCalled } from '../curtailment/lifecycle/lifecycle.ts'
import type { Outcome } from '../curtailment/needs.ts'
import { createAssessing } from '../curtailment/plan/assessing.ts'
import { eligibleBelow } from '../curtailment/plan/eligibility.ts'
import { createPlanning } from '../curtailment/plan/planning.ts'
import { halfHours } from '../foretelling.ts'
import type { LiveGrid } from '../grid/live.ts'
import { historyOf, stations } from '../measuring.ts'
import { eventAsOf } from '../replay/pastEvents.ts'
import type { Caller } from './calls.ts'
import type { ReaderMethods } from './readingsPort.ts'
import type { ReplayQuestions } from './replayPort.ts'

/**
 * Enrolments below the area that are assessed for one plan, the largest first: half a second each. The others go by their
 * load at the clock alone.
 */
const MOST_ASSESSED = 60

export interface ReplayPlanningNeeds {
  timeZone: string
  nodes: readonly GridNode[]
  /** Those in force on the day. */
  enrolments: readonly Enrolment[]
  customers: readonly Customer[]
  programmes: readonly Programme[]
  grid: Pick<LiveGrid, 'loadKw'>
  /** Epoch ms. */
  clock(): number
  reads(): Pick<ReaderMethods, 'query' | 'queryLoad'>
  questions: Pick<Caller<ReplayQuestions>, 'call'>
}

/**
 * Planning as it would have been at the clock: the loads of then, baselines from loads before that day, the events and
 * results of before. Nothing is kept of it but the assessments, in memory.
 */
export function createReplayPlanning(needs: ReplayPlanningNeeds): {
  plan(request: PlanRequest): Promise<Outcome<Plan>>
} {
  const { nodes, clock: now, questions, timeZone } = needs
  const enrolments = { list: async () => needs.enrolments }
  const programmes = { list: async () => needs.programmes }
  const registry = { nodes: () => nodes }
  const stationAt = stations(registry.nodes)
  const reads = {
    query: (query: Parameters<ReaderMethods['query']>[0]) => needs.reads().query(query),
    queryLoad: (query: Parameters<ReaderMethods['queryLoad']>[0]) => needs.reads().queryLoad(query)
  }
  const history = historyOf(reads)

  /** As they stood at the clock, for one plan: the replay is held meanwhile. */
  let then: Promise<CurtailmentEvent[]> | null = null
  function eventsThen(): Promise<CurtailmentEvent[]> {
    then ??= questions
      .call('events', undefined)
      .then(all => all.flatMap(event => eventAsOf(event, now()) ?? []))
    return then
  }

  const events = {
    async list({ states, customerId, limit = Infinity }: EventFilter) {
      const found = (await eventsThen()).filter(
        ({ state, participants }) =>
          (states?.includes(state) ?? true) &&
          (customerId === undefined || participants.some(one => one.customerId === customerId))
      )
      return found.slice(0, limit)
    }
  }

  async function calls(customerId: string, from: number): Promise<Span[]> {
    return (await events.list({ customerId })).flatMap(event =>
      Date.parse(event.end) < from || !wasCalled(event)
        ? []
        : event.participants
            .filter(one => one.customerId === customerId)
            .map(({ start, end }) => ({
              start: Date.parse(start),
              end: Math.max(Date.parse(end), Date.parse(start) + 1)
            }))
    )
  }

  const assessments = { put: async () => {}, get: async () => null, list: async () => [] }
  let asked: readonly Enrolment[] = []
  const common = { programmes, registry, now, timeZone }
  const assessing = createAssessing({
    ...common,
    assessments,
    enrolments: { list: async () => asked },
    halfHours: (node, from, to) => halfHours(reads, node, from, to),
    async temperature(meteringPointId, from, to) {
      const station = stationAt(meteringPointId)
      return station === null ? null : history('weather', station, from, to)
    },
    calls,
    daysOff: (from, to) => questions.call('daysOff', { from, to })
  })

  /** Those who may be asked are assessed first; once a replay, as it stays within one day. */
  async function assess({ nodeId, start, programmeId }: PlanRequest): Promise<void> {
    const at = Math.max(Date.parse(start), now())
    if (Number.isNaN(at)) return
    const below = eligibleBelow(nodes, needs.enrolments, nodeId, at, programmeId)
    const largest = below
      .map(({ enrolment }) => enrolment)
      .sort((a, b) => b.committedKw - a.committedKw || (a.id < b.id ? -1 : 1))
      .slice(0, MOST_ASSESSED)
    const known = new Set(asked.map(({ id }) => id))
    asked = [...asked, ...largest.filter(({ id }) => !known.has(id))]
    while (await assessing.step());
  }

  return {
    async plan(request) {
      then = null
      await assess(request)
      // A reader remembers what it read while the clock was another: each plan begins anew.
      const planning = createPlanning({
        ...common,
        events,
        enrolments,
        customers: { list: async () => needs.customers },
        deliveries: {
          async of(filter) {
            const rows = await questions.call('deliveries', filter)
            return rows.filter(({ end }) => Date.parse(end) <= now())
          }
        },
        presentKw: id => needs.grid.loadKw(id, now()),
        foretelling: assessing.foretelling
      })
      return planning.plan(request)
    }
  }
}

interface EventFilter {
  states?: readonly EventState[]
  customerId?: string
  limit?: number
}
