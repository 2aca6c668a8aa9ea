import type { CurtailmentEvent, EventState, Participant } from '../../contract/events.ts'
import { byTheClock, changed, iso } from './transition.ts'

/** States in which an event calls its participants. */
export const callingStates = ['notified', 'standby', 'active'] as const satisfies readonly EventState[]

/** Open events that are looked at at a time. */
export const MAX_OPEN_EVENTS = 10_000

type Rank = Pick<CurtailmentEvent, 'priority' | 'isDrill'>

/** Whether `a` calls customers away from `b`: by priority; what is meant from what is practised; a drill from nobody. */
export function outranks(a: Rank, b: Rank): boolean {
  if (a.isDrill) return false
  return b.isDrill || a.priority > b.priority
}

/** Customer → the standing event that calls it in [start, end), epoch ms; of several the one that gives way last. */
export function callers(
  events: readonly CurtailmentEvent[],
  { start, end }: { start: number; end: number }
): Map<string, CurtailmentEvent> {
  const found = new Map<string, CurtailmentEvent>()
  for (const event of events) {
    if (!isCalling(event)) continue
    for (const one of event.participants) {
      if (!isCalledIn(one, start, end)) continue
      const known = found.get(one.customerId)
      if (known === undefined || outranks(event, known)) found.set(one.customerId, event)
    }
  }
  return found
}

/** Customer → the standing event that keeps it from being called by `next`: of the same or a higher priority. */
export function standingInTheWay(
  events: readonly CurtailmentEvent[],
  next: CurtailmentEvent
): Map<string, string> {
  const others = events.filter(event => event.id !== next.id && !outranks(next, event))
  const found = new Map<string, string>()
  const parts = new Map(next.participants.map(one => [one.customerId, one]))
  for (const event of others.filter(isCalling)) {
    for (const one of event.participants) {
      const part = parts.get(one.customerId)
      if (part === undefined || part.supersededBy !== null) continue
      if (isCalledIn(one, Date.parse(part.start), Date.parse(part.end))) found.set(one.customerId, event.id)
    }
  }
  return found
}

/** By which event a customer is called away, and from when on (epoch ms) that one calls it. */
export interface CalledAway {
  by: string
  at: number
}

/**
 * Of events that stand: event → customer → the higher event that calls it in the same time. Nobody is left in two:
 * what is found here leaves the lower one, at once when the higher is sent, or after a crash in between.
 */
export function calledAway(events: readonly CurtailmentEvent[]): Map<string, Map<string, CalledAway>> {
  const leaving = new Map<string, Map<string, CalledAway>>()
  const standing = events.filter(isCalling)
  const callsOf = new Map<string, { event: CurtailmentEvent; one: Participant }[]>()
  for (const event of standing) {
    for (const one of event.participants) {
      if (one.supersededBy !== null || one.releasedAt !== null) continue
      const calls = callsOf.get(one.customerId)
      if (calls) calls.push({ event, one })
      else callsOf.set(one.customerId, [{ event, one }])
    }
  }
  for (const [customerId, calls] of callsOf) {
    for (const low of calls) {
      const high = calls.find(
        ({ event, one }) =>
          outranks(event, low.event) && isCalledIn(low.one, Date.parse(one.start), Date.parse(one.end))
      )
      if (high === undefined) continue
      const away = { by: high.event.id, at: Date.parse(high.one.start) }
      const from = leaving.get(low.event.id) ?? new Map<string, CalledAway>()
      leaving.set(low.event.id, from.set(customerId, away))
    }
  }
  return leaving
}

/**
 * A new version without those who are called away. Their part ends with the last whole slot, or never begins; where the
 * higher event calls them only later, they stay until then.
 *
 *   lower    ├──────────────╎─ ─ ─ ─┤    ends at ╎, and it is let go then
 *   higher                  ├─────────────┤
 */
export function supersede(
  event: CurtailmentEvent,
  away: ReadonlyMap<string, CalledAway>,
  now: number,
  floorToSlot: (t: number) => number
): CurtailmentEvent {
  const next = changed(event, event.state, {
    ...byTheClock(now),
    note: `called away by ${[...new Set([...away.values()].map(({ by }) => by))].join(', ')}: ${away.size} of ${event.participants.length}`
  })
  const participants = next.participants.map(one => {
    const { by, at } = away.get(one.customerId) ?? {}
    if (by === undefined || at === undefined || one.supersededBy !== null) return one
    const start = Date.parse(one.start)
    const until = floorToSlot(at)
    if (until > Math.max(start, now)) return { ...one, end: iso(Math.min(Date.parse(one.end), until)) }
    const end = Math.min(Date.parse(one.end), Math.max(start, floorToSlot(now)))
    return { ...one, supersededBy: by, releasedAt: iso(now), end: iso(end) }
  })
  return { ...next, participants }
}

const isCalling = ({ state }: CurtailmentEvent) => (callingStates as readonly EventState[]).includes(state)

const isCalledIn = (one: Participant, start: number, end: number) =>
  one.supersededBy === null &&
  one.releasedAt === null &&
  Date.parse(one.start) < end &&
  Date.parse(one.end) > start
