import type { CurtailmentEvent, Participant } from '../../contract/events.ts'
import { byTheClock, changed, iso } from './transition.ts'

const MINUTE_MS = 60_000

type Times = Pick<CurtailmentEvent, 'start' | 'end' | 'releaseStepMinutes'>
type Group = Pick<Participant, 'releaseGroup'>

/**
 * When a release group comes back, epoch ms: the last at the end, each earlier one a step before the next, so that not
 * everybody's load returns at once.
 *
 *   start                        end − 2 steps   end − step    end
 *     ├──────── group 1 ──────────────┤
 *     ├──────── group 2 ───────────────────────────┤
 *     ├──────── group 3 ─────────────────────────────────────────┤
 */
export function groupEnd({ end, releaseStepMinutes }: Times, group: number, groups: number): number {
  return Date.parse(end) - (groups - group) * releaseStepMinutes * MINUTE_MS
}

/** The number of the last group. */
export const groupsOf = (participants: readonly Group[]): number =>
  participants.reduce((most, { releaseGroup }) => Math.max(most, releaseGroup), 1)

/** Whether a participant still follows the event: neither let go nor called away. */
export const isHeld = ({ releasedAt, supersededBy }: Participant): boolean =>
  releasedAt === null && supersededBy === null

/**
 * The event with the part of everybody it still holds laid out anew, after its times or groups have changed. Nobody
 * starts before the event, and nobody is told to be back before `earliestEnd` (epoch ms).
 */
export function withParts(event: CurtailmentEvent, earliestEnd = 0): CurtailmentEvent {
  const groups = groupsOf(event.participants)
  const end = Date.parse(event.end)
  const participants = event.participants.map(one => {
    if (!isHeld(one)) return one
    const own = Math.min(end, Math.max(earliestEnd, groupEnd(event, one.releaseGroup, groups)))
    return { ...one, start: later(one.start, event.start), end: iso(own) }
  })
  return { ...event, participants }
}

/** When the next group of a running event is let go, epoch ms; null when only the end is left. */
export function nextReleaseAt({ participants, end }: CurtailmentEvent): number | null {
  const ends = participants.filter(isHeld).map(one => Date.parse(one.end))
  const next = ends.reduce((least, t) => Math.min(least, t), Infinity)
  return next < Date.parse(end) ? next : null
}

/** The all-clear to whose part is over: a new version, the event goes on for the others. */
export function release(event: CurtailmentEvent, now: number): CurtailmentEvent {
  const next = changed(event, event.state, byTheClock(now))
  return letGo(next, now, one => Date.parse(one.end) <= now)
}

/** Everybody still held by it is told to come back. */
export function letGo(
  event: CurtailmentEvent,
  now: number,
  isOver: (one: Participant) => boolean = () => true
): CurtailmentEvent {
  const at = iso(now)
  const participants = event.participants.map(one =>
    isHeld(one) && isOver(one) ? { ...one, releasedAt: at } : one
  )
  return { ...event, participants }
}

/** Everybody's part ends at the end of the event at the latest; one that was to begin after it has none. */
export function cutParts(event: CurtailmentEvent): CurtailmentEvent {
  const end = Date.parse(event.end)
  const participants = event.participants.map(one => {
    if (Date.parse(one.end) <= end) return one
    return { ...one, end: event.end, start: Date.parse(one.start) > end ? event.end : one.start }
  })
  return { ...event, participants }
}

const later = (a: string, b: string) => (Date.parse(a) >= Date.parse(b) ? a : b)
