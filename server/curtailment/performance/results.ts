import type { CurtailmentEvent } from '../../contract/events.ts'
import type { Performance } from '../../contract/performance.ts'
import { tenOfTen } from '../baseline/baselineMethods.ts'
import type { Span } from '../baseline/basis.ts'
import { wasCalled } from '../lifecycle/lifecycle.ts'
import type { CurtailmentNeeds } from '../needs.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import { createMeasurement } from './measurement.ts'

/** Past calls that are looked at for a baseline, newest first. */
const MAX_CALLS = 1000
const DAY_MS = 86_400_000

export interface Results {
  /** The result of an event about to become final: measured anew and kept. */
  freeze(final: CurtailmentEvent, grid: SlotGrid): Promise<void>
  /** A final event's kept result, else what is measured so far. */
  of(event: CurtailmentEvent, grid: SlotGrid): Promise<Performance>
}

export function createResults(
  needs: Pick<CurtailmentNeeds, 'events' | 'history' | 'holidays' | 'now'>
): Results {
  const { events, history, holidays, now } = needs
  const measurement = createMeasurement({ history, holidays: new Set(holidays), method: tenOfTen })
  const running = new Map<string, Promise<Performance>>()

  function measure(event: CurtailmentEvent, grid: SlotGrid): Promise<Performance> {
    let calls: Promise<Map<string, Span[]>> | null = null
    const otherCalls = () => {
      calls ??= otherCallsOf(event)
      return calls
    }
    return measurement.measure(event, { grid, now: now(), isFresh: event.state === 'final', otherCalls })
  }

  /** When else each customer was called in the look-back of an event. */
  async function otherCallsOf(event: CurtailmentEvent): Promise<Map<string, Span[]>> {
    const earliest = Date.parse(event.start) - (tenOfTen.lookbackDays + 2) * DAY_MS
    const calls = new Map<string, Span[]>()
    const states = ['notified', 'active', 'ended', 'final', 'cancelled'] as const
    for (const other of await events.list({ states, limit: MAX_CALLS })) {
      const span = { start: Date.parse(other.start), end: Date.parse(other.end) }
      if (other.id === event.id || span.end < earliest || !wasCalled(other)) continue
      for (const { customerId } of other.participants) {
        const spans = calls.get(customerId)
        if (spans) spans.push(span)
        else calls.set(customerId, [span])
      }
    }
    return calls
  }

  async function freeze(final: CurtailmentEvent, grid: SlotGrid): Promise<void> {
    await events.saveResult(await measure(final, grid))
  }

  /** Computed once for everybody who asks at the same time. */
  async function live(event: CurtailmentEvent, grid: SlotGrid): Promise<Performance> {
    const key = `${event.id} ${event.version}`
    const measuring = running.get(key) ?? measure(event, grid).finally(() => running.delete(key))
    running.set(key, measuring)
    return measuring
  }

  async function of(event: CurtailmentEvent, grid: SlotGrid): Promise<Performance> {
    if (event.state !== 'final') return live(event, grid)
    const kept = await events.result(event.id)
    if (kept !== null) return kept
    return events.saveResult(await live(event, grid))
  }

  return { freeze, of }
}
