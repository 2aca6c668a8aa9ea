import type { CurtailmentEvent, Participant } from '../../contract/events.ts'
import type { LivePerformance } from '../../contract/performance.ts'
import type { Plan, PlanRequest } from '../../contract/plans.ts'
import type { Outcome } from '../needs.ts'
import type { LiveBasis } from '../performance/needs.ts'
import type { Present } from './basis.ts'
import { callMore, missingKw } from './callMore.ts'
import { livePerformance } from './livePerformance.ts'

/** One estimate serves everybody who asks meanwhile. */
const FRESH_MS = 2_000
/** A plan for the rest of the event is asked for again after so long. */
const PLAN_MS = 15_000
/** The basis is read again when a slot has ended, and at the latest after so long. */
const BASIS_MS = 5 * 60_000
/** After the end of a slot, so that its last readings are stored. */
const GRACE_MS = 5_000
const RETRY_MS = 10_000
/** Events watched at a time; the longest unasked goes first. */
const MAX_EVENTS = 100

export interface WatchingNeeds {
  /** What is known of each participant; for a large event this takes seconds. */
  basisOf(event: CurtailmentEvent): Promise<{ basis: Map<string, LiveBasis>; commonErrorShare: number }>
  presentOf(participant: Participant, now: number): Present | null
  plan(request: PlanRequest): Promise<Outcome<Plan>>
  /** The first settlement slot that begins after a moment, epoch ms. */
  ceilToSlot(event: CurtailmentEvent, t: number): Promise<number>
  onFault(what: string, error: unknown): void
  now(): number
}

type Basis = Awaited<ReturnType<WatchingNeeds['basisOf']>>

interface Watched {
  version: number
  basis: Basis
  /** When the basis is to be read again, epoch ms. */
  dueAt: number
  reading: boolean
  estimate: { at: number; value: Promise<LivePerformance> } | null
  more: { at: number; value: LivePerformance['callMore'] }
}

/** Running events against their target, for all who watch. */
export interface Watching {
  /** Over the participants that are seen; whom to call as well is said only to who sees them all. */
  of(event: CurtailmentEvent, isSeen?: (participant: Participant) => boolean): Promise<LivePerformance>
}

/**
 * Keeps what an estimate rests on while somebody watches. A new version of an event is read before it is answered for;
 * the end of a slot is read beside the answers, which go on with what is known.
 */
export function createWatching(needs: WatchingNeeds): Watching {
  const { now, onFault } = needs
  const watched = new Map<string, Watched>()
  const beginning = new Map<string, Promise<Watched>>()

  async function read(event: CurtailmentEvent): Promise<Watched> {
    const basis = await needs.basisOf(event)
    const before = watched.get(event.id)
    const more =
      before?.version === event.version ? before.more : { at: Number.NEGATIVE_INFINITY, value: null }
    const dueAt = nextRead(basis, now())
    return { version: event.version, basis, dueAt, reading: false, estimate: null, more }
  }

  function begin(event: CurtailmentEvent): Promise<Watched> {
    const key = `${event.id} ${event.version}`
    const begun =
      beginning.get(key) ??
      read(event)
        .then(one => keep(event.id, one))
        .finally(() => beginning.delete(key))
    beginning.set(key, begun)
    return begun
  }

  function keep(id: string, one: Watched): Watched {
    watched.delete(id)
    const oldest = watched.keys().next()
    if (watched.size >= MAX_EVENTS && !oldest.done) watched.delete(oldest.value)
    watched.set(id, one)
    return one
  }

  function readAgain(event: CurtailmentEvent, one: Watched): void {
    one.reading = true
    begin(event).catch(error => {
      one.reading = false
      one.dueAt = now() + RETRY_MS
      onFault(`the running event ${event.id} cannot be read`, error)
    })
  }

  function looked(event: CurtailmentEvent, { basis }: Watched, at: number) {
    const presentOf = (participant: Participant) => needs.presentOf(participant, at)
    return livePerformance(event, { ...basis, presentOf }, at)
  }

  async function estimate(event: CurtailmentEvent, one: Watched): Promise<LivePerformance> {
    const at = now()
    const live = looked(event, one, at)
    const missing = missingKw(live)
    if (missing === null) one.more = { at: Number.NEGATIVE_INFINITY, value: null }
    else if (at - one.more.at >= PLAN_MS) one.more = { at, value: await moreFor(event, missing, at) }
    return { ...live, callMore: one.more.value }
  }

  /** null: no slot is left in which others could help, or there is no plan. */
  async function moreFor(
    event: CurtailmentEvent,
    missing: number,
    at: number
  ): Promise<LivePerformance['callMore']> {
    const start = await needs.ceilToSlot(event, at)
    const durationMinutes = Math.floor((Date.parse(event.end) - start) / 60_000)
    if (durationMinutes < 1) return null
    const { nodeId, programmeId } = event
    const request = { nodeId, programmeId, start: new Date(start).toISOString(), durationMinutes }
    const planned = await needs.plan({ ...request, targetKw: missing })
    const participants = new Set(event.participants.map(({ customerId }) => customerId))
    return planned.ok ? callMore(planned.value, missing, participants) : null
  }

  return {
    async of(event, isSeen = everybody) {
      const known = watched.get(event.id)
      const one = known?.version === event.version ? keep(event.id, known) : await begin(event)
      if (!one.reading && now() >= one.dueAt) readAgain(event, one)
      const participants = event.participants.filter(isSeen)
      if (participants.length < event.participants.length) {
        return { ...looked({ ...event, participants }, one, now()), callMore: null }
      }
      if (one.estimate === null || now() - one.estimate.at >= FRESH_MS) {
        one.estimate = { at: now(), value: estimate(event, one) }
      }
      return one.estimate.value
    }
  }
}

const everybody = () => true

/** Once the next slot has ended, of whoever's part. */
function nextRead({ basis }: Basis, now: number): number {
  let next = now + BASIS_MS
  for (const { slots } of basis.values()) {
    const end = slots.find(slot => slot.end + GRACE_MS > now)?.end
    if (end !== undefined) next = Math.min(next, end + GRACE_MS)
  }
  return next
}
