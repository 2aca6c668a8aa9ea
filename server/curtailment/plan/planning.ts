import type { Signed } from '../../contract/access.ts'
import type { CurtailmentEvent, NewCurtailmentEvent } from '../../contract/events.ts'
import type { Plan, PlanRequest } from '../../contract/plans.ts'
import type { Programme } from '../../contract/programmes.ts'
import { calledDuring, draftOf, snapped } from '../lifecycle/order.ts'
import type { CurtailmentNeeds, Outcome } from '../needs.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import { type Eligible, eligibleBelow } from './eligibility.ts'
import { planOf } from './selection.ts'

/** How many of the newest final events tell what a customer usually delivers. */
const PAST_EVENTS = 30
const OPEN_EVENTS = 1000
/** Beyond it a start is a mistake: the walk over the days of the calendar has no end at year 10000. */
const FURTHEST_START_MS = 366 * 86_400_000

type PlanningNeeds = Pick<
  CurtailmentNeeds,
  'events' | 'customers' | 'enrolments' | 'programmes' | 'registry' | 'presentKw' | 'now'
>

/** Reads what plans and orders are decided on; decides nothing itself. */
export interface Planning {
  plan(request: PlanRequest): Promise<Outcome<Plan>>
  draft(order: Signed<NewCurtailmentEvent>): Promise<Outcome<CurtailmentEvent>>
  /** Customer → the standing event that calls it in [start, end), epoch ms. */
  called(window: { start: number; end: number }): Promise<Map<string, string>>
  /** Participants of a draft whose enrolment or meter is no longer what it was drafted on: their ids. */
  gone(draft: CurtailmentEvent): Promise<string[]>
}

export function createPlanning(needs: PlanningNeeds, gridOf: (programme: Programme) => SlotGrid): Planning {
  const { events, customers, enrolments, programmes, registry, presentKw, now } = needs
  const pastRatios = ratioReader(events)

  const called: Planning['called'] = async window =>
    calledDuring(await events.list({ states: ['notified', 'active'], limit: OPEN_EVENTS }), window)

  const names = async () => new Map((await customers.list()).map(({ id, name }) => [id, name]))

  /** The node, who is enrolled below it, and under which programme; `programmeId` null leaves that to the enrolments. */
  async function scene(
    nodeId: string,
    start: string,
    programmeId: string | null,
    customerId: string | null
  ): Promise<Outcome<Scene>> {
    // Negated, because a leap second is a valid time of the contract and NaN here.
    if (!(Math.abs(Date.parse(start) - now()) <= FURTHEST_START_MS)) {
      return refuse(`its start, ${start}, is no time within a year of now`)
    }
    const nodes = await registry.nodes()
    const node = nodes.find(({ id }) => id === nodeId)
    if (node === undefined) return refuse(`there is no node ${nodeId}`)
    const known = await programmes.list()
    const inForceAt = Math.max(Date.parse(start), now())
    const below = eligibleBelow(nodes, await enrolments.list(), nodeId, inForceAt)
    const asked = below.find(({ enrolment }) => customerId === null || enrolment.customerId === customerId)
    const id = programmeId ?? asked?.enrolment.programmeId ?? known[0]?.id
    const programme = known.find(candidate => candidate.id === id)
    if (programme === undefined)
      return refuse(id ? `there is no programme ${id}` : 'there is no programme yet')
    return { ok: true, value: { node, programme, eligible: below } }
  }

  async function plan(request: PlanRequest): Promise<Outcome<Plan>> {
    const found = await scene(request.nodeId, request.start, null, null)
    if (!found.ok) return found
    const window = snapped(gridOf(found.value.programme), request)
    if (window.end <= now()) return refuse(`its end, ${new Date(window.end).toISOString()}, has passed`)
    const [busy, nameOf, ratiosOf] = await Promise.all([called(window), names(), pastRatios()])
    const enrolled = found.value.eligible.map(({ enrolment, meterId }) => {
      const { customerId, meteringPointId, committedKw } = enrolment
      const event = busy.get(customerId)
      return {
        customerId,
        name: nameOf.get(customerId) ?? customerId,
        meteringPointId,
        committedKw,
        presentKw: presentKw(meteringPointId),
        pastRatios: ratiosOf.get(customerId) ?? [],
        obstacle: event
          ? `already called in this time by ${event}`
          : meterId === null
            ? 'its metering point has no meter'
            : null
      }
    })
    return { ok: true, value: planOf(window, request.targetKw ?? null, enrolled) }
  }

  async function draft(order: Signed<NewCurtailmentEvent>): Promise<Outcome<CurtailmentEvent>> {
    const first = order.participants[0]?.customerId ?? null
    const found = await scene(order.nodeId, order.start, order.programmeId ?? null, first)
    if (!found.ok) return found
    const { node, programme, eligible } = found.value
    const window = snapped(gridOf(programme), order)
    return draftOf(order, window, {
      node,
      programmeId: programme.id,
      eligible: eligible.filter(({ enrolment }) => enrolment.programmeId === programme.id),
      customerNames: await names(),
      called: await called(window),
      now: now()
    })
  }

  async function gone({ nodeId, programmeId, start, participants }: CurtailmentEvent): Promise<string[]> {
    const inForceAt = Math.max(Date.parse(start), now())
    const below = eligibleBelow(await registry.nodes(), await enrolments.list(), nodeId, inForceAt)
    const standing = new Set(
      below
        .filter(({ enrolment }) => enrolment.programmeId === programmeId)
        .map(({ enrolment, meterId }) => `${enrolment.customerId}/${enrolment.meteringPointId}/${meterId}`)
    )
    return participants
      .filter(one => !standing.has(`${one.customerId}/${one.meteringPointId}/${one.meterId}`))
      .map(({ customerId }) => customerId)
  }

  return { plan, draft, called, gone }
}

interface Scene {
  node: { id: string; name: string } & Parameters<typeof draftOf>[2]['node']
  programme: Programme
  eligible: Eligible[]
}

/** Delivered ÷ asked of each customer in the newest final events. A final result never changes, so it is read once. */
function ratioReader(events: PlanningNeeds['events']): () => Promise<Map<string, number[]>> {
  let known = new Map<string, { customerId: string; ratio: number }[]>()
  return async () => {
    const next: typeof known = new Map()
    for (const { id } of await events.list({ states: ['final'], limit: PAST_EVENTS })) {
      const result = known.get(id) ?? (await events.result(id))?.participants
      if (result === undefined) continue
      const ratios = result.flatMap(({ customerId, ratio }) =>
        ratio === null ? [] : [{ customerId, ratio }]
      )
      next.set(id, ratios)
    }
    known = next
    const byCustomer = new Map<string, number[]>()
    for (const { customerId, ratio } of [...known.values()].flat()) {
      const ratios = byCustomer.get(customerId)
      if (ratios) ratios.push(ratio)
      else byCustomer.set(customerId, [ratio])
    }
    return byCustomer
  }
}

const refuse = (reason: string) => ({ ok: false, status: 422, reason }) as const
