import type { Signed } from '../../contract/access.ts'
import type { CurtailmentEvent, NewCurtailmentEvent, Participant } from '../../contract/events.ts'
import type { Programme } from '../../contract/programmes.ts'
import type { GridNode } from '../../contract/registry.ts'
import { type Outcome, refuse } from '../needs.ts'
import type { Eligible } from '../plan/eligibility.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import { withParts } from './release.ts'
import { iso } from './transition.ts'

/** Named in a refusal at most. */
const NAMED = 5

type Called = NewCurtailmentEvent['participants'][number]

/** What is known when an order is checked. */
export interface OrderContext {
  node: GridNode
  programme: Programme
  /** Below the node, in this programme. */
  eligible: readonly Eligible[]
  customerNames: ReadonlyMap<string, string>
  /** Meters of metering points. */
  meterOf: (meteringPointId: string) => string | null
  now: number
}

/** Beyond it a start is a mistake: the walk over the days of the calendar has no end at year 10000. */
const FURTHEST_START_MS = 366 * 86_400_000

/** Why a start (RFC 3339) cannot be one, in words; null where it can. */
export function startFault(start: string, now: number): string | null {
  // Negated, because a leap second is a valid time of the contract and NaN here.
  if (!(Math.abs(Date.parse(start) - now) <= FURTHEST_START_MS)) {
    return `its start, ${start}, is no time within a year of now`
  }
  return null
}

/** Event times on slot boundaries: never before the asked start, never shorter than asked. Epoch ms. */
export function snapped(
  grid: SlotGrid,
  asked: { start: string; durationMinutes: number }
): { start: number; end: number } {
  const start = grid.ceil(Date.parse(asked.start))
  return { start, end: grid.ceil(start + asked.durationMinutes * 60_000) }
}

/** The draft that an order makes, its id still empty; or why it is refused, naming whom it concerns. */
export function draftOf(
  order: Signed<NewCurtailmentEvent>,
  { start, end }: { start: number; end: number },
  grid: SlotGrid,
  context: OrderContext
): Outcome<CurtailmentEvent> {
  if (end <= context.now) return refuse(422, `its end, ${iso(end)}, has passed`)
  const participants = participantsOf(order.participants, { start, end }, context)
  if (!participants.ok) return participants
  const change = { version: 1, state: 'draft', at: iso(context.now), note: null } as const
  const event = withParts({
    id: '',
    state: 'draft',
    version: 1,
    nodeId: context.node.id,
    nodeName: context.node.name,
    programmeId: context.programme.id,
    findingId: order.findingId ?? null,
    isDrill: order.isDrill ?? false,
    priority: context.programme.priority,
    targetKw: order.targetKw ?? null,
    releaseStepMinutes: order.releaseStepMinutes ?? 0,
    start: iso(start),
    end: iso(end),
    reason: order.reason,
    participants: participants.value,
    history: [{ ...change, by: order.by, byId: order.byId }]
  })
  const early = event.participants.find(one => grid.ceil(start + 1) > Date.parse(one.end))
  if (early === undefined) return { ok: true, value: event }
  const { releaseStepMinutes: step } = event
  return refuse(
    422,
    `release group ${early.releaseGroup} would come back at ${early.end}, before one whole settlement slot is over: a step of ${step} min is too long for so many groups`
  )
}

/** Who is called in [start, end), or why that is refused, naming whom it concerns. */
export function participantsOf(
  called: readonly Called[],
  { start, end }: { start: number; end: number },
  context: OrderContext
): Outcome<Participant[]> {
  const ids = called.map(({ customerId }) => customerId)
  const doubled = new Set<string>()
  const once = new Set<string>()
  for (const id of ids) (once.has(id) ? doubled : once).add(id)
  if (doubled.size > 0) return refuse(422, `named more than once: ${named([...doubled])}`)

  const eligible = new Map(context.eligible.map(entry => [entry.enrolment.customerId, entry]))
  const where = `below ${context.node.id} in programme ${context.programme.id}`
  const strangers = ids.filter(id => !eligible.has(id))
  if (strangers.length > 0) return refuse(422, `not enrolled ${where}: ${named(strangers)}`)

  const participants: Participant[] = []
  const unmetered: string[] = []
  for (const { customerId, requestedKw, releaseGroup = 1 } of called) {
    const entry = eligible.get(customerId)
    const meters = entry && metersOf(entry, context.meterOf)
    if (!entry || !meters) {
      unmetered.push(customerId)
      continue
    }
    participants.push({
      customerId,
      customerName: context.customerNames.get(customerId) ?? customerId,
      ...meters,
      requestedKw,
      committedKw: entry.enrolment.committedKw,
      start: iso(start),
      end: iso(end),
      releaseGroup,
      releasedAt: null,
      supersededBy: null,
      acknowledgedAt: null,
      answer: null,
      thanks: null
    })
  }
  if (unmetered.length > 0) {
    return refuse(422, `without a meter, so not to be measured: ${named(unmetered)}`)
  }
  return { ok: true, value: participants }
}

/** What settles an enrolment: the meter of its point, and of those metered with it; null where one has none. */
export function metersOf(
  { enrolment, meterId }: Eligible,
  meterOf: (meteringPointId: string) => string | null
): Pick<Participant, 'meteringPointId' | 'meterId' | 'furtherMeters'> | null {
  if (meterId === null) return null
  const furtherMeters: Participant['furtherMeters'] = []
  for (const meteringPointId of enrolment.contract.furtherMeteringPointIds) {
    const meter = meterOf(meteringPointId)
    if (meter === null) return null
    furtherMeters.push({ meteringPointId, meterId: meter })
  }
  return { meteringPointId: enrolment.meteringPointId, meterId, furtherMeters }
}

export function named(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return names.slice(0, NAMED).join(', ') + more
}
