import type { CurtailmentEvent } from '../contract/events.ts'

/** Participants of the events that are remembered: about 40 MB. */
const MAX_PARTICIPANTS = 60_000

/** An event as it was read or written under a revision; the ones longest not asked for go first. */
export interface EventMemory {
  /** null: not known as of this revision. What comes out is shared: nobody may change it. */
  get(id: string, revision: number): CurtailmentEvent | null
  keep(event: CurtailmentEvent, revision: number): void
}

/**
 * Thousands answer to one event, each in a moment of its own; to read all participants for each answer would take the
 * square of their number. Whoever writes counts the revision up, in this process or another, so that what is remembered
 * is never older than what is kept.
 */
export function createEventMemory(): EventMemory {
  const known = new Map<string, { revision: number; event: CurtailmentEvent }>()
  let kept = 0

  function forget(id: string): void {
    kept -= known.get(id)?.event.participants.length ?? 0
    known.delete(id)
  }
  function keep(event: CurtailmentEvent, revision: number): void {
    forget(event.id)
    known.set(event.id, { event, revision })
    kept += event.participants.length
    for (const oldest of known.keys()) {
      if (kept <= MAX_PARTICIPANTS) return
      forget(oldest)
    }
  }
  return {
    get(id, revision) {
      const found = known.get(id)
      if (found?.revision !== revision) return null
      keep(found.event, revision)
      return found.event
    },
    keep
  }
}
