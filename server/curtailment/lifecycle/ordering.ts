import type { Signed } from '../../contract/access.ts'
import type { CurtailmentEvent, NewCurtailmentEvent, Participant } from '../../contract/events.ts'
import type { LocalTime } from '../../contract/localTime.ts'
import { type Programme, termsOn } from '../../contract/programmes.ts'
import { type CurtailmentNeeds, type Outcome, refuse } from '../needs.ts'
import { type Eligible, eligibleBelow } from '../plan/eligibility.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import { createCallReader } from './callReader.ts'
import { customerBreach, looksBack, orderBreach } from './limits.ts'
import { draftOf, metersOf, named, type OrderContext, participantsOf, snapped, startFault } from './order.ts'
import { isHeld } from './release.ts'
import { callingStates, MAX_OPEN_EVENTS, standingInTheWay } from './supersede.ts'

type OrderingNeeds = Pick<
  CurtailmentNeeds,
  'events' | 'customers' | 'enrolments' | 'programmes' | 'registry' | 'now'
>

/** Reads what orders are decided on, and asks the pure rules; keeps nothing. */
export interface Ordering {
  draft(order: Signed<NewCurtailmentEvent>): Promise<Outcome<CurtailmentEvent>>
  /** Why an event, as it would go out, must not: who left, whom another event calls, what breaks a limit. null: it may. */
  obstacle(next: CurtailmentEvent): Promise<string | null>
  /** The same of a change: asked of the newcomers, and of everybody where it gets longer. */
  obstacleToChange(before: CurtailmentEvent, next: CurtailmentEvent): Promise<string | null>
  /** Who is called as well into an event, their part [start, end), epoch ms. */
  join(
    event: CurtailmentEvent,
    called: NewCurtailmentEvent['participants'],
    part: { start: number; end: number }
  ): Promise<Outcome<Participant[]>>
}

