import type { CurtailmentEvent, EventState } from '../../contract/events.ts'
import { callsOf, type PastCall } from './limits.ts'

/** Events that count against caps, newest first. */
const MAX_EVENTS = 2000
const REREAD_MS = 60_000

const openStates = ['notified', 'standby', 'active', 'ended', 'provisional'] as const
const closedStates = ['final', 'cancelled'] as const

export interface CallReaderNeeds {
  events: {
    list(filter: { states: readonly EventState[]; limit: number }): Promise<CurtailmentEvent[]>
  }
  now(): number
}

/**
 * Customer → its real calls, without those of `exceptId`: what the limits are judged by. Open events are read each time;
 * closed ones once a minute, and whenever one that was open is not any more: it may have been cancelled.
 */
export function createCallReader({ events, now }: CallReaderNeeds) {
  const known = new Map<string, Map<string, PastCall[]>>()
  let open = new Set<string>()
  let readAt = Number.NEGATIVE_INFINITY

  async function read(states: readonly EventState[]): Promise<Set<string>> {
    const found = await events.list({ states, limit: MAX_EVENTS })
    for (const event of found) known.set(event.id, callsOf([event]))
    return new Set(found.map(({ id }) => id))
  }

  return async (exceptId?: string): Promise<Map<string, PastCall[]>> => {
    const before = open
    open = await read(openStates)
    const hasClosed = [...before].some(id => !open.has(id))
    if (hasClosed || Math.abs(now() - readAt) >= REREAD_MS) {
      await read(closedStates)
      readAt = now()
    }
    const calls = new Map<string, PastCall[]>()
    for (const [id, ofEvent] of known) {
      if (id === exceptId) continue
      for (const [customerId, more] of ofEvent) {
        const all = calls.get(customerId)
        if (all) all.push(...more)
        else calls.set(customerId, [...more])
      }
    }
    return calls
  }
}
