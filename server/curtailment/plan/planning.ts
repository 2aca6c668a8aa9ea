import type { Customer } from '../../contract/customers.ts'
import type { Enrolment } from '../../contract/enrolments.ts'
import type { CurtailmentEvent } from '../../contract/events.ts'
import { type LocalTime, localTime } from '../../contract/localTime.ts'
import type { Plan, PlanRequest } from '../../contract/plans.ts'
import { type Programme, termsOn } from '../../contract/programmes.ts'
import type { GridNode } from '../../contract/registry.ts'
import { createCallReader } from '../lifecycle/callReader.ts'
import { customerBreach, orderBreach, type PastCall, usageOf } from '../lifecycle/limits.ts'
import { metersOf, snapped, startFault } from '../lifecycle/order.ts'
import { callers, callingStates, MAX_OPEN_EVENTS, outranks } from '../lifecycle/supersede.ts'
import { type EventRecords, type Outcome, refuse } from '../needs.ts'
import { slotGrid } from '../slots/slotGrid.ts'
import type { Assessing, Foretelling } from './assessmentNeeds.ts'
import type { Enrolled, Obstacle } from './candidate.ts'
import { type Eligible, eligibleBelow } from './eligibility.ts'
import { createRatioReader, type DeliveryReads, type PastRatios } from './pastRatios.ts'
import { DEFAULT_PROBABILITY, planOf } from './selection.ts'

export interface PlanningNeeds {
  events: Pick<EventRecords, 'list'>
  customers: { list(): Promise<readonly Customer[]> }
  enrolments: { list(): Promise<readonly Enrolment[]> }
  programmes: { list(): Promise<readonly Programme[]> }
  registry: { nodes(): Promise<readonly GridNode[]> | readonly GridNode[] }
  deliveries: DeliveryReads
  /** The fresh load of a metering point, kW; null where it is unknown or stale. */
  presentKw(meteringPointId: string): number | null
  foretelling: Assessing['foretelling']
  now(): number
  timeZone: string
}

/** Says whom to call; calls nobody. */
export interface Planning {
  plan(request: PlanRequest): Promise<Outcome<Plan>>
  /** Who could join an event that runs: its notice and its length were judged when it was sent. */
  planMore(request: PlanRequest): Promise<Outcome<Plan>>
}

