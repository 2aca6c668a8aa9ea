import type { Signed } from '../../contract/access.ts'
import type { CurtailmentEvent, NewCurtailmentEvent, Participant } from '../../contract/events.ts'
import type { GridNode } from '../../contract/registry.ts'
import type { Outcome } from '../needs.ts'
import type { Eligible } from '../plan/eligibility.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'

/** Named in a refusal at most. */
const NAMED = 5

/** What is known when an order is checked. */
export interface OrderContext {
  node: GridNode
  programmeId: string
  eligible: readonly Eligible[]
  customerNames: ReadonlyMap<string, string>
  /** Customer → the event that already calls it in this time. */
  called: ReadonlyMap<string, string>
  now: number
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
  context: OrderContext
): Outcome<CurtailmentEvent> {
  const ids = order.participants.map(({ customerId }) => customerId)
  const doubled = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))]
  if (doubled.length > 0) return refuse(422, `named more than once: ${named(doubled)}`)
  if (end <= context.now) return refuse(422, `its end, ${iso(end)}, has passed`)

  const eligible = new Map(context.eligible.map(entry => [entry.enrolment.customerId, entry]))
  const where = `below ${context.node.id} in programme ${context.programmeId}`
  const strangers = ids.filter(id => !eligible.has(id))
  if (strangers.length > 0) return refuse(422, `not enrolled ${where}: ${named(strangers)}`)
  const busy = ids.filter(id => context.called.has(id))
  if (busy.length > 0) {
    return refuse(
      409,
      `already called in this time: ${named(busy.map(id => `${id} (${context.called.get(id)})`))}`
    )
  }

  const participants: Participant[] = []
  const unmetered: string[] = []
  for (const { customerId, requestedKw } of order.participants) {
    const entry = eligible.get(customerId)
    if (!entry?.meterId) {
      unmetered.push(customerId)
      continue
    }
    participants.push({
      customerId,
      customerName: context.customerNames.get(customerId) ?? customerId,
      meteringPointId: entry.enrolment.meteringPointId,
      meterId: entry.meterId,
      requestedKw,
      committedKw: entry.enrolment.committedKw,
      acknowledgedAt: null,
      answer: null,
      thanks: null
    })
  }
  if (unmetered.length > 0) {
    return refuse(422, `without a meter, so not to be measured: ${named(unmetered)}`)
  }
  const at = iso(context.now)
  return {
    ok: true,
    value: {
      id: '',
      state: 'draft',
      version: 1,
      nodeId: context.node.id,
      nodeName: context.node.name,
      programmeId: context.programmeId,
      findingId: order.findingId ?? null,
      start: iso(start),
      end: iso(end),
      reason: order.reason,
      participants,
      history: [{ version: 1, state: 'draft', at, by: order.by, byId: order.byId, note: null }]
    }
  }
}

/** Customer → the event that calls it in [start, end), of events that stand. */
export function calledDuring(
  events: readonly CurtailmentEvent[],
  { start, end }: { start: number; end: number }
): Map<string, string> {
  const called = new Map<string, string>()
  for (const event of events) {
    if (Date.parse(event.start) >= end || Date.parse(event.end) <= start) continue
    for (const { customerId } of event.participants) called.set(customerId, event.id)
  }
  return called
}

function named(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return names.slice(0, NAMED).join(', ') + more
}

const refuse = (status: 409 | 422, reason: string) => ({ ok: false, status, reason }) as const
const iso = (t: number) => new Date(t).toISOString()
