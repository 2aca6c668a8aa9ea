import type { CurtailmentEvent } from '../contract/events.ts'
import { byClock, dueAt, wasBrokenOff } from './lifecycle/lifecycle.ts'
import {
  type CalledAway,
  calledAway,
  callingStates,
  MAX_OPEN_EVENTS,
  supersede
} from './lifecycle/supersede.ts'
import type { CurtailmentNeeds } from './needs.ts'
import type { Steps } from './steps.ts'

/** How often the open events are looked up again, for what another process may have done. */
const LOOK_UP_MS = 60_000
const RETRY_MS = 10_000
/** Broken-off and final events that are looked at once at the start. */
const MAX_CLOSED_EVENTS = 200
/** Steps of the clock for one event in one go: five states, and a release a group. */
const MAX_STEPS = 100

export interface ClockNeeds {
  needs: Pick<CurtailmentNeeds, 'events' | 'now' | 'onFault'>
  steps: Steps
  /** One after the other for the same name. */
  turn<T>(name: string, job: () => Promise<T>): Promise<T>
  /** From the end on a measurement decides what comes next: it runs beside. */
  settle(event: CurtailmentEvent): void
}

/** What the clock makes of the events. */
export interface Clock {
  tick(): Promise<void>
  /** Brings an event to where the clock says it is, one step after another; inside its turn. null: there is none. */
  catchUp(id: string): Promise<CurtailmentEvent | null>
  /** Takes into account that an event was written. */
  noted(event: CurtailmentEvent): void
  /** Calls the customers of higher events away from the lower ones; outside any turn. */
  resolveOverlaps(): Promise<void>
}

/**
 * The time at which each open event is due is remembered, and looked up again every minute and whenever the clock was
 * set back. Whatever was left half done, by a crash or by another process, is found by the same look:
 *
 *   open events ──► when is each due? ──► who is called by two? ──► what waits to be measured?
 */
export function createClock({ needs, steps, turn, settle }: ClockNeeds): Clock {
  const { events, now, onFault } = needs
  const due = new Map<string, number>()
  let lookedUpAt = Number.NEGATIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY
  let hasSeenClosed = false

  async function schedule(event: CurtailmentEvent): Promise<void> {
    const isSettling = event.state === 'ended' || event.state === 'provisional' || wasBrokenOff(event)
    const at = isSettling ? null : dueAt(event, await steps.rulesOf(event))
    if (at === null) due.delete(event.id)
    else due.set(event.id, at)
    if (isSettling || event.state === 'final') settle(event)
  }

  /** At the next tick its time is worked out; a fault there is tried again. */
  const noted = (event: CurtailmentEvent) => void due.set(event.id, Number.NEGATIVE_INFINITY)

  async function catchUp(id: string): Promise<CurtailmentEvent | null> {
    for (let step = 0; step < MAX_STEPS; step++) {
      const event = await events.get(id)
      if (event === null) {
        due.delete(id)
        return null
      }
      const isRunning = (callingStates as readonly string[]).includes(event.state)
      const next = isRunning ? byClock(event, now(), await steps.rulesOf(event)) : null
      if (next === null) {
        await schedule(event)
        return event
      }
      await steps.commit(event, next)
    }
    throw new Error(`${id} does not come to rest`)
  }

  async function tick(): Promise<void> {
    const isSetBack = now() < latest
    latest = now()
    if (isSetBack || now() - lookedUpAt >= LOOK_UP_MS) await lookUp()
    const ready = [...due].filter(([, at]) => at <= now()).map(([id]) => id)
    for (const id of ready) due.delete(id)
    await Promise.all(ready.map(id => attempt(id, () => turn(`event ${id}`, () => catchUp(id)))))
  }

  async function attempt(id: string, job: () => Promise<unknown>): Promise<void> {
    try {
      await job()
    } catch (error) {
      due.set(id, now() + RETRY_MS)
      onFault(`curtailment event ${id} cannot go on and is tried again`, error)
    }
  }

  async function lookUp(): Promise<void> {
    const before = lookedUpAt
    lookedUpAt = now()
    try {
      const states = [...callingStates, 'ended', 'provisional'] as const
      const open = await events.list({ states, limit: MAX_OPEN_EVENTS })
      for (const event of open) await schedule(event)
      await leave(calledAway(open))
      if (hasSeenClosed) return
      for (const event of await events.list({ states: ['cancelled', 'final'], limit: MAX_CLOSED_EVENTS })) {
        if (wasBrokenOff(event) || event.state === 'final') settle(event)
      }
      hasSeenClosed = true
    } catch (error) {
      lookedUpAt = before
      onFault('the open curtailment events cannot be read', error)
    }
  }

  async function resolveOverlaps(): Promise<void> {
    await leave(calledAway(await events.list({ states: callingStates, limit: MAX_OPEN_EVENTS })))
  }

  async function leave(leaving: ReadonlyMap<string, ReadonlyMap<string, CalledAway>>): Promise<void> {
    for (const [id, away] of leaving) await attempt(id, () => turn(`event ${id}`, () => takeOut(id, away)))
  }

  async function takeOut(id: string, away: ReadonlyMap<string, CalledAway>): Promise<void> {
    const event = await catchUp(id)
    if (event === null || !(callingStates as readonly string[]).includes(event.state)) return
    const isLeaving = event.participants.some(
      one => one.supersededBy === null && one.releasedAt === null && away.has(one.customerId)
    )
    if (!isLeaving) return
    const { floorToSlot } = await steps.rulesOf(event)
    // Somebody faster: the next look finds it again.
    await steps.commit(event, supersede(event, away, now(), floorToSlot))
  }

  return { tick, catchUp, noted, resolveOverlaps }
}