export function createPlanning(needs: PlanningNeeds): Planning {
  const { events, customers, enrolments, programmes, registry, now } = needs
  const local = localTime(needs.timeZone)
  const readCalls = createCallReader(needs)
  const readRatios = createRatioReader(needs.deliveries, now)

  async function plan(request: PlanRequest, isJoining: boolean): Promise<Outcome<Plan>> {
    const found = await scene(request)
    if (!found.ok) return found
    const { programme, nodes, eligible, others } = found.value
    const window = snapped(slotGrid(local, programme.settlementIntervalMinutes), request)
    const wrong = wrongTime(window, programme, isJoining)
    if (wrong !== null) return refuse(422, wrong)
    const [foretelling, calls, standing, ratios, names] = await Promise.all([
      needs.foretelling(window),
      readCalls(),
      events.list({ states: callingStates, limit: MAX_OPEN_EVENTS }),
      readRatios(),
      customers.list()
    ])
    const seen = {
      ...{ programme, window, foretelling, calls, ratios },
      busy: callers(standing, window),
      meters: new Map(nodes.map(({ id, meter }) => [id, meter])),
      names: new Map(names.map(({ id, name }) => [id, name]))
    }
    const enrolled = [
      ...eligible.map(entry => enrolledOf(entry, seen)),
      ...others.map(entry => ({ ...enrolledOf(entry, seen), obstacle: inOther(entry, programme) }))
    ]
    const ids = eligible.map(({ enrolment }) => enrolment.id)
    const goal = {
      ...window,
      programmeId: programme.id,
      targetKw: request.targetKw ?? null,
      probability: request.probability ?? DEFAULT_PROBABILITY,
      commonError: foretelling.commonError(ids)
    }
    return { ok: true, value: planOf(goal, enrolled, ratios.ofProgramme(programme.id)) }
  }

  /** Who is enrolled below the node under the programme, and who only under others. */
  async function scene(request: PlanRequest): Promise<Outcome<Scene>> {
    const start = Date.parse(request.start)
    const wrong = startFault(request.start, now())
    if (wrong !== null) return refuse(422, wrong)
    const nodes = await registry.nodes()
    if (!nodes.some(({ id }) => id === request.nodeId)) {
      return refuse(422, `there is no node ${request.nodeId}`)
    }
    const known = await programmes.list()
    const enrolled = await enrolments.list()
    const at = Math.max(start, now())
    const below = (programmeId?: string) => eligibleBelow(nodes, enrolled, request.nodeId, at, programmeId)
    const id = request.programmeId ?? below()[0]?.enrolment.programmeId ?? known[0]?.id
    const programme = known.find(one => one.id === id)
    if (programme === undefined) {
      return refuse(422, id ? `there is no programme ${id}` : 'there is no programme yet')
    }
    const isAsked = ({ enrolment }: Eligible) => enrolment.programmeId === programme.id
    const found = below(programme.id)
    const others = found.filter(one => !isAsked(one))
    return { ok: true, value: { nodes, programme, eligible: found.filter(isAsked), others } }
  }

  /** What speaks against the time itself, whoever is called. */
  function wrongTime(
    window: { start: number; end: number },
    programme: Programme,
    isJoining: boolean
  ): string | null {
    if (window.end <= now()) return `its end, ${new Date(window.end).toISOString()}, has passed`
    if (isJoining) return null
    const terms = termsOn(programme, local.date(window.start))
    const breach = orderBreach({ ...window, isDrill: false }, terms, now(), local)
    return breach && `${breach.rule}: ${breach.text}`
  }

  function enrolledOf(entry: Eligible, seen: Seen): Enrolled {
    const { enrolment } = entry
    const { customerId, contract } = enrolment
    const points = [enrolment.meteringPointId, ...contract.furtherMeteringPointIds]
    const calls = seen.calls.get(customerId) ?? []
    const terms = termsOn(seen.programme, local.date(seen.window.start))
    const usage = usageOf(calls, seen.window, terms, local)
    return {
      enrolment,
      name: seen.names.get(customerId) ?? customerId,
      presentKw: summed(points.map(needs.presentKw)),
      baselineKw: seen.foretelling.baselineKw(enrolment.id),
      pastRatios: seen.ratios.ofCustomer(customerId),
      eventsThisSeason: usage.seasonEvents,
      hoursThisSeason: usage.seasonHours,
      obstacle: obstacleOf(entry, calls, seen, local)
    }
  }

  return { plan: request => plan(request, false), planMore: request => plan(request, true) }
}

interface Scene {
  nodes: readonly GridNode[]
  programme: Programme
  eligible: Eligible[]
  others: Eligible[]
}

/** What is the same for every candidate. */
interface Seen {
  programme: Programme
  window: { start: number; end: number }
  foretelling: Foretelling
  calls: ReadonlyMap<string, PastCall[]>
  ratios: PastRatios
  busy: ReadonlyMap<string, CurtailmentEvent>
  meters: ReadonlyMap<string, string | null>
  names: ReadonlyMap<string, string>
}

/** What stands in the way of calling a customer, beside its load. */
function obstacleOf(
  entry: Eligible,
  calls: readonly PastCall[],
  { programme, window, busy, meters }: Seen,
  local: LocalTime
): Obstacle | null {
  const { customerId, contract } = entry.enrolment
  const event = busy.get(customerId)
  if (event !== undefined && !outranks({ priority: programme.priority, isDrill: false }, event)) {
    const text = `it is already called in this time by ${event.id}, of priority ${event.priority}`
    return { reason: 'already-called', text }
  }
  if (metersOf(entry, point => meters.get(point) ?? null) === null) {
    return { reason: 'no-meter', text: 'one of its metering points has no meter' }
  }
  const rules = { kind: programme.kind, terms: termsOn(programme, local.date(window.start)), contract }
  const breach = customerBreach({ ...window, isDrill: false }, rules, calls, local)
  return breach && { reason: breach.rule, text: `it ${breach.text}` }
}

const inOther = ({ enrolment }: Eligible, programme: Programme): Obstacle => ({
  reason: 'other-programme',
  text: `it is enrolled in programme ${enrolment.programmeId}, not in ${programme.id}`
})

function summed(values: readonly (number | null)[]): number | null {
  let sum = 0
  for (const value of values) {
    if (value === null) return null
    sum += value
  }
  return sum
}
