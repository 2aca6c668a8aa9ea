import type { AdjustmentRule } from '../../contract/baselines.ts'
import type { CurtailmentEvent, Participant } from '../../contract/events.ts'
import { notifiedAt } from '../lifecycle/lifecycle.ts'
import { type EventWindow, eventWindow } from '../slots/eventWindow.ts'
import type { Slot, SlotGrid } from '../slots/slotGrid.ts'
import { isInside, type Times } from './delivered.ts'
import { REBOUND_MS } from './extra.ts'

/** So much of the load before an event is shown beside it. */
const BEFORE_MS = 2 * 3_600_000

const overStates: ReadonlySet<string> = new Set(['ended', 'provisional', 'final', 'cancelled'])

/**
 * What of an event is shown, the same for all its participants:
 *
 *   ├ 2 h ┤═══ event ═══├ 2 h, the rebound ┤     the slots that have ended; once it is over, all of its own
 */
export function chartOf(event: CurtailmentEvent, grid: SlotGrid, now: number): Slot[] {
  const start = Date.parse(event.start)
  const end = Date.parse(event.end)
  const isOver = overStates.has(event.state)
  return grid
    .between(start - BEFORE_MS, end + REBOUND_MS)
    .filter(slot => slot.end <= now || (isOver && isInside(slot, { start, end })))
}

/** A participant's own part of the event, with when it was told. */
export interface Part extends Times {
  notifiedAt: number | null
}

/** Called later than the others it was told by the last version before its start. */
export function partOf(event: CurtailmentEvent, { start, end }: Participant): Part {
  const told = notifiedAt(event)
  const startAt = Date.parse(start)
  const isLater = startAt > Date.parse(event.start)
  const at = event.history.findLast(change => Date.parse(change.at) <= startAt)?.at
  return {
    start: startAt,
    end: Date.parse(end),
    notifiedAt: isLater && told !== null && at !== undefined ? Math.max(told, Date.parse(at)) : told
  }
}

/**
 * The slots over which one part of an event is watched: the day before it, for what was done after the notice and before
 * the adjustment window, and all of the chart.
 */
export function watchWindow(
  grid: SlotGrid,
  event: Times,
  part: Part,
  rule: AdjustmentRule | null
): EventWindow & { dayStart: number } {
  const dayStart = grid.local.dayStart(grid.local.date(part.start))
  const beforeMs = part.start - Math.min(dayStart, event.start - BEFORE_MS)
  const afterMs = event.end + REBOUND_MS - part.end
  return { ...eventWindow(grid, part, rule, { beforeMs, afterMs }), dayStart }
}
