import type { AdjustmentRule } from '../../contract/baselines.ts'
import { daysBetween } from '../../contract/localTime.ts'
import type { Slot, SlotGrid } from './slotGrid.ts'

const HOUR_MS = 3_600_000
const CHART_MARGIN_MS = 2 * HOUR_MS

/** Positions [from, to) in a list of slots. */
export interface Range {
  from: number
  to: number
}

/**
 * The settlement slots that matter to one event, on its own day:
 *
 *   ├── adjustment ──┤      ├ 2 h ┤═══ event ═══├ 2 h ┤
 *   ├─────────────────────── slots ──────────────────┤        chart: event with its margins, 2 h unless told otherwise
 *
 * The adjustment window may lie before the chart, inside it, or on the day before. The window is the same for every site
 * whose part of the event has the same times: lay it out once.
 */
export interface EventWindow {
  grid: SlotGrid
  times: EventTimes
  /** The local date of the start. */
  date: string
  slots: readonly Slot[]
  event: Range
  chart: Range
  adjustment: Range | null
  /** Days from `date` to those the slots lie on, ascending: 0, and -1 or 1 where the window runs over midnight. */
  dayOffsets: readonly number[]
  /** The same of the slots that decide whether a day may serve: those of the event and of the adjustment window. */
  decidingOffsets: readonly number[]
}

export interface EventTimes {
  /** Epoch ms; start and end lie on slot boundaries. */
  start: number
  end: number
  notifiedAt: number | null
}

/** Lays the slots of an event out. */
export function eventWindow(
  grid: SlotGrid,
  times: EventTimes,
  rule: AdjustmentRule | null,
  margins: { beforeMs: number; afterMs: number } = { beforeMs: CHART_MARGIN_MS, afterMs: CHART_MARGIN_MS }
): EventWindow {
  const { start, end } = times
  const date = grid.local.date(start)
  const chartFrom = grid.floor(start - margins.beforeMs)
  const adjustment = rule && adjustmentTimes(grid, times, rule)
  const slots = grid.between(Math.min(chartFrom, adjustment?.from ?? chartFrom), end + margins.afterMs)
  const range = (from: number, to: number): Range => {
    const place = (t: number) => {
      const found = slots.findIndex(slot => slot.start >= t)
      return found === -1 ? slots.length : found
    }
    return { from: place(from), to: place(to) }
  }
  const event = range(start, end)
  const compared = adjustment && range(adjustment.from, adjustment.to)
  const deciding = slots.slice(event.from, event.to)
  if (compared) deciding.push(...slots.slice(compared.from, compared.to))
  return {
    grid,
    times,
    date,
    slots,
    event,
    chart: range(chartFrom, Infinity),
    adjustment: compared,
    dayOffsets: offsetsOf(slots, date),
    decidingOffsets: offsetsOf(deciding, date)
  }
}

const offsetsOf = (slots: readonly Slot[], date: string) =>
  [...new Set(slots.map(slot => daysBetween(date, slot.date)))].sort((a, b) => a - b)

/**
 * Notice on an earlier day: the window ends a fixed time before the start. Notice on the same day: it ends at the notice
 * where that is earlier, because from then on the load may already answer.
 */
function adjustmentTimes(
  grid: SlotGrid,
  { start, notifiedAt }: Pick<EventTimes, 'start' | 'notifiedAt'>,
  { fromHours, toHours, anchor }: AdjustmentRule
): { from: number; to: number } {
  const latest = start - toHours * HOUR_MS
  const isSameDay = notifiedAt !== null && grid.local.date(notifiedAt) === grid.local.date(start)
  const to = grid.floor(anchor === 'notice' && isSameDay ? Math.min(latest, notifiedAt) : latest)
  return { from: grid.floor(to - (fromHours - toHours) * HOUR_MS), to }
}
