import type { CurtailmentEvent } from '../contract/events.ts'
import type { Performance } from '../contract/performance.ts'
import { dueAt, reachedAt, wasBrokenOff } from './lifecycle/lifecycle.ts'
import { byTheClock, changed } from './lifecycle/transition.ts'
import type { CommandKey, CurtailmentNeeds } from './needs.ts'
import type { Steps } from './steps.ts'

/** A result with this share of its participants' slots known is provisional; less is not yet one (domain reference 4). */
const WHOLE_SHARE = 0.98
const TRY_AGAIN_MS = 60_000
const RETRY_MS = 10_000
const AWAIT_STORE_MS = 1_000
/** Late data is looked for after at least so long, and after a quarter of the event's age, until it is this old. */
const LATE_LOOK_MS = 10 * 60_000
const LATE_SHARE = 0.25
const LATE_DATA_MS = 45 * 86_400_000
const MAX_WAITING = 10_000

export interface SettlingNeeds {
  needs: Pick<CurtailmentNeeds, 'events' | 'results' | 'isStored' | 'now' | 'onFault'>
  steps: Steps
  turn<T>(name: string, job: () => Promise<T>): Promise<T>
}

/** What becomes of events after their end. */
export interface Settling {
  /** From now on it is looked after. */
  add(event: CurtailmentEvent): void
  /** Measures an event in the state and version it is to have, keeps that and writes it; null: it was changed meanwhile. */
  close(
    event: CurtailmentEvent,
    next: CurtailmentEvent,
    command?: CommandKey
  ): Promise<CurtailmentEvent | null>
  /** Begins with what is due and returns at once; one event is measured at a time. */
  tick(): void
  /** Resolves when nothing is being measured any more. */
  idle(): Promise<void>
}

/**
 * Measuring a large event takes seconds, so it runs beside the clock and outside the event's turn: answers and commands
 * are not held up. What was measured counts only if the event has the same version afterwards.
 *
 *   end ── slot ──► ended ── every minute: 98 % known? ──► provisional ── settle delay over ──► final
 *                                                       keep, then advance ┘               keep, then advance ┘
 *   provisional, final, broken off: measured again as it ages; what late data says otherwise is kept beside the old
 *
 * A crash between keeping and advancing is healed by doing both again: the same result is not kept twice.
 */
export function createSettling({ needs, steps, turn }: SettlingNeeds): Settling {
  const { events, results, isStored, now, onFault } = needs
  /** When each is looked at next, epoch ms; null: this version was only just added. */
  const due = new Map<string, { version: number; at: number | null }>()
  let latest = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null

  function add({ id, version }: CurtailmentEvent): void {
    const known = due.get(id)
    if (known?.version === version || (known === undefined && due.size >= MAX_WAITING)) return
    due.set(id, { version, at: null })
  }

  function tick(): void {
    // Set back, nothing waits for a time that is far ahead now.
    if (now() < latest) for (const waiting of due.values()) waiting.at = null
    latest = now()
    running ??= run().finally(() => {
      running = null
    })
  }

  async function run(): Promise<void> {
    for (;;) {
      const [id, waiting] = [...due].find(([, { at }]) => at === null || at <= now()) ?? []
      if (id === undefined || waiting === undefined) return
      const isNew = waiting.at === null
      waiting.at = now() + RETRY_MS
      try {
        const next = await settle(id, isNew)
        // Another version may have been added meanwhile: that one is looked at at once.
        if (due.get(id) !== waiting) continue
        if (next === null) due.delete(id)
        else waiting.at = next
      } catch (error) {
        onFault(`curtailment event ${id} cannot be measured and is tried again`, error)
      }
    }
  }

  /** One step; resolves to when to look again, epoch ms, or null: never. */
  async function settle(id: string, isNew: boolean): Promise<number | null> {
    const event = await events.get(id)
    if (event === null) return null
    if (event.state === 'ended') return settleEnded(event)
    if (event.state === 'provisional') {
      const { finalAt, isDue } = await finality(event)
      if (isDue) return finish(event, finalAt)
      return Math.min(finalAt, (await late(event, isNew)) ?? finalAt)
    }
    if (event.state === 'final') return late(event, isNew)
    return wasBrokenOff(event) ? brokenOff(event, isNew) : null
  }

  async function settleEnded(event: CurtailmentEvent): Promise<number> {
    const { finalAt, isDue, ceilToSlot } = await finality(event)
    if (isDue) return finish(event, finalAt)
    const wholeAt = ceilToSlot(Date.parse(event.end) + 1)
    if (now() < wholeAt) return Math.min(wholeAt, finalAt)
    const next = changed(event, 'provisional', byTheClock(now()))
    const measured = await results.measure(next)
    if (knownShare(measured) < WHOLE_SHARE) return Math.min(finalAt, now() + TRY_AGAIN_MS)
    await write(event, next, measured, 'its data is whole')
    return Math.min(finalAt, now() + LATE_LOOK_MS)
  }

  async function finality(event: CurtailmentEvent) {
    const rules = await steps.rulesOf(event)
    const finalAt = dueAt(event, rules) ?? now()
    return { finalAt, isDue: now() >= finalAt, ceilToSlot: rules.ceilToSlot }
  }

  async function finish(event: CurtailmentEvent, finalAt: number): Promise<number> {
    if (!isStored(finalAt)) return now() + AWAIT_STORE_MS
    await close(event, changed(event, 'final', byTheClock(now())))
    return now() + LATE_LOOK_MS
  }

  const close: Settling['close'] = async (event, next, command) =>
    write(event, next, await results.measure(next), 'no more data is awaited', command)

  function write(
    event: CurtailmentEvent,
    next: CurtailmentEvent,
    measured: Performance,
    why: string,
    command?: CommandKey
  ): Promise<CurtailmentEvent | null> {
    return turn(`event ${event.id}`, async () => {
      if ((await events.get(event.id))?.version !== event.version) return null
      await results.keep(measured, { kind: next.state === 'final' ? 'final' : 'provisional', why })
      return steps.commit(event, next, command)
    })
  }

  /** Participants were down until then: measured, kept, thanked. The event stays cancelled. */
  async function brokenOff(event: CurtailmentEvent, isNew: boolean): Promise<number | null> {
    if ((await results.list(event.id)).results.length > 0) return late(event, isNew)
    if (!isStored(reachedAt(event, 'cancelled') ?? now())) return now() + AWAIT_STORE_MS
    await results.keep(await results.measure(event), { kind: 'final', why: 'cancelled while it was active' })
    return late(event, true)
  }

  async function late(event: CurtailmentEvent, isNew: boolean): Promise<number | null> {
    const ageMs = now() - Date.parse(event.end)
    if (ageMs > LATE_DATA_MS) return null
    if (!isNew) {
      const kind = event.state === 'provisional' ? 'provisional' : 'final'
      await results.keep(await results.measure(event), { kind, why: 'late data' })
    }
    return now() + Math.max(LATE_LOOK_MS, LATE_SHARE * ageMs)
  }

  return { add, close, tick, idle: async () => void (await running) }
}

/** Of the slots of everybody's part. */
function knownShare({ participants }: Performance): number {
  const slots = participants.reduce((sum, one) => sum + one.slots, 0)
  const known = participants.reduce((sum, one) => sum + one.knownSlots, 0)
  return slots === 0 ? 1 : known / slots
}
