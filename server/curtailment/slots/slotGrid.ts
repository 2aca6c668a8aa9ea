import { addDays, type LocalTime } from '../../contract/localTime.ts'

/** One settlement slot: `index` counts its place on the wall clock since local midnight. Times are epoch ms. */
export interface Slot {
  start: number
  end: number
  date: string
  index: number
}

/**
 * Settlement slots on the local wall clock.
 *
 *   midnight                                              midnight
 *   ├─ 0 ─┼─ 1 ─┼─ 2 ─┼─ … ─┼─ 47 ─┤   a length that does not divide the day ends in a shorter slot
 *   clock forward: the skipped indexes are missing · clock back: the repeated ones stand twice
 */
export interface SlotGrid {
  minutes: number
  local: LocalTime
  ofDay(date: string): readonly Slot[]
  /** The slots that touch [from, to), ascending. */
  between(from: number, to: number): Slot[]
  /** The start of the slot that holds `t`. */
  floor(t: number): number
  /** `t` where it is a slot's start, else the start of the next slot. */
  ceil(t: number): number
}

/** A year and more of half hours. */
const REMEMBERED_SLOTS = 20_000

export function slotGrid(local: LocalTime, minutes: number): SlotGrid {
  const lengthMs = minutes * 60_000
  const days = new Map<string, readonly Slot[]>()
  const rememberedDays = Math.max(64, (REMEMBERED_SLOTS * minutes) / 1440)

  const ofDay = (date: string) => {
    let slots = days.get(date)
    if (slots === undefined) {
      slots = slotsOfDay(local, date, lengthMs)
      if (days.size >= rememberedDays) days.clear()
      days.set(date, slots)
    }
    return slots
  }
  const between = (from: number, to: number) => {
    const found: Slot[] = []
    for (let date = local.date(from); local.dayStart(date) < to; date = addDays(date, 1)) {
      for (const slot of ofDay(date)) if (slot.start < to && slot.end > from) found.push(slot)
    }
    return found
  }
  const holding = (t: number): Slot => {
    const slot = between(t, t + 1)[0]
    if (slot === undefined) throw new Error(`no settlement slot holds ${t}`)
    return slot
  }
  return {
    minutes,
    local,
    ofDay,
    between,
    floor: t => holding(t).start,
    ceil: t => {
      const slot = holding(t)
      return slot.start === t ? t : slot.end
    }
  }
}

function slotsOfDay(local: LocalTime, date: string, lengthMs: number): Slot[] {
  const midnight = Date.parse(date)
  const nextDay = local.dayStart(addDays(date, 1))
  const slots: Slot[] = []
  for (let start = local.dayStart(date); start < nextDay; ) {
    const wallMs = start + local.offsetMs(start) - midnight
    const index = Math.floor(wallMs / lengthMs)
    const end = Math.min(start + (index + 1) * lengthMs - wallMs, nextDay)
    slots.push({ start, end, date, index })
    start = end
  }
  return slots
}
