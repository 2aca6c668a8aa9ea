import type { CurtailmentEvent } from '../contract/events.ts'

/** An event as it stood at a moment (epoch ms), by its history; null: it was not there yet. */
export function eventAsOf(event: CurtailmentEvent, t: number): CurtailmentEvent | null {
  const history = event.history.filter(({ at }) => Date.parse(at) <= t)
  const last = history.at(-1)
  if (last === undefined) return null
  if (history.length === event.history.length) return event
  const before = <T>(at: string | null | undefined, value: T): T | null =>
    at === null || at === undefined || Date.parse(at) > t ? null : value
  return {
    ...event,
    state: last.state,
    version: last.version,
    history,
    participants: event.participants.map(one => ({
      ...one,
      releasedAt: before(one.releasedAt, one.releasedAt),
      supersededBy: before(one.releasedAt, one.supersededBy),
      acknowledgedAt: before(one.acknowledgedAt, one.acknowledgedAt),
      answer: before(one.answer?.at, one.answer),
      thanks: before(one.thanks?.at, one.thanks)
    }))
  }
}