export function createOrdering(
  needs: OrderingNeeds,
  local: LocalTime,
  gridOf: (programme: Programme) => SlotGrid
): Ordering {
  const { events, customers, enrolments, programmes, registry, now } = needs
  const readCalls = createCallReader(needs)

  /** Everybody enrolled below the node, each with what settles it. */
  async function scene(
    nodeId: string,
    programmeId: string | null,
    start: number,
    first: string | null
  ): Promise<Outcome<OrderContext>> {
    const nodes = await registry.nodes()
    const node = nodes.find(({ id }) => id === nodeId)
    if (node === undefined) return refuse(422, `there is no node ${nodeId}`)
    const known = await programmes.list()
    const enrolled = await enrolments.list()
    const at = Math.max(start, now())
    const id =
      programmeId ??
      eligibleBelow(nodes, enrolled, nodeId, at).find(({ enrolment }) => enrolment.customerId === first)
        ?.enrolment.programmeId ??
      known[0]?.id
    const programme = known.find(candidate => candidate.id === id)
    if (programme === undefined) {
      return refuse(422, id ? `there is no programme ${id}` : 'there is no programme yet')
    }
    const inIt = enrolled.filter(enrolment => enrolment.programmeId === programme.id)
    const meters = new Map(nodes.map(one => [one.id, one.meter]))
    return {
      ok: true,
      value: {
        node,
        programme,
        eligible: eligibleBelow(nodes, inIt, nodeId, at),
        customerNames: new Map((await customers.list()).map(one => [one.id, one.name])),
        meterOf: point => meters.get(point) ?? null,
        now: now()
      }
    }
  }

  async function draft(order: Signed<NewCurtailmentEvent>): Promise<Outcome<CurtailmentEvent>> {
    const start = Date.parse(order.start)
    const wrong = startFault(order.start, now())
    if (wrong !== null) return refuse(422, wrong)
    const first = order.participants[0]?.customerId ?? null
    const found = await scene(order.nodeId, order.programmeId ?? null, start, first)
    if (!found.ok) return found
    const grid = gridOf(found.value.programme)
    const made = draftOf(order, snapped(grid, order), grid, found.value)
    if (!made.ok) return made
    const { programme, eligible } = found.value
    const limit =
      orderLimit(made.value, programme, now()) ??
      (await customerLimits(made.value, made.value.participants, programme, eligible))
    if (limit !== null) return refuse(422, limit)
    const busy = [...(await inTheWay(made.value))].map(([customer, event]) => `${customer} (${event})`)
    if (busy.length > 0) return refuse(409, `already called in this time: ${named(busy)}`)
    return made
  }

  /** What of the terms in force at its start an event breaks, noticed at `noticedAt` (epoch ms). */
  function orderLimit(event: CurtailmentEvent, programme: Programme, noticedAt: number): string | null {
    const start = Date.parse(event.start)
    const call = { start, end: Date.parse(event.end), isDrill: event.isDrill }
    const breach = orderBreach(call, termsOn(programme, local.date(start)), noticedAt, local)
    return breach && `${breach.rule}: ${breach.text}`
  }

  /** What of their contracts, and of the caps of the programme, the call breaks for these participants. */
  async function customerLimits(
    { id, start, isDrill }: CurtailmentEvent,
    participants: readonly Participant[],
    programme: Programme,
    eligible: readonly Eligible[]
  ): Promise<string | null> {
    const terms = termsOn(programme, local.date(Date.parse(start)))
    const contracts = new Map(eligible.map(({ enrolment: one }) => [one.customerId, one.contract]))
    const isBackNeeded = [...contracts.values()].some(contract => looksBack({ terms, contract }))
    const calls = isBackNeeded ? await readCalls(id) : null
    const breaches: string[] = []
    for (const one of participants) {
      const contract = contracts.get(one.customerId)
      if (contract === undefined) continue
      const call = { start: Date.parse(one.start), end: Date.parse(one.end), isDrill }
      const rules = { kind: programme.kind, terms, contract }
      const breach = customerBreach(call, rules, calls?.get(one.customerId) ?? [], local)
      if (breach !== null) breaches.push(`${breach.rule}: ${one.customerId} ${breach.text}`)
    }
    return breaches.length === 0 ? null : named(breaches)
  }

  async function inTheWay(event: CurtailmentEvent): Promise<Map<string, string>> {
    const standing = await events.list({ states: callingStates, limit: MAX_OPEN_EVENTS })
    return standingInTheWay(standing, event)
  }

  /** Time has passed since the draft: who has left meanwhile, or been called by another event, is in the way. */
  async function judge(
    next: CurtailmentEvent,
    asked: readonly Participant[],
    noticedAt: number | null
  ): Promise<string | null> {
    const found = await scene(next.nodeId, next.programmeId, Date.parse(next.start), null)
    if (!found.ok) return found.reason
    const { programme, eligible, meterOf } = found.value
    const standing = new Set(
      eligible.flatMap(entry => {
        const meters = metersOf(entry, meterOf)
        return meters ? [keyOf({ customerId: entry.enrolment.customerId, ...meters })] : []
      })
    )
    const gone = asked.filter(one => !standing.has(keyOf(one))).map(({ customerId }) => customerId)
    if (gone.length > 0) return `no longer enrolled as it was drafted: ${named(gone)}; make a new draft`
    const limit =
      (noticedAt === null ? null : orderLimit(next, programme, noticedAt)) ??
      (await customerLimits(next, asked, programme, eligible))
    if (limit !== null) return limit
    const [busy] = await inTheWay(next)
    return busy === undefined ? null : `${busy[0]} is called in this time by ${busy[1]}`
  }

  const obstacle: Ordering['obstacle'] = next => judge(next, next.participants, now())

  const obstacleToChange: Ordering['obstacleToChange'] = (before, next) => {
    const isLonger = Date.parse(next.end) > Date.parse(before.end)
    const known = new Set(before.participants.map(({ customerId }) => customerId))
    const asked = next.participants.filter(one => (isLonger ? isHeld(one) : !known.has(one.customerId)))
    return judge(next, asked, isLonger ? Number.NEGATIVE_INFINITY : null)
  }

  const join: Ordering['join'] = async (event, called, part) => {
    const found = await scene(event.nodeId, event.programmeId, part.start, null)
    return found.ok ? participantsOf(called, part, found.value) : found
  }

  return { draft, obstacle, obstacleToChange, join }
}

function keyOf(one: Pick<Participant, 'customerId' | 'meteringPointId' | 'meterId' | 'furtherMeters'>) {
  const further = one.furtherMeters.map(({ meteringPointId, meterId }) => `${meteringPointId}=${meterId}`)
  return [one.customerId, one.meteringPointId, one.meterId, ...further].join('/')
}
