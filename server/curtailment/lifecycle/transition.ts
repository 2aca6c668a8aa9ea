import { CLOCK, type CurtailmentEvent, type EventState } from '../../contract/events.ts'

/** Who changes an event, and when (epoch ms). */
export interface Change {
  at: number
  by: string
  byId: string | null
  note: string | null
}

/** The event as a command leaves it, or why it cannot be done, in words. */
export type Transition = { ok: true; next: CurtailmentEvent } | { ok: false; reason: string }

export const byTheClock = (at: number): Change => ({ at, by: CLOCK, byId: null, note: null })

/** The next version of an event, with its line in the history. */
export function changed(
  event: CurtailmentEvent,
  state: EventState,
  { at, by, byId, note }: Change
): CurtailmentEvent {
  const version = event.version + 1
  const change = { version, state, at: iso(at), by, byId, note }
  return { ...event, state, version, history: [...event.history, change] }
}

export const iso = (t: number) => new Date(t).toISOString()
